package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

var worker = tickets.Actor{ID: "op", Name: "Olga", Roles: []tickets.Role{tickets.Operador}}

// outageOf confirms an outage whose principal is the first of the cases; the
// others are proposed to it.
func outageOf(t *testing.T, s *store.Store, cases ...*tickets.Ticket) store.Outage {
	t.Helper()
	o := store.Outage{System: "cd", State: store.OutageConfirmed, Parent: cases[0].ID, Code: cases[0].Code, Found: s.Now(), Since: s.Now(), Span: time.Hour, People: len(cases)}
	write(t, s, func(tx *store.Tx) error {
		if err := tx.SaveOutage(&o); err != nil {
			return err
		}
		for _, c := range cases[1:] {
			if err := tx.ProposeReport(o.ID, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func attach(parent store.Outage, ids ...string) []store.BatchItem {
	var items []store.BatchItem
	for _, id := range ids {
		items = append(items, store.BatchItem{Ticket: id, Acts: []store.Deed{{Act: tickets.ActAttach, Record: tickets.Record{"problem": "no abre", "case": parent.Code, "case_id": parent.Parent}}}})
	}
	return items
}

func doItem(tx *store.Tx, i *store.BatchItem) error {
	return tx.Update(i.Ticket, func(t *tickets.Ticket) error {
		for _, d := range i.Acts {
			if err := t.Do(d.Act, i.Batch.By, d.Record, tx.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestBatch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var cases []*tickets.Ticket
		for i := range 6 {
			cases = append(cases, newCase(t, s, fmt.Sprintf("p%d@example.bo", i), "no abre", "no carga la página"))
		}
		o := outageOf(t, s, cases...)
		b := store.Batch{Outage: o.ID, Act: tickets.ActAttach, By: worker}
		items := attach(o, cases[1].ID, cases[2].ID, cases[3].ID, "nobody", cases[1].ID)
		write(t, s, func(tx *store.Tx) error { return tx.NewBatch(&b, items) })
		for range 10 {
			if took, err := s.WorkBatches(ctx, 2, doItem); err != nil {
				t.Fatal(err)
			} else if took == 0 {
				break
			}
		}
		list, err := s.Batches(ctx, o.ID)
		if err != nil || len(list) != 1 || list[0].Done != 3 || list[0].Refused != 2 || list[0].Total != 5 || list[0].By.Name != "Olga" {
			t.Fatalf("%v %+v", err, list)
		}
		refused, err := s.Refusals(ctx, b.ID, 10)
		if err != nil || len(refused) != 2 || refused[0].Ticket != "nobody" || refused[1].Ticket != cases[1].ID {
			t.Errorf("%v %+v", err, refused)
		}

		// What waits for its principal is in no list and in no count but its own,
		// until its person writes.
		page, err := s.List(ctx, store.Filter{Restricted: true})
		if err != nil || len(page.Rows) != 3 {
			t.Errorf("%v: the queue has %d cases, want 3", err, len(page.Rows))
		}
		page, err = s.List(ctx, store.Filter{Outage: o.Code, Restricted: true})
		if err != nil || len(page.Rows) != 3 || page.Rows[0].Outage != o.Code {
			t.Errorf("%v: the outage has %d cases, want 3", err, len(page.Rows))
		}
		counts, err := s.Counts(ctx)
		if err != nil || counts["open"] != 3 || counts["outage"] != 3 || counts["unit:UIT"] != 0 {
			t.Errorf("%v %v", err, counts)
		}
		if err := s.Update(ctx, cases[2].ID, func(t *tickets.Ticket) error { t.CitizenWrote(s.Now()); return nil }); err != nil {
			t.Fatal(err)
		}
		if page, err = s.List(ctx, store.Filter{Restricted: true}); err != nil || len(page.Rows) != 4 {
			t.Errorf("%v: the queue has %d cases after one wrote, want 4", err, len(page.Rows))
		}
	})
}

// TestBatchFails: an error that is no refusal leaves everything due.
func TestBatchFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		a, c := newCase(t, s, "a@example.bo", "no abre", "x"), newCase(t, s, "b@example.bo", "no abre", "x")
		o := outageOf(t, s, a, c)
		b := store.Batch{Outage: o.ID, Act: tickets.ActAttach, By: worker}
		write(t, s, func(tx *store.Tx) error { return tx.NewBatch(&b, attach(o, c.ID)) })
		broken := errors.New("no memory")
		if _, err := s.WorkBatches(ctx, 5, func(tx *store.Tx, i *store.BatchItem) error {
			if err := doItem(tx, i); err != nil {
				return err
			}
			return broken
		}); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if c, err := s.Ticket(ctx, c.ID); err != nil || c.Outage() != "" {
			t.Errorf("%v: half done: %q", err, c.Outage())
		}
		if took, err := s.WorkBatches(ctx, 5, doItem); took != 1 || err != nil {
			t.Errorf("%d %v", took, err)
		}
	})
}

func TestOutages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		a, b, c := newCase(t, s, "a@example.bo", "1", "x"), newCase(t, s, "b@example.bo", "2", "x"), newCase(t, s, "c@example.bo", "3", "x")
		o := outageOf(t, s, a, b, c)
		err := s.Write(ctx, func(tx *store.Tx) error {
			return tx.SaveOutage(&store.Outage{System: "cd", State: store.OutageProposed, Found: s.Now(), Since: s.Now()})
		})
		if !errors.Is(err, store.ErrStale) {
			t.Errorf("a second open outage of one system: %v", err)
		}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.SetReport(o.ID, b.ID, store.ReportRefused), tx.ProposeReport(o.ID, b.ID))
		})
		reports, err := s.OutageReports(ctx, o.ID, "", "", 10)
		if err != nil || len(reports) != 2 || reports[0].State != store.ReportRefused || reports[1].State != store.ReportProposed {
			t.Errorf("%v %+v", err, reports)
		}
		if rest, err := s.OutageReports(ctx, o.ID, store.ReportProposed, b.ID, 10); err != nil || len(rest) != 1 || rest[0].ID != c.ID {
			t.Errorf("%v %+v", err, rest)
		}
		if counts, err := s.OutageCounts(ctx, o.ID); err != nil || counts[store.ReportProposed] != 1 || counts[store.ReportRefused] != 1 {
			t.Errorf("%v %v", err, counts)
		}
		if found, state, err := s.OutageOf(ctx, c.ID); err != nil || found.ID != o.ID || state != store.ReportProposed {
			t.Errorf("%v %+v %s", err, found, state)
		}
		if found, state, err := s.OutageOf(ctx, a.ID); err != nil || found.ID != o.ID || state != "" {
			t.Errorf("%v %+v %s", err, found, state)
		}
		o.State, o.Ended = store.OutageOver, s.Now()
		write(t, s, func(tx *store.Tx) error { return tx.SaveOutage(&o) })
		if open, err := s.Outages(ctx, false, 10); err != nil || len(open) != 0 {
			t.Errorf("%v %+v", err, open)
		}
		arrived, err := s.Arrivals(ctx, "", s.Now().Add(-time.Hour), 10)
		if err != nil || len(arrived) != 3 || arrived[0].ID != a.ID {
			t.Errorf("%v %+v", err, arrived)
		}
		if arrived, err = s.Arrivals(ctx, b.ID, time.Time{}, 10); err != nil || len(arrived) != 1 {
			t.Errorf("%v %+v", err, arrived)
		}
		if arrived, err = s.Arrivals(ctx, "", s.Now().Add(time.Hour), 10); err != nil || len(arrived) != 0 {
			t.Errorf("%v %+v", err, arrived)
		}
	})
}

// TestRefuseReports: what was attached meanwhile, or belongs to nothing, is not refused.
func TestRefuseReports(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		a, b, c, d := newCase(t, s, "a@example.bo", "1", "x"), newCase(t, s, "b@example.bo", "2", "x"), newCase(t, s, "c@example.bo", "3", "x"), newCase(t, s, "d@example.bo", "4", "x")
		o := outageOf(t, s, a, b, c)
		write(t, s, func(tx *store.Tx) error { return tx.SetReport(o.ID, b.ID, store.ReportAttached) })
		refuse := func(ids ...string) error {
			return s.Write(ctx, func(tx *store.Tx) error { return tx.RefuseReports(o.ID, ids) })
		}
		for what, ids := range map[string][]string{"attached": {b.ID}, "of nothing": {d.ID}, "unknown": {"nobody"}, "one of two attached": {c.ID, b.ID}} {
			if err := refuse(ids...); !errors.Is(err, store.ErrStale) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := refuse(c.ID); err != nil {
			t.Error(err)
		}
		counts, err := s.OutageCounts(ctx, o.ID)
		if err != nil || counts[store.ReportAttached] != 1 || counts[store.ReportRefused] != 1 {
			t.Errorf("%v %v", err, counts)
		}
	})
}
