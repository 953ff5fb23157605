package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The case: everything said on any channel, where it stands in the manual, and
// the moves that this person may make now.

type caseData struct {
	Frame
	List listView
	Case *caseView
}

type caseView struct {
	T           *tickets.Ticket
	Seq         int64 // the newest change that it shows
	Subject     string
	System      string
	Undelivered string // why the last notice failed, with the flag
	AgainAt     string // address of that notice in the thread, if it can be sent again
	Self        string
	Tab         string
	Class       tickets.Class
	Guess       *guess
	Flags       []tickets.Flag
	Desk        string
	Age         *ageView
	Open        []observation // observations of returns not yet met
	Where, Now  string
	Metro       *metro
	Moves       []moveView
	Asides      []moveView
	NoMoves     string
	Form        *formView
	Steps       []stepView
	Procedure   tickets.Procedure
	Manual      *tickets.Manual
	Thread      []entry
	History     []historyLine
	Composer    *composer
	Undo        *undo
	Others      others
	Receipt     *receipt
	Checklist   *checklist
	Desks       []deskTime
	First       []entry // of a long thread, whose middle is folded
	Between     []entry
	Person      personBox
	Estimates   []tickets.Estimate
	Outage      *outageBanner
	Links       []caseLink
	Precedents  *precedentView
	Suggestions []suggestionView
	Facts       *factsView
}

type guess struct {
	Class   tickets.Class
	Percent int
	Sure    bool
	Reasons []string
}

// ageView is an age in working time; Words say what Class shows by colour.
type ageView struct{ Text, Class, Words string }

type observation struct {
	Text, By string
	At       time.Time
}

// reference points at another case or an article beside this one.
type reference struct {
	Href, Title, Text string
	UIT               bool // of the same system and handled by UIT under 9.2: what 9.1/3 asks for (G2)
	ID                string
	Percent           int    // how much alike
	Procedure         string // under which it was solved
	Take              string // where its solution is taken over
}

type personBox struct {
	ID, Name, Entity string
	Addresses        []addressView
	Cases            []reference
	MayJoin          bool // with another person, by a proof
}

type addressView struct{ Medium, Value, Proof string }

// open loads a case that this person may see; others do not exist for them.
func (c *Console) open(r *http.Request, s *Session) (*tickets.Ticket, error) {
	return c.openCode(r, s, r.PathValue("code"))
}

// formOf is open with the version of the case at which the form was shown, so
// that whoever was slower is told.
func (c *Console) formOf(r *http.Request, s *Session) (*tickets.Ticket, int64, error) {
	t, err := c.open(r, s)
	if err != nil {
		return nil, 0, err
	}
	version, err := formVersion(r)
	return t, version, err
}

// openCode is open for a case named anywhere.
func (c *Console) openCode(r *http.Request, s *Session, code string) (_ *tickets.Ticket, err error) {
	code, ok := tickets.ParseCode(code)
	if !ok {
		return nil, store.ErrNotFound
	}
	if s.seq, err = c.st.LastChange(r.Context()); err != nil {
		return nil, err
	}
	t, err := c.st.TicketByCode(r.Context(), code)
	if err != nil {
		return nil, err
	}
	if !mayOpen(s.Actor, t) {
		return nil, store.ErrNotFound
	}
	said, err := c.st.Said(r.Context(), t.ID)
	s.seen = itoa(int64(said)) + "." + itoa(int64(t.Events))
	return t, err
}

// caseLink is what a case has to do with another; Href is empty for whoever may not open that one.
type caseLink struct{ Kind, Code, Href string }

func (c *Console) links(ctx context.Context, s *Session, t *tickets.Ticket) (out []caseLink, err error) {
	for _, l := range t.Links {
		if !l.Undone.IsZero() {
			continue
		}
		other, err := c.st.Ticket(ctx, l.Case)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		v := caseLink{Kind: l.Kind, Code: l.Code}
		if err == nil && mayOpen(s.Actor, other) {
			v.Href = "/casos/" + l.Code
		}
		out = append(out, v)
	}
	return out, nil
}

func (c *Console) casePage(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	if t.Unread && unitOf(s.Actor) == t.Unit {
		if err := c.st.MarkRead(r.Context(), t.ID); err != nil {
			return err
		}
	}
	return c.showCase(w, r, s, t, nil, http.StatusOK)
}

