package whatsapp

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Every end of a session is a state that says what to do.
func TestEnds(t *testing.T) {
	ends := map[State]func(h *house){
		Banned: func(h *house) {
			h.server.Refuse(&loopback.Refusal{Reason: 402, Code: 101, Expire: time.Hour})
			h.desk.Drop()
		},
		Outdated: func(h *house) { h.server.Refuse(&loopback.Refusal{Reason: 405}); h.desk.Drop() },
		Refused:  func(h *house) { h.server.Refuse(&loopback.Refusal{Reason: 429}); h.desk.Drop() },
		Replaced: func(h *house) { h.desk.StreamError("", "replaced") },
	}
	for state, end := range ends {
		t.Run(string(state), func(t *testing.T) {
			h := newHouse(t)
			end(h)
			h.is(state)
			s := h.account.Status()
			if s.Until.Before(time.Now().Add(time.Minute)) {
				t.Errorf("tried again too soon: %+v", s)
			}
			if state == Banned && s.Until.Before(time.Now().Add(50*time.Minute)) {
				t.Errorf("tried again during the ban: %v", s.Until)
			}
			if err := h.send("r1", "x"); err == nil {
				t.Error("sent while not connected")
			}
			h.server.Refuse(nil)
			h.account.StartPairing() // a person wants to try now
			h.is(Connected)
		})
	}
}

