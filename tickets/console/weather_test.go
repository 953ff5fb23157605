package console

import (
	"testing"
	"time"
)

// TestWeatherWarnsOfAnEnd: that a channel's right to sign in ends is told two
// weeks ahead, but never instead of a trouble that is there now.
func TestWeatherWarnsOfAnEnd(t *testing.T) {
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		state string
		end   time.Duration
		want  string
	}{
		{"running", 0, "ok"}, {"running", 15 * 24 * time.Hour, "ok"}, {"running", 13 * 24 * time.Hour, "expiring"}, {"running", -time.Hour, "expired"}, {"failed", 24 * time.Hour, "down"},
	} {
		h := ChannelHealth{Name: "correo", Medium: "email", State: tc.state, Since: now.Add(-time.Hour), LastSuccess: now.Add(-time.Minute)}
		if tc.end != 0 {
			h.Expires = now.Add(tc.end)
		}
		if got := weatherOf(h, now); got.State != tc.want {
			t.Errorf("%s, ends in %v: %s, want %s", tc.state, tc.end, got.State, tc.want)
		}
	}
}
