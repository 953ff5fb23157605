package console

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// The call form: who, from which number, about what, in the operator's words.
// A logged call is 9.1/1 and, by an operator, 9.1/2 at once.

type callData struct {
	Frame
	Call    callForm
	Look    lookup
	Draft   string
	Done    string
	Kept    bool
	Outages []outageView // confirmed and going on: the first thing that a caller may mean
	Systems []choice
}

// callForm is what was typed.
type callForm struct {
	ID, Number, Name, Entity, System, Subject, Said, When, Reason, Case, Language string
	Hidden                                                                        bool
}

// lookup is what is known of the number that was typed.
type lookup struct {
	Asked  bool
	Shown  string
	Wrong  bool
	Person string
	Entity string
	Cases  []rowView
	Calls  []store.Call
	Chosen string
}

func (c *Console) callPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	q := r.URL.Query()
	f := callForm{ID: q.Get("llamada"), Number: q.Get("numero"), Name: q.Get("nombre"), Case: q.Get("caso"), Said: q.Get("dicho"), Subject: q.Get("asunto"), System: q.Get("sistema"), Entity: q.Get("entidad")}
	if f.ID != "" {
		call, err := c.st.Call(r.Context(), f.ID)
		if err != nil {
			return err
		}
		f.Number, f.Name = cmp.Or(call.Number, call.Raw), cmp.Or(f.Name, call.Name)
	}
	return c.showCall(w, r, s, http.StatusOK, f, nil)
}

func (c *Console) showCall(w http.ResponseWriter, r *http.Request, s *Session, status int, f callForm, note *flash) error {
	data := callData{Frame: c.frame(r, s, c.say(s).T("call.title"), "/llamada"), Call: f}
	if note != nil {
		data.Flash = note
	}
	data.Draft = "llamada:" + f.ID
	u := c.unsent(r, s, data.Draft)
	if data.Done = done(u); note == nil && len(u.Fields) > 0 && f.Said == "" {
		data.Call.left(u.Fields)
		f, data.Kept = data.Call, true
	}
	var err error
	if data.Outages, err = c.knownOutages(r.Context()); err != nil {
		return err
	}
	if data.Systems, err = c.systemChoices(r.Context()); err != nil {
		return err
	}
	if data.Look, err = c.look(r, s, f.Number); err != nil {
		return err
	}
	data.Look.Chosen = f.Case
	if data.Call.Name == "" && status == http.StatusOK && !data.Kept {
		data.Call.Name = data.Look.Person // to be seen and put right, before it is kept
	}
	return c.show(w, r, status, s.Language, "call", "content", data)
}

// left puts what was typed before into the form, where nothing else stands.
func (f *callForm) left(typed map[string]string) {
	for name, field := range map[string]*string{"numero": &f.Number, "nombre": &f.Name, "entidad": &f.Entity, "sistema": &f.System, "asunto": &f.Subject,
		"dicho": &f.Said, "hora": &f.When, "motivo": &f.Reason, "caso": &f.Case} {
		*field = cmp.Or(*field, typed[name])
	}
	f.Hidden = f.Hidden || typed["oculto"] == "yes"
}

func (c *Console) callLookup(w http.ResponseWriter, r *http.Request, s *Session) error {
	if r.Header.Get("HX-Request") != "true" {
		c.redirect(w, r, address("/llamada", r.URL.Query()))
		return nil
	}
	l, err := c.look(r, s, r.URL.Query().Get("numero"))
	if err != nil {
		return err
	}
	l.Chosen = r.URL.Query().Get("caso")
	return c.show(w, r, http.StatusOK, s.Language, "call", "lookup", l)
}

// number reads a telephone number as it was typed.
func (c *Console) number(raw string) (e164, shown string, ok bool) {
	raw = strings.TrimSpace(raw)
	if c.opt.NormalizeNumber == nil {
		return raw, raw, raw != ""
	}
	return c.opt.NormalizeNumber(raw)
}

