package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

var monday = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

// raw is a mail as a channel would hand it over.
func raw(n int) channels.Raw {
	return channels.Raw{
		Medium: channels.Email, ExternalID: fmt.Sprintf("1/%d", n), Dedupe: fmt.Sprintf("hash-%d", n),
		Envelope: map[string]string{"mail_from": "ana@example.bo"}, Body: fmt.Appendf(nil, "Subject: mail %d\r\n\r\nNo tengo señal", n), Received: monday,
	}
}

// open opens a case as the router does and gives its id.
func open(tx *store.Tx, from, subject, said string) (*tickets.Ticket, error) {
	number, err := tx.NextNumber(2026)
	if err != nil {
		return nil, err
	}
	contact := tickets.Contact{Medium: "email", Value: from, Name: "Ana Quispe"}
	person, err := tx.PersonOf(contact)
	if err != nil {
		return nil, err
	}
	t := tickets.Open(tickets.NewCase{
		ID: tx.NewID(), Code: tickets.FormatCode(2026, number), Channel: "soporte", Contact: contact, Person: person, Subject: subject, Opened: tx.Now(),
		Suggestion: tickets.Suggestion{Class: tickets.Support, Confidence: 0.8, System: "ciudadania"},
	})
	t.Acknowledge("Recibimos su reporte.", tx.Now())
	m := &store.Message{
		Direction: store.In, Kind: channels.Human, Medium: channels.Email, Channel: "soporte", ExternalID: t.ID + "@example.bo",
		Author: person, AuthorName: contact.Name, Address: from, Subject: subject, Said: said, ReceivedAt: tx.Now(),
		Files: []store.File{{Name: "captura.png", Type: "image/png", Data: []byte("png" + subject)}},
	}
	return t, tx.NewTicket(t, m)
}

func newCase(t testing.TB, s *store.Store, from, subject, said string) *tickets.Ticket {
	t.Helper()
	var c *tickets.Ticket
	err := s.Write(context.Background(), func(tx *store.Tx) (err error) {
		c, err = open(tx, from, subject, said)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestThinPath walks one mail from its acceptance to its acknowledgement.
func TestThinPath(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		if err := s.Accept(ctx, "soporte", 0, channels.Batch{Raws: []channels.Raw{raw(1)}, Marks: map[string]string{"INBOX": "1/1"}}); err != nil {
			t.Fatal(err)
		}
		if mark, err := s.Mark(ctx, "soporte", "INBOX"); mark != "1/1" || err != nil {
			t.Errorf("mark %q, %v", mark, err)
		}
		pending, err := s.ClaimPending(ctx, 10, time.Minute)
		if err != nil || len(pending) != 1 || string(pending[0].Raw.Body) != string(raw(1).Body) || pending[0].Raw.Envelope["mail_from"] == "" {
			t.Fatalf("claimed %v, %v", pending, err)
		}
		var c *tickets.Ticket
		err = s.Write(ctx, func(tx *store.Tx) error {
			return tx.Try(func() (err error) {
				if c, err = open(tx, "ana@example.bo", "No hay señal", "Desde ayer no tengo señal en la oficina"); err != nil {
					return err
				}
				return tx.Settle(pending[0], store.Fate{Verdict: store.FateCase, Ticket: c.ID})
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := s.Accounts(ctx); err != nil || sum.Received != 1 || sum.Pending != 0 || sum.ByFate[store.FateCase] != 1 {
			t.Errorf("accounts %+v, %v", sum, err)
		}
		got, err := s.TicketByCode(ctx, c.Code)
		if err != nil || got.ID != c.ID || got.Version != 1 {
			t.Fatalf("loaded %+v, %v", got, err)
		}
		err = s.Update(ctx, c.ID, func(t *tickets.Ticket) error { t.Subject = "Señal"; return nil })
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.List(ctx, store.Filter{Unit: tickets.AIT})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Subject != "Señal" || !page.Rows[0].Unread || page.Rows[0].Version != 2 {
			t.Fatalf("listed %+v, %v", page, err)
		}
		for _, typed := range []string{"senal", "SEÑAL oficinas", "quispe", c.Code, "ana@example.bo", "captura"} {
			if rows, err := s.Search(ctx, store.SearchFilter{Text: typed}); err != nil || len(rows) != 1 {
				t.Errorf("search %q: %d rows, %v", typed, len(rows), err)
			}
		}
		out, err := s.ClaimOutgoing(ctx, "email", 5, time.Minute)
		if err != nil || len(out) != 1 || out[0].ID != c.ID+".1" || out[0].InReplyTo != c.ID+"@example.bo" || !out[0].Auto {
			t.Fatalf("outgoing %+v, %v", out, err)
		}
		if err := s.Sent(ctx, out[0], "250"); err != nil {
			t.Fatal(err)
		}
		thread, err := s.Thread(ctx, c.ID)
		if err != nil || len(thread) != 2 || thread[1].State != channels.Sent || len(thread[0].Files) != 1 {
			t.Fatalf("thread %+v, %v", thread, err)
		}
		history, err := s.History(ctx, c.ID, tickets.Actor{})
		if err != nil || len(history) == 0 || tickets.VerifyChain(history) != nil {
			t.Errorf("history %v, %v", history, err)
		}
	})
}
