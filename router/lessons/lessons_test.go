package lessons

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/router/classify/learn"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// The office of these tests has words of its own that no model knows.
var dialect = map[string][]string{
	classify.Availability:     {"El quipus amaneció en ámbar", "quipus en ámbar otra vez", "Motivo: ámbar. Detalle: quipus parado en ámbar", "ámbar en el quipus central"},
	classify.FunctionalDesign: {"El quipus pinta el nudo torcido", "nudo torcido en el quipus", "Motivo: nudo. Detalle: el nudo sale torcido", "otra vez nudos torcidos"},
	classify.Support:          {"Me quedé sin mi hebra del quipus", "sin hebra para el quipus", "Motivo: hebra. Detalle: extravió su hebra", "la hebra mía no aparece"},
}

// desk is a store with one operator.
type desk struct {
	*testing.T
	st *store.Store
	n  int
}

var operator = tickets.Actor{ID: "eva", Name: "Eva Condori", Roles: []tickets.Role{tickets.Operador}}

// decide opens a case, which the router thought to be suggested, and decides it.
func (d *desk) decide(said, suggested string, class func(id string) string) (id string) {
	d.Helper()
	d.n++
	at := time.Date(2026, 3, 2, 9, 0, d.n, 0, time.UTC)
	err := d.st.Write(d.Context(), func(tx *store.Tx) error {
		c := tickets.Contact{Medium: "whatsapp", Value: fmt.Sprintf("591700%05d", d.n), Name: "Persona Ficticia"}
		person, err := tx.PersonOf(c)
		if err != nil {
			return err
		}
		n, err := tx.NextNumber(2026)
		if err != nil {
			return err
		}
		t := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(2026, n), Channel: "whatsapp", Contact: c, Person: person, Subject: "reporte", Opened: at,
			Suggestion: tickets.Suggestion{Class: tickets.Class(suggested), Confidence: 0.7}})
		id = t.ID
		return tx.NewTicket(t, &store.Message{Direction: store.In, Kind: channels.Human, Medium: "whatsapp", Author: person, Said: said, ReceivedAt: at, At: at})
	})
	if err != nil {
		d.Fatal(err)
	}
	do := func(act tickets.Act, rec tickets.Record) {
		if err := d.st.Update(d.Context(), id, func(t *tickets.Ticket) error { return t.Do(act, operator, rec, at) }); err != nil {
			d.Fatalf("%s: %v", act, err)
		}
	}
	yes := map[bool]string{true: "yes", false: "no"}
	label := class(id)
	do(tickets.ActRegister, tickets.Record{"problem": said})
	do(tickets.ActDecideAvailability, tickets.Record{"availability": yes[label == classify.Availability], "prior_uit": "no", "evidence": "ninguno"})
	if label != classify.Availability {
		do(tickets.ActDecideDesign, tickets.Record{"design": yes[label == classify.FunctionalDesign]})
	}
	return id
}

// teach lets the operator decide n cases of each class in the office's words.
func (d *desk) teach(n int, label func(id, true string) string) {
	for i := range n {
		for class, wordings := range dialect {
			d.decide(fmt.Sprintf("%s, puesto %d", wordings[i%len(wordings)], i), classify.Support, func(id string) string { return label(id, class) })
		}
	}
}

func truly(_, class string) string { return class }

// node is a program on the store that brings along few reports, so that it learns fast.
func (d *desk) node(name string) *Learner {
	d.Helper()
	l, err := New(d.Context(), Options{Store: d.st, Log: zerolog.Nop(), Now: time.Now, Node: name})
	if err != nil {
		d.Fatal(err)
	}
	l.own = func() ([]*learn.Example, error) {
		all, err := shipped()
		var some []*learn.Example
		for i := 0; i < len(all); i += 12 {
			some = append(some, all[i])
		}
		return some, err
	}
	return l
}

