package e2e

import (
	"testing"
	"time"

	"ventanilla/router"
)

// TestTakeover runs two nodes on one PostgreSQL and one mailbox. When the node
// that reads the mailbox is killed, the other reads on within the lease and the
// time between two looks at it, and nothing is lost or doubled.
func TestTakeover(t *testing.T) {
	a := newHouse(t).whole("postgres")
	b := *a
	b.console, b.smtp, b.lmtp = port(t), port(t), port(t)
	first := a.start()
	eventually(t, 10*time.Second, "the first node reads the mailbox", func() bool { return a.metric(t, `ventanilla_channel_up{channel="buzon"`) == 1 })
	second := b.start()
	var all []report
	for n := range 150 {
		all = append(all, newReport(n))
	}
	for _, m := range all[:10] {
		a.dovecot.Append(m.raw)
	}
	eventually(t, 20*time.Second, "ten cases", func() bool { return b.metric(t, `ventanilla_ledger{fate="case"}`) == 10 })
	if up := b.metric(t, `ventanilla_channel_up{channel="buzon"`); up != 0 {
		t.Errorf("both nodes run the mailbox")
	}
	if up := b.metric(t, `ventanilla_channel_up{channel="smtp"`); up != 1 {
		t.Errorf("the second node does not listen")
	}
	for _, m := range all[10:100] {
		a.dovecot.Append(m.raw)
	}
	time.Sleep(80 * time.Millisecond) // into the middle of them
	first.kill()
	killed := time.Now()
	for _, m := range all[100:] {
		a.dovecot.Append(m.raw)
	}
	allowed := router.LeaseTime + 5*time.Second // the supervisor looks at the lease every 5 s
	eventually(t, allowed+5*time.Second, "the second node reads the mailbox", func() bool { return b.metric(t, `ventanilla_channel_up{channel="buzon"`) == 1 })
	took := time.Since(killed)
	if took > allowed+2*time.Second {
		t.Errorf("the takeover needed %v, the lease is %v", took, router.LeaseTime)
	}
	eventually(t, 45*time.Second, "all cases, those that the dead node had begun too", func() bool {
		return b.metric(t, `ventanilla_ledger{fate="case"}`) == float64(len(all))
	})
	t.Logf("mailbox taken over after %v, all cases after %v", took.Round(100*time.Millisecond), time.Since(killed).Round(100*time.Millisecond))
	second.stop()
	b.ahead = 10 * time.Minute // the replies that the dead node was sending have lapsed
	last := b.start()
	settled(t, &b, int64(len(all)))
	last.stop()
	r := b.records(t)
	r.reportedOnce(t, all)
	r.sound(t)
	if again := answered(t, b.sink, all); again > 4 {
		t.Errorf("%d acknowledgements came again, at most 4 were under way", again)
	}
}
