//go:build soak

package whatsapp

import (
	"context"
	"fmt"
	"hash/maphash"
	"maps"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.mau.fi/whatsmeow"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
)

// Two hours in which WhatsApp keeps a connection alive every 25 seconds, played
// in five minutes: a keep-alive every second.
const (
	soakFor   = 288 * time.Second
	keepAlive = time.Second
)

// TestSoak plays two hours of bad weather: the connection breaks every second,
// sometimes the line goes dead without breaking, and citizens write and are
// answered all the time. Nothing is lost or doubled, and at the end there are
// as many goroutines and as much memory in use as near the beginning.
//
//	go test -tags sqlite_fts5,soak -run TestSoak -timeout 20m ./channels/whatsapp
func TestSoak(t *testing.T) {
	whatsmeow.KeepAliveIntervalMin, whatsmeow.KeepAliveIntervalMax = keepAlive*8/10, keepAlive*12/10
	whatsmeow.KeepAliveResponseDeadline, whatsmeow.KeepAliveMaxFailTime = 2*time.Second, 4*time.Second
	h := bareHouse(t)
	h.options.Log = zerolog.Nop()
	s := &soaked{house: h, count: &countingHost{memHost: newHost(), seed: maphash.MakeSeed()}}
	a, err := New(h.options)
	if err != nil {
		t.Fatal(err)
	}
	h.account = a
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, s.count) }()
	h.link()
	for i := range 5 {
		s.people = append(s.people, h.server.Phone(fmt.Sprintf("+5917000000%d", i), "vecino"))
	}
	s.play(soakFor / 4) // stores, pools and caches reach their size
	goroutines, heap := s.measure()
	s.play(soakFor * 3 / 4)
	endGoroutines, endHeap := s.measure()
	fmt.Printf("soak: %d messages in, %d out, %d drops; goroutines %d → %d; heap %.1f → %.1f MB\n", s.in, s.out, s.drops, goroutines, endGoroutines, heap, endHeap)
	if endGoroutines > goroutines+10 {
		t.Errorf("goroutines grew from %d to %d", goroutines, endGoroutines)
	}
	if endHeap > heap+8 {
		t.Errorf("the heap grew from %.1f to %.1f MB", heap, endHeap)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type soaked struct {
	*house
	count          *countingHost
	people         []*loopback.Phone
	in, out, drops int
}

// play has people write, be answered and lose their connection for a while,
// and then waits until all has arrived.
func (s *soaked) play(d time.Duration) {
	s.Helper()
	drop, dead := time.NewTicker(time.Second), time.NewTicker(20*time.Second)
	defer drop.Stop()
	defer dead.Stop()
	var answers sync.WaitGroup
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		p := s.people[s.in%len(s.people)]
		if _, err := p.Say(s.desk, strconv.Itoa(s.in)); err != nil {
			s.Fatal(err)
		}
		s.in++
		select {
		case <-drop.C:
			s.drops++
			s.desk.Drop()
			answers.Wait()
			if s.in > len(s.people) {
				s.out++
				n := s.out
				answers.Go(func() { s.answer(p, n) })
			}
		case <-dead.C:
			s.server.IgnorePings(true)
			time.AfterFunc(6*time.Second, func() { s.server.IgnorePings(false) })
		default:
		}
	}
	s.server.IgnorePings(false)
	answers.Wait()
	s.until("all messages", func() bool { return s.count.distinct() == s.in })
	s.until("acknowledgement", func() bool { return s.desk.Waiting() == 0 })
	if n := s.count.doubled(); n > 0 {
		s.Errorf("%d messages came under two names", n)
	}
	got := 0
	for _, p := range s.people {
		got += len(p.Inbox())
		p.Forget()
	}
	s.desk.Forget()
	if got != s.out-s.count.answered {
		s.Errorf("%d of %d answers arrived", got, s.out-s.count.answered)
	}
	s.count.answered = s.out
}

// answer sends a reply, again and again under its one id, until it has gone.
func (s *soaked) answer(p *loopback.Phone, n int) {
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := s.account.Send(ctx, channels.Reply{ID: fmt.Sprint("r", n), To: channels.Address{Value: p.Number()}, Text: "recibido"})
		cancel()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			s.Errorf("answer %d did not go out: %v", n, err)
			return
		}
	}
}

// measure gives the goroutines, and the memory in use in MB.
func (s *soaked) measure() (goroutines int, heap float64) {
	s.is(Connected)
	time.Sleep(2 * time.Second) // what ends with the last connection has ended
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), float64(m.HeapAlloc) / (1 << 20)
}

// countingHost keeps of each message only under which name it came.
type countingHost struct {
	*memHost
	seed     maphash.Seed
	names    []uint64 // by the number that the message says
	twice    int
	got      int
	answered int
}

func (c *countingHost) Accept(ctx context.Context, b channels.Batch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	maps.Copy(c.marks, b.Marks)
	for _, r := range b.Raws {
		n, err := strconv.Atoi(read("whatsapp", r).Said)
		if err != nil {
			continue // a sign that one came late; the message itself is counted
		}
		for len(c.names) <= n {
			c.names = append(c.names, 0)
		}
		switch name := maphash.String(c.seed, r.Dedupe) | 1; c.names[n] {
		case 0:
			c.names[n] = name
			c.got++
		case name:
		default:
			c.twice++
		}
	}
	return nil
}

func (c *countingHost) distinct() int { c.mu.Lock(); defer c.mu.Unlock(); return c.got }
func (c *countingHost) doubled() int  { c.mu.Lock(); defer c.mu.Unlock(); return c.twice }

// Delivered forgets what it is told, which would grow.
func (c *countingHost) Delivered(context.Context, channels.Delivery) error { return nil }