func (d *desk) study(l *Learner) bool {
	d.Helper()
	trained, err := l.Study(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	return trained
}

func guesses(l *Learner) (right int) {
	for class, wordings := range dialect {
		if l.Classify(classify.Input{Medium: "whatsapp", Text: wordings[0] + ", puesto nuevo"}).Class == class {
			right++
		}
	}
	return right
}

func TestAnOfficeTeachesItsWords(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		d := &desk{T: t, st: storetest.Open(t, url, nil)}
		first, second := d.node("first"), d.node("second")
		d.teach(4, truly)
		if d.study(first) {
			t.Error("a model of 12 lessons")
		}
		d.teach(16, truly)
		before := guesses(first)
		if !d.study(first) || first.Model() == 0 {
			m, _ := d.st.Models(t.Context(), 1)
			t.Fatalf("60 lessons gave no model: %+v", m)
		}
		if g := guesses(first); g != 3 || before == 3 {
			t.Errorf("%d of 3 right before, %d afterwards", before, g)
		}
		if d.study(second) {
			t.Error("the same lessons are learned twice")
		}
		if err := second.load(t.Context()); err != nil || second.Model() != first.Model() || guesses(second) != 3 {
			t.Errorf("the other node works with model %d, %v", second.Model(), err)
		}
		if again := d.node("after a restart"); again.Model() != first.Model() || guesses(again) != 3 {
			t.Error("a restart forgets the model")
		}

		// A person goes back; a model that is merely as good does not undo that.
		if err := d.st.Write(t.Context(), func(tx *store.Tx) error { return tx.UseModel(0, "boss", "chosen") }); err != nil {
			t.Fatal(err)
		}
		if err := first.load(t.Context()); err != nil || first.Model() != 0 || guesses(first) != before {
			t.Errorf("model %d after going back, %v", first.Model(), err)
		}
		for _, id := range []int64{99, -1} {
			if err := d.st.Write(t.Context(), func(tx *store.Tx) error { return tx.UseModel(id, "boss", "chosen") }); err != store.ErrNoModel {
				t.Errorf("model %d: %v", id, err)
			}
		}
	})
}

// What is learned must never make the guesses on held-back lessons worse.
func TestAWorseModelIsRefused(t *testing.T) {
	d := &desk{T: t, st: storetest.Open(t, storetest.SQLite(t), nil)}
	l := d.node("one")
	d.teach(20, truly)
	d.study(l)
	good := l.Model()
	if good == 0 {
		t.Fatal("no model to begin with")
	}
	next := map[string]string{classify.Availability: classify.Support, classify.Support: classify.FunctionalDesign, classify.FunctionalDesign: classify.Availability}
	d.teach(60, func(id, class string) string { // somebody decides at random what is learned from
		if heldBack(id) {
			return class
		}
		return next[class]
	})
	if !d.study(l) {
		t.Fatal("180 new lessons were not looked at")
	}
	m, err := d.st.Models(t.Context(), 1)
	if err != nil || m[0].Verdict != "refused" || l.Model() != good || guesses(l) != 3 {
		t.Errorf("%+v %v, model %d in use, %d of 3 right", m, err, l.Model(), guesses(l))
	}
	if m[0].Figures.Of == [3]int{} || better(m[0].Figures, false) {
		t.Errorf("figures %+v", m[0].Figures)
	}
	if d.study(l) {
		t.Error("a refused lot is tried again")
	}
}

