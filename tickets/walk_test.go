package tickets

import (
	"fmt"
	"testing"
	"time"

	"ventanilla/tickets/calendar"
)

var (
	op   = Actor{ID: "op", Name: "Olga", Roles: []Role{Operador}}
	sup  = Actor{ID: "sup", Name: "Sara", Roles: []Role{Supervisor}}
	uit  = Actor{ID: "uit", Name: "Ulises", Roles: []Role{RoleUIT}}
	upat = Actor{ID: "upat", Name: "Petra", Roles: []Role{RoleUPAT}}
	cgii = Actor{ID: "acgii", Name: "Ciro", Roles: []Role{RoleACGII}}
	adt  = Actor{ID: "adt", Name: "Dora", Roles: []Role{RoleADT}}
	tel  = Actor{ID: "tel", Name: "Tito", Roles: []Role{Telefonista}}
	day  = time.Date(2026, 3, 3, 10, 0, 0, 0, calendar.Zone)
)

// play is a case with its whole history and a clock that ticks a minute an act.
type play struct {
	*testing.T
	c      *Ticket
	events []Event
	out    []Outgoing
	at     time.Time
}

func opened(t *testing.T) *play {
	p := &play{T: t, at: day}
	p.c = Open(NewCase{ID: "c1", Code: FormatCode(2026, 123), Channel: "soporte", Opened: day,
		Contact: Contact{Medium: "email", Value: "ana@example.bo", Name: "Ana"}, Subject: "no puedo entrar"})
	p.take()
	return p
}

func (p *play) take() {
	p.events = append(p.events, p.c.TakeEvents()...)
	p.out = append(p.out, p.c.TakeOutgoing()...)
}

func (p *play) do(by Actor, act Act, fields ...string) {
	p.Helper()
	if err := p.try(by, act, fields...); err != nil {
		p.Fatalf("%s %s at %s: %v", by.ID, act, p.c.Step, err)
	}
}

func (p *play) try(by Actor, act Act, fields ...string) error {
	rec := Record{}
	for i := 0; i+1 < len(fields); i += 2 {
		rec[fields[i]] = fields[i+1]
	}
	p.at = p.at.Add(time.Minute)
	err := p.c.Do(act, by, rec, p.at)
	p.take()
	return err
}

// refused checks that an act is refused with a code.
func (p *play) refused(code string, by Actor, act Act, fields ...string) {
	p.Helper()
	err := p.try(by, act, fields...)
	r, ok := err.(*Refusal)
	if !ok || r.Code != code {
		p.Fatalf("%s %s at %s: got %v, want refusal %s", by.ID, act, p.c.Step, err, code)
	}
}

// delivered tells the newest reply's fate.
func (p *play) delivery(state string) {
	p.Helper()
	p.at = p.at.Add(time.Minute)
	if err := p.c.Delivery(p.out[len(p.out)-1].ID, state, p.at, ""); err != nil {
		p.Fatal(err)
	}
	p.take()
}

func (p *play) trail(want string) {
	p.Helper()
	got := ""
	for i, d := range p.c.Trail {
		if i > 0 {
			got += " "
		}
		got += string(d.Step)
	}
	if got != want {
		p.Fatalf("trail\n got %s\nwant %s", got, want)
	}
	if err := VerifyChain(p.events); err != nil {
		p.Fatal(err)
	}
	if n := len(p.events); n != p.c.Events || p.events[n-1].Hash != p.c.LastEvent {
		p.Fatal(fmt.Sprintf("events: %d kept, %d counted", n, p.c.Events))
	}
}

func (p *play) triage(av, prior, design string) {
	p.Helper()
	if p.c.Step == "9.1/2" {
		p.do(op, ActRegister, "problem", "no carga")
	}
	ev := "ninguno"
	if prior == "yes" {
		ev = "KB-7"
	}
	p.do(op, ActDecideAvailability, "availability", av, "prior_uit", prior, "evidence", ev)
	if p.c.Step == "9.1/4" {
		p.do(op, ActDecideDesign, "design", design)
	}
}

// tell walks from the knowledge base to the supervisor's desk.
func (p *play) tell() {
	p.Helper()
	p.do(op, ActKB, "decision", "existing", "article", "KB-7")
	p.do(op, ActNotify, "text", "Ya puede entrar.")
	p.delivery("sent")
	if p.c.Step == "9.1/8" {
		p.do(op, ActSubmit)
	}
}

func (p *play) review() {
	p.Helper()
	p.do(sup, ActApprove)
	p.do(sup, ActClose)
	if p.c.Step != Closed || p.c.Outcome == "" || p.c.ClosedBy != "sup" {
		p.Fatalf("not closed: %+v", p.c)
	}
}

func TestPR01(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Se restableció la contraseña.", "type", "resuelto")
	p.tell()
	p.review()
	p.trail("9.1/1 9.1/2 9.1/3 9.1/4 9.1/5 9.1/6 9.1/7 9.1/8 9.1/9 9.1/10")
}

