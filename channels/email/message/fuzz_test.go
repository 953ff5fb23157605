package message

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ventanilla/channels"
)

// FuzzHTML: text is text, whatever the markup, and no longer than it can be.
func FuzzHTML(f *testing.F) {
	for _, raw := range fixtures(f) {
		if m := Parse(raw, Options{}); m.HTML != "" {
			f.Add(m.HTML)
		}
	}
	for _, s := range []string{"<style>p{} <p>x", "<blockquote><div class=yahoo_quoted>x</blockquote>y</div>", "<pre>a\n b</pre>", "&#0;&#x110000;", "<title>x", "<blockquote style='margin:0 0 0 40px;border:none'>x<blockquote>y</blockquote>z</blockquote>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := HTMLText(s)
		if !utf8.ValidString(out) || strings.ContainsAny(out, "\x00\r") {
			t.Errorf("%q is no text", out)
		}
		if len(out) > 60*len(s)+100 {
			t.Errorf("%d bytes of %d", len(out), len(s))
		}
		said("", out)
	})
}

// FuzzDSN: whatever a daemon writes, the bounce names addresses and codes.
func FuzzDSN(f *testing.F) {
	for _, raw := range fixtures(f) {
		m := Parse(raw, Options{})
		if m.Kind != channels.Bounce && m.Kind != channels.Delivered {
			continue
		}
		status := ""
		for _, r := range m.reports {
			status = string(r.data)
		}
		f.Add(m.Subject, m.Text, status)
	}
	f.Fuzz(func(t *testing.T, subject, text, status string) {
		raw := "From: MAILER-DAEMON@mx.bo\nTo: soporte@agetic.gob.bo\nSubject: " + collapse(subject) + "\nReturn-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=zq9\n\n" +
			"--zq9\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n--zq9\nContent-Type: message/delivery-status\n\n" + status + "\n--zq9--\n"
		m := Parse([]byte(raw), Options{Own: own})
		check(t, []byte(raw), m)
		for _, b := range m.Bounces {
			if b.Recipient != "" && Canonical(b.Recipient) != b.Recipient {
				t.Errorf("recipient %q", b.Recipient)
			}
			if b.Status != "" && statusCode.FindString(b.Status) != b.Status {
				t.Errorf("status %q", b.Status)
			}
			if b.Hard && (!b.Final || !strings.HasPrefix(b.Status, "5")) {
				t.Errorf("permanent: %+v", b)
			}
			if len(b.Reason) > 600 || strings.ContainsAny(b.Reason, "\r\n") {
				t.Errorf("reason %q", b.Reason)
			}
		}
	})
}
