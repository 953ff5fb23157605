package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestNumbersHaveNoGaps opens cases on two nodes at once, some of which fail
// after they took their number.
func TestNumbersHaveNoGaps(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		nodes := []*store.Store{storetest.Open(t, url, nil), storetest.Open(t, url, nil)}
		ctx := context.Background()
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				err := nodes[i%2].Write(ctx, func(tx *store.Tx) error {
					tx.Try(func() error {
						if _, err := open(tx, fmt.Sprintf("x%d@example.bo", i), "falla", "falla"); err != nil {
							return err
						}
						return errors.New("taken back")
					})
					_, err := open(tx, fmt.Sprintf("p%d@example.bo", i%7), "señal", "no hay señal")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for n := range int64(40) {
			if _, err := nodes[0].TicketByCode(ctx, tickets.FormatCode(2026, n+1)); err != nil {
				t.Errorf("case %d: %v", n+1, err)
			}
		}
		if _, err := nodes[0].TicketByCode(ctx, tickets.FormatCode(2026, 41)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("case 41: %v", err)
		}
		people, err := nodes[0].SearchPeople(ctx, "quispe ", 100)
		if err != nil || len(people) != 7 {
			t.Errorf("%d people of 7 addresses, %v", len(people), err)
		}
		recount(t, nodes[0])
	})
}

// TestUpdatesAreNotLost lets two nodes change one case 60 times.
func TestUpdatesAreNotLost(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		nodes := []*store.Store{storetest.Open(t, url, nil), storetest.Open(t, url, nil)}
		ctx := context.Background()
		c := newCase(t, nodes[0], "ana@example.bo", "Señal", "no hay señal")
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				err := nodes[i%2].Update(ctx, c.ID, func(t *tickets.Ticket) error {
					t.Returns++
					t.CitizenWrote(monday)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := nodes[1].Ticket(ctx, c.ID)
		if err != nil || got.Returns != 60 || got.Version != 61 {
			t.Errorf("returns %d, version %d, %v", got.Returns, got.Version, err)
		}
		history, err := nodes[1].History(ctx, c.ID, tickets.Actor{})
		if err != nil || len(history) != got.Events || tickets.VerifyChain(history) != nil {
			t.Errorf("%d events of %d, %v, %v", len(history), got.Events, err, tickets.VerifyChain(history))
		}
		err = nodes[0].UpdateAt(ctx, c.ID, 5, func(*tickets.Ticket) error { t.Error("ran on another version"); return nil })
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("an update of version 5: %v", err)
		}
		recount(t, nodes[0])
	})
}

func TestRefusalStoresNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c := newCase(t, s, "ana@example.bo", "Señal", "no hay señal")
		err := s.Update(ctx, c.ID, func(t *tickets.Ticket) error {
			t.Subject = "otro"
			return t.Do("9.9/9", tickets.Actor{ID: "x"}, nil, monday)
		})
		var refusal *tickets.Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("%v", err)
		}
		if got, _ := s.Ticket(ctx, c.ID); got.Subject != "Señal" || got.Version != 1 {
			t.Errorf("stored all the same: %+v", got)
		}
		if err := s.Update(ctx, "nobody", func(*tickets.Ticket) error { return nil }); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unknown case: %v", err)
		}
	})
}

