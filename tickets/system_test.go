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

// A reply that waits for a channel that is out of order goes another way: the
// old one is taken back, the duty to notify stays with the new one.
func TestReaddress(t *testing.T) {
	p := opened(t)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Se corrigió.", "type", Resolved)
	p.do(op, ActKB, "decision", "not_needed", "reason", "caso particular")
	p.do(op, ActNotify, "text", "Ya puede entrar.")
	old := p.out[0]
	to := Contact{Medium: "phone", Value: "+59171234567", Name: "Ana"}
	p.c.Unread = true
	for _, by := range []Actor{uit, {ID: "a", Roles: []Role{Administrador}}} {
		if err := p.c.Readdress(old, to, "número suspendido", by, p.at); err == nil {
			t.Errorf("%s moved a reply", by.ID)
		}
	}
	if err := p.c.Readdress(old, to, "", sup, p.at); err == nil {
		t.Error("without a reason")
	}
	if err := p.c.Readdress(old, to, "número suspendido", sup, p.at); err != nil {
		t.Fatal(err)
	}
	cancelled := p.c.TakeCancelled()
	p.take()
	o := p.out[len(p.out)-1]
	if len(cancelled) != 1 || cancelled[0] != old.ID || o.ID == old.ID || o.To != to || o.Text != old.Text || o.By != old.By || o.Purpose != PurposeNotice {
		t.Errorf("%v, %+v", cancelled, o)
	}
	if !p.c.Unread || len(p.c.Notices) != 2 || p.c.Notices[0].State != Cancelled || p.c.pending("phone") == nil {
		t.Errorf("%+v", p.c.Notices)
	}
	if err := p.c.Readdress(old, to, "otra vez", sup, p.at); err == nil {
		t.Error("moved twice")
	}
	p.do(op, ActAttempt, "outcome", Told)
	p.stands("9.1/8")
}
