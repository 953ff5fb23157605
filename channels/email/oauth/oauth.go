// Package oauth gets the access tokens with which a mailbox signs in at
// Microsoft 365, Google or any server that wants OAuth 2.0 instead of a
// password: by a refresh token (RFC 6749 §6), or by the program's own
// credentials (§4.4).
//
// Decisions. Many authorisation servers give a new refresh token with every
// access token and then refuse the old one, so a new one is durable before its
// access token is used. It is kept encrypted under a key made of what the
// configuration holds: the database alone, or a backup of it, opens no mailbox,
// and once the administrator configures a new refresh token the kept one, which
// belonged to the old, no longer opens and is forgotten. Nodes share what is
// kept; the one whose refresh token was used up meanwhile reads it again.
package oauth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// ErrRefused says that the authorisation server gives no token any more: a
// person must sign in again, or renew the client's secret.
var ErrRefused = errors.New("the authorisation server gives no token: sign in again and configure the new refresh token, or renew the client secret")

// Vault keeps what must survive a restart. Values are opaque and no secret
// without the configuration.
type Vault interface {
	Kept(ctx context.Context, name string) ([]byte, error) // nil if there is nothing
	Keep(ctx context.Context, name string, sealed []byte) error
}

// Options describe one grant.
type Options struct {
	Name                   string // names it in the Vault and in errors
	TokenURL               string
	ClientID, ClientSecret string
	Scopes                 []string
	RefreshToken           string    // as configured; empty: client credentials
	SecretExpires          time.Time // when the client's secret ends, zero if unknown
	Vault                  Vault     // nil: nothing survives a restart
	HTTP                   *http.Client
	Log                    zerolog.Logger
	Now                    func() time.Time
}

const (
	margin = 2 * time.Minute // how long before its end an access token is no longer used
	// Asking for a token and keeping what came may each take this long. They do
	// not end with whoever asked: the server may have used the old token up.
	stepTime = 10 * time.Second
)

// Grant is the right to sign in to one account. Its methods may be called from
// several goroutines.
type Grant struct {
	o   Options
	key cipher.AEAD

	mu      sync.Mutex
	access  string
	until   time.Time
	kept    kept
	unsaved bool // kept is newer than what the vault has

	ends atomic.Pointer[time.Time] // kept.Expires, for those who cannot wait for mu
}

// kept is what the vault holds of a grant, encrypted.
type kept struct {
	Refresh string    `json:"refresh,omitzero"`
	Expires time.Time `json:"expires,omitzero"` // of Refresh, as far as the server said
}

// New prepares a grant. It asks nobody.
func New(o Options) (*Grant, error) {
	if o.TokenURL == "" || o.ClientID == "" {
		return nil, errors.New("a grant needs the token address and the client's id")
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 20 * time.Second}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	key, err := hkdf.Key(sha256.New, []byte(o.ClientSecret+"\x00"+o.RefreshToken), nil, "ventanilla oauth "+o.Name, 32)
	if err != nil {
		return nil, fmt.Errorf("deriving the key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("deriving the key: %w", err)
	}
	g := &Grant{o: o}
	g.hold(kept{Refresh: o.RefreshToken})
	if g.key, err = cipher.NewGCM(block); err != nil {
		return nil, fmt.Errorf("deriving the key: %w", err)
	}
	return g, nil
}

// Token gives an access token that is good for two minutes at least, a new one
// if need be. It gives none while a new refresh token could not be kept.
func (g *Grant) Token(ctx context.Context) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := ctx.Err(); err != nil { // it ended while another was asking
		return "", fmt.Errorf("asking for a token for %s: %w", g.o.Name, err)
	}
	if g.unsaved {
		if err := g.save(ctx); err != nil {
			return "", err
		}
	}
	if g.access != "" && (g.until.IsZero() || g.o.Now().Add(margin).Before(g.until)) {
		return g.access, nil
	}
	if err := g.load(ctx); err != nil {
		return "", err
	}
	used := g.kept.Refresh
	token, err := g.ask(ctx, used)
	if refused(err) && used != "" {
		// Another node may have used the token up and kept its successor.
		if err := g.load(ctx); err != nil {
			return "", err
		}
		if g.kept.Refresh == used && used != g.o.RefreshToken {
			g.hold(kept{Refresh: g.o.RefreshToken})
		}
		if g.kept.Refresh != used {
			token, err = g.ask(ctx, g.kept.Refresh)
		}
	}
	if refused(err) {
		return "", fmt.Errorf("%w (%s: %w)", ErrRefused, g.o.Name, err)
	}
	if err != nil {
		return "", fmt.Errorf("asking for a token for %s: %w", g.o.Name, err)
	}
	if err := g.take(ctx, token); err != nil {
		return "", err
	}
	return g.access, nil
}

