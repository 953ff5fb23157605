package whatsapp

import (
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
		thread, err := st.Thread(t.Context(), ticket)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range thread {
			if m.Direction != store.In || !strings.HasSuffix(m.ExternalID, "/"+external) {
				continue
			}
			err := st.Update(t.Context(), ticket, func(c *tickets.Ticket) error {
				return c.Do(tickets.ActReply, tickets.Actor{ID: "u1", Name: "Operador", Roles: []tickets.Role{tickets.Operador}}, tickets.Record{"text": text, "quote": m.ID}, time.Now())
			})
			if err != nil {
				t.Fatal(err)
			}
			return m.ID
		}
		t.Fatalf("message %s is not in the case: %+v", external, thread)
		return ""
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
