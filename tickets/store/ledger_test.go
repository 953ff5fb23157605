package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: monday} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func accept(t testing.TB, s *store.Store, channel string, raws ...channels.Raw) {
	t.Helper()
	if err := s.Accept(context.Background(), channel, 0, channels.Batch{Raws: raws}); err != nil {
		t.Fatal(err)
	}
}

func settle(t testing.TB, s *store.Store, p store.Pending, f store.Fate) error {
	t.Helper()
	return s.Write(context.Background(), func(tx *store.Tx) error { return tx.Settle(p, f) })
}

func TestAcceptTwiceIsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		accept(t, s, "soporte", raw(1), raw(2))
		accept(t, s, "soporte", raw(1), raw(2)) // fetched again
		other := raw(1)
		other.ExternalID = "7/1"
		accept(t, s, "mesa", other) // the same mail in another mailbox
		same := raw(1)
		same.ExternalID = "2/1"
		accept(t, s, "soporte", same, same) // new UIDVALIDITY, and twice in one batch
		sum, err := s.Accounts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		want := store.Accounts{Received: 2, Pending: 2, Duplicates: 2, ByFate: map[store.Verdict]int64{store.FatePending: 2}}
		if d := cmp.Diff(want, sum); d != "" {
			t.Error(d)
		}
		list, err := s.Ledger(ctx, store.LedgerFilter{})
		if err != nil || len(list) != 2 || list[1].Sightings != 3 || list[1].Channel != "soporte" {
			t.Errorf("ledger %+v, %v", list, err)
		}
	})
}

// TestOldIDUnderNewMail: a server that forgot its UIDVALIDITY gives an old
// number to a new mail; both are kept, and seeing the new one again is nothing new.
func TestOldIDUnderNewMail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		accept(t, s, "soporte", raw(1))
		fresh := raw(2)
		fresh.ExternalID = raw(1).ExternalID
		accept(t, s, "soporte", fresh)
		accept(t, s, "soporte", fresh, fresh)
		if sum, err := s.Accounts(context.Background()); err != nil || sum.Received != 2 || sum.Duplicates != 0 {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}

func TestAcceptAllOrNothing(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		a, b := storetest.Open(t, url, clk.Now), storetest.Open(t, url, clk.Now)
		ctx := context.Background()
		name := store.LeaseOf("soporte")
		fence, held, err := a.Lease(ctx, name, "a", time.Minute)
		if err != nil || !held {
			t.Fatal(held, err)
		}
		if err := a.Accept(ctx, "soporte", fence, channels.Batch{Raws: []channels.Raw{raw(1)}, Marks: map[string]string{"": "1"}}); err != nil {
			t.Fatal(err)
		}
		if _, held, _ := b.Lease(ctx, name, "b", time.Minute); held {
			t.Fatal("two nodes hold one lease")
		}
		clk.add(2 * time.Minute) // a sleeps
		newer, held, err := b.Lease(ctx, name, "b", time.Minute)
		if err != nil || !held || newer <= fence {
			t.Fatalf("fence %d after %d, held %v, %v", newer, fence, held, err)
		}
		err = a.Accept(ctx, "soporte", fence, channels.Batch{Raws: []channels.Raw{raw(2)}, Marks: map[string]string{"": "2"}})
		if !errors.Is(err, channels.ErrLeaseLost) {
			t.Fatalf("a stale node was let in: %v", err)
		}
		if kept, err := a.Renew(ctx, name, fence, time.Minute); kept || err != nil {
			t.Errorf("a lost lease was renewed: %v", err)
		}
		if mark, _ := b.Mark(ctx, "soporte", ""); mark != "1" {
			t.Errorf("mark is %q", mark)
		}
		if sum, _ := b.Accounts(ctx); sum.Received != 1 {
			t.Errorf("%d received", sum.Received)
		}
		if err := a.Release(ctx, name, fence); err != nil {
			t.Fatal(err)
		}
		if kept, err := b.Renew(ctx, name, newer, time.Minute); !kept || err != nil {
			t.Errorf("the holder lost its lease to someone else's release: %v", err)
		}
	})
}

