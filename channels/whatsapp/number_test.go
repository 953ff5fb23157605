package whatsapp

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Somebody changes their number: the account stays, and so does the person. Who
// gets the old number then is somebody else: they join no case of the first one,
// and an answer that still waits for the first one does not go to them.
func TestNumberPassedOn(t *testing.T) {
	h, st := newDesk(t)
	old := h.ana.Number()
	h.says("El portal de trámites no abre desde ayer, sale error 502")
	if _, err := h.ana.Await(1, time.Minute); err != nil { // the acknowledgement
		t.Fatal(err)
	}
	first := settled(h, st, 1)[0]

	h.ana.Renumber("+59176000001")
	h.says("sale error 502 también en el celular")
	if e := settled(h, st, 2)[0]; e.Fate != store.FateMessage || e.Ticket != first.Ticket {
		t.Fatalf("from the new number: %s (%s) in %s, not %s", e.Fate, e.Cause, e.Ticket, first.Ticket)
	}

	rosa := h.server.Phone(old, "Rosa")
	if _, err := rosa.Say(h.desk, "¿alguna novedad de mi trámite del portal? sale error 502"); err != nil {
		t.Fatal(err)
	}
	e := settled(h, st, 3)[0]
	if e.Fate != store.FateCase || e.Ticket == first.Ticket || e.Address != "lid:"+rosa.Hidden() {
		t.Fatalf("from the old number: %s (%s) in %s, by %s", e.Fate, e.Cause, e.Ticket, e.Address)
	}
	if _, err := rosa.Await(1, time.Minute); err != nil { // she has an answer of her own
		t.Fatal(err)
	}
	_, thread := h.casesOf(st, "lid:"+rosa.Hidden())
	if len(thread) == 0 || !slices.Contains(thread[0].Defects, "number-passed-on:"+old) {
		t.Errorf("the case does not tell of the number: %+v", thread)
	}
	if _, err := rosa.Say(h.desk, "sale error 502 en Firefox"); err != nil {
		t.Fatal(err)
	}
	if e := settled(h, st, 4)[0]; e.Ticket == first.Ticket {
		t.Errorf("her second message is in the other's case")
	}

	h.replies(st, first.Ticket, tickets.Record{"text": "Ya está resuelto."})
	if got, err := h.ana.Await(2, time.Minute); err != nil || got[1].From != h.desk {
		t.Errorf("the first one got %+v, %v", got, err)
	}
	for _, m := range rosa.Inbox() {
		if m.Text() == "Ya está resuelto." {
			t.Error("the answer for the first one went to whoever has the number now")
		}
	}
}

// A message is quoted in the chat where it was said, whatever that was called
// then; where it cannot be shown the case does not say so.
func TestQuoteUnderAnotherAddress(t *testing.T) {
	h, st := newDesk(t)
	h.ana.Addressing = loopback.NumberOnly
	said := []string{h.says("El portal de trámites no abre desde ayer, sale error 502"), ""}
	if _, err := h.ana.Await(1, time.Minute); err != nil { // the acknowledgement
		t.Fatal(err)
	}
	ticket := settled(h, st, 1)[0].Ticket
	h.ana.Addressing = loopback.ByHidden
	said[1] = h.says("sale error 502 también en el celular")
	settled(h, st, 2)
	h.replies(st, ticket, tickets.Record{"text": "¿Desde qué navegador?", "quote": h.messageOf(st, ticket, said[0])})
	got, err := h.ana.Await(2, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if c := got[1].Message.GetExtendedTextMessage().GetContextInfo(); c.GetStanzaID() != said[0] || c.GetParticipant() != h.ana.Hidden()+"@lid" {
		t.Errorf("said under the number, the phone shows %v", got[1].Message)
	}

}

// Where the chat with a person is known by the hidden id alone, what they said
// under their number cannot be shown above a reply, and the case does not say that
// it is.
func TestQuoteThatCannotBeShown(t *testing.T) {
	h, st := newDesk(t)
	h.ana.Addressing = loopback.HiddenOnly
	said := []string{h.says("El portal de trámites no abre desde ayer, sale error 502"), ""}
	if _, err := h.ana.Await(1, time.Minute); err != nil { // the acknowledgement
		t.Fatal(err)
	}
	ticket := settled(h, st, 1)[0].Ticket
	h.ana.Addressing = loopback.ByNumber
	said[1] = h.says("sale error 502 también en el celular")
	if e := settled(h, st, 2)[0]; e.Ticket != ticket {
		t.Fatalf("the second message: %s (%s) in %s", e.Fate, e.Cause, e.Ticket)
	}
	for _, s := range said {
		h.replies(st, ticket, tickets.Record{"text": "Sobre " + s, "quote": h.messageOf(st, ticket, s)})
	}
	got, err := h.ana.Await(3, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	h.until("both being sent", func() bool {
		list, err := st.Outbox(t.Context(), store.OutboxFilter{Limit: 10})
		return err == nil && !slices.ContainsFunc(list, func(o store.Outgoing) bool { return o.SentAt.IsZero() })
	})
	thread, err := st.Thread(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range said {
		phone := slices.IndexFunc(got, func(r loopback.Received) bool { return strings.HasPrefix(r.Text(), "Sobre "+s) })
		desk := slices.IndexFunc(thread, func(m store.Message) bool { return m.Said == "Sobre "+s })
		if phone < 0 || desk < 0 {
			t.Fatalf("no reply about %s: %+v", s, thread)
		}
		on := got[phone].Message.GetExtendedTextMessage().GetContextInfo().GetStanzaID()
		if shown := thread[desk].Quotes; (shown != "") != (on != "") || (on != "") != (s == said[0]) {
			t.Errorf("message %s: the phone shows the quote %q, the case %q", s, on, shown)
		}
	}
}
