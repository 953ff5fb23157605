package router_test

import (
	"context"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestAnUntriedReplyKeepsItsTries: what was claimed and could not be sent within
// the claim, or before the program stopped, is due at once and counts no try, so
// that its pauses do not grow for nothing.
func TestAnUntriedReplyKeepsItsTries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		r, err := router.New(t.Context(), router.Options{Store: st, Log: zerolog.Nop(), Now: time.Now, Hours: calendar.LaPaz(), Domain: "mesa.ejemplo.bo", Own: []string{ours}})
		if err != nil {
			t.Fatal(err)
		}
		err = st.Write(t.Context(), func(tx *store.Tx) error {
			from := tickets.Contact{Medium: "email", Value: "maria@ciudadana.ejemplo"}
			person, err := tx.PersonOf(from)
			if err != nil {
				return err
			}
			c := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(2026, 1), Channel: "entrada", Contact: from, Person: person, Subject: "No puedo ingresar", Opened: tx.Now(), Created: tx.Now()})
			c.Acknowledge("Recibimos su mensaje.", tx.Now())
			return tx.NewTicket(c, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Address: from.Value, Said: "hola", ReceivedAt: tx.Now()})
		})
		if err != nil {
			t.Fatal(err)
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		for name, send := range map[string]func([]store.Outgoing){
			"the claim is used up": func(due []store.Outgoing) { r.SendAll(t.Context(), due, time.Now().Add(-time.Minute)) },
			"the program stops":    func(due []store.Outgoing) { r.SendAll(stopped, due, time.Now()) },
		} {
			due, err := st.ClaimOutgoing(t.Context(), channels.Email, 5, time.Minute)
			if err != nil || len(due) != 1 || due[0].Tries != 1 {
				t.Fatalf("claiming: %+v, %v", due, err)
			}
			send(due)
			got, err := st.Outgoing(t.Context(), due[0].ID)
			if err != nil || got.State != channels.Queued || got.Tries != 0 || got.Error != "" || got.NextTry.After(time.Now()) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
	})
}
