package tickets

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestG10Misderived(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActMisderived, "reason", "es de uso")
	p.stands("9.1/3")
	p.cites("G10")
	if p.c.Assignee != "op" || p.c.Unit != AIT {
		t.Errorf("%+v", p.c)
	}
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "r")
	p.do(uit, ActRoute, "to", "acgii", "reason", "r")
	p.do(cgii, ActMisderived, "reason", "no es incidente")
	p.stands("9.2/3")
	p.do(uit, ActRoute, "to", "upat", "reason", "r")
	p.do(upat, ActMisderived, "reason", "no es código")
	p.stands("9.2/3")
}

func TestG11UITRoutesAgain(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "r")
	p.do(uit, ActRoute, "to", "uit", "reason", "r")
	p.do(uit, ActEstimate, "hours", "1")
	p.do(uit, ActReroute, "reason", "es también de seguridad")
	p.cites("G11")
	p.do(uit, ActRoute, "to", "acgii", "reason", "r")
	p.stands("9.2/3.C.1")
}

func TestG12TheEstimateOfUITIsOptionalAfterUPAT(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "r")
	p.do(uit, ActRoute, "to", "upat", "reason", "r")
	p.do(upat, ActAnalyse, "record", "r")
	p.refused(RefusedValue, upat, ActEstimate, "hours", "0")
	p.refused(RefusedValue, upat, ActEstimate, "hours", "pronto")
	p.do(upat, ActEstimate, "hours", "8")
	p.refused(RefusedField, upat, ActReestimate, "hours", "9")
	p.do(upat, ActReestimate, "hours", "9", "reason", "es más")
	p.refused(RefusedField, upat, ActManage) // G13
	p.do(upat, ActManage, "actions", "v2")
	p.do(upat, ActCoordinate, "record", "desplegar")
	p.stands("9.2/3.A.2")
	p.refused(RefusedStep, uit, ActReestimate, "hours", "1", "reason", "r")
	p.do(uit, ActEstimate, "hours", "0.5")
	p.stands("9.2/3.A.2")
	p.refused(RefusedStep, uit, ActEstimate, "hours", "1")
	p.do(uit, ActReestimate, "hours", "1", "reason", "r")
	if n := len(p.c.Estimates); n != 4 || p.c.Estimates[2].Time != 30*time.Minute {
		t.Errorf("%+v", p.c.Estimates)
	}
}

func TestG14CoordinatingMovesTheCaseToUIT(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "yes")
	p.do(adt, ActAnalyse, "record", "r")
	p.do(adt, ActRoute, "to", "upat", "reason", "r")
	p.do(adt, ActDerive)
	p.do(upat, ActAnalyse, "record", "r")
	p.do(upat, ActEstimate, "hours", "4")
	p.do(upat, ActManage, "actions", "v2")
	p.do(upat, ActCoordinate, "record", "desplegar v2")
	p.cites("G14")
	if p.stands("9.3/3.B.6"); p.c.Unit != UIT || p.c.Assignee != "" {
		t.Errorf("%+v", p.c)
	}
}

func TestG19TheKnowledgeBaseIsUnconditionalIn92(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "r")
	p.do(uit, ActRoute, "to", "uit", "reason", "r")
	p.do(uit, ActEstimate, "hours", "1")
	p.do(uit, ActManage)
	p.do(uit, ActSolve, "solution", "s", "type", "resuelto")
	p.do(uit, ActDeriveSolution)
	p.refused(RefusedValue, op, ActKB, "decision", "not_needed", "reason", "r")
	p.refused(RefusedField, op, ActKB, "decision", "created")
}

func TestG20TheSeal(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "página alterada")
	p.do(uit, ActRoute, "to", "acgii", "reason", "incidente")
	p.do(cgii, ActAnalyse, "record", "SECRETO")
	p.do(cgii, ActNote, "text", "SECRETO")
	p.do(cgii, ActClassifyIncident, "class", "desfiguración", "priority", "alta", "record", "SECRETO")
	p.do(cgii, ActRespond, "actions", "SECRETO", "impact", "SECRETO", "causes", "SECRETO")
	p.do(cgii, ActInternalResult, "result", "SECRETO")
	p.do(cgii, ActCoordinate, "record", "TECNICO", "summary", "RESUMEN")
	if s := fmt.Sprintf("%+v", p.c.clone()); strings.Contains(strings.Split(s, "events:")[0], "SECRETO") {
		t.Error("the case itself tells")
	}
	reads := func(by Actor) string {
		var b strings.Builder
		for _, e := range p.events {
			for _, v := range Visible(e, by).Record {
				b.WriteString(v + " ")
			}
		}
		return b.String()
	}
	for _, x := range []struct {
		role                  Role
		secret, tech, summary bool
	}{
		{RoleACGII, true, true, true},
		{RoleUIT, false, true, true},
		{Supervisor, false, false, true},
		{Operador, false, false, false},
		{RoleUPAT, false, false, false},
		{RoleADT, false, false, false},
		{Administrador, false, false, false},
		{Auditor, false, false, false},
		{Jefatura, false, false, false},
		{Telefonista, false, false, false},
		{System, false, false, false},
	} {
		s := reads(Actor{ID: "x", Roles: []Role{x.role}})
		if strings.Contains(s, "SECRETO") != x.secret || strings.Contains(s, "TECNICO") != x.tech || strings.Contains(s, "RESUMEN") != x.summary {
			t.Errorf("%s reads %s", x.role, s)
		}
		if !strings.Contains(s, "alta") || !strings.Contains(s, "página alterada") {
			t.Errorf("%s reads too little: %s", x.role, s)
		}
	}
	if err := VerifyChain(p.events); err != nil {
		t.Error("hiding changed the history:", err)
	}
}

