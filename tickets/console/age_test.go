package console

import (
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// TestAgeStandsWhileWaiting: what a case waited for the person, once and again
// and still, is not its age.
func TestAgeStandsWhileWaiting(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, laPaz)
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	now := at(20)
	c := &Console{names: names{targetsRead: time.Now()}, opt: Options{Now: func() time.Time { return now }}, clock: clock{zone: laPaz, now: func() time.Time { return now }}}
	past := []tickets.Wait{{Since: at(1), Until: at(4)}, {Since: at(6), Until: at(7)}}
	for _, tc := range []struct {
		what  string
		waits []tickets.Wait
		still *tickets.Wait
		want  time.Duration
	}{
		{"never waited", nil, nil, 20 * time.Hour},
		{"waited twice", past, nil, 16 * time.Hour},
		{"waits again", past, &tickets.Wait{Since: at(10)}, 6 * time.Hour},
		{"waits from its first minute", nil, &tickets.Wait{Since: start}, 0},
	} {
		if got := c.active(&tickets.Ticket{Opened: start, Waits: tc.waits, Waiting: tc.still}); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.want)
		}
	}
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	if v := c.rowAge(all["es"], store.Row{Opened: start, Waiting: true}); v.Text != "en espera" || v.Class != "" {
		t.Errorf("the row of a waiting case says %q, %q", v.Text, v.Class)
	}
	if v := c.rowAge(all["es"], store.Row{Opened: start}); v.Text != "20 h" || v.Class != "late" {
		t.Errorf("the row of an old case says %q, %q", v.Text, v.Class)
	}
}
