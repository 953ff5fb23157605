package tickets

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// rules of the newest event.
func (p *play) cites(ids ...string) {
	p.Helper()
	e := p.events[len(p.events)-1]
	for _, id := range ids {
		if !slices.Contains(e.Rules, id) {
			p.Errorf("%s at %s cites %v, not %s", e.Act, e.From, e.Rules, id)
		}
	}
}

func (p *play) stands(s Step) {
	p.Helper()
	if p.c.Step != s {
		p.Fatalf("at %s, want %s", p.c.Step, s)
	}
}

// solved is a case at its notification in 9.1.
func solved(t *testing.T) *play {
	p := opened(t)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Pruebe otra vez.", "type", "resuelto")
	p.do(op, ActKB, "decision", "not_needed", "reason", "caso único")
	return p
}

// reviewed is a case on the supervisor's desk, at 9.1/9.
func reviewed(t *testing.T) *play {
	p := solved(t)
	p.do(op, ActNotify, "text", "Pruebe otra vez.")
	p.delivery("sent")
	p.do(op, ActSubmit)
	return p
}

// infra is a case on the supervisor's desk at 9.2/8.
func infra(t *testing.T) *play {
	p := opened(t)
	p.triage("yes", "yes", "")
	p.do(uit, ActAnalyse, "record", "r")
	p.do(uit, ActRoute, "to", "uit", "reason", "r")
	p.do(uit, ActEstimate, "hours", "1")
	p.do(uit, ActManage)
	p.do(uit, ActSolve, "solution", "Repuesto.", "type", "resuelto")
	p.do(uit, ActDeriveSolution)
	p.tell()
	return p
}

// The whole truth table of rule G1: availability, prior, design, and whether
// the operator chooses 9.2; where it leads and what the literal text said.
func TestG1TruthTable(t *testing.T) {
	for _, x := range []struct {
		av, prior, design, choose string
		to                        Step
		class                     Class
		literal                   string
		steps                     string
	}{
		{"yes", "yes", "", "", "9.2/2", Availability, LiteralUIT, "9.1/3 9.2/1"},
		{"yes", "no", "", "", "9.2/2", Availability, LiteralSolveOrNone, "9.1/3 9.2/1"},
		{"no", "no", "yes", "", "9.3/2", FunctionalDesign, LiteralADT, "9.1/4 9.3/1"},
		{"no", "yes", "yes", "", "9.3/2", FunctionalDesign, LiteralNone, "9.1/4 9.3/1"},
		{"no", "yes", "yes", "later", "9.2/2", FunctionalDesign, LiteralNone, "9.1/4 9.2/1"},
		{"no", "no", "no", "", "9.1/5", Support, LiteralSolve, "9.1/4"},
		{"no", "yes", "no", "", "9.1/5", Support, LiteralSolve, "9.1/4"},
		{"no", "yes", "no", "later", "9.2/2", Support, LiteralSolve, "9.1/4 9.2/1"},
		{"no", "yes", "", "now", "9.2/2", Support, LiteralSolveOrNone, "9.1/3 9.2/1"},
	} {
		t.Run(fmt.Sprintf("av=%s prior=%s design=%s choose=%s", x.av, x.prior, x.design, x.choose), func(t *testing.T) {
			p := opened(t)
			p.do(op, ActRegister, "problem", "x")
			rec := []string{"availability", x.av, "prior_uit", x.prior, "evidence", "KB-1"}
			if x.choose == "now" {
				rec = append(rec, "choose_uit", "yes", "reason", "igual al anterior")
			}
			p.do(op, ActDecideAvailability, rec...)
			if x.design != "" {
				rec = []string{"design", x.design}
				if x.choose == "later" {
					rec = append(rec, "choose_uit", "yes", "reason", "igual al anterior")
				}
				p.do(op, ActDecideDesign, rec...)
			}
			p.stands(x.to)
			p.cites("G1")
			var steps []string
			for _, s := range p.events[len(p.events)-1].Steps {
				steps = append(steps, string(s))
			}
			if p.c.Class != x.class || p.c.Decision.Literal != x.literal || strings.Join(steps, " ") != x.steps {
				t.Errorf("class %s, literal %q, steps %v", p.c.Class, p.c.Decision.Literal, steps)
			}
			if len(steps) == 2 {
				p.cites("G6")
			}
		})
	}
}

