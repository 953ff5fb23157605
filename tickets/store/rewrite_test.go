package store_test

import (
	"slices"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestRewriteInOrder: the newest correction counts, whichever comes last, and
// what was taken back stays so.
func TestRewriteInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := newCase(t, s, "ana@example.bo", "Error", "error 500")
		for _, step := range []struct {
			text, want string
			at         time.Duration
		}{{"error 502", "error 502", 2 * time.Hour}, {"error 501", "error 502", time.Hour}, {"error 503", "error 503", 2 * time.Hour}, {"", "", 0}, {"error 504", "", 9 * time.Hour}} {
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				m := &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.WhatsApp, Said: step.text}
				if err := tx.AddMessage(c.ID, m); err != nil {
					return err
				}
				_, _, err := tx.Rewrite(c.ID, c.ID+"-1", m.ID, step.text, monday.Add(step.at))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			thread, err := s.Thread(t.Context(), c.ID)
			if err != nil || thread[0].Now != step.want || thread[0].Gone != (step.want == "") {
				t.Errorf("after %q: %q, %v", step.text, thread[0].Now, err)
			}
		}
	})
}

// TestHiddenOf: a person's hidden ids are those that were not taken back, with
// those of the records merged into it.
func TestHiddenOf(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			of := func(value string) (tickets.Contact, string) {
				c := tickets.Contact{Medium: "whatsapp", Value: value}
				id, err := tx.PersonOf(c)
				if err != nil {
					t.Fatal(err)
				}
				return c, id
			}
			_, ana := of("+59171234567")
			_, twin := of("lid:1")
			if err := tx.LinkAddress(ana, tickets.Contact{Medium: "whatsapp", Value: "lid:2"}, "x", "omar"); err != nil {
				return err
			}
			if err := tx.MergePerson(twin, ana); err != nil {
				return err
			}
			got, err := tx.HiddenOf(ana)
			if slices.Sort(got); !slices.Equal(got, []string{"lid:1", "lid:2"}) {
				t.Errorf("hidden ids %q", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
