package whatsapp

import (
	"context"
	"encoding/hex"
	"encoding/json"
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
	Store    string // URL of the program's database
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
	return a.Run(context.Background(), &storing{memHost: newHost(), st: st})
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
	conn, err := h.server.Dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	told, err := json.Marshal(child{
		Server: conn.RemoteAddr().String(), Root: hex.EncodeToString(whatsmeow.WACertPubKey[:]),
		Database: h.options.Database, Store: storetest.SQLite(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	var c child
	if err := json.Unmarshal(told, &c); err != nil {
		t.Fatal(err)
	}
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
		p := spawn(t, string(told))
		h.until("the child's login", func() bool { _, online, _ := h.desk.Linked(); return online == 1 })
		time.Sleep(time.Duration(150+37*i%200) * time.Millisecond)
		p.Process.Kill()
		p.Wait()
		h.until("the child's death", func() bool { _, online, _ := h.desk.Linked(); return online == 0 })
	}
	close(stop)
	n := <-sent
	p := spawn(t, string(told))
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
