package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Logging in, and the page that creates the first administrator.

type loginData struct {
	Frame
	Back, Login string
	Logins      []demoLogin
}

type demoLogin struct{ Login, Roles, Password string }

func (c *Console) loginPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	back := localPath(r.URL.Query().Get("volver"))
	if s != nil {
		c.redirect(w, r, back)
		return nil
	}
	return c.showLogin(w, r, http.StatusOK, back, "", nil)
}

func (c *Console) showLogin(w http.ResponseWriter, r *http.Request, status int, back, login string, f *flash) error {
	words := c.say(nil)
	q := r.URL.Query()
	if f == nil && q.Get("caducada") != "" {
		f = &flash{Kind: "warn", Title: words.T("login.expired.title"), Text: words.T("login.expired")}
	}
	if f == nil && q.Get("salio") != "" {
		f = &flash{Kind: "good", Text: words.T("login.bye")}
	}
	data := loginData{Frame: Frame{Title: words.T("login.title"), Demo: c.opt.Demo, Flash: f}, Back: back, Login: login}
	if c.opt.Demo {
		all, err := c.st.Staff(r.Context())
		if err != nil {
			return err
		}
		for _, u := range all {
			if u.Active {
				data.Logins = append(data.Logins, demoLogin{u.Login, roleWords(words, u.Roles), c.opt.DemoPassword})
			}
		}
	}
	return c.show(w, r, status, words.lang, "login", "", data)
}

// localPath takes only a path of this console as the place to go back to.
func localPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n") || strings.HasPrefix(p, "/entrar") {
		return "/"
	}
	return p
}

func (c *Console) login(w http.ResponseWriter, r *http.Request, _ *Session) error {
	login := strings.ToLower(strings.TrimSpace(r.PostFormValue("login")))
	back := localPath(r.PostFormValue("volver"))
	words := c.say(nil)
	u, err := c.st.StaffByLogin(r.Context(), login)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	known, hash := err == nil, decoy
	if known && u.Hash != "" {
		hash = u.Hash
	}
	if wait := c.pause(r, login, &u); wait > 0 {
		return c.showLogin(w, r, http.StatusTooManyRequests, back, login, c.waitFlash(w, words, wait))
	}
	if !samePassword(hash, r.PostFormValue("password")) || !known || !u.Active {
		if err := c.refused(r, login, &u, "login.failed"); err != nil {
			return err
		}
		return c.showLogin(w, r, http.StatusUnprocessableEntity, back, login, &flash{Kind: "bad", Title: words.T("login.wrong.title"), Text: words.T("login.wrong")})
	}
	half, err := c.half(r.Context(), u)
	if err != nil {
		return err
	}
	if err := c.begin(w, r, u, half); err != nil {
		return err
	}
	if half == store.Whole {
		c.logins.succeeded(login)
	}
	http.Redirect(w, r, halfPath(half, back), http.StatusSeeOther)
	return nil
}

// halfPath is where somebody goes whose password was right.
func halfPath(half int, back string) string {
	switch half {
	case store.WantsCode:
		return "/entrar/codigo?volver=" + url.QueryEscape(back)
	case store.MustEnroll:
		return "/cuenta/factor"
	}
	return back
}

// pause is how long this login, from this address, must wait before its next
// try. What is counted in the database holds on every node and after a restart.
func (c *Console) pause(r *http.Request, login string, u *store.Staff) time.Duration {
	now := time.Now()
	return max(c.logins.wait(login, now), c.peers.wait(c.peer(r), now), failure{n: u.Failed, last: u.FailedAt}.after(c.logins.free).Sub(c.st.Now()), 0)
}

// refused counts a wrong password or code, and writes it down if the login is somebody's.
func (c *Console) refused(r *http.Request, login string, u *store.Staff, act string) error {
	now, peer := time.Now(), c.peer(r)
	c.logins.failed(login, now)
	c.peers.failed(peer, now)
	c.log.Warn().Str("peer", peer).Msg("login refused")
	if u.ID == "" {
		return nil
	}
	return c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.Login(u.ID, false); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: u.ID, Act: act, Target: u.ID, Peer: peer})
	})
}

func (c *Console) waitFlash(w http.ResponseWriter, words *words, wait time.Duration) *flash {
	seconds := int(wait.Seconds()) + 1
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return &flash{Kind: "bad", Title: words.T("login.wait.title"), Text: words.T("login.wait", "n", seconds)}
}

type setupData struct {
	Frame
	Action, Name, Login string
}

// SetupPurpose names the one-time link that creates the administrator:
// SetupLink makes it.
const SetupPurpose = "admin"

func (c *Console) setupPage(w http.ResponseWriter, r *http.Request, _ *Session) error {
	ok, err := c.st.OnceValid(r.Context(), SetupPurpose, hashSecret(r.PathValue("token")))
	if err != nil {
		return err
	}
	if !ok {
		return &badRequest{"setup.used"}
	}
	return c.showSetup(w, r, http.StatusOK, nil)
}

func (c *Console) showSetup(w http.ResponseWriter, r *http.Request, status int, f *flash) error {
	words := c.say(nil)
	return c.show(w, r, status, words.lang, "setup", "", setupData{Frame{Title: words.T("setup.title"), Flash: f}, r.URL.Path, r.PostFormValue("name"), r.PostFormValue("login")})
}

func (c *Console) setup(w http.ResponseWriter, r *http.Request, _ *Session) error {
	token := hashSecret(r.PathValue("token"))
	if ok, err := c.st.OnceValid(r.Context(), SetupPurpose, token); err != nil || !ok {
		if err == nil {
			err = &badRequest{"setup.used"}
		}
		return err
	}
	words := c.say(nil)
	u := store.Staff{Login: strings.ToLower(strings.TrimSpace(r.PostFormValue("login"))), Name: strings.TrimSpace(r.PostFormValue("name")),
		Roles: []tickets.Role{tickets.Administrador}, Active: true, Language: words.lang}
	if key := c.wrongPassword(r, u.Login, u.Name); key != "" {
		return c.showSetup(w, r, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T(key)})
	}
	if !goodLogin(u.Login) || u.Name == "" {
		return c.showSetup(w, r, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("user.login.help")})
	}
	u.Hash = HashPassword(r.PostFormValue("password"))
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.UseOnce(SetupPurpose, token); err != nil {
			return err
		}
		if err := tx.AddStaff(&u); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: u.ID, Act: "staff.setup", Target: u.ID, Peer: c.peer(r)})
	})
	if errors.Is(err, store.ErrExists) {
		return c.showSetup(w, r, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("user.taken")})
	}
	if err != nil {
		return err
	}
	half, err := c.half(r.Context(), u)
	if err != nil {
		return err
	}
	if err := c.begin(w, r, u, half); err != nil {
		return err
	}
	http.Redirect(w, r, halfPath(half, "/usuarios"), http.StatusSeeOther)
	return nil
}

// wrongPassword checks a new password and its repetition; "" if it will do.
func (c *Console) wrongPassword(r *http.Request, own ...string) string {
	p := r.PostFormValue("password")
	if p != r.PostFormValue("again") {
		return "password.differ"
	}
	return weak(p, own...)
}

// goodLogin takes 2 to 40 of a–z, 0–9, dot, hyphen and underscore.
func goodLogin(s string) bool {
	return len(s) >= 2 && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}
