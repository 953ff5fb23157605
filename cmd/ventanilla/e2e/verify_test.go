package e2e

import (
	"bytes"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
	"ventanilla/channels/email/mailtest"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// records is everything a database says happened, read through its public door.
type records struct {
	st      *store.Store
	entries []store.Entry
	ids     map[string][]store.Entry // ledger lines by Message-ID
	rows    []store.Row
	replies []store.Outgoing
}

// records opens the database of a house whose desk is stopped and reads it all.
func (h *house) records(t testing.TB) *records {
	t.Helper()
	r := &records{st: storetest.Open(t, h.database, nil), ids: map[string][]store.Entry{}}
	for before := int64(0); ; {
		page, err := r.st.Ledger(t.Context(), store.LedgerFilter{Before: before, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		r.entries = append(r.entries, page...)
		before = page[len(page)-1].ID
	}
	for _, e := range r.entries {
		raw, err := r.st.RawOf(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		if e.Medium == channels.Email {
			id := messageID(raw.Body)
			r.ids[id] = append(r.ids[id], e)
		}
	}
	f := store.Filter{State: "all", Restricted: true, Limit: 200}
	for {
		page, err := r.st.List(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		r.rows = append(r.rows, page.Rows...)
		if f.Cursor = page.Next; page.Next == (store.Cursor{}) {
			break
		}
	}
	for before := ""; ; {
		page, err := r.st.Outbox(t.Context(), store.OutboxFilter{Before: before, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		r.replies = append(r.replies, page...)
		before = page[len(page)-1].ID
	}
	return r
}

func messageID(raw []byte) string {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	return strings.Trim(m.Header.Get("Message-ID"), "<> ")
}

// reportedOnce checks that every accepted mail is one ledger line and one case,
// and that there is nothing else.
func (r *records) reportedOnce(t testing.TB, accepted []report) {
	t.Helper()
	of := map[string]string{}
	for _, m := range accepted {
		lines := r.ids[m.id]
		if len(lines) != 1 {
			t.Errorf("mail %s has %d ledger lines, want 1", m.id, len(lines))
			continue
		}
		if e := lines[0]; e.Fate != store.FateCase || e.Ticket == "" {
			t.Errorf("mail %s became %q (%s) after %d tries, want a case", m.id, e.Fate, e.Cause+e.Error, e.Tries)
		} else if other := of[e.Ticket]; other != "" {
			t.Errorf("mails %s and %s share case %s", m.id, other, e.Code)
		} else {
			of[e.Ticket] = m.id
		}
	}
	if len(r.entries) != len(accepted) || len(r.rows) != len(accepted) {
		t.Errorf("%d ledger lines and %d cases for %d accepted mails", len(r.entries), len(r.rows), len(accepted))
	}
}

// sound checks what must hold in any database at rest: numbers without a gap,
// whole chains, counters that equal a recount.
func (r *records) sound(t testing.TB) {
	t.Helper()
	r.gapless(t)
	for _, row := range r.rows {
		events, err := r.st.History(t.Context(), row.ID, tickets.Actor{ID: "e2e"})
		if err != nil {
			t.Fatal(err)
		}
		c, err := r.st.Ticket(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := tickets.VerifyChain(events); err != nil {
			t.Errorf("case %s: %v", row.Code, err)
		} else if len(events) == 0 || events[len(events)-1].Hash != c.LastEvent {
			t.Errorf("case %s: its history ends before its last event", row.Code)
		}
		thread, err := r.st.Thread(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(thread) != row.Messages {
			t.Errorf("case %s counts %d messages and has %d", row.Code, row.Messages, len(thread))
		}
	}
	r.counted(t)
}

func (r *records) gapless(t testing.TB) {
	t.Helper()
	numbers := map[int][]int{}
	for _, row := range r.rows {
		var year, n int
		if _, err := fmt.Sscanf(row.Code, "AIT-%d-%d", &year, &n); err != nil {
			t.Errorf("case code %q: %v", row.Code, err)
		}
		numbers[year] = append(numbers[year], n)
	}
	for year, all := range numbers {
		slices.Sort(all)
		for i, n := range all {
			if n != i+1 {
				t.Errorf("the case numbers of %d are not 1…%d: at place %d stands %d", year, len(all), i+1, n)
				break
			}
		}
	}
}

// counted compares the counters that the desk keeps with what they count.
func (r *records) counted(t testing.TB) {
	t.Helper()
	fates := map[store.Verdict]int64{}
	for _, e := range r.entries {
		fates[e.Fate]++
	}
	acc, err := r.st.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if acc.Received != int64(len(r.entries)) || acc.Received != acc.Settled+acc.Pending {
		t.Errorf("received %d (settled %d, pending %d), the ledger has %d lines", acc.Received, acc.Settled, acc.Pending, len(r.entries))
	}
	if d := cmp.Diff(fates, dropZero(acc.ByFate)); d != "" {
		t.Errorf("fates, counted and kept:\n%s", d)
	}
	queue := map[string]int64{}
	for _, row := range r.rows {
		if !row.Closed.IsZero() {
			queue["closed"]++
			continue
		}
		queue["open"]++
		queue["unit:"+string(row.Unit)]++
		queue["step:"+string(row.Step)]++
		queue["medium:"+string(row.Medium)]++
		queue["channel:"+row.Channel]++
		queue["class:"+string(row.Class)]++
		queue["system:"+row.System]++
		if row.Unread {
			queue["unread"]++
		}
		if row.Assignee == "" {
			queue["unassigned:"+string(row.Unit)]++
		}
	}
	kept, err := r.st.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name := range kept {
		if strings.HasPrefix(name, "unread:") || strings.HasPrefix(name, "flag:") {
			delete(kept, name)
		}
	}
	if d := cmp.Diff(queue, dropZero(kept)); d != "" {
		t.Errorf("queue, counted and kept:\n%s", d)
	}
	states := map[channels.State]int64{}
	for _, o := range r.replies {
		states[o.State]++
	}
	keptStates, err := r.st.OutboxCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(states, dropZero(keptStates)); d != "" {
		t.Errorf("outbox, counted and kept:\n%s", d)
	}
}

func dropZero[K comparable](m map[K]int64) map[K]int64 {
	for k, n := range m {
		if n == 0 {
			delete(m, k)
		}
	}
	return m
}

// answered checks that everybody got the acknowledgement, and that one that
// came twice is the same mail. It gives how many came again.
func answered(t testing.TB, sink *mailtest.Mailsink, accepted []report) (again int) {
	t.Helper()
	got := map[string][]string{}
	owner := map[string]string{}
	for _, g := range sink.Got() {
		id := messageID(g.Raw)
		if len(g.To) != 1 || id == "" {
			t.Errorf("an answer to %v with the id %q", g.To, id)
			continue
		}
		if other := owner[id]; other != "" && other != g.To[0] {
			t.Errorf("one Message-ID for two people: %s", id)
		}
		owner[id] = g.To[0]
		got[g.To[0]] = append(got[g.To[0]], id)
	}
	for _, m := range accepted {
		ids := got[m.from]
		if len(ids) == 0 {
			t.Errorf("%s got no acknowledgement", m.from)
			continue
		}
		again += len(ids) - 1
		if slices.Sort(ids); ids[0] != ids[len(ids)-1] {
			t.Errorf("%s got several acknowledgements: %v", m.from, ids)
		}
	}
	if len(got) != len(accepted) {
		t.Errorf("%d people got mail, %d wrote", len(got), len(accepted))
	}
	return again
}
