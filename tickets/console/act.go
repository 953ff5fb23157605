package console

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// act does one act on a case: POST /casos/{code}/{act}.
func (c *Console) act(w http.ResponseWriter, r *http.Request, s *Session) error {
	act := tickets.Act(r.PathValue("act"))
	if slices.Contains(tickets.OutageActs, act) {
		return store.ErrNotFound // the outage's own screen is their place
	}
	t, version, err := c.formOf(r, s)
	if err != nil {
		return err
	}
	rec := tickets.Record{}
	for _, m := range t.Acts(s.Actor, c.now()) {
		if m.Act != act {
			continue
		}
		for _, f := range m.Fields {
			if v := typedIn(f.Name, r.PostForm[f.Name], retells[act]); v != "" {
				rec[f.Name] = v
			}
		}
	}
	if form, err := c.narrowed(r, s, t, act, version, rec); err != nil {
		return err
	} else if form != nil {
		w.Header().Set("HX-Push-Url", "false")
		return c.showRefused(w, r, s, t, form, http.StatusOK, "", nil, nil)
	}
	if act == tickets.ActNote || act == tickets.ActReply || act == tickets.ActUnsend {
		version = 0 // something said is no conflict with what another does
	}
	if err := c.mayQuote(r, t, rec); err != nil {
		return c.acted(w, r, s, t, act, rec, err)
	}
	if err := c.held(r, s, t, act, rec); err != nil {
		return c.acted(w, r, s, t, act, rec, err)
	}
	sent, err := uploaded(r)
	if err != nil {
		return err
	}
	err = c.do(r, s, t.ID, version, func(tx *store.Tx, t *tickets.Ticket) error {
		if act == tickets.ActUnsend {
			return c.unsend(tx, s, t)
		}
		if len(sent) > 0 && (act == tickets.ActReply || act == tickets.ActNotify) {
			files, err := keep(tx, sent)
			if err != nil {
				return err
			}
			rec["files"] = files
		}
		if err := resolve(tx, rec); err != nil {
			return err
		}
		if err := c.proven(r.Context(), act, rec); err != nil {
			return err
		}
		if err := c.staffMeant(r.Context(), t, rec); err != nil {
			return err
		}
		return t.Do(act, s.Actor, rec, c.now())
	})
	return c.acted(w, r, s, t, act, rec, err)
}

// retells are the acts whose record says again what a person said: a secret
// in it is hidden as in the message itself.
var retells = map[tickets.Act]bool{tickets.ActRegister: true, tickets.ActNote: true, tickets.ActSplit: true, tickets.ActResume: true, tickets.ActAttempt: true, tickets.ActSetFacts: true, tickets.ActFlag: true, tickets.ActAnalyse: true}

// decide does the combined form: each activity is an act of its own, all in
// one transaction.
func (c *Console) decide(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, version, err := c.formOf(r, s)
	if err != nil {
		return err
	}
	typed := tickets.Record{}
	for _, name := range []string{"problem", "system", "entity", "availability", "prior_uit", "evidence", "design", "choose_uit", "reason"} {
		typed[name] = r.PostFormValue(name)
	}
	typed["problem"], _ = privacy.Redact(typed["problem"])
	err = c.do(r, s, t.ID, version, func(_ *store.Tx, t *tickets.Ticket) error { return decideAll(t, s.Actor, typed, c.now()) })
	return c.acted(w, r, s, t, actDecide, typed, err)
}

// decideAll does what is due of 9.1/2 to 9.1/4 with one record.
func decideAll(t *tickets.Ticket, by tickets.Actor, typed tickets.Record, now time.Time) error {
	take := func(names ...string) tickets.Record {
		rec := tickets.Record{}
		for _, n := range names {
			if typed[n] != "" {
				rec[n] = typed[n]
			}
		}
		return rec
	}
	if t.Step == "9.1/2" {
		if err := t.Do(tickets.ActRegister, by, take("problem", "system", "entity"), now); err != nil {
			return err
		}
	}
	if t.Step == "9.1/3" {
		if err := t.Do(tickets.ActDecideAvailability, by, take("availability", "prior_uit", "evidence", "choose_uit", "reason"), now); err != nil {
			return err
		}
	}
	if t.Step == "9.1/4" {
		return t.Do(tickets.ActDecideDesign, by, take("design", "choose_uit", "reason"), now)
	}
	return nil
}

