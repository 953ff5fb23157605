package message

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
	"time"

	gomail "github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
)

var at = time.Date(2026, 11, 3, 10, 30, 0, 0, time.FixedZone("", -4*3600))

func outgoing() Outgoing {
	return Outgoing{
		From:    channels.Address{Value: "soporte@agetic.gob.bo", Name: "Mesa de Ayuda, AGETIC"},
		To:      []channels.Address{{Medium: channels.Email, Value: "ana@correo.bo", Name: "Ana Peña Ñañez"}},
		Cc:      []channels.Address{{Medium: channels.Email, Value: "luis@correo.bo", Name: `Luis "Lucho" Pérez`}, {Medium: channels.Email, Value: "sin.nombre@correo.bo"}},
		Subject: "Re: Solicitud de acceso a Ciudadanía Digital – certificación de firma y año 2026 (caso AIT-2026-000123-K)",
		ReplyTo: "soporte+k7x@agetic.gob.bo", Date: at, MessageID: "r1@agetic.gob.bo", InReplyTo: "abc@correo.bo",
		References: []string{"n0@correo.bo", "abc@correo.bo"}, Loop: "agetic.gob.bo", CaseCode: "AIT-2026-000123-K",
		Text: "Estimada Ana:\n\nSu acceso está habilitado: <https://agetic.gob.bo/?a=1&b=2>\n.\nFrom ahora en adelante…\n" + strings.Repeat("largo ", 400) + "\n\nAtentamente,\nMesa de Ayuda",
	}
}

// wellFormed holds for whatever Write makes.
func wellFormed(t testing.TB, raw []byte) {
	t.Helper()
	for _, l := range strings.Split(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
		if len(l) > 998 || strings.ContainsAny(l, "\r\n\x00") || !isASCII(l) {
			t.Fatalf("line of %d bytes: %.200q", len(l), l)
		}
	}
	if _, err := mail.ReadMessage(bytes.NewReader(raw)); err != nil {
		t.Fatalf("net/mail cannot read it: %v", err)
	}
}

// TestWriteRoundTrip: what is written is read back the same, by us and by others.
func TestWriteRoundTrip(t *testing.T) {
	o := outgoing()
	o.Files = []channels.File{
		{Name: "Guía año 2026.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte{0, 1, 2, 255}, 100)},
		{Name: "nota.txt", Type: "text/plain", Data: []byte("hola\n")},
		{Name: "correo.eml", Type: "message/rfc822", Data: []byte("From: x\r\n\r\ny")},
	}
	raw := Write(o)
	wellFormed(t, raw)
	if !bytes.Equal(raw, Write(o)) {
		t.Error("the same mail gives other bytes")
	}
	m := Parse(raw, Options{})
	if d := cmp.Diff(o.Text, m.Text); d != "" {
		t.Error(d)
	}
	if m.Subject != o.Subject || m.MessageID != o.MessageID || !m.Date.Equal(at) || m.ReplyTo[0].Value != o.ReplyTo || m.From.Name != o.From.Name {
		t.Errorf("%+v", m)
	}
	if d := cmp.Diff(o.To, m.To) + cmp.Diff(o.Cc, m.Cc) + cmp.Diff(o.References, m.References) + cmp.Diff([]string{o.InReplyTo}, m.InReplyTo); d != "" {
		t.Error(d)
	}
	if len(m.Files) != 3 || m.Files[0].Name != "Guía año 2026.pdf" || !bytes.Equal(m.Files[0].Data, o.Files[0].Data) || m.Files[2].Name != "correo.eml" {
		t.Errorf("%+v", m.Files)
	}
	if len(m.Defects) != 0 {
		t.Errorf("our own mail needs repair: %v", m.Defects)
	}
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := r.Header.Subject(); err != nil || s != o.Subject {
		t.Errorf("go-message reads the subject as %q, %v", s, err)
	}
	if l, err := r.Header.AddressList("Cc"); err != nil || len(l) != 2 || l[0].Name != `Luis "Lucho" Pérez` {
		t.Errorf("go-message reads Cc as %v, %v", l, err)
	}
	n := 0
	for {
		if _, err := r.NextPart(); err != nil {
			break
		}
		n++
	}
	if n != 5 {
		t.Errorf("go-message finds %d parts", n)
	}
}

func TestWriteAuto(t *testing.T) {
	o := outgoing()
	if m := Parse(Write(o), Options{Own: []string{"otra.gob.bo"}}); m.Kind != channels.Human {
		t.Errorf("an operator's answer is %s to another desk", m.Kind)
	}
	o.Auto = true
	raw := Write(o)
	if m := Parse(raw, Options{Own: []string{"otra.gob.bo"}}); m.Kind != channels.AutoReply {
		t.Errorf("an acknowledgement is %s to another desk", m.Kind)
	}
	if m := Parse(raw, Options{Own: own}); m.Kind != channels.Loop {
		t.Errorf("an acknowledgement is %s to ourselves", m.Kind)
	}
}

// evil tries to break out of a field.
var evil = []string{
	"x\r\nBcc: todos@correo.bo", "x\nBcc: todos@correo.bo", "x\rBcc: todos@correo.bo", "x\r\n\r\n<script>", "\x00x", "=?utf-8?q?=0D=0ABcc:_x?=",
	"x> <y", "a@b.bo>, <todos@correo.bo", `x" <todos@correo.bo>, "`, "\u2028Bcc: x", strings.Repeat("ñ", 5000), strings.Repeat("x", 5000), "", "\xff\xfe",
}

func TestWriteInjection(t *testing.T) {
	for _, e := range evil {
		o := outgoing()
		o.Subject, o.MessageID, o.InReplyTo, o.References = e, e, e, []string{e, "ok@x", e}
		o.From.Name, o.To[0].Name, o.ReplyTo, o.Loop, o.CaseCode = e, e, e, e, e
		o.Cc = []channels.Address{{Value: e, Name: "x"}, {Value: "b@c.bo", Name: e}}
		o.Files = []channels.File{{Name: e, Type: e, Data: []byte("x")}}
		o.Text = e
		raw := Write(o)
		wellFormed(t, raw)
		head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
		for _, l := range strings.Split(head, "\r\n") {
			if strings.HasPrefix(strings.ToLower(l), "bcc") {
				t.Errorf("%q broke out: %q", e, l)
			}
		}
		m := Parse(raw, Options{})
		for _, a := range append(m.To, m.Cc...) {
			if a.Value == "todos@correo.bo" {
				t.Errorf("%q made a recipient", e)
			}
		}
	}
}

func FuzzWrite(f *testing.F) {
	for _, e := range evil {
		f.Add(e, e, e, e)
	}
	f.Fuzz(func(t *testing.T, subject, name, text, file string) {
		o := outgoing()
		o.Subject, o.To[0].Name, o.Text, o.MessageID = subject, name, text, name
		o.Files = []channels.File{{Name: file, Type: file, Data: []byte(text)}}
		raw := Write(o)
		wellFormed(t, raw)
		if got := Parse(raw, Options{}); len(got.To) != 1 || got.To[0].Value != "ana@correo.bo" || len(got.Files) != 1 {
			t.Errorf("%+v", got)
		}
	})
}