// TestClaimedOnce lets two nodes fight over 300 reports: none is handed out twice.
func TestClaimedOnce(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		nodes := []*store.Store{storetest.Open(t, url, nil), storetest.Open(t, url, nil)}
		const n = 300
		var raws []channels.Raw
		for i := range n {
			raws = append(raws, raw(i))
		}
		accept(t, nodes[0], "soporte", raws...)
		var mu sync.Mutex
		seen := map[int64]int{}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				for {
					list, err := nodes[i%2].ClaimPending(context.Background(), 7, time.Minute)
					if err != nil {
						t.Error(err)
					}
					if len(list) == 0 {
						return
					}
					mu.Lock()
					for _, p := range list {
						seen[p.ID]++
						if string(p.Raw.Body) == "" {
							t.Error("a claim without its bytes")
						}
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != n {
			t.Errorf("%d of %d handed out", len(seen), n)
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("report %d was handed out %d times", id, times)
			}
		}
	})
}

// TestClaimOutlivesItsNode: what a dead node had is handed out again when its
// time is over, and the dead node, come back, may not settle it.
func TestClaimOutlivesItsNode(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url, clk.Now)
		ctx := context.Background()
		accept(t, s, "soporte", raw(1))
		first, _ := s.ClaimPending(ctx, 5, time.Minute)
		if again, _ := s.ClaimPending(ctx, 5, time.Minute); len(again) != 0 {
			t.Fatal("claimed twice within the lease")
		}
		clk.add(61 * time.Second)
		second, err := s.ClaimPending(ctx, 5, time.Minute)
		if err != nil || len(second) != 1 || second[0].Tries != 2 {
			t.Fatalf("%+v, %v", second, err)
		}
		if err := settle(t, s, first[0], store.Fate{Verdict: store.FateCase}); !errors.Is(err, store.ErrStale) {
			t.Errorf("a lost claim was settled: %v", err)
		}
		if err := settle(t, s, second[0], store.Fate{Verdict: store.FateIgnored, Cause: "spam"}); err != nil {
			t.Error(err)
		}
	})
}

// TestOneWithoutItsBytesHoldsUpNobody: it waits for a person, the others of its
// batch go on.
func TestOneWithoutItsBytesHoldsUpNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		long := raw(2)
		long.Body = bytes.Repeat([]byte("x"), 600<<10)
		accept(t, s, "soporte", raw(1), long, raw(3))
		store.Tamper(t, s, "DELETE FROM blob_chunk WHERE n = 1")
		store.Tamper(t, s, "UPDATE ledger SET blob = NULL WHERE external_id = '1/3'")
		list, err := s.ClaimPending(t.Context(), 10, time.Minute)
		if err != nil || len(list) != 1 || list[0].Raw.ExternalID != "1/1" || len(list[0].Raw.Body) == 0 {
			t.Fatalf("%d claimed, %v", len(list), err)
		}
		lost, err := s.Ledger(t.Context(), store.LedgerFilter{Fates: []store.Verdict{store.FateQuarantined}})
		if err != nil || len(lost) != 2 || !strings.HasPrefix(lost[0].Cause, store.CauseFailed) {
			t.Errorf("%+v, %v", lost, err)
		}
	})
}

