package e2e

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ventanilla/channels/email/mailtest"
	"ventanilla/config"
	"ventanilla/tickets/store/storetest"
)

// deskAddress is where citizens write to.
const deskAddress = "soporte@mesa.test"

// house is an installation: a configuration, its database and its peers. Its
// addresses stay when the desk starts again.
type house struct {
	t                   testing.TB
	dir, file, database string
	console, smtp, lmtp string
	ahead               time.Duration // how much later than now the next node starts
	consoleKeys, tables string        // more of the configuration: keys of [console], and whole tables
	dovecot             *mailtest.Server
	folder              string // of the mailbox, "" for INBOX
	sink                *mailtest.Mailsink
}

// newHouse prepares an installation on SQLite without mailbox and relay.
func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), console: port(t), smtp: port(t), lmtp: port(t)}
	h.database = "sqlite:" + filepath.Join(h.dir, "data", "ventanilla.db")
	return h
}

// whole adds a mailbox and a relay, and chooses the database.
func (h *house) whole(engine string) *house {
	h.t.Helper()
	h.dovecot, h.sink = mailtest.Dovecot(h.t), mailtest.Sink(h.t)
	if engine == "postgres" {
		h.database = storetest.Postgres(h.t)
	}
	return h
}

// configure writes the configuration file.
func (h *house) configure() string {
	h.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "data_dir = %q\n[database]\nurl = %q\n[console]\nlisten = %q\n", h.dir+"/data", h.database, h.console)
	b.WriteString(h.consoleKeys)
	fmt.Fprintf(&b, "[log]\nlevel = \"debug\"\nformat = \"json\"\n[email]\naddress = %q\nfrom_name = \"Mesa\"\n", deskAddress)
	for name, addr := range map[string]string{"smtp": h.smtp, "lmtp": h.lmtp} {
		fmt.Fprintf(&b, "[[email.listener]]\nname = %q\nlisten = %q\nprotocol = %q\nrecipients = [\"@mesa.test\"]\n", name, addr, name)
	}
	if h.dovecot != nil {
		host, p, _ := net.SplitHostPort(h.dovecot.Addr)
		write(h.t, h.dir+"/clave", h.dovecot.Password)
		fmt.Fprintf(&b, "[[email.mailbox]]\nname = \"buzon\"\nhost = %q\nport = %s\nsecurity = \"plain\"\nuser = %q\npassword = %q\npoll = \"2s\"\n", host, p, h.dovecot.User, "file:"+h.dir+"/clave")
		if h.folder != "" {
			fmt.Fprintf(&b, "folder = %q\n", h.folder)
		}
	}
	if h.sink != nil {
		host, p, _ := net.SplitHostPort(h.sink.Addr)
		fmt.Fprintf(&b, "[email.relay]\nhost = %q\nport = %s\nsecurity = \"plain\"\n", host, p)
	}
	b.WriteString(h.tables)
	h.file = filepath.Join(h.dir, fmt.Sprintf("node%s.toml", h.console[strings.LastIndexByte(h.console, ':')+1:]))
	write(h.t, h.file, b.String())
	if _, err := config.Load(h.file, false, os.Getenv); err != nil {
		h.t.Fatal(err)
	}
	return h.file
}

// process is a running desk.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	log  *buffer
	done chan struct{}
	err  error // how it ended, once done
}

// start starts a node and waits until its console answers.
func (h *house) start() *process {
	h.t.Helper()
	p := h.launch()
	p.ready("http://" + h.console)
	h.listening()
	return p
}

// listening waits until mail is taken: the console opens first.
func (h *house) listening() {
	h.t.Helper()
	eventually(h.t, 30*time.Second, "mail is taken", func() bool {
		for _, addr := range []string{h.smtp, h.lmtp} {
			c, err := net.DialTimeout("tcp", addr, time.Second)
			if err != nil {
				return false
			}
			c.Close()
		}
		return true
	})
}

// launch starts a node.
func (h *house) launch() *process {
	h.t.Helper()
	self, err := os.Executable()
	if err != nil {
		h.t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), nodeConfig+"="+h.configure(), nodeAhead+"="+h.ahead.String())
	return begin(h.t, cmd)
}

// begin starts a command whose words are kept.
func begin(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, log: &buffer{}, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.err = cmd.Wait(); close(p.done) }()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("end of a desk's log:\n%s", p.log.notable(4000))
		}
	})
	return p
}

func (p *process) ready(base string) {
	p.t.Helper()
	client := &http.Client{Timeout: time.Second}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case <-p.done:
			p.t.Fatalf("the desk ended at its start: %v\n%s", p.err, p.log.tail(4000))
		default:
		}
		if r, err := client.Get(base + "/healthz"); err == nil {
			r.Body.Close()
			return
		}
	}
	p.t.Fatalf("the desk did not open\n%s", p.log.tail(4000))
}

// kill ends the process as a power cut does.
func (p *process) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL) // fails if it has ended
	<-p.done
}

// stop asks the process to end, which it must do in ten seconds and with 0.
func (p *process) stop() {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		if p.err != nil {
			p.t.Errorf("the desk ended with %v\n%s", p.err, p.log.tail(4000))
		}
	case <-time.After(10 * time.Second):
		p.t.Error("the desk did not stop within 10 s of SIGTERM")
		p.kill()
	}
}

// says waits until the log holds all of the words on one line.
func (p *process) says(within time.Duration, words ...string) {
	p.t.Helper()
	eventually(p.t, within, fmt.Sprintf("the log says %q", words), func() bool { return p.log.line(words...) })
}

// buffer is a log that is read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func (b *buffer) tail(n int) string {
	s := b.String()
	return s[max(0, len(s)-n):]
}

// notable is the end of what is above debugging.
func (b *buffer) notable(n int) string {
	var out strings.Builder
	for l := range strings.Lines(b.String()) {
		if !strings.Contains(l, `"level":"debug"`) {
			out.WriteString(l)
		}
	}
	return out.String()[max(0, out.Len()-n):]
}

func (b *buffer) line(words ...string) bool {
	for l := range strings.Lines(b.String()) {
		all := true
		for _, w := range words {
			all = all && strings.Contains(l, w)
		}
		if all {
			return true
		}
	}
	return false
}

// port is a free loopback address below those that the kernel gives to
// outgoing connections, which could take it while the desk is down.
func port(t testing.TB) string {
	t.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			return addr
		}
	}
	t.Fatal("no free port")
	return ""
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func eventually(t testing.TB, within time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %v: %s", within, what)
}

// page gets an address of the console and gives status and body.
func page(t testing.TB, client *http.Client, url string) (int, string) {
	t.Helper()
	r, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// metric reads one figure of /metrics: the first whose name and labels begin so.
// It is -1 where there is none.
func (h *house) metric(t testing.TB, prefix string) float64 {
	t.Helper()
	_, body := page(t, http.DefaultClient, "http://"+h.console+"/metrics")
	for l := range strings.Lines(body) {
		if strings.HasPrefix(l, prefix) {
			v, err := strconv.ParseFloat(strings.TrimSpace(l[strings.LastIndexByte(strings.TrimSpace(l), ' '):]), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	return -1
}
