// Package clamdtest starts a real clamd for tests: on a socket of its own, with
// a database that knows nothing but one signature of ours, so that no test
// needs the network or a virus.
package clamdtest

import (
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Virus is what the daemon takes for malware, and Name what it calls it.
const (
	Virus = "VENTANILLA-SIGNATURE-THAT-ONLY-TESTS-KNOW"
	Name  = "Ventanilla.Test.UNOFFICIAL"
)

// Daemon is a private clamd.
type Daemon struct {
	Socket string

	t   testing.TB
	dir string
	cmd *exec.Cmd
}

const conf = `
LocalSocket %[1]s/clamd.sock
DatabaseDirectory %[1]s/db
LogFile %[1]s/clamd.log
TemporaryDirectory %[1]s/tmp
Foreground yes
FixStaleSocket yes
ScanMail yes
StreamMaxLength 4M
MaxThreads 4
`

// Start starts a clamd, which is stopped when the test ends. It fails where
// clamd is not installed, rather than passing without having tested.
func Start(t testing.TB) *Daemon {
	t.Helper()
	d := Prepare(t)
	d.Run()
	return d
}

// Prepare makes everything for a clamd that Run starts.
func Prepare(t testing.TB) *Daemon {
	t.Helper()
	if _, err := os.Stat("/usr/sbin/clamd"); err != nil {
		t.Fatal("this test needs clamd: apt-get install --no-install-recommends clamav-daemon (or run .ci/peers)")
	}
	dir, err := os.MkdirTemp("", "clamd-") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	d := &Daemon{Socket: filepath.Join(dir, "clamd.sock"), t: t, dir: dir}
	t.Cleanup(func() { d.Stop(); os.RemoveAll(dir) })
	for _, sub := range []string{"db", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// name:target (0 is any file):offset (* is anywhere):bytes
	d.write("db/own.ndb", fmt.Sprintf("Ventanilla.Test:0:*:%s\n", hex.EncodeToString([]byte(Virus))))
	d.write("clamd.conf", fmt.Sprintf(conf, dir))
	return d
}

func (d *Daemon) write(name, text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// Run starts the daemon and waits until it answers.
func (d *Daemon) Run() {
	d.t.Helper()
	d.cmd = exec.Command("/usr/sbin/clamd", "--config-file="+d.dir+"/clamd.conf")
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	for range 600 {
		if c, err := net.Dial("unix", d.Socket); err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(d.dir + "/clamd.log")
	d.t.Fatalf("clamd did not start\n%s", log)
}

// Stop ends the daemon.
func (d *Daemon) Stop() {
	if d.cmd == nil {
		return
	}
	d.cmd.Process.Signal(syscall.SIGKILL)
	d.cmd.Wait()
	d.cmd = nil
	os.Remove(d.Socket)
}

// Freeze stops the daemon in the middle of whatever it does; Thaw lets it go on.
func (d *Daemon) Freeze() { d.cmd.Process.Signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (d *Daemon) Thaw() { d.cmd.Process.Signal(syscall.SIGCONT) }
