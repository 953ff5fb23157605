package loopback

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/libsignal/session"
	"go.mau.fi/libsignal/util/optional"
	wabinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// memory is what a phone remembers of Signal: sessions and one-time keys.
// Identities are trusted as they come.
type memory struct {
	store.SessionStore // for the methods that a phone never needs
	store.PreKeyStore

	mu       sync.Mutex
	sessions map[string][]byte
	prekeys  map[uint32]*keys.PreKey
	last     uint32
}

func (m *memory) PutIdentity(context.Context, string, [32]byte) error { return nil }
func (m *memory) DeleteAllIdentities(context.Context, string) error   { return nil }
func (m *memory) DeleteIdentity(context.Context, string) error        { return nil }
func (m *memory) IsTrustedIdentity(context.Context, string, [32]byte) (bool, error) {
	return true, nil
}

func (m *memory) GetSession(_ context.Context, address string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sessions[address], nil
}

func (m *memory) HasSession(_ context.Context, address string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sessions[address] != nil, nil
}

func (m *memory) PutSession(_ context.Context, address string, s []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[address] = s
	return nil
}

func (m *memory) DeleteSession(_ context.Context, address string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, address)
	return nil
}

func (m *memory) GenOnePreKey(context.Context) (*keys.PreKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	m.prekeys[m.last] = keys.NewPreKey(m.last)
	return m.prekeys[m.last], nil
}

func (m *memory) GetPreKey(_ context.Context, id uint32) (*keys.PreKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.prekeys[id], nil
}

func (m *memory) RemovePreKey(_ context.Context, id uint32) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.prekeys, id)
	return nil
}

// newSignal makes the keys of a phone.
func newSignal() *store.Device {
	own := keys.NewKeyPair()
	m := &memory{sessions: map[string][]byte{}, prekeys: map[uint32]*keys.PreKey{}}
	return &store.Device{
		IdentityKey: own, SignedPreKey: own.CreateSignedPreKey(1), RegistrationID: 1 + uint32(own.Pub[0]),
		Identities: m, Sessions: m, PreKeys: m,
	}
}

// bundle is what others need to write to the phone for the first time.
func (p *Phone) bundle() []wabinary.Node {
	one, err := p.signal.PreKeys.GenOnePreKey(context.Background())
	if err != nil {
		return nil
	}
	key := func(tag string, k *keys.PreKey) wabinary.Node {
		id := binary.BigEndian.AppendUint32(nil, k.KeyID)
		n := []wabinary.Node{{Tag: "id", Content: id[1:]}, {Tag: "value", Content: k.Pub[:]}}
		if k.Signature != nil {
			n = append(n, wabinary.Node{Tag: "signature", Content: k.Signature[:]})
		}
		return wabinary.Node{Tag: tag, Content: n}
	}
	return []wabinary.Node{
		{Tag: "registration", Content: binary.BigEndian.AppendUint32(nil, p.signal.RegistrationID)},
		{Tag: "type", Content: []byte{ecc.DjbType}},
		{Tag: "identity", Content: p.signal.IdentityKey.Pub[:]},
		key("skey", p.signal.SignedPreKey), key("key", one),
	}
}

// begin starts a Signal session with a device from its bundle.
func (p *Phone) begin(ctx context.Context, with *protocol.SignalAddress, nodes []wabinary.Node) error {
	all := wabinary.Node{Content: nodes}
	value := func(tag, part string) []byte { n := all.GetChildByTag(tag); return bytesOf(n.GetChildByTag(part)) }
	number := func(b []byte) uint32 { return binary.BigEndian.Uint32(append(make([]byte, 4-min(len(b), 4)), b...)) }
	signed, own := value("skey", "value"), bytesOf(all.GetChildByTag("identity"))
	if len(signed) != 32 || len(own) != 32 || len(value("skey", "signature")) != 64 {
		return fmt.Errorf("the bundle of %s is incomplete", with)
	}
	one, oneKey := optional.NewEmptyUint32(), ecc.ECPublicKeyable(nil)
	if k := value("key", "value"); len(k) == 32 {
		one, oneKey = optional.NewOptionalUint32(number(value("key", "id"))), ecc.NewDjbECPublicKey([32]byte(k))
	}
	b := prekey.NewBundle(number(bytesOf(all.GetChildByTag("registration"))), with.DeviceID(), one, number(value("skey", "id")),
		oneKey, ecc.NewDjbECPublicKey([32]byte(signed)), [64]byte(value("skey", "signature")), identity.NewKey(ecc.NewDjbECPublicKey([32]byte(own))))
	return session.NewBuilderFromSignal(p.signal, with, store.SignalProtobufSerializer).ProcessBundle(ctx, b)
}

// seal encrypts for one device: the type of the ciphertext and its bytes.
// Before that 1 to 15 bytes are added, each telling how many they are.
func (p *Phone) seal(ctx context.Context, to types.JID, plain []byte) (kind string, sealed []byte, err error) {
	pad := make([]byte, 1)
	rand.Read(pad) // never fails
	n := int(pad[0]&0xf) | 1
	plain = append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
	builder := session.NewBuilderFromSignal(p.signal, to.SignalAddress(), store.SignalProtobufSerializer)
	c, err := session.NewCipher(builder, to.SignalAddress()).Encrypt(ctx, plain)
	if err != nil {
		return "", nil, err
	}
	if c.Type() == protocol.PREKEY_TYPE {
		return "pkmsg", c.Serialize(), nil
	}
	return "msg", c.Serialize(), nil
}

// open decrypts what a device sent.
func (p *Phone) open(ctx context.Context, from types.JID, kind string, sealed []byte) ([]byte, error) {
	pb := store.SignalProtobufSerializer
	cipher := session.NewCipher(session.NewBuilderFromSignal(p.signal, from.SignalAddress(), pb), from.SignalAddress())
	var plain []byte
	if kind == "pkmsg" {
		m, err := protocol.NewPreKeySignalMessageFromBytes(sealed, pb.PreKeySignalMessage, pb.SignalMessage)
		if err != nil {
			return nil, err
		}
		if plain, err = cipher.DecryptMessage(ctx, m); err != nil {
			return nil, err
		}
	} else {
		m, err := protocol.NewSignalMessageFromBytes(sealed, pb.SignalMessage)
		if err != nil {
			return nil, err
		}
		if plain, err = cipher.Decrypt(ctx, m); err != nil {
			return nil, err
		}
	}
	if n := len(plain); n == 0 || int(plain[n-1]) > n {
		return nil, fmt.Errorf("bad padding")
	}
	return plain[:len(plain)-int(plain[len(plain)-1])], nil
}
