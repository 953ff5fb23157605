package mailtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a private Dovecot with one account.
type Server struct {
	Addr     string // IMAP without TLS, STARTTLS offered; loopback
	AddrTLS  string // IMAP with TLS
	User     string
	Password string
	CertFile string // of its self-signed certificate, for 127.0.0.1

	t      testing.TB
	dir    string
	cmd    *exec.Cmd
	uid    int
	gid    int
	serial int
}

const dovecotConf = `
protocols = imap
base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/dovecot.log
listen = 127.0.0.1
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
ssl_dh =
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
mail_location = maildir:%[1]s/mail/%%u
mail_max_userip_connections = 100
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {
  inbox = yes
  separator = /
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN %[1]s/users
}
userdb {
  driver = static
  args = uid=%[2]d gid=%[3]d home=%[1]s/home/%%u
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = %[4]d
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = %[5]d
  }
  chroot =
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`

// Dovecot starts a private Dovecot (2.3) with the account "mesa" and an empty
// INBOX; it is stopped when the test ends.
func Dovecot(t testing.TB) *Server {
	t.Helper()
	need(t, "dovecot-core dovecot-imapd", "/usr/sbin/dovecot", "/usr/lib/dovecot/imap")
	s := &Server{t: t, dir: tempDir(t, "dovecot"), User: "mesa", Password: "clave-de-prueba"}
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	s.uid, _ = strconv.Atoi(u.Uid)
	s.gid, _ = strconv.Atoi(u.Gid)
	for _, d := range []string{"run", "state", "mail", "home", s.maildir()} {
		if !filepath.IsAbs(d) {
			d = filepath.Join(s.dir, d)
		}
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []string{"mail", "home", "mail/" + s.User} {
		os.Chown(filepath.Join(s.dir, d), s.uid, s.gid)
	}
	s.CertFile = SelfSigned(t, s.dir)
	plain, tls := FreePort(t), FreePort(t)
	s.Addr, s.AddrTLS = fmt.Sprintf("127.0.0.1:%d", plain), fmt.Sprintf("127.0.0.1:%d", tls)
	write(t, s.dir+"/users", s.User+":{PLAIN}"+s.Password+"\n")
	write(t, s.dir+"/dovecot.conf", fmt.Sprintf(dovecotConf, s.dir, s.uid, s.gid, plain, tls))
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) maildir() string { return filepath.Join(s.dir, "mail", s.User) }

// Start starts the server after Stop.
func (s *Server) Start() {
	s.t.Helper()
	s.cmd = exec.Command("/usr/sbin/dovecot", "-F", "-c", s.dir+"/dovecot.conf")
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	waitPort(s.t, s.Addr, s.dir+"/dovecot.log")
}

// Stop stops the server and cuts its connections.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	stopProcess(s.cmd)
	s.cmd = nil
}

// Kill ends the server and everything it started at once, in the middle of
// whatever they do.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	s.cmd.Wait()
	s.cmd = nil
	os.RemoveAll(s.dir + "/run") // a dead master's sockets
	os.MkdirAll(s.dir+"/run", 0o755)
}

func stopProcess(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
	}
	// Sessions outlive their master by some seconds.
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	<-done
}

// Restart stops and starts the server; the mail stays.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.Start()
}

// Recreate numbers the mailbox anew: the same mails under a new UIDVALIDITY.
func (s *Server) Recreate() {
	s.t.Helper()
	s.Stop()
	files, _ := filepath.Glob(s.maildir() + "/dovecot*")
	for _, f := range files {
		if !strings.HasPrefix(filepath.Base(f), "dovecot-uidvalidity") {
			os.Remove(f)
		}
	}
	s.Start()
}

// Append delivers mails to INBOX as a local delivery agent does (Maildir); the
// server tells those who wait with IDLE.
func (s *Server) Append(raws ...[]byte) {
	s.t.Helper()
	for _, sub := range []string{"cur", "new", "tmp"} {
		d := filepath.Join(s.maildir(), sub)
		if os.Mkdir(d, 0o700) == nil {
			os.Chown(d, s.uid, s.gid)
		}
	}
	for _, raw := range raws {
		s.serial++
		name := fmt.Sprintf("%d.M%09dP%d.test", time.Now().Unix(), s.serial, os.Getpid())
		tmp := filepath.Join(s.maildir(), "tmp", name)
		if err := os.WriteFile(tmp, raw, 0o600); err != nil {
			s.t.Fatal(err)
		}
		os.Chown(tmp, s.uid, s.gid)
		if err := os.Rename(tmp, filepath.Join(s.maildir(), "new", name)); err != nil {
			s.t.Fatal(err)
		}
	}
}

// Spoil makes the nth mail (from 0) of INBOX impossible to read for the
// server, as a damaged disk would.
func (s *Server) Spoil(n int) {
	s.t.Helper()
	var files []string
	for _, sub := range []string{"cur", "new"} {
		l, _ := filepath.Glob(filepath.Join(s.maildir(), sub, "*.test*"))
		files = append(files, l...)
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	if err := os.Chown(files[n], 0, 0); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Chmod(files[n], 0); err != nil {
		s.t.Fatal(err)
	}
}

// Log is the end of the server's log.
func (s *Server) Log() string { return tail(s.dir + "/dovecot.log") }
