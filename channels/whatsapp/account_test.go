package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
)

// A citizen writes, is answered, and every step of the answer is known.
func TestConversation(t *testing.T) {
	for name, form := range map[string]loopback.Addressing{
		"hidden": loopback.ByHidden, "number": loopback.ByNumber, "number only": loopback.NumberOnly,
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.ana.Addressing = form
			said := h.says("no carga el portal")
			rep := h.accepted(1)[0]
			if rep.Kind != channels.Human || rep.Said != "no carga el portal" || rep.From != (channels.Address{Medium: channels.WhatsApp, Value: "+59176543210", Name: "Ana Quispe"}) {
				t.Errorf("report: %+v", rep)
			}
			h.until("the ticks", func() bool { return h.ana.Tick(said) == "delivered" && h.desk.Waiting() == 0 })
			if err := h.send("r1@mesa", "lo revisamos"); err != nil {
				t.Fatal(err)
			}
			got, err := h.ana.Await(1, time.Minute)
			if err != nil || got[0].Text() != "lo revisamos" || got[0].ID != messageID("r1@mesa") {
				t.Fatalf("Ana got %+v, %v", got, err)
			}
			h.until("delivery", func() bool { return slices.Contains(h.host.states("r1@mesa"), channels.Reached) })
			h.ana.ReadAll()
			h.until("reading", func() bool { return slices.Contains(h.host.states("r1@mesa"), channels.Read) })
			s := h.account.Status()
			if s.Number != "+59171200000" || s.LastIn.IsZero() || s.LastOut.IsZero() || s.QR != "" {
				t.Errorf("status: %+v", s)
			}
		})
	}
}

// Where only the hidden id is known, the person has an address of its own kind
// and is answered in the chat they wrote from.
func TestHiddenOnly(t *testing.T) {
	h := newHouse(t)
	h.ana.Addressing = loopback.HiddenOnly
	h.says("hola, no puedo entrar")
	if from := h.accepted(1)[0].From.Value; from != "lid:"+h.ana.Hidden() {
		t.Fatalf("from %q", from)
	}
	err := h.account.Send(t.Context(), channels.Reply{ID: "r1", To: channels.Address{Value: "lid:" + h.ana.Hidden()}, Text: "diga"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.Await(1, time.Minute); err != nil {
		t.Error(err)
	}
}

// Nobody is written to who did not write first.
func TestNoFirstContact(t *testing.T) {
	h := newHouse(t)
	var permanent *channels.PermanentError
	if err := h.send("r1", "hola"); !errors.As(err, &permanent) {
		t.Errorf("a stranger was written to: %v", err)
	}
	if n := len(h.ana.Inbox()); n != 0 {
		t.Errorf("%d messages", n)
	}
}

// While the desk's database is down, what comes is kept in the session and
// acknowledged; while the session's is, nothing is: a commit that fails is tried
// again at once, and when it fails for longer the connection begins anew and
// WhatsApp delivers again. Nothing is lost, nothing comes twice.
func TestDatabaseDown(t *testing.T) {
	for name, breakIt := range map[string]func(h *house){
		"the desk's for a moment": func(h *house) { h.host.fail(failing(1)) },
		"the desk's for longer":   func(h *house) { h.host.fail(failing(12)) },
		"the session's for a moment": func(h *house) {
			h.sabotage()
			time.AfterFunc(100*time.Millisecond, h.repair)
		},
		"the session's for longer": func(h *house) {
			h.sabotage()
			time.AfterFunc(8*time.Second, h.repair)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			breakIt(h)
			var want []string
			for i := range 5 {
				want = append(want, fmt.Sprint("mensaje ", i))
				h.says(want[i])
			}
			h.accepted(5)
			h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
			got := h.host.said()
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("accepted: %q", got)
			}
		})
	}
}

// A handler that panics has not succeeded.
func TestPanic(t *testing.T) {
	h := bareHouse(t)
	var bug atomic.Bool
	h.options.Now = func() time.Time {
		if bytes.Contains(debug.Stack(), []byte("(*live).handle(")) && bug.CompareAndSwap(true, false) {
			panic("a bug")
		}
		return time.Now()
	}
	h.start()
	h.link()
	bug.Store(true)
	h.says("importante")
	h.accepted(1)
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
}

// A program that ends before the desk took what came hands it over at its next
// start; what it could not write down WhatsApp delivers again.
func TestRestart(t *testing.T) {
	for name, acknowledged := range map[string]bool{"kept in the session": true, "kept nowhere": false} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.says("primero")
			h.accepted(1)
			h.host.fail(func() error { return errDown })
			if !acknowledged {
				h.sabotage()
			}
			h.says("segundo")
			h.says("tercero")
			if acknowledged {
				h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
			} else {
				h.until("a try that failed", func() bool {
					h.account.mu.Lock()
					defer h.account.mu.Unlock()
					return h.account.live.resets > 0
				})
				if h.desk.Waiting() != 2 {
					t.Errorf("%d messages wait at WhatsApp", h.desk.Waiting())
				}
			}
			h.desk.Drop()
			h.repair()
			h.stop()
			h.host.fail(nil)
			if n := len(h.host.reports()); n != 1 {
				t.Fatalf("%d raws before the restart", n)
			}
			h.start()
			h.is(Connected)
			h.accepted(3)
			h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
			got := h.host.said()
			if !acknowledged { // the third may find the session mended before the second is delivered again
				slices.Sort(got)
			}
			if !slices.Equal(got, []string{"primero", "segundo", "tercero"}) {
				t.Errorf("accepted: %q", got)
			}
			h.until("nothing being left in the session", func() bool { return h.account.Status().Work == 0 })
		})
	}
}

