package phone

import (
	"context"
	"errors"
	"maps"
	"sync"

	"ventanilla/channels"
)

// ledger is a Host that keeps what the contract of channels.Host says: a batch
// is stored whole, with its mark, or not at all; a second sighting changes nothing.
type ledger struct {
	mu    sync.Mutex
	raws  []channels.Raw
	seen  map[string]bool
	marks map[string]string
	full  bool // refuses everything, as with a full disk
	calls int
}

func newLedger() *ledger { return &ledger{seen: map[string]bool{}, marks: map[string]string{}} }

var errFull = errors.New("disk full")

func (l *ledger) Accept(_ context.Context, b channels.Batch) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	if l.full {
		return errFull
	}
	for _, r := range b.Raws {
		if l.seen[r.ExternalID] || r.Dedupe != "" && l.seen["dedupe "+r.Dedupe] {
			continue
		}
		l.seen[r.ExternalID], l.seen["dedupe "+r.Dedupe] = true, true
		l.raws = append(l.raws, r)
	}
	maps.Copy(l.marks, b.Marks)
	return nil
}

func (l *ledger) Mark(_ context.Context, key string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.marks[key], nil
}

func (l *ledger) Delivered(context.Context, channels.Delivery) error { return nil }
func (l *ledger) Progress(string)                                    {}

func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.raws)
}

func (l *ledger) bodies() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, r := range l.raws {
		out = append(out, string(r.Body))
	}
	return out
}
