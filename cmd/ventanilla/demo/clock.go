package demo

import (
	"sync"
	"time"

	"ventanilla/tickets/calendar"
)

// laPaz is Bolivia's time, all year (no daylight saving since 1932).
var laPaz = calendar.Zone

// clock is the time by which the demo's desk works. While the day is played it
// stands on the day's hour, moves on with real time and is set forward from
// beat to beat; afterwards it is the real clock.
type clock struct {
	mu   sync.Mutex
	set  time.Time // the day's time …
	at   time.Time // … at this real moment
	real bool
}

func newClock(start time.Time) *clock { return &clock{set: start, at: time.Now()} }

// Now is the desk's time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *clock) now() time.Time {
	if c.real {
		return time.Now()
	}
	return c.set.Add(time.Since(c.at))
}

// forward sets the clock to t; it never goes back.
func (c *clock) forward(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.real && t.After(c.now()) {
		c.set, c.at = t, time.Now()
	}
}

// follow lets the clock be the real one from now on.
func (c *clock) follow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.real = true
}
