package tickets

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// crowd are the people of the random walks: two of what there is two of, one
// with two hats and one standing in.
var crowd = []Actor{
	op, sup, uit, upat, cgii, adt, tel,
	{ID: "op2", Name: "Óscar", Roles: []Role{Operador}},
	{ID: "sup2", Name: "Saúl", Roles: []Role{Supervisor}},
	{ID: "uit2", Name: "Ute", Roles: []Role{RoleUIT}},
	{ID: "both", Name: "Beto", Roles: []Role{Operador, Supervisor}},
	{ID: "many", Name: "Marta", Roles: []Role{RoleUIT, RoleUPAT, RoleACGII, RoleADT}},
	{ID: "stand", Name: "Sonia", Roles: []Role{Operador}, Suplencia: "AGETIC/RA/0001/2026"},
	{ID: "jefa", Name: "Julia", Roles: []Role{Jefatura, Auditor, Administrador}},
}

// ofTheRecord are the refusals that depend on the record or on what it names;
// a proper record of an offered act may meet no other.
var ofTheRecord = []string{RefusedField, RefusedValue, RefusedEvidence, RefusedChoice, RefusedPending, RefusedLink, RefusedFlag, RefusedOwnWork, RefusedIdentity}

type walker struct {
	*testing.T
	r      *rand.Rand
	c      *Ticket
	events []Event
	out    []Outgoing
	at     time.Time
	again  *rand.Rand // for what is sent again
}

func (w *walker) record(m Move) Record {
	rec := Record{}
	for _, f := range m.Fields {
		if !f.Required && w.r.IntN(3) == 0 {
			continue
		}
		switch f.Kind {
		case YesNo:
			rec[f.Name] = yesno(w.r.IntN(2) == 0)
		case Choice:
			rec[f.Name] = f.Choices[w.r.IntN(len(f.Choices))]
		case Duration:
			rec[f.Name] = fmt.Sprint(1 + w.r.IntN(40))
		case CaseRef:
			rec[f.Name] = FormatCode(2026, int64(1+w.r.IntN(3)))
		default:
			rec[f.Name] = f.Name + fmt.Sprint(w.r.IntN(4))
		}
	}
	return rec
}

// act does one random thing and holds the case to its promises.
func (w *walker) act() {
	if w.regret() {
		return
	}
	w.at = w.at.Add(time.Duration(w.r.IntN(20*60)) * time.Minute)
	before := w.c.clone()
	kind := w.r.IntN(12)
	if w.c.Waiting != nil && w.r.IntN(2) == 0 {
		kind = 3
	}
	switch kind {
	case 0:
		w.c.CitizenWrote(w.at)
	case 1, 2:
		if len(w.out) > 0 {
			id := w.out[len(w.out)-1].ID
			if w.r.IntN(3) == 0 {
				id = w.out[w.r.IntN(len(w.out))].ID
			}
			state := []string{"sent", "sent", "delivered", "read", Failed}[w.r.IntN(5)]
			if err := w.c.Delivery(id, state, w.at, ""); err != nil {
				w.Fatal(err)
			}
		}
	case 3:
		_ = w.c.Remind("¿sigue ahí?", w.at.Add(time.Hour), w.at)
	default:
		w.person()
	}
	w.kept(before)
	if w.again.IntN(4) == 0 {
		before = w.c.clone()
		w.resend()
		w.kept(before)
	}
}

// resend sends something that was said again, if it may be: what is offered is
// done, or refused because it waits already, and a refusal changes nothing.
func (w *walker) resend() {
	if len(w.out) == 0 {
		return
	}
	before, old, by := w.c.clone(), w.out[w.again.IntN(len(w.out))], crowd[w.again.IntN(len(crowd))]
	to := Contact{Medium: []string{"email", "whatsapp", "phone"}[w.again.IntN(3)], Value: "+5917123456" + fmt.Sprint(w.again.IntN(4))}
	offered := w.c.MayResend(old, by, w.at)
	err := w.c.Resend(old, to, "no llegó", by, w.at)
	if r, ok := err.(*Refusal); offered == nil && ok && r.Code != RefusedPending && r.Code != RefusedEmpty || offered != nil && err == nil {
		w.Fatalf("%+v by %s: offered %v, done %v", old, by.ID, offered, err)
	}
	if err != nil && !reflect.DeepEqual(before, w.c) {
		w.Fatalf("%+v by %s: refused and changed the case", old, by.ID)
	}
}

