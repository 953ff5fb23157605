package message

import (
	"bytes"
	"strings"
	"testing"
)

func TestDedupe(t *testing.T) {
	raw := []byte("From: a@b.bo\r\nTo: x@y.bo\r\nSubject: hola\r\n mundo\r\nMessage-ID: <1@b>\r\nDate: Tue, 3 Nov 2026 10:30:00 -0400\r\n\r\nuno\r\ndos\r\n")
	same := map[string][]byte{
		"trace in front":   append([]byte("Return-Path: <a@b.bo>\r\nDelivered-To: soporte@agetic.gob.bo\r\nReceived: from x\r\n by y\r\nX-Spam-Status: No\r\nARC-Seal: i=1\r\nX-Google-Smtp-Source: z\r\n"), raw...),
		"LF":               bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")),
		"blank lines":      append(bytes.Clone(raw), "\r\n\r\n"...),
		"folded again":     bytes.Replace(raw, []byte("hola\r\n mundo"), []byte("hola mundo"), 1),
		"mbox":             append([]byte("From a@b.bo Tue Nov  3\n"), raw...),
		"second signature": append([]byte("DKIM-Signature: v=1; d=forwarder\r\n"), raw...),
	}
	for name, b := range same {
		if Dedupe(b) != Dedupe(raw) {
			t.Errorf("%s: another mail", name)
		}
	}
	for _, r := range [][2]string{{"uno", "tres"}, {"<1@b>", "<2@b>"}, {"a@b.bo", "c@b.bo"}, {"hola", "adios"}, {"10:30", "10:31"}, {"x@y.bo", "z@y.bo"}} {
		if Dedupe([]byte(strings.Replace(string(raw), r[0], r[1], 1))) == Dedupe(raw) {
			t.Errorf("%s → %s: the same mail", r[0], r[1])
		}
	}
	if Dedupe(nil) == Dedupe(raw) || len(Dedupe(nil)) != 64 {
		t.Error("the empty mail")
	}
}
