package store_test

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// recount compares the counters with what the lists and the outbox hold.
func recount(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	want := map[string]int64{}
	f := store.Filter{State: "all", Restricted: true, Limit: 7}
	for {
		page, err := s.List(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			if !r.Closed.IsZero() {
				want["closed"]++
				continue
			}
			names := []string{"open", "unit:" + string(r.Unit), "step:" + string(r.Step), "class:" + string(r.Class), "medium:" + string(r.Medium),
				"channel:" + r.Channel, "system:" + r.System}
			if r.Assignee == "" {
				names = append(names, "unassigned:"+string(r.Unit))
			} else {
				names = append(names, "assignee:"+r.Assignee)
			}
			if r.Operator != "" {
				names = append(names, "operator:"+r.Operator)
			}
			if r.Waiting {
				names = append(names, "waiting")
			}
			if r.Unread {
				names = append(names, "unread", "unread:"+string(r.Unit))
			}
			for _, flag := range r.Flags {
				names = append(names, "flag:"+string(flag))
			}
			for _, name := range names {
				want[name]++
			}
		}
		if page.Next == (store.Cursor{}) {
			break
		}
		f.Cursor = page.Next
	}
	got, err := s.Counts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(got, func(_ string, n int64) bool { return n == 0 })
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("counters (-recount +kept):\n%s", d)
	}
	states := map[channels.State]int64{}
	replies, err := s.Outbox(ctx, store.OutboxFilter{Limit: 10000})
	for _, o := range replies {
		states[o.State]++
	}
	kept, _ := s.OutboxCounts(ctx)
	maps.DeleteFunc(kept, func(_ channels.State, n int64) bool { return n == 0 })
	if d := cmp.Diff(states, kept); d != "" || err != nil {
		t.Errorf("outbox counters (-recount +kept): %s %v", d, err)
	}
}

// TestPaging walks the queue in both directions while cases change under way:
// those that nobody touched are each seen once, in order.
func TestPaging(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url, clk.Now)
		ctx := context.Background()
		var ids []string
		for i := range 60 {
			if i%4 != 0 {
				clk.add(time.Second) // some share their time
			}
			c := newCase(t, s, "ana@example.bo", fmt.Sprintf("caso %d", i), "no hay señal")
			ids = append(ids, c.ID)
		}
		for i := 0; i < 60; i += 5 {
			if err := s.Update(ctx, ids[i], func(t *tickets.Ticket) error { t.Step, t.ClosedAt = tickets.Closed, monday; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		recount(t, s)
		for _, state := range []string{"open", "closed", "all"} {
			for _, oldest := range []bool{false, true} {
				walk(t, s, store.Filter{State: state, Oldest: oldest, Limit: 7}, func(page int) {
					clk.add(time.Second)
					s.Update(ctx, ids[1], func(t *tickets.Ticket) error { t.Priority = fmt.Sprint(page); return nil })
				}, ids[1])
			}
		}
	})
}

// walk pages to the end and back and compares both with the whole list.
func walk(t *testing.T, s *store.Store, f store.Filter, meanwhile func(page int), touched string) {
	t.Helper()
	ctx := context.Background()
	whole := f
	whole.Limit = 1000
	all, err := s.List(ctx, whole)
	if err != nil {
		t.Fatal(err)
	}
	ids := func(rows []store.Row) (list []string) {
		for _, r := range rows {
			if r.ID != touched {
				list = append(list, r.ID)
			}
		}
		return list
	}
	var there, back []string
	var last store.Page
	for n := 0; ; n++ {
		page, err := s.List(ctx, f)
		if err != nil || n > 100 {
			t.Fatal(err, n)
		}
		there = append(there, ids(page.Rows)...)
		last = page
		if page.Next == (store.Cursor{}) {
			break
		}
		f.Cursor = store.ParseCursor(page.Next.String())
		meanwhile(n)
	}
	if d := cmp.Diff(ids(all.Rows), there); d != "" {
		t.Errorf("%+v forwards: %s", f, d)
	}
	back = ids(last.Rows)
	for n := 0; last.Prev != (store.Cursor{}); n++ {
		f.Cursor, f.Back = last.Prev, true
		if last, err = s.List(ctx, f); err != nil || n > 100 {
			t.Fatal(err, n)
		}
		back = append(ids(last.Rows), back...)
		meanwhile(n)
	}
	if d := cmp.Diff(ids(all.Rows), back); d != "" {
		t.Errorf("%+v backwards: %s", f, d)
	}
}

