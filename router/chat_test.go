package router_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// chatLines reads "number|text": what a chat channel would make of a message.
type chatLines struct{}

func (chatLines) Name() string            { return "wa" }
func (chatLines) Medium() channels.Medium { return channels.WhatsApp }
func (chatLines) Run(ctx context.Context, _ channels.Host) error {
	<-ctx.Done()
	return ctx.Err()
}

func (chatLines) Read(channel string, r channels.Raw) channels.Report {
	number, text, _ := strings.Cut(string(r.Body), "|")
	return channels.Report{Channel: channel, Medium: channels.WhatsApp, Kind: channels.Human, ExternalID: r.ExternalID,
		From: channels.Address{Medium: channels.WhatsApp, Value: number}, Text: text, Said: text, ReceivedAt: r.Received}
}

// awayAtFirst is a chat that this node does not run when it is first asked.
type awayAtFirst struct {
	chatLines
	asked atomic.Int32
}

func (c *awayAtFirst) Send(context.Context, channels.Reply) error {
	if c.asked.Add(1) == 1 {
		return fmt.Errorf("not now: %w", channels.ErrNotHere)
	}
	return nil
}

// On a node that does not run a chat its replies wait for the one that does;
// that is no try.
func TestAReplyIsLeftToTheNodeThatRunsItsChannel(t *testing.T) {
	st := storetest.Open(t, storetest.SQLite(t), nil)
	chat := &awayAtFirst{}
	r, err := router.New(t.Context(), router.Options{Store: st, Channels: []channels.Channel{chat}, Log: zerolog.Nop(),
		Now: time.Now, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo"})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, st: st, r: r}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	err = st.Accept(t.Context(), "wa", 0, channels.Batch{Raws: []channels.Raw{{Medium: channels.WhatsApp, ExternalID: "1", Dedupe: "1",
		Body: []byte("+59171230001|no puedo entrar"), Received: time.Now()}}})
	if err != nil {
		t.Fatal(err)
	}
	var out []store.Outgoing
	h.until("the acknowledgement is out", func() bool {
		if out, err = st.Outbox(t.Context(), store.OutboxFilter{}); err != nil {
			t.Fatal(err)
		}
		return len(out) == 1 && out[0].State == channels.Sent
	})
	if chat.asked.Load() != 2 || out[0].Tries != 1 {
		t.Errorf("asked %d times, %d tries counted; want 2 and 1", chat.asked.Load(), out[0].Tries)
	}
}

func TestAChatGoesOnInTheOpenCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		r, err := router.New(t.Context(), router.Options{Store: st, Channels: []channels.Channel{chatLines{}}, Log: zerolog.Nop(),
			Now: time.Now, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo"})
		if err != nil {
			t.Fatal(err)
		}
		h := &house{t: t, st: st, r: r}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		t.Cleanup(func() { stop(); <-done })
		say := func(id, line string) store.Entry {
			t.Helper()
			if err := st.Accept(t.Context(), "wa", 0, channels.Batch{Raws: []channels.Raw{{Medium: channels.WhatsApp, ExternalID: id, Dedupe: id, Body: []byte(line), Received: time.Now()}}}); err != nil {
				t.Fatal(err)
			}
			var e store.Entry
			h.until("the message has its fate", func() bool {
				list, err := st.Ledger(t.Context(), store.LedgerFilter{Limit: 1})
				if err != nil {
					t.Fatal(err)
				}
				e = list[0]
				return e.ExternalID == id && e.Fate != store.FatePending
			})
			return e
		}
		first := say("1", "+59171230001|no puedo entrar a ciudadania digital")
		if first.Fate != store.FateCase {
			t.Fatalf("the first message is %s (%s)", first.Fate, first.Cause)
		}
		if e := say("2", "+59171230001|me sale clave incorrecta"); e.Fate != store.FateMessage || e.Ticket != first.Ticket {
			t.Errorf("the next fragment is %s in %q", e.Fate, e.Ticket)
		}
		if e := say("3", "+59171230002|el portal no abre"); e.Fate != store.FateCase || e.Ticket == first.Ticket {
			t.Errorf("another person's message is %s in %q", e.Fate, e.Ticket)
		}
	})
}
