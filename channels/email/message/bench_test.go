package message

import (
	"bytes"
	"io"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"
)

// typical is a mail of about 3 kB as Gmail sends it.
func typical(t testing.TB) []byte {
	raw := fixtures(t)["gmail-respuesta"]
	pad := "Received: from mx.correo.bo (mx.correo.bo [192.0.2.1])\r\n\tby mx.agetic.gob.bo with ESMTPS id abc\r\n\tfor <soporte@agetic.gob.bo>; Tue, 3 Nov 2026 10:30:02 -0400\r\n"
	head := strings.Repeat(pad, 5) + "DKIM-Signature: v=1; a=rsa-sha256; d=gmail.com;\r\n b=" + strings.Repeat("A", 300) + "\r\n"
	return append([]byte(head), raw...)
}

func BenchmarkParse(b *testing.B) {
	raw := typical(b)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(raw, Options{Own: own})
	}
}

// BenchmarkGoMessage reads the same mail with go-message: header and text of
// every part, without files, kinds, quotes or repair.
func BenchmarkGoMessage(b *testing.B) {
	raw := typical(b)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := gomail.CreateReader(bytes.NewReader(raw))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Subject()
		r.Header.AddressList("From")
		r.Header.AddressList("To")
		r.Header.Date()
		r.Header.MsgIDList("References")
		for {
			p, err := r.NextPart()
			if err != nil && !gomessage.IsUnknownCharset(err) {
				break
			}
			io.ReadAll(p.Body)
		}
	}
}

func BenchmarkDedupe(b *testing.B) {
	raw := typical(b)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Dedupe(raw)
	}
}

func BenchmarkWrite(b *testing.B) {
	o := outgoing()
	for b.Loop() {
		Write(o)
	}
}