func TestFiltersAndRestricted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		a := newCase(t, s, "ana@example.bo", "A", "no hay señal")
		b := newCase(t, s, "beto@example.bo", "B", "no hay señal")
		err := s.Update(ctx, b.ID, func(t *tickets.Ticket) error {
			t.Flags = []tickets.Flag{tickets.FlagRestricted, tickets.FlagSecurity}
			t.Unit, t.Step, t.Assignee, t.Operator, t.Class = tickets.ACGII, "9.2/2", "eva", "omar", tickets.Availability
			t.Hands = []string{"omar", "eva"}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		no := false
		for _, c := range []struct {
			name   string
			filter store.Filter
			want   int
		}{
			{"restricted hidden", store.Filter{}, 1},
			{"all", store.Filter{Restricted: true}, 2},
			{"named", store.Filter{Viewer: store.Viewer{ID: "eva"}}, 2},
			{"not named", store.Filter{Viewer: store.Viewer{ID: "ev", Roles: []tickets.Role{tickets.RoleACGII}}}, 1},
			{"unit", store.Filter{Unit: tickets.ACGII, Restricted: true}, 1},
			{"mine", store.Filter{Mine: "omar", Restricted: true}, 1},
			{"assignee", store.Filter{Assignee: "eva", Restricted: true}, 1},
			{"no class", store.Filter{Class: store.NoClass, Restricted: true}, 1},
			{"class", store.Filter{Class: tickets.Availability, Restricted: true}, 1},
			{"flag", store.Filter{Flag: tickets.FlagSecurity, Restricted: true}, 1},
			{"unassigned", store.Filter{Unassigned: true, Restricted: true}, 1},
			{"system", store.Filter{System: "ciudadania", Restricted: true}, 2},
			{"not waiting", store.Filter{Waiting: &no, Unread: true, Restricted: true}, 2},
			{"old", store.Filter{OlderThan: a.Opened, Restricted: true}, 0},
			{"person", store.Filter{Person: a.Person}, 1},
		} {
			page, err := s.List(ctx, c.filter)
			if err != nil || len(page.Rows) != c.want {
				t.Errorf("%s: %d rows, %v", c.name, len(page.Rows), err)
			}
		}
		if rows, err := s.Search(ctx, store.SearchFilter{Text: "beto@example.bo"}); err != nil || len(rows) != 0 {
			t.Errorf("a restricted case was found: %v, %v", rows, err)
		}
		recount(t, s)
	})
}

// TestListsAsCasesAreSeen: a list shows a restricted case to those who may open it,
// and to nobody else: not to a whole unit when its supervisor's step is due, and
// not to the desk once it is closed.
func TestListsAsCasesAreSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c := newCase(t, s, "ana@example.bo", "A", "denuncia")
		for _, at := range []struct {
			unit     tickets.Unit
			step     tickets.Step
			assignee string
			closed   bool
		}{{tickets.AIT, "9.1/2", "", false}, {tickets.AIT, "9.1/2", "eva", false}, {tickets.UIT, "9.2/2", "", false}, {tickets.AIT, "9.2/8", "", false}, {tickets.AIT, tickets.Closed, "", true}} {
			var seen *tickets.Ticket
			err := s.Update(ctx, c.ID, func(t *tickets.Ticket) error {
				t.Flags = []tickets.Flag{tickets.FlagRestricted}
				t.Unit, t.Step, t.Assignee, t.Operator, t.Hands, t.ClosedAt = at.unit, at.step, at.assignee, "omar", []string{"omar"}, time.Time{}
				if at.closed {
					t.ClosedAt = s.Now()
				}
				seen = t
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			row, err := s.Row(ctx, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, who := range []tickets.Actor{
				{ID: "omar", Roles: []tickets.Role{tickets.Operador}}, {ID: "eva", Roles: []tickets.Role{tickets.Operador}}, {ID: "iris", Roles: []tickets.Role{tickets.Operador}},
				{ID: "tito", Roles: []tickets.Role{tickets.Telefonista}}, {ID: "ulises", Roles: []tickets.Role{tickets.RoleUIT}}, {ID: "cora", Roles: []tickets.Role{tickets.RoleACGII, tickets.Jefatura}},
			} {
				viewer := store.Viewer{ID: who.ID, Roles: who.Roles}
				page, err := s.List(ctx, store.Filter{State: "all", Viewer: viewer})
				if err != nil {
					t.Fatal(err)
				}
				if listed := len(page.Rows) == 1; listed != seen.SeenBy(who) {
					t.Errorf("%+v: listed to %s %v: %v, may open it: %v", at, who.ID, who.Roles, listed, !listed)
				}
				if sees := viewer.Sees(row); sees != seen.SeenBy(who) {
					t.Errorf("%+v: seen by %s %v in a list of other things: %v, may open it: %v", at, who.ID, who.Roles, sees, !sees)
				}
			}
		}
	})
}