func TestG23NoContactNeedsThreeTriesOnTwoWorkingDays(t *testing.T) {
	p := solved(t)
	p.refused(RefusedNotice, tel, ActAttempt, "outcome", "no_answer")
	p.do(op, ActNotify, "text", "Pruebe.", "medium", "phone", "to", "+59171234567", "reason", "pidió llamada")
	p.do(tel, ActAttempt, "outcome", "no_answer")
	p.do(tel, ActAttempt, "outcome", "busy", "note", "a las diez")
	p.do(tel, ActAttempt, "outcome", "voicemail")
	p.refused(RefusedTries, op, ActNoContact, "reason", "no contesta") // one day only
	p.at = time.Date(2026, 3, 7, 10, 0, 0, 0, day.Location())          // a Saturday
	p.do(tel, ActAttempt, "outcome", "no_answer")
	p.refused(RefusedTries, op, ActNoContact, "reason", "no contesta")
	p.at = p.at.AddDate(0, 0, 2)
	p.do(tel, ActAttempt, "outcome", "no_answer")
	p.do(op, ActNoContact, "reason", "no contesta")
	p.cites("G23")
	p.stands("9.1/8")
	if c := p.c.TakeCancelled(); len(c) != 1 {
		t.Errorf("cancelled %v", c)
	}
	p.do(op, ActSubmit)
	p.review()
	if n := len(p.c.Attempts); n != 5 {
		t.Errorf("%d attempts", n)
	}
}

func TestG23TwoTriesOnTwoDaysAreNotThree(t *testing.T) {
	p := solved(t)
	p.do(op, ActNotify, "text", "Pruebe.")
	p.delivery(Failed) // a try
	p.at = p.at.AddDate(0, 0, 1)
	p.do(op, ActNotify, "text", "Pruebe.", "medium", "phone", "to", "+59171234567", "reason", "rebotó")
	p.do(tel, ActAttempt, "outcome", "busy")
	p.refused(RefusedTries, op, ActNoContact, "reason", "no contesta")
	p.do(tel, ActAttempt, "outcome", "busy")
	p.do(op, ActNoContact, "reason", "no contesta")
}

func TestG23AFailureAfterTheClose(t *testing.T) {
	p := infra(t)
	p.review()
	p.delivery(Failed)
	p.stands(Closed)
	p.cites("G7", "G23")
	if !p.c.Has(FlagUndelivered) || !p.c.Unread {
		t.Errorf("%+v", p.c)
	}
	p.refused(RefusedRole, op, ActReopen, "reason", "rebotó", "to", "notification")
	p.do(sup, ActReopen, "reason", "rebotó", "to", "notification")
	p.stands("9.2/7")
	if p.c.Outcome != "" || !p.c.ClosedAt.IsZero() || p.c.Assignee != "op" {
		t.Errorf("%+v", p.c)
	}
	p.refused(RefusedChanged, op, ActWaiveNotice, "reason", "ya sabe")
	p.do(op, ActNotify, "text", "Repuesto.")
	p.delivery("delivered")
	p.review()
}

func TestG24AfterTheCloseAMessageIsUnreadWork(t *testing.T) {
	p := reviewed(t)
	p.review()
	p.c.CitizenWrote(p.at)
	p.take()
	p.cites("G24")
	if p.stands(Closed); !p.c.Unread {
		t.Error("nobody is told")
	}
	p.refused(RefusedStep, op, ActReply, "text", "de nada")
	p.do(op, ActNote, "text", "agradece")
	if p.c.Unread {
		t.Error("still unread")
	}
	p.do(sup, ActReopen, "reason", "sigue", "to", "triage")
	p.stands("9.1/3")
	if p.c.Reopened != 1 {
		t.Error(p.c.Reopened)
	}
}

