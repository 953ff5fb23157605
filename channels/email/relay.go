package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
)

// RelayOptions configure a Relay.
type RelayOptions struct {
	Addr     string // "smtp.agetic.gob.bo:587"
	Security Security
	TLS      *tls.Config // nil: the system's roots
	Auth     Auth
	// From is the desk's address and name; replies come back to it.
	From channels.Address
	// Plus says that the desk's server delivers "local+token@domain" to From, so
	// that Reply-To and the envelope sender can carry the reply token.
	Plus bool
	// Letterhead, if set, dresses every mail as the agency's.
	Letterhead *message.Letterhead
	// Sign, if set, puts a DKIM signature on every mail.
	Sign *Signer
	// Hello is the name given in EHLO; the domain of From if empty.
	Hello string
	// Timeout bounds one command, default 60 s; the answer to a mail may take
	// five times as long (RFC 5321 §4.5.3.2).
	Timeout time.Duration
	// Idle is how long an unused connection is kept, default 60 s.
	Idle time.Duration
	// Conns is how many connections there may be at once, default 4. One is
	// used again and again; more are opened only while sends overlap.
	Conns int
	Log   zerolog.Logger
	Now   func() time.Time
}

// Relay sends replies through one SMTP server over connections that it keeps
// and uses again.
type Relay struct {
	o     RelayOptions
	slots chan struct{} // one for each connection that may be

	mu   sync.Mutex
	free []*link // kept connections, the latest used last
	shut bool
}

var _ channels.Sender = (*Relay)(nil)

// NewRelay checks o. It does not connect.
func NewRelay(o RelayOptions) (*Relay, error) {
	if _, _, err := net.SplitHostPort(o.Addr); err != nil {
		return nil, fmt.Errorf("relay address %q: %w", o.Addr, err)
	}
	o.From.Value = message.AddrSpec(o.From.Value)
	if o.From.Value == "" {
		return nil, errors.New("a relay needs the desk's address as sender")
	}
	if o.Hello == "" {
		_, o.Hello, _ = strings.Cut(o.From.Value, "@")
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Idle <= 0 {
		o.Idle = time.Minute
	}
	if o.Conns <= 0 {
		o.Conns = 4
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Relay{o: o, slots: make(chan struct{}, o.Conns)}, nil
}

// Close ends the kept connections; one in use ends after its mail.
func (r *Relay) Close() error {
	r.mu.Lock()
	free := r.free
	r.free, r.shut = nil, true
	r.mu.Unlock()
	for _, l := range free {
		l.quit()
	}
	return nil
}

// Compose makes the bytes that Send sends at time at, for showing and for tests.
func (r *Relay) Compose(rep channels.Reply, at time.Time) []byte {
	_, domain, _ := strings.Cut(r.o.From.Value, "@")
	out := message.Outgoing{
		From: r.o.From, To: []channels.Address{rep.To}, Cc: rep.Cc, Subject: rep.Subject, Text: rep.Text,
		Date: at, MessageID: rep.ID, References: rep.References, InReplyTo: rep.InReplyTo,
		Auto: rep.Auto, Loop: domain, CaseCode: rep.CaseCode, Token: rep.Token, Files: rep.Files,
		Letterhead: r.o.Letterhead,
	}
	if rep.Token != "" && r.o.Plus {
		out.ReplyTo = message.WithToken(r.o.From.Value, rep.Token)
	}
	body := message.Write(out)
	if r.o.Sign == nil {
		return body
	}
	whole, err := r.o.Sign.Sign(body)
	if err != nil { // better unsigned than never
		r.o.Log.Error().Err(err).Msg("mail goes out without signature")
		return body
	}
	return whole
}

// Send sends rep. The fate of the main recipient decides: refused for good, it
// is a *channels.PermanentError and nobody gets the mail; those in Cc are tried
// and, if refused, left out and named in a *channels.PartialError. An automatic reply goes with the null sender, so
// that it cannot cause a bounce (RFC 3834 §3.3). A kept connection that turns
// out dead before the message was handed over is replaced once.
func (r *Relay) Send(ctx context.Context, rep channels.Reply) error {
	to := message.AddrSpec(rep.To.Value)
	if to == "" {
		return &channels.PermanentError{Code: "553 5.1.3", Detail: "not an address mail can be sent to"}
	}
	body := r.Compose(rep, r.o.Now())
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	l := r.take()
	reused := l != nil
	var left []channels.Refusal
	l, early, err := r.try(ctx, l, rep, to, body, &left)
	if err != nil && early && reused && ctx.Err() == nil {
		l.drop()
		l, _, err = r.try(ctx, nil, rep, to, body, &left)
	}
	if err != nil && (!isSMTP(err) || closing(err) || l.client.Reset() != nil) {
		l.drop()
	} else {
		r.keep(l)
	}
	if err == nil && len(left) > 0 {
		return &channels.PartialError{Refused: left}
	}
	return verdict(err)
}

// try sends once, over l or a new connection; left are those in copy whom the
// relay refused. early says that the connection
// failed before the message was handed over: nothing can have been sent.
func (r *Relay) try(ctx context.Context, l *link, rep channels.Reply, to string, body []byte, left *[]channels.Refusal) (used *link, early bool, err error) {
	if l == nil {
		if l, err = r.connect(ctx); err != nil {
			return nil, false, err
		}
	}
	stop := context.AfterFunc(ctx, func() { l.conn.Close() })
	defer stop()
	c := l.client
	if err := c.Mail(r.sender(rep), &smtp.MailOptions{Size: int64(len(body))}); err != nil {
		return l, broken(err), senderRefused(err)
	}
	if err := c.Rcpt(to, nil); err != nil {
		return l, broken(err), err
	}
	*left = nil
	for _, a := range rep.Cc {
		cc := message.AddrSpec(a.Value)
		if cc == "" || cc == to {
			continue
		}
		if err := c.Rcpt(cc, nil); broken(err) {
			return l, true, err
		} else if err != nil {
			*left = append(*left, refusal(cc, err))
		}
	}
	w, err := c.Data()
	if err != nil {
		return l, broken(err), err
	}
	l.conn.SetDeadline(time.Now().Add(5 * r.o.Timeout)) // the library sets none here
	if _, err := w.Write(body); err != nil {
		return l, false, err
	}
	return l, false, w.Close()
}

func (r *Relay) sender(rep channels.Reply) string {
	switch {
	case rep.Auto:
		return ""
	case rep.Token != "" && r.o.Plus:
		return message.WithToken(r.o.From.Value, rep.Token)
	}
	return r.o.From.Value
}
