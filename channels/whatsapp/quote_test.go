package whatsapp

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The message that an operator chose stands above the reply on the person's
// phone, however fresh it is; once the person deleted it, the case says so and
// a reply that was written to quote it goes out without it.
func TestChosenQuote(t *testing.T) {
	h, st := newDesk(t)
	said := []string{h.says("El portal de trámites no abre desde ayer, sale error 502"), ""}
	if _, err := h.ana.Await(1, time.Minute); err != nil { // the acknowledgement
		t.Fatal(err)
	}
	ticket := settled(h, st, 1)[0].Ticket
	said[1] = h.says("sale el error 502 también en el celular")
	settled(h, st, 2)
	reply := func(text, external string) string {
		t.Helper()
		id := h.messageOf(st, ticket, external)
		h.replies(st, ticket, tickets.Record{"text": text, "quote": id})
		return id
	}
	reply("¿Desde qué navegador?", said[0])
	got, err := h.ana.Await(2, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if c := got[1].Message.GetExtendedTextMessage().GetContextInfo(); c.GetStanzaID() != said[0] || !strings.Contains(c.GetQuotedMessage().GetConversation(), "error 502") {
		t.Errorf("the phone shows %v", got[1].Message)
	}

	if _, err := h.ana.Delete(h.desk, said[1]); err != nil {
		t.Fatal(err)
	}
	settled(h, st, 3)
	id := reply("Ya está resuelto.", said[1])
	if got, err = h.ana.Await(3, time.Minute); err != nil {
		t.Fatal(err)
	}
	if c := got[2].Message.GetExtendedTextMessage().GetContextInfo(); c.GetStanzaID() != "" || !strings.Contains(got[2].Text(), "Ya está resuelto") {
		t.Errorf("the deleted message is shown: %v", got[2].Message)
	}
	thread, err := st.Thread(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range thread {
		if m.Direction == store.In && m.Gone != (m.ID == id) {
			t.Errorf("message %s is marked as deleted: %t", m.ID, m.Gone)
		}
	}
}

// A late reply quotes by itself what it answers, and the case shows that as it
// shows what an operator chose.
func TestQuoteByItself(t *testing.T) {
	h, st := newDesk(t)
	said := h.says("El portal de trámites no abre desde ayer, sale error 502")
	if _, err := h.ana.Await(1, time.Minute); err != nil { // the acknowledgement
		t.Fatal(err)
	}
	ticket := settled(h, st, 1)[0].Ticket
	h.replies(st, ticket, tickets.Record{"text": "¿Desde qué navegador?"})
	if _, err := h.ana.Await(2, time.Minute); err != nil {
		t.Fatal(err)
	}
	h.later(st, 2*time.Hour)
	h.replies(st, ticket, tickets.Record{"text": "Pruebe ahora, por favor."})
	got, err := h.ana.Await(3, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := got[1].Message.GetExtendedTextMessage().GetContextInfo().GetStanzaID(), got[2].Message.GetExtendedTextMessage().GetContextInfo().GetStanzaID(); a != "" || b != said {
		t.Errorf("the phone shows the quotes %q and %q, not none and %q", a, b, said)
	}
	thread, err := st.Thread(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	var quotes []string
	for _, m := range thread {
		if m.Direction == store.Out {
			quotes = append(quotes, m.Quotes)
		}
	}
	if want := []string{"", "", h.messageOf(st, ticket, said)}; !slices.Equal(quotes, want) {
		t.Errorf("the case shows the quotes %q, not %q", quotes, want)
	}
}

// later moves the desk's clock on and waits until the store works by it: what it
// writes together has one time.
func (h *house) later(st *store.Store, d time.Duration) {
	h.Helper()
	h.ahead.Add(int64(d))
	h.until("the store's clock", func() (ok bool) {
		err := st.Write(h.Context(), func(tx *store.Tx) error {
			ok = time.Until(tx.Now()) > d/2
			return nil
		})
		if err != nil {
			h.Fatal(err)
		}
		return ok
	})
}

// messageOf is the id in the case of what the person said under an id of WhatsApp's.
func (h *house) messageOf(st *store.Store, ticket, external string) string {
	h.Helper()
	thread, err := st.Thread(h.Context(), ticket)
	if err != nil {
		h.Fatal(err)
	}
	i := slices.IndexFunc(thread, func(m store.Message) bool {
		return m.Direction == store.In && strings.HasSuffix(m.ExternalID, "/"+external)
	})
	if i < 0 {
		h.Fatalf("message %s is not in the case: %+v", external, thread)
	}
	return thread[i].ID
}

// replies has an operator answer.
func (h *house) replies(st *store.Store, ticket string, rec tickets.Record) {
	h.Helper()
	err := st.Update(h.Context(), ticket, func(c *tickets.Ticket) error {
		return c.Do(tickets.ActReply, tickets.Actor{ID: "u1", Name: "Operador", Roles: []tickets.Role{tickets.Operador}}, rec, h.clock())
	})
	if err != nil {
		h.Fatal(err)
	}
}
