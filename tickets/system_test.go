package tickets

import (
	"testing"
)

func TestAcknowledge(t *testing.T) {
	p := opened(t)
	p.c.Acknowledge("Recibimos su reporte.", p.at)
	p.take()
	if o := p.out[0]; o.ID != "c1.1" || o.Purpose != PurposeAck || o.To != p.c.Contact || o.By != "system" {
		t.Errorf("%+v", o)
	}
	if p.stands("9.1/2"); p.c.Unread || len(p.c.Trail) != 1 {
		t.Error("an acknowledgement is no activity")
	}
	p.delivery("sent") // told of, and no line of the history
	if len(p.events) != 2 {
		t.Errorf("%d events", len(p.events))
	}
	p.delivery(Failed)
	if !p.c.Unread || len(p.events) != 3 {
		t.Error("nobody is told that the person cannot be reached")
	}
}

func TestJoined(t *testing.T) {
	p := opened(t)
	p.c.Joined(Contact{Medium: "email", Value: "jefe@example.bo"}, op, p.at)
	p.take()
	p.do(op, ActReply, "text", "a los dos", "copies", "yes", "files", FileRef{Hash: "ab", Name: "a, b.pdf", Type: "application/pdf", Size: 3}.String())
	o := p.out[0]
	if len(o.Copies) != 1 || o.Copies[0].Value != "jefe@example.bo" || len(o.Files) != 1 || ParseFileRef(o.Files[0]).Name != "a, b.pdf" {
		t.Errorf("%+v", o)
	}
}

func TestMergedInto(t *testing.T) {
	p := opened(t)
	if p.c.MergedInto() != "" {
		t.Error("merged")
	}
	p.do(op, ActMerge, "case", FormatCode(2026, 9), "case_id", "c9")
	if p.c.MergedInto() != FormatCode(2026, 9) {
		t.Error(p.c.MergedInto())
	}
	p.do(op, ActUnmerge, "reason", "eran dos")
	if p.c.MergedInto() != "" {
		t.Error("still merged")
	}
}

func TestReleaseForgetsWhoLeft(t *testing.T) {
	p := opened(t)
	p.triage("yes", "no", "")
	p.do(uit, ActAnalyse, "record", "r")
	p.c.Release("uit", p.at)
	p.take()
	if p.c.Assignee != "" || p.c.Operator != "op" {
		t.Errorf("%+v", p.c)
	}
	p.do(Actor{ID: "uit2", Roles: []Role{RoleUIT}}, ActRoute, "to", "uit", "reason", "r")
	if p.c.Assignee != "uit2" {
		t.Error(p.c.Assignee)
	}
}

func TestG9StraightToTheKnowledgeBaseOf93(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "yes")
	p.do(adt, ActAnalyse, "record", "r")
	p.do(adt, ActRoute, "to", "adt", "reason", "r")
	p.do(adt, ActManage)
	p.do(adt, ActSolve, "solution", "s", "type", "resuelto")
	p.do(adt, ActDeriveSolution)
	p.tell()
	p.do(sup, ActReturn, "observation", "Falta el artículo.")
	p.do(op, ActResumeKB, "reason", "solo el artículo")
	p.stands("9.3/4")
	p.tell()
	p.review()
}
