package console

import (
	"context"
	"errors"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The people of the office: who may log in, in which roles, and who stands in
// as supervisor under which act (G26).

type usersData struct {
	Frame
	Users []userRow
	Idle  bool // those who have not signed in for longest come first
	Roles []choice
	Form  userForm
}

type userRow struct {
	store.Staff
	RoleWords string
	StandsIn  bool
}

type userForm struct {
	store.Staff
	Has        map[string]bool
	From, To   string
	Roles      []choice
	Sessions   []store.Session
	CanDisable bool
	HasFactor  bool
}

type userData struct {
	Frame
	Form userForm
}

// grantable are the roles that a person may hold.
var grantable = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.Telefonista, tickets.RoleUIT, tickets.RoleUPAT, tickets.RoleACGII, tickets.RoleADT, tickets.Jefatura, tickets.Auditor, tickets.Administrador}

func (c *Console) usersPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showUsers(w, r, s, http.StatusOK, nil, store.Staff{})
}

func (c *Console) showUsers(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash, typed store.Staff) error {
	words := c.say(s)
	all, err := c.st.Staff(r.Context())
	if err != nil {
		return err
	}
	data := usersData{Frame: c.frame(r, s, words.T("users.title"), "/usuarios"), Form: c.userForm(words, typed)}
	if f != nil {
		data.Flash = f
	}
	if data.Idle = r.URL.Query().Get("orden") == "ingreso"; data.Idle {
		slices.SortStableFunc(all, longestAway)
	}
	for _, u := range all {
		data.Users = append(data.Users, userRow{u, roleWords(words, u.Roles), u.Actor(c.now()).Suplencia != ""})
	}
	return c.show(w, r, status, s.Language, "users", "content", data)
}

// longestAway puts those who may enter and never did first, then whoever did so
// longest ago; those who may not enter any more come last.
func longestAway(a, b store.Staff) int {
	if a.Active != b.Active {
		return map[bool]int{true: -1, false: 1}[a.Active]
	}
	return a.Entered.Compare(b.Entered)
}

func (c *Console) userForm(w *words, u store.Staff) userForm {
	f := userForm{Staff: u, Has: map[string]bool{}}
	for _, r := range grantable {
		f.Roles = append(f.Roles, choice{string(r), w.T("role." + string(r))})
	}
	for _, r := range u.Roles {
		f.Has[string(r)] = true
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return c.clock.in(t).Format(time.DateOnly)
	}
	f.From = day(u.SuplenciaFrom)
	if !u.SuplenciaTo.IsZero() {
		f.To = day(u.SuplenciaTo.Add(-time.Second)) // stored as the first moment after the last day
	}
	return f
}

// readUser reads a user's form into u.
func (c *Console) readUser(r *http.Request, u *store.Staff) error {
	if err := r.ParseForm(); err != nil {
		return &badRequest{"error.form"}
	}
	u.Login, u.Name = strings.ToLower(strings.TrimSpace(r.PostFormValue("login"))), strings.TrimSpace(r.PostFormValue("name"))
	u.Roles = nil
	for _, v := range r.PostForm["roles"] {
		if slices.Contains(grantable, tickets.Role(v)) {
			u.Roles = append(u.Roles, tickets.Role(v))
		}
	}
	u.Unit = unitOf(tickets.Actor{Roles: u.Roles})
	u.Suplencia = strings.TrimSpace(r.PostFormValue("suplencia"))
	u.Mail = strings.TrimSpace(r.PostFormValue("mail"))
	if a, err := mail.ParseAddress(u.Mail); u.Mail != "" && (err != nil || a.Address != u.Mail) {
		return &badRequest{"alerts.wrong"}
	}
	from, err1 := c.day(r.PostFormValue("from"))
	to, err2 := c.day(r.PostFormValue("to"))
	if err1 != nil || err2 != nil || u.Suplencia != "" && from.IsZero() {
		return &badRequest{"user.dates"}
	}
	u.SuplenciaFrom, u.SuplenciaTo = from, to
	if !to.IsZero() {
		u.SuplenciaTo = to.AddDate(0, 0, 1)
	}
	if !goodLogin(u.Login) || u.Name == "" {
		return &badRequest{"user.login.help"}
	}
	if len(u.Roles) == 0 {
		return &badRequest{"user.noroles"}
	}
	return nil
}

func (c *Console) day(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(time.DateOnly, s, c.clock.zone)
}

