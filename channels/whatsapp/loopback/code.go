package loopback

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// codeLink is a pairing by an eight-character code, for places where nobody
// can point a camera: the client tells its number, shows a code, and the owner
// types it into the phone. Both derive a key from the code (PBKDF2), pass
// their ephemeral keys under it, and agree on the secret that a QR code holds.
type codeLink struct {
	wrapped   []byte           // the client's ephemeral key: salt 32, IV 16, sealed key 32
	ephemeral *ecdh.PrivateKey // the phone's
	shared    []byte           // of the two ephemeral keys
	ref       []byte
}

// codeHello takes the first step, "companion_hello". s.mu is held.
func (c *conn) codeHello(n binary.Node) []binary.Node {
	p := c.server.find(jid(&n, "jid"))
	if p == nil || c.pairing == nil {
		return nil
	}
	link := &codeLink{ref: []byte(rand.Text())}
	wrapped := n.GetChildByTag("link_code_pairing_wrapped_companion_ephemeral_pub")
	link.wrapped = bytesOf(wrapped)
	c.pairing.code, p.linking = link, c.pairing
	return []binary.Node{{Tag: "link_code_companion_reg", Content: []binary.Node{{Tag: "link_code_pairing_ref", Content: link.ref}}}}
}

// codeKey derives the key that the code protects ephemeral keys with.
func codeKey(code string, salt, start []byte) (cipher.Stream, error) {
	key, err := pbkdf2.Key(sha256.New, code, salt, 2<<16, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewCTR(block, start), nil
}

// EnterCode links the client that shows code, as typing it into the phone does.
func (p *Phone) EnterCode(code string) error {
	code = strings.ReplaceAll(code, "-", "")
	s := p.server
	s.mu.Lock()
	waiting := p.linking
	s.mu.Unlock()
	if waiting == nil || len(waiting.code.wrapped) != 80 {
		return errors.New("loopback: no client waits for a code")
	}
	link := waiting.code
	stream, err := codeKey(code, link.wrapped[:32], link.wrapped[32:48])
	if err != nil {
		return fmt.Errorf("reading the client's key: %w", err)
	}
	theirs := make([]byte, 32)
	stream.XORKeyStream(theirs, link.wrapped[48:])
	if link.ephemeral, err = ecdh.X25519().GenerateKey(rand.Reader); err != nil {
		return fmt.Errorf("making a key: %w", err)
	}
	pub, err := ecdh.X25519().NewPublicKey(theirs)
	if err == nil {
		link.shared, err = link.ephemeral.ECDH(pub)
	}
	if err != nil {
		return fmt.Errorf("agreeing on a key: %w", err)
	}
	salted := make([]byte, 48)
	rand.Read(salted) // never fails
	if stream, err = codeKey(code, salted[:32], salted[32:]); err != nil {
		return fmt.Errorf("wrapping the phone's key: %w", err)
	}
	ours := make([]byte, 32)
	stream.XORKeyStream(ours, link.ephemeral.PublicKey().Bytes())
	waiting.conn.send(binary.Node{Tag: "notification", Attrs: binary.Attrs{"from": types.ServerJID, "type": "link_code_companion_reg", "id": NewID(), "t": stamp(s.now())},
		Content: []binary.Node{{Tag: "link_code_companion_reg", Attrs: binary.Attrs{"stage": "primary_hello"}, Content: []binary.Node{
			{Tag: "link_code_pairing_wrapped_primary_ephemeral_pub", Content: slices.Concat(salted, ours)},
			{Tag: "primary_identity_pub", Content: p.signal.IdentityKey.Pub[:]},
			{Tag: "link_code_pairing_ref", Content: link.ref},
		}}}})
	return nil
}

// codeFinish takes the last step, "companion_finish": the client's identity
// key and a random number, from which the secret follows. A wrong code shows
// here: nothing can be opened.
func (c *conn) codeFinish(n binary.Node) error {
	s := c.server
	s.mu.Lock()
	p, waiting := s.find(jid(&n, "jid")), c.pairing
	s.mu.Unlock()
	if p == nil || waiting == nil || waiting.code == nil || waiting.code.shared == nil {
		return errors.New("loopback: no code was entered")
	}
	wrapped := n.GetChildByTag("link_code_pairing_wrapped_key_bundle")
	bundle, shared := bytesOf(wrapped), waiting.code.shared
	if len(bundle) < 44 {
		return errors.New("loopback: the key bundle is too short")
	}
	key, err := hkdf.Key(sha256.New, shared, bundle[:32], "link_code_pairing_key_bundle_encryption_key", 32)
	if err != nil {
		return err
	}
	aead, err := gcm(key)
	if err != nil {
		return err
	}
	plain, err := aead.Open(nil, bundle[32:44], bundle[44:], nil)
	if err != nil || len(plain) != 96 {
		return fmt.Errorf("loopback: a wrong code was entered (%w)", err)
	}
	own, err := ecdh.X25519().NewPrivateKey(p.signal.IdentityKey.Priv[:])
	if err != nil {
		return err
	}
	theirs, err := ecdh.X25519().NewPublicKey(plain[:32])
	if err != nil {
		return err
	}
	identities, err := own.ECDH(theirs)
	if err != nil {
		return err
	}
	secret, err := hkdf.Key(sha256.New, slices.Concat(shared, identities, plain[64:]), nil, "adv_secret", 32)
	if err != nil {
		return err
	}
	return p.link(waiting, plain[:32], secret)
}
