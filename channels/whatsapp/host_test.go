package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
)

func TestMain(m *testing.M) {
	if told := os.Getenv(childEnv); told != "" {
		var c child
		if err := json.Unmarshal([]byte(told), &c); err != nil {
			panic(err)
		}
		panic(c.run()) // it runs until it is killed
	}
	if os.Getenv(hasteEnv) != "" {
		haste()
	}
	loopback.TrustLoopback()
	os.Exit(m.Run())
}

// memHost keeps its promises in memory: a batch and its mark together or not
// at all, the same thing once.
type memHost struct {
	mu        sync.Mutex
	raws      []channels.Raw
	ids       map[string]int
	marks     map[string]string
	delivered map[string][]channels.State
	before    func() error // asked before anything is stored
	refuse    string       // a raw that contains it is not taken
}

func newHost() *memHost {
	return &memHost{ids: map[string]int{}, marks: map[string]string{}, delivered: map[string][]channels.State{}}
}

func (h *memHost) Accept(ctx context.Context, b channels.Batch) error {
	h.mu.Lock()
	before := h.before
	h.mu.Unlock()
	if before != nil {
		if err := before(); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range b.Raws {
		if h.refuse != "" && bytes.Contains(r.Body, []byte(h.refuse)) {
			return errDown
		}
	}
	for _, r := range b.Raws {
		if h.ids[r.Dedupe]++; h.ids[r.Dedupe] == 1 {
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

func (h *memHost) Delivered(_ context.Context, d channels.Delivery) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.delivered[d.ReplyID] = append(h.delivered[d.ReplyID], d.State)
	return nil
}

func (h *memHost) Progress(string) {}

func (h *memHost) fail(f func() error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before = f
}

// reports reads what was accepted.
func (h *memHost) reports() []channels.Report {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []channels.Report
	for _, r := range h.raws {
		all = append(all, read("whatsapp", r))
	}
	return all
}

func (h *memHost) said() []string {
	var all []string
	for _, r := range h.reports() {
		all = append(all, r.Said)
	}
	return all
}

func (h *memHost) states(reply string) []channels.State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.delivered[reply])
}

// house is a server, the office's phone, one citizen, and an account under test.
type house struct {
	*testing.T
	server  *loopback.Server
	desk    *loopback.Phone
	ana     *loopback.Phone
	host    *memHost
	options Options
	account *Account
	stop    func()
	ahead   atomic.Int64 // how far the desk's clock is ahead of the machine's, in nanoseconds
}

// clock is the desk's.
func (h *house) clock() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// newHouse makes a house whose account is linked and connected.
func newHouse(t *testing.T) *house {
	h := bareHouse(t)
	h.start()
	h.link()
	return h
}

func bareHouse(t *testing.T) *house {
	t.Helper()
	s, err := loopback.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, server: s, desk: s.Phone("+59171200000", "Mesa"), ana: s.Phone("+59176543210", "Ana Quispe"), host: newHost()}
	client := s.HTTPClient()
	h.options = Options{Name: "whatsapp", Database: filepath.Join(t.TempDir(), "wa.db"), Log: zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel), Pace: -1, HTTP: client}
	if testing.Verbose() {
		s.Trace(func(line string) { fmt.Println(time.Now().Format("05.000"), line[:min(len(line), 300)]) })
	}
	t.Cleanup(func() {
		if h.stop != nil {
			h.stop()
		}
		client.CloseIdleConnections()
		s.Close()
		for _, u := range s.Unknown() {
			t.Errorf("the server did not know: %s", u)
		}
	})
	return h
}

// start runs the account, as a process of its own would.
func (h *house) start() {
	h.Helper()
	a, err := New(h.options)
	if err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, h.host) }()
	h.account = a
	h.stop = func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				h.Errorf("Run: %v", err)
			}
		case <-time.After(time.Minute):
			h.Error("Run did not end")
		}
		h.stop = nil
	}
}

// link scans the code that the account shows and waits until it is connected.
func (h *house) link() {
	h.Helper()
	h.is(Unlinked, LoggedOut)
	h.account.StartPairing()
	h.is(Pairing)
	if err := h.desk.ScanQR(h.account.Status().QR); err != nil {
		h.Fatal(err)
	}
	h.is(Connected)
	h.until("the server to see it", func() bool { _, online, _ := h.desk.Linked(); return online == 1 })
}

func (h *house) is(states ...State) {
	h.Helper()
	h.until(fmt.Sprint(states), func() bool { return slices.Contains(states, h.account.Status().State) })
}

func (h *house) until(what string, ok func() bool) {
	h.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(3 * time.Millisecond) {
		if time.Now().After(end) {
			h.Fatalf("waited a minute for %s; state %+v", what, h.account.Status())
		}
	}
}

// accepted waits until the host has n raws and the server knows that they were taken.
func (h *house) accepted(n int) []channels.Report {
	h.Helper()
	h.until(fmt.Sprintf("%d raws", n), func() bool { return len(h.host.reports()) >= n })
	return h.host.reports()
}

func (h *house) send(id, text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	return h.account.Send(ctx, channels.Reply{ID: id, Channel: "whatsapp", To: channels.Address{Medium: channels.WhatsApp, Value: h.ana.Number()}, Text: text})
}

func (h *house) says(words string) string {
	h.Helper()
	id, err := h.ana.Say(h.desk, words)
	if err != nil {
		h.Fatal(err)
	}
	return id
}

// sabotage makes the session's database refuse to keep what comes, repair mends it.
func (h *house) sabotage() {
	h.change(`CREATE TRIGGER down BEFORE INSERT ON ventanilla_taken BEGIN SELECT RAISE(ABORT, 'down'); END`)
}

func (h *house) repair() { h.change(`DROP TRIGGER IF EXISTS down`) }

func (h *house) change(statement string) {
	h.Helper()
	h.account.mu.Lock()
	l := h.account.live
	h.account.mu.Unlock()
	if _, err := l.session.db.Exec(statement); err != nil {
		h.Error(err)
	}
}

var errDown = errors.New("the database is down")

// failing fails the first n times.
func failing(n int) func() error {
	var mu sync.Mutex
	return func() error {
		mu.Lock()
		defer mu.Unlock()
		if n--; n >= 0 {
			return errDown
		}
		return nil
	}
}
