package console_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// adopt has the agency adopt a rule at a time: it is proposed by one person and
// confirmed by another.
func (o *office) adopt(at time.Time, a store.RuleAct) {
	o.t.Helper()
	st := storetest.Open(o.t, o.url, func() time.Time { return at })
	a.ProposedBy = o.who["supervisor"].ID
	err := st.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.ProposeRule(&a); err != nil {
			return err
		}
		return tx.SettleRule(a.ID, store.RuleAdopted, o.who["jefatura"].ID)
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// rulesPart is what an expediente says of the rules: those that the case's acts
// rest on, and the others.
func (o *office) rulesPart(id string) (used, others string) {
	o.t.Helper()
	page := body(o.t, o.login("supervisor").get("/casos/"+o.code(id)+"/expediente"))
	_, part, ok := strings.Cut(page, "Criterios en que se apoyó")
	used, others, both := strings.Cut(part, "Los demás criterios a esa fecha")
	if others, _, _ = strings.Cut(others, "</details>"); !ok || !both {
		o.t.Fatal(page)
	}
	return used, others
}

// TestExpedienteKeepsItsRules: an expediente tells which rules its case rests
// on and who had adopted them when the case was opened. What is adopted
// afterwards, even with effect from before, or ends, changes nothing in it.
func TestExpedienteKeepsItsRules(t *testing.T) {
	o := open(t)
	ask := func(ago time.Duration, who string) string {
		id := o.report(ago, "email", who+"@ejemplo.bo", who, "Pago pendiente", "Pagué y sigue pendiente.", tickets.Suggestion{Class: tickets.Support})
		o.do(id, "operador", tickets.ActTake)
		o.do(id, "operador", tickets.ActAsk, "question", "¿Qué código tiene su comprobante?")
		return id
	}
	const first, second = "Primera lectura aprobada.", "Segunda lectura aprobada."
	year := time.Date(2020, 1, 1, 4, 0, 0, 0, time.UTC)
	before, between := ask(90*time.Hour, "antes"), ask(50*time.Hour, "entre")
	o.adopt(o.time.Add(-70*time.Hour), store.RuleAct{Rule: "G5", Act: "RA/0001/2026", Signatory: "Dirección Ficticia", Text: first, ValidFrom: o.time.Add(-80 * time.Hour)})
	o.adopt(o.time.Add(-70*time.Hour), store.RuleAct{Rule: "G34", Act: "RA/0002/2026", Signatory: "Dirección Ficticia", Text: "Las notas formales.", ValidFrom: year, ValidTo: o.time.Add(-30 * time.Hour)})

	type state struct{ used, others string }
	read := func(id string) (s state) { s.used, s.others = o.rulesPart(id); return s }
	atFirst := map[string]state{before: read(before), between: read(between)}
	if s := atFirst[before]; !strings.Contains(s.used, "G5</span>") || !strings.Contains(s.used, "Propuesta de la mesa") || strings.Contains(s.used+s.others, "RA/000") || strings.Contains(s.used, "G34<") || !strings.Contains(s.others, "G34</span>") {
		t.Errorf("the case from before the adoption says %+v", s)
	}
	if s := atFirst[between]; !strings.Contains(s.used, first) || !strings.Contains(s.used, "RA/0001/2026, firmado por Dirección Ficticia") || !strings.Contains(s.used, "resolvió "+called["jefatura"]) || !strings.Contains(s.others, "RA/0002/2026") {
		t.Errorf("the case from after the adoption says %+v", s)
	}

	// The second act says that it holds since 2020; it was adopted this morning.
	o.adopt(o.time.Add(-20*time.Hour), store.RuleAct{Rule: "G5", Act: "RA/0003/2026", Signatory: "Otra Dirección", Text: second, ValidFrom: year})
	after := read(ask(10*time.Hour, "despues"))
	if !strings.Contains(after.used, second) || !strings.Contains(after.used, "RA/0003/2026") || strings.Contains(after.used, first) || strings.Contains(after.others, "RA/0002/2026") {
		t.Errorf("the case from after the change says %+v", after)
	}
	for id, was := range atFirst {
		if is := read(id); is != was {
			t.Errorf("an adoption changed an old expediente: it was %+v and is %+v", was, is)
		}
	}
}

// TestExpedienteTellsWholeTimes: a time of today is written with its day on
// paper, where it is read tomorrow, and without it on the screen.
func TestExpedienteTellsWholeTimes(t *testing.T) {
	o := open(t)
	id := o.report(0, "email", "hoy@ejemplo.bo", "Hoy", "Pago pendiente", "Pagué.", tickets.Suggestion{Class: tickets.Support})
	short := regexp.MustCompile(`<time [^>]*>\d\d:\d\d</time>`)
	b := o.login("supervisor")
	for path, want := range map[string]bool{"": true, "?ver=historia": true, "/expediente": false} {
		if page := body(t, b.get("/casos/"+o.code(id)+path)); short.MatchString(page) != want || !strings.Contains(page, "<time ") {
			t.Errorf("%q has times without a day: %v, want %v", path, !want, want)
		}
	}
}

// TestHistoryTellsDeliveriesInWords: what a channel told of a notice is a word
// of the console, not of the program.
func TestHistoryTellsDeliveriesInWords(t *testing.T) {
	o := open(t)
	ids := o.day()
	page := body(t, o.login("supervisor").get("/casos/"+o.code(ids["review"])+"?ver=historia"))
	if !strings.Contains(page, "</span> Enviado</div>") || strings.Contains(page, "</span> sent</div>") {
		t.Error("the history says «sent»")
	}
}

// TestAdoptionKeepsItsWords: an adoption without a text of its own keeps the
// words that it adopted.
func TestAdoptionKeepsItsWords(t *testing.T) {
	o := open(t)
	rule, _ := tickets.RuleOf("G5")
	for _, text := range []string{"", rule.Text} {
		if res := o.login("supervisor").post("/administracion/criterios/G5", "act", "RA/1", "signatory", "Dirección Ficticia", "from", "2026-01-01", "text", text); res.StatusCode != 303 {
			t.Fatal(res.StatusCode)
		}
	}
	acts, err := o.st.RuleActs(t.Context())
	if err != nil || len(acts) != 2 || acts[0].Text != rule.Text || acts[1].Text != rule.Text {
		t.Errorf("%+v, %v", acts, err)
	}
}
