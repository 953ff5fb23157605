package console

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The second factor: its code after the password, and the page on which a
// person sets it up. Roles that must have one are a setting of the office.

// accessSetting is what the office demands of those who log in.
type accessSetting struct {
	SecondFactor []tickets.Role `json:"second_factor"` // roles that must have one
}

const accessName = "access"

func (c *Console) access(ctx context.Context) (a accessSetting, err error) {
	_, err = c.st.Setting(ctx, accessName, &a)
	return a, err
}

// demands tells whether somebody must have a second factor: for a role that
// they hold, or in which they stand in for another (G26).
func (a accessSetting) demands(who tickets.Actor) bool {
	return slices.ContainsFunc(a.SecondFactor, who.Is)
}

// half is what a person whose password was right is still short of.
func (c *Console) half(ctx context.Context, u store.Staff) (int, error) {
	f, err := c.st.Factor(ctx, u.ID)
	if err == nil && !f.Confirmed.IsZero() {
		return store.WantsCode, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, err
	}
	a, err := c.access(ctx)
	if err == nil && a.demands(u.Actor(c.now())) {
		return store.MustEnroll, nil
	}
	return store.Whole, err
}

// halfway are the routes that a session may use before it is whole; the first
// is where it is sent.
var halfway = map[int][]string{
	store.WantsCode:  {"GET /entrar/codigo", "POST /entrar/codigo", "POST /salir"},
	store.MustEnroll: {"GET /cuenta/factor", "POST /cuenta/factor", "POST /cuenta/factor/confirmar", "POST /salir"},
}

type codeData struct {
	Frame
	Back string
}

func (c *Console) codePage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showCode(w, r, s, http.StatusOK, localPath(r.URL.Query().Get("volver")), nil)
}

func (c *Console) showCode(w http.ResponseWriter, r *http.Request, s *Session, status int, back string, f *flash) error {
	if s.Half == store.Whole {
		c.redirect(w, r, back)
		return nil
	}
	words := c.say(s)
	return c.show(w, r, status, words.lang, "code", "", codeData{Frame{Title: words.T("factor.code"), Flash: f}, back})
}