func TestQuarantineAndBack(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url, clk.Now)
		ctx := context.Background()
		accept(t, s, "soporte", raw(1), raw(2))
		for try := 1; ; try++ {
			list, err := s.ClaimPending(ctx, 5, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			if try > 10 {
				t.Fatal("never quarantined")
			}
			if err := s.Retry(ctx, list[0], "no se pudo leer"); err != nil { // one fails; the other kills its reader
				t.Fatal(err)
			}
			if list, _ := s.ClaimPending(ctx, 5, time.Minute); len(list) != 0 {
				t.Fatal("tried again without a pause")
			}
			clk.add(time.Hour)
		}
		list, err := s.Ledger(ctx, store.LedgerFilter{Fates: []store.Verdict{store.FateQuarantined}})
		if err != nil || len(list) != 2 || list[0].Cause == "" || list[1].Cause != "failed:no se pudo leer" {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.Reopen(list[0].ID, "ana") }); err != nil {
			t.Fatal(err)
		}
		discard := func(why string) error {
			return s.Write(ctx, func(tx *store.Tx) error { return tx.Discard(list[1].ID, "ana", why) })
		}
		if err := discard("publicidad"); err != nil {
			t.Fatal(err)
		}
		if err := discard("otra vez"); !errors.Is(err, store.ErrStale) {
			t.Errorf("discarded twice: %v", err)
		}
		if list, _ := s.ClaimPending(ctx, 5, time.Minute); len(list) != 1 || list[0].Tries != 1 {
			t.Errorf("after reopening: %+v", list)
		}
		sum, _ := s.Accounts(ctx)
		want := map[store.Verdict]int64{store.FatePending: 1, store.FateDiscarded: 1, store.FateQuarantined: 0}
		if d := cmp.Diff(want, sum.ByFate); d != "" || sum.Received != 2 {
			t.Error(d, sum.Received)
		}
		if raw, err := s.RawOf(ctx, list[0].ID); err != nil || len(raw.Body) == 0 {
			t.Errorf("raw form: %v", err)
		}
	})
}

func TestBigAndDirtyRaw(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		r := raw(1)
		r.Body = make([]byte, 3<<20+17)
		for i := range r.Body {
			r.Body[i] = byte(i * i >> 8)
		}
		r.Envelope = map[string]string{"mail_from": "a\x00b\xff@x", `c\u0000`: `d\u0000`}
		empty := raw(2)
		empty.Body = nil
		accept(t, s, "soporte", r, empty)
		list, err := s.ClaimPending(ctx, 5, time.Minute)
		if err != nil || len(list) != 2 || string(list[0].Raw.Body) != string(r.Body) || len(list[1].Raw.Body) != 0 {
			t.Fatalf("%d, %v", len(list), err)
		}
		if d := cmp.Diff(map[string]string{"mail_from": "ab\uFFFD@x", `c\u0000`: `d\u0000`}, list[0].Raw.Envelope); d != "" {
			t.Error(d)
		}
	})
}

func TestThrottle(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		nodes := []*store.Store{storetest.Open(t, url, clk.Now), storetest.Open(t, url, clk.Now)}
		count := func(tries int) (n int) {
			var mu sync.Mutex
			var wg sync.WaitGroup
			for i := range tries {
				wg.Go(func() {
					ok, err := nodes[i%2].Allow(context.Background(), "ack:ana@example.bo", 10, time.Hour)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					if ok {
						n++
					}
				})
			}
			wg.Wait()
			return n
		}
		if n := count(30); n != 10 {
			t.Errorf("%d allowed of 10", n)
		}
		clk.add(30 * time.Minute)
		if n := count(30); n > 5 {
			t.Errorf("%d more half an hour later", n)
		}
		clk.add(3 * time.Hour)
		if n := count(5); n != 5 {
			t.Errorf("%d of 5 after a pause", n)
		}
	})
}

