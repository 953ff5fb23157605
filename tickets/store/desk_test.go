package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestUnsent: what was typed is kept, the newest wins, and what comes late from
// a form whose act was done does not come back.
func TestUnsent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		keep := func(form, text string) {
			t.Helper()
			u := store.Unsent{Name: "c:reply", Form: form}
			if text != "" {
				u.Fields = map[string]string{"text": text}
			}
			if err := s.KeepUnsent(ctx, "ana", u); err != nil {
				t.Fatal(err)
			}
		}
		is := func(want string) {
			t.Helper()
			u, err := s.Unsent(ctx, "ana", "c:reply")
			if want == "" && errors.Is(err, store.ErrNotFound) {
				return
			}
			if err != nil || u.Fields["text"] != want {
				t.Errorf("the draft is %q (%v), want %q", u.Fields["text"], err, want)
			}
		}
		is("")
		keep("f1", "uno")
		keep("f1", "dos\x00 «é» 😀")
		is("dos «é» 😀")
		keep("f1", "")
		is("")
		keep("f1", "tres")
		write(t, s, func(tx *store.Tx) error { return tx.SentUnsent("ana", "c:reply", "f1") })
		is("")
		keep("f1", "tarde")
		is("")
		keep("f1", "")
		keep("f1", "tarde otra vez")
		is("")
		keep("f2", "cuatro")
		is("cuatro")
		write(t, s, func(tx *store.Tx) error {
			return tx.KeepUnsent("ana", store.Unsent{Name: "c:reply", Fields: map[string]string{"text": "deshecho"}})
		})
		is("deshecho")
		if _, err := s.Unsent(ctx, "eva", "c:reply"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another person reads the draft: %v", err)
		}
	})
}

// TestPresence: two people on two nodes see each other, once each, and are
// gone when they leave or fall silent. Only news is announced.
func TestPresence(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url, clk.Now)
		ctx := context.Background()
		be := func(who string, writing, gone bool, want int) {
			t.Helper()
			others, err := s.BePresent(ctx, "c1", who, writing, gone)
			if err != nil || len(others) != want {
				t.Errorf("%s is beside %d people (%v), want %d", who, len(others), err, want)
			}
		}
		last := func() int64 {
			n, err := s.LastChange(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		be("ana", false, false, 0)
		be("eva", false, false, 1)
		told := last()
		if told == 0 {
			t.Error("nobody told the first of the second")
		}
		be("eva", false, false, 1)
		if last() != told {
			t.Error("a sign of life without news was announced")
		}
		be("eva", true, false, 1)
		if last() == told {
			t.Error("that somebody writes was not announced")
		}
		if all, err := s.Presence(ctx); err != nil || len(all) != 2 || all[0].Writing || !all[1].Writing {
			t.Errorf("present are %+v (%v)", all, err)
		}
		be("eva", false, true, 1)
		be("ana", false, false, 0)
		be("eva", false, false, 1)
		clk.add(time.Minute)
		be("ana", false, false, 0)
	})
}

// TestTemplates: a version never changes, and what is offered is the newest approved one.
func TestTemplates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		offered := func() (bodies []string) {
			list, err := s.Approved(ctx, "whatsapp")
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range list {
				if v.Name == "Z" {
					bodies = append(bodies, v.Body)
				}
			}
			return bodies
		}
		v := store.Template{Name: "Z", Channel: "whatsapp", Language: "es", Body: "uno {nombre}", State: store.TemplateDraft, By: "ana"}
		save := func(body string, state store.TemplateState) {
			t.Helper()
			v.Body, v.State = body, state
			write(t, s, func(tx *store.Tx) error { return tx.SaveTemplate(&v) })
		}
		save("uno {nombre}", store.TemplateDraft)
		if got := offered(); len(got) != 0 {
			t.Errorf("a draft is offered: %q", got)
		}
		save("uno {nombre}", store.TemplateApproved)
		save("dos {nombre}", store.TemplateDraft)
		if got := offered(); len(got) != 1 || got[0] != "uno {nombre}" || v.Version != 3 {
			t.Errorf("offered is %q at version %d", got, v.Version)
		}
		save("", store.TemplateRetired)
		if got := offered(); len(got) != 0 {
			t.Errorf("a retired template is offered: %q", got)
		}
		if all, err := s.TemplateVersions(ctx, v.ID); err != nil || len(all) != 4 {
			t.Errorf("%d versions are kept (%v), want 4", len(all), err)
		}
		if list, err := s.Approved(ctx, "email"); err != nil || len(list) < 3 {
			t.Errorf("%d templates at the start (%v)", len(list), err)
		}
	})
}

// TestSavedViews: one's own and the shared ones; only the owner drops one.
func TestSavedViews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		own, shared := store.SavedView{Name: "b", Address: "edad=3d", Owner: "ana"}, store.SavedView{Name: "a", Address: "sistema=cd", Owner: "ana", Shared: true}
		write(t, s, func(tx *store.Tx) error { return errors.Join(tx.SaveView(&own), tx.SaveView(&shared)) })
		for who, want := range map[string]int{"ana": 2, "eva": 1} {
			if list, err := s.Views(ctx, who); err != nil || len(list) != want || list[0].Name != "a" {
				t.Errorf("%s has %+v (%v)", who, list, err)
			}
		}
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.DropView(shared.ID, "eva") }); !errors.Is(err, store.ErrStale) {
			t.Errorf("another one dropped the view: %v", err)
		}
	})
}
