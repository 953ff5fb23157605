package tickets

import (
	"slices"
	"testing"
	"time"
)

// TestUnsend: a reply, a question and a notice are taken back by whoever sent
// them, within the time, once, and leave the case as before the sending.
func TestUnsend(t *testing.T) {
	for act, rec := range map[Act][]string{ActReply: {"text", "ya está"}, ActAsk: {"question", "¿cuándo?"}} {
		p := opened(t)
		p.do(op, act, rec...)
		reply := p.c.Fresh.ReplyID
		if err := p.c.Do(ActUnsend, Actor{ID: "otra", Roles: []Role{Operador}}, nil, p.at); err == nil {
			t.Errorf("%s: taken back by another person", act)
		}
		if err := p.c.Do(ActUnsend, op, nil, p.c.Fresh.At.Add(UndoFor)); err == nil {
			t.Errorf("%s: taken back too late", act)
		}
		if err := p.c.Do(ActUnsend, op, nil, p.c.Fresh.At.Add(UndoFor-time.Second)); err != nil {
			t.Fatalf("%s: %v", act, err)
		}
		if p.c.Waiting != nil || len(p.c.Waits) > 0 || !slices.Contains(p.c.TakeCancelled(), reply) {
			t.Errorf("%s: after taking it back the case waits: %+v", act, p.c.Waiting)
		}
		if err := p.c.Do(ActUnsend, op, nil, p.at); err == nil {
			t.Errorf("%s: taken back twice", act)
		}
	}
	p := solved(t)
	p.do(op, ActNotify, "text", "Pruebe otra vez.")
	if err := p.c.Do(ActUnsend, op, nil, p.c.Fresh.At); err != nil {
		t.Fatal(err)
	}
	p.stands("9.1/7")
	if n := p.c.Notices[0]; n.State != Cancelled {
		t.Errorf("the notice is %s", n.State)
	}
	p.do(op, ActNotify, "text", "Pruebe de nuevo.")
	p.delivery("sent")
	p.stands("9.1/8")
	if err := p.c.Do(ActUnsend, op, nil, p.at); err == nil {
		t.Error("taken back after the channel took it")
	}
}
