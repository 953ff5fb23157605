package whatsapp

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// With the real router and store: a message becomes a case, the case's code
// comes back on WhatsApp, and what follows finds its way into the case.
func TestIntoCases(t *testing.T) {
	h := newHouse(t)
	h.stop()
	st := storetest.Open(t, storetest.SQLite(t), nil)
	a, err := New(h.options)
	if err != nil {
		t.Fatal(err)
	}
	h.account = a
	r, err := router.New(t.Context(), router.Options{
		Store: st, Channels: []channels.Channel{a}, Log: zerolog.Nop(), Now: time.Now, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.bo",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		channels.NewSupervisor(r.Desk("test"), zerolog.Nop(), time.Now).Run(ctx, []channels.Channel{a})
	})
	all.Go(func() { r.Run(ctx) })
	h.stop = func() { cancel(); all.Wait(); h.stop = nil }
	h.is(Connected)

	first := h.says("El portal de trámites no abre desde ayer, sale error 502")
	ack, err := h.ana.Await(1, 20*time.Second)
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
	h.ana.Call(h.desk)
	want := []store.Verdict{store.FateCall, store.FateMessage, store.FateMessage, store.FateMessage, store.FateCase}
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
	for _, s := range []string{"es en Firefox", "Reaccionó con 🙏", "Corrigió un mensaje anterior. Ahora dice:\nsale error 503"} {
		if !slices.Contains(said, s) {
			t.Errorf("not in the case: %q\n%q", s, said)
		}
	}
	calls, err := st.Calls(t.Context(), 10, store.CallMissed)
	if err != nil || len(calls) != 1 || calls[0].Number != h.ana.Number() {
		t.Errorf("calls: %+v, %v", calls, err)
	}
}

// settled waits until the ledger has n entries with their fate, the newest first.
func settled(h *house, st *store.Store, n int) (list []store.Entry) {
	h.Helper()
	h.until("fates", func() bool {
		var err error
		if list, err = st.Ledger(h.Context(), store.LedgerFilter{Limit: 50}); err != nil {
			h.Fatal(err)
		}
		return len(list) == n && !slices.ContainsFunc(list, func(e store.Entry) bool { return e.Fate == store.FatePending })
	})
	return list
}
