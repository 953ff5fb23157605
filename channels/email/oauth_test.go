package email

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email/mailtest"
	"ventanilla/channels/email/oauth"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

func grant(t *testing.T, a *mailtest.AuthServer, st *store.Store, refresh string) *oauth.Grant {
	t.Helper()
	g, err := oauth.New(oauth.Options{Name: "m365", TokenURL: a.TokenURL, ClientID: mailtest.ClientID, ClientSecret: mailtest.ClientSecret, RefreshToken: refresh, Vault: st.Grants(), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// runFor runs a mailbox until n mails are there, and gives its error if it ends before.
func runFor(t *testing.T, m *Mailbox, h *memHost, n int) error {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx, h) }()
	for len(h.messages()) < n {
		select {
		case err := <-ended:
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
	stop()
	<-ended
	return nil
}

// TestOAuthMailbox: Dovecot asks the authorisation server about every token. The
// mailbox signs in, again after a restart although each refresh token works
// once, and again after the server ended its tokens; the relay uses the same
// right; and nothing of it can be read from the database.
func TestOAuthMailbox(t *testing.T) {
	a := mailtest.Authorise(t, "mesa")
	a.RefreshIn = 5 * 24 * 3600
	sink := mailtest.Sink(t)
	d := mailtest.DovecotWith(t, mailtest.DovecotOptions{OAuth: a.Introspect, Relay: sink.Addr})
	st := storetest.Open(t, storetest.SQLite(t), nil)
	open := func(g *oauth.Grant) *Mailbox {
		m, err := NewMailbox(MailboxOptions{Name: "buzon", Addr: d.Addr, Security: Plain, Auth: Auth{Mechanism: "xoauth2", User: "mesa", Tokens: g}, Poll: 100 * time.Millisecond, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	h := newHost()
	g := grant(t, a, st, "primero")
	if !g.Expires().IsZero() {
		t.Error("an end is known before anybody was asked")
	}
	m := open(g)
	d.Append(numbered(1))
	if err := runFor(t, m, h, 1); err != nil {
		t.Fatal(err, d.Log())
	}
	if left := time.Until(m.Expires()); left < 4*24*time.Hour || left > 6*24*time.Hour {
		t.Errorf("the right to sign in ends in %v, want five days", left)
	}
	sealed, err := st.Grants().Kept(t.Context(), "m365")
	if err != nil || len(sealed) == 0 || bytes.Contains(sealed, []byte("refresco")) {
		t.Errorf("kept: %q, %v", sealed, err)
	}

	// a restart: "primero" is used up, what was kept works
	g = grant(t, a, st, "primero")
	m = open(g)
	d.Append(numbered(2))
	if err := runFor(t, m, h, 2); err != nil {
		t.Fatal("after a restart: ", err, d.Log())
	}
	asked := a.Asked()

	// the mail server refuses the token that we think good: the next try has another
	a.Revoke(false)
	d.Restart() // Dovecot remembers what it asked
	d.Append(numbered(3))
	if err := runFor(t, m, h, 3); !errors.Is(err, ErrAuth) {
		t.Errorf("with an ended token: %v, want ErrAuth", err)
	}
	if err := runFor(t, m, h, 3); err != nil {
		t.Errorf("after an ended token: %v", err)
	}
	if n := a.Asked() - asked; n != 1 {
		t.Errorf("%d tokens were asked for, want 1", n)
	}

	r, err := NewRelay(RelayOptions{Addr: d.AddrSMTP, Security: Plain, Auth: Auth{Mechanism: "xoauth2", User: "mesa", Tokens: g}, From: channels.Address{Medium: channels.Email, Value: "mesa@dovecot.test"}, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Send(t.Context(), reply("oauth@agetic.gob.bo")); err != nil {
		t.Fatal("sending: ", err, d.Log())
	}
	sink.Wait(t, 1, 10*time.Second)

	// everything is over, until a person signs in again
	a.Revoke(true)
	g = grant(t, a, st, "primero")
	if _, err := g.Token(t.Context()); !errors.Is(err, oauth.ErrRefused) {
		t.Errorf("with nothing that works: %v, want ErrRefused", err)
	}
	a.Issue("segundo")
	if _, err := grant(t, a, st, "segundo").Token(t.Context()); err != nil {
		t.Errorf("with a new refresh token: %v", err)
	}
}

// TestOAuthTwoNodes: two nodes share one refresh token that works once; each
// goes on with what the other kept.
func TestOAuthTwoNodes(t *testing.T) {
	a := mailtest.Authorise(t, "mesa")
	a.Lifetime = time.Minute // below the margin: each call asks anew
	st := storetest.Open(t, storetest.SQLite(t), nil)
	one, two := grant(t, a, st, "primero"), grant(t, a, st, "primero")
	for i := range 6 {
		for _, g := range []*oauth.Grant{one, two} {
			if _, err := g.Token(t.Context()); err != nil {
				t.Fatalf("round %d: %v", i, err)
			}
		}
	}
}

// TestOAuthClientCredentials: the program signs in as itself; a wrong secret is
// told apart from a server that is down.
func TestOAuthClientCredentials(t *testing.T) {
	a := mailtest.Authorise(t, "mesa")
	end := time.Now().Add(10 * 24 * time.Hour)
	o := oauth.Options{Name: "app", TokenURL: a.TokenURL, ClientID: mailtest.ClientID, ClientSecret: mailtest.ClientSecret, SecretExpires: end}
	g, err := oauth.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if token, err := g.Token(t.Context()); err != nil || token == "" || !g.Expires().Equal(end) {
		t.Errorf("%q, %v, ends %v", token, err, g.Expires())
	}
	if _, err := g.Token(t.Context()); err != nil || a.Asked() != 1 {
		t.Errorf("asked %d times for a token that is good: %v", a.Asked(), err)
	}
	o.ClientSecret = "otro"
	if g, err = oauth.New(o); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Token(t.Context()); !errors.Is(err, oauth.ErrRefused) {
		t.Errorf("with a wrong secret: %v", err)
	}
	o.TokenURL = "http://127.0.0.1:1/token"
	if g, err = oauth.New(o); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Token(t.Context()); err == nil || errors.Is(err, oauth.ErrRefused) {
		t.Errorf("with a server that is down: %v", err)
	}
}

// shaky is a vault that calls fail, once, before it keeps something, and keeps
// nothing if that is an error.
type shaky struct {
	oauth.Vault
	fail func() error
}

func (v *shaky) Keep(ctx context.Context, name string, sealed []byte) error {
	if fail := v.fail; fail != nil {
		v.fail = nil
		if err := fail(); err != nil {
			return err
		}
	}
	return v.Vault.Keep(ctx, name, sealed)
}

// TestOAuthKeepsBeforeUse: a new refresh token is kept even when whoever asked
// has left by then, and no access token is used before.
func TestOAuthKeepsBeforeUse(t *testing.T) {
	a := mailtest.Authorise(t, "mesa")
	st := storetest.Open(t, storetest.SQLite(t), nil)
	v := &shaky{Vault: st.Grants()}
	open := func() *oauth.Grant {
		g, err := oauth.New(oauth.Options{Name: "m365", TokenURL: a.TokenURL, ClientID: mailtest.ClientID, ClientSecret: mailtest.ClientSecret, RefreshToken: "primero", Vault: v, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	ctx, stop := context.WithCancel(t.Context())
	v.fail = func() error { stop(); return nil }
	open().Token(ctx) // whether it gives one to nobody does not matter
	g := open()
	v.fail = func() error { return errors.New("disk full") }
	if token, err := g.Token(t.Context()); err == nil || errors.Is(err, oauth.ErrRefused) {
		t.Fatalf("while nothing can be kept: %q, %v", token, err)
	}
	asked := a.Asked()
	if _, err := g.Token(t.Context()); err != nil || a.Asked() != asked {
		t.Errorf("when it can be kept again: %v, asked %d times more", err, a.Asked()-asked)
	}
	if _, err := open().Token(t.Context()); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

// TestOAuthTermIsKnownAtOnce: whoever looks at the channels does not wait for
// an authorisation server that does not answer.
func TestOAuthTermIsKnownAtOnce(t *testing.T) {
	asked, hang := make(chan struct{}), make(chan struct{})
	once := sync.OnceFunc(func() { close(asked) })
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { once(); <-hang }))
	t.Cleanup(srv.Close)
	end := time.Now().Add(time.Hour)
	g, err := oauth.New(oauth.Options{Name: "m365", TokenURL: srv.URL, ClientID: "a", RefreshToken: "primero", SecretExpires: end})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); g.Token(t.Context()) }()
	<-asked
	if !g.Expires().Equal(end) { // would wait until the test's time is over
		t.Error("another end")
	}
	select {
	case <-done:
		t.Error("the server had answered by then")
	default:
	}
	close(hang)
	<-done
}
