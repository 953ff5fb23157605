package message

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"ventanilla/channels"
)

// hostile are mails made to cost more than their length.
func hostile() map[string][]byte {
	head := "From: a@b.bo\r\nSubject: x\r\nMessage-ID: <h@b>\r\n"
	nest := func(n int, closed bool) []byte {
		var b bytes.Buffer
		b.WriteString(head)
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		b.WriteString("Content-Type: text/plain\r\n\r\nfondo\r\n")
		for i := n - 1; closed && i >= 0; i-- {
			fmt.Fprintf(&b, "--b%d--\r\n", i)
		}
		return b.Bytes()
	}
	rfc822 := func(n int) []byte {
		return []byte(head + strings.Repeat("Content-Type: message/rfc822\r\n\r\nFrom: a@b.bo\r\n", n) + "\r\nfondo\r\n")
	}
	parts := head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: text/plain\r\n\r\nparte\r\n", 50_000) + "--b--\r\n"
	plain := head + "Content-Type: text/plain; charset=utf-8\r\n\r\n"
	html := head + "Content-Type: text/html\r\n\r\n"
	const mb = 1 << 20
	return map[string][]byte{
		"5000 open levels":      nest(5000, false),
		"5000 closed levels":    nest(5000, true),
		"300 open levels":       nest(300, false),
		"50000 parts":           []byte(parts),
		"2000 mails in mails":   rfc822(2000),
		"dash lines":            []byte(string(nest(49, false)) + strings.Repeat("--\r\n", mb)),
		"one line":              []byte(plain + strings.Repeat("a", 4*mb)),
		"quote marks":           []byte(plain + strings.Repeat("> ", 2*mb)),
		"wrote without end":     []byte(plain + strings.Repeat("El 3 nov 2026 a las 10:12, x@y ", 50_000)),
		"wrote lines":           []byte(plain + strings.Repeat("El 3 nov 2026 a las 10:12, x@y\r\n", 50_000)),
		"de lines":              []byte(plain + strings.Repeat("De: x\r\n", 200_000)),
		"html depth":            []byte(html + strings.Repeat("<div>", 200_000) + "fondo"),
		"html quotes":           []byte(html + strings.Repeat("<blockquote>x", 50_000)),
		"html attributes":       []byte(html + "<p " + strings.Repeat("a=b ", 200_000) + ">fondo</p>"),
		"html open tag":         []byte(html + strings.Repeat("<a <", 500_000)),
		"encoded words":         []byte("Subject: " + strings.Repeat("=?utf-8?q?a?= ", 100_000) + "\r\nFrom: a@b.bo\r\n\r\nx"),
		"half encoded words":    []byte("From: a@b.bo\r\nSubject: " + strings.Repeat("=?", 500_000) + "\r\n\r\nx"),
		"addresses":             []byte("From: a@b.bo\r\nTo: " + strings.Repeat("a@b.bo, ", 200_000) + "\r\n\r\nx"),
		"parentheses":           []byte("From: " + strings.Repeat("(", 200_000) + "a@b.bo\r\n\r\nx"),
		"quotes in an address":  []byte("From: " + strings.Repeat(`"a`, 200_000) + "a@b.bo\r\n\r\nx"),
		"references":            []byte("From: a@b.bo\r\nReferences: " + strings.Repeat("<a@b> <c@d> ", 100_000) + "\r\n\r\nx"),
		"many references":       []byte("From: a@b.bo\r\nReferences: " + manyIDs(60_000) + "\r\n\r\nx"),
		"parameters":            []byte("From: a@b.bo\r\nContent-Type: text/plain" + strings.Repeat("; a*0*=x", 100_000) + "\r\n\r\nx"),
		"quotes in parameters":  []byte("From: a@b.bo\r\nContent-Type: text/plain; " + strings.Repeat(`a="`, 100_000) + "\r\n\r\nx"),
		"fields":                []byte(strings.Repeat("X-A: b\r\n", 200_000) + "From: a@b.bo\r\n\r\nx"),
		"bad lines":             []byte("From: a@b.bo\r\n" + strings.Repeat("mala linea\r\n"+strings.Repeat("otra\r\n", 28)+"To: x@y.bo\r\n", 10_000) + "\r\nx"),
		"folded":                []byte("From: a@b.bo\r\nSubject: x" + strings.Repeat("\r\n y", 300_000) + "\r\n\r\nx"),
		"utf7":                  []byte(head + "Content-Type: text/plain; charset=utf-7\r\n\r\n" + strings.Repeat("+", mb)),
		"uuencode":              []byte(head + "Content-Transfer-Encoding: x-uue\r\n\r\nbegin 644 x\r\n" + strings.Repeat("M\r\n", 500_000)),
		"delivery status":       []byte(head + "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" + strings.Repeat("Final-Recipient: rfc822; a@b.bo\r\nAction: failed\r\n\r\n", 50_000)),
		"addresses in a bounce": []byte("From: mailer-daemon@b.bo\r\nReturn-Path: <>\r\nSubject: failure notice\r\n\r\n" + strings.Repeat("a@b.bo ", 200_000)),
		"legal notices":         []byte(plain + strings.Repeat("aviso confidencial para su destinatario, y si llegó por error queda prohibido leerlo, borre ya este correo\n\n", 20_000)),
		"introductions":         []byte(plain + strings.Repeat("El 3 nov 2026 a las 10:12, Ana <a@b.bo> escribió\n", 50_000)),
		"colons":                []byte(plain + strings.Repeat("El 3 nov 2026 a las 10:12, Ana dijo:\n", 60_000)),
		"bounce words":          []byte("From: mailer-daemon@b.bo\r\nReturn-Path: <>\r\nSubject: undeliverable\r\n\r\n" + strings.Repeat("550 to: a@b.bo user unknown ", 100) + strings.Repeat("\n<x@b.bo>: 550 no", 50_000)),
		"one address a line":    []byte("From: mailer-daemon@b.bo\r\nReturn-Path: <>\r\nSubject: undeliverable\r\n\r\n" + manyRecipients(20_000)),
		"same boundary":         []byte(head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", 50_000)),
		"unlabelled bytes":      []byte(head + "\r\n" + strings.Repeat("\xb0\xa1\xe0\x81", mb)),
		"flowed":                []byte(head + "Content-Type: text/plain; format=flowed\r\n\r\n" + strings.Repeat("a \r\n", 500_000)),
	}
}

func manyRecipients(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<x%d@b.bo>: 550 no\n", i)
	}
	return b.String()
}