// look finds the person and the open cases of a number.
func (c *Console) look(r *http.Request, s *Session, raw string) (lookup, error) {
	if strings.TrimSpace(raw) == "" {
		return lookup{}, nil
	}
	e164, shown, ok := c.number(raw)
	l := lookup{Asked: true, Shown: shown, Wrong: !ok}
	if !ok {
		return l, nil
	}
	people, err := c.st.SearchPeople(r.Context(), e164, 1)
	if err != nil {
		return l, err
	}
	person := ""
	if len(people) == 1 {
		person, l.Person, l.Entity = people[0].ID, people[0].Name, people[0].Entity
	}
	rows, err := c.st.OpenOf(r.Context(), person, e164, 6)
	if err != nil {
		return l, err
	}
	for _, row := range rows {
		if t, err := c.st.Ticket(r.Context(), row.ID); err == nil && t.SeenBy(s.Actor) {
			l.Cases = append(l.Cases, c.row(r, c.say(s), row, nil, ""))
		}
	}
	l.Calls, err = c.st.CallsOf(r.Context(), e164, 4)
	return l, err
}

func (c *Console) call(w http.ResponseWriter, r *http.Request, s *Session) error {
	if err := r.ParseForm(); err != nil {
		return &badRequest{"error.form"}
	}
	p := r.PostFormValue
	f := callForm{ID: p("llamada"), Number: p("numero"), Name: strings.TrimSpace(p("nombre")), Entity: strings.TrimSpace(p("entidad")), System: p("sistema"),
		Subject: strings.TrimSpace(p("asunto")), Said: strings.TrimSpace(p("dicho")), When: p("hora"), Reason: strings.TrimSpace(p("motivo")), Case: p("caso"), Hidden: p("oculto") == "yes"}
	words := c.say(s)
	refuse := func(key string) error {
		return c.showCall(w, r, s, http.StatusUnprocessableEntity, f, &flash{Kind: "bad", Title: words.T("call.notsaved"), Text: words.T(key)})
	}
	at := c.now()
	e164, _, ok := c.number(f.Number)
	switch {
	case f.Said == "":
		return refuse("call.nosaid")
	case !ok && !f.Hidden:
		return refuse("call.nonumber")
	case f.Hidden:
		e164 = ""
	}
	if f.When != "" {
		noted, err := time.ParseInLocation("2006-01-02T15:04", f.When, c.clock.zone)
		switch {
		case err != nil || noted.After(at.Add(time.Minute)):
			return refuse("call.badtime")
		case f.Reason == "" && at.Sub(noted) > 15*time.Minute:
			return refuse("call.noreason")
		}
		at = noted
	}
	code, err := c.logCall(r, s, f, e164, at)
	if errors.Is(err, store.ErrNotFound) {
		return refuse("call.nocase")
	}
	var refused *tickets.Refusal
	if errors.As(err, &refused) {
		return c.showCall(w, r, s, http.StatusUnprocessableEntity, f, &flash{Kind: "bad", Title: words.T("call.notsaved"), Text: c.refusal(words, refused)})
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/casos/"+code+"?hecho=call")
	return nil
}

// logCall stores a call: as a new case, or as a message in one that is open.
func (c *Console) logCall(r *http.Request, s *Session, f callForm, e164 string, at time.Time) (code string, err error) {
	raw := f.Said
	hidden := redactCall(&f)
	var guess tickets.Suggestion
	if c.opt.Suggest != nil && f.Case == "" {
		guess = c.opt.Suggest(f.Subject, f.Said)
	}
	now := c.now()
	callID, again := cmp.Or(f.ID, formID(r)), false
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		ok, err := first(tx, r)
		if again = !ok; again || err != nil {
			return err
		}
		contact := tickets.Contact{Medium: "phone", Value: e164, Name: f.Name}
		call := store.Call{ID: cmp.Or(callID, tx.NewID()), Channel: c.opt.PhoneChannel, Number: e164, Raw: f.Number, Name: f.Name, Direction: "in", Started: at, Answered: true, Agent: s.Actor.ID, State: store.CallLogged}
		m := store.Message{Direction: store.In, Kind: "human", Medium: "phone", Channel: c.opt.PhoneChannel, AuthorName: f.Name, Address: e164, Said: f.Said, ReceivedAt: at, At: now}
		if f.Case != "" {
			call.Ticket, code, err = c.continueCase(tx, s, f, &m, now)
		} else {
			call.Ticket, code, err = c.openCase(tx, s, f, contact, guess, &m, at, now)
		}
		if err != nil {
			return err
		}
		fate := store.Fate{Verdict: store.FateCase, By: s.Actor.ID, Ticket: call.Ticket, Message: m.ID, Sender: cmp.Or(f.Name, e164), Subject: short(cmp.Or(f.Subject, f.Said), 90), Secrets: hidden}
		if f.Case != "" {
			fate.Verdict = store.FateMessage
		}
		if _, err := tx.LedgerNote("phone", c.opt.PhoneChannel, "nota/"+m.ID, []byte(raw), fate); err != nil {
			return err
		}
		if err := s.sent(tx, r); err != nil {
			return err
		}
		return tx.SaveCall(call)
	})
	if again && err == nil {
		return c.codeOfCall(r, callID)
	}
	return code, err
}

