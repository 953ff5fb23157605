package config

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// DKIM is how mails that go out are signed. An empty Selector means that the
// relay signs, or nobody.
type DKIM struct {
	Selector string `toml:"selector"`
	Domain   string `toml:"domain"` // empty: that of email.address
	Key      Secret `toml:"key"`    // PEM: PKCS #8, or PKCS #1 for RSA
}

// Signer reads the key. Its errors are for the administrator.
func (d DKIM) Signer() (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(d.Key.Value()))
	if block == nil {
		return nil, errors.New(`no es un archivo PEM, que empieza con "-----BEGIN PRIVATE KEY-----"; haga uno con: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`)
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return nil, errors.New("está protegida con una contraseña; dé una sin ella, legible solo por el servicio")
	default:
		return nil, fmt.Errorf("contiene %q y no una clave privada", block.Type)
	}
	if err != nil {
		return nil, errors.New("la clave privada está dañada")
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < 2048 {
			return nil, fmt.Errorf("la clave RSA tiene %d bits; haga una de 2048 o más", k.N.BitLen())
		}
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, errors.New("la clave no es RSA ni Ed25519, las únicas que sirven para DKIM")
}

func (c *Config) checkDKIM(k *checks) {
	d := c.Email.DKIM
	if d.Selector == "" {
		if d.Key.Set() || d.Domain != "" {
			k.add("email.dkim", "falta selector: sin él no se firma nada")
		}
		return
	}
	if !d.Key.Set() {
		k.add("email.dkim", `falta key, por ejemplo "file:/etc/ventanilla/dkim.pem"`)
	} else if d.Key.Value() != "" { // else it could not be read, which is said elsewhere
		if _, err := d.Signer(); err != nil {
			k.add("email.dkim.key", err.Error())
		}
	}
	if strings.ContainsAny(d.Selector, " ;=@_") {
		k.add("email.dkim.selector", fmt.Sprintf("%q no vale; use letras, cifras y guiones", d.Selector))
	}
	domain, ours := c.DKIMDomain(), c.Domain()
	if domain != ours && !strings.HasSuffix(ours, "."+domain) && !strings.HasSuffix(domain, "."+ours) {
		k.add("email.dkim.domain", fmt.Sprintf("%s no es el dominio de %s: los demás servidores no tendrían en cuenta la firma", domain, c.Email.Address))
	}
}

// DKIMDomain is the domain that signs.
func (c *Config) DKIMDomain() string {
	if d := strings.ToLower(c.Email.DKIM.Domain); d != "" {
		return d
	}
	return c.Domain()
}
