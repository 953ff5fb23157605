package whatsapp

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.mau.fi/whatsmeow"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
)

// childEnv makes the test binary run an account alone, for TestKill.
const childEnv = "VENTANILLA_TEST_WHATSAPP_CHILD"

// child is what such a process is told.
type child struct {
	Server   string // address of the loopback server
	Root     string // the key that signs its certificates
	Database string
	Journal  string
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
	j, err := openJournal(c.Journal)
	if err != nil {
		return err
	}
	a, err := New(Options{Name: "whatsapp", Database: c.Database, Log: zerolog.Nop(), Pace: -1,
		HTTP: &http.Client{Transport: &http.Transport{DialContext: dial, DialTLSContext: dial}}})
	if err != nil {
		return err
	}
	return a.Run(context.Background(), j)
}

// journal is a host whose database is a file with a line for each raw, synced
// before Accept returns.
type journal struct {
	*memHost
	mu   sync.Mutex
	file *os.File
	seen map[string]bool
}

func openJournal(path string) (*journal, error) {
	lines, err := readJournal(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	j := &journal{memHost: newHost(), file: f, seen: map[string]bool{}}
	for _, l := range lines {
		j.seen[l] = true
	}
	return j, err
}

func readJournal(path string) (lines []string, err error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines, nil
}

func (j *journal) Accept(_ context.Context, b channels.Batch) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range b.Raws {
		if j.seen[r.Dedupe] {
			continue
		}
		time.Sleep(2 * time.Millisecond) // a slow disk: more is under way when death comes
		if _, err := fmt.Fprintln(j.file, r.Dedupe); err != nil {
			return err
		}
		if err := j.file.Sync(); err != nil {
			return err
		}
		j.seen[r.Dedupe] = true
	}
	return nil
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
		Database: h.options.Database, Journal: filepath.Join(t.TempDir(), "journal"),
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
	defer func() { p.Process.Kill(); p.Wait() }()
	for end := time.Now().Add(60 * time.Second); h.desk.Waiting() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d messages still wait", h.desk.Waiting())
		}
	}
	lines, err := readJournal(c.Journal)
	if err != nil {
		t.Fatal(err)
	}
	once := map[string]bool{}
	for _, l := range lines {
		if once[l] {
			t.Errorf("%s twice", l)
		}
		once[l] = true
		if strings.Contains(l, "#") {
			t.Errorf("could not be read: %s", l)
		}
	}
	t.Logf("%d messages sent, %d stored", n, len(once))
	if len(once) != n {
		t.Errorf("%d messages sent, %d stored", n, len(once))
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
