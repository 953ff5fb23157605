package console

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// handler answers one request of a person; s is nil on public routes without a
// session. What it returns is turned into a status and words by fail.
type handler func(c *Console, w http.ResponseWriter, r *http.Request, s *Session) error

// What a form may send: words, or words and files from someone who is logged in.
const (
	maxForm   = 1 << 20
	maxUpload = 26 << 20
)

// serve wraps a route's handler: session, right to be here, errors.
func (c *Console) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		s, err := c.session(r)
		if s != nil && s.Half != store.Whole && !slices.Contains(halfway[s.Half], rt.pattern) {
			if rt.who != nil {
				c.redirect(w, r, halfPath(s.Half, "/"))
				return
			}
			s = nil // to a public page they are nobody yet
		}
		size := int64(maxForm)
		if s != nil && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
			size = maxUpload
		}
		whole := r.Body
		r.Body = http.MaxBytesReader(w, whole, size)
		switch {
		case err != nil:
		case r.ContentLength > size:
			err = &http.MaxBytesError{Limit: size}
		case rt.who == nil:
			err = rt.do(c, w, r, s)
		case s == nil:
			c.toLogin(w, r)
			return
		case !rt.allows(s.Actor):
			err = errForbidden
		default:
			err = rt.do(c, w, r, s)
		}
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			c.swallow(r, whole)
		}
		if err != nil {
			c.fail(w, r, s, err)
		}
		c.log.Trace().Str("method", r.Method).Str("pattern", rt.pattern).Dur("dur", time.Since(start)).Msg("request served")
	})
}

// Browsers read an answer only when they have sent everything: what is too
// large is read to its end and thrown away, within bounds, so that the person
// sees why it was refused and not a broken connection.
const (
	swallowMost  = 4 << 30
	swallowFor   = 2 * time.Minute
	swallowSlots = 4
)

var swallowing = make(chan struct{}, swallowSlots)

func (c *Console) swallow(r *http.Request, body io.Reader) {
	select {
	case swallowing <- struct{}{}:
		defer func() { <-swallowing }()
	default:
		return
	}
	until := time.Now().Add(swallowFor)
	buf := make([]byte, 64<<10)
	for n := int64(0); n < swallowMost && time.Now().Before(until) && r.Context().Err() == nil; {
		m, err := body.Read(buf)
		if n += int64(m); err != nil {
			return
		}
	}
}

// toLogin sends whoever has no session to the login page, and back afterwards.
// What a page asks for by itself takes nobody anywhere: it may come late, after
// a logout, or in the middle of a sentence.
func (c *Console) toLogin(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("HX-Request") == "true" && (r.URL.Path == "/pulso" || r.Header.Get("X-Pane") != "") {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		back = ""
		if u, err := url.Parse(r.Referer()); err == nil {
			back = u.RequestURI()
		}
	}
	to := "/entrar"
	if back != "" && back != "/" {
		to += "?volver=" + url.QueryEscape(back)
	}
	if r.Method != http.MethodGet {
		to += map[bool]string{true: "&", false: "?"}[strings.Contains(to, "?")] + "caducada=1"
	}
	c.redirect(w, r, to)
}

// redirect answers an act: 303 to a page. htmx follows it by itself except
// where the whole page must change.
func (c *Console) redirect(w http.ResponseWriter, r *http.Request, to string) {
	if r.Header.Get("HX-Request") == "true" && !strings.HasPrefix(to, "/casos/") {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusOK)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// fail turns an error into a status and a page that says what happened, what
// was kept and what to do.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, s *Session, err error) {
	if gone(r.Context(), err) {
		return
	}
	status, key, reference := http.StatusInternalServerError, "error.internal", ""
	var refused *tickets.Refusal
	var bad *badRequest
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, store.ErrNotFound):
		status, key = http.StatusNotFound, "error.notfound"
	case errors.Is(err, errForbidden):
		status, key = http.StatusForbidden, "error.forbidden"
	case errors.Is(err, store.ErrStale):
		status, key = http.StatusConflict, "error.stale"
	case errors.Is(err, store.ErrFull):
		status, key = http.StatusInsufficientStorage, "error.full"
	case errors.Is(err, store.ErrReadOnly):
		status, key = http.StatusServiceUnavailable, "error.readonly"
	case errors.As(err, &refused):
		status, key = http.StatusUnprocessableEntity, "refusal."+refused.Code
	case errors.As(err, &large):
		status, key = http.StatusRequestEntityTooLarge, "error.large"
	case errors.As(err, &bad):
		status, key = http.StatusBadRequest, bad.key
	}
	if status >= 500 {
		var id [4]byte
		rand.Read(id[:]) // never fails
		reference = hex.EncodeToString(id[:])
		c.log.Error().Err(err).Str("reference", reference).Str("route", r.Pattern).Msg("request failed")
	}
	text := c.say(s).T(key, "mb", maxUpload>>20)
	if refused != nil {
		text = c.refusal(c.say(s), refused)
	}
	c.errorPage(w, r, s, status, c.say(s).T(key+".title"), text, reference)
}

// errorPage shows an error within the frame, or alone to someone without a session.
func (c *Console) errorPage(w http.ResponseWriter, r *http.Request, s *Session, status int, title, text, reference string) {
	if strings.HasPrefix(title, "[") {
		title = c.say(s).T("error.title")
	}
	page := errorData{Heading: title, Text: text, Reference: reference, Back: "/bandeja"}
	if s != nil {
		page.Frame = c.frame(r, s, title, "")
	} else {
		page.Frame = Frame{Title: title}
	}
	name := "error"
	if s == nil {
		name = "refused"
	}
	if err := c.show(w, r, status, c.say(s).lang, name, "content", page); err != nil {
		c.log.Error().Err(err).Msg("error page could not be shown")
		http.Error(w, text, status)
	}
}

// crossSite refuses an act that another site's page asked for.
func (c *Console) crossSite(w http.ResponseWriter, r *http.Request) {
	words := c.say(nil)
	c.errorPage(w, r, nil, http.StatusForbidden, words.T("error.cross.title"), words.T("error.cross"), "")
}

type errorData struct {
	Frame
	Heading, Text, Reference, Back string
}

func (c *Console) nowhere(http.ResponseWriter, *http.Request, *Session) error {
	return store.ErrNotFound
}

// say is the catalogue in the session's language.
func (c *Console) say(s *Session) *words {
	if s != nil && c.words[s.Language] != nil {
		return c.words[s.Language]
	}
	return c.words[languages[0]]
}

// refusal is the sentence that tells why a rule said no.
func (c *Console) refusal(w *words, refused *tickets.Refusal) string {
	params := []any{}
	for k, v := range refused.Params {
		switch k {
		case "field":
			v = w.Or("field.any."+v, v)
		case "act":
			v = w.Or("act."+v, v)
		case "role":
			v = w.Or("role."+v, v)
		case "flag":
			v = w.Or("flag."+v, v)
		}
		params = append(params, k, v)
	}
	return w.T("refusal."+refused.Code, params...)
}
