package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"html"
	"net/http"
	"strings"
)

// Letterhead is how the agency's mails look: its name and logo above the words,
// its address and hours below. The logo is in the mail itself, shown by its
// Content-ID (RFC 2392), so that nobody's program has to fetch anything.
type Letterhead struct {
	Name   string
	Footer string // lines
	logo   []byte
	typ    string
	cid    string
}

// maxLogo is how large a logo may be: it travels with every mail.
const maxLogo = 100_000

// NewLetterhead checks its parts. logo is a PNG, JPEG or GIF of at most 100 kB,
// or empty. Drawings in SVG are shown by few mail programs.
func NewLetterhead(name, footer string, logo []byte) (*Letterhead, error) {
	l := &Letterhead{Name: clean(strings.TrimSpace(name)), Footer: strings.ReplaceAll(clean(strings.TrimSpace(footer)), "\r", "")}
	if len(logo) == 0 {
		return l, nil
	}
	l.logo, l.typ = logo, http.DetectContentType(logo)
	switch {
	case l.typ != "image/png" && l.typ != "image/jpeg" && l.typ != "image/gif":
		return nil, errors.New("the logo is neither PNG nor JPEG nor GIF")
	case len(logo) > maxLogo:
		return nil, errors.New("the logo is larger than 100 kB")
	}
	sum := sha256.Sum256(logo)
	l.cid = "logo." + hex.EncodeToString(sum[:8]) + "@ventanilla"
	return l, nil
}

func (l *Letterhead) hasLogo() bool { return l != nil && len(l.logo) > 0 }

// dress puts the letterhead around a mail's words. In plain text the footer
// follows the signature mark (RFC 3676 §4.3), which programs that answer cut off.
func (l *Letterhead) dress(plain, page string) (string, string) {
	if l == nil {
		return plain, page
	}
	if l.Footer != "" || l.Name != "" {
		plain = strings.TrimRight(plain, "\n") + "\n\n-- \n" + strings.TrimSpace(l.Name+"\n"+l.Footer)
	}
	head := ""
	if l.hasLogo() {
		head = `<img src="cid:` + l.cid + `" alt="` + html.EscapeString(l.Name) + `" height="48" style="height:48px;border:0;vertical-align:middle"> `
	}
	if l.Name != "" {
		head += `<b style="vertical-align:middle">` + html.EscapeString(l.Name) + "</b>"
	}
	const open, end = "<body>\n", "</body></html>\n"
	body := strings.TrimSuffix(page[strings.Index(page, open)+len(open):], end)
	top := page[:strings.Index(page, open)] + `<body style="margin:0;padding:0">` + "\n" +
		`<table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;max-width:640px;font-family:sans-serif;font-size:15px;line-height:1.5">` + "\n"
	if head != "" {
		top += `<tr><td style="padding:16px;border-bottom:2px solid #0b6b6b">` + head + "</td></tr>\n"
	}
	bottom := ""
	if l.Footer != "" {
		bottom = `<tr><td style="padding:12px 16px;border-top:1px solid #cccccc;color:#555555;font-size:13px">` + strings.ReplaceAll(html.EscapeString(l.Footer), "\n", "<br>\n") + "</td></tr>\n"
	}
	return plain, top + `<tr><td style="padding:8px 16px">` + "\n" + body + "</td></tr>\n" + bottom + "</table>\n" + end
}

// related is the page with its logo (RFC 2387).
func (l *Letterhead) related(b *bytes.Buffer, page, bd string) {
	b.WriteString("Content-Type: multipart/related; type=\"text/html\"; boundary=\"" + bd + "\"\r\n\r\n--" + bd + "\r\n")
	textPart(b, "text/html", page)
	b.WriteString("--" + bd + "\r\nContent-Type: " + l.typ + "\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <" + l.cid + ">\r\nContent-Disposition: inline; filename=\"logo." + strings.TrimPrefix(l.typ, "image/") + "\"\r\n\r\n")
	writeBase64(b, l.logo)
	b.WriteString("--" + bd + "--\r\n")
}
