package whatsapp

import (
	"context"
	"path/filepath"
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
	"ventanilla/tickets/store/storetest"
)

// One person writes to two numbers of the office: what goes on with a case joins
// it, whichever number it was said to; a case is answered from the number on which
// it began, and quotes nothing that was said to the other.
func TestTwoNumbers(t *testing.T) {
	h := newHouse(t)
	h.stop()
	st := storetest.Open(t, storetest.SQLite(t), h.clock)
	second := h.options
	second.Name, second.Database = "segunda", filepath.Join(t.TempDir(), "wa2.db")
	var all []channels.Channel
	for _, o := range []Options{h.options, second} {
		a, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	r, err := router.New(t.Context(), router.Options{Store: st, Channels: all, Log: zerolog.Nop(), Now: h.clock, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.bo"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { channels.NewSupervisor(r.Desk("test"), zerolog.Nop(), h.clock).Run(ctx, all) })
	running.Go(func() { r.Run(ctx) })
	h.stop = func() { cancel(); running.Wait(); h.stop = nil }
	first, other := h.desk, h.server.Phone("+59171200009", "Mesa dos")
	h.account = all[0].(*Account)
	h.is(Connected)
	h.account, h.desk = all[1].(*Account), other
	h.link()

	say := func(to *loopback.Phone, words string) string {
		t.Helper()
		id, err := h.ana.Say(to, words)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	got := func(n int) loopback.Received {
		t.Helper()
		list, err := h.ana.Await(n, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return list[n-1]
	}
	one := caseOf(h, st, say(first, "El portal de trámites no abre desde ayer, sale error 502"))
	if ack := got(1); ack.From != first {
		t.Errorf("acknowledged from %s", ack.From.Name)
	}
	there := say(other, "sale error 502 también en el celular")
	if c := caseOf(h, st, there); c != one {
		t.Errorf("the same matter, said to the other number, is another case")
	}
	two := caseOf(h, st, say(other, "Otra cosa, aparte de eso: no me llega el código de verificación de Ciudadanía Digital por SMS"))
	if ack := got(2); two == one || ack.From != other {
		t.Errorf("the other matter is in %s, acknowledged from %s", two, ack.From.Name)
	}
	h.replies(st, two, tickets.Record{"text": "Pida otro código."})
	if m := got(3); m.From != other || !strings.HasPrefix(m.Text(), "Pida otro") {
		t.Errorf("the second case was answered from %s: %q", m.From.Name, m.Text())
	}
	h.replies(st, one, tickets.Record{"text": "Pruebe ahora.", "quote": h.messageOf(st, one, there)})
	m := got(4)
	if m.From != first || m.Message.GetExtendedTextMessage().GetContextInfo().GetStanzaID() != "" {
		t.Errorf("the first case was answered from %s: %v", m.From.Name, m.Message)
	}
	h.until("the case showing no quote", func() bool {
		thread, err := st.Thread(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		last := thread[len(thread)-1]
		return last.Said == "Pruebe ahora." && last.Quotes == ""
	})
}
