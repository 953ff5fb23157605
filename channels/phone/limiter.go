package phone

import (
	"sync"
	"time"
)

// limiter counts events per peer and minute. It forgets everything each
// minute, so that it never grows beyond one minute's peers, and it stops
// telling peers apart beyond maxPeers. The zero value is ready.
type limiter struct {
	mu     sync.Mutex
	minute int64
	seen   map[string]int
}

const maxPeers = 10_000

// count adds an event of peer and gives how many it had this minute.
func (l *limiter) count(peer string, now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(now)
	if _, known := l.seen[peer]; !known && len(l.seen) >= maxPeers {
		peer = ""
	}
	l.seen[peer]++
	return l.seen[peer]
}

// over reports whether peer had more than most this minute.
func (l *limiter) over(peer string, most int, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(now)
	return l.seen[peer] >= most
}

func (l *limiter) turn(now time.Time) {
	if m := now.Unix() / 60; l.seen == nil || m != l.minute {
		l.minute, l.seen = m, map[string]int{}
	}
}
