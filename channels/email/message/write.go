package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"html"
	"mime"
	"mime/quotedprintable"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"

	"ventanilla/channels"
)

// Outgoing is a mail to be written. Values may come from strangers: whatever
// would break out of its field is removed.
type Outgoing struct {
	From       channels.Address
	To, Cc     []channels.Address
	ReplyTo    string // bare address, with its plus token; empty for none
	Subject    string
	Text       string
	Date       time.Time
	MessageID  string // without brackets
	InReplyTo  string
	References []string // oldest first
	Auto       bool     // "Auto-Submitted: auto-replied" (RFC 3834 §5)
	Loop       string   // value of X-Ventanilla-Loop, the desk's domain; empty for none
	CaseCode   string   // X-Ventanilla-Case; empty for none
	Token      string   // reply token that quotes of the mail shall carry; empty for none
	Files      []channels.File
	Letterhead *Letterhead // nil for none
}

// Write makes the bytes of o (RFC 5322, 2045–2047, 2231): plain text beside
// simple HTML of the same words, files after them. All lines are ASCII, at
// most 998 bytes, ended by CRLF. The same Outgoing gives the same bytes, so
// that a repetition is recognisable.
func Write(o Outgoing) []byte {
	var b bytes.Buffer
	w := fieldWriter{&b}
	w.structured("From", addressList([]channels.Address{o.From}))
	w.structured("To", addressList(o.To))
	w.structured("Cc", addressList(o.Cc))
	if a := AddrSpec(o.ReplyTo); a != "" {
		w.structured("Reply-To", []string{"<" + a + ">"})
	}
	w.text("Subject", o.Subject)
	w.structured("Date", []string{o.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700")})
	w.ids("Message-ID", []string{o.MessageID})
	w.ids("In-Reply-To", []string{o.InReplyTo})
	w.ids("References", lastIDs(o.References))
	if o.Auto {
		w.structured("Auto-Submitted", []string{"auto-replied"})
		w.structured("X-Auto-Response-Suppress", []string{"All"})
	}
	w.text(LoopHeader, asciiToken(o.Loop))
	w.text("X-Ventanilla-Case", asciiToken(o.CaseCode))
	w.structured("MIME-Version", []string{"1.0"})
	body(&b, o)
	return b.Bytes()
}

// lastIDs keeps the first reference and the newest ones (RFC 5322 §3.6.4
// leaves the length open; servers do not).
func lastIDs(refs []string) []string {
	if len(refs) <= 30 {
		return refs
	}
	return append([]string{refs[0]}, refs[len(refs)-29:]...)
}

func body(b *bytes.Buffer, o Outgoing) {
	sum := sha256.Sum256([]byte(o.MessageID + "\x00" + o.Subject))
	// "=_" occurs neither in quoted-printable nor in base64 (RFC 2045 §6.7).
	bd := "=_v" + hex.EncodeToString(sum[:12])
	if len(o.Files) == 0 {
		alternative(b, o, bd+"a")
		return
	}
	b.WriteString("Content-Type: multipart/mixed; boundary=\"" + bd + "m\"\r\n\r\n")
	b.WriteString("--" + bd + "m\r\n")
	alternative(b, o, bd+"a")
	for _, f := range o.Files {
		b.WriteString("--" + bd + "m\r\n")
		attachment(b, f)
	}
	b.WriteString("--" + bd + "m--\r\n")
}

func alternative(b *bytes.Buffer, o Outgoing, bd string) {
	text := strings.ReplaceAll(clean(strings.ToValidUTF8(o.Text, "\uFFFD")), "\r", "\n")
	plain, page := withMarker(text, asciiToken(o.Token))
	plain, page = o.Letterhead.dress(plain, page)
	b.WriteString("Content-Type: multipart/alternative; boundary=\"" + bd + "\"\r\n\r\n--" + bd + "\r\n")
	textPart(b, "text/plain", plain+"\n")
	b.WriteString("--" + bd + "\r\n")
	if o.Letterhead.hasLogo() {
		o.Letterhead.related(b, page, bd+"r")
	} else {
		textPart(b, "text/html", page)
	}
	b.WriteString("--" + bd + "--\r\n")
}

func textPart(b *bytes.Buffer, typ, text string) {
	b.WriteString("Content-Type: " + typ + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	q := quotedprintable.NewWriter(b)
	q.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
	q.Close()
	b.WriteString("\r\n")
}

// simpleHTML shows the words of text, and nothing that they could contain;
// end is markup to put after them.
func simpleHTML(text, end string) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"es\"><head><meta charset=\"utf-8\"></head><body>\n")
	for _, para := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(strings.Trim(para, "\n")), "\n", "<br>\n") + "</p>\n")
	}
	b.WriteString(end + "</body></html>\n")
	return b.String()
}

