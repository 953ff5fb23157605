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
	// Hello is the name given in EHLO; the domain of From if empty.
	Hello string
	// Timeout bounds one command, default 60 s; the answer to a mail may take
	// five times as long (RFC 5321 §4.5.3.2).
	Timeout time.Duration
	// Idle is how long an unused connection is kept, default 60 s.
	Idle time.Duration
	Log  zerolog.Logger
	Now  func() time.Time
}

// Relay sends replies through one SMTP server over one connection, which it
// keeps and uses again. Sends from several goroutines take turns.
type Relay struct {
	o RelayOptions

	mu     sync.Mutex
	client *smtp.Client
	conn   net.Conn
	used   time.Time
	timer  *time.Timer // closes the connection when idle
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
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Relay{o: o}, nil
}

// Close ends the kept connection, if any.
func (r *Relay) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(true)
	return nil
}

// Compose makes the bytes that Send sends at time at, for showing and for tests.
func (r *Relay) Compose(rep channels.Reply, at time.Time) []byte {
	_, domain, _ := strings.Cut(r.o.From.Value, "@")
	out := message.Outgoing{
		From: r.o.From, To: []channels.Address{rep.To}, Cc: rep.Cc, Subject: rep.Subject, Text: rep.Text,
		Date: at, MessageID: rep.ID, References: rep.References, InReplyTo: rep.InReplyTo,
		Auto: rep.Auto, Loop: domain, CaseCode: rep.CaseCode, Files: rep.Files,
	}
	if rep.Token != "" && r.o.Plus {
		out.ReplyTo = message.WithToken(r.o.From.Value, rep.Token)
	}
	return message.Write(out)
}

// Send sends rep. The fate of the main recipient decides: refused for good, it
// is a *channels.PermanentError and nobody gets the mail; those in Cc are tried
// and, if refused, left out. An automatic reply goes with the null sender, so
// that it cannot cause a bounce (RFC 3834 §3.3). A kept connection that turns
// out dead before the message was handed over is replaced once.
func (r *Relay) Send(ctx context.Context, rep channels.Reply) error {
	to := message.AddrSpec(rep.To.Value)
	if to == "" {
		return &channels.PermanentError{Code: "553 5.1.3", Detail: "not an address mail can be sent to"}
	}
	body := r.Compose(rep, r.o.Now())
	r.mu.Lock()
	defer r.mu.Unlock()
	reused := r.client != nil
	early, err := r.try(ctx, rep, to, body)
	if err != nil && early && reused && ctx.Err() == nil {
		r.drop(false)
		_, err = r.try(ctx, rep, to, body)
	}
	if err != nil && !isSMTP(err) {
		r.drop(false)
		return fmt.Errorf("sending mail: %w", err)
	}
	if err != nil && (closing(err) || r.client.Reset() != nil) {
		r.drop(false)
	}
	r.keep()
	return verdict(err)
}

// try sends once. early says that the connection failed before the message was
// handed over: nothing can have been sent.
func (r *Relay) try(ctx context.Context, rep channels.Reply, to string, body []byte) (early bool, err error) {
	if err := r.connect(ctx); err != nil {
		return false, err
	}
	c, conn := r.client, r.conn
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := c.Mail(r.sender(rep), &smtp.MailOptions{Size: int64(len(body))}); err != nil {
		return !isSMTP(err) || closing(err), senderRefused(err)
	}
	if err := c.Rcpt(to, nil); err != nil {
		return !isSMTP(err) || closing(err), err
	}
	for _, a := range rep.Cc {
		cc := message.AddrSpec(a.Value)
		if cc == "" || cc == to {
			continue
		}
		if err := c.Rcpt(cc, nil); err != nil {
			if !isSMTP(err) {
				return true, err
			}
			r.o.Log.Info().Err(err).Msg("copy refused")
		}
	}
	w, err := c.Data()
	if err != nil {
		return !isSMTP(err) || closing(err), err
	}
	conn.SetDeadline(time.Now().Add(5 * r.o.Timeout)) // the library sets none here
	if _, err := w.Write(body); err != nil {
		return false, err
	}
	return false, w.Close()
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

// connect makes sure of a connection that is signed in and between mails.
func (r *Relay) connect(ctx context.Context) error {
	if r.client != nil && r.o.Now().Sub(r.used) > r.o.Idle {
		r.drop(true)
	}
	if r.client != nil {
		return nil
	}
	conn, cfg, err := dial(ctx, r.o.Addr, r.o.Security, r.o.TLS)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	c, err := r.greet(conn, cfg)
	if err == nil {
		err = r.signIn(ctx, c)
	}
	if err != nil {
		conn.Close()
		return err
	}
	r.client, r.conn = c, conn
	return nil
}

func (r *Relay) greet(conn net.Conn, cfg *tls.Config) (*smtp.Client, error) {
	conn.SetDeadline(time.Now().Add(r.o.Timeout))
	var c *smtp.Client
	if r.o.Security == StartTLS {
		var err error
		if c, err = smtp.NewClientStartTLS(conn, cfg); err != nil {
			return nil, fmt.Errorf("%w (%s: %v)", ErrTLS, r.o.Addr, err)
		}
	} else {
		c = smtp.NewClient(conn)
	}
	c.CommandTimeout, c.SubmissionTimeout = r.o.Timeout, 5*r.o.Timeout
	err := c.Hello(r.o.Hello)
	if err != nil && r.o.Security == StartTLS && !isSMTP(err) { // the first bytes over TLS
		return nil, fmt.Errorf("%w (%s: %v)", ErrTLS, r.o.Addr, err)
	}
	if err != nil {
		return nil, &connectError{fmt.Errorf("greeting %s: %w", r.o.Addr, err)}
	}
	return c, nil
}

func (r *Relay) signIn(ctx context.Context, c *smtp.Client) error {
	a, err := r.o.Auth.client(ctx)
	if err != nil || a == nil {
		return err
	}
	if err := c.Auth(a); err != nil {
		return &connectError{fmt.Errorf("%w (%s as %s: %v)", ErrAuth, r.o.Addr, r.o.Auth.User, err)}
	}
	return nil
}

// keep leaves the connection ready for the next mail, and closes it when none comes.
func (r *Relay) keep() {
	if r.client == nil {
		return
	}
	r.used = r.o.Now()
	if r.timer != nil {
		r.timer.Stop()
	}
	r.timer = time.AfterFunc(r.o.Idle, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.client != nil && r.o.Now().Sub(r.used) >= r.o.Idle {
			r.drop(true)
		}
	})
}

// drop closes the connection, politely if it is thought to live.
func (r *Relay) drop(polite bool) {
	if r.client == nil {
		return
	}
	if polite {
		r.client.CommandTimeout = 2 * time.Second
		r.client.Quit()
	}
	r.conn.Close()
	r.client, r.conn = nil, nil
}
