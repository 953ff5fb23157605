package mailtest

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Got is one mail that a Mailsink took.
type Got struct {
	From string
	To   []string
	Raw  []byte
	User string // who signed in, "" if nobody
	Conn int    // serial number of the connection it came over
}

// Mailsink is an SMTP server that keeps what it gets.
type Mailsink struct {
	Addr string

	mu       sync.Mutex
	got      []Got
	conns    int
	open     map[*smtp.Conn]bool
	refuse   func(stage, from, to string) error
	user     string
	password string
}

// SinkOptions change what a sink demands.
type SinkOptions struct {
	TLS            *tls.Config // offered by STARTTLS
	User, Password string      // demanded if set
}

// Sink starts a sink on loopback; it is stopped when the test ends.
func Sink(t testing.TB, opts ...SinkOptions) *Mailsink {
	t.Helper()
	s := &Mailsink{open: map[*smtp.Conn]bool{}}
	srv := smtp.NewServer(smtp.BackendFunc(s.session))
	if len(opts) > 0 {
		srv.TLSConfig = opts[0].TLS
		s.user, s.password = opts[0].User, opts[0].Password
	}
	srv.Domain = "sink.test"
	srv.AllowInsecureAuth = true
	srv.MaxLineLength = 1 << 20
	srv.ErrorLog = log.New(io.Discard, "", 0)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = ln.Addr().String()
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return s
}

// Refuse scripts refusals: f is asked at stage "connect", "mail", "rcpt" and
// "data"; an *smtp.SMTPError is the answer given. Nil takes everything.
func (s *Mailsink) Refuse(f func(stage, from, to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = f
}

// Got returns what was taken so far.
func (s *Mailsink) Got() []Got {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Got(nil), s.got...)
}

// Wait waits until n mails were taken, and returns what there is.
func (s *Mailsink) Wait(t testing.TB, n int, d time.Duration) []Got {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got := s.Got(); len(got) >= n {
			return got
		}
	}
	t.Fatalf("sink took %d mails, want %d", len(s.Got()), n)
	return nil
}

// Conns counts the connections made so far.
func (s *Mailsink) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// Cut closes all connections without a word, as a firewall would.
func (s *Mailsink) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.Conn().Close()
	}
}

func (s *Mailsink) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns++
	s.open[c] = true
	if s.refuse != nil {
		if err := s.refuse("connect", "", ""); err != nil {
			return nil, err
		}
	}
	return &sinkSession{s: s, c: c, conn: s.conns}, nil
}

type sinkSession struct {
	s    *Mailsink
	c    *smtp.Conn
	conn int
	user string
	from string
	to   []string
}

func (ss *sinkSession) ask(stage, to string) error {
	ss.s.mu.Lock()
	f := ss.s.refuse
	ss.s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(stage, ss.from, to)
}

func (ss *sinkSession) Reset() { ss.from, ss.to = "", nil }

func (ss *sinkSession) Logout() error {
	ss.s.mu.Lock()
	defer ss.s.mu.Unlock()
	delete(ss.s.open, ss.c)
	return nil
}

func (ss *sinkSession) AuthMechanisms() []string {
	if ss.s.user == "" {
		return nil
	}
	return []string{sasl.Plain, sasl.Login, "XOAUTH2"}
}

func (ss *sinkSession) Auth(mech string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != ss.s.user || password != ss.s.password {
			return smtp.ErrAuthFailed
		}
		ss.user = user
		return nil
	}
	switch mech {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case sasl.Login:
		return &loginServer{check: check}, nil
	case "XOAUTH2":
		return &bearerServer{check: check}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (ss *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	if ss.s.user != "" && ss.user == "" {
		return smtp.ErrAuthRequired
	}
	ss.from, ss.to = from, nil
	return ss.ask("mail", "")
}

func (ss *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := ss.ask("rcpt", to); err != nil {
		return err
	}
	ss.to = append(ss.to, to)
	return nil
}

func (ss *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := ss.ask("data", ""); err != nil {
		return err
	}
	ss.s.mu.Lock()
	defer ss.s.mu.Unlock()
	ss.s.got = append(ss.s.got, Got{From: ss.from, To: ss.to, Raw: raw, User: ss.user, Conn: ss.conn})
	return nil
}

// loginServer is the server side of SASL LOGIN.
type loginServer struct {
	check func(user, password string) error
	user  *string
}

func (l *loginServer) Next(resp []byte) (challenge []byte, done bool, err error) {
	switch {
	case resp == nil:
		return []byte("Username:"), false, nil
	case l.user == nil:
		u := string(resp)
		l.user = &u
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(*l.user, string(resp))
}

// bearerServer is the server side of XOAUTH2; the password is the token.
type bearerServer struct {
	check func(user, token string) error
}

func (b *bearerServer) Next(resp []byte) (challenge []byte, done bool, err error) {
	var user, token string
	for _, f := range strings.Split(string(resp), "\x01") {
		if v, ok := strings.CutPrefix(f, "user="); ok {
			user = v
		}
		if v, ok := strings.CutPrefix(f, "auth=Bearer "); ok {
			token = v
		}
	}
	if user == "" {
		return nil, true, errors.New("malformed XOAUTH2")
	}
	return nil, true, b.check(user, token)
}
