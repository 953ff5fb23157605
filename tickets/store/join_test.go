package store_test

import (
	"context"
	"errors"
	"testing"

	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestPeopleAreJoinedAndParted, also in a chain and never in a circle; what was
// said under each record stays where it is.
func TestPeopleAreJoinedAndParted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var who []string
		for _, from := range []string{"a@example.bo", "b@example.bo", "c@example.bo"} {
			who = append(who, newCase(t, s, from, "Señal", "no hay").Person)
		}
		join := func(a, b int) error {
			return s.Write(ctx, func(tx *store.Tx) error {
				return tx.JoinPeople(store.Join{Person: who[a], Other: who[b], Proof: "cédula", By: "eva"})
			})
		}
		count := func(of, people, cases int) {
			t.Helper()
			same, err := s.Same(ctx, who[of])
			if err != nil || len(same) != people {
				t.Errorf("%d records, want %d: %v", len(same), people, err)
			}
			if page, err := s.List(ctx, store.Filter{State: "all", Persons: same, Limit: 9}); err != nil || len(page.Rows) != cases {
				t.Errorf("%d cases, want %d: %v", len(page.Rows), cases, err)
			}
		}
		count(0, 1, 1)
		if err := errors.Join(join(0, 1), join(1, 2)); err != nil {
			t.Fatal(err)
		}
		for i := range who {
			count(i, 3, 3)
		}
		if err := join(2, 0); !errors.Is(err, store.ErrExists) {
			t.Errorf("joined in a circle: %v", err)
		}
		same, err := s.Same(ctx, who[0])
		if err != nil {
			t.Fatal(err)
		}
		joins, err := s.Joins(ctx, same)
		if err != nil || len(joins) != 2 || joins[1].Proof != "cédula" || joins[1].By != "eva" {
			t.Fatalf("%+v, %v", joins, err)
		}
		part := func(id int64) error {
			return s.Write(ctx, func(tx *store.Tx) error { return tx.PartPeople(id, "ana") })
		}
		if err := part(joins[0].ID); err != nil {
			t.Fatal(err)
		}
		count(2, 1, 1)
		count(0, 2, 2)
		if err := part(joins[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("parted twice: %v", err)
		}
		if err := join(1, 2); err != nil {
			t.Errorf("not joined again: %v", err)
		}
		count(0, 3, 3)
	})
}
