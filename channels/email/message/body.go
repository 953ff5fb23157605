package message

import (
	"html"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"ventanilla/channels"
)

// report is a machine-readable part: delivery status, read receipt, abuse
// report, or the header of the message it speaks of.
type report struct {
	typ  string
	data []byte
}

// collector gathers the texts and files of one mail from its tree.
type collector struct {
	p        *parser
	m        *Mail
	level    int
	fallback string // text of a file that is text, for a mail that has no other
	wrapped  int    // signed wrappers that were taken off
}

// piece is what one part of the tree says.
type piece struct{ text, html string }

func (c *collector) body(root *part) {
	pc := c.render(root, false)
	if pc.text == "" && pc.html != "" {
		pc.text = HTMLText(pc.html)
	}
	if strings.TrimSpace(pc.text) == "" && pc.html == "" {
		pc.text = c.fallback
	}
	if strings.TrimSpace(pc.text) == "" && len(root.parts) > 0 {
		pc.text = c.decodeText(root.body, "", "text/plain", nil) // only a preamble
	}
	c.m.Text = strings.Trim(pc.text, "\n")
	if strings.TrimSpace(c.m.Text) == "" {
		c.m.Text = ""
		if c.level == 0 {
			c.p.defect(DefectEmpty)
		}
	}
	c.m.HTML = pc.html
}

// render walks the tree; its depth is bounded by Limits.Depth.
func (c *collector) render(pt *part, alternative bool) piece {
	if len(pt.parts) == 0 {
		return c.leaf(pt, alternative)
	}
	if pt.typ == "multipart/alternative" {
		return c.alternative(pt)
	}
	if pt.typ == "multipart/encrypted" {
		c.p.defect(DefectPGP)
	}
	var texts []piece
	anyHTML := false
	for _, child := range pt.parts {
		if pc := c.render(child, alternative); pc.text != "" || pc.html != "" {
			texts = append(texts, pc)
			anyHTML = anyHTML || pc.html != ""
		}
	}
	if len(texts) == 1 {
		return texts[0]
	}
	var out piece
	for _, pc := range texts {
		if pc.text == "" {
			pc.text = HTMLText(pc.html)
		}
		out.text = joinText(out.text, pc.text)
		if anyHTML && pc.html == "" {
			pc.html = "<pre>" + html.EscapeString(pc.text) + "</pre>"
		}
		out.html += pc.html
	}
	return c.bound(out)
}

// alternative takes the plain text and the last HTML. A plain part that only
// says "this needs HTML" gives way. Two plain texts that say different things
// are no alternatives, whatever the sender's program calls them: both are kept,
// and so is what stands beside the HTML in a multipart/mixed.
func (c *collector) alternative(pt *part) piece {
	var out piece
	plains := 1
	for _, child := range pt.parts {
		pc := c.render(child, true)
		switch plain := child.typ == "text/plain"; {
		case strings.TrimSpace(out.text) == "" && pc.html == "" || out.text == "":
			out.text = pc.text
		case plain && plains < maxPlains && !saidIn(out.text, pc.text):
			out.text = joinText(out.text, pc.text)
			plains++
		case child.typ == "multipart/mixed" && plains < maxPlains: // holds more than another form of the same
			out.text = joinText(out.text, beyond(pc.text, out.text))
			plains++
		}
		if pc.html != "" {
			out.html = pc.html
		}
	}
	if out.html != "" && (strings.TrimSpace(out.text) == "" || needsHTML(out.text)) {
		out.text = ""
	}
	return c.bound(out)
}

// maxPlains bounds how many plain texts of one multipart/alternative are read.
const maxPlains = 4

// saidIn tells whether all that s says stands in text, spaces aside.
func saidIn(text, s string) bool {
	return strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(s), " "))
}

// beyond is what s says that text does not: the lines of which a fifth or more of
// the words are not in text.
func beyond(s, text string) string {
	have := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		have[w] = true
	}
	var out strings.Builder
	for l := range strings.Lines(s) {
		words, missing := 0, 0
		for w := range strings.FieldsSeq(l) {
			if words++; !have[w] {
				missing++
			}
		}
		if missing*5 > words {
			out.WriteString(l)
		}
	}
	return out.String()
}