func TestG25TheSolutionReturnsToItsOperatorOrTheQueue(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "r")
	p.do(uit, ActRoute, "to", "uit", "reason", "r")
	p.do(uit, ActEstimate, "hours", "1")
	p.do(uit, ActManage)
	p.do(uit, ActSolve, "solution", "s", "type", "resuelto")
	gone := copyOf(t, p.c)
	gone.Release("op", p.at)
	for c, want := range map[*Ticket]string{p.c: "op", gone: ""} {
		if err := c.Do(ActDeriveSolution, uit, nil, p.at); err != nil {
			t.Fatal(err)
		}
		if c.Assignee != want {
			t.Errorf("assigned to %q, want %q", c.Assignee, want)
		}
	}
}

func TestG26NobodyReviewsTheirOwnWork(t *testing.T) {
	both := Actor{ID: "op", Roles: []Role{Operador, Supervisor}}
	tech := Actor{ID: "uit", Roles: []Role{RoleUIT, Supervisor}}
	p := reviewed(t)
	p.refused(RefusedOwnWork, both, ActApprove)
	p.refused(RefusedOwnWork, both, ActReturn, "observation", "x")
	p.refused(RefusedOwnWork, both, ActTake)
	p.do(sup, ActApprove)
	p.refused(RefusedOwnWork, both, ActClose)

	p = infra(t)
	p.refused(RefusedOwnWork, tech, ActApprove)
	p.refused(RefusedOwnWork, sup, ActAssign, "user", "uit")
}

func TestG26Suplencia(t *testing.T) {
	stand := Actor{ID: "s", Roles: []Role{Operador}, Suplencia: "RA/1/2026"}
	p := reviewed(t)
	p.do(stand, ActApprove)
	p.cites("G26")
	if e := p.events[len(p.events)-1]; e.Role != Supervisor || e.Record["suplencia"] != "RA/1/2026" {
		t.Errorf("%+v", e)
	}
	p.refused(RefusedOwnWork, Actor{ID: "op", Roles: []Role{Operador}, Suplencia: "RA/1/2026"}, ActClose)
	p.refused(RefusedRole, Actor{ID: "s2", Roles: []Role{Telefonista}, Suplencia: "RA/1/2026"}, ActClose)
}

func TestG27OutcomesOfARequest(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "no")
	p.refused(RefusedField, op, ActSolve, "solution", "no", "type", NotAccepted)
	p.refused(RefusedField, op, ActSolve, "solution", "luego", "type", Planned)
	p.do(op, ActSolve, "solution", "luego", "type", Planned, "detail", "v3")
	p.cites("G27")
}

func TestG28ReclassifyTakesTheDecisionAnew(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "x")
	p.do(op, ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno")
	p.do(op, ActReclassify, "class", "availability", "reason", "está caído para todos")
	p.stands("9.1/3")
	if p.c.Decision != nil || p.c.Class != Availability {
		t.Errorf("%+v", p.c)
	}
	p.triage("yes", "no", "")
	p.stands("9.2/2")
}

func TestG30ALoggedCall(t *testing.T) {
	phone := NewCase{ID: "c", Code: "x", Opened: day, Created: day.Add(time.Hour), Contact: Contact{Medium: "phone"}, Problem: "no entra", By: op, Reason: "se anotó en papel"}
	c := Open(phone)
	if c.Step != "9.1/3" || c.Assignee != "op" || len(c.Trail) != 2 || c.Trail[1].Step != "9.1/2" {
		t.Errorf("%+v", c)
	}
	e := c.TakeEvents()
	if len(e) != 1 || !slices.Equal(e[0].Steps, []Step{"9.1/1", "9.1/2"}) || e[0].Record["problem"] != "no entra" || !e[0].At.Equal(day.Add(time.Hour)) {
		t.Errorf("%+v", e)
	}
	phone.By = tel // who only takes calls leaves the registro to an operator
	if c = Open(phone); c.Step != "9.1/2" || c.Acts(op, day)[0].Fields[0].Value != "no entra" {
		t.Errorf("%+v", c)
	}
	phone.By = Actor{}
	if c = Open(phone); c.Step != "9.1/2" || c.TakeEvents()[0].By != "system" {
		t.Errorf("%+v", c)
	}
}

