// Package mailtest starts real mail servers for tests: Dovecot, Postfix and an
// SMTP sink. Each is private to one test: its own folders, loopback only, a
// port the kernel gave. They need root, because Dovecot and Postfix change to
// their own users; where root or a program is missing the test fails and says
// what to install, rather than passing without having tested.
package mailtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// need fails the test if it cannot run the programs.
func need(t testing.TB, pkgs string, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := os.Stat(p); err != nil {
			t.Fatalf("this test needs %s: apt-get install --no-install-recommends %s (or run .ci/peers)", p, pkgs)
		}
	}
	if os.Geteuid() != 0 {
		t.Fatalf("this test starts %s, which changes users: run it as root", filepath.Base(programs[0]))
	}
}

// tempDir is a folder that other users may enter; t.TempDir's are not.
func tempDir(t testing.TB, prefix string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ventanilla-"+prefix+"-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// FreePort is a loopback port that was free a moment ago, another one each time:
// the system gives the same one again while nobody listens on it yet.
func FreePort(t testing.TB) int {
	t.Helper()
	for {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := ln.Addr().(*net.TCPAddr).Port
		if err := ln.Close(); err != nil {
			t.Fatal(err)
		}
		if _, given := ports.LoadOrStore(port, true); !given {
			return port
		}
	}
}

var ports sync.Map // those that were given

// waitPort waits until addr greets with a line, or fails with the server's log.
func waitPort(t testing.TB, addr, log string) {
	t.Helper()
	var last error
	for range 200 {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			c.SetReadDeadline(time.Now().Add(10 * time.Second))
			_, err = c.Read(make([]byte, 1))
			c.Close()
			if err == nil {
				return
			}
		}
		last = err
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("server at %s did not start: %v\n%s", addr, last, tail(log))
}

func tail(path string) string {
	b, _ := os.ReadFile(path)
	if len(b) > 4000 {
		b = b[len(b)-4000:]
	}
	return string(b)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// Mail makes a plain citizen's mail, for tests that need many.
func Mail(from, to, subject, id, text string) []byte {
	return []byte(fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s>\r\nDate: Tue, 03 Nov 2026 10:12:00 -0400\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
		from, to, subject, id, text))
}