func needsHTML(s string) bool {
	s = strings.ToLower(s)
	return len(s) < 300 && strings.Contains(s, "html") &&
		(strings.Contains(s, "support") || strings.Contains(s, "soporta") || strings.Contains(s, "view") || strings.Contains(s, "ver ") || strings.Contains(s, "compatible"))
}

func (c *collector) leaf(pt *part, alternative bool) piece {
	disp, dparams := parseParams(pt.head.get("content-disposition"))
	name := dparams.get("filename")
	if name == "" {
		name = pt.params.get("name")
	}
	cte := pt.head.get("content-transfer-encoding")
	if strings.HasPrefix(pt.typ, "message/") || pt.typ == "text/rfc822-headers" {
		return c.message(pt, c.p.decodeTransfer(pt.body, cte), name)
	}
	data := c.p.decodeTransfer(pt.body, cte)
	if inner, ok := c.unwrap(pt, data); ok {
		return inner
	}
	isText := pt.typ == "text/plain" || pt.typ == "text/html" || pt.typ == "text" || pt.typ == "text/enriched" || pt.typ == "text/richtext"
	if isText && disp != "attachment" && name == "" {
		return c.text(pt, data)
	}
	if alternative && pt.typ == "text/x-amp-html" || len(data) == 0 && name == "" {
		return piece{}
	}
	if c.unpack(pt, data, name) {
		return piece{}
	}
	if pt.typ == "text/calendar" {
		s, _ := toUTF8(data[:min(len(data), c.p.lim.Text)], pt.params.get("charset"))
		c.m.aside = joinText(c.m.aside, calendarText(clean(s)))
	}
	c.file(pt, data, name, disp)
	if isText && c.fallback == "" && len(data) <= c.p.lim.Text {
		if c.fallback = c.decodeText(data, pt.params.get("charset"), pt.typ, pt.params); pt.typ == "text/html" {
			c.fallback = HTMLText(c.fallback)
		}
	}
	return piece{}
}

// htmlFactor is how much longer than plain text HTML may be: people paste
// pictures into it.
const htmlFactor = 4

func (c *collector) text(pt *part, data []byte) piece {
	markup := pt.typ != "text/plain" && pt.typ != "text"
	limit := c.p.lim.Text
	if markup {
		limit *= htmlFactor
	}
	if len(data) > limit {
		c.p.defect(DefectLongText)
		c.file(pt, data, "texto completo"+extension(pt.typ), "attachment")
		data = data[:limit]
	}
	if markup {
		return piece{html: c.decodeText(data, charsetOf(pt, data), pt.typ, pt.params)}
	}
	text := c.decodeText(c.uuBlocks(data), pt.params.get("charset"), pt.typ, pt.params)
	c.pgp(text)
	return piece{text: text}
}

// charsetOf is the label of an HTML part, from its <meta> if it has no other.
func charsetOf(pt *part, data []byte) string {
	if cs := pt.params.get("charset"); cs != "" {
		return cs
	}
	head := strings.ToLower(string(data[:min(len(data), 1024)]))
	if _, after, ok := strings.Cut(head, "charset="); ok {
		after = strings.TrimLeft(after, `"' `)
		if i := strings.IndexAny(after, `"'> ;/`); i > 0 {
			return after[:i]
		}
	}
	return ""
}

func (c *collector) decodeText(data []byte, charset, typ string, params parameters) string {
	s, ok := toUTF8(data, charset)
	if !ok {
		c.p.defect(DefectCharset + ":" + shortLabel(charset))
	}
	s = clean(strings.TrimPrefix(s, "\ufeff"))
	if typ == "text/plain" && strings.EqualFold(params.get("format"), "flowed") {
		s = unflow(s, strings.EqualFold(params.get("delsp"), "yes"))
	}
	return s
}

