package console

import (
	"sync"
	"time"
)

// limiter slows guessing down: after free failures of one key each further one
// doubles the pause before the next try, up to an hour. A success forgets the
// key. It lives in memory and is bounded; a restart forgives, which costs a
// guesser nothing that the pauses would not have.
type limiter struct {
	mu    sync.Mutex
	free  int
	fails map[string]failure
}

type failure struct {
	n     int
	until time.Time
	last  time.Time
}

const (
	limiterKeys = 20_000
	limiterMax  = time.Hour
)

func newLimiter(free int) *limiter { return &limiter{free: free, fails: map[string]failure{}} }

// wait returns how long key must wait from now; zero if it may try.
func (l *limiter) wait(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, l.fails[key].until.Sub(now))
}

func (l *limiter) failed(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.fails) >= limiterKeys {
		for k, f := range l.fails {
			if now.Sub(f.last) > limiterMax {
				delete(l.fails, k)
			}
		}
		if len(l.fails) >= limiterKeys {
			clear(l.fails)
		}
	}
	f := l.fails[key]
	if now.Sub(f.last) > 24*time.Hour {
		f = failure{}
	}
	f.n, f.last = f.n+1, now
	f.until = f.after(l.free)
	l.fails[key] = f
}

// after is when the next try may be made, of which free failures cost nothing.
func (f failure) after(free int) time.Time {
	over := f.n - free
	if over <= 0 {
		return time.Time{}
	}
	return f.last.Add(min(time.Second<<min(over, 12), limiterMax))
}

func (l *limiter) succeeded(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.fails, key)
}
