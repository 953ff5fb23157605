package channels

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Desk is what the supervisor needs from the program: a Host for channels that
// run everywhere, and a lease, which is a Host too, for the others.
type Desk interface {
	Host(ch Channel) Host
	// Lease takes the right to run ch on this node alone. held false means that
	// another node has it.
	Lease(ctx context.Context, ch Channel) (l Lease, held bool, err error)
}

// Lease is the right to run one channel. Renew extends it and fails with
// ErrLeaseLost when another node has taken it; Release gives it back.
type Lease interface {
	Host
	Renew(ctx context.Context) error
	Release(ctx context.Context) error
}

// Health is what the supervisor knows of one channel.
type Health struct {
	Name        string
	Medium      Medium
	State       string // "starting", "running", "waiting", "elsewhere", "stopped"
	Since       time.Time
	LastSuccess time.Time // last time that the far side was well
	Detail      string
	LastError   string
	LastErrorAt time.Time
	NextTry     time.Time // when waiting
	Restarts    int
	// Listens says that others come to the channel (a listener): that nobody
	// came for long is no sign of trouble.
	Listens bool
	// Expires is when its right to sign in ends, zero if unknown.
	Expires time.Time
}

// Supervisor runs every channel on its own, restarts it after a failure with
// exponential back-off and jitter, and knows its state. A channel in trouble
// never touches another: a panic in one is an error of that one.
type Supervisor struct {
	Desk Desk
	Log  zerolog.Logger
	Now  func() time.Time
	// MinPause and MaxPause bound the back-off; RenewEvery is a third of the lease.
	MinPause, MaxPause, RenewEvery time.Duration

	mu    sync.Mutex
	state map[string]*Health
	order []string
	terms map[string]Expiring
}

// NewSupervisor returns a supervisor with the usual pauses (1 s to 2 min; leases renewed every 5 s).
func NewSupervisor(d Desk, log zerolog.Logger, now func() time.Time) *Supervisor {
	return &Supervisor{
		Desk: d, Log: log, Now: now,
		MinPause: time.Second, MaxPause: 2 * time.Minute, RenewEvery: 5 * time.Second,
		state: map[string]*Health{}, terms: map[string]Expiring{},
	}
}

// Run runs the channels until ctx ends and all of them have returned.
func (s *Supervisor) Run(ctx context.Context, chs []Channel) {
	var wg sync.WaitGroup
	for _, ch := range chs {
		s.add(ch)
		wg.Go(func() { s.keep(ctx, ch) })
	}
	wg.Wait()
}

// Health returns what is known of every channel, in the order of the configuration.
func (s *Supervisor) Health() []Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Health, 0, len(s.order))
	for _, n := range s.order {
		h := *s.state[n]
		if e := s.terms[n]; e != nil {
			h.Expires = e.Expires()
		}
		all = append(all, h)
	}
	return all
}

func (s *Supervisor) add(ch Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, listens := ch.(Shared)
	s.state[ch.Name()] = &Health{Name: ch.Name(), Medium: ch.Medium(), State: "starting", Since: s.Now(), Listens: listens}
	if e, ok := ch.(Expiring); ok {
		s.terms[ch.Name()] = e
	}
	s.order = append(s.order, ch.Name())
}

// keep runs one channel again and again.
func (s *Supervisor) keep(ctx context.Context, ch Channel) {
	log := s.Log.With().Str("channel", ch.Name()).Logger()
	pause := s.MinPause
	for ctx.Err() == nil {
		began := s.Now()
		err := s.once(ctx, ch)
		if ctx.Err() != nil {
			break
		}
		if errors.Is(err, errElsewhere) {
			s.set(ch, func(h *Health) { h.State = "elsewhere"; h.Detail = "another node runs it" })
			sleep(ctx, s.RenewEvery)
			continue
		}
		if s.Now().Sub(began) > s.MaxPause {
			pause = s.MinPause
		}
		wait := pause/2 + rand.N(pause)
		log.Warn().Err(err).Dur("pause", wait).Msg("channel failed, starts again after a pause")
		s.set(ch, func(h *Health) {
			h.State, h.LastError, h.LastErrorAt = "waiting", err.Error(), s.Now()
			h.NextTry = s.Now().Add(wait)
			h.Restarts++
		})
		sleep(ctx, wait)
		pause = min(pause*2, s.MaxPause)
	}
	s.set(ch, func(h *Health) { h.State = "stopped" })
}

var (
	errElsewhere = errors.New("channels: another node runs it")
	errReturned  = errors.New("channels: the channel stopped by itself")
)

// once runs a channel until it fails, under its lease unless it is Shared.
func (s *Supervisor) once(ctx context.Context, ch Channel) error {
	if _, ok := ch.(Shared); ok {
		return s.run(ctx, ch, s.Desk.Host(ch))
	}
	lease, held, err := s.Desk.Lease(ctx, ch)
	if err != nil {
		return fmt.Errorf("taking the lease: %w", err)
	}
	if !held {
		return errElsewhere
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		if err := s.renew(ctx, lease); err != nil {
			cancel(err)
		}
	}()
	err = s.run(ctx, ch, lease)
	if cause := context.Cause(ctx); cause != nil && err != nil && errors.Is(cause, ErrLeaseLost) {
		err = cause
	}
	cancel(nil)
	<-renewed
	release, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	if rerr := lease.Release(release); rerr != nil && err == nil {
		err = fmt.Errorf("releasing the lease: %w", rerr)
	}
	return err
}

// renew extends the lease until ctx ends; it returns an error only when the
// lease cannot be held any longer.
func (s *Supervisor) renew(ctx context.Context, l Lease) error {
	failures := 0
	for {
		sleep(ctx, s.RenewEvery)
		if ctx.Err() != nil {
			return nil
		}
		err := l.Renew(ctx)
		if err == nil {
			failures = 0
			continue
		}
		if failures++; errors.Is(err, ErrLeaseLost) || failures == 3 {
			return fmt.Errorf("renewing the lease: %w", err)
		}
	}
}

func (s *Supervisor) run(ctx context.Context, ch Channel, h Host) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error().Str("channel", ch.Name()).Bytes("stack", debug.Stack()).Msg("channel panicked")
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	s.set(ch, func(hl *Health) { hl.State, hl.Since, hl.NextTry = "running", s.Now(), time.Time{} })
	if err := ch.Run(ctx, &watched{Host: h, s: s, ch: ch}); err != nil {
		return err
	}
	return errReturned
}

func (s *Supervisor) set(ch Channel, f func(*Health)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.state[ch.Name()]
	was := h.State
	f(h)
	if h.State != was {
		h.Since = s.Now()
	}
}

// watched is a Host that tells the supervisor of every success.
type watched struct {
	Host
	s  *Supervisor
	ch Channel
}

func (w *watched) Accept(ctx context.Context, b Batch) error {
	err := w.Host.Accept(ctx, b)
	if err == nil {
		w.Progress("accepted")
	}
	return err
}

func (w *watched) Progress(detail string) {
	w.Host.Progress(detail)
	w.s.set(w.ch, func(h *Health) { h.LastSuccess, h.Detail = w.s.Now(), detail })
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
