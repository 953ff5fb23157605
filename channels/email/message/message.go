// Package message turns the bytes of a mail into its meaning and back.
//
// The reader is written for citizens' mail, which is often broken: it never
// fails, never panics and never loses the words. What it had to repair it names
// in Mail.Defects; what it cannot read stays in the raw form, which the desk
// keeps. It works on the bytes in memory in one pass: the tree of parts is cut
// with one scan and a stack of open boundaries, so that a hostile nest of
// multiparts costs no more than its length (5,000 open levels take other
// readers seconds or minutes), and depth, parts, header and text are limited.
//
// It is pure: no I/O, no clock, no knowledge of the desk beyond the vocabulary
// of package channels.
//
// Sources: RFC 5322 (message format), 2045–2047 and 2231 (MIME), 3676 (flowed
// text), 3464 (delivery status), 8098 (read receipts), 5965 (abuse reports),
// 3834 (automatic replies), 5233 (plus addresses).
package message

import (
	"time"

	"ventanilla/channels"
)

// Limits bound the work that one mail may cost. A zero field means its default.
type Limits struct {
	Depth  int // nested multiparts, default 50
	Parts  int // parts in all, default 1,000
	Header int // bytes of one header that are read, default 1 MiB
	Text   int // bytes of plain text that are kept, default 2 MiB; of HTML four times as many
	Nested int // mails within mails, default 8
}

func (l Limits) orDefault() Limits {
	set := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	set(&l.Depth, 50)
	set(&l.Parts, 1000)
	set(&l.Header, 1<<20)
	set(&l.Text, 2<<20)
	set(&l.Nested, 8)
	return l
}

// Envelope is what the transport said beside the bytes (RFC 5321).
type Envelope struct {
	MailFrom string // empty for the null sender "<>"
	RcptTo   []string
}

// Options steer Parse. The zero value reads with default limits and no
// knowledge of the desk's own addresses.
type Options struct {
	Limits Limits
	// Own are the desk's own addresses and domains ("soporte@agetic.gob.bo",
	// "agetic.gob.bo"), lower case: they tell our plus addresses and our own
	// mail from another's.
	Own []string
	// Envelope is nil where the transport has none (IMAP).
	Envelope *Envelope
}

// Mail is one mail, read.
type Mail struct {
	Kind       channels.Kind
	Why        string // what shows that a machine speaks, see the Why constants; empty if a person does
	MessageID  string // without brackets; empty if none
	InReplyTo  []string
	References []string // oldest first
	From       channels.Address
	ReplyTo    []channels.Address
	To, Cc     []channels.Address
	Recipients []string // Delivered-To, X-Original-To and envelope, canonical
	Subject    string
	Date       time.Time // zero if unreadable
	Text       string    // everything, as plain text, lines ended by \n
	Said       string    // Text without quotes and signatures; never empty if Text is not
	HTML       string    // as sent, not sanitised
	Files      []channels.File
	Token      string // found in a plus address or else in quoted words, unverified
	NoReply    bool   // must never be answered automatically
	Listed     bool   // of kind List, but passed on by a list: a person may have written it
	Bounces    []channels.BounceInfo
	Defects    []string // see the Defect constants; each at most once

	written channels.Address // From as it stands, where nobody reads there and Reply-To names a person
	head    header
	junk    bool // no header, and bytes that are no text
	reports []report
	nested  []Mail
	aside   string // words about what is no text, as an invitation

	reported []string // action of each of Bounces (RFC 3464 §2.3.3)
}

// Defects name what had to be repaired. They are stable codes; the console has
// the words. A colon separates a detail.
const (
	DefectNoHeader    = "no-header"         // nothing at the start looks like a header
	DefectBadLine     = "bad-header-line"   // a header line without a name
	DefectLongHeader  = "header-too-long"   // the rest of the header was not read
	DefectNoFrom      = "no-from"           // no readable sender
	DefectManyFrom    = "several-from"      // the first one was taken
	DefectNoID        = "no-message-id"     //
	DefectNoDate      = "no-date"           // missing or unreadable
	DefectCharset     = "charset"           // "charset:x-foo-99": unknown label, or bytes that do not fit it
	DefectEncoding    = "transfer-encoding" // unknown or corrupt
	DefectBoundary    = "no-boundary"       // a multipart whose boundary is missing or never appears
	DefectUnclosed    = "unclosed"          // a multipart that does not end
	DefectDeep        = "too-deep"          // nested beyond the limit; the rest is one text
	DefectManyParts   = "too-many-parts"    // parts beyond the limit are only in the raw form
	DefectLongText    = "text-too-long"     // cut; the whole part is among the files
	DefectLineEndings = "line-endings"      // bare CR instead of CRLF
	DefectSMIME       = "encrypted:smime"   // the words are not readable here
	DefectPGP         = "encrypted:pgp"     // likewise
	DefectTNEF        = "tnef"              // a winmail.dat that is not sound: what could be read of it is among the files
	DefectEmpty       = "empty"             // no text at all
)