func manyIDs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<%d@x> ", i)
	}
	return b.String()
}

// processor is the processor's time that f takes: what else a shared machine
// does is no fault of the reader's.
func processor(f func()) time.Duration {
	now := func() time.Duration {
		var u syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	began := now()
	f()
	return now() - began
}

// TestHostile: no mail may cost much more than its length. Other readers take
// over 60 s for some of these.
func TestHostile(t *testing.T) {
	for name, raw := range hostile() {
		t.Run(name, func(t *testing.T) {
			var m Mail
			took := processor(func() { m = Parse(raw, Options{}) })
			check(t, raw, m)
			if took > 2*time.Second {
				t.Errorf("%d bytes took %s", len(raw), took)
			}
			if took = processor(func() { Dedupe(raw) }); took > time.Second {
				t.Errorf("dedupe: %s", took)
			}
		})
	}
}

// check holds for every mail that was ever read.
func check(t testing.TB, raw []byte, m Mail) {
	t.Helper()
	for what, s := range map[string]string{"subject": m.Subject, "text": m.Text, "said": m.Said, "html": m.HTML, "from": m.From.Value, "name": m.From.Name, "id": m.MessageID, "token": m.Token} {
		if !utf8.ValidString(s) {
			t.Errorf("%s is not UTF-8: %q", what, shorten(s, 100))
		}
		if strings.ContainsRune(s, 0) {
			t.Errorf("%s has a NUL", what)
		}
	}
	if strings.ContainsAny(m.Subject+m.From.Name+m.From.Value+m.MessageID, "\r\n") {
		t.Error("a line end in a single-line field")
	}
	if m.Text != "" && m.Said == "" {
		t.Error("words, but nothing said")
	}
	if m.Kind == "" {
		t.Error("no kind")
	}
	for _, f := range m.Files {
		if f.Name == "" && extension(f.Type) != "" || strings.ContainsAny(f.Name, "/\\\x00\n") || !utf8.ValidString(f.Name) {
			t.Errorf("file name %q", f.Name)
		}
	}
	if len(m.Files) > 2000 || len(m.Text) > 20<<20 || len(m.Defects) > 60 {
		t.Errorf("%d files, %d bytes of text, %d defects", len(m.Files), len(m.Text), len(m.Defects))
	}
}

// TestMutations breaks every fixture in many small ways.
func TestMutations(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	all := fixtures(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		raw := all[name]
		for range 40 {
			b := bytes.Clone(raw)
			for range 1 + r.Intn(4) {
				if len(b) == 0 {
					break
				}
				i := r.Intn(len(b))
				switch r.Intn(4) {
				case 0:
					b[i] = byte(r.Intn(256))
				case 1:
					b = b[:i]
				case 2:
					b = append(b[:i], b[min(len(b), i+r.Intn(30)):]...)
				case 3:
					b = append(b[:i:i], append([]byte("\r\n"), b[i:]...)...)
				}
			}
			check(t, b, Parse(b, Options{Own: own, Envelope: &Envelope{MailFrom: "x@y.bo", RcptTo: []string{"soporte@agetic.gob.bo"}}}))
			Dedupe(b)
		}
	}
}

// FuzzParse looks for a panic, a hang, or text that is no text.
func FuzzParse(f *testing.F) {
	for _, raw := range fixtures(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		check(t, raw, Parse(raw, Options{Own: own}))
		if Dedupe(raw) != Dedupe(raw) {
			t.Error("dedupe is not stable")
		}
	})
}

// FuzzSaid: whatever is cut, what remains is the person's own lines in order, of
// which one may go on with an introduction.
func FuzzSaid(f *testing.F) {
	for _, raw := range fixtures(f) {
		f.Add(Parse(raw, Options{}).Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = clean(text)
		out := said("", text)
		if strings.TrimSpace(text) != "" && out == "" {
			t.Error("nothing left")
		}
		rest := strings.Split(text, "\n")
		for _, l := range strings.Split(out, "\n") {
			i := 0
			for i < len(rest) && rest[i] != l && (ownWords(rest[i]) == 0 || rest[i][:ownWords(rest[i])] != l) {
				i++
			}
			if i == len(rest) {
				t.Fatalf("line %q is not in the text", l)
			}
			rest = rest[i+1:]
		}
	})
}

func TestTextLimit(t *testing.T) {
	raw := []byte("From: a@b.bo\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Repeat("señal ", 1000))
	m := Parse(raw, Options{Limits: Limits{Text: 1001}})
	check(t, raw, m)
	if len(m.Text) > 1005 || len(m.Files) != 1 || len(m.Files[0].Data) != 7000 {
		t.Errorf("%d bytes of text, %d files: the whole must stay reachable", len(m.Text), len(m.Files))
	}
	if m.Kind != channels.Human {
		t.Error(m.Kind)
	}
}
