package store_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// BenchmarkScreens measures what the screens ask, at 10,000 cases or as many as
// STORE_BENCH_CASES says: time per answer, which must not grow with the number.
func BenchmarkScreens(b *testing.B) {
	cases := 10_000
	if n, err := strconv.Atoi(os.Getenv("STORE_BENCH_CASES")); err == nil {
		cases = n
	}
	for _, engine := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			s := storetest.Open(b, engine.url(b), nil)
			r, ctx := rand.New(rand.NewPCG(3, 4)), context.Background()
			for n := 0; n < cases; n += 250 {
				if err := intake(ctx, s, r, n, 250); err != nil {
					b.Fatal(err)
				}
			}
			middle, err := s.TicketByCode(ctx, tickets.FormatCode(2026, int64(cases/2)))
			if err != nil {
				b.Fatal(err)
			}
			row, err := s.Row(ctx, middle.ID)
			if err != nil {
				b.Fatal(err)
			}
			screens(b, s, middle, store.Cursor{At: row.Updated.UnixMicro(), ID: row.ID})
		})
	}
}

func screens(b *testing.B, s *store.Store, middle *tickets.Ticket, deep store.Cursor) {
	ctx := context.Background()
	for _, screen := range []struct {
		name string
		ask  func() (int, error)
	}{
		{"queue", func() (int, error) { p, err := s.List(ctx, store.Filter{}); return len(p.Rows), err }},
		{"queue-deep", func() (int, error) { p, err := s.List(ctx, store.Filter{Cursor: deep}); return len(p.Rows), err }},
		{"queue-unit-unread", func() (int, error) {
			p, err := s.List(ctx, store.Filter{Unit: tickets.AIT, Unread: true})
			return len(p.Rows), err
		}},
		{"queue-mine-none", func() (int, error) { p, err := s.List(ctx, store.Filter{Mine: "eva"}); return len(p.Rows) + 1, err }},
		{"counters", func() (int, error) { c, err := s.Counts(ctx); return len(c), err }},
		{"case", func() (int, error) {
			if _, err := s.Ticket(ctx, middle.ID); err != nil {
				return 0, err
			}
			if _, err := s.History(ctx, middle.ID, tickets.Actor{}); err != nil {
				return 0, err
			}
			m, err := s.Thread(ctx, middle.ID)
			return len(m), err
		}},
		{"search-common", func() (int, error) {
			r, err := s.Search(ctx, store.SearchFilter{Text: "contraseña "})
			return len(r), err
		}},
		{"search-three-common", func() (int, error) {
			r, err := s.Search(ctx, store.SearchFilter{Text: "contraseña del sistema digital "})
			return len(r), err
		}},
		{"search-prefix", func() (int, error) { r, err := s.Search(ctx, store.SearchFilter{Text: "contr"}); return len(r), err }},
		{"search-rare", func() (int, error) {
			r, err := s.Search(ctx, store.SearchFilter{Text: middle.Subject})
			return len(r), err
		}},
		{"search-code", func() (int, error) {
			r, err := s.Search(ctx, store.SearchFilter{Text: middle.Code})
			return len(r), err
		}},
	} {
		b.Run(screen.name, func(b *testing.B) {
			for b.Loop() {
				if n, err := screen.ask(); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}