// One that the desk cannot take does not hold up what came after it.
func TestOneThatIsRefused(t *testing.T) {
	h := newHouse(t)
	h.host.refuse = "veneno"
	h.says("uno")
	h.says("veneno")
	h.says("dos")
	h.until("the others", func() bool { return slices.Equal(h.host.said(), []string{"uno", "dos"}) })
	h.until("one being left", func() bool { return h.account.Status().Work == 1 })
	h.host.mu.Lock()
	h.host.refuse = ""
	h.host.mu.Unlock()
	h.accepted(3)
}

// A backlog of 1,000 messages is taken in order, each once.
func TestBacklog(t *testing.T) {
	h := newHouse(t)
	h.stop()
	h.until("being off line", func() bool { _, online, _ := h.desk.Linked(); return online == 0 })
	const n = 1000
	for i := range n {
		h.says(fmt.Sprint(i))
	}
	began := time.Now()
	h.start()
	h.until("the whole backlog", func() bool { h.host.mu.Lock(); defer h.host.mu.Unlock(); return len(h.host.raws) >= n })
	t.Logf("%d messages in %v", n, time.Since(began).Round(time.Millisecond))
	for i, said := range h.host.said() {
		if said != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, said)
		}
	}
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
}

// A reply whose acknowledgement was lost is sent again under the same id; the
// person sees it once. What was acknowledged is not sent again.
func TestSameID(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	h.server.LoseAcks(true)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	to, tried := channels.Address{Value: h.ana.Number()}, make(chan error, 1)
	go func() { tried <- h.account.Send(ctx, channels.Reply{ID: "r1", To: to, Text: "diga"}) }()
	if _, err := h.ana.Await(1, time.Minute); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-tried; err == nil {
		t.Fatal("sent without an acknowledgement")
	}
	h.server.LoseAcks(false)
	h.stop()
	h.start()
	h.is(Connected)
	for range 2 {
		if err := h.account.Send(t.Context(), channels.Reply{ID: "r1", To: to, Text: "otra cosa"}); err != nil {
			t.Fatal(err)
		}
	}
	h.until("the repetition", func() bool { return len(h.ana.Inbox()) == 1 && h.ana.Inbox()[0].Times == 2 })
	if got := h.ana.Inbox()[0]; got.Text() != "diga" || got.ID != messageID("r1") {
		t.Errorf("Ana got %+v", got)
	}
}

// A phone that could not decrypt a reply gets it again, even after a restart.
func TestRetryAfterRestart(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	if err := h.send("r1", "su caso es el 12"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.Await(1, time.Minute); err != nil {
		t.Fatal(err)
	}
	h.stop()
	h.start()
	h.is(Connected)
	if err := h.ana.AskAgain(messageID("r1")); err != nil {
		t.Fatal(err)
	}
	h.until("the second copy", func() bool { return h.ana.Inbox()[0].Times == 2 })
}

// What WhatsApp refuses is told apart: for good, or for now.
func TestRefusedSends(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	for code, forGood := range map[int]bool{463: true, 479: true, 429: false} {
		h.server.RefuseSends(h.ana, code)
		err := h.send(fmt.Sprint("r", code), "diga")
		var permanent *channels.PermanentError
		if err == nil || errors.As(err, &permanent) != forGood {
			t.Errorf("%d: %v", code, err)
		}
	}
	h.server.RefuseSends(h.ana, 0)
	if err := h.send("r429", "diga"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// What is over a limit waits, and says until when and why.
func TestLimits(t *testing.T) {
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	var o outgo
	for i := range perMinute {
		if at, why := o.room("a", now, 8); at.After(now) {
			t.Fatalf("message %d must wait: %s", i, why)
		}
		o.note("a", now)
		now = now.Add(time.Second)
	}
	if at, why := o.room("a", now, 8); at.Sub(now) != time.Minute-perMinute*time.Second || why == "" {
		t.Errorf("one chat: in %v, %q", at.Sub(now), why)
	}
	for range 2 {
		if at, _ := o.room("b", now, 8); at.After(now) {
			t.Error("another chat must wait")
		}
		o.note("b", now)
	}
	if at, why := o.room("c", now, 8); at.Sub(now) != time.Hour-perMinute*time.Second || why == "" {
		t.Errorf("one number: in %v, %q", at.Sub(now), why)
	}
	if at, _ := o.room("a", now.Add(time.Hour), 8); at.After(now.Add(time.Hour)) || len(o.times) != 0 {
		t.Errorf("an hour later: %v, %d remembered", at, len(o.times))
	}
	h := newHouse(t)
	h.account.o.PerHour = 1
	h.says("hola")
	h.accepted(1)
	var later *channels.LaterError
	if err := errors.Join(h.send("r1", "uno"), h.send("r1", "uno")); err != nil { // the second has gone already
		t.Fatal(err)
	}
	for _, when := range []string{"at once", "after a restart"} {
		if err := h.send("r2", "dos"); !errors.As(err, &later) || later.At.Before(time.Now().Add(50*time.Minute)) {
			t.Errorf("over the limit, %s: %v", when, err)
		}
		h.stop()
		h.options.PerHour = 1
		h.start()
		h.is(Connected)
	}
}

// Before a message goes out somebody is seen typing, and messages keep a distance.
func TestPace(t *testing.T) {
	h := bareHouse(t)
	h.options.Pace = 200 * time.Millisecond
	h.start()
	h.link()
	h.says("hola")
	h.accepted(1)
	began := time.Now()
	for i := range 3 {
		if err := h.send(fmt.Sprint("r", i), "diga"); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took < 200*time.Millisecond {
		t.Errorf("three messages in %v", took)
	}
	h.until("typing", func() bool { return h.ana.Typing() == 3 })
}