func attachment(b *bytes.Buffer, f channels.File) {
	typ := f.Type
	if t, _, err := mime.ParseMediaType(typ); err != nil || len(t) > 120 || !strings.Contains(t, "/") || strings.HasPrefix(t, "message/") || strings.HasPrefix(t, "multipart/") {
		typ = "application/octet-stream" // RFC 2046 §5.2.1 forbids base64 there
	} else {
		typ = t
	}
	name := outName(f.Name)
	b.WriteString("Content-Type: " + typ + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment")
	if isASCII(name) {
		b.WriteString(";\r\n filename=\"" + strings.NewReplacer(`\`, `_`, `"`, `_`).Replace(name) + "\"")
	} else {
		b.WriteString(";\r\n filename*=UTF-8''" + percentEncode(name)) // RFC 2231 §4
	}
	b.WriteString("\r\n\r\n")
	writeBase64(b, f.Data)
}

func writeBase64(b *bytes.Buffer, data []byte) {
	enc := base64.StdEncoding.EncodeToString(data)
	for len(enc) > 76 {
		b.WriteString(enc[:76] + "\r\n")
		enc = enc[76:]
	}
	b.WriteString(enc + "\r\n")
}

// outName is at most 120 bytes and keeps the extension, so that its encoded
// form fits on a line.
func outName(s string) string {
	p := parser{}
	s = p.fileName(strings.ReplaceAll(s, "=?", "=_"))
	if s == "" {
		s = "adjunto"
	}
	if len(s) > 120 {
		ext := ""
		if i := strings.LastIndexByte(s, '.'); i >= 0 && len(s)-i <= 10 {
			ext = s[i:]
		}
		s = shorten(s, 120-len(ext)) + ext
	}
	return s
}

func percentEncode(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

// fieldWriter writes header fields, folded at 76 columns.
type fieldWriter struct{ b *bytes.Buffer }

// structured writes tokens that may be separated by folding white space.
func (w fieldWriter) structured(name string, tokens []string) {
	if len(tokens) == 0 {
		return
	}
	w.b.WriteString(name + ":")
	col := len(name) + 1
	for _, t := range tokens {
		for _, word := range strings.Fields(t) {
			if col+1+len(word) > 76 && col > len(name)+1 {
				w.b.WriteString("\r\n")
				col = 0
			}
			w.b.WriteString(" " + word)
			col += 1 + len(word)
		}
	}
	w.b.WriteString("\r\n")
}

// text writes an unstructured field: as it is if it is short ASCII, else as
// encoded words, which cannot break out of the field.
func (w fieldWriter) text(name, s string) {
	s = shorten(collapse(strings.ToValidUTF8(s, "\uFFFD")), 2000)
	if s == "" {
		return
	}
	if isASCII(s) && !strings.Contains(s, "=?") && len(name)+2+len(s) <= 76 {
		w.b.WriteString(name + ": " + s + "\r\n")
		return
	}
	w.structured(name, encodeWords(s))
}

// encodeWords makes encoded words of at most 75 characters (RFC 2047 §2).
func encodeWords(s string) []string {
	if isASCII(s) && !strings.Contains(s, "=?") && longestWord(s) < 70 {
		return strings.Fields(s)
	}
	const room = 75 - len("=?utf-8?b??=")
	var out []string
	var chunk []byte
	flush := func() {
		if len(chunk) > 0 {
			out = append(out, "=?utf-8?b?"+base64.StdEncoding.EncodeToString(chunk)+"?=")
			chunk = chunk[:0]
		}
	}
	for _, r := range s {
		if (len(chunk)+len(string(r))+2)/3*4 > room-4 {
			flush()
		}
		chunk = append(chunk, string(r)...)
	}
	flush()
	return out
}

func longestWord(s string) (n int) {
	for _, f := range strings.Fields(s) {
		n = max(n, len(f))
	}
	return n
}

// ids writes message ids in brackets.
func (w fieldWriter) ids(name string, list []string) {
	var out []string
	for _, id := range list {
		if id = asciiToken(id); id != "" && len(id) <= 900 {
			out = append(out, "<"+id+">")
		}
	}
	w.structured(name, out)
}

// asciiToken keeps what may stand in a message id or a token.
func asciiToken(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || r == '<' || r == '>' {
			return -1
		}
		return r
	}, s)
}

// addressList writes each address as tokens; those without a usable address
// are left out.
func addressList(l []channels.Address) []string {
	var out []string
	for _, a := range l {
		spec := AddrSpec(a.Value)
		if spec == "" {
			continue
		}
		if len(out) > 0 {
			out[len(out)-1] += ","
		}
		if name := phrase(a.Name); len(name) > 0 {
			out = append(out, name...)
			out = append(out, "<"+spec+">")
		} else {
			out = append(out, spec)
		}
	}
	return out
}

// phrase is a display name: a quoted string if it is ASCII, else encoded words.
func phrase(s string) []string {
	s = shorten(collapse(strings.ToValidUTF8(s, "")), 200)
	if s == "" {
		return nil
	}
	if !isASCII(s) || strings.Contains(s, "=?") || longestWord(s) > 60 {
		return encodeWords(s)
	}
	return []string{`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`}
}

// AddrSpec is the address fit for a header and an SMTP command: canonical, its
// domain in ASCII (RFC 5891); "" if it is not. Local parts beyond ASCII would
// need SMTPUTF8 (RFC 6531) all the way and are not written.
func AddrSpec(s string) string {
	a := Canonical(s)
	if a == "" {
		return ""
	}
	local, domain, _ := strings.Cut(a, "@")
	if !isASCII(local) {
		return ""
	}
	if !isASCII(domain) {
		d, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return ""
		}
		domain = d
	}
	return local + "@" + domain
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}
