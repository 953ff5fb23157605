package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// act does one act on a case: POST /casos/{code}/{act}.
func (c *Console) act(w http.ResponseWriter, r *http.Request, s *Session) error {
	act := tickets.Act(r.PathValue("act"))
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	rec := tickets.Record{}
	for _, m := range t.Acts(s.Actor, c.now()) {
		if m.Act != act {
			continue
		}
		for _, f := range m.Fields {
			if v := r.PostFormValue(f.Name); v != "" {
				rec[f.Name] = v
			}
		}
	}
	if act == tickets.ActNote || act == tickets.ActReply {
		version = 0 // something said is no conflict with what another does
	}
	err = c.do(r, t.ID, version, func(tx *store.Tx, t *tickets.Ticket) error {
		if err := resolve(tx, rec); err != nil {
			return err
		}
		return t.Do(act, s.Actor, rec, c.now())
	})
	return c.acted(w, r, s, t, act, rec, err)
}

// decide does the combined form: each activity is an act of its own, all in
// one transaction.
func (c *Console) decide(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	typed := tickets.Record{}
	for _, name := range []string{"problem", "system", "entity", "availability", "prior_uit", "evidence", "design", "choose_uit", "reason"} {
		typed[name] = r.PostFormValue(name)
	}
	take := func(names ...string) tickets.Record {
		rec := tickets.Record{}
		for _, n := range names {
			if typed[n] != "" {
				rec[n] = typed[n]
			}
		}
		return rec
	}
	now := c.now()
	err = c.do(r, t.ID, version, func(_ *store.Tx, t *tickets.Ticket) error {
		if t.Step == "9.1/2" {
			if err := t.Do(tickets.ActRegister, s.Actor, take("problem", "system", "entity"), now); err != nil {
				return err
			}
		}
		if t.Step == "9.1/3" {
			if err := t.Do(tickets.ActDecideAvailability, s.Actor, take("availability", "prior_uit", "evidence", "choose_uit", "reason"), now); err != nil {
				return err
			}
		}
		if t.Step == "9.1/4" {
			return t.Do(tickets.ActDecideDesign, s.Actor, take("design", "choose_uit", "reason"), now)
		}
		return nil
	})
	return c.acted(w, r, s, t, actDecide, typed, err)
}

// do runs an act in a transaction and refuses (store.ErrStale) if the case is
// no longer at version; 0 takes any.
func (c *Console) do(r *http.Request, id string, version int64, fn func(*store.Tx, *tickets.Ticket) error) error {
	return c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Update(id, func(t *tickets.Ticket) error {
			if version != 0 && t.Version != version {
				return store.ErrStale
			}
			return fn(tx, t)
		})
	})
}

// resolve finds the case that a record names by its code.
func resolve(tx *store.Tx, rec tickets.Record) error {
	code, ok := tickets.ParseCode(rec["case"])
	if !ok {
		return nil
	}
	id, err := tx.TicketOfCode(code)
	if errors.Is(err, store.ErrNotFound) {
		return &tickets.Refusal{Code: tickets.RefusedLink, Params: map[string]string{"case": code}}
	}
	rec["case_id"] = id
	return err
}

// acted answers an act: on to the case, or the form again with what was typed
// and why it was refused.
func (c *Console) acted(w http.ResponseWriter, r *http.Request, s *Session, t *tickets.Ticket, act tickets.Act, typed tickets.Record, err error) error {
	self := "/casos/" + t.Code
	if err == nil {
		c.redirect(w, r, self+"?hecho="+string(act))
		return nil
	}
	var refused *tickets.Refusal
	stale := errors.Is(err, store.ErrStale)
	if !stale && !errors.As(err, &refused) {
		return err
	}
	fresh, err := c.open(r, s)
	if err != nil {
		return err
	}
	words, status, text := c.say(s), http.StatusUnprocessableEntity, ""
	if stale {
		status, text = http.StatusConflict, c.changed(r, s, fresh)
	} else {
		text = c.refusal(words, refused)
	}
	if slices.Contains(composerActs, act) {
		return c.showRefused(w, r, s, fresh, nil, status, text, typed["text"])
	}
	form, err := c.form(r, s, fresh, act, typed)
	if err != nil {
		return err
	}
	if form != nil {
		form.Wrong = text
		if refused != nil {
			form.mark(refused.Params["field"], words)
		}
	}
	return c.showRefused(w, r, s, fresh, form, status, text, "")
}

