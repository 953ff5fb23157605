package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
)

// ListenerOptions configure a Listener. Zero numbers mean their defaults.
type ListenerOptions struct {
	Name string
	Addr string // "127.0.0.1:2525"
	LMTP bool   // RFC 2033 instead of SMTP
	// Domain is what the server calls itself in its greeting.
	Domain string
	// TLS, if set, offers STARTTLS.
	TLS *tls.Config
	// Recipients are the addresses taken ("soporte@agetic.gob.bo", with any plus
	// part) and whole domains ("@agetic.gob.bo"). Everything else gets 550 5.1.1:
	// the desk is nobody's relay. At least one is needed.
	Recipients []string
	// Own are the desk's addresses and domains; Recipients if empty.
	Own           []string
	MaxBytes      int64 // of one mail, default 30 MB
	MaxConns      int   // at once, default 200
	MaxPeerConns  int   // at once from one address, default 20; not for loopback
	MaxPeerMails  int   // a minute from one address, default 120; not for loopback
	MaxInMemory   int64 // bytes of mails being received at once, default 256 MB
	IdleTimeout   time.Duration
	AcceptTimeout time.Duration // how long the store may take, default 30 s
	Log           zerolog.Logger
	Now           func() time.Time
}

// Listener takes mail by SMTP or LMTP, from a mail server that delivers
// straight into the desk or from anybody. It answers 250 when the mail is
// durable, and never before.
type Listener struct {
	o      ListenerOptions
	rcpts  map[string]bool // addresses, and domains with their "@"
	memory atomic.Int64    // bytes of mails being received
	bound  atomic.Value    // net.Addr
}

var (
	_ channels.Channel = (*Listener)(nil)
	_ channels.Reader  = (*Listener)(nil)
	_ channels.Shared  = (*Listener)(nil)
)

// NewListener checks o.
func NewListener(o ListenerOptions) (*Listener, error) {
	def := func(v *int, n int) {
		if *v <= 0 {
			*v = n
		}
	}
	def(&o.MaxConns, 200)
	def(&o.MaxPeerConns, 20)
	def(&o.MaxPeerMails, 120)
	if o.MaxBytes <= 0 {
		o.MaxBytes = 30_000_000
	}
	if o.MaxInMemory <= 0 {
		o.MaxInMemory = max(256<<20, o.MaxBytes)
	}
	if o.IdleTimeout <= 0 {
		o.IdleTimeout = 5 * time.Minute // RFC 5321 §4.5.3.2.7
	}
	if o.AcceptTimeout <= 0 {
		o.AcceptTimeout = 30 * time.Second
	}
	if o.Domain == "" {
		o.Domain = "localhost"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	l := &Listener{o: o, rcpts: map[string]bool{}}
	for _, r := range o.Recipients {
		r = strings.ToLower(strings.TrimSpace(r))
		if !strings.HasPrefix(r, "@") && message.Canonical(r) != r || len(r) < 2 {
			return nil, fmt.Errorf("recipient %q: want an address or @domain", r)
		}
		l.rcpts[r] = true
	}
	if len(l.rcpts) == 0 {
		return nil, errors.New("a mail listener needs at least one recipient address or @domain")
	}
	if len(l.o.Own) == 0 {
		for _, r := range o.Recipients {
			l.o.Own = append(l.o.Own, strings.TrimPrefix(strings.ToLower(strings.TrimSpace(r)), "@"))
		}
	}
	return l, nil
}

// Name is the configured name.
func (l *Listener) Name() string { return l.o.Name }

// Medium is Email.
func (l *Listener) Medium() channels.Medium { return channels.Email }

// RunsEverywhere marks the listener as one that every node runs.
func (l *Listener) RunsEverywhere() {}

// Read reads a mail taken by any channel of this medium.
func (l *Listener) Read(channel string, r channels.Raw) channels.Report {
	return Read(channel, r, l.o.Own)
}

// BoundAddr is where the listener listens, nil while it does not.
func (l *Listener) BoundAddr() net.Addr {
	a, _ := l.bound.Load().(*net.TCPAddr)
	if a == nil {
		return nil
	}
	return a
}

// Run listens until ctx ends; then it lets mails under way finish for 5 s.
func (l *Listener) Run(ctx context.Context, h channels.Host) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", l.o.Addr)
	if err != nil {
		return fmt.Errorf("listening for mail: %w", err)
	}
	l.bound.Store(ln.Addr())
	defer l.bound.Store((*net.TCPAddr)(nil))
	// Accepts of mails under way outlive ctx by the grace given to them.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	srv := l.server(work, h)
	gate := newGate(ln, l.o)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(gate) }()
	h.Progress("listening")
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			srv.Close()
			return fmt.Errorf("serving mail: %w", err)
		case <-tick.C:
			h.Progress("listening")
		case <-ctx.Done():
			grace, cancel := context.WithTimeout(work, 5*time.Second)
			defer cancel()
			gate.closeIdle()
			if srv.Shutdown(grace) != nil {
				gate.closeAll()
			}
			<-done
			return ctx.Err()
		}
	}
}

func (l *Listener) server(ctx context.Context, h channels.Host) *smtp.Server {
	peers := newRates(l.o.MaxPeerMails, l.o.Now)
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{l: l, ctx: ctx, host: h, conn: c, rates: peers}, nil
	}))
	srv.LMTP = l.o.LMTP
	srv.Domain = l.o.Domain
	srv.TLSConfig = l.o.TLS
	srv.MaxRecipients = 100
	srv.MaxMessageBytes = l.o.MaxBytes
	// Mails with lines of many kilobytes are real; a refusal would lose them. The
	// limit holds for commands too and bounds what a stranger makes us keep.
	srv.MaxLineLength = 1 << 20
	srv.EnableSMTPUTF8 = true
	srv.WriteTimeout = time.Minute
	srv.ErrorLog = smtpLog{l.o.Log}
	return srv
}

// smtpLog hands the library's complaints to zerolog.
type smtpLog struct{ log zerolog.Logger }

func (s smtpLog) Printf(format string, v ...any) {
	s.log.Debug().Str("detail", fmt.Sprintf(format, v...)).Msg("mail listener")
}

func (s smtpLog) Println(v ...any) {
	s.log.Debug().Str("detail", fmt.Sprintln(v...)).Msg("mail listener")
}
