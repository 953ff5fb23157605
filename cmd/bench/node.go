package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels/email/mailtest"
	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/config"
	"ventanilla/tickets/store/storetest"
)

const program = "bin/ventanilla"

// profiles counts the desks that wrote one.
var profiles atomic.Int32

// house is an installation of the desk.
type house struct {
	b             *bench
	dir, database string
	console, smtp string
	dovecot       *mailtest.Server
	relay         string
}

func newHouse(b *bench, engine string) *house {
	h := &house{b: b, dir: b.TempDir(), console: address(b), smtp: address(b)}
	h.database = "sqlite:" + h.dir + "/ventanilla.db"
	if engine == "postgres" {
		h.database = storetest.Postgres(b)
	}
	return h
}

func address(b *bench) string { return fmt.Sprintf("127.0.0.1:%d", mailtest.FreePort(b)) }

func (h *house) configure() string {
	var c strings.Builder
	fmt.Fprintf(&c, "data_dir = %q\n[database]\nurl = %q\n[console]\nlisten = %q\n[log]\nlevel = \"warn\"\nformat = \"json\"\n", h.dir, h.database, h.console)
	fmt.Fprintf(&c, "[email]\naddress = %q\n[[email.listener]]\nname = \"smtp\"\nlisten = %q\nrecipients = [\"@mesa.test\"]\n", deskAddress, h.smtp)
	if h.dovecot != nil {
		host, port, _ := net.SplitHostPort(h.dovecot.Addr)
		h.b.check(os.WriteFile(h.dir+"/clave", []byte(h.dovecot.Password), 0o600))
		fmt.Fprintf(&c, "[[email.mailbox]]\nname = \"buzon\"\nhost = %q\nport = %s\nsecurity = \"plain\"\nuser = %q\npassword = %q\n", host, port, h.dovecot.User, "file:"+h.dir+"/clave")
	}
	if h.relay != "" {
		host, port, _ := net.SplitHostPort(h.relay)
		fmt.Fprintf(&c, "[email.relay]\nhost = %q\nport = %s\nsecurity = \"plain\"\n", host, port)
	}
	file := filepath.Join(h.dir, "ventanilla.toml")
	h.b.check(os.WriteFile(file, []byte(c.String()), 0o600))
	return file
}

// node is a running desk.
type node struct {
	h       *house
	cmd     *exec.Cmd
	Started time.Time
	Ready   time.Duration // until the console answered
}

// start starts the program and waits until its console answers.
func (h *house) start() *node {
	cmd := exec.Command(program, "run", "--config", h.configure())
	if h.b.profile != "" {
		self, err := os.Executable()
		h.b.check(err)
		cmd = exec.Command(self)
		cmd.Env = append(os.Environ(), nodeConfig+"="+h.configure(), nodeProfile+"="+fmt.Sprintf("%s.%d", h.b.profile, profiles.Add(1)))
	}
	var log strings.Builder
	cmd.Stderr = &log
	n := &node{h: h, cmd: cmd, Started: time.Now()}
	h.b.check(cmd.Start())
	h.b.Cleanup(n.stop)
	for time.Since(n.Started) < 30*time.Second {
		if c, err := net.Dial("tcp", h.console); err == nil {
			c.Close()
			if r, err := http.Get("http://" + h.console + "/entrar"); err == nil {
				io.Copy(io.Discard, r.Body)
				r.Body.Close()
				n.Ready = time.Since(n.Started)
				return n
			}
		}
		time.Sleep(time.Millisecond)
	}
	h.b.fail("the desk did not start:", log.String())
	return nil
}

func (n *node) stop() {
	if n.cmd.ProcessState != nil {
		return
	}
	n.cmd.Process.Signal(syscall.SIGTERM)
	n.cmd.Wait()
}

// work is the processor time that a stopped node used.
func (n *node) work() time.Duration {
	return n.cmd.ProcessState.UserTime() + n.cmd.ProcessState.SystemTime()
}

// calm waits until the desk has caught up with what it found at its start: until
// it used less than a twentieth of a core for two seconds.
func (n *node) calm() {
	for end, last := time.Now().Add(5*time.Minute), time.Duration(0); time.Now().Before(end); time.Sleep(2 * time.Second) {
		used := n.used()
		if used-last < 100*time.Millisecond {
			if n.h.b.profile != "" {
				n.h.b.check(n.cmd.Process.Signal(syscall.SIGUSR1))
			}
			return
		}
		last = used
	}
	n.h.b.fail("the desk did not come to rest")
}

// used is the processor time that a running node has used (proc(5), stat: utime and stime).
func (n *node) used() time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n.cmd.Process.Pid))
	n.h.b.check(err)
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, err := strconv.ParseInt(fields[11], 10, 64)
	n.h.b.check(err)
	system, err := strconv.ParseInt(fields[12], 10, 64)
	n.h.b.check(err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// resident is the memory that the desk occupies, in MB.
func (n *node) resident() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.cmd.Process.Pid))
	n.h.b.check(err)
	_, after, _ := strings.Cut(string(b), "VmRSS:")
	kb, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	n.h.b.check(err)
	return kb / 1024
}

// cases waits until n cases were opened and nothing accepted is left unread,
// and gives the time since the node started.
func (n *node) cases(want int) time.Duration {
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		r, err := http.Get("http://" + n.h.console + "/metrics")
		n.h.b.check(err)
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		n.h.b.check(err)
		if value(string(body), `ventanilla_ledger{fate="case"}`) >= want && value(string(body), `ventanilla_ledger{fate="pending"}`) == 0 {
			return time.Since(n.Started)
		}
	}
	n.h.b.fail("the cases were not opened in time")
	return 0
}

func value(metrics, name string) int {
	_, after, ok := strings.Cut(metrics, "\n"+name+" ")
	if !ok {
		return 0
	}
	line, _, _ := strings.Cut(after, "\n")
	v, _ := strconv.ParseFloat(line, 64)
	return int(v)
}

// With nodeConfig in its environment this program is the desk, and writes a
// profile of its work.
const (
	nodeConfig  = "VENTANILLA_BENCH_CONFIG"
	nodeProfile = "VENTANILLA_BENCH_PROFILE"
)

// profileHeap writes down what a desk still holds at its end.
func profileHeap(file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	runtime.GC()
	return errors.Join(pprof.WriteHeapProfile(out), out.Close())
}

// profileAnew forgets what was profiled so far at each SIGUSR1: what is measured begins.
func profileAnew(ctx context.Context, out *os.File) {
	anew := make(chan os.Signal, 1)
	signal.Notify(anew, syscall.SIGUSR1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-anew:
		}
		pprof.StopCPUProfile()
		_, err := out.Seek(0, io.SeekStart)
		if err = errors.Join(err, out.Truncate(0), pprof.StartCPUProfile(out)); err != nil {
			fmt.Fprintln(os.Stderr, "the profile could not begin anew:", err)
		}
	}
}

func profiled(file string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	err := func() error {
		out, err := os.Create(os.Getenv(nodeProfile))
		if err != nil {
			return err
		}
		defer out.Close()
		cfg, err := config.Load(file, false, os.Getenv)
		if err != nil {
			return err
		}
		d, err := desk.Open(ctx, cfg, desk.Options{Log: zerolog.New(os.Stderr).Level(zerolog.WarnLevel)})
		if err != nil {
			return err
		}
		defer d.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
		go profileAnew(ctx, out)
		return errors.Join(d.Run(ctx), profileHeap(out.Name()+".heap"))
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