// A phone that unlinks the account is told of, and can link it again; replies
// to people who wrote before go out afterwards.
func TestUnlinked(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	h.desk.Unlink()
	h.is(LoggedOut)
	h.link()
	if err := h.send("r1", "seguimos"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.Await(1, time.Minute); err != nil {
		t.Error(err)
	}
}

// A ban outlives a restart: the program does not knock again before its end.
func TestBanOutlivesRestart(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	h.server.Refuse(&loopback.Refusal{Reason: 402, Code: 101, Expire: time.Hour})
	h.desk.Drop()
	h.is(Banned)
	until := h.account.Status().Until
	h.stop()
	_, _, before := h.desk.Linked()
	h.server.Refuse(nil) // whoever knocks now would be let in
	h.start()
	h.is(Banned)
	var later *channels.LaterError
	if err := h.send("r1", "diga"); !errors.As(err, &later) || later.At.Sub(until).Abs() > 30*time.Second {
		t.Errorf("a reply during the ban: %v", err)
	}
	if _, _, after := h.desk.Linked(); after != before || h.account.Status().Until.Sub(until).Abs() > 30*time.Second {
		t.Errorf("%d logins during the ban, until %v", after-before, h.account.Status().Until)
	}
	h.account.StartPairing() // a person knows better
	h.is(Connected)
	h.stop()
	h.start()
	h.is(Connected)
}

// An account is linked by a code too, and unlinked from here.
func TestCodeAndUnlink(t *testing.T) {
	h := bareHouse(t)
	h.start()
	h.is(Unlinked)
	code, err := h.account.PairingCode(t.Context(), h.desk.Number())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.desk.EnterCode(code); err != nil {
		t.Fatal(err)
	}
	h.is(Connected)
	if _, err := h.account.PairingCode(t.Context(), h.desk.Number()); err == nil {
		t.Error("a code for an account that is linked")
	}
	h.until("being on line", func() bool { _, online, _ := h.desk.Linked(); return online == 1 })
	if err := h.account.Unlink(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.is(LoggedOut)
	if devices, _, _ := h.desk.Linked(); devices != 0 {
		t.Error("the phone still lists it")
	}
}

// A client that lost its connection without an event is not left alone.
func TestStuck(t *testing.T) {
	h := bareHouse(t)
	h.start()
	h.account.stuck = 500 * time.Millisecond // before anybody reads it: nothing is linked yet
	h.link()
	h.account.mu.Lock()
	l := h.account.live
	h.account.mu.Unlock()
	l.client.Disconnect()
	h.says("¿hay alguien?")
	h.accepted(1)
}

// Lost connections come back by themselves, and nothing is lost meanwhile.
func TestReconnect(t *testing.T) {
	h := newHouse(t)
	for i := range 10 {
		h.says(fmt.Sprint(i))
		h.desk.Drop()
		h.says(fmt.Sprint(i, " bis"))
	}
	h.accepted(20)
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	if n := len(h.host.reports()); n != 20 {
		t.Errorf("%d raws", n)
	}
	h.server.Away(true)
	h.desk.Drop()
	h.is(Connecting)
	h.server.Away(false)
	h.is(Connected)
}

// Minutes of bad weather in seconds: connections break all the time while people
// write and are answered. Nothing is lost or doubled, nothing is left running.
func TestBadWeather(t *testing.T) {
	before := runtime.NumGoroutine()
	h := newHouse(t)
	people := []*loopback.Phone{h.ana}
	for i := range 5 {
		people = append(people, h.server.Phone(fmt.Sprintf("+5917000000%d", i), "vecino"))
	}
	const n = 300
	for i := range n {
		if _, err := people[i%len(people)].Say(h.desk, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if i%25 == 24 {
			h.desk.Drop()
		}
		time.Sleep(5 * time.Millisecond)
	}
	h.accepted(n)
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	if got := len(h.host.reports()); got != n {
		t.Errorf("%d of %d messages", got, n)
	}
	for _, p := range people {
		h.until("an answer to "+p.Number(), func() bool {
			return h.account.Send(t.Context(), channels.Reply{ID: "r" + p.Number(), To: channels.Address{Value: p.Number()}, Text: "recibido"}) == nil
		})
		if got, err := p.Await(1, time.Minute); err != nil || len(got) != 1 {
			t.Errorf("%s got %d, %v", p.Number(), len(got), err)
		}
	}
	h.stop()
	h.server.Close()
	h.options.HTTP.CloseIdleConnections()
	h.until("everything to end", func() bool { return runtime.NumGoroutine() <= before+3 })
}

// When another number is linked in the place of one that was lost, nobody is
// written to from it who wrote to the lost one only: for the new number that would
// be a first contact. Linked again, the same number goes on.
func TestAnotherNumber(t *testing.T) {
	h := newHouse(t)
	h.says("no carga el portal")
	h.accepted(1)
	old := h.desk
	old.Unlink()
	h.is(LoggedOut)
	h.desk = h.server.Phone("+59171200009", "Mesa nueva")
	h.link()
	var permanent *channels.PermanentError
	if err := h.send("r1", "¿sigue igual?"); !errors.As(err, &permanent) {
		t.Errorf("from the new number: %v", err)
	}
	h.says("hola, aquí también")
	h.accepted(2)
	h.until("the chat with the new number", func() bool { return h.send("r2", "diga") == nil })
	got, err := h.ana.Await(1, time.Minute)
	if err != nil || len(got) != 1 || got[0].Text() != "diga" {
		t.Errorf("Ana got %+v, %v", got, err)
	}
	h.desk.Unlink()
	h.is(LoggedOut)
	h.link()
	if err := h.send("r3", "listo"); err != nil {
		t.Errorf("from the same number, linked again: %v", err)
	}
}

// A reply that is written while the number is unlinked waits, with the reason, and
// goes out when the same number is linked again.
func TestReplyWaitsForLink(t *testing.T) {
	h, st := newDesk(t)
	said := h.says("El portal de trámites no abre desde ayer, sale error 502")
	if _, err := h.ana.Await(1, time.Minute); err != nil { // the acknowledgement
		t.Fatal(err)
	}
	h.desk.Unlink()
	h.is(LoggedOut)
	h.replies(st, caseOf(h, st, said), tickets.Record{"text": "¿Desde qué navegador?"})
	h.until("the reason", func() bool {
		list, err := st.Outbox(t.Context(), store.OutboxFilter{Limit: 10})
		return err == nil && slices.ContainsFunc(list, func(o store.Outgoing) bool {
			return o.Purpose == tickets.PurposeReply && o.State == channels.Queued && strings.Contains(o.Error, "desvinculó")
		})
	})
	h.link()
	h.later(st, 2*someday)
	got, err := h.ana.Await(2, time.Minute)
	if err != nil || !strings.HasPrefix(got[1].Text(), "¿Desde qué navegador?") {
		t.Errorf("Ana got %+v, %v", got, err)
	}
}
