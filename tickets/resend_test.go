package tickets

import (
	"errors"
	"slices"
	"testing"
	"time"
)

var (
	byCall = Contact{Medium: "phone", Value: "+59171234567", Name: "Ana"}
	byChat = Contact{Medium: "whatsapp", Value: "+59171234567", Name: "Ana"}
)

const bounced = "550 el buzón no existe"

// again sends a reply once more, with what it refused as a code.
func (p *play) again(old Outgoing, to Contact, by Actor) string {
	p.Helper()
	p.at = p.at.Add(time.Minute)
	err := p.c.Resend(old, to, bounced, by, p.at)
	p.take()
	var r *Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	if err != nil {
		p.Fatal(err)
	}
	return ""
}

func (p *play) last() Outgoing { return p.out[len(p.out)-1] }

// TestResendANotice: a notice that bounced goes out as a call to be made; the
// one that failed stays failed, and the call, once made, meets the duty (G7).
func TestResendANotice(t *testing.T) {
	p := solved(t)
	p.do(op, ActNotify, "text", "Ya puede entrar.", "files", FileRef{Hash: "ab", Name: "a.pdf"}.String())
	old := p.last()
	if code := p.again(old, byCall, op); code != RefusedResend {
		t.Errorf("one that waits: %q", code)
	}
	p.delivery("sent")
	p.do(op, ActSubmit)
	p.delivery(Failed)
	p.stands("9.1/7")
	for code, try := range map[string]func() string{
		RefusedRole:     func() string { return p.again(old, byCall, tel) },
		RefusedAssignee: func() string { return p.again(old, byCall, Actor{ID: "op2", Roles: []Role{Operador}}) },
		RefusedEmpty:    func() string { return p.again(old, old.To, op) },
		RefusedResend:   func() string { o := old; o.ID = "c1.7"; return p.again(o, byCall, op) },
	} {
		if got := try(); got != code {
			t.Errorf("got %q, want %q", got, code)
		}
	}
	if err := p.c.Resend(old, byCall, "", op, p.at); err == nil {
		t.Error("without a reason")
	}
	if code := p.again(old, byCall, op); code != "" {
		t.Fatal(code)
	}
	o, e := p.last(), p.events[len(p.events)-1]
	if o.ID == old.ID || o.To != byCall || o.Text != old.Text || !slices.Equal(o.Files, old.Files) || o.Purpose != PurposeNotice || o.By != "op" {
		t.Errorf("%+v", o)
	}
	if e.Act != ActResend || e.Record["resent"] != old.ID || e.Record["reply"] != o.ID || e.Record["to"] != byCall.Value || e.Record["reason"] != bounced || len(e.Steps) > 0 {
		t.Errorf("%+v", e)
	}
	p.cites("G7", "G23")
	if n := p.c.Notices; len(n) != 2 || n[0].State != Failed || n[1].State != Queued || !p.c.Has(FlagUndelivered) || p.c.Unread {
		t.Errorf("%+v", p.c.Notices)
	}
	if code := p.again(old, byCall, op); code != RefusedPending {
		t.Errorf("sent twice: %q", code)
	}
	p.stands("9.1/7")
	p.do(tel, ActAttempt, "outcome", Told)
	p.stands("9.1/8")
	if p.c.Has(FlagUndelivered) {
		t.Error("still undelivered")
	}
	p.do(op, ActSubmit)
	p.review()
}

// TestResendAnOldNotice: after a return the solution is another, and what told
// the first one is not said again.
func TestResendAnOldNotice(t *testing.T) {
	p := solved(t)
	p.do(op, ActNotify, "text", "Ya puede entrar.")
	old := p.last()
	p.delivery("sent")
	p.do(op, ActSubmit)
	p.do(sup, ActReturn, "observation", "Falta decir cómo.")
	p.delivery(Failed)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "Entre por la otra página.", "type", Resolved)
	p.do(op, ActKB, "decision", "existing", "article", "KB-7")
	if code := p.again(old, byCall, op); code != RefusedChanged {
		t.Errorf("%q", code)
	}
}

