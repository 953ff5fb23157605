package router_test

import (
	"strings"
	"testing"
	"time"

	"ventanilla/router"
	"ventanilla/tickets/store"
)

// TestWhatAListPassesOnIsNeverLost: a person's report that comes through a
// mailing list waits for a person with its cause, and so does mass mail of
// somebody the desk knows; other mass mail is put aside. None of it is answered,
// not even when it is let in, and the case's answer goes to the person.
func TestWhatAListPassesOnIsNeverLost(t *testing.T) {
	listed := func(id, fields string) string {
		return strings.NewReplacer("maria@ciudadana", id+"@ministerio", "uno@ciudadana", id+"@ministerio", "Date:", fields+"\nDate:").Replace(first)
	}
	each(t, func(h *house) {
		for name, c := range map[string]struct {
			mail  string
			fate  store.Verdict
			cause string
		}{
			"a list that takes posts":           {listed("l1", "List-Id: <sistemas.ministerio.ejemplo>\nList-Post: <mailto:sistemas@ministerio.ejemplo>\nList-Unsubscribe: <mailto:x@ministerio.ejemplo>\nPrecedence: list"), store.FateHeld, router.CauseDistributed},
			"an alias of the office":            {listed("l2", "List-Id: <sistemas.ministerio.ejemplo>"), store.FateHeld, router.CauseDistributed},
			"a server that calls all bulk":      {listed("l3", "Precedence: bulk"), store.FateHeld, router.CauseDistributed},
			"a bulletin":                        {listed("l4", "List-Id: <b.ministerio.ejemplo>\nList-Unsubscribe: <https://ministerio.ejemplo/baja>"), store.FateIgnored, router.CauseList},
			"a bulletin of a mass mailer":       {listed("l5", "List-Id: <b.ministerio.ejemplo>\nFeedback-ID: 1:2:3"), store.FateIgnored, router.CauseList},
			"a bulletin that nobody can answer": {listed("noreply", "Precedence: bulk"), store.FateIgnored, router.CauseList},
			"an absence note through a list":    {listed("l6", "List-Post: <mailto:s@ministerio.ejemplo>\nAuto-Submitted: auto-replied"), store.FateIgnored, router.CauseMachine},
		} {
			if got := h.mail(c.mail); got.Fate != c.fate || got.Cause != c.cause || got.Ticket != "" {
				h.t.Errorf("%s: %s (%s) on %q", name, got.Fate, got.Cause, got.Ticket)
			}
		}
		held := h.mail(listed("l7", "List-Id: <sistemas.ministerio.ejemplo>"))
		if err := h.r.Release(h.t.Context(), held.ID, "", operator); err != nil {
			h.t.Fatal(err)
		}
		e, err := h.st.LedgerEntry(h.t.Context(), held.ID)
		if err != nil || e.Fate != store.FateCase {
			h.t.Fatalf("let in, it is %s (%v)", e.Fate, err)
		}
		if c := h.ticket(e.Ticket).Contact; c.Value != "l7@ministerio.ejemplo" {
			h.t.Errorf("the case is of %s", c.Value)
		}
		time.Sleep(700 * time.Millisecond) // more than the outbox waits between two looks
		if n := len(h.sink.Got()); n != 0 {
			h.t.Errorf("%d mails went out to lists", n)
		}
		// the person is known by now, and their bulletins might be reports
		if got := h.mail(listed("l7", "List-Unsubscribe: <https://ministerio.ejemplo/baja>")); got.Fate != store.FateHeld || got.Cause != router.CauseDistributed {
			h.t.Errorf("mass mail of somebody known: %s (%s)", got.Fate, got.Cause)
		}
		// the desk's own list is the way in for people
		own := strings.NewReplacer("maria@", "ana@", "uno@", "dos@", "Date:", "List-Id: <soporte.mesa.ejemplo.bo>\nList-Post: <mailto:"+ours+">\nPrecedence: list\nDate:").Replace(first)
		if got := h.mail(own); got.Fate != store.FateCase {
			h.t.Errorf("through the desk's own list: %s (%s)", got.Fate, got.Cause)
		}
		// also where the list puts its own address into From
		own = strings.NewReplacer("<maria@ciudadana.ejemplo>", "<"+ours+">", "uno@", "tres@", "Date:", "X-Original-From: Rosa Ficticia <rosa@otra.ejemplo>\nReply-To: Rosa Ficticia <rosa@otra.ejemplo>\nList-Id: <soporte.mesa.ejemplo.bo>\nList-Post: <mailto:"+ours+">\nPrecedence: list\nDate:").Replace(first)
		got := h.mail(own)
		if got.Fate != store.FateCase {
			h.t.Fatalf("through the desk's own list, under its name: %s (%s)", got.Fate, got.Cause)
		}
		if c := h.ticket(got.Ticket).Contact; c.Value != "rosa@otra.ejemplo" {
			h.t.Errorf("the case is of %s", c.Value)
		}
	})
}