// Parse reads raw. It always returns a Mail; see the package comment.
// Data of Files may share memory with raw.
func Parse(raw []byte, o Options) Mail {
	p := &parser{lim: o.Limits.orDefault()}
	m := p.mail(raw, 0)
	p.behindList(m, o.Own)
	m.judge(o)
	if m.Token = m.token(o); m.Token == "" {
		m.Token = m.marker()
	}
	m.Said = said(m.Subject, withoutArmour(m.Text))
	m.Text, m.Said = joinText(m.Text, m.aside), joinText(m.Said, m.aside)
	m.appendNested()
	m.Defects = p.defects
	return *m
}

// parser is the state of one Parse, shared with nested mails.
type parser struct {
	lim     Limits
	parts   int
	defects []string
}

func (p *parser) defect(code string) {
	for _, d := range p.defects {
		if d == code {
			return
		}
	}
	if len(p.defects) < 50 {
		p.defects = append(p.defects, code)
	}
}

// mail reads one mail; level counts mails within mails.
func (p *parser) mail(raw []byte, level int) *Mail {
	b := p.normalise(raw)
	root := p.split(b)
	m := &Mail{head: root.head, junk: len(root.head) == 0 && binary(b)}
	p.envelopeFields(m, root.params.get("charset"), level)
	c := collector{p: p, m: m, level: level}
	c.body(root)
	return m
}

// normalise removes what mail stores and editors put before the header and
// turns bare CR line ends into LF. It copies only in the last case.
func (p *parser) normalise(b []byte) []byte {
	b = trimPrefix(b, "\xef\xbb\xbf")
	for len(b) > 0 && (b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	b = trimPrefix(b, "\xef\xbb\xbf")
	if bareCR(b) {
		p.defect(DefectLineEndings)
		b = crToLF(b)
	}
	if line, rest := cutLine(b); hasPrefix(line, "From ") || hasPrefix(line, ">From ") {
		b = rest // mbox separator
	}
	return b
}

// envelopeFields reads who, when and in answer to what from the header. hint is
// the charset for raw 8-bit header text that is not UTF-8.
func (p *parser) envelopeFields(m *Mail, hint string, level int) {
	h := m.head
	m.Subject = collapse(p.words(h.get("subject"), hint))
	m.To = p.addresses(h.joined("to"), hint)
	m.Cc = p.addresses(h.joined("cc"), hint)
	m.ReplyTo = p.addresses(h.joined("reply-to"), hint)
	m.MessageID = firstID(h.get("message-id"))
	m.InReplyTo = ids(h.joined("in-reply-to"), 20)
	m.References = ids(h.joined("references"), 100)
	m.Date = parseDate(h.get("date"))
	from := p.addresses(h.joined("from"), hint)
	m.From = first(from)
	if level > 0 {
		return
	}
	if len(from) > 1 {
		p.defect(DefectManyFrom)
	}
	if m.MessageID == "" {
		p.defect(DefectNoID)
	}
	if m.Date.IsZero() {
		p.defect(DefectNoDate)
	}
	p.senderFallback(m, hint)
}

// senderFallback looks for a person where From does not name one that can be
// reached. Reply-To is trusted only then: elsewhere it would let a stranger
// divert the answers of the person in From.
func (p *parser) senderFallback(m *Mail, hint string) {
	if m.From.Value == "" {
		p.defect(DefectNoFrom)
		name := m.From.Name
		for _, f := range []string{"reply-to", "sender", "return-path", "x-original-from"} {
			if a := first(p.addresses(m.head.joined(f), hint)); a.Value != "" {
				m.From = a
				break
			}
		}
		if m.From.Name == "" {
			m.From.Name = name
		}
		m.From.Medium = channels.Email
		return
	}
	if r := first(m.ReplyTo); r.Value != "" && r.Value != m.From.Value && noReplyAddress(m.From.Value) && !noReplyAddress(r.Value) {
		m.From, m.written = r, m.From
	}
}

// appendNested makes the words of attached mails reachable in Text: a person
// who forwards as an attachment has said them too.
func (m *Mail) appendNested() {
	if m.Kind != channels.Human && m.Kind != channels.List && m.Kind != channels.Spam {
		return
	}
	for i := range m.nested {
		n := &m.nested[i]
		n.appendNestedText()
		m.Text = joinText(m.Text, n.asQuoted())
		if m.unanswering() || forwards(m.Subject) { // what is forwarded is said
			m.Said = joinText(m.Said, n.asQuoted())
		}
	}
	if m.Said == "" {
		m.Said = m.Text
	}
}

func (m *Mail) appendNestedText() {
	for i := range m.nested {
		n := &m.nested[i]
		n.appendNestedText()
		m.Text = joinText(m.Text, n.asQuoted())
	}
}

func (m *Mail) asQuoted() string {
	s := "---------- Mensaje adjunto ----------\n"
	if m.From.Value != "" || m.From.Name != "" {
		s += "De: " + m.From.Name + " <" + m.From.Value + ">\n"
	}
	if m.Subject != "" {
		s += "Asunto: " + m.Subject + "\n"
	}
	return s + "\n" + joinText(m.Text, m.aside)
}

func first(l []channels.Address) channels.Address {
	for _, a := range l {
		if a.Value != "" {
			return a
		}
	}
	if len(l) > 0 {
		return l[0]
	}
	return channels.Address{}
}