// do runs an act in a transaction and refuses (store.ErrStale) if the case is
// no longer at version; 0 takes any. A form that was done already is not done
// again, and that is no error. What a person says stays in the outbox for as
// long as it can be taken back.
func (c *Console) do(r *http.Request, s *Session, id string, version int64, fn func(*store.Tx, *tickets.Ticket) error) error {
	return c.st.Write(r.Context(), func(tx *store.Tx) error {
		if ok, err := first(tx, r); !ok || err != nil {
			return err
		}
		reply := ""
		err := tx.Update(id, func(t *tickets.Ticket) error {
			if version != 0 && t.Version != version {
				return store.ErrStale
			}
			before := t.Outgoing
			err := fn(tx, t)
			if t.Outgoing > before && t.Fresh != nil && t.Fresh.By == s.Actor.ID {
				reply = t.Fresh.ReplyID
			}
			return err
		})
		if err == nil && reply != "" {
			err = tx.Hold(reply, tickets.UndoFor)
		}
		if err != nil {
			return err
		}
		return s.sent(tx, r)
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
		switch {
		case act == tickets.ActUnsend:
			self += "?hecho=unsend" + reopened(t)
		case act == tickets.ActUnname && slices.Contains(idsOf(typed[peopleField]), s.Actor.ID) && !t.SeenUnnamed(s.Actor):
			self = "/bandeja?hecho=" + string(act) // they took themselves off
		default:
			self += "?hecho=" + string(act)
		}
		c.redirect(w, r, self)
		return nil
	}
	var refused *tickets.Refusal
	var held *stop
	stale := errors.Is(err, store.ErrStale)
	if !stale && !errors.As(err, &refused) && !errors.As(err, &held) {
		return err
	}
	fresh, err := c.open(r, s)
	if err != nil {
		return err
	}
	words, status, text := c.say(s), http.StatusUnprocessableEntity, ""
	switch {
	case stale:
		status, text = http.StatusConflict, c.changed(r, s, fresh)
	case held != nil:
		status, text = held.status, held.title
	default:
		text = c.refusal(words, refused)
	}
	if slices.Contains(composerActs, act) {
		return c.showRefused(w, r, s, fresh, nil, status, text, typed, held)
	}
	form, err := c.form(r, s, fresh, act, typed)
	if err != nil {
		return err
	}
	if form != nil {
		form.Wrong = text
		form.hold(held, words)
		if refused != nil {
			form.mark(refused.Params["field"], words)
		}
	}
	return c.showRefused(w, r, s, fresh, form, status, text, typed, held)
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

// keptOf are the words, not the choices, of a record whose form is gone.
func keptOf(w *words, typed tickets.Record) (kept []keptText) {
	for _, name := range slices.Sorted(maps.Keys(typed)) {
		if text := strings.TrimSpace(typed[name]); strings.ContainsAny(text, " \n") && name != "evidence" {
			kept = append(kept, keptText{w.Or("field.any."+name, name), text})
		}
	}
	return kept
}

// showRefused shows the case with the refused form open; without one (the act
// is no longer possible) the reason and what was typed stand above the case.
func (c *Console) showRefused(w http.ResponseWriter, r *http.Request, s *Session, t *tickets.Ticket, form *formView, status int, text string, typed tickets.Record, held *stop) error {
	v, err := c.caseView(r, s, t)
	if err != nil {
		return err
	}
	v.Form = form
	said := form == nil && v.Composer != nil && typed["text"] != ""
	if said {
		v.Composer.Text, v.Composer.Kept, v.Composer.Wrong = typed["text"], false, text
		v.Composer.hold(held, c.say(s))
	}
	data := caseData{Frame: c.frame(r, s, t.Code, "/bandeja"), Case: v}
	if form == nil && !said {
		data.Flash = &flash{Kind: "bad", Title: c.say(s).T("error.refused"), Text: text, Kept: keptOf(c.say(s), typed)}
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
	var large *http.MaxBytesError
	if err := r.ParseMultipartForm(4 << 20); errors.As(err, &large) {
		return 0, err
	} else if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return 0, &badRequest{"error.form"}
	}
	v, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || v < 1 {
		return 0, &badRequest{"error.form"}
	}
	return v, nil
}
