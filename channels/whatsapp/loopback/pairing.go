package loopback

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// pairing is a client that waits to be linked.
type pairing struct {
	conn   *conn
	refs   []string
	noise  []byte
	reg    *waWa6.ClientPayload_DevicePairingRegistrationData
	phone  *Phone // who scanned
	device *device
	code   *codeLink // where a code is typed instead
}

// greet sends an unknown client its references, six as WhatsApp does.
func (c *conn) greet(static []byte, payload *waWa6.ClientPayload) {
	p := &pairing{conn: c, noise: static, reg: payload.GetDevicePairingData()}
	var refs []binary.Node
	for range 6 {
		ref := "2@" + rand.Text()
		p.refs = append(p.refs, ref)
		refs = append(refs, binary.Node{Tag: "ref", Content: []byte(ref)})
	}
	s := c.server
	s.mu.Lock()
	if r := s.refusal; r != nil {
		s.mu.Unlock()
		c.end(r.node())
		return
	}
	c.pairing = p
	for _, ref := range p.refs {
		s.pairings[ref] = p
	}
	s.mu.Unlock()
	c.ask("md", binary.Node{Tag: "pair-device", Content: refs})
}

// ask sends a question of the server's own.
func (c *conn) ask(xmlns string, content ...binary.Node) {
	s := c.server
	s.mu.Lock()
	s.iqs++
	id := fmt.Sprintf("s%d", s.iqs)
	s.mu.Unlock()
	c.send(binary.Node{Tag: "iq", Attrs: binary.Attrs{
		"from": types.ServerJID, "type": "set", "id": id, "xmlns": xmlns, "t": stamp(s.now()),
	}, Content: content})
}

// forget drops a pairing that ended. s.mu is held.
func (s *Server) forget(p *pairing) {
	for _, ref := range p.refs {
		delete(s.pairings, ref)
	}
}

// ScanQR links the client that shows code as a further device of the person,
// as the phone's "link a device" does.
func (p *Phone) ScanQR(code string) error {
	_, code, ok := strings.Cut(code, "#")
	parts := strings.Split(code, ",")
	if !ok || len(parts) != 5 {
		return errors.New("loopback: that is no pairing code")
	}
	identity, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return fmt.Errorf("reading the code's identity key: %w", err)
	}
	secret, err := base64.StdEncoding.DecodeString(parts[3])
	if err != nil {
		return fmt.Errorf("reading the code's secret: %w", err)
	}
	p.server.mu.Lock()
	waiting := p.server.pairings[parts[0]]
	p.server.mu.Unlock()
	if waiting == nil {
		return errUsed
	}
	return p.link(waiting, identity, secret)
}

// ScanForged is ScanQR by somebody who does not know the code's secret.
func (p *Phone) ScanForged(code string) error {
	parts := strings.Split(code, ",")
	if len(parts) < 5 {
		return errors.New("loopback: that is no pairing code")
	}
	parts[3] = base64.StdEncoding.EncodeToString(make([]byte, 32))
	return p.ScanQR(strings.Join(parts, ","))
}

// ScanMissigned is ScanQR by somebody who knows the secret and signs another
// device's identity.
func (p *Phone) ScanMissigned(code string) error {
	parts := strings.Split(code, ",")
	if len(parts) < 5 {
		return errors.New("loopback: that is no pairing code")
	}
	parts[2] = base64.StdEncoding.EncodeToString(make([]byte, 32))
	return p.ScanQR(strings.Join(parts, ","))
}

// HangUpPairings cuts the connections of clients that wait to be linked.
func (p *Phone) HangUpPairings() {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, waiting := range p.server.pairings {
		waiting.conn.drop()
	}
}

var errUsed = errors.New("loopback: the code is used or too old")

// link makes a waiting client a device of the person.
func (p *Phone) link(waiting *pairing, identity, secret []byte) error {
	s := p.server
	s.mu.Lock()
	if waiting.device != nil {
		s.mu.Unlock()
		return errUsed
	}
	p.lastDevice++
	d := &device{phone: p, id: p.lastDevice, noise: waiting.noise, identity: waiting.reg.GetEIdent()}
	waiting.phone, waiting.device = p, d
	s.mu.Unlock()
	container, err := p.vouch(identity, secret, uint32(d.id))
	if err != nil {
		return fmt.Errorf("signing the device's identity: %w", err)
	}
	waiting.conn.ask("md", binary.Node{Tag: "pair-success", Content: []binary.Node{
		{Tag: "device-identity", Content: container},
		{Tag: "biz", Attrs: binary.Attrs{"name": p.Name}},
		{Tag: "device", Attrs: binary.Attrs{"jid": d.number(), "lid": d.hidden()}},
		{Tag: "platform", Attrs: binary.Attrs{"name": "android"}},
	}})
	return nil
}

// vouch signs a new device's identity with the account's key and seals that
// with the secret of the QR code, which the server never sees.
func (p *Phone) vouch(identity, secret []byte, index uint32) ([]byte, error) {
	raw, now := uint32(1), uint64(p.server.now().Unix())
	details, err := proto.Marshal(&waAdv.ADVDeviceIdentity{
		RawID: &raw, Timestamp: &now, KeyIndex: &index,
		AccountType: waAdv.ADVEncryptionType_E2EE.Enum(), DeviceType: waAdv.ADVEncryptionType_E2EE.Enum(),
	})
	if err != nil {
		return nil, err
	}
	key := p.signal.IdentityKey
	sig := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*key.Priv), slices.Concat(whatsmeow.AdvAccountSignaturePrefix, details, identity))
	signed, err := proto.Marshal(&waAdv.ADVSignedDeviceIdentity{Details: details, AccountSignatureKey: key.Pub[:], AccountSignature: sig[:]})
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(signed)
	return proto.Marshal(&waAdv.ADVSignedDeviceIdentityHMAC{Details: signed, HMAC: mac.Sum(nil)})
}

// paired ends a pairing: the client signed in turn, is a device of the person
// from now on and must connect anew.
func (c *conn) paired() {
	s := c.server
	s.mu.Lock()
	p := c.pairing
	if p == nil || p.device == nil {
		s.mu.Unlock()
		return
	}
	p.phone.devices[p.device.id] = p.device
	s.forget(p)
	c.pairing = nil
	s.mu.Unlock()
	c.end(binary.Node{Tag: "stream:error", Attrs: binary.Attrs{"code": "515"}})
}
