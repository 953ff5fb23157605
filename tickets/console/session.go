package console

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Session is a person at a browser, for one request.
type Session struct {
	Actor    tickets.Actor
	Login    string
	Language string
	Token    string // hash of the cookie; the store's key
	Expires  time.Time
	Half     int    // what the login still lacks: store.WantsCode, store.MustEnroll
	seq      int64  // the newest change when this request read its case
	seen     string // the newest message and event then
}

// A session ends after sessionIdle without a request; it is prolonged at most
// once in sessionTouch, so that reading costs no write.
const (
	sessionIdle   = 10 * time.Hour
	sessionTouch  = 5 * time.Minute
	sessionCookie = "ventanilla"
)

// Secret returns 256 random bits for an address or a cookie, and the hash of
// them that the store keeps (AddOnce, AddSession).
func Secret() (secret, hash string) {
	var raw [32]byte
	rand.Read(raw[:]) // never fails
	secret = base64.RawURLEncoding.EncodeToString(raw[:])
	return secret, hashSecret(secret)
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// session finds who is asking; nil without an error if nobody is logged in.
func (c *Console) session(r *http.Request) (*Session, error) {
	cookie, err := r.Cookie(c.cookieName())
	if err != nil || cookie.Value == "" {
		return nil, nil
	}
	token := hashSecret(cookie.Value)
	n, u, err := c.st.Session(r.Context(), token)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	byItself := r.URL.Path == "/pulso" || r.URL.Path == "/eventos" // the page asks, not the person
	if c.st.Now().Sub(n.Seen) > sessionTouch && !byItself && n.Half == store.Whole {
		if err := c.st.TouchSession(r.Context(), token, c.st.Now().Add(sessionIdle)); err != nil {
			c.log.Error().Err(err).Msg("session could not be prolonged")
		}
	}
	language := u.Language
	if c.words[language] == nil {
		language = languages[0]
	}
	return &Session{Actor: u.Actor(c.now()), Login: u.Login, Language: language, Token: token, Expires: n.Expires, Half: n.Half}, nil
}

// cookieName has the __Host- prefix where TLS allows it: bound to this host and path.
func (c *Console) cookieName() string {
	if c.opt.CookieSecure {
		return "__Host-" + sessionCookie
	}
	return sessionCookie
}

// halfIdle is how long a login may take between the password and the code.
const halfIdle = 15 * time.Minute

// begin logs a person in: a new session, its cookie, a line in the audit log.
// While something is lacking (half) the count of failures stays: who guesses
// codes knows the password already.
func (c *Console) begin(w http.ResponseWriter, r *http.Request, u store.Staff, half int) error {
	secret, hash := Secret()
	expires := c.st.Now().Add(sessionIdle)
	if half != store.Whole {
		expires = c.st.Now().Add(halfIdle)
	}
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if half == store.Whole {
			if err := tx.Login(u.ID, true); err != nil {
				return err
			}
		}
		if err := tx.AddSession(store.Session{Token: hash, Staff: u.ID, Expires: expires, Peer: c.peer(r), Agent: r.UserAgent(), Half: half}); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: u.ID, Act: "login", Target: u.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: c.cookieName(), Value: secret, Path: "/", HttpOnly: true, Secure: c.opt.CookieSecure, SameSite: http.SameSiteStrictMode})
	return nil
}

// forget takes the cookie back.
func (c *Console) forget(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: c.cookieName(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: c.opt.CookieSecure, SameSite: http.SameSiteStrictMode})
}

func (c *Console) logout(w http.ResponseWriter, r *http.Request, s *Session) error {
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.EndOne(s.Actor.ID, s.Token); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "logout", Target: s.Actor.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.forget(w)
	c.redirect(w, r, "/entrar?salio=1")
	return nil
}