func TestPR01Returned(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Se restableció.", "type", "resuelto")
	p.tell()
	p.do(sup, ActReturn, "observation", "Falta el paso 2.")
	if p.c.Assignee != "op" || p.c.Step != "9.1/3" {
		t.Fatalf("returned to %s at %s", p.c.Assignee, p.c.Step)
	}
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Se restableció, con el paso 2.", "type", "resuelto")
	p.tell()
	p.review()
	p.trail("9.1/1 9.1/2 9.1/3 9.1/4 9.1/5 9.1/6 9.1/7 9.1/8 9.1/9 9.1/3 9.1/4 9.1/5 9.1/6 9.1/7 9.1/8 9.1/9 9.1/10")
}

func TestPR02ByUIT(t *testing.T) {
	p := opened(t)
	p.triage("yes", "yes", "")
	p.do(uit, ActAnalyse, "record", "nodo caído")
	p.do(uit, ActRoute, "to", "uit", "reason", "propio")
	p.do(uit, ActEstimate, "hours", "1,5")
	p.do(uit, ActManage)
	p.do(uit, ActSolve, "solution", "Servicio repuesto.", "type", "resuelto")
	p.do(uit, ActDeriveSolution)
	p.tell()
	p.review()
	p.trail("9.1/1 9.1/2 9.1/3 9.2/1 9.2/2 9.2/3 9.2/3.A.1 9.2/3.A.2 9.2/4 9.2/5 9.2/6 9.2/7 9.2/8 9.2/9")
}

func TestPR02ByUPAT(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "error 500 del módulo")
	p.do(uit, ActRoute, "to", "upat", "reason", "código")
	p.do(upat, ActAnalyse, "record", "consulta sin índice")
	p.do(upat, ActEstimate, "hours", "8")
	p.do(upat, ActManage, "actions", "versión 2.3.1")
	p.do(upat, ActCoordinate, "record", "desplegar 2.3.1")
	p.do(uit, ActManage)
	p.do(uit, ActSolve, "solution", "Desplegado.", "type", "resuelto")
	p.do(uit, ActDeriveSolution)
	p.tell()
	p.review()
	p.trail("9.1/1 9.1/2 9.1/3 9.2/1 9.2/2 9.2/3 9.2/3.B.1 9.2/3.B.2 9.2/3.B.3 9.2/3.B.4 9.2/3.A.2 9.2/4 9.2/5 9.2/6 9.2/7 9.2/8 9.2/9")
}

func TestPR02ByACGII(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "página alterada")
	p.do(uit, ActRoute, "to", "acgii", "reason", "incidente")
	p.do(cgii, ActAnalyse, "record", "SECRETO")
	p.do(cgii, ActClassifyIncident, "class", "desfiguración", "priority", "alta", "record", "SECRETO")
	p.do(cgii, ActRespond, "actions", "SECRETO", "impact", "SECRETO", "causes", "SECRETO")
	p.do(cgii, ActInternalResult, "result", "SECRETO")
	p.do(cgii, ActCoordinate, "record", "cerrar el puerto", "summary", "sitio repuesto")
	p.do(uit, ActManage)
	p.do(uit, ActSolve, "solution", "Repuesto.", "type", "resuelto")
	p.do(uit, ActDeriveSolution)
	p.tell()
	p.review()
	p.trail("9.1/1 9.1/2 9.1/3 9.2/1 9.2/2 9.2/3 9.2/3.C.1 9.2/3.C.2 9.2/3.C.3 9.2/3.C.4 9.2/3.C.5 9.2/3.A.2 9.2/4 9.2/5 9.2/6 9.2/7 9.2/8 9.2/9")
}

func TestPR03ByADT(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "yes")
	p.do(adt, ActAnalyse, "record", "pide columna")
	p.do(adt, ActRoute, "to", "adt", "reason", "propio")
	p.do(adt, ActManage)
	p.do(adt, ActSolve, "solution", "Se incluirá.", "type", "planificada", "detail", "v3")
	p.do(adt, ActDeriveSolution)
	p.tell()
	p.review()
	p.trail("9.1/1 9.1/2 9.1/3 9.1/4 9.3/1 9.3/2 9.3/3 9.3/3.A.1 9.3/3.A.2 9.3/3.A.3 9.3/4 9.3/5 9.3/6 9.3/7")
}

func TestPR03ByUPAT(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "yes")
	p.do(adt, ActAnalyse, "record", "pide columna")
	p.do(adt, ActRoute, "to", "upat", "reason", "código")
	p.do(adt, ActDerive)
	p.do(upat, ActAnalyse, "record", "reporte")
	p.do(upat, ActEstimate, "hours", "16")
	p.do(upat, ActManage, "actions", "v3")
	p.do(upat, ActCoordinate, "record", "desplegar v3")
	p.do(uit, ActManage, "results", "desplegada")
	p.do(uit, ActSolve, "solution", "Columna añadida.", "type", "resuelto")
	p.do(uit, ActDeriveSolution)
	p.tell()
	p.review()
	p.trail("9.1/1 9.1/2 9.1/3 9.1/4 9.3/1 9.3/2 9.3/3 9.3/3.B.1 9.3/3.B.2 9.3/3.B.3 9.3/3.B.4 9.3/3.B.5 9.3/3.B.6 9.3/3.B.7 9.3/3.B.8 9.3/4 9.3/5 9.3/6 9.3/7")
}
