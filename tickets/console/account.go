package console

import (
	"errors"
	"net/http"
	"slices"

	"ventanilla/tickets/store"
)

// A person's own account: password, language, sessions.

type accountData struct {
	Frame
	Login     string
	Languages []choice
	Spoken    []spokenView
	Sessions  []sessionView
	Mail      string
	Alerts    string
	Whens     []string
	Factor    bool // a second factor is in force
}

type sessionView struct {
	store.Session
	Mine bool
}

func (c *Console) accountPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showAccount(w, r, s, http.StatusOK, nil)
}

func (c *Console) showAccount(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash) error {
	data := accountData{Frame: c.frame(r, s, c.say(s).T("account.title"), "/cuenta"), Login: s.Login}
	if f != nil {
		data.Flash = f
	}
	for _, l := range languages {
		data.Languages = append(data.Languages, choice{l, c.say(s).T("language." + l)})
	}
	var err error
	if data.Spoken, err = c.spokenBy(r.Context(), s); err != nil {
		return err
	}
	factor, err := c.st.Factor(r.Context(), s.Actor.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	u, err := c.st.StaffByID(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	data.Mail, data.Alerts, data.Whens = u.Mail, u.Alerts, []string{store.AlertNow, store.AlertDigest, store.AlertNone}
	data.Factor = !factor.Confirmed.IsZero()
	list, err := c.st.Sessions(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	for _, n := range list {
		data.Sessions = append(data.Sessions, sessionView{n, n.Token == s.Token})
	}
	return c.show(w, r, status, s.Language, "account", "content", data)
}

func (c *Console) accountPassword(w http.ResponseWriter, r *http.Request, s *Session) error {
	u, err := c.st.StaffByID(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	words := c.say(s)
	if wait := c.pause(r, u.Login, &u); wait > 0 {
		return c.showAccount(w, r, s, http.StatusTooManyRequests, c.waitFlash(w, words, wait))
	}
	if !samePassword(u.Hash, r.PostFormValue("old")) {
		if err := c.refused(r, u.Login, &u, "login.failed"); err != nil {
			return err
		}
		return c.showAccount(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("account.oldwrong")})
	}
	if key := c.wrongPassword(r, u.Login, u.Name); key != "" {
		return c.showAccount(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T(key)})
	}
	hash := HashPassword(r.PostFormValue("password"))
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SetPassword(u.ID, hash); err != nil { // ends every session
			return err
		}
		return tx.Audit(store.Audited{By: u.ID, Act: "password", Target: u.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	if err := c.begin(w, r, u, store.Whole); err != nil {
		return err
	}
	c.redirect(w, r, "/cuenta?hecho=password")
	return nil
}

func (c *Console) accountLanguage(w http.ResponseWriter, r *http.Request, s *Session) error {
	lang := r.PostFormValue("language")
	if !slices.Contains(languages, lang) {
		return &badRequest{"error.form"}
	}
	u, err := c.st.StaffByID(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	u.Language = lang
	if err := c.st.Write(r.Context(), func(tx *store.Tx) error { return tx.SaveStaff(u) }); err != nil {
		return err
	}
	c.redirect(w, r, "/cuenta?hecho=language")
	return nil
}

// accountSessions ends all other sessions of the person, or the one that is named.
func (c *Console) accountSessions(w http.ResponseWriter, r *http.Request, s *Session) error {
	if err := c.endSessions(r, s, s.Actor.ID, s.Token); err != nil {
		return err
	}
	c.redirect(w, r, "/cuenta?hecho=sessions")
	return nil
}

// endSessions ends the session of someone that the form names, or all of theirs
// but one.
func (c *Console) endSessions(r *http.Request, s *Session, staff, but string) error {
	return c.st.Write(r.Context(), func(tx *store.Tx) error {
		end := func() error { return tx.EndSessions(staff, but) }
		if one := r.PostFormValue("session"); one != "" {
			end = func() error { return tx.EndOne(staff, one) }
		}
		if err := end(); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "sessions", Target: staff, Peer: c.peer(r)})
	})
}