func TestG1ChoosingUITNeedsAPrecedentAndAReason(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "x")
	p.refused(RefusedChoice, op, ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno", "choose_uit", "yes", "reason", "r")
	p.refused(RefusedField, op, ActDecideAvailability, "availability", "no", "prior_uit", "yes", "evidence", "KB-1", "choose_uit", "yes")
	p.do(op, ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno")
	p.refused(RefusedChoice, op, ActDecideDesign, "design", "no", "choose_uit", "yes", "reason", "r")
}

func TestG2EvidenceIsWrittenEitherWay(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "x")
	p.refused(RefusedField, op, ActDecideAvailability, "availability", "no", "prior_uit", "no")
	p.refused(RefusedEvidence, op, ActDecideAvailability, "availability", "no", "prior_uit", "yes", "evidence", "Ninguno.")
	p.refused(RefusedEvidence, op, ActDecideAvailability, "availability", "no", "prior_uit", "yes", "evidence", ", ;") // nothing at all is no precedent either
	p.refused(RefusedEvidence, op, ActDecideAvailability, "availability", "no", "prior_uit", "yes", "evidence", "ninguno, no hay")
	p.do(op, ActDecideAvailability, "availability", "no", "prior_uit", "yes", "evidence", "KB-1, AIT-2025-000001-X;\nKB-2")
	if got := p.c.Decision.Evidence; !slices.Equal(got, []string{"KB-1", "AIT-2025-000001-X", "KB-2"}) {
		t.Errorf("%q", got)
	}
}

func TestG3SplitLinksBoth(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "dos cosas")
	p.do(op, ActSplit, "subject", "la otra", "problem", "una columna")
	s := p.c.TakeSplits()
	if len(s) != 1 || s[0].Links[0].Kind != SplitFrom || s[0].Links[0].Case != "c1" || s[0].Contact != p.c.Contact {
		t.Fatalf("%+v", s)
	}
	n := s[0]
	n.ID, n.Code = "c2", FormatCode(2026, 124)
	other := Open(n)
	if other.Step != "9.1/2" || other.Links[0].Kind != SplitFrom {
		t.Errorf("%+v", other)
	}
	p.c.Linked(SplitInto, other.ID, other.Code, p.at)
	if l := p.c.Links[0]; l.Kind != SplitInto || l.Case != "c2" {
		t.Errorf("%+v", l)
	}
}

func TestG7TheStepIsDoneWhenTheChannelTookIt(t *testing.T) {
	p := solved(t)
	p.do(op, ActNotify, "text", "Pruebe.")
	p.stands("9.1/7")
	p.refused(RefusedPending, op, ActNotify, "text", "Pruebe.")
	p.refused(RefusedStep, op, ActSubmit)
	p.delivery("sent")
	p.stands("9.1/8")
	if e := p.events[len(p.events)-1]; e.By != "system" || e.Role != System || !slices.Equal(e.Steps, []Step{"9.1/7"}) {
		t.Errorf("%+v", e)
	}
	if d := p.c.Trail[len(p.c.Trail)-1]; d.By != "op" {
		t.Errorf("done by %s", d.By)
	}
	n := p.c.Events
	p.delivery("sent") // told twice
	if p.c.Events != n {
		t.Error("the same delivery twice")
	}
	p.delivery("delivered")
	p.delivery("read")
	p.delivery("delivered") // never back
	if p.c.Notices[0].State != "read" || p.c.Events != n+2 {
		t.Errorf("%+v", p.c.Notices)
	}
	p.delivery(Failed) // what was read cannot bounce
	p.stands("9.1/8")
}

func TestG7ABounceReopensTheDutyAndNobodyCloses(t *testing.T) {
	p := reviewed(t)
	p.do(sup, ActApprove)
	p.stands("9.1/10")
	p.delivery(Failed)
	p.stands("9.1/7")
	p.cites("G7")
	if p.c.Assignee != "op" || !p.c.Has(FlagUndelivered) || !p.c.Unread {
		t.Errorf("%+v", p.c)
	}
	p.refused(RefusedStep, sup, ActClose)
	p.refused(RefusedChanged, op, ActWaiveNotice, "reason", "ya sabe")
	p.refused(RefusedField, op, ActNotify, "text", "Pruebe.", "medium", "phone")
	p.refused(RefusedField, op, ActNotify, "text", "Pruebe.", "medium", "phone", "to", "+59171234567")
	p.do(op, ActNotify, "text", "Pruebe.", "medium", "phone", "to", "+59171234567", "reason", "el correo rebotó")
	p.delivery("sent") // a call-back that waits has told nobody
	p.stands("9.1/7")
	p.do(tel, ActAttempt, "outcome", "told")
	p.stands("9.1/8")
	if p.c.Has(FlagUndelivered) {
		t.Error("still flagged")
	}
	p.do(op, ActSubmit)
	p.review()
}

func TestG7ABounceIn92GoesBackToItsOwnNotice(t *testing.T) {
	p := infra(t)
	p.delivery(Failed)
	p.stands("9.2/7")
	p.do(op, ActNotify, "text", "Repuesto.")
	p.delivery("sent")
	p.review()
}

func TestG7AnotherMediumTakesBackTheFirst(t *testing.T) {
	p := solved(t)
	p.do(op, ActNotify, "text", "Pruebe.")
	p.do(op, ActNotify, "text", "Pruebe.", "medium", "whatsapp", "to", "59171234567", "reason", "el correo no sale")
	p.cites("G23")
	if c := p.c.TakeCancelled(); !slices.Equal(c, []string{"c1.1"}) {
		t.Errorf("cancelled %v", c)
	}
	// the mail went out all the same: the person is told, the other need not go
	if err := p.c.Delivery("c1.1", "sent", p.at, ""); err != nil {
		t.Fatal(err)
	}
	p.take()
	p.stands("9.1/8")
	if c := p.c.TakeCancelled(); !slices.Equal(c, []string{"c1.2"}) {
		t.Errorf("cancelled %v", c)
	}
}

