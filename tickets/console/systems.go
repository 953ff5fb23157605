package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets/store"
)

// The catalogue of supported systems: dated data with its legal basis. A system
// is never deleted: it ends on a date, and old cases keep its name.

type systemsData struct {
	Frame
	Systems []systemView
	May     bool
}

type systemView struct {
	store.Supported
	From, To string
	Last     time.Time // the last day that it is attended to
	Holds    bool
}

type systemData struct {
	Frame
	Form   systemView
	New    bool
	Action string
}

func (c *Console) dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.clock.in(t).Format(time.DateOnly)
}

func (c *Console) systemView(sys store.Supported) systemView {
	v := systemView{Supported: sys, From: c.dayOf(sys.ValidFrom), Holds: sys.Holds(c.now())}
	if !sys.ValidTo.IsZero() {
		v.Last = sys.ValidTo.Add(-time.Second)
		v.To = c.dayOf(v.Last)
	}
	return v
}

func (c *Console) systemsPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	list, err := c.st.Systems(r.Context())
	if err != nil {
		return err
	}
	data := systemsData{Frame: c.frame(r, s, c.say(s).T("systems.title"), "/administracion"), May: (route{who: admin}).allows(s.Actor)}
	for _, sys := range list {
		data.Systems = append(data.Systems, c.systemView(sys))
	}
	return c.show(w, r, http.StatusOK, s.Language, "systems", "content", data)
}

// systemOf is the system that the address names; a new one for "nuevo".
func (c *Console) systemOf(r *http.Request) (store.Supported, bool, error) {
	id := r.PathValue("id")
	list, err := c.st.Systems(r.Context())
	if err != nil || id == "nuevo" {
		return store.Supported{Status: "verified", Place: len(list) + 1}, true, err
	}
	i := slices.IndexFunc(list, func(sys store.Supported) bool { return sys.ID == id })
	if i < 0 {
		return store.Supported{}, false, store.ErrNotFound
	}
	return list[i], false, nil
}

func (c *Console) systemPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	sys, fresh, err := c.systemOf(r)
	if err != nil {
		return err
	}
	return c.showSystem(w, r, s, http.StatusOK, nil, sys, fresh)
}

func (c *Console) showSystem(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash, sys store.Supported, fresh bool) error {
	title := sys.Name
	if fresh {
		title = c.say(s).T("systems.new")
	}
	data := systemData{c.frame(r, s, title, "/administracion"), c.systemView(sys), fresh, "/administracion/sistemas/" + r.PathValue("id")}
	if f != nil {
		data.Flash = f
	}
	return c.show(w, r, status, s.Language, "system", "content", data)
}

func (c *Console) systemSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	sys, fresh, err := c.systemOf(r)
	if err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	if fresh {
		sys.ID = strings.ToLower(value("id"))
	}
	sys.Aliases = value("aliases")
	sys.Name, sys.About, sys.Reports, sys.Basis, sys.Owner, sys.Status = value("name"), value("about"), value("reports"), value("basis"), value("owner"), "unverified"
	if value("status") == "verified" {
		sys.Status = "verified"
	}
	if n, err := strconv.Atoi(value("place")); err == nil {
		sys.Place = n
	}
	from, err1 := c.day(value("from"))
	to, err2 := c.day(value("to"))
	sys.ValidFrom, sys.ValidTo = from, to
	if !to.IsZero() {
		sys.ValidTo = to.AddDate(0, 0, 1)
	}
	wrong := ""
	switch {
	case err1 != nil || err2 != nil || !to.IsZero() && !sys.ValidTo.After(from):
		wrong = "systems.dates"
	case !goodLogin(sys.ID) || sys.Name == "":
		wrong = "systems.wrong"
	}
	if wrong == "" && fresh {
		if list, err := c.st.Systems(r.Context()); err != nil {
			return err
		} else if slices.ContainsFunc(list, func(o store.Supported) bool { return o.ID == sys.ID }) {
			wrong = "systems.taken"
		}
	}
	if wrong != "" {
		return c.showSystem(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.say(s).T(wrong)}, sys, fresh)
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		details := map[string]string{"name": sys.Name, "basis": sys.Basis, "owner": sys.Owner, "from": c.dayOf(from), "to": c.dayOf(to)}
		return errors.Join(tx.SaveSystem(sys), tx.Audit(store.Audited{By: s.Actor.ID, Act: "system.save", Target: sys.ID, Details: details, Peer: c.peer(r)}))
	})
	if err != nil {
		return err
	}
	c.names.mu.Lock()
	c.names.systemsRead = time.Time{}
	c.names.mu.Unlock()
	c.redirect(w, r, "/administracion/sistemas?hecho=saved")
	return nil
}