func (f *formView) mark(field string, w *words) {
	mark := func(fields []fieldView) {
		for i := range fields {
			if fields[i].Name == field && field != "" {
				fields[i].Wrong, fields[i].When = w.T("form.check"), ""
			}
		}
	}
	mark(f.Fields)
	for i := range f.Parts {
		mark(f.Parts[i].Fields)
	}
}

// showRefused shows the case with the refused form open; without one (the act
// is no longer possible) the reason stands above the case.
func (c *Console) showRefused(w http.ResponseWriter, r *http.Request, s *Session, t *tickets.Ticket, form *formView, status int, text, typed string) error {
	v, err := c.caseView(r, s, t)
	if err != nil {
		return err
	}
	v.Form = form
	if v.Composer != nil && typed != "" {
		v.Composer.Text = typed
	}
	data := caseData{Frame: c.frame(r, s, t.Code, "/bandeja"), Case: v}
	if form == nil {
		data.Flash = &flash{Kind: "bad", Title: c.say(s).T("error.refused"), Text: text}
	}
	if r.Header.Get("HX-Request") != "true" {
		if data.List, err = c.list(r, s, t.Code); err != nil {
			return err
		}
	}
	return c.show(w, r, status, s.Language, "case", "case", data)
}

// changed tells who changed a case while someone was writing.
func (c *Console) changed(r *http.Request, s *Session, t *tickets.Ticket) string {
	events, err := c.st.History(r.Context(), t.ID, s.Actor)
	if err != nil || len(events) == 0 {
		return c.say(s).T("error.stale")
	}
	ev, w := events[len(events)-1], c.say(s)
	return w.T("error.stale.by", "name", ev.Name, "act", w.Or("did."+string(ev.Act), w.T("act."+string(ev.Act))), "at", c.clock.short(w, ev.At))
}

func formVersion(r *http.Request) (int64, error) {
	if err := r.ParseForm(); err != nil {
		return 0, &badRequest{"error.form"}
	}
	v, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || v < 1 {
		return 0, &badRequest{"error.form"}
	}
	return v, nil
}

// composer is where one writes to the person, or to the office.
type composer struct {
	Kind        string // "" for a reply, "note"
	Tabs        []composerTab
	Action      string
	Version     int64
	Medium, To  string
	Label       string
	Placeholder string
	Button      string
	Text        string
	Draft       string
	Copies      int
}

type composerTab struct {
	Href, Word, Key string
	Current         bool
}

// composer offers a reply and a note as far as this person may.
func (c *Console) composer(r *http.Request, s *Session, t *tickets.Ticket) *composer {
	w, self := c.say(s), "/casos/"+t.Code
	may := map[tickets.Act]bool{}
	for _, m := range t.Acts(s.Actor, c.now()) {
		may[m.Act] = true
	}
	if !may[tickets.ActReply] && !may[tickets.ActNote] {
		return nil
	}
	v := &composer{Version: t.Version, Medium: t.Contact.Medium, Copies: len(t.Copies)}
	note := !may[tickets.ActReply] || r.URL.Query().Get("escribir") == "nota" && may[tickets.ActNote]
	if may[tickets.ActReply] {
		v.Tabs = append(v.Tabs, composerTab{self + "?escribir=respuesta", "compose.reply", "r", !note})
	}
	if may[tickets.ActNote] {
		v.Tabs = append(v.Tabs, composerTab{self + "?escribir=nota", "compose.note", "n", note})
	}
	if note {
		v.Kind, v.Action, v.Label, v.Button, v.Placeholder = "note", self+"/note", w.T("compose.note"), w.T("compose.note.save"), w.T("compose.note.text")
	} else {
		v.Action, v.Label, v.Button = self+"/reply", w.T("compose.reply"), w.T("compose.send."+t.Contact.Medium)
		v.Placeholder = w.T("compose.text." + t.Contact.Medium)
		v.To = w.T("compose.to."+t.Contact.Medium, "address", c.shown(t.Contact.Medium, t.Contact.Value), "name", t.Contact.Name)
		if t.Contact.Value == "" {
			v.To = w.T("compose.to.hidden")
		}
	}
	v.Draft = t.Code + ":" + map[bool]string{true: "nota", false: "respuesta"}[note]
	return v
}
