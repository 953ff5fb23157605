package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// identity are the fields that make a mail what it is. The hash takes these
// and no others: every server on the way adds fields of its own (Received,
// Delivered-To, Return-Path, X-Spam-*, Authentication-Results, ARC-*, X-Google-*,
// X-MS-Exchange-*, a forwarder's second DKIM-Signature), and a list of fields to
// leave out would never be complete. Two mails that agree in all these and in
// the body are one mail.
var identity = []string{
	"from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
	"content-type", "content-transfer-encoding", "auto-submitted",
}

// Dedupe is equal for two sightings of the same mail: SHA-256, in hex, over
// its identity fields and its body with line ends made equal and blank lines
// at its end left out.
func Dedupe(raw []byte) string {
	p := &parser{lim: Limits{}.orDefault()}
	b := p.normalise(raw)
	h, body := p.scanHeader(b, nil)
	sum := sha256.New()
	for _, name := range identity {
		for i := range h {
			if h[i].name == name {
				sum.Write([]byte(name))
				sum.Write([]byte{':'})
				sum.Write([]byte(collapse(unfold(h[i].value))))
				sum.Write([]byte{'\n'})
			}
		}
	}
	sum.Write([]byte{0})
	hashBody(sum, bytes.TrimRight(b[body:], "\r\n \t"))
	return hex.EncodeToString(sum.Sum(nil))
}

// hashBody writes b with every CRLF as LF.
func hashBody(sum hash.Hash, b []byte) {
	for {
		i := bytes.Index(b, []byte("\r\n"))
		if i < 0 {
			sum.Write(b)
			return
		}
		sum.Write(b[:i])
		sum.Write([]byte{'\n'})
		b = b[i+2:]
	}
}