// code checks the second factor: a code of the telephone or a recovery code.
func (c *Console) code(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, back, typed := c.say(s), localPath(r.PostFormValue("volver")), r.PostFormValue("code")
	u, err := c.st.StaffByID(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	if wait := c.pause(r, u.Login, &u); wait > 0 {
		return c.showCode(w, r, s, http.StatusTooManyRequests, back, c.waitFlash(w, words, wait))
	}
	how, err := c.useCode(r.Context(), u, typed, func(tx *store.Tx) error {
		if err := tx.CompleteSession(s.Token, c.st.Now().Add(sessionIdle)); err != nil {
			return err
		}
		return tx.Login(u.ID, true)
	}, c.peer(r))
	if err != nil {
		return err
	}
	if how == "" {
		if err := c.refused(r, u.Login, &u, "factor.failed"); err != nil {
			return err
		}
		return c.showCode(w, r, s, http.StatusUnprocessableEntity, back, &flash{Kind: "bad", Text: words.T("factor.wrong")})
	}
	c.logins.succeeded(u.Login)
	if how == "recovery" {
		back = "/cuenta/factor?hecho=recovery"
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// useCode uses a code up, together with what then follows; it says how it was
// right ("totp", "recovery"), or "" if it was not.
func (c *Console) useCode(ctx context.Context, u store.Staff, typed string, then func(*store.Tx) error, peer string) (how string, err error) {
	f, err := c.st.Factor(ctx, u.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	step, right := totpStep(f.Secret, typed, c.now())
	err = c.st.Write(ctx, func(tx *store.Tx) error {
		if how = "totp"; right {
			err = tx.UseFactor(u.ID, step)
		} else {
			how, err = "recovery", tx.UseRecovery(u.ID, recoveryHash(u.ID, typed))
		}
		if err != nil {
			return err
		}
		if err := tx.Audit(store.Audited{By: u.ID, Act: "factor." + how, Target: u.ID, Peer: peer}); err != nil {
			return err
		}
		return then(tx)
	})
	if errors.Is(err, store.ErrStale) {
		return "", nil
	}
	return how, err
}

type factorData struct {
	Frame
	Active, Must bool
	Since        time.Time
	Left         int
	Secret       string
	Picture      template.HTML
	Codes        []string // shown once
}

func (c *Console) factorPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showFactor(w, r, s, http.StatusOK, nil, nil)
}

func (c *Console) showFactor(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash, codes []string) error {
	words := c.say(s)
	data := factorData{Codes: codes}
	page := "factor"
	if s.Half == store.Whole {
		data.Frame = c.frame(r, s, words.T("factor.title"), "/cuenta")
	} else {
		data.Frame, page = Frame{Title: words.T("factor.title"), User: s.Actor}, "enroll"
	}
	if f != nil {
		data.Flash = f
	}
	known, err := c.st.Factor(r.Context(), s.Actor.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	a, err := c.access(r.Context())
	if err != nil {
		return err
	}
	data.Must, data.Active, data.Since, data.Left = a.demands(s.Actor), !known.Confirmed.IsZero(), known.Confirmed, known.Left
	if !data.Active && known.Secret != "" {
		data.Secret = known.Secret
		if data.Picture, err = qrPicture(factorAddress(known.Secret, s.Login), words.T("factor.qr")); err != nil {
			return err
		}
	}
	return c.show(w, r, status, words.lang, page, "content", data)
}

// factorAct begins, renews the recovery codes or ends: POST /cuenta/factor.
func (c *Console) factorAct(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	u, err := c.st.StaffByID(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	if wait := c.pause(r, u.Login, &u); wait > 0 {
		return c.showFactor(w, r, s, http.StatusTooManyRequests, c.waitFlash(w, words, wait), nil)
	}
	if !samePassword(u.Hash, r.PostFormValue("password")) {
		if err := c.refused(r, u.Login, &u, "factor.failed"); err != nil {
			return err
		}
		return c.showFactor(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("account.oldwrong")}, nil)
	}
	act := cmp.Or(r.PostFormValue("do"), "begin")
	if act == "codes" {
		return c.renewCodes(w, r, s, u)
	}
	a, err := c.access(r.Context())
	if err != nil {
		return err
	}
	if act == "end" && a.demands(u.Actor(c.now())) {
		return c.showFactor(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("factor.must")}, nil)
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if act == "end" {
			err = tx.DropFactor(u.ID)
		} else if err = tx.ProposeFactor(u.ID, newFactorSecret()); errors.Is(err, store.ErrExists) {
			return nil // it is in force already: two tabs
		}
		if err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: u.ID, Act: "factor." + map[bool]string{true: "end", false: "begin"}[act == "end"], Target: u.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/cuenta/factor")
	return nil
}

func (c *Console) renewCodes(w http.ResponseWriter, r *http.Request, s *Session, u store.Staff) error {
	f, err := c.st.Factor(r.Context(), u.ID)
	if err != nil {
		return err
	}
	if f.Confirmed.IsZero() {
		return store.ErrNotFound
	}
	codes, hashes := newRecovery(u.ID)
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SetRecovery(u.ID, hashes); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: u.ID, Act: "factor.codes", Target: u.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	return c.showFactor(w, r, s, http.StatusOK, nil, codes)
}

// factorConfirm takes the first code of a new factor, which puts it in force,
// and shows the recovery codes, once.
func (c *Console) factorConfirm(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	u, err := c.st.StaffByID(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	if wait := c.pause(r, u.Login, &u); wait > 0 {
		return c.showFactor(w, r, s, http.StatusTooManyRequests, c.waitFlash(w, words, wait), nil)
	}
	f, err := c.st.Factor(r.Context(), u.ID)
	if err != nil {
		return err
	}
	step, right := totpStep(f.Secret, r.PostFormValue("code"), c.now())
	if !f.Confirmed.IsZero() || !right {
		return c.showFactor(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("factor.wrong")}, nil)
	}
	codes, hashes := newRecovery(u.ID)
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := errors.Join(tx.UseFactor(u.ID, step), tx.SetRecovery(u.ID, hashes), tx.EndSessions(u.ID, s.Token)); err != nil {
			return err
		}
		if s.Half != store.Whole {
			if err := errors.Join(tx.CompleteSession(s.Token, c.st.Now().Add(sessionIdle)), tx.Login(u.ID, true)); err != nil {
				return err
			}
		}
		return tx.Audit(store.Audited{By: u.ID, Act: "factor.confirmed", Target: u.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	s.Half = store.Whole
	return c.showFactor(w, r, s, http.StatusOK, nil, codes)
}

// userFactor takes a person's second factor away: they lost the telephone and
// the recovery codes. Their sessions end.
func (c *Console) userFactor(w http.ResponseWriter, r *http.Request, s *Session) error {
	u, err := c.st.StaffByID(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := errors.Join(tx.DropFactor(u.ID), tx.EndSessions(u.ID, s.Token)); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "factor.reset", Target: u.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/usuarios/"+u.ID+"?hecho=factor")
	return nil
}

type securityData struct {
	Frame
	Roles []choice
	Must  map[string]bool
	Days  string // for which a raw form with a secret is kept, as stored or as typed
	Most  int

	Months     string // for which the texts of closed cases are kept, as stored or as typed
	MostMonths int
	Doubt      *purgeDoubt
}

// securityTyped is what was typed and not saved; nil: show what is stored.
type securityTyped struct {
	Days, Months *string
	Doubt        *purgeDoubt
}

func (c *Console) securityPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showSecurity(w, r, s, http.StatusOK, securityTyped{}, nil)
}

func (c *Console) showSecurity(w http.ResponseWriter, r *http.Request, s *Session, status int, typed securityTyped, f *flash) error {
	words := c.say(s)
	a, err := c.access(r.Context())
	if err != nil {
		return err
	}
	days, err := c.st.SealedDays(r.Context())
	if err != nil {
		return err
	}
	months, err := c.st.CaseMonths(r.Context())
	if err != nil {
		return err
	}
	data := securityData{Frame: c.frame(r, s, words.T("access.title"), "/administracion"), Must: map[string]bool{}, Doubt: typed.Doubt,
		Days: orStored(typed.Days, days), Most: longestSealed, Months: orStored(typed.Months, months), MostMonths: longestCases}
	if f != nil {
		data.Flash = f
	}
	for _, role := range grantable {
		data.Roles = append(data.Roles, choice{string(role), words.T("role." + string(role))})
		data.Must[string(role)] = slices.Contains(a.SecondFactor, role)
	}
	return c.show(w, r, status, words.lang, "access", "content", data)
}

// orStored is the text to show in a field: what was typed, or the number stored.
func orStored(typed *string, stored int) string {
	if typed != nil {
		return *typed
	}
	return strconv.Itoa(stored)
}

func (c *Console) securitySave(w http.ResponseWriter, r *http.Request, s *Session) error {
	if err := r.ParseForm(); err != nil {
		return &badRequest{"error.form"}
	}
	var a accessSetting
	for _, role := range grantable {
		if slices.Contains(r.PostForm["second_factor"], string(role)) {
			a.SecondFactor = append(a.SecondFactor, role)
		}
	}
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SetSetting(accessName, a, s.Actor.ID); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "setting.access", Target: accessName, Details: map[string]string{"second_factor": joinRoles(a.SecondFactor)}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/administracion/acceso?hecho=saved")
	return nil
}
