package oauth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// SignIn is how a person gives the program the right to a mailbox, once: the
// authorisation code grant with proof of possession (RFC 6749 §4.1, 7636). The
// browser may be on another machine: it ends at an address where nothing
// listens, and that address is what the person brings back.
type SignIn struct {
	conf            oauth2.Config
	http            *http.Client
	state, verifier string
}

// Errors of SignIn, for the person at the keyboard.
var (
	ErrNoCode      = errors.New("the address holds no code: copy all of it from the browser's address line")
	ErrOtherSignIn = errors.New("the address belongs to another sign-in: begin again")
	ErrNoRefresh   = errors.New("the server gave no refresh token: let the scopes include offline_access")
)

// Redirect is where browsers end; it must be among the addresses that the
// client was registered with.
const Redirect = "http://localhost"

// Begin prepares a sign-in at authURL.
func Begin(o Options, authURL string) *SignIn {
	h := o.HTTP
	if h == nil {
		h = &http.Client{Timeout: 20 * time.Second}
	}
	return &SignIn{
		conf: oauth2.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret, Scopes: o.Scopes, RedirectURL: Redirect, Endpoint: oauth2.Endpoint{AuthURL: authURL, TokenURL: o.TokenURL}},
		http: h, state: rand.Text(), verifier: oauth2.GenerateVerifier(),
	}
}

// Address is what the person opens.
func (s *SignIn) Address() string {
	return s.conf.AuthCodeURL(s.state, oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(s.verifier), oauth2.SetAuthURLParam("prompt", "consent"))
}

// Finish takes the address at which the browser ended and gives the refresh token.
func (s *SignIn) Finish(ctx context.Context, ended string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(ended))
	if err != nil {
		return "", ErrNoCode
	}
	q := u.Query()
	if no := q.Get("error"); no != "" {
		return "", fmt.Errorf("the server said no: %s %s", no, q.Get("error_description"))
	}
	if q.Get("code") == "" {
		return "", ErrNoCode
	}
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(s.state)) != 1 {
		return "", ErrOtherSignIn
	}
	token, err := s.conf.Exchange(context.WithValue(ctx, oauth2.HTTPClient, s.http), q.Get("code"), oauth2.VerifierOption(s.verifier))
	if err != nil {
		return "", fmt.Errorf("exchanging the code: %w", err)
	}
	if token.RefreshToken == "" {
		return "", ErrNoRefresh
	}
	return token.RefreshToken, nil
}
