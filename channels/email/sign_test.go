package email

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email/authentic"
	"ventanilla/channels/email/mailtest"
)

// published is a name service that knows one key and one policy.
type published struct{ key string }

func (p published) LookupTXT(_ context.Context, name string) ([]string, error) {
	switch name {
	case "mesa._domainkey.agetic.gob.bo":
		return []string{p.key}, nil
	case "_dmarc.agetic.gob.bo":
		return []string{"v=DMARC1; p=reject; adkim=s"}, nil
	}
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}
func (published) LookupMX(context.Context, string) ([]*net.MX, error)        { return nil, nil }
func (published) LookupIPAddr(context.Context, string) ([]net.IPAddr, error) { return nil, nil }
func (published) LookupAddr(context.Context, string) ([]string, error)       { return nil, nil }

// What the relay hands over carries a signature that holds at the far side.
func TestWhatGoesOutIsSigned(t *testing.T) {
	rk, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(rk.Public())
	if err != nil {
		t.Fatal(err)
	}
	ep, ek, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		key  crypto.Signer
		txt  string
	}{
		{"RSA", rk, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)},
		{"Ed25519", ek, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(ep)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := NewSigner("AGETIC.gob.bo", "mesa", c.key)
			if err != nil {
				t.Fatal(err)
			}
			sink := mailtest.Sink(t)
			r, err := NewRelay(RelayOptions{Addr: sink.Addr, Security: Plain, From: channels.Address{Value: "soporte@agetic.gob.bo"}, Sign: s, Log: zerolog.Nop()})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			err = r.Send(t.Context(), channels.Reply{ID: "r1@agetic.gob.bo", To: channels.Address{Value: "ana@correo.bo"}, Subject: "Su caso está resuelto", Text: "Señora:\n\n. línea con punto\n\nSaludos", Auto: true,
				Files: []channels.File{{Name: "guía.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte{1, 2, 0}, 999)}}})
			if err != nil {
				t.Fatal(err)
			}
			raw := sink.Wait(t, 1, 10*time.Second)[0].Raw
			if v := authentic.Verify(t.Context(), raw, authentic.Facts{}, published{c.txt}); v.State != authentic.Pass || !strings.HasPrefix(v.DKIM, "pass") {
				t.Errorf("%+v\n%s", v, raw)
			}
			forged := append([]byte("From: otra@agetic.gob.bo\r\n"), raw...)
			if v := authentic.Verify(t.Context(), forged, authentic.Facts{From: "otra@agetic.gob.bo"}, published{c.txt}); v.State == authentic.Pass {
				t.Error("a second author passes")
			}
		})
	}
}

func TestSignersThatCannotBe(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, good, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]struct {
		domain, selector string
		key              crypto.Signer
	}{
		"short key": {"a.bo", "s", short}, "curve": {"a.bo", "s", curve}, "no selector": {"a.bo", "", good},
		"odd selector": {"a.bo", "s; x", good}, "no domain": {"", "s", good}, "odd domain": {"a b.bo", "s", good},
	} {
		if _, err := NewSigner(s.domain, s.selector, s.key); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
