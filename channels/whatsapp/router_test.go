package whatsapp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/router"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// With the real router and store: a message becomes a case, the case's code
// comes back on WhatsApp, and what follows finds its way into the case.
func TestIntoCases(t *testing.T) {
	h, st := newDesk(t)
	first := h.says("El portal de trámites no abre desde ayer, sale error 502")
	ack, err := h.ana.Await(1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	c := settled(h, st, 1)[0]
	if c.Fate != store.FateCase || !strings.Contains(ack[0].Text(), c.Code) {
		t.Fatalf("ledger %+v, acknowledgement %q", c, ack[0].Text())
	}
	h.ana.ReadAll()
	h.until("the acknowledgement being read", func() bool {
		out, err := st.Outbox(t.Context(), store.OutboxFilter{Limit: 10})
		return err == nil && len(out) == 1 && out[0].State == channels.Read
	})

	for _, f := range []func() (string, error){
		func() (string, error) { return h.ana.Answer(h.desk, ack[0], "es en Firefox") },
		func() (string, error) { return h.ana.React(h.desk, ack[0].ID, "🙏") },
		func() (string, error) { return h.ana.Edit(h.desk, first, "sale error 503") },
	} {
		if _, err := f(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.desk.SayHere(h.ana, "¿con qué usuario entra?"); err != nil {
		t.Fatal(err)
	}
	settled(h, st, 5)
	h.ana.Call(h.desk)
	want := []store.Verdict{store.FateCall, store.FateMessage, store.FateMessage, store.FateMessage, store.FateMessage, store.FateCase}
	entries := settled(h, st, len(want))
	for i, e := range entries {
		if e.Fate != want[i] || e.Fate == store.FateMessage && e.Ticket != c.Ticket {
			t.Errorf("entry %d: %s (%s) in %s", i, e.Fate, e.Cause, e.Ticket)
		}
	}
	thread, err := st.Thread(t.Context(), c.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range thread {
		said = append(said, m.Said)
	}
	for _, s := range []string{"¿con qué usuario entra?", "es en Firefox", "Reaccionó con 🙏", "Corrigió un mensaje anterior. Ahora dice:\nsale error 503"} {
		if !slices.Contains(said, s) {
			t.Errorf("not in the case: %q\n%q", s, said)
		}
	}
	calls, err := st.Calls(t.Context(), 10, store.CallMissed)
	if err != nil || len(calls) != 1 || calls[0].Number != h.ana.Number() {
		t.Errorf("calls: %+v, %v", calls, err)
	}
}

// Somebody who was a hidden id only is known by number as soon as a message
// carries both: one person, one case, and answers reach the chat either way.
func TestMappingComesLate(t *testing.T) {
	h, st := newDesk(t)
	ctx := t.Context()
	h.ana.Addressing = loopback.HiddenOnly
	h.says("no me llega el código de verificación")
	c := settled(h, st, 1)[0]
	h.ana.Addressing = loopback.ByHidden
	h.says("ya lo pedí tres veces")
	if e := settled(h, st, 2)[0]; e.Fate != store.FateMessage || e.Ticket != c.Ticket {
		t.Fatalf("the second message: %s (%s) in %s, not %s", e.Fate, e.Cause, e.Ticket, c.Ticket)
	}
	tk, err := st.Ticket(ctx, c.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	all, err := st.Addresses(ctx, tk.Person)
	var known []string
	for _, a := range all {
		known = append(known, a.Value)
	}
	slices.Sort(known)
	if want := []string{h.ana.Number(), "lid:" + h.ana.Hidden()}; err != nil || !slices.Equal(known, want) {
		t.Errorf("the person is known by %q, not %q (%v)", known, want, err)
	}

	// Two histories, two persons: they become one when the mapping comes.
	luis := h.server.Phone("+59170000099", "Luis")
	luis.Addressing = loopback.HiddenOnly
	if _, err := luis.Say(h.desk, "el portal sale con error 502 para todos"); err != nil {
		t.Fatal(err)
	}
	byHidden := settled(h, st, 3)[0]
	luis.Addressing = loopback.NumberOnly
	if _, err := luis.Say(h.desk, "olvidé mi contraseña"); err != nil {
		t.Fatal(err)
	}
	byNumber := settled(h, st, 4)[0]
	luis.Addressing = loopback.ByHidden
	if _, err := luis.Say(h.desk, "¿alguna novedad?"); err != nil {
		t.Fatal(err)
	}
	last := settled(h, st, 5)[0]
	if byNumber.Ticket == byHidden.Ticket || last.Ticket != byNumber.Ticket && last.Ticket != byHidden.Ticket {
		t.Errorf("cases %s, %s, %s", byNumber.Ticket, byHidden.Ticket, last.Ticket)
	}
	err = st.Write(ctx, func(tx *store.Tx) error {
		a, err := tx.FindPerson(tickets.Contact{Medium: "whatsapp", Value: luis.Number()})
		if err != nil {
			return err
		}
		b, err := tx.FindPerson(tickets.Contact{Medium: "whatsapp", Value: "lid:" + luis.Hidden()})
		if a != b {
			t.Errorf("two persons, %s and %s", a, b)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Every kind of message, sent over the wire by somebody with a case, ends in a
// case of theirs whose thread says it.
func TestKindsIntoCases(t *testing.T) {
	h, st := newDesk(t)
	type sender struct {
		*loopback.Phone
		name, said string
	}
	var all []sender
	for name, k := range allKinds() {
		if k.kind == channels.Aside {
			continue // opens and tells nothing: TestKinds, TestIntoCases
		}
		if name == "text" {
			continue // a greeting, which waits for its matter; a text opens each case here
		}
		p := h.server.Phone(fmt.Sprintf("+591730%05d", len(all)), name)
		all = append(all, sender{p, name, k.said})
		if _, err := p.Say(h.desk, "El portal de trámites no abre, sale error 502"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Send(h.desk, loopback.Draft{Message: k.m}); err != nil {
			t.Fatal(err)
		}
	}
	told := func(s sender) bool {
		_, thread := h.casesOf(st, s.Number())
		return slices.ContainsFunc(thread, func(m store.Message) bool { return m.Direction == store.In && m.Said == s.said })
	}
	for end := time.Now().Add(time.Minute); len(all) > 0 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		all = slices.DeleteFunc(all, told)
	}
	for _, s := range all {
		t.Errorf("%s: no case says %q", s.name, s.said)
	}
}

// newDesk is a house whose account works for the real router on a real store.
func newDesk(t *testing.T, scanner ...channels.Scanner) (*house, *store.Store) {
	t.Helper()
	h := newHouse(t)
	h.stop()
	st := storetest.Open(t, storetest.SQLite(t), h.clock)
	h.work(st, scanner...)
	return h, st
}

// work runs the account, the router and a supervisor.
func (h *house) work(st *store.Store, scanner ...channels.Scanner) {
	h.Helper()
	a, err := New(h.options)
	if err != nil {
		h.Fatal(err)
	}
	h.account = a
	o := router.Options{
		Store: st, Channels: []channels.Channel{a}, Log: zerolog.Nop(), Now: h.clock, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.bo",
	}
	for _, s := range scanner {
		o.Scanner = s
	}
	r, err := router.New(h.Context(), o)
	if err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(h.Context())
	var all sync.WaitGroup
	all.Go(func() {
		channels.NewSupervisor(r.Desk("test"), zerolog.Nop(), h.clock).Run(ctx, []channels.Channel{a})
	})
	all.Go(func() { r.Run(ctx) })
	h.stop = func() { cancel(); all.Wait(); h.stop = nil }
	h.is(Connected)

}

// settled waits until the ledger has n entries with their fate, the newest first.
func settled(h *house, st *store.Store, n int) (list []store.Entry) {
	h.Helper()
	h.until("fates", func() bool {
		var err error
		if list, err = st.Ledger(h.Context(), store.LedgerFilter{Limit: 50}); err != nil {
			h.Fatal(err)
		}
		return len(list) == n && !slices.ContainsFunc(list, func(e store.Entry) bool { return e.Fate == store.FatePending || e.Fate == store.FateGathering })
	})
	return list
}