// TestResendAQuestion: the case waits anew from now on, whatever the way, and
// the question can be taken back like any other; nobody asks it over another one.
func TestResendAQuestion(t *testing.T) {
	p := opened(t)
	p.do(op, ActAsk, "question", "¿Desde cuándo?")
	old := p.last()
	p.delivery(Failed)
	if p.c.Waiting != nil {
		t.Fatal("waits for the answer to a question nobody got")
	}
	if code := p.again(old, byChat, op); code != "" {
		t.Fatal(code)
	}
	if w := p.c.Waiting; w == nil || w.ReplyID != p.last().ID || w.Question != old.Text || !w.Since.Equal(p.last().At) || p.last().Purpose != PurposeQuestion {
		t.Errorf("%+v", w)
	}
	p.cites("G5", "G23")
	if code := p.again(old, byCall, op); code != RefusedWaiting {
		t.Errorf("asked twice: %q", code)
	}
	if err := p.c.Do(ActUnsend, op, nil, p.c.Fresh.At); err != nil {
		t.Fatal(err)
	}
	p.take()
	if p.c.Waiting != nil || !slices.Contains(p.c.TakeCancelled(), p.last().ID) {
		t.Errorf("taken back, it waits: %+v", p.c.Waiting)
	}
	if code := p.again(old, byCall, op); code != "" {
		t.Errorf("after taking it back: %q", code)
	}
	p.refused(RefusedWaiting, op, ActRegister, "problem", "no carga")
	p.delivery(Failed)
	p.triage("no", "no", "no")
	p.do(op, ActSolve, "solution", "s", "type", Resolved)
	if code := p.again(old, byCall, op); code != RefusedStep {
		t.Errorf("a question after the solution: %q", code)
	}
}

// TestResendOtherReplies: a reply is the work of whoever sends it again, on a
// waiting case too; an acknowledgement stays the gateway's; a reminder is for a
// question that waits; a restricted case is for those whom it names.
func TestResendOtherReplies(t *testing.T) {
	p := opened(t)
	p.c.Acknowledge("Recibimos su reporte.", p.at)
	p.take()
	ack := p.last()
	p.delivery(Failed)
	p.do(op, ActReply, "text", "Lo estamos viendo.")
	reply := p.last()
	p.delivery(Failed)
	other := Actor{ID: "op2", Name: "Óscar", Roles: []Role{Operador}}
	if code := p.again(reply, byChat, other); code != "" || p.last().Purpose != PurposeReply || p.last().By != other.ID || !slices.Contains(p.c.Hands, other.ID) {
		t.Errorf("%q %+v, hands %v", code, p.last(), p.c.Hands)
	}
	if code := p.again(ack, byChat, op); code != "" || p.last().Purpose != PurposeAck || p.last().By != string(System) {
		t.Errorf("%q %+v", code, p.last())
	}
	p.do(op, ActAsk, "question", "¿Desde cuándo?")
	if err := p.c.Remind("¿Sigue ahí?", p.at, p.at); err != nil {
		t.Fatal(err)
	}
	p.take()
	reminder := p.last()
	p.delivery(Failed)
	if code := p.again(reminder, byChat, op); code != "" || p.c.Waiting == nil || p.c.Waiting.ReplyID == p.last().ID {
		t.Errorf("%q %+v", code, p.c.Waiting)
	}
	p.do(op, ActResume, "reason", "llamó")
	if code := p.again(reminder, byChat, op); code != RefusedResend {
		t.Errorf("a reminder of nothing: %q", code)
	}
	p.do(sup, ActFlag, "flag", "restricted", "reason", "denuncia")
	p.do(sup, ActAssign, "user", sup.ID)
	if code := p.again(reply, byCall, Actor{ID: "op3", Roles: []Role{Operador}}); code != RefusedRestricted {
		t.Errorf("a restricted case: %q", code)
	}
}