// codeOfCall is the code of the case that a call was logged in: where its form
// leads when it is sent again.
func (c *Console) codeOfCall(r *http.Request, id string) (string, error) {
	call, err := c.st.Call(r.Context(), id)
	if err != nil {
		return "", err
	}
	t, err := c.st.Ticket(r.Context(), call.Ticket)
	if err != nil {
		return "", err
	}
	return t.Code, nil
}

func (c *Console) continueCase(tx *store.Tx, s *Session, f callForm, m *store.Message, now time.Time) (id, code string, err error) {
	code, ok := tickets.ParseCode(f.Case)
	if !ok {
		return "", "", store.ErrNotFound
	}
	if id, err = tx.TicketOfCode(code); err != nil {
		return "", "", err
	}
	err = tx.Update(id, func(t *tickets.Ticket) error {
		if !t.SeenBy(s.Actor) {
			return store.ErrNotFound
		}
		m.Author = t.Person
		t.CitizenWrote(now)
		return nil
	})
	if err == nil {
		err = tx.AddMessage(id, m)
	}
	return id, code, err
}

func (c *Console) openCase(tx *store.Tx, s *Session, f callForm, contact tickets.Contact, guess tickets.Suggestion, m *store.Message, at, now time.Time) (id, code string, err error) {
	person, err := tx.PersonOf(contact)
	if err != nil {
		return "", "", err
	}
	year := tickets.CodeYear(at)
	n, err := tx.NextNumber(year)
	if err != nil {
		return "", "", err
	}
	subject := f.Subject
	if subject == "" {
		subject = short(f.Said, 90)
	}
	t := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(year, n), Channel: c.opt.PhoneChannel, Contact: contact, Person: person, Subject: subject,
		Problem: f.Said, System: f.System, Entity: f.Entity, Opened: at, Created: now, Suggestion: guess, By: s.Actor, Reason: f.Reason})
	m.Author, m.Quiet = person, t.Operator != ""
	return t.ID, t.Code, tx.NewTicket(t, m)
}

// redactCall hides the secrets that a caller told and the operator wrote down;
// the note as it was written stays sealed in the ledger.
func redactCall(f *callForm) int {
	var s privacy.Secrets
	for range 2 { // what one field announces may stand in another
		for _, field := range []*string{&f.Said, &f.Subject, &f.Name, &f.Reason} {
			*field = s.Redact(*field)
		}
	}
	return s.Found
}