func TestOneNodeLearnsAtATime(t *testing.T) {
	d := &desk{T: t, st: storetest.Open(t, storetest.SQLite(t), nil)}
	d.teach(20, truly)
	var wg sync.WaitGroup
	for i := range 3 {
		l := d.node(fmt.Sprint("node ", i))
		wg.Go(func() {
			if _, err := l.Study(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if m, err := d.st.Models(t.Context(), 9); err != nil || len(m) != 1 {
		t.Errorf("%d models, %v", len(m), err)
	}
}

// A restricted case (G33) teaches nothing and is shown to nobody.
func TestRestrictedCasesTeachNothing(t *testing.T) {
	d := &desk{T: t, st: storetest.Open(t, storetest.SQLite(t), nil)}
	id := d.decide("una denuncia de acoso", classify.FunctionalDesign, func(string) string { return classify.Support })
	if list, err := d.st.Corrections(t.Context(), 9); err != nil || len(list) != 1 || !list[0].Corrected() || list[0].Said != "una denuncia de acoso" {
		t.Fatalf("%+v, %v", list, err)
	}
	err := d.st.Update(context.Background(), id, func(c *tickets.Ticket) error {
		return c.Do(tickets.ActFlag, operator, tickets.Record{"flag": string(tickets.FlagRestricted), "reason": "asunto delicado"}, time.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := d.st.Corrections(t.Context(), 9)
	n, err2 := d.st.Taught(t.Context(), time.Time{}, 1000)
	if err != nil || err2 != nil || len(list) != 0 || n != 0 {
		t.Errorf("%d corrections, %d lessons, %v %v", len(list), n, err, err2)
	}
	if sums, err := d.st.Tallies(t.Context(), time.Time{}); err != nil || len(sums) != 1 || sums[0].N != 1 {
		t.Errorf("tallies %+v, %v", sums, err)
	}
}

// TestWhatWasTakenBackTeachesNothing: a case whose first words were deleted by
// their writer is no example without words.
func TestWhatWasTakenBackTeachesNothing(t *testing.T) {
	d := &desk{T: t, st: storetest.Open(t, storetest.SQLite(t), nil)}
	stays := d.decide("se colgó el sistema", classify.Support, func(string) string { return classify.Availability })
	gone := d.decide("me equivoqué de número", classify.Support, func(string) string { return classify.Support })
	if err := d.st.Write(t.Context(), func(tx *store.Tx) (err error) {
		_, _, err = tx.Rewrite(gone, gone+"-1", gone+"-1", "", tx.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	taught, held, _, err := d.node("a").lessons(t.Context())
	if all := append(taught, held...); err != nil || len(all) != 1 || all[0].ID != stays {
		t.Errorf("%d examples, %v", len(all), err)
	}
}

func TestBetter(t *testing.T) {
	for _, tc := range []struct {
		before, after [3]int
		chosen, want  bool
	}{
		{[3]int{3, 3, 3}, [3]int{3, 3, 3}, false, true},
		{[3]int{3, 3, 3}, [3]int{3, 3, 3}, true, false}, // a person's choice stays
		{[3]int{3, 3, 3}, [3]int{3, 3, 4}, true, true},
		{[3]int{3, 3, 3}, [3]int{9, 9, 2}, false, false}, // one class pays for the others
	} {
		if got := better(store.Figures{RightBefore: tc.before, RightAfter: tc.after, Of: [3]int{9, 9, 9}}, tc.chosen); got != tc.want {
			t.Errorf("%v → %v, chosen %v: %v", tc.before, tc.after, tc.chosen, got)
		}
	}
}

// A name that the office writes into its catalogue is recognised from then on,
// and one whose time is over is not.
func TestTheOfficesNamesForSystems(t *testing.T) {
	d := &desk{T: t, st: storetest.Open(t, storetest.SQLite(t), nil)}
	l := d.node("one")
	said := classify.Input{Text: "no abre el SIGARRO desde ayer"}
	if got := l.Classify(said).System; got != "" {
		t.Errorf("%q is known already", got)
	}
	save := func(s store.Supported) {
		t.Helper()
		if err := d.st.Write(t.Context(), func(tx *store.Tx) error { return tx.SaveSystem(s) }); err != nil {
			t.Fatal(err)
		}
		if err := l.load(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	riego := store.Supported{ID: "riego", Name: "Registro de riego", Aliases: "sigarro, padrón de regantes", Status: "verified"}
	save(riego)
	if got := l.Classify(said).System; got != "riego" {
		t.Errorf("the office's alias gives %q", got)
	}
	riego.ValidTo = time.Now().Add(-time.Hour)
	save(riego)
	if got := l.Classify(said).System; got != "" {
		t.Errorf("a system of the past is recognised: %q", got)
	}
}