// showCase shows a case; form, if not nil, is a form that was refused, with
// what was typed in it.
func (c *Console) showCase(w http.ResponseWriter, r *http.Request, s *Session, t *tickets.Ticket, form *formView, status int) error {
	v, err := c.caseView(r, s, t)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	pane := "case"
	if form != nil {
		v.Form = form
	} else if act := tickets.Act(q.Get("acto")); act != "" {
		if v.Form, err = c.form(r, s, t, act, nil); err != nil {
			return err
		}
		if r.Header.Get("HX-Target") == "act" && v.Form != nil {
			return c.show(w, r, status, s.Language, "case", "act", v.Form)
		}
	}
	if r.Header.Get("HX-Target") == "compose" && v.Composer != nil {
		return c.show(w, r, status, s.Language, "case", "composing", v.Composer)
	}
	data := caseData{Frame: c.frame(r, s, v.T.Code+" · "+v.Subject, "/bandeja"), Case: v}
	if r.Header.Get("HX-Request") != "true" {
		if data.List, err = c.list(r, s, t.Code); err != nil {
			return err
		}
	}
	return c.show(w, r, status, s.Language, "case", pane, data)
}

// caseView reads everything that the case's page shows.
func (c *Console) caseView(r *http.Request, s *Session, t *tickets.Ticket) (*caseView, error) {
	w, ctx := c.say(s), r.Context()
	v := &caseView{
		T: t, Seq: s.seq, Subject: cmp.Or(w.about(t.Contact.Medium, t.Subject), w.T("case.nosubject")), Self: "/casos/" + t.Code, Class: t.Class, Flags: t.Flags, System: c.systemName(r.Context(), cmp.Or(t.System, t.Suggestion.System)),
		Manual: tickets.ManualOf(t.Manual), Estimates: t.Estimates, Guess: guessOf(t),
	}
	if r.URL.Query().Get("ver") == "historia" {
		v.Tab = "historia"
	}
	v.Desk = w.T("case.desk.queue", "unit", t.Unit)
	if t.Assignee != "" {
		v.Desk = w.T("case.desk", "unit", t.Unit, "name", c.nameOf(ctx, t.Assignee))
	}
	if t.Step == tickets.Closed {
		v.Desk = ""
	}
	if t.Has(tickets.FlagUndelivered) {
		v.Undelivered = "—"
		if n := len(t.Notices); n > 0 && t.Notices[n-1].Detail != "" {
			v.Undelivered = "«" + t.Notices[n-1].Detail + "»."
		}
	}
	if t.ClosedAt.IsZero() {
		age := c.age(w, c.active(t), c.targetOf(t))
		if t.Waiting != nil {
			age.Class, age.Words = "", ""
		}
		v.Age = &ageView{Text: w.T("case.age", "age", age.Text) + " " + age.Words, Class: age.Class}
	}
	for _, o := range t.Observations {
		if !o.Resolved {
			v.Open = append(v.Open, observation{o.Text, c.nameOf(ctx, o.By), o.At})
		}
	}
	events, err := c.st.History(ctx, t.ID, s.Actor)
	if err != nil {
		return nil, err
	}
	messages, err := c.st.Thread(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	c.moves(r, s, v)
	c.station(w, v, r, s, events)
	v.First, v.Between, v.Thread = folded(c.thread(r, s, t, messages, events))
	if err := c.offerResend(r, s, v, messages, events); err != nil {
		return nil, err
	}
	v.Receipt, v.Checklist, v.Desks = c.receiptOf(s, w, t, events), c.checklist(r, s, t, v.Open), c.deskTimes(t, events)
	v.History = c.history(r, w, events)
	if v.Composer, err = c.composer(r, s, t); err != nil {
		return nil, err
	}
	c.quotes(r, s, v, messages)
	v.Undo, v.Others = c.undo(s, t), c.presentIn(r, s)[t.ID]
	if v.Facts, err = c.factsOf(ctx, s, t, messages); err != nil {
		return nil, err
	}
	if v.Precedents, err = c.precedentsOf(r, s, t, said(messages)); err != nil {
		return nil, err
	}
	if err := c.beside(r, s, v); err != nil {
		return nil, err
	}
	return v, nil
}

func guessOf(t *tickets.Ticket) *guess {
	if t.Class != "" || t.Suggestion.Class == "" {
		return nil
	}
	return &guess{t.Suggestion.Class, percentOf(t.Suggestion.Confidence), t.Suggestion.Sure, t.Suggestion.Reasons}
}

// percentOf is a confidence in percent. No guess is certain, so none says 100 %.
func percentOf(confidence float64) int { return min(int(confidence*100+0.5), 99) }

// station says where in the manual the case stands, and draws it.
func (c *Console) station(w *words, v *caseView, r *http.Request, s *Session, events []tickets.Event) {
	t := v.T
	in := t.Step.Procedure()
	if in == "" && len(t.Trail) > 0 {
		in = t.Trail[len(t.Trail)-1].Step.Procedure()
	}
	v.Procedure, _ = v.Manual.Procedure(in)
	if a, ok := t.Activity(); ok {
		v.Where = string(a.Step) + " · " + string(t.Unit)
		v.Now = w.Or("step."+string(a.Step), a.Text)
	} else {
		v.Where, v.Now = w.T("case.closed"), w.T("case.closed.text", "at", c.clock.exact(w, t.ClosedAt), "by", c.nameOf(r.Context(), t.ClosedBy))
	}
	var next []tickets.Step
	for _, m := range v.Moves {
		next = append(next, m.Next...)
	}
	when := map[tickets.Step]tickets.Done{}
	for _, d := range pass(t) {
		when[d.Step] = d
	}
	v.Metro = drawMetro(t, next, func(a tickets.Activity, state string) string {
		title := string(a.Step) + " · " + w.T("metro."+state) + " · " + a.Text
		if d, ok := when[a.Step]; ok {
			title += " · " + c.clock.exact(w, d.At)
		}
		return title
	}, func(at time.Time) string { return c.clock.brief(w, at) })
	for _, a := range v.Procedure.Activities {
		st := stepView{Activity: a}
		if d, ok := when[a.Step]; ok {
			st.State, st.Done, st.At, st.By = "done", true, d.At, c.nameOf(r.Context(), d.By)
			st.Record = c.recorded(w, events, a.Step)
		}
		if a.Step == t.Step {
			st.State = "now"
		}
		v.Steps = append(v.Steps, st)
	}
}

type stepView struct {
	Activity tickets.Activity
	State    string
	Done     bool
	By       string
	At       time.Time
	Record   string
}

// addressesOf gives the addresses of a person who may have several records.
func (c *Console) addressesOf(ctx context.Context, same []string) ([]store.Address, error) {
	var list []store.Address
	for _, id := range same {
		more, err := c.st.Addresses(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, a := range more {
			if !slices.ContainsFunc(list, func(known store.Address) bool { return known.LinkID == a.LinkID }) {
				list = append(list, a)
			}
		}
	}
	return list, nil
}

// beside reads who the person next to the thread is, with their other cases.
func (c *Console) beside(r *http.Request, s *Session, v *caseView) error {
	t, ctx, w := v.T, r.Context(), c.say(s)
	v.Person = personBox{Name: cmp.Or(t.Contact.Name, w.T("person.unknown"))}
	if t.Person != "" {
		p, err := c.st.Person(ctx, t.Person)
		if err == nil {
			v.Person.Entity = p.Entity
			if (route{who: seekers}).allows(s.Actor) {
				v.Person.ID = p.ID
			}
			v.Person.Name = cmp.Or(p.Name, v.Person.Name)
		}
		same, err := c.st.Same(ctx, t.Person)
		if err != nil {
			return err
		}
		addresses, err := c.addressesOf(ctx, same)
		if err != nil {
			return err
		}
		v.Person.MayJoin = route{who: deskRole}.allows(s.Actor)
		for _, a := range addresses {
			if shown := c.shown(a.Kind, a.Value); a.Undone.IsZero() && shown != "" {
				v.Person.Addresses = append(v.Person.Addresses, addressView{a.Kind, shown, a.Proof})
			}
		}
		page, err := c.st.List(ctx, store.Filter{State: "all", Persons: same, Limit: 7, Restricted: seesAll(s.Actor), Viewer: viewer(s.Actor)})
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			if row.ID != t.ID && !(onlyCalls(s.Actor) && row.Medium != "phone") {
				v.Person.Cases = append(v.Person.Cases, c.reference(w, row))
			}
		}
	}
	if len(v.Person.Addresses) == 0 && t.Contact.Value != "" {
		v.Person.Addresses = []addressView{{t.Contact.Medium, cmp.Or(c.shown(t.Contact.Medium, t.Contact.Value), w.T("person.hidden")), ""}}
	}
	var err error
	if s.Actor.Is(tickets.Operador) || s.Actor.Is(tickets.Supervisor) {
		if v.Suggestions, err = c.suggestionsOf(ctx, w, s.Actor, t); err != nil {
			return err
		}
	}
	if v.Links, err = c.links(ctx, s, t); err != nil {
		return err
	}
	if v.Outage, err = c.outageBanner(r.Context(), c.say(s), s.Actor, t); err != nil {
		return err
	}
	return nil
}

func (c *Console) reference(w *words, row store.Row) reference {
	state := string(row.Step) + " · " + string(row.Unit)
	if !row.Closed.IsZero() {
		state = w.T("case.closed")
	}
	return reference{Href: "/casos/" + row.Code, Title: cmp.Or(w.about(string(row.Medium), row.Subject), w.about(string(row.Medium), row.Snippet), row.Code), Text: row.Code + " · " + state + " · " + c.clock.short(w, row.Updated), ID: row.Code}
}