func TestG31SecurityGoesFirstAndRestricted(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "página alterada")
	p.do(op, ActFlag, "flag", "security", "reason", "desfiguración")
	p.cites("G31")
	if !p.c.Has(FlagRestricted) {
		t.Error("everyone sees it")
	}
	p.do(op, ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno")
	p.cites("G31", "G6")
	p.stands("9.2/2")
	p.refused(RefusedFlag, op, ActFlag, "flag", "security", "reason", "tarde")
	p.do(uit, ActAnalyse, "record", "r") // UIT decides as written
	p.refused(RefusedRestricted, Actor{ID: "uit9", Roles: []Role{RoleUIT}}, ActTake)
}

func TestG33ARestrictedCaseIsForNamedPeople(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "denuncia")
	p.do(sup, ActFlag, "flag", "restricted", "reason", "denuncia", "people", "ana, jefa")
	for id, want := range map[string]bool{"op": true, "ana": true, "jefa": true, "otro": false} {
		if got := p.c.SeenBy(Actor{ID: id, Roles: []Role{Operador, Administrador}}); got != want {
			t.Errorf("%s sees it: %v", id, got)
		}
	}
	p.refused(RefusedRestricted, Actor{ID: "otro", Roles: []Role{Operador}}, ActNote, "text", "x")
	p.refused(RefusedValue, sup, ActUnname, "people", "ana, nadie", "reason", "cambió de unidad")
	p.refused(RefusedField, sup, ActUnname, "people", "ana")
	p.refused(RefusedRole, Actor{ID: "jefa", Roles: []Role{RoleUIT}}, ActUnname, "people", "ana", "reason", "no")
	p.refused(RefusedRestricted, Actor{ID: "otro", Roles: []Role{Operador}}, ActUnname, "people", "ana", "reason", "no")
	p.do(sup, ActUnname, "people", "ana", "reason", "cambió de unidad")
	p.cites("G33")
	if p.c.SeenBy(Actor{ID: "ana", Roles: []Role{Operador}}) || !p.c.SeenBy(Actor{ID: "jefa"}) {
		t.Error("who was taken off sees it, or somebody else does not")
	}
	p.do(sup, ActUnname, "people", "jefa", "reason", "cambió de unidad")
	p.refused(RefusedUnnamed, sup, ActUnname, "people", "jefa", "reason", "otra vez")
	p.do(sup, ActFlag, "flag", "restricted", "reason", "de nuevo", "people", "ana")
	p.do(sup, ActUnflag, "flag", "restricted", "reason", "aclarado")
	p.refused(RefusedUnnamed, sup, ActUnname, "people", "ana", "reason", "todos lo ven")
	p.do(Actor{ID: "otro", Roles: []Role{Operador}}, ActNote, "text", "x")
	p.do(sup, ActFlag, "flag", "formal", "reason", "trae número", "people", "ana")
	p.do(sup, ActFlag, "flag", "restricted", "reason", "otro asunto", "people", "jefa")
	if p.c.SeenBy(Actor{ID: "ana"}) || !p.c.SeenBy(Actor{ID: "jefa"}) {
		t.Errorf("restricted again, %v may see it: want whoever is named now, and nobody of before", p.c.Named)
	}
}

func TestARefusalSaysWhy(t *testing.T) {
	p := opened(t)
	p.refused(RefusedAct, op, "fly")
	p.refused(RefusedStep, op, ActSubmit)
	p.refused(RefusedRole, tel, ActRegister, "problem", "x")
	p.refused(RefusedField, op, ActRegister, "problem", "  ")
	p.refused(RefusedUnknown, op, ActRegister, "problem", "x", "priority", "alta")
	p.refused(RefusedValue, op, ActRegister, "problem", "x", "class", "otra")
	p.refused(RefusedAct, op, ActDelivery)
	p.refused(RefusedAct, Actor{ID: "system", Roles: []Role{System}}, ActDelivery)
	if err := p.c.Delivery("c1.1", "eaten", p.at, ""); err == nil {
		t.Error("a state that does not exist")
	}
	n := p.c.Events
	for _, id := range []string{"", "c1.", "c1.9", "c2.1", "c1.01", "x"} {
		if err := p.c.Delivery(id, Failed, p.at, ""); err != nil || p.c.Events != n {
			t.Errorf("%q is no reply of this case", id)
		}
	}
}

func TestG34AFormalLetterKeepsWhatTheLegalAreaSays(t *testing.T) {
	p := opened(t)
	p.refused(RefusedValue, op, ActFlag, "flag", "formal", "reason", "CITE", "due", "mañana")
	p.do(op, ActFlag, "flag", "formal", "reason", "CITE", "number", "GAMEA/DTI/0123/2026", "responsible", "ana", "due", "2026-03-20")
	p.cites("G34")
	if f := p.c.Formal; f == nil || f.Number != "GAMEA/DTI/0123/2026" || f.Due != "2026-03-20" {
		t.Errorf("%+v", f)
	}
}
