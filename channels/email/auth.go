package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
)

// Security is how a connection to a server is protected.
type Security string

const (
	TLS      Security = "tls"      // from the first byte (ports 993, 465)
	StartTLS Security = "starttls" // upgraded before anything secret is said (143, 587)
	Plain    Security = "none"     // loopback only
)

// Errors by which a person can be told what to do; the text of the wrapping
// error names the server.
var (
	ErrAuth     = errors.New("the server refused the user name or the password: check both in the configuration")
	ErrToken    = errors.New("the token command failed: run it by hand as the service's user")
	ErrFolder   = errors.New("the folder does not exist: check its name, or create it")
	ErrInsecure = errors.New("a connection without TLS is allowed on loopback only: set security to tls or starttls")
	ErrConnect  = errors.New("the server cannot be reached: check host, port and firewall")
	ErrTLS      = errors.New("the server offers no valid TLS: check security, port and certificate")
)

// Auth is how to sign in. Mechanism is "plain", "login", "xoauth2", or empty
// for plain with a password and for no sign-in without a user.
type Auth struct {
	Mechanism string
	User      string
	Password  string
	// TokenCommand prints an access token on its standard output (XOAUTH2). It
	// is run without a shell at every sign-in, for at most 20 s.
	TokenCommand []string
	// Tokens gives access tokens instead of the command (XOAUTH2).
	Tokens Tokens
}

// Tokens gives access tokens; package oauth has them.
type Tokens interface {
	Token(ctx context.Context) (string, error)
	// Refused tells that the server did not take the newest token.
	Refused()
	// Expires is when the right to get tokens ends, zero if unknown.
	Expires() time.Time
}

// refused passes on that the server did not take the token.
func (a Auth) refused() {
	if a.Tokens != nil {
		a.Tokens.Refused()
	}
}

// client makes the SASL client, nil if there is nobody to sign in.
func (a Auth) client(ctx context.Context) (sasl.Client, error) {
	switch strings.ToLower(a.Mechanism) {
	case "xoauth2":
		token, err := a.token(ctx)
		if err != nil {
			return nil, err
		}
		return &xoauth2{a.User, token}, nil
	case "login":
		return sasl.NewLoginClient(a.User, a.Password), nil
	case "", "plain":
		if a.User == "" {
			return nil, nil
		}
		return sasl.NewPlainClient("", a.User, a.Password), nil
	}
	return nil, fmt.Errorf("unknown sign-in mechanism %q: use plain, login or xoauth2", a.Mechanism)
}

func (a Auth) token(ctx context.Context) (string, error) {
	if a.Tokens != nil {
		return a.Tokens.Token(ctx)
	}
	if len(a.TokenCommand) == 0 {
		return "", fmt.Errorf("%w (no command is set)", ErrToken)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, a.TokenCommand[0], a.TokenCommand[1:]...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%w (%s: %v)", ErrToken, a.TokenCommand[0], err)
	}
	token := strings.TrimSpace(string(out))
	if token == "" || len(token) > 16<<10 || strings.ContainsAny(token, "\x01\r\n") {
		return "", fmt.Errorf("%w (%s printed no usable token)", ErrToken, a.TokenCommand[0])
	}
	return token, nil
}

// xoauth2 is the SASL mechanism of Google and Microsoft
// (developers.google.com/gmail/imap/xoauth2-protocol).
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (mech string, ir []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next is only called when the server refuses: the challenge tells why.
func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	return nil, fmt.Errorf("%w: %.300s", errTokenRefused, strings.ToValidUTF8(string(challenge), "?"))
}

var errTokenRefused = errors.New("the access token was refused")

// dial connects to addr with the wanted security; for StartTLS the connection
// is still plain and the protocol upgrades it.
func dial(ctx context.Context, addr string, sec Security, cfg *tls.Config) (net.Conn, *tls.Config, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, nil, fmt.Errorf("server address %q: %w", addr, err)
	}
	if cfg == nil {
		cfg = &tls.Config{}
	}
	cfg = cfg.Clone()
	if cfg.ServerName == "" {
		cfg.ServerName = host
	}
	if cfg.MinVersion == 0 {
		cfg.MinVersion = tls.VersionTLS12
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{KeepAlive: 60 * time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%s: %v)", ErrConnect, addr, err)
	}
	switch sec {
	case Plain:
		if !loopback(conn.RemoteAddr()) {
			conn.Close()
			return nil, nil, fmt.Errorf("%w (%s)", ErrInsecure, addr)
		}
	case TLS, "":
		tc := tls.Client(conn, cfg)
		if err := tc.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, nil, fmt.Errorf("%w (%s: %v)", ErrTLS, addr, err)
		}
		conn = tc
	case StartTLS:
	default:
		conn.Close()
		return nil, nil, fmt.Errorf("unknown security %q: use tls, starttls or none", sec)
	}
	return conn, cfg, nil
}

func loopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
