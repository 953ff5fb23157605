package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

var formVersion = regexp.MustCompile(`name="version" value="(\d+)"`)

// TestSameStepAtOnce: two operators at two browsers do the same activity on
// the same case. One does it, the other is told that the case has changed.
func TestSameStepAtOnce(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			h := newHouse(t).whole(engine)
			desk := h.start()
			const rounds = 8
			for n := range rounds {
				h.take(newReport(n))
			}
			h.waitCases(rounds)
			st, err := store.Open(t.Context(), store.Options{URL: h.database})
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			browsers := map[string]*http.Client{"ana": h.browser("ana", tickets.Operador), "beto": h.browser("beto", tickets.Operador)}
			page1, err := st.List(t.Context(), store.Filter{})
			if err != nil || len(page1.Rows) != rounds {
				t.Fatal(len(page1.Rows), err)
			}
			base := "http://" + h.console
			for _, row := range page1.Rows {
				_, body := page(t, browsers["ana"], base+"/casos/"+row.Code)
				version := formVersion.FindStringSubmatch(body)
				if version == nil {
					t.Fatal("the case page has no form")
				}
				form := url.Values{"version": {version[1]}, "problem": {"No ingresa al sistema"}, "system": {"ciudadania"}, "availability": {"yes"}}
				var status [2]int
				var wg sync.WaitGroup
				for i, login := range []string{"ana", "beto"} {
					wg.Go(func() {
						status[i], _, _ = submit(t, browsers[login], base+"/casos/"+row.Code+"/"+string(tickets.ActRegister), form)
					})
				}
				wg.Wait()
				if status != [2]int{200, 409} && status != [2]int{409, 200} {
					t.Errorf("case %s: the two got %v, want one 200 and one 409", row.Code, status)
				}
				events, err := st.History(t.Context(), row.ID, tickets.Actor{})
				if err != nil {
					t.Fatal(err)
				}
				done := 0
				for _, e := range events {
					if e.Act == tickets.ActRegister {
						done++
					}
				}
				if done != 1 {
					t.Errorf("case %s: the activity was done %d times", row.Code, done)
				}
				atOnce(t, st, row.ID)
			}
			desk.stop()
		})
	}
}

// atOnce is the same by the store's own door: eight decide on what they saw.
func atOnce(t *testing.T, st *store.Store, id string) {
	t.Helper()
	row, err := st.Row(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			errs[i] = st.UpdateAt(t.Context(), id, row.Version, func(c *tickets.Ticket) error {
				c.Priority = fmt.Sprint(i)
				return nil
			})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch err {
		case nil:
			won++
		case store.ErrStale:
		default:
			t.Errorf("one of eight got %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of eight won", won)
	}
}
