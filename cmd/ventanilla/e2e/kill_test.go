package e2e

import (
	"math/rand/v2"
	"testing"
	"time"

	"ventanilla/channels/email/mailtest"
	"ventanilla/tickets/store"
)

const (
	mails    = 500
	killSeed = 20261103
)

// TestKill kills the program at random instants while mail flows in by IMAP,
// SMTP and LMTP and acknowledgements flow out. Afterwards every accepted mail
// is one report and every acknowledgement arrived.
func TestKill(t *testing.T) {
	for _, engine := range []struct {
		name  string
		kills int
	}{{"sqlite", 10}, {"postgres", 4}} {
		t.Run(engine.name, func(t *testing.T) { killed(t, engine.name, engine.kills) })
	}
}

func killed(t *testing.T, engine string, kills int) {
	rnd := rand.New(rand.NewPCG(killSeed, uint64(kills)))
	h := newHouse(t).whole(engine)
	mta := mailtest.Postfix(t, mailtest.PostfixOptions{Domain: "mesa.test", Deliver: "lmtp:" + h.lmtp})
	direct, local := newPostman(h.smtp), newPostman(mta.Addr)
	var all []report
	for n := range mails {
		all = append(all, newReport(n))
	}
	rest := all
	desk := h.start()
	for n := range kills {
		share := len(rest)
		if n < kills-1 {
			share = min(len(rest), mails/kills/2+rnd.IntN(mails/kills))
		}
		send(rnd, h, direct, local, rest[:share])
		rest = rest[share:]
		time.Sleep(time.Duration(rnd.IntN(1200)) * time.Millisecond)
		desk.kill()
		h.ahead += 25*time.Second + time.Duration(rnd.IntN(150))*time.Second
		desk = h.start()
	}
	send(rnd, h, direct, local, rest)
	direct.done(t, time.Minute)
	local.done(t, time.Minute)
	if !mta.Drained(time.Minute) {
		t.Errorf("Postfix still holds %d mails\n%s", mta.Queue(), mta.Log())
	}
	desk.kill()
	h.ahead += 10 * time.Minute // whatever the dead held has lapsed
	desk = h.start()
	settled(t, h, mails)
	desk.stop()

	r := h.records(t)
	r.reportedOnce(t, all)
	r.sound(t)
	again := answered(t, h.sink, all)
	if limit := (kills + 1) * 4; again > limit { // four replies are on their way at once
		t.Errorf("%d acknowledgements came again after %d kills, at most %d were under way", again, kills+1, limit)
	}
	for _, e := range r.entries {
		if e.Tries > kills+2 { // a life may end before it settled anything
			t.Errorf("ledger line %d needed %d tries", e.ID, e.Tries)
		}
	}
	t.Logf("%d mails, %d kills, %d acknowledgements came again, %d sightings of known mails", mails, kills+1, again, duplicates(r.entries))
}

// send spreads mails over the ways in; some come twice, by IMAP and by SMTP.
func send(rnd *rand.Rand, h *house, direct, local *postman, some []report) {
	for _, m := range some {
		switch way := rnd.IntN(100); {
		case way < 36:
			h.dovecot.Append(m.raw)
		case way < 40:
			h.dovecot.Append(m.raw)
			direct.give(m)
		case way < 70:
			direct.give(m)
		default:
			local.give(m)
		}
	}
}

// settled waits, from another connection, until n reports were read and every
// reply is out.
func settled(t *testing.T, h *house, n int64) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{URL: h.database})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var acc store.Accounts
	end := time.Now().Add(90 * time.Second)
	for ; time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if acc, err = st.Accounts(t.Context()); err != nil {
			t.Fatal(err)
		}
		out, err := st.OutboxCounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if acc.Received >= n && acc.Pending == 0 && out["queued"] == 0 {
			return
		}
	}
	t.Errorf("not at rest: %+v", acc)
}

func duplicates(entries []store.Entry) (n int) {
	for _, e := range entries {
		n += e.Sightings - 1
	}
	return n
}
