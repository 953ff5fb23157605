package demo

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // letters in any charset
	"github.com/emersion/go-message/mail"
)

// letter is a mail as a person sees it. Raw is as it travelled.
type letter struct {
	ID         string // Message-ID without brackets
	From, To   mail.Address
	Also       []mail.Address // further recipients named in To
	ReplyTo    string
	Subject    string
	Text       string
	At         time.Time
	InReplyTo  string
	References []string
	Auto       bool // an automatic answer (RFC 3834)
	File       *attachment
	Sent       bool // by the citizen; false = received from the desk
	Raw        []byte
}

// attachment is a file sent along.
type attachment struct {
	Name, Type string
	Data       []byte
}

// newMessageID makes an id as a mail program of the domain would.
func newMessageID(domain string) string { return strings.ToLower(rand.Text()) + "@" + domain }

// write renders a letter in the form in which mail programs send it.
func (l *letter) write() ([]byte, error) {
	var h mail.Header
	h.SetDate(l.At)
	h.SetAddressList("From", []*mail.Address{&l.From})
	to := []*mail.Address{&l.To}
	for i := range l.Also {
		to = append(to, &l.Also[i])
	}
	h.SetAddressList("To", to)
	h.SetSubject(l.Subject)
	h.SetMessageID(l.ID)
	if l.InReplyTo != "" {
		h.SetMsgIDList("In-Reply-To", []string{l.InReplyTo})
		h.SetMsgIDList("References", l.References)
	}
	if l.Auto {
		h.Set("Auto-Submitted", "auto-replied")
	}
	var b bytes.Buffer
	if err := l.body(&b, h); err != nil {
		return nil, fmt.Errorf("writing a mail: %w", err)
	}
	return b.Bytes(), nil
}

func (l *letter) body(b io.Writer, h mail.Header) error {
	if l.File == nil {
		h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
		return fill(l.Text)(mail.CreateSingleInlineWriter(b, h))
	}
	w, err := mail.CreateWriter(b, h)
	if err != nil {
		return err
	}
	var text mail.InlineHeader
	text.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	if err := fill(l.Text)(w.CreateSingleInline(text)); err != nil {
		return err
	}
	var file mail.AttachmentHeader
	file.SetContentType(l.File.Type, nil)
	file.SetFilename(l.File.Name)
	if err := fill(string(l.File.Data))(w.CreateAttachment(file)); err != nil {
		return err
	}
	return w.Close()
}

// fill writes a part and closes it.
func fill(content string) func(io.WriteCloser, error) error {
	return func(w io.WriteCloser, err error) error {
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, content)
		return errors.Join(err, w.Close())
	}
}

// read understands a mail that the desk sent, as the citizen's program would.
func read(raw []byte) (*letter, error) {
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) {
		return nil, fmt.Errorf("reading a mail: %w", err)
	}
	l := &letter{Raw: raw, From: first(&r.Header, "From"), To: first(&r.Header, "To"), ReplyTo: first(&r.Header, "Reply-To").Address}
	if l.ReplyTo == "" {
		l.ReplyTo = l.From.Address
	}
	l.Subject, _ = r.Header.Subject() // the raw value when it cannot be decoded
	l.ID, _ = r.Header.MessageID()    // empty when it has none
	l.At, _ = r.Header.Date()         // zero when it has none
	l.References, _ = r.Header.MsgIDList("References")
	if ids, _ := r.Header.MsgIDList("In-Reply-To"); len(ids) > 0 {
		l.InReplyTo = ids[0]
	}
	l.Auto = r.Header.Get("Auto-Submitted") != "" && r.Header.Get("Auto-Submitted") != "no"
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil && !message.IsUnknownCharset(err) {
			return l, fmt.Errorf("reading a mail's parts: %w", err)
		}
		if err := l.take(p); err != nil {
			return l, err
		}
	}
}

// take keeps the first plain text and the first file.
func (l *letter) take(p *mail.Part) error {
	data, err := io.ReadAll(p.Body)
	if err != nil {
		return fmt.Errorf("reading a mail's part: %w", err)
	}
	switch h := p.Header.(type) {
	case *mail.InlineHeader:
		if t, _, _ := h.ContentType(); t == "text/plain" && l.Text == "" {
			l.Text = string(data)
		}
	case *mail.AttachmentHeader:
		name, _ := h.Filename() // shown only
		t, _, _ := h.ContentType()
		if l.File == nil {
			l.File = &attachment{Name: name, Type: t, Data: data}
		}
	}
	return nil
}

func first(h *mail.Header, key string) mail.Address {
	if list, err := h.AddressList(key); err == nil && len(list) > 0 {
		return *list[0]
	}
	return mail.Address{}
}

// answer is the letter by which its receiver answers l, quoting it as mail
// programs do.
func (l *letter) answer(text string, at time.Time) *letter {
	subject := l.Subject
	if !strings.HasPrefix(strings.ToLower(subject), "re:") {
		subject = "Re: " + subject
	}
	var b strings.Builder
	b.WriteString(strings.TrimSpace(text))
	fmt.Fprintf(&b, "\n\nEl %s, %s escribió:\n", l.At.In(laPaz).Format("02/01/2006 15:04"), l.From.Name)
	for line := range strings.Lines(strings.TrimSpace(l.Text) + "\n") {
		b.WriteString("> " + line)
	}
	return &letter{
		From: l.To, To: mail.Address{Name: l.From.Name, Address: l.ReplyTo},
		Subject: subject, Text: b.String(), At: at,
		InReplyTo: l.ID, References: append(append([]string{}, l.References...), l.ID),
	}
}
