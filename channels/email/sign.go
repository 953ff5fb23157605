package email

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"ventanilla/channels/email/message"
)

// Signer puts the desk's DKIM signature on what goes out (RFC 6376, 8463), for
// offices whose relay puts none.
type Signer struct {
	domain, selector string
	key              crypto.Signer
}

// signed are the fields that a signature covers; From twice, so that nobody
// can add another (RFC 6376 §5.4.2). The desk's own X- fields may change.
var signed = []string{
	"From", "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"Auto-Submitted", "MIME-Version", "Content-Type",
}

// NewSigner checks its parts: an RSA key of at least 2048 bits or an Ed25519
// one, whose public half the domain publishes at selector._domainkey.domain.
func NewSigner(domain, selector string, key crypto.Signer) (*Signer, error) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < 2048 {
			return nil, fmt.Errorf("the RSA key has %d bits, at least 2048 are needed", k.N.BitLen())
		}
	case ed25519.PrivateKey:
	default:
		return nil, errors.New("the key is neither RSA nor Ed25519")
	}
	domain = strings.ToLower(domain)
	if message.AddrSpec("x@"+domain) != "x@"+domain || selector == "" || strings.ContainsAny(selector, " ;=\r\n@") {
		return nil, fmt.Errorf("domain %q and selector %q do not name a key", domain, selector)
	}
	return &Signer{domain, strings.ToLower(selector), key}, nil
}

// Sign puts a signature before mail.
func (s *Signer) Sign(mail []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(mail) + 1024)
	err := dkim.Sign(&out, bytes.NewReader(mail), &dkim.SignOptions{
		Domain: s.domain, Selector: s.selector, Signer: s.key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return out.Bytes(), nil
}
