package email

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"ventanilla/channels"
)

// memHost is a host that keeps its promises in memory: a batch and its mark
// together or not at all, the same external id once.
type memHost struct {
	mu      sync.Mutex
	raws    []channels.Raw
	ids     map[string]bool
	dedupes map[string]bool
	marks   map[string]string
	batches int
	before  func(channels.Batch) error // asked before anything is stored
	states  []string
}

func newHost() *memHost {
	return &memHost{ids: map[string]bool{}, dedupes: map[string]bool{}, marks: map[string]string{}}
}

func (h *memHost) Accept(ctx context.Context, b channels.Batch) error {
	h.mu.Lock()
	before := h.before
	h.mu.Unlock()
	if before != nil {
		if err := before(b); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.batches++
	for _, r := range b.Raws {
		if h.ids[r.ExternalID] {
			continue
		}
		h.ids[r.ExternalID] = true
		if !h.dedupes[r.Dedupe] {
			h.dedupes[r.Dedupe] = true
			h.raws = append(h.raws, r)
		}
	}
	maps.Copy(h.marks, b.Marks)
	return nil
}

func (h *memHost) Mark(_ context.Context, key string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.marks[key], nil
}

func (h *memHost) Delivered(context.Context, channels.Delivery) error { return nil }

func (h *memHost) Progress(s string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.states); n == 0 || h.states[n-1] != s {
		h.states = append(h.states, s)
	}
}

func (h *memHost) setBefore(f func(channels.Batch) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before = f
}

// messages are the distinct mails stored.
func (h *memHost) messages() []channels.Raw {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]channels.Raw(nil), h.raws...)
}

func (h *memHost) sightings() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.ids)
}

func (h *memHost) wait(t testing.TB, n int, d time.Duration) []channels.Raw {
	t.Helper()
	eventually(t, d, fmt.Sprintf("%d mails", n), func() bool { return len(h.messages()) >= n })
	return h.messages()
}

func eventually(t testing.TB, d time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited %s in vain for %s", d, what)
}

// supervise runs a channel as the supervisor does: again after each failure.
// The errors it ended with are collected; stop ends it.
func supervise(t testing.TB, c channels.Channel, h channels.Host) (errs func() []error, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	var list []error
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			err := c.Run(ctx, h)
			if errors.Is(err, context.Canceled) {
				return
			}
			mu.Lock()
			list = append(list, err)
			mu.Unlock()
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case <-done:
		case <-time.After(15 * time.Second):
			t.Error("the channel did not end when told to")
		}
	})
	t.Cleanup(stop)
	return func() []error { mu.Lock(); defer mu.Unlock(); return append([]error(nil), list...) }, stop
}
