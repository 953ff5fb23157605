package main

import (
	"context"
	"fmt"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/tickets"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
	"ventanilla/tickets/words"
)

const seedBatch = 500

// seeder fills a database with cases as the router would open them.
type seeder struct {
	b     *bench
	st    *store.Store
	w     *writer
	guess *classify.Classifier
	codes []string
}

func newSeeder(b *bench, h *house) *seeder {
	st, err := store.Open(context.Background(), store.Options{URL: h.database, Log: zerolog.Nop()})
	b.check(err)
	guess, err := classify.New()
	b.check(err)
	return &seeder{b: b, st: st, w: newWriter(b), guess: guess}
}

func (s *seeder) close() { s.b.check(s.st.Close()) }

// found takes up the cases that a kept database has.
func (s *seeder) found() {
	for from := (store.Cursor{}); ; {
		page, err := s.st.List(context.Background(), store.Filter{Cursor: from, Restricted: true, Limit: 1000})
		s.b.check(err)
		for _, row := range page.Rows {
			s.codes = append(s.codes, row.Code)
		}
		if from = page.Next; from == (store.Cursor{}) {
			break
		}
	}
	s.w.n = len(s.codes)
}

// add opens n more cases, with an acknowledgement waiting in the outbox or without.
func (s *seeder) add(n int, acknowledge bool) {
	for n > 0 {
		letters := make([]letter, min(n, seedBatch))
		for i := range letters {
			letters[i] = s.w.next()
		}
		var codes []string
		s.b.check(s.st.Write(context.Background(), func(tx *store.Tx) error {
			codes = codes[:0]
			for _, l := range letters {
				code, err := s.open(tx, l, acknowledge)
				if err != nil {
					return err
				}
				codes = append(codes, code)
			}
			return nil
		}))
		s.codes = append(s.codes, codes...)
		n -= len(letters)
	}
}

func (s *seeder) open(tx *store.Tx, l letter, acknowledge bool) (string, error) {
	from := tickets.Contact{Medium: "email", Value: l.From, Name: "Ana Quispe"}
	person, err := tx.PersonOf(from)
	if err != nil {
		return "", err
	}
	number, err := tx.NextNumber(2026)
	if err != nil {
		return "", err
	}
	g := s.guess.Classify(classify.Input{Medium: "email", Subject: l.Subject, Text: l.Text})
	t := tickets.Open(tickets.NewCase{
		ID: tx.NewID(), Code: tickets.FormatCode(2026, number), Channel: "buzon", Contact: from, Person: person, Subject: l.Subject, Opened: tx.Now(),
		System: g.System, Suggestion: tickets.Suggestion{Class: tickets.Class(g.Class), Confidence: g.Confidence, Sure: g.Sure, Reasons: g.Reasons, System: g.System},
	})
	if acknowledge {
		t.Acknowledge(fmt.Sprintf("Recibimos su reporte. Su caso es el %s.\n\nGuarde este código: con él puede preguntar por su caso en cualquier canal.", t.Code), tx.Now())
	}
	m := &store.Message{
		Direction: store.In, Kind: channels.Human, Medium: channels.Email, Channel: "buzon", ExternalID: fmt.Sprintf("s%d@correo.test", number),
		Author: person, AuthorName: from.Name, Address: l.From, Subject: l.Subject, Said: l.Text, ReceivedAt: tx.Now(), Terms: words.Index(l.Text),
	}
	return t.Code, tx.NewTicket(t, m)
}

// password of the operator that looks at the pages.
const password = "girasoles-en-el-altiplano"

// operator adds somebody who can log in.
func (s *seeder) operator() {
	s.b.check(s.st.Write(context.Background(), func(tx *store.Tx) error {
		return tx.AddStaff(&store.Staff{Login: "ana", Name: "Ana", Hash: console.HashPassword(password), Roles: []tickets.Role{tickets.Operador}, Unit: tickets.AIT, Active: true, Language: "es"})
	}))
}
