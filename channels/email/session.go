package email

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/emersion/go-smtp"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
)

// Answers of the listener (RFC 5321 §4.2, 3463).
var (
	errUnknownRecipient = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such recipient here"}
	errStoreDown        = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Cannot store the message now, try again later"}
	errBusy             = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "Too many messages at once, try again later"}
	errTooMany          = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Too many messages from you, try again later"}
	errBroken           = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 4, 2}, Message: "The message did not arrive whole"}
	errTooLarge         = &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "Su mensaje es demasiado grande. Envie los archivos en varios mensajes mas pequenos. / Message too large: send the files in several smaller messages."}
	errLongLine         = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "A line of the message is too long"}
)

// session is one connection's conversation.
type session struct {
	l     *Listener
	ctx   context.Context
	host  channels.Host
	conn  *smtp.Conn
	rates *rates

	from string
	to   []string
}

var _ smtp.Session = (*session)(nil)

// Reset forgets the message under way.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the conversation.
func (s *session) Logout() error { return nil }

// Mail takes any sender, the null one of bounces too.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.rates.allow(s.conn.Conn().RemoteAddr()) {
		return errTooMany
	}
	s.from, s.to = from, nil
	return nil
}

// Rcpt takes the desk's addresses, with any plus part, and domains.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	addr := message.Canonical(to)
	if !s.l.accepts(addr) {
		return errUnknownRecipient
	}
	s.to = append(s.to, addr)
	return nil
}

func (l *Listener) accepts(addr string) bool {
	local, domain, ok := strings.Cut(addr, "@")
	if !ok || local == "" {
		return false
	}
	base, _, _ := strings.Cut(local, "+")
	return l.rcpts[addr] || l.rcpts[base+"@"+domain] || l.rcpts["@"+domain]
}

// Data stores the message and returns nil when it is durable. For LMTP the
// library repeats the one answer for each recipient: they share one commit.
func (s *session) Data(r io.Reader) error {
	body, err := s.receive(r)
	if err != nil {
		return err
	}
	defer s.l.memory.Add(-int64(len(body)))
	ctx, cancel := context.WithTimeout(s.ctx, s.l.o.AcceptTimeout)
	defer cancel()
	if err := s.host.Accept(ctx, channels.Batch{Raws: []channels.Raw{s.raw(body)}}); err != nil {
		s.l.o.Log.Warn().Err(err).Str("channel", s.l.o.Name).Msg("mail not stored, sender told to try again")
		return errStoreDown
	}
	s.host.Progress("accepted")
	return nil
}

// receive reads the whole message; what it returns is counted in l.memory.
func (s *session) receive(r io.Reader) ([]byte, error) {
	buf := make([]byte, 0, 8<<10)
	var counted int64
	release := func(err error) ([]byte, error) {
		s.l.memory.Add(-counted)
		return nil, err
	}
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		counted += int64(n)
		if s.l.memory.Add(int64(n)) > s.l.o.MaxInMemory {
			return release(errBusy)
		}
		switch {
		case err == io.EOF:
			return buf, nil
		case errors.Is(err, smtp.ErrTooLongLine):
			return release(errLongLine)
		case errors.Is(err, smtp.ErrDataTooLarge):
			return release(errTooLarge)
		case err != nil:
			return release(errBroken)
		}
	}
}

func (s *session) raw(body []byte) channels.Raw {
	id := make([]byte, 12)
	rand.Read(id)
	return channels.Raw{
		Medium: channels.Email, ExternalID: "smtp/" + hex.EncodeToString(id), Dedupe: message.Dedupe(body),
		Envelope: map[string]string{
			EnvMailFrom: strings.ToValidUTF8(s.from, "?"), EnvRcptTo: strings.Join(s.to, ","),
			EnvPeer: host(s.conn.Conn().RemoteAddr()), EnvHelo: strings.ToValidUTF8(s.conn.Hostname(), "?"),
		},
		Body: body, Received: s.l.o.Now(),
	}
}

func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}
