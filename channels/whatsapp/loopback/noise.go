package loopback

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCert"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// root signs the certificates of every loopback server of this process.
// whatsmeow has one trusted key per process, so there is one here as well.
var root = keys.NewKeyPair()

// TrustLoopback makes the whatsmeow clients of this process trust loopback
// servers, and only them: from then on the process cannot reach WhatsApp. Call
// it once, before the first client connects.
func TrustLoopback() { whatsmeow.WACertPubKey = *root.Pub }

// certificates is the chain that proves the server's static key: root signs an
// intermediate key, that signs the static one.
func certificates(static *ecdh.PrivateKey) ([]byte, error) {
	inter := keys.NewKeyPair()
	from, to := uint64(time.Now().Add(-24*time.Hour).Unix()), uint64(time.Now().AddDate(1, 0, 0).Unix())
	sign := func(by *keys.KeyPair, serial, issuer uint32, key []byte) (*waCert.CertChain_NoiseCertificate, error) {
		details, err := proto.Marshal(&waCert.CertChain_NoiseCertificate_Details{
			Serial: &serial, IssuerSerial: &issuer, Key: key, NotBefore: &from, NotAfter: &to,
		})
		if err != nil {
			return nil, err
		}
		sig := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*by.Priv), details)
		return &waCert.CertChain_NoiseCertificate{Details: details, Signature: sig[:]}, nil
	}
	middle, err := sign(root, 1, whatsmeow.WACertIssuerSerial, inter.Pub[:])
	if err != nil {
		return nil, err
	}
	leaf, err := sign(inter, 2, 1, static.PublicKey().Bytes())
	if err != nil {
		return nil, err
	}
	return proto.Marshal(&waCert.CertChain{Intermediate: middle, Leaf: leaf})
}

// noise is the symmetric state of a handshake (Noise specification §5.2).
type noise struct {
	hash, salt []byte
	aead       cipher.AEAD
	counter    uint32
}

// pattern has 32 bytes and so is the first hash as it stands.
const pattern = "Noise_XX_25519_AESGCM_SHA256\x00\x00\x00\x00"

func newNoise(prologue []byte) (*noise, error) {
	aead, err := gcm([]byte(pattern))
	if err != nil {
		return nil, err
	}
	n := &noise{hash: []byte(pattern), salt: []byte(pattern), aead: aead}
	n.mix(prologue)
	return n, nil
}

// mix adds what both sides saw to the hash.
func (n *noise) mix(data []byte) {
	sum := sha256.Sum256(append(n.hash[:len(n.hash):len(n.hash)], data...))
	n.hash = sum[:]
}

func (n *noise) seal(plain []byte) []byte {
	sealed := n.aead.Seal(nil, iv(n.counter), plain, n.hash)
	n.counter++
	n.mix(sealed)
	return sealed
}

func (n *noise) open(sealed []byte) ([]byte, error) {
	plain, err := n.aead.Open(nil, iv(n.counter), sealed, n.hash)
	if err != nil {
		return nil, err
	}
	n.counter++
	n.mix(sealed)
	return plain, nil
}

// agree mixes a Diffie-Hellman secret into the key.
func (n *noise) agree(private *ecdh.PrivateKey, public []byte) error {
	pub, err := ecdh.X25519().NewPublicKey(public)
	if err != nil {
		return err
	}
	secret, err := private.ECDH(pub)
	if err != nil {
		return err
	}
	salt, key, err := expand(n.salt, secret)
	if err != nil {
		return err
	}
	n.salt, n.counter = salt, 0
	n.aead, err = gcm(key)
	return err
}

// split ends the handshake: the key the client writes with, and ours.
func (n *noise) split() (theirs, ours cipher.AEAD, err error) {
	first, second, err := expand(n.salt, nil)
	if err != nil {
		return nil, nil, err
	}
	if theirs, err = gcm(first); err != nil {
		return nil, nil, err
	}
	ours, err = gcm(second)
	return theirs, ours, err
}

func expand(salt, secret []byte) (first, second []byte, err error) {
	out, err := hkdf.Key(sha256.New, secret, salt, "", 64)
	if err != nil {
		return nil, nil, err
	}
	return out[:32], out[32:], nil
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// iv is eight zero bytes and the counter.
func iv(counter uint32) []byte {
	return binary.BigEndian.AppendUint32(make([]byte, 8, 12), counter)
}

// handshake answers a client as the responder of Noise XX and returns its
// static key and what it says of itself.
func (c *conn) handshake() (static []byte, payload *waWa6.ClientPayload, err error) {
	hello, err := c.handshakeMessage()
	if err != nil {
		return nil, nil, err
	}
	n, err := newNoise(c.header)
	if err != nil {
		return nil, nil, err
	}
	ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	theirs := hello.GetClientHello().GetEphemeral()
	n.mix(theirs)
	n.mix(ephemeral.PublicKey().Bytes())
	if err = n.agree(ephemeral, theirs); err != nil {
		return nil, nil, err
	}
	answer := &waWa6.HandshakeMessage_ServerHello{Ephemeral: ephemeral.PublicKey().Bytes()}
	answer.Static = n.seal(c.server.static.PublicKey().Bytes())
	if err = n.agree(c.server.static, theirs); err != nil {
		return nil, nil, err
	}
	answer.Payload = n.seal(c.server.certs)
	body, err := proto.Marshal(&waWa6.HandshakeMessage{ServerHello: answer})
	if err != nil {
		return nil, nil, err
	}
	if err = c.writeFrame(body); err != nil {
		return nil, nil, err
	}
	return c.finish(n, ephemeral)
}

// finish reads the client's last handshake message and sets the final keys.
func (c *conn) finish(n *noise, ephemeral *ecdh.PrivateKey) (static []byte, payload *waWa6.ClientPayload, err error) {
	last, err := c.handshakeMessage()
	if err != nil {
		return nil, nil, err
	}
	if static, err = n.open(last.GetClientFinish().GetStatic()); err != nil {
		return nil, nil, fmt.Errorf("opening the client's static key: %w", err)
	}
	if err = n.agree(ephemeral, static); err != nil {
		return nil, nil, err
	}
	plain, err := n.open(last.GetClientFinish().GetPayload())
	if err != nil {
		return nil, nil, fmt.Errorf("opening the client's payload: %w", err)
	}
	payload = &waWa6.ClientPayload{}
	if err = proto.Unmarshal(plain, payload); err != nil {
		return nil, nil, fmt.Errorf("reading the client's payload: %w", err)
	}
	c.reads, c.writes, err = n.split()
	return static, payload, err
}

func (c *conn) handshakeMessage() (*waWa6.HandshakeMessage, error) {
	frame, err := c.readFrame()
	if err != nil {
		return nil, err
	}
	m := &waWa6.HandshakeMessage{}
	return m, proto.Unmarshal(frame, m)
}
