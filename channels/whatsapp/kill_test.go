package whatsapp

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.mau.fi/whatsmeow"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/router"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// childEnv makes the test binary run an account alone, for TestKill.
const childEnv = "VENTANILLA_TEST_WHATSAPP_CHILD"

// child is what such a process is told.
type child struct {
	Server   string // address of the loopback server
	Root     string // the key that signs its certificates
	Database string
	Store    string        // URL of the program's database
	Quiet    time.Duration // with the whole desk, which waits so long for more; 0 runs the account alone
}

// run runs the account until the process is killed.
func (c child) run() error {
	root, err := hex.DecodeString(c.Root)
	if err != nil {
		return err
	}
	whatsmeow.WACertPubKey = [32]byte(root)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", c.Server)
	}
	st, err := store.Open(context.Background(), store.Options{URL: c.Store, Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	a, err := New(Options{Name: "whatsapp", Database: c.Database, Log: zerolog.Nop(), Pace: -1,
		HTTP: &http.Client{Transport: &http.Transport{DialContext: dial, DialTLSContext: dial}}})
	if err != nil {
		return err
	}
	if c.Quiet > 0 {
		return c.desk(a, st)
	}
	return a.Run(context.Background(), &storing{memHost: newHost(), st: st})
}

// desk runs the account with the router behind it.
func (c child) desk(a *Account, st *store.Store) error {
	ctx := context.Background()
	r, err := router.New(ctx, router.Options{
		Store: st, Channels: []channels.Channel{a}, Log: zerolog.Nop(), Now: time.Now, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.bo",
		Quiet: c.Quiet, Longest: 10 * c.Quiet,
	})
	if err != nil {
		return err
	}
	go channels.NewSupervisor(r.Desk(fmt.Sprint(os.Getpid())), zerolog.Nop(), time.Now).Run(ctx, []channels.Channel{a})
	r.Run(ctx)
	return nil
}

// The process is killed after each fragment of what a person writes in pieces,
// while the desk waits for more, and dead when the window ends: the pieces
// become one case, each once.
func TestKillWithinBurst(t *testing.T) {
	h := newHouse(t)
	h.stop()
	told := h.told(child{Database: h.options.Database, Store: storetest.SQLite(t), Quiet: 8 * time.Second})
	st := storetest.Open(t, told.Store, nil)
	gathering := func() (n, done int64) {
		sum, err := st.Accounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return sum.ByFate[store.FateGathering], sum.ByFate[store.FateCase] + sum.ByFate[store.FateMessage]
	}
	pieces := []string{"buenas tardes", "el portal de trámites no abre", "sale error 502 desde ayer"}
	for i, words := range pieces {
		p := spawn(t, told.String())
		h.says(words)
		h.until("the fragment to wait", func() bool { n, _ := gathering(); return n == int64(i+1) })
		p.Process.Kill()
		p.Wait()
		release(t, st) // nobody waits here for the dead node's lease to end
	}
	time.Sleep(told.Quiet)
	if n, done := gathering(); n != 3 || done != 0 {
		t.Fatalf("%d wait, %d are decided while nobody lives", n, done)
	}
	p := spawn(t, told.String())
	defer func() { p.Process.Kill(); p.Wait() }()
	h.until("the case", func() bool { n, done := gathering(); return n == 0 && done == 3 })
	list := settled(h, st, 3)
	said := map[string]int{}
	thread, err := st.Thread(t.Context(), list[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range thread {
		if m.Direction == store.In {
			said[m.Said]++
		}
	}
	for i, words := range pieces {
		if said[words] != 1 || list[i].Ticket != list[0].Ticket {
			t.Errorf("%q is %d times in the case; %+v", words, said[words], list[i])
		}
	}
}

// release ends the leases of a node that was killed.
func release(t *testing.T, st *store.Store) {
	t.Helper()
	leases, err := st.Leases(t.Context())
	for _, l := range leases {
		err = errors.Join(err, st.Release(t.Context(), l.Name, l.Fence))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// told completes what a child must know of the house.
func (h *house) told(c child) child {
	h.Helper()
	conn, err := h.server.Dial(h.Context(), "", "")
	if err != nil {
		h.Fatal(err)
	}
	c.Server, c.Root = conn.RemoteAddr().String(), hex.EncodeToString(whatsmeow.WACertPubKey[:])
	if err := conn.Close(); err != nil {
		h.Error(err)
	}
	return c
}

// String is the child as its environment says it.
func (c child) String() string {
	told, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return string(told)
}

// storing is a host with the program's real store.
type storing struct {
	*memHost
	st *store.Store
}

func (s *storing) Accept(ctx context.Context, b channels.Batch) error {
	time.Sleep(2 * time.Millisecond) // a slow disk: more is under way when death comes
	return s.st.Accept(ctx, "whatsapp", 0, b)
}

// The process is killed fifteen times in the middle of a stream of messages:
// none is lost, none is stored twice.
func TestKill(t *testing.T) {
	h := newHouse(t)
	h.stop()
	c := h.told(child{Database: h.options.Database, Store: storetest.SQLite(t)})
	told := c.String()
	people := []*loopback.Phone{h.ana}
	for i := range 4 {
		people = append(people, h.server.Phone(fmt.Sprintf("+5917000000%d", i), "vecino"))
	}
	stop := make(chan struct{})
	sent := make(chan int)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				sent <- n
				return
			case <-time.After(4 * time.Millisecond):
				if _, err := people[n%len(people)].Say(h.desk, fmt.Sprint(n)); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	for i := range 15 {
		p := spawn(t, told)
		h.until("the child's login", func() bool { _, online, _ := h.desk.Linked(); return online == 1 })
		time.Sleep(time.Duration(150+37*i%200) * time.Millisecond)
		p.Process.Kill()
		p.Wait()
		h.until("the child's death", func() bool { _, online, _ := h.desk.Linked(); return online == 0 })
	}
	close(stop)
	n := <-sent
	p := spawn(t, told)
	defer func() { p.Process.Kill(); p.Wait() }() // the store is on SQLite: both may read it
	for end := time.Now().Add(60 * time.Second); h.desk.Waiting() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d messages still wait", h.desk.Waiting())
		}
	}
	st := storetest.Open(t, c.Store, nil)
	h.until("the desk to have them", func() bool { sum, err := st.Accounts(t.Context()); return err == nil && sum.Received >= int64(n) })
	pending, err := st.ClaimPending(t.Context(), n+100, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, p := range pending {
		times[read(p.Channel, p.Raw).Said]++
	}
	for i := range n {
		if times[fmt.Sprint(i)] != 1 {
			t.Errorf("message %d is stored %d times", i, times[fmt.Sprint(i)])
		}
	}
	t.Logf("%d messages sent, %d stored", n, len(pending))
	if len(pending) != n {
		t.Errorf("%d messages sent, %d stored", n, len(pending))
	}
}

func spawn(t *testing.T, told string) *exec.Cmd {
	t.Helper()
	p := exec.Command(os.Args[0])
	p.Env = append(os.Environ(), childEnv+"="+told)
	p.Stderr = os.Stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}
