package router

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// signer makes and checks the ids of what the desk sends. An id carries its
// own proof, so that an answer finds its case whatever the mail program did to
// the subject, and nobody can name a case by guessing: "<outgoing id>.<proof>".
type signer struct {
	key    []byte
	domain string // right-hand side of a Message-ID (RFC 5322 §3.6.4)
}

var proofCoding = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

func (s signer) proof(outgoing string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(outgoing))
	return proofCoding.EncodeToString(mac.Sum(nil)[:10])
}

// token is the id with its proof, short and case-blind: it fits a plus address.
func (s signer) token(outgoing string) string {
	return outgoing + "." + s.proof(outgoing)
}

// messageID is the Message-ID, without brackets, of an outgoing message.
func (s signer) messageID(outgoing string) string {
	return s.token(outgoing) + "@" + s.domain
}

// open returns the outgoing id in a token or Message-ID that this desk signed.
func (s signer) open(id string) (outgoing string, ok bool) {
	id, domain, isID := strings.Cut(id, "@")
	if isID && !strings.EqualFold(domain, s.domain) {
		return "", false
	}
	id = strings.ToLower(id)
	dot := strings.LastIndexByte(id, '.')
	if dot <= 0 {
		return "", false
	}
	outgoing = id[:dot]
	return outgoing, hmac.Equal([]byte(id[dot+1:]), []byte(s.proof(outgoing)))
}

// ticketOf returns the case id inside an outgoing id.
func ticketOf(outgoing string) string {
	if dot := strings.LastIndexByte(outgoing, '.'); dot > 0 {
		return outgoing[:dot]
	}
	return ""
}
