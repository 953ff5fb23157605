package channels

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// node is a Desk with real lease rules held in memory: one holder per channel.
type node struct {
	mu   *sync.Mutex
	held map[string]*node
}

func (n *node) Host(Channel) Host { return quiet{} }

func (n *node) Lease(_ context.Context, ch Channel) (Lease, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if h := n.held[ch.Name()]; h != nil && h != n {
		return nil, false, nil
	}
	n.held[ch.Name()] = n
	return &grant{n: n, name: ch.Name()}, true, nil
}

type quiet struct{}

func (quiet) Accept(context.Context, Batch) error          { return nil }
func (quiet) Mark(context.Context, string) (string, error) { return "", nil }
func (quiet) Delivered(context.Context, Delivery) error    { return nil }
func (quiet) Progress(string)                              {}

type grant struct {
	quiet
	n    *node
	name string
}

func (g *grant) Renew(context.Context) error {
	g.n.mu.Lock()
	defer g.n.mu.Unlock()
	if g.n.held[g.name] != g.n {
		return ErrLeaseLost
	}
	return nil
}

func (g *grant) Release(context.Context) error {
	g.n.mu.Lock()
	defer g.n.mu.Unlock()
	if g.n.held[g.name] == g.n {
		delete(g.n.held, g.name)
	}
	return nil
}

type played struct {
	name string
	run  func(ctx context.Context, h Host) error
}

func (p *played) Name() string                          { return p.name }
func (p *played) Medium() Medium                        { return Email }
func (p *played) Run(ctx context.Context, h Host) error { return p.run(ctx, h) }

func supervisor(d Desk) *Supervisor {
	s := NewSupervisor(d, zerolog.Nop(), time.Now)
	s.MinPause, s.MaxPause, s.RenewEvery = time.Millisecond, 5*time.Millisecond, 5*time.Millisecond
	return s
}

func newNode() *node { return &node{mu: &sync.Mutex{}, held: map[string]*node{}} }

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("never came true: " + what)
}

func TestTroubleStaysInItsChannel(t *testing.T) {
	var good, bad, worse atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	s := supervisor(newNode())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx, []Channel{
			&played{"good", func(ctx context.Context, h Host) error {
				good.Add(1)
				h.Progress("idle")
				<-ctx.Done()
				return ctx.Err()
			}},
			&played{"bad", func(context.Context, Host) error { bad.Add(1); return errors.New("no route") }},
			&played{"worse", func(context.Context, Host) error { worse.Add(1); panic("nil pointer") }},
		})
	}()
	eventually(t, "both failing channels start again", func() bool { return bad.Load() > 3 && worse.Load() > 3 })
	h := s.Health()
	if h[0].State != "running" || h[0].LastSuccess.IsZero() || good.Load() != 1 {
		t.Errorf("the good channel was touched: %+v, started %d times", h[0], good.Load())
	}
	if h[1].LastError != "no route" || h[1].Restarts < 3 || h[2].LastError != "panic: nil pointer" {
		t.Errorf("trouble is not told: %+v %+v", h[1], h[2])
	}
	cancel()
	<-done
	for _, h := range s.Health() {
		if h.State != "stopped" {
			t.Errorf("%s is %s after the end", h.Name, h.State)
		}
	}
}

func TestOneNodeRunsAChannelAndTheOtherTakesOver(t *testing.T) {
	a := newNode()
	b := &node{mu: a.mu, held: a.held}
	var running, most atomic.Int32
	ch := func() Channel {
		return &played{"box", func(ctx context.Context, _ Host) error {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer running.Add(-1)
			<-ctx.Done()
			return ctx.Err()
		}}
	}
	ctxA, stopA := context.WithCancel(t.Context())
	sa, sb := supervisor(a), supervisor(b)
	go sa.Run(ctxA, []Channel{ch()})
	eventually(t, "the first node runs it", func() bool { return running.Load() == 1 })
	go sb.Run(t.Context(), []Channel{ch()})
	eventually(t, "the second node waits", func() bool { h := sb.Health(); return len(h) == 1 && h[0].State == "elsewhere" })
	stopA()
	eventually(t, "the second node takes over", func() bool { return sb.Health()[0].State == "running" })
	if most.Load() != 1 {
		t.Errorf("%d nodes ran the channel at once", most.Load())
	}
}

func TestALostLeaseStopsTheChannel(t *testing.T) {
	a := newNode()
	stopped := make(chan struct{}, 8)
	s := supervisor(a)
	go s.Run(t.Context(), []Channel{&played{"box", func(ctx context.Context, _ Host) error {
		<-ctx.Done()
		stopped <- struct{}{}
		return ctx.Err()
	}}})
	eventually(t, "it runs", func() bool { h := s.Health(); return len(h) == 1 && h[0].State == "running" })
	a.mu.Lock()
	a.held["box"] = newNode()
	a.mu.Unlock()
	<-stopped
	eventually(t, "it says that another node runs it", func() bool { return s.Health()[0].State == "elsewhere" })
}