func (c *Console) userCreate(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	u := store.Staff{Active: true, Language: languages[0]}
	var bad *badRequest
	if err := c.readUser(r, &u); errors.As(err, &bad) {
		return c.showUsers(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T(bad.key)}, u)
	}
	if key := weak(r.PostFormValue("password"), u.Login, u.Name); key != "" {
		return c.showUsers(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T(key)}, u)
	}
	u.Hash = HashPassword(r.PostFormValue("password"))
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.AddStaff(&u); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "staff.add", Target: u.ID, Details: map[string]string{"login": u.Login, "roles": joinRoles(u.Roles)}, Peer: c.peer(r)})
	})
	if errors.Is(err, store.ErrExists) {
		return c.showUsers(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("user.taken")}, u)
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/usuarios?hecho=user")
	return nil
}

func joinRoles(roles []tickets.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r))
	}
	return strings.Join(out, " ")
}

func (c *Console) userPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	u, err := c.st.StaffByID(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.showUser(w, r, s, http.StatusOK, nil, u)
}

func (c *Console) showUser(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash, u store.Staff) error {
	form := c.userForm(c.say(s), u)
	var err error
	if form.Sessions, err = c.st.Sessions(r.Context(), u.ID); err != nil {
		return err
	}
	form.CanDisable = u.ID != s.Actor.ID
	factor, err := c.st.Factor(r.Context(), u.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	form.HasFactor = !factor.Confirmed.IsZero()
	data := userData{c.frame(r, s, u.Name, "/usuarios"), form}
	if f != nil {
		data.Flash = f
	}
	return c.show(w, r, status, s.Language, "user", "content", data)
}

func (c *Console) userSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	u, err := c.st.StaffByID(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	var bad *badRequest
	if err := c.readUser(r, &u); errors.As(err, &bad) {
		return c.showUser(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T(bad.key)}, u)
	}
	if u.ID == s.Actor.ID { // nobody locks themselves out
		u.Active = true
		if !slices.Contains(u.Roles, tickets.Administrador) {
			u.Roles = append(u.Roles, tickets.Administrador)
		}
	} else {
		u.Active = r.PostFormValue("active") == "yes"
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SaveStaff(u); err != nil {
			return err
		}
		details := map[string]string{"login": u.Login, "roles": joinRoles(u.Roles), "suplencia": u.Suplencia}
		if !u.Active {
			details["active"] = "no"
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "staff.save", Target: u.ID, Details: details, Peer: c.peer(r)})
	})
	if errors.Is(err, store.ErrExists) {
		return c.showUser(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("user.taken")}, u)
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/usuarios?hecho=user")
	return nil
}

// userReset sets a password for someone who forgot theirs; their sessions end.
func (c *Console) userReset(w http.ResponseWriter, r *http.Request, s *Session) error {
	u, err := c.st.StaffByID(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if key := weak(r.PostFormValue("password"), u.Login, u.Name); key != "" {
		return c.showUser(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.say(s).T(key)}, u)
	}
	hash := HashPassword(r.PostFormValue("password"))
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SetPassword(u.ID, hash); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "password.reset", Target: u.ID, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.logins.succeeded(u.Login)
	c.redirect(w, r, "/usuarios?hecho=reset")
	return nil
}

func (c *Console) userSessions(w http.ResponseWriter, r *http.Request, s *Session) error {
	id := r.PathValue("id")
	if err := c.endSessions(r, s, id, ""); err != nil {
		return err
	}
	c.redirect(w, r, "/usuarios/"+id+"?hecho=sessions")
	return nil
}

// nameOf is what a person of the office is called; the id itself if unknown.
func (c *Console) nameOf(ctx context.Context, id string) string {
	switch id {
	case "":
		return ""
	case "citizen":
		return c.words[languages[0]].T("role.usuario")
	case "system":
		return c.words[languages[0]].T("frame.brand")
	}
	c.names.mu.Lock()
	defer c.names.mu.Unlock()
	if c.names.by[id] == "" || time.Since(c.names.read) > time.Minute {
		all, err := c.st.Staff(ctx)
		if err != nil {
			return id
		}
		c.names.by, c.names.read = map[string]string{}, time.Now()
		for _, u := range all {
			c.names.by[u.ID] = u.Name
		}
		if c.names.by[id] == "" {
			c.names.by[id] = id
		}
	}
	return c.names.by[id]
}