// regret takes back what was said just now, sometimes.
func (w *walker) regret() bool {
	before := w.c.clone()
	if w.c.Fresh == nil || w.r.IntN(8) > 0 {
		return false
	}
	i := slices.IndexFunc(crowd, func(a Actor) bool { return a.ID == w.c.Fresh.By })
	if i < 0 || w.c.Do(ActUnsend, crowd[i], nil, w.at.Add(UndoFor/2)) != nil {
		return false
	}
	w.kept(before)
	return true
}

func (w *walker) person() {
	by := crowd[w.r.IntN(len(crowd))]
	if i := slices.IndexFunc(crowd, func(a Actor) bool { return a.ID == w.c.Assignee }); i >= 0 && w.r.IntN(2) == 0 {
		by = crowd[i]
	}
	moves := w.c.Acts(by, w.at)
	before := w.c.clone()
	if w.r.IntN(4) == 0 || len(moves) == 0 { // something that is not offered
		acts := slices.Sorted(maps.Keys(known))
		act := acts[w.r.IntN(len(acts))]
		if slices.ContainsFunc(moves, func(m Move) bool { return m.Act == act }) {
			return
		}
		if err := w.c.Do(act, by, properFor(act, w.c.Step), w.at); err == nil {
			w.Fatalf("%s by %s at %s: done and not offered", act, by.ID, before.Step)
		}
		if !reflect.DeepEqual(before, w.c) {
			w.Fatalf("%s by %s: refused and changed the case", act, by.ID)
		}
		return
	}
	m := moves[w.r.IntN(len(moves))]
	if on := w.onward(); on != nil && w.r.IntN(3) > 0 {
		by = *on
		moves = slices.DeleteFunc(w.c.Acts(by, w.at), func(m Move) bool { return m.Steps == nil })
		m = moves[w.r.IntN(len(moves))]
	}
	rec := w.record(m)
	err := w.c.Do(m.Act, by, rec, w.at)
	if err == nil {
		w.foretold(m, before)
		return
	}
	if !slices.Contains(ofTheRecord, err.(*Refusal).Code) {
		w.Fatalf("%s by %s at %s was offered: %v", m.Act, by.ID, before.Step, err)
	}
	if !reflect.DeepEqual(before, w.c) {
		w.Fatalf("%s by %s: refused and changed the case: %v", m.Act, by.ID, err)
	}
}

// foretold checks that an act led where it was offered to lead.
func (w *walker) foretold(m Move, before *Ticket) {
	s := w.c.Step
	waits := m.Act == ActNotify && s == before.Step // for the channel
	if s != m.To && !slices.Contains(m.Or, s) && !waits {
		w.Fatalf("%s at %s led to %s, offered %s or %v", m.Act, before.Step, s, m.To, m.Or)
	}
	if s == m.To && w.c.Unit != m.Unit {
		w.Fatalf("%s at %s led to the desk of %s, offered %s", m.Act, before.Step, w.c.Unit, m.Unit)
	}
	for i, d := range w.c.Trail[len(before.Trail):] {
		if i == 0 && m.Steps != nil && d.Step != m.Steps[0] {
			w.Fatalf("%s did %s, offered %v", m.Act, d.Step, m.Steps)
		}
	}
}

// onward is someone who may complete the due activity, so that walks come far.
func (w *walker) onward() *Actor {
	for _, i := range w.r.Perm(len(crowd)) {
		if !crowd[i].Is(w.c.role()) {
			continue
		}
		if slices.ContainsFunc(w.c.Acts(crowd[i], w.at), func(m Move) bool { return m.Steps != nil }) {
			return &crowd[i]
		}
	}
	return nil
}

