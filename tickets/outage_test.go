package tickets

import (
	"slices"
	"testing"
)

// TestOutageReport walks a report of an outage from its registro to its close:
// attached with one event, set aside, told, reviewed and closed on its own.
func TestOutageReport(t *testing.T) {
	parent := FormatCode(2026, 77)
	p := opened(t)
	p.do(op, ActAttach, "problem", "no abre la página", "case", parent, "case_id", "parent")
	c := p.c
	if c.Step != "9.2/2" || c.Unit != UIT || !c.Aside() || c.Outage() != parent || c.Class != Availability || c.Problem == "" || c.Operator != op.ID {
		t.Fatalf("attached: %s %s aside=%v outage=%s class=%s", c.Step, c.Unit, c.Aside(), c.Outage(), c.Class)
	}
	if want := []Step{"9.1/1", "9.1/2", "9.1/3", "9.2/1"}; !slices.Equal(trail(c), want) {
		t.Errorf("trail %v, want %v", trail(c), want)
	}
	if !slices.Equal(c.Decision.Evidence, []string{parent}) {
		t.Errorf("evidence %v", c.Decision.Evidence)
	}
	p.refused(RefusedOutage, uit, ActAnalyse, "record", "visto")
	p.refused(RefusedOutage, uit, ActMisderived, "reason", "no es nuestro")
	p.refused(RefusedLink, op, ActUnlink, "case", parent)

	p.do(op, ActTellOutage, "solution", "Se repuso el servicio", "type", Resolved, "by", uit.ID, "article", "KB-1", "text", "Ya puede ingresar.")
	if c := p.c; c.Step != "9.2/7" || c.Aside() || c.Solution.By != uit.ID || c.Solution.Unit != UIT || c.Knowledge.Article != "KB-1" {
		t.Fatalf("told: %s %+v %+v", c.Step, c.Solution, c.Knowledge)
	}
	p.refused(RefusedStep, op, ActTellOutage, "solution", "x", "type", Resolved, "by", uit.ID, "article", "KB-1", "text", "otra vez")
	p.delivery("sent")
	if p.c.Step != "9.2/8" {
		t.Fatalf("after the relay took the notice: %s", p.c.Step)
	}
	p.do(sup, ActApprove)
	p.do(sup, ActClose)
	if p.c.Outcome != Resolved || p.c.Outage() != parent {
		t.Errorf("closed as %q, outage %q", p.c.Outcome, p.c.Outage())
	}
}

// TestOutageDetach: a report that was attached by mistake is triaged on its
// own again, and both stand in its history.
func TestOutageDetach(t *testing.T) {
	p := opened(t)
	p.do(op, ActRegister, "problem", "mi contraseña")
	p.do(op, ActAttach, "problem", "mi contraseña", "case", FormatCode(2026, 77))
	if n := len(p.c.Trail); n != 4 {
		t.Fatalf("9.1/2 done twice: %v", trail(p.c))
	}
	p.do(op, ActDetach, "reason", "falsa alarma")
	c := p.c
	if c.Step != "9.1/3" || c.Outage() != "" || c.Class != "" || c.Decision != nil || c.Assignee != op.ID {
		t.Fatalf("detached: %s outage=%q class=%q %+v assignee=%s", c.Step, c.Outage(), c.Class, c.Decision, c.Assignee)
	}
	if l := c.Links[0]; l.Kind != OutageOf || l.Undone.IsZero() {
		t.Errorf("link %+v", l)
	}
	p.refused(RefusedStep, op, ActDetach, "reason", "otra vez")
	p.do(op, ActAttach, "problem", "mi contraseña", "case", FormatCode(2026, 78))
	p.do(uit, ActDetach, "reason", "no es de esta caída")
	if p.c.Step != "9.1/3" || p.c.Operator != op.ID {
		t.Errorf("after UIT took it out: %s %s", p.c.Step, p.c.Operator)
	}
}

// TestOutagePrincipal: a principal is declared once and recalled, and what is a
// principal or a security incident is attached to nothing.
func TestOutagePrincipal(t *testing.T) {
	p := opened(t)
	p.do(op, ActDeclareOutage, "reason", "doce reportes en diez minutos")
	p.refused(RefusedFlag, op, ActDeclareOutage, "reason", "otra vez")
	p.refused(RefusedFlag, op, ActAttach, "problem", "x", "case", FormatCode(2026, 77))
	p.refused(RefusedFlag, op, ActUnflag, "flag", "formal", "reason", "no")
	p.do(sup, ActRecallOutage, "reason", "falsa alarma")
	p.do(op, ActFlag, "flag", "security", "reason", "página alterada", "people", "uit")
	p.refused(RefusedFlag, op, ActAttach, "problem", "x", "case", FormatCode(2026, 77))
}

func trail(c *Ticket) []Step {
	var out []Step
	for _, d := range c.Trail {
		out = append(out, d.Step)
	}
	return out
}
