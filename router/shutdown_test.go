package router_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router"
	"ventanilla/router/classify"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestNothingIsJudgedWhileStopping: a check of the sender that the stop of the
// program cut short says "none" as if there were nothing to find; the report is
// put back, and no try is counted.
func TestNothingIsJudgedWhileStopping(t *testing.T) {
	st := storetest.Open(t, storetest.SQLite(t), nil)
	asked := make(chan struct{})
	once := sync.OnceFunc(func() { close(asked) })
	r, err := router.New(t.Context(), router.Options{Store: st, Channels: []channels.Channel{chatLines{}}, Log: zerolog.Nop(),
		Now: time.Now, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo",
		Verify: func(ctx context.Context, _ *channels.Report, _ channels.Raw) string {
			once()
			<-ctx.Done()
			return "none"
		}})
	if err != nil {
		t.Fatal(err)
	}
	err = st.Accept(t.Context(), "wa", 0, channels.Batch{Raws: []channels.Raw{{Medium: channels.WhatsApp, ExternalID: "1", Dedupe: "1",
		Body: []byte("+59171230001|no puedo entrar"), Received: time.Now()}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	<-asked
	stop()
	<-done
	list, err := st.Ledger(t.Context(), store.LedgerFilter{})
	if err != nil || len(list) != 1 || list[0].Fate != store.FatePending || list[0].Tries != 0 || list[0].Due.After(time.Now()) {
		t.Errorf("%+v, %v", list, err)
	}
}

// laterAtFirst is a chat under a ban when it is first asked.
type laterAtFirst struct {
	awayAtFirst
}

func (c *laterAtFirst) Send(context.Context, channels.Reply) error {
	if c.asked.Add(1) <= 3 {
		return &channels.LaterError{At: time.Now(), Why: "en pausa"}
	}
	return nil
}

// TestAGreetingWaitsOutABan: an answer to a greeting that the channel did not
// try goes out when the channel says, and no try is counted.
func TestAGreetingWaitsOutABan(t *testing.T) {
	st := storetest.Open(t, storetest.SQLite(t), nil)
	chat := &laterAtFirst{}
	r, err := router.New(t.Context(), router.Options{Store: st, Channels: []channels.Channel{chat}, Log: zerolog.Nop(),
		Now: time.Now, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo"})
	if err != nil {
		t.Fatal(err)
	}
	const number = "+59171230001"
	err = st.Write(t.Context(), func(tx *store.Tx) error {
		return tx.SayHello(store.Courtesy{Medium: channels.WhatsApp, Channel: "wa", To: channels.Address{Value: number}, Text: "Buenos días."})
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, st: st, r: r}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	h.until("the answer went out", func() bool { return chat.asked.Load() == 4 })
	stop()
	<-done
	list, err := st.Courtesies(t.Context(), number)
	if err != nil || len(list) != 1 || list[0].Tries != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestAPanicCostsOneReport: what panics while it is settled is tried again later;
// what came with it has its fate.
func TestAPanicCostsOneReport(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	st := storetest.Open(t, storetest.SQLite(t), clock)
	r, err := router.New(t.Context(), router.Options{Store: st, Channels: []channels.Channel{chatLines{}}, Log: zerolog.Nop(),
		Now: clock, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo",
		Guess: func(in classify.Input) classify.Result {
			if strings.Contains(in.Text, "\n") { // the whole case, guessed anew
				panic("two lines")
			}
			return classify.Result{}
		}})
	if err != nil {
		t.Fatal(err)
	}
	come := func(bodies ...string) {
		t.Helper()
		var b channels.Batch
		for _, body := range bodies {
			b.Raws = append(b.Raws, channels.Raw{Medium: channels.WhatsApp, ExternalID: body, Dedupe: body, Body: []byte(body), Received: now})
		}
		if err := st.Accept(t.Context(), "wa", 0, b); err != nil {
			t.Fatal(err)
		}
		if err := r.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	come("+59171230001|no puedo entrar a mi cuenta de ciudadanía digital")
	come("+59171230001|sigue igual", "+59171230002|no llega el código")
	list, err := st.Ledger(t.Context(), store.LedgerFilter{})
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	slices.SortFunc(list, func(a, b store.Entry) int { return cmp.Compare(a.ID, b.ID) })
	if bad := list[1]; bad.Fate != store.FatePending || !strings.Contains(bad.Error, "two lines") || !bad.Due.After(now) {
		t.Errorf("what panicked: %+v", bad)
	}
	if other := list[2]; other.Fate != store.FateCase {
		t.Errorf("what came with it: %+v", other)
	}
}