// hold notes what is kept now.
func (g *Grant) hold(k kept) {
	g.kept = k
	g.ends.Store(&k.Expires)
}

// ask gets a token from the server.
func (g *Grant) ask(ctx context.Context, refresh string) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	ctx = context.WithValue(ctx, oauth2.HTTPClient, g.o.HTTP)
	if g.o.RefreshToken == "" {
		c := clientcredentials.Config{ClientID: g.o.ClientID, ClientSecret: g.o.ClientSecret, TokenURL: g.o.TokenURL, Scopes: g.o.Scopes}
		return c.Token(ctx)
	}
	c := oauth2.Config{ClientID: g.o.ClientID, ClientSecret: g.o.ClientSecret, Endpoint: oauth2.Endpoint{TokenURL: g.o.TokenURL}, Scopes: g.o.Scopes}
	return c.TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
}

// take notes a new token, and makes a new refresh token durable.
func (g *Grant) take(ctx context.Context, token *oauth2.Token) error {
	g.access, g.until = token.AccessToken, token.Expiry
	if g.o.RefreshToken == "" {
		return nil
	}
	next := kept{Refresh: token.RefreshToken, Expires: g.kept.Expires}
	if seconds := number(token.Extra("refresh_token_expires_in")); seconds > 0 {
		next.Expires = g.o.Now().Add(time.Duration(seconds) * time.Second).UTC()
	}
	if next.Refresh == "" {
		next.Refresh = g.kept.Refresh
	}
	if next == g.kept {
		return nil
	}
	g.hold(next)
	g.unsaved = true
	return g.save(ctx)
}

// number reads what servers write as a number or as text.
func number(v any) int64 {
	switch v := v.(type) {
	case float64:
		return int64(v)
	case json.Number:
		n, _ := v.Int64() // 0 where it is no whole number
		return n
	case string:
		n, _ := strconv.ParseInt(v, 10, 64) // likewise
		return n
	}
	return 0
}

// save writes what is kept; while the vault is in trouble it stays in memory
// and is written at the next turn.
func (g *Grant) save(ctx context.Context) error {
	if g.o.Vault == nil {
		g.unsaved = false
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	plain, err := json.Marshal(g.kept)
	if err == nil {
		nonce := make([]byte, g.key.NonceSize())
		rand.Read(nonce) // never fails
		err = g.o.Vault.Keep(ctx, g.o.Name, g.key.Seal(nonce, nonce, plain, []byte(g.o.Name)))
	}
	if err != nil {
		g.o.Log.Error().Err(err).Str("grant", g.o.Name).Msg("a new refresh token could not be kept, it is tried again")
		return fmt.Errorf("keeping the new refresh token for %s: %w", g.o.Name, err)
	}
	g.unsaved = false
	return nil
}

// load reads what is kept, unless memory has newer. What does not open was
// made under another configuration and is forgotten.
func (g *Grant) load(ctx context.Context) error {
	if g.o.Vault == nil || g.unsaved || g.o.RefreshToken == "" {
		return nil
	}
	sealed, err := g.o.Vault.Kept(ctx, g.o.Name)
	if err != nil {
		return fmt.Errorf("reading the token kept for %s: %w", g.o.Name, err)
	}
	n := g.key.NonceSize()
	if len(sealed) < n {
		return nil
	}
	plain, err := g.key.Open(nil, sealed[:n], sealed[n:], []byte(g.o.Name))
	if err != nil {
		return nil
	}
	var k kept
	if err := json.Unmarshal(plain, &k); err != nil || k.Refresh == "" {
		return nil
	}
	g.hold(k)
	return nil
}

// refused tells a lasting no of the server (RFC 6749 §5.2) from trouble that passes.
func refused(err error) bool {
	var e *oauth2.RetrieveError
	return errors.As(err, &e) && (e.ErrorCode == "invalid_grant" || e.ErrorCode == "invalid_client" || e.ErrorCode == "unauthorized_client" || e.ErrorCode == "interaction_required")
}

// Refused tells that the mail server did not take the newest access token, so
// that the next is a new one.
func (g *Grant) Refused() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.access = ""
}

// Expires is when the right to sign in ends, as far as is known: the refresh
// token's end or that of the client's secret, whichever comes first. Zero if
// nothing is known. It never waits for the authorisation server.
func (g *Grant) Expires() time.Time {
	end := g.o.SecretExpires
	if e := *g.ends.Load(); !e.IsZero() && (end.IsZero() || e.Before(end)) {
		end = e
	}
	return end
}