// kept takes the new events and checks that nothing recorded was lost.
func (w *walker) kept(before *Ticket) {
	c := w.c
	w.events = append(w.events, c.TakeEvents()...)
	w.out = append(w.out, c.TakeOutgoing()...)
	c.TakeCancelled()
	c.TakeSplits()
	if len(w.events) != c.Events || len(w.out) != c.Outgoing {
		w.Fatalf("%d events of %d, %d replies of %d", len(w.events), c.Events, len(w.out), c.Outgoing)
	}
	if c.Events > before.Events+1 {
		w.Fatal("two events of one act")
	}
	if len(c.Trail) < len(before.Trail) || !slices.Equal(c.Trail[:len(before.Trail)], before.Trail) {
		w.Fatal("the trail was rewritten")
	}
	for _, n := range [][2]int{{len(before.Estimates), len(c.Estimates)}, {len(before.Notices), len(c.Notices)}, {len(before.Attempts), len(c.Attempts)},
		{len(before.Observations), len(c.Observations)}, {len(before.Links), len(c.Links)}, {len(before.Waits), len(c.Waits)}} {
		if n[1] < n[0] {
			w.Fatal("a record was lost")
		}
	}
	if before.Step != Closed && c.Step == Closed {
		if !c.told() || c.observed() || slices.Contains(c.Hands, c.ClosedBy) || c.Outcome == "" {
			w.Fatalf("not a legal close: %+v", c)
		}
	}
}

// finish closes the case by the usual acts, whatever state the walk left it in.
func (w *walker) finish() {
	closer := Actor{ID: "closer", Name: "Clara", Roles: []Role{Supervisor}}
	worker := map[Role]Actor{Operador: op, RoleUIT: uit, RoleUPAT: upat, RoleACGII: cgii, RoleADT: adt, Supervisor: closer}
	for range 60 {
		if w.c.Step == Closed {
			return
		}
		before := w.c.clone()
		w.at = w.at.Add(time.Hour)
		a, _ := w.c.Activity()
		by := worker[a.Role]
		boss := Actor{ID: "boss", Roles: []Role{Supervisor}}
		if w.c.Assignee != by.ID {
			w.must(ActAssign, boss, Record{"user": by.ID})
		} else if w.c.Waiting != nil {
			w.must(ActResume, by, Record{"reason": "llamó"})
		} else if w.c.Aside() {
			w.must(ActDetach, by, Record{"reason": "es otra cosa"})
		} else if n := w.c.pending(""); n != nil {
			if err := w.c.Delivery(n.ReplyID, "delivered", w.at, ""); err != nil {
				w.Fatal(err)
			}
		} else {
			act := a.Options[0].Act
			rec := maps.Clone(properFor(act, w.c.Step))
			w.must(act, by, rec)
		}
		w.kept(before)
	}
	w.Fatalf("no end: %s with %s", w.c.Step, w.c.Assignee)
}

func (w *walker) must(act Act, by Actor, rec Record) {
	if err := w.c.Do(act, by, rec, w.at); err != nil {
		w.Fatalf("%s by %s at %s: %v", act, by.ID, w.c.Step, err)
	}
}

func TestRandomWalks(t *testing.T) {
	walks := 2000
	if testing.Short() {
		walks = 300
	}
	reached := map[Step]int{}
	done := map[Act]int{}
	for seed := range walks {
		w := &walker{T: t, r: rand.New(rand.NewPCG(uint64(seed), 53)), at: day, again: rand.New(rand.NewPCG(uint64(seed), 54))}
		n := NewCase{ID: "c", Code: FormatCode(2026, 1), Opened: day, Contact: Contact{Medium: "email", Value: "ana@example.bo"}}
		switch seed % 3 {
		case 1:
			n.Contact, n.By = Contact{Medium: "phone", Value: "+59171234567"}, op
		case 2:
			n.Contact = Contact{Medium: "whatsapp", Value: "59171234567"}
		}
		w.c = Open(n)
		w.kept(&Ticket{})
		for range 10 + w.r.IntN(60) {
			w.act()
		}
		w.finish()
		if err := VerifyChain(w.events); err != nil {
			t.Fatalf("walk %d: %v", seed, err)
		}
		for _, e := range w.events {
			reached[e.From]++
			done[e.Act]++
		}
	}
	if testing.Short() {
		return
	}
	for _, act := range append(slices.Collect(maps.Keys(known)), ActResend) {
		if done[act] == 0 {
			t.Errorf("no walk did %s", act)
		}
	}
	for _, row := range due {
		if reached[Step(row.step)] == 0 {
			t.Errorf("no walk was at %s", row.step)
		}
	}
}