func TestG7AfterAReturnOnlyWhatChangedIsToldAgain(t *testing.T) {
	for name, text := range map[string]string{"same": "Pruebe otra vez.", "changed": "Reinicie antes."} {
		t.Run(name, func(t *testing.T) {
			p := reviewed(t)
			p.do(sup, ActReturn, "observation", "Falta el artículo.")
			p.triage("no", "no", "no")
			p.do(op, ActSolve, "solution", text, "type", "resuelto")
			p.do(op, ActKB, "decision", "created", "article", "KB-3")
			if text != "Pruebe otra vez." {
				p.refused(RefusedChanged, op, ActWaiveNotice, "reason", "no cambió")
				p.do(op, ActNotify, "text", text)
				p.delivery("sent")
			} else {
				p.do(op, ActWaiveNotice, "reason", "no cambió")
			}
			p.do(op, ActSubmit)
			p.review()
		})
	}
}

func TestG7ACorrectionThatFailsIsTheDutyAgain(t *testing.T) {
	for text, want := range map[string]Step{"Pruebe otra vez.": "9.1/9", "Pruebe desde otro equipo.": "9.1/7"} {
		p := reviewed(t)
		p.do(sup, ActReturn, "observation", "Se le dijo mal.")
		p.triage("no", "no", "no")
		p.do(op, ActSolve, "solution", "Pruebe otra vez.", "type", "resuelto")
		p.do(op, ActKB, "decision", "existing", "article", "KB-3")
		p.do(op, ActNotify, "text", text)
		p.delivery("sent")
		p.do(op, ActSubmit)
		p.delivery(Failed)
		p.stands(want) // the same words had arrived before the return; others had not
	}
}

// No walk comes here: it is the last lock on the door.
func TestG7NobodyClosesACaseWhoseRecordsSayNotTold(t *testing.T) {
	p := reviewed(t)
	p.do(sup, ActApprove)
	p.c.Notices[0].State = Failed
	p.refused(RefusedNotTold, sup, ActClose)
	p.c.Notices[0].State = "sent"
	p.c.Observations = []Observation{{Text: "abierta"}}
	p.refused(RefusedObserved, sup, ActClose)
	p.c.Observations[0].Resolved = true
	p.do(sup, ActClose)
}

func TestG7AWaivedNoticeFallsWithTheOneItRestsOn(t *testing.T) {
	p := reviewed(t)
	first := p.out[len(p.out)-1].ID
	p.do(sup, ActReturn, "observation", "Falta el artículo.")
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Pruebe otra vez.", "type", "resuelto")
	p.do(op, ActKB, "decision", "created", "article", "KB-3")
	p.do(op, ActWaiveNotice, "reason", "no cambió")
	p.do(op, ActSubmit)
	if err := p.c.Delivery(first, Failed, p.at, "550"); err != nil {
		t.Fatal(err)
	}
	p.stands("9.1/7")
}

func TestG8ReturnsAreCountedAndObserved(t *testing.T) {
	p := reviewed(t)
	p.refused(RefusedField, sup, ActReturn)
	p.do(sup, ActReturn, "observation", "Falta.", "user", "op2")
	p.cites("G8")
	if p.c.Returns != 1 || p.c.Assignee != "op2" || p.c.Operator != "op2" || p.c.Observations[0].Resolved {
		t.Errorf("%+v", p.c)
	}
	p.refused(RefusedAssignee, op, ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno")
	p.do(op, ActTake)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Reinicie.", "type", "resuelto")
	p.tell()
	p.review()
	if !p.c.Observations[0].Resolved {
		t.Error("closed with an open observation")
	}
}

func TestG9TheReturnFrom92(t *testing.T) {
	p := infra(t)
	p.do(sup, ActReturn, "observation", "Falta el artículo.")
	p.cites("G9")
	p.stands("9.1/3")
	p.do(op, ActResumeKB, "reason", "solo el artículo")
	p.stands("9.2/6")
	p.do(op, ActKB, "decision", "updated", "article", "KB-7")
	p.do(op, ActWaiveNotice, "reason", "no cambió")
	p.stands("9.2/8")
	p.review()

	p = infra(t)
	p.do(sup, ActReturn, "observation", "No está resuelto.")
	p.triage("yes", "yes", "")
	p.stands("9.2/2")
	p.refused(RefusedStep, op, ActResumeKB, "reason", "x")
	if p.c.Assignee != "uit" {
		t.Errorf("went to %q, not to who had it", p.c.Assignee)
	}
}

func TestG9StraightToTheKnowledgeBaseOnlyAfterAReturnFromAUnit(t *testing.T) {
	p := reviewed(t)
	p.do(sup, ActReturn, "observation", "Falta.")
	p.refused(RefusedStep, op, ActResumeKB, "reason", "x")
}