func TestThreadAcrossChannels(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c := newCase(t, s, "ana@example.bo", "Señal", "no hay señal")
		if err := s.MarkRead(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		if r, _ := s.Row(ctx, c.ID); r.Unread {
			t.Error("still unread")
		}
		err := s.Write(ctx, func(tx *store.Tx) error {
			ticket, message, err := tx.FindRef(channels.Email, "unknown@x", c.ID+"@example.bo")
			if err != nil || ticket != c.ID || message != c.ID+"-1" {
				return fmt.Errorf("found %q %q, %w", ticket, message, err)
			}
			rows, err := tx.OpenOf("", "ana@example.bo", 5)
			if err != nil || len(rows) != 1 {
				return fmt.Errorf("%d open, %w", len(rows), err)
			}
			return tx.AddMessage(ticket, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.WhatsApp, Channel: "wa",
				Author: c.Person, Said: "sigue igual\x00 \xff", Defects: []string{"charset"}, Files: []store.File{{Name: "nota.ogg", Data: []byte("ogg")}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		thread, err := s.Thread(ctx, c.ID)
		if err != nil || len(thread) != 3 || thread[2].Said != "sigue igual \uFFFD" || thread[2].Seq != 3 || thread[2].Files[0].Size != 3 || thread[2].Defects[0] != "charset" {
			t.Fatalf("%+v, %v", thread, err)
		}
		if data, err := s.Blob(ctx, thread[2].Files[0].Hash); err != nil || string(data) != "ogg" {
			t.Errorf("file %q, %v", data, err)
		}
		if r, _ := s.Row(ctx, c.ID); !r.Unread || !strings.HasPrefix(r.Snippet, "sigue igual") || r.Messages != 3 || r.Version != 1 {
			t.Errorf("row %+v", r)
		}
		recount(t, s)
	})
}

func TestOutboxWay(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		nodes := []*store.Store{storetest.Open(t, url, clk.Now), storetest.Open(t, url, clk.Now)}
		s, ctx := nodes[0], context.Background()
		c := newCase(t, s, "ana@example.bo", "Señal", "no hay señal")
		if out, _ := s.ClaimOutgoing(ctx, "whatsapp", 5, time.Minute); len(out) != 0 {
			t.Error("claimed for another channel")
		}
		first, err := s.ClaimOutgoing(ctx, "", 5, time.Minute)
		if err != nil || len(first) != 1 {
			t.Fatal(first, err)
		}
		if out, _ := nodes[1].ClaimOutgoing(ctx, "", 5, time.Minute); len(out) != 0 {
			t.Error("claimed twice")
		}
		clk.add(2 * time.Minute) // the node died
		second, err := nodes[1].ClaimOutgoing(ctx, "", 5, time.Minute)
		if err != nil || len(second) != 1 || second[0].ID != first[0].ID || second[0].Tries != 2 {
			t.Fatal(second, err)
		}
		if err := s.Sent(ctx, first[0], ""); !errors.Is(err, store.ErrStale) {
			t.Errorf("the dead node's word counted: %v", err)
		}
		quotes := func(s *store.Store, o store.Outgoing) error {
			return s.Write(ctx, func(tx *store.Tx) error { return tx.Quoted(o, "m-1") })
		}
		if err := quotes(s, first[0]); !errors.Is(err, store.ErrStale) {
			t.Errorf("the dead node chose what is quoted: %v", err)
		}
		if err := quotes(nodes[1], second[0]); err != nil {
			t.Fatal(err)
		}
		if err := nodes[1].RetryLater(ctx, second[0], clk.Now().Add(time.Hour), false, "no hay servidor de salida"); err != nil {
			t.Fatal(err)
		}
		if out, _ := s.ClaimOutgoing(ctx, "", 5, time.Minute); len(out) != 0 {
			t.Error("claimed before its time")
		}
		waiting, err := s.Outbox(ctx, store.OutboxFilter{Waiting: true})
		if err != nil || len(waiting) != 1 || waiting[0].Tries != 1 || waiting[0].Error == "" || waiting[0].Quote != "m-1" {
			t.Errorf("waiting %+v, %v", waiting, err)
		}
		if err := s.TryNow(ctx, first[0].ID); err != nil {
			t.Fatal(err)
		}
		third, _ := s.ClaimOutgoing(ctx, "", 5, time.Minute)
		if len(third) != 1 {
			t.Fatal("not due although a person asked")
		}
		if err := s.Sent(ctx, third[0], "250 ok"); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct{ state, want channels.State }{
			{channels.Reached, channels.Reached}, {channels.Sent, channels.Reached}, {channels.Read, channels.Read}, {channels.Failed, channels.Read},
		} {
			if err := s.Delivered(ctx, channels.Delivery{ReplyID: third[0].ID, State: step.state}); err != nil {
				t.Fatal(err)
			}
			if o, _ := s.Outgoing(ctx, third[0].ID); o.State != step.want {
				t.Errorf("after %s it is %s", step.state, o.State)
			}
		}
		if err := s.Delivered(ctx, channels.Delivery{ReplyID: "nobody.1", State: channels.Sent}); err != nil {
			t.Errorf("unknown id: %v", err)
		}
		list, err := s.Outbox(ctx, store.OutboxFilter{Ticket: c.ID})
		if err != nil || len(list) != 1 {
			t.Errorf("of the case: %+v, %v", list, err)
		}
		recount(t, s)
	})
}

func TestBounceAfterSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c := newCase(t, s, "ana@example.bo", "Señal", "no hay señal")
		out, _ := s.ClaimOutgoing(ctx, "", 5, time.Minute)
		if err := s.Sent(ctx, out[0], ""); err != nil {
			t.Fatal(err)
		}
		if err := s.Failed(ctx, out[0].ID, "550 no such user"); err != nil {
			t.Fatal(err)
		}
		thread, _ := s.Thread(ctx, c.ID)
		if thread[1].State != channels.Failed || thread[1].Error != "550 no such user" {
			t.Errorf("%+v", thread[1])
		}
		failed, err := s.Outbox(ctx, store.OutboxFilter{State: channels.Failed})
		if counts, _ := s.OutboxCounts(ctx); err != nil || len(failed) != 1 || counts[channels.Failed] != 1 {
			t.Errorf("failed %+v, counts %v, %v", failed, counts, err)
		}
	})
}

// TestChangesComeInOrder writes on two nodes while someone follows the feed:
// no number is missed.
func TestChangesComeInOrder(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		nodes := []*store.Store{storetest.Open(t, url, nil), storetest.Open(t, url, nil)}
		ctx := context.Background()
		woken, end := nodes[0].Watch()
		defer end()
		done := make(chan struct{})
		var seen []int64
		go func() {
			defer close(done)
			for last := int64(0); last < 80; {
				list, now, gap, err := nodes[1].Changes(ctx, last)
				if err != nil || gap {
					t.Error(err, gap)
					return
				}
				for _, c := range list {
					seen = append(seen, c.Seq)
				}
				last = now
			}
		}()
		var wg sync.WaitGroup
		for i := range 80 {
			wg.Go(func() { newCase(t, nodes[i%2], fmt.Sprintf("p%d@example.bo", i), "Señal", "no hay señal") })
		}
		wg.Wait()
		<-done
		for i, seq := range seen {
			if seq != int64(i+1) {
				t.Fatalf("change %d came at place %d", seq, i+1)
			}
		}
		select {
		case <-woken:
		case <-time.After(5 * time.Second):
			t.Error("nobody was woken")
		}
	})
}