// TestEveryoneGetsTheirOwnError runs good, bad and panicking writes at once:
// they share commits, but not fates.
func TestEveryoneGetsTheirOwnError(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		bad := errors.New("bad")
		var wg sync.WaitGroup
		for i := range 90 {
			wg.Go(func() {
				err := s.Write(ctx, func(tx *store.Tx) error {
					if err := tx.SetSetting(fmt.Sprintf("s%d", i), i, "t"); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return bad
					case 2:
						panic("worse")
					}
					return nil
				})
				if i%3 == 0 && err != nil || i%3 == 1 && !errors.Is(err, bad) || i%3 == 2 && err == nil {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i := range 90 {
			var n int
			if there, err := s.Setting(ctx, fmt.Sprintf("s%d", i), &n); err != nil || there != (i%3 == 0) {
				t.Errorf("setting %d: %v, %v", i, there, err)
			}
		}
		done, cancel := context.WithCancel(ctx)
		cancel()
		if err := s.Write(done, func(*store.Tx) error { return nil }); err == nil {
			t.Error("a write for a caller who left was run")
		}
	})
}

// TestADecisionCanBeUndone: what was held is counted by cause and by sender;
// what was discarded comes back with the cause that it had.
func TestADecisionCanBeUndone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		var raws []channels.Raw
		for i := range 4 {
			raws = append(raws, raw(i))
		}
		if err := s.Accept(ctx, "m", 0, channels.Batch{Raws: raws}); err != nil {
			t.Fatal(err)
		}
		list, err := s.ClaimPending(ctx, 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		fates := []store.Fate{
			{Verdict: store.FateHeld, Cause: "virus:Uno", Address: "a@x.ejemplo"}, {Verdict: store.FateHeld, Cause: "virus:Dos", Address: "a@x.ejemplo"},
			{Verdict: store.FateHeld, Cause: "scanner-down", Address: "b@x.ejemplo", Sender: "B"}, {Verdict: store.FateLoop},
		}
		write := func(fn func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *store.Tx) error {
			for i, f := range fates {
				if err := tx.Settle(list[i], f); err != nil {
					return err
				}
			}
			return nil
		})
		check := func(what string, causes, senders map[string]int64) {
			t.Helper()
			byCause, err := s.Held(ctx)
			if err != nil {
				t.Fatal(err)
			}
			bySender, err := s.HeldOf(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(causes, byCause) + cmp.Diff(senders, bySender); d != "" {
				t.Errorf("%s:\n%s", what, d)
			}
		}
		check("held", map[string]int64{"virus": 2, "scanner-down": 1}, map[string]int64{"a@x.ejemplo": 2, "b@x.ejemplo": 1})
		if l, err := s.Ledger(ctx, store.LedgerFilter{Fates: []store.Verdict{store.FateHeld}, Cause: "virus", Address: "a@x.ejemplo"}); err != nil || len(l) != 2 {
			t.Errorf("by cause and sender: %d, %v", len(l), err)
		}
		write(func(tx *store.Tx) error { return tx.Discard(list[0].ID, "ana", "es un virus") })
		check("discarded", map[string]int64{"virus": 1, "scanner-down": 1}, map[string]int64{"a@x.ejemplo": 1, "b@x.ejemplo": 1})
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.Restore(list[1].ID, "ana") }); !errors.Is(err, store.ErrStale) {
			t.Errorf("what waits was restored: %v", err)
		}
		write(func(tx *store.Tx) error { return tx.Restore(list[0].ID, "ana") })
		if e, err := s.LedgerEntry(ctx, list[0].ID); err != nil || e.Fate != store.FateHeld || e.Cause != "virus:Uno" || e.By != "ana" {
			t.Errorf("restored: %+v, %v", e, err)
		}
		if n, err := s.ReopenHeld(ctx, "scanner-down", 10, "system"); err != nil || n != 1 {
			t.Errorf("reopened %d, %v", n, err)
		}
		check("reopened", map[string]int64{"virus": 2}, map[string]int64{"a@x.ejemplo": 2})
		again, err := s.ClaimPending(ctx, 10, time.Minute)
		if err != nil || len(again) != 1 || again[0].ID != list[2].ID || again[0].Tries != 2 {
			t.Errorf("claimed again: %+v, %v", again, err)
		}
		sum, err := s.Accounts(ctx)
		want := map[store.Verdict]int64{store.FatePending: 1, store.FateHeld: 2, store.FateLoop: 1, store.FateDiscarded: 0}
		if d := cmp.Diff(want, sum.ByFate); d != "" || err != nil {
			t.Error(d, err)
		}
	})
}