// unflow joins the soft line breaks of RFC 3676.
func unflow(s string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(s))
	soft, depth := false, 0 // of the line before
	for i, l := range strings.Split(s, "\n") {
		d := len(l) - len(strings.TrimLeft(l, ">"))
		content := strings.TrimPrefix(l[d:], " ") // space-stuffing
		sig := content == "-- "
		joined := soft && d == depth && !sig
		if i > 0 && !joined {
			if soft && delsp {
				out.WriteByte(' ') // the break was not one after all
			}
			out.WriteByte('\n')
		}
		if d > 0 && !joined {
			out.WriteString(l[:d] + " ")
		}
		soft, depth = strings.HasSuffix(content, " ") && !sig, d
		if soft && delsp {
			content = content[:len(content)-1]
		}
		out.WriteString(content)
	}
	return out.String()
}

// bound keeps joined texts within the limit; each part of them is whole in itself.
func (c *collector) bound(pc piece) piece {
	if len(pc.text) > c.p.lim.Text || len(pc.html) > htmlFactor*c.p.lim.Text {
		c.p.defect(DefectLongText)
	}
	return piece{shorten(pc.text, c.p.lim.Text), shorten(pc.html, htmlFactor*c.p.lim.Text)}
}

func (c *collector) file(pt *part, data []byte, name, disp string) {
	f := channels.File{
		Name:      c.p.fileName(name),
		Type:      pt.typ,
		ContentID: strings.Trim(strings.TrimSpace(pt.head.get("content-id")), "<>"),
		Inline:    disp == "inline",
		Data:      data,
	}
	if f.ContentID != "" {
		f.ContentID = shorten(strings.ToValidUTF8(collapse(f.ContentID), ""), 300)
		f.Inline = f.Inline || disp == "" && strings.HasPrefix(pt.typ, "image/")
	}
	switch pt.typ {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		if !strings.Contains(strings.ToLower(pt.params.get("smime-type")), "certs-only") {
			c.p.defect(DefectSMIME)
		}
	case "application/octet-stream", "application/x-unknown", "application/unknown":
		f.Type = detect(f.Name, data, pt.typ)
	}
	c.add(f)
}

// add puts f among the files, under some name.
func (c *collector) add(f channels.File) {
	if f.Name == "" {
		f.Name = "adjunto-" + strconv.Itoa(len(c.m.Files)+1) + extension(f.Type)
	}
	c.m.Files = append(c.m.Files, f)
}

// detect finds a better type than "bytes" by name, then by content.
func detect(name string, data []byte, typ string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		if t, _, err := mime.ParseMediaType(mime.TypeByExtension(strings.ToLower(name[i:]))); err == nil {
			return t
		}
	}
	t, _, _ := strings.Cut(http.DetectContentType(data), ";")
	if strings.HasPrefix(t, "image/") || t == "application/pdf" || t == "application/zip" {
		return t
	}
	return typ
}

// extensions of the types that come without a name; fixed, because the
// system's table differs between machines.
var extensions = map[string]string{
	"text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
	"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic",
	"application/pdf": ".pdf", "application/zip": ".zip", "message/rfc822": ".eml", "application/pgp-signature": ".asc",
	"application/pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "video/mp4": ".mp4",
	"message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "message/disposition-notification": ".txt", "message/feedback-report": ".txt",
}

func extension(typ string) string { return extensions[typ] }

// message handles message/* parts: mails within the mail, and reports.
func (c *collector) message(pt *part, data []byte, name string) piece {
	switch pt.typ {
	case "message/rfc822", "message/global", "message/news":
		return c.nested(pt, data, name)
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
		"message/global-disposition-notification", "message/feedback-report", "text/rfc822-headers", "message/global-headers":
		c.m.reports = append(c.m.reports, report{strings.Replace(pt.typ, "global-", "", 1), data})
	}
	c.file(pt, data, name, "attachment")
	return piece{}
}

func (c *collector) nested(pt *part, data []byte, name string) piece {
	if c.level >= c.p.lim.Nested {
		c.p.defect(DefectDeep)
		c.file(pt, data, name, "attachment")
		return piece{}
	}
	n := c.p.mail(data, c.level+1)
	if name == "" && n.Subject != "" {
		name = n.Subject + ".eml"
	}
	c.file(pt, data, strings.NewReplacer("/", "-", `\`, "-").Replace(name), "attachment")
	n.Files = nil // they are within the attached mail
	c.m.nested = append(c.m.nested, *n)
	return piece{}
}
