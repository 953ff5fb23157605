package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestSealedRawIsDestroyed when its time is over, and nothing else is.
func TestSealedRawIsDestroyed(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		c := newClock()
		s := storetest.Open(t, url, c.Now)
		ctx := context.Background()
		big := raw(3)
		big.Body = []byte("Contraseña: " + strings.Repeat("Illimani#77 ", 60_000))
		twin := raw(4)
		twin.Body = raw(1).Body
		accept(t, s, "soporte", raw(1), raw(2), big, twin, raw(5))
		write(t, s, func(tx *store.Tx) error { return tx.SetSetting(store.SealedSetting, 30, "ada") })
		pending, err := s.ClaimPending(ctx, 10, time.Minute)
		if err != nil || len(pending) != 5 {
			t.Fatal(len(pending), err)
		}
		settle := func(i int, f store.Fate) {
			t.Helper()
			write(t, s, func(tx *store.Tx) error { return tx.Settle(pending[i], f) })
		}
		settle(0, store.Fate{Verdict: store.FateIgnored, Secrets: 1})
		settle(1, store.Fate{Verdict: store.FateIgnored})
		settle(2, store.Fate{Verdict: store.FateIgnored, Secrets: 2})
		settle(4, store.Fate{Verdict: store.FateHeld, Secrets: 1})
		purge := func(want int) {
			t.Helper()
			if n, err := s.PurgeSealed(ctx, 100); err != nil || n != want {
				t.Errorf("%d destroyed, want %d: %v", n, want, err)
			}
		}
		purge(0)
		c.add(29 * 24 * time.Hour)
		settle(3, store.Fate{Verdict: store.FateIgnored, Secrets: 1})
		purge(0)
		c.add(2 * 24 * time.Hour)
		purge(2)
		purge(0)
		for i, gone := range []bool{true, false, true, false, false} {
			got, err := s.RawOf(ctx, pending[i].ID)
			if gone != errors.Is(err, store.ErrPurged) || !gone && (err != nil || len(got.Body) == 0) {
				t.Errorf("%d: destroyed is %v, want %v (%v)", i+1, err, gone, err)
			}
			e, err := s.LedgerEntry(ctx, pending[i].ID)
			if err != nil || e.Purged.IsZero() == gone {
				t.Errorf("%d: %v, %v", i+1, e.Purged, err)
			}
		}
		for name, back := range map[string]func(*store.Tx) error{
			"reopened": func(tx *store.Tx) error { return tx.Reopen(pending[0].ID, "ana") },
			"refated": func(tx *store.Tx) error {
				return tx.Refate(pending[2].ID, store.Fate{Verdict: store.FateMessage, By: "ana"})
			},
		} {
			if err := s.Write(ctx, back); !errors.Is(err, store.ErrStale) {
				t.Errorf("%s without its raw form: %v", name, err)
			}
		}
		again := big
		again.ExternalID, again.Dedupe = "7/7", "again"
		accept(t, s, "soporte", again)
		list, err := s.Ledger(ctx, store.LedgerFilter{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.RawOf(ctx, list[0].ID); err != nil || string(got.Body) != string(big.Body) {
			t.Errorf("the same bytes delivered again are not kept: %d, %v", len(got.Body), err)
		}
	})
}

// TestSealedWhenReadLater: a report that could not be read at first, and shows
// its secret only when a person lets it in, is sealed from then on; nothing
// that happens to it afterwards opens it.
func TestSealedWhenReadLater(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		c := newClock()
		s := storetest.Open(t, url, c.Now)
		ctx := context.Background()
		accept(t, s, "soporte", raw(1), raw(2))
		claim := func(want int) []store.Pending {
			t.Helper()
			pending, err := s.ClaimPending(ctx, 10, time.Minute)
			if err != nil || len(pending) != want {
				t.Fatal(len(pending), err)
			}
			return pending
		}
		pending := claim(2)
		for _, p := range pending {
			write(t, s, func(tx *store.Tx) error { return tx.Settle(p, store.Fate{Verdict: store.FateHeld}) })
		}
		secrets := func(id int64, want int) {
			t.Helper()
			if e, err := s.LedgerEntry(ctx, id); err != nil || e.Secrets != want {
				t.Errorf("%d: %d secrets, want %d (%v)", id, e.Secrets, want, err)
			}
		}
		joined, again := pending[0].ID, pending[1].ID
		write(t, s, func(tx *store.Tx) error { return tx.Refate(joined, store.Fate{Verdict: store.FateIgnored, Secrets: 2}) })
		secrets(joined, 2)
		write(t, s, func(tx *store.Tx) error { return tx.Refate(again, store.Fate{Verdict: store.FateHeld, Secrets: 1}) })
		write(t, s, func(tx *store.Tx) error { return tx.Reopen(again, "ada") })
		secrets(again, 1)
		p := claim(1)[0]
		write(t, s, func(tx *store.Tx) error { return tx.Settle(p, store.Fate{Verdict: store.FateQuarantined}) })
		secrets(again, 1)
		c.add(91 * 24 * time.Hour)
		if n, err := s.PurgeSealed(ctx, 100); err != nil || n != 1 {
			t.Errorf("%d destroyed, want 1: %v", n, err)
		}
		if _, err := s.RawOf(ctx, joined); !errors.Is(err, store.ErrPurged) {
			t.Errorf("the password is kept for ever: %v", err)
		}
	})
}
