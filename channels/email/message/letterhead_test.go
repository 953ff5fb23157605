package message

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestLetterhead: the logo travels in the mail and is shown by its id, the words
// stay what they are, and what is written into name and footer cannot break out.
func TestLetterhead(t *testing.T) {
	logo := picture(t)
	l, err := NewLetterhead("Agencia <Ficticia> & Cía.", "Calle Ejemplo 123\nLunes a viernes", logo)
	if err != nil {
		t.Fatal(err)
	}
	o := Outgoing{
		From: channels.Address{Value: "mesa@agetic.gob.bo", Name: "Mesa de Ayuda"}, To: []channels.Address{{Value: "ana@correo.bo", Name: "Ana Ñandú"}},
		Subject: "Re: Su trámite ✓", Text: "Buen día, Ana:\n\nYa puede ingresar.\n\nAGETIC", Date: time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC), MessageID: "x@agetic.gob.bo",
		Token: "abc.1.aaaaaaaaaaaaaaaa", Letterhead: l,
	}
	for _, files := range [][]channels.File{nil, {{Name: "guía.pdf", Type: "application/pdf", Data: []byte("%PDF")}}} {
		o.Files = files
		raw := Write(o)
		m := Parse(raw, Options{})
		if !strings.HasPrefix(m.Text, "Buen día, Ana:\n\nYa puede ingresar.\n\nAGETIC\n\nRef: abc.1.aaaaaaaaaaaaaaaa\n\n-- \nAgencia <Ficticia> & Cía.\nCalle Ejemplo 123") {
			t.Errorf("plain text is %q", m.Text)
		}
		if m.Token != "abc.1.aaaaaaaaaaaaaaaa" {
			t.Errorf("the mark is lost: %q", m.Token)
		}
		for _, want := range []string{`src="cid:` + l.cid + `"`, "Agencia &lt;Ficticia&gt; &amp; Cía.", "Calle Ejemplo 123<br>", "<p>Ya puede ingresar.</p>", "</body></html>"} {
			if !strings.Contains(m.HTML, want) {
				t.Errorf("the page lacks %q:\n%s", want, m.HTML)
			}
		}
		if len(m.Files) != 1+len(files) || m.Files[0].ContentID != l.cid || !bytes.Equal(m.Files[0].Data, logo) {
			t.Errorf("files: %+v", m.Files)
		}
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("bad line %.80q", line)
			}
		}
		if len(m.Defects) > 0 {
			t.Errorf("defects %v", m.Defects)
		}
	}
	for name, bad := range map[string][]byte{"svg": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "too large": append(bytes.Clone(logo), make([]byte, maxLogo)...)} {
		if _, err := NewLetterhead("x", "", bad); err == nil {
			t.Errorf("a logo that is %s was taken", name)
		}
	}
}
