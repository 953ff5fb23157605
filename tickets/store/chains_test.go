package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestChainsSeeEveryAlteration: what somebody with the database in hand changes,
// takes out or cuts off is found, and nothing else is.
func TestChainsSeeEveryAlteration(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var ids []string
		for i := range 5 {
			id := newCase(t, s, fmt.Sprintf("p%d@example.bo", i), "caso", "texto").ID
			for range 3 {
				if err := s.Update(ctx, id, func(t *tickets.Ticket) error {
					return t.Do(tickets.ActNote, tickets.Actor{ID: "eva", Name: "Eva", Roles: []tickets.Role{tickets.Operador}}, tickets.Record{"text": "nota"}, s.Now())
				}); err != nil {
					t.Fatal(err)
				}
			}
			ids = append(ids, id)
		}
		broken := func() (codes []string) {
			n := 0
			if err := s.Chains(ctx, func(c store.Chain) error {
				if n++; c.Check() != nil {
					codes = append(codes, c.ID)
				}
				return nil
			}); err != nil || n != len(ids) {
				t.Fatalf("%d of %d chains, %v", n, len(ids), err)
			}
			return codes
		}
		if got := broken(); len(got) != 0 {
			t.Fatalf("sound chains are said to be broken: %v", got)
		}
		rewrite := func(id, old, word string) { // in a note in the middle of the history
			where := fmt.Sprintf("WHERE ticket = '%s' AND seq = (SELECT max(seq) - 1 FROM event WHERE ticket = '%s')", id, id)
			before := store.Peek(t, s, "SELECT body FROM event "+where)
			after := strings.Replace(before, old, word, 1)
			if after == before {
				t.Fatalf("nothing to alter in %s", before)
			}
			store.Tamper(t, s, "UPDATE event SET body = '"+after+"' "+where)
		}
		rewrite(ids[0], "Eva", "Ana")
		store.Tamper(t, s, fmt.Sprintf("DELETE FROM event WHERE ticket = '%s' AND seq = 2", ids[1]))
		store.Tamper(t, s, fmt.Sprintf("DELETE FROM event WHERE ticket = '%s' AND seq = (SELECT max(seq) FROM event WHERE ticket = '%s')", ids[2], ids[2]))
		rewrite(ids[3], "nota", "otra")
		if got := broken(); len(got) != 4 {
			t.Errorf("found %v, want the first four of %v", got, ids)
		}
		good, err := s.Ticket(ctx, ids[4])
		if err != nil {
			t.Fatal(err)
		}
		if c, err := s.ChainOf(ctx, good.Code); err != nil || c.Check() != nil || len(c.Events) < 4 {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := s.ChainOf(ctx, "AIT-2020-000001-X"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a case that is none: %v", err)
		}
		c, _ := s.ChainOf(ctx, good.Code)
		file, err := json.Marshal(tickets.NewDossier(good, c.Events, tickets.Actor{Name: "Alba"}, s.Now()))
		if err != nil {
			t.Fatal(err)
		}
		if d, err := tickets.ReadDossier(file); err != nil || d.Code != good.Code {
			t.Errorf("the exported file: %v", err)
		}
		for what, bad := range map[string]string{"a word": strings.Replace(string(file), "nota", "otra", 1), "another format": strings.Replace(string(file), "expediente/1", "x", 1), "cut": string(file[:len(file)/2]), "empty": ""} {
			if _, err := tickets.ReadDossier([]byte(bad)); err == nil {
				t.Errorf("%s was not seen", what)
			}
		}
	})
}
