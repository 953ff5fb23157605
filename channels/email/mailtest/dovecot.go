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
	AddrSMTP string // submission, where DovecotOptions.Relay is set
	AddrLMTP string // where DovecotOptions.Sieve is set
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

// DovecotOptions are what a private Dovecot can do besides IMAP.
type DovecotOptions struct {
	OAuth string // address at which access tokens are introspected (RFC 7662); passwords do not sign in then
	Relay string // host:port that takes what is submitted
	Sieve string // script that runs on what is delivered by LMTP; its mails go out through Relay
}

// Dovecot starts a private Dovecot (2.3) with the account "mesa" and an empty
// INBOX; it is stopped when the test ends.
func Dovecot(t testing.TB) *Server { return DovecotWith(t, DovecotOptions{}) }

// DovecotWith starts a private Dovecot that can more.
func DovecotWith(t testing.TB, o DovecotOptions) *Server {
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
	conf := fmt.Sprintf(dovecotConf, s.dir, s.uid, s.gid, plain, tls)
	write(t, s.dir+"/dovecot.conf", s.more(conf, o))
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// more adds to the configuration what the options ask for.
func (s *Server) more(conf string, o DovecotOptions) string {
	s.t.Helper()
	if o.OAuth != "" {
		conf = strings.Replace(conf, "driver = passwd-file\n  args = scheme=PLAIN "+s.dir+"/users", "driver = oauth2\n  mechanisms = xoauth2\n  args = "+s.dir+"/oauth2.conf", 1)
		write(s.t, s.dir+"/oauth2.conf", "introspection_mode = post\nintrospection_url = "+o.OAuth+"\nusername_attribute = username\nactive_attribute = active\nactive_value = true\nmax_pipelined_requests = 1\n")
	}
	_, relayPort, _ := strings.Cut(o.Relay, ":")
	var protocols []string
	if o.Relay != "" && o.Sieve == "" {
		need(s.t, "dovecot-submissiond", "/usr/lib/dovecot/submission")
		port := FreePort(s.t)
		s.AddrSMTP = fmt.Sprintf("127.0.0.1:%d", port)
		protocols = append(protocols, "submission")
		conf += fmt.Sprintf("hostname = mx.dovecot.test\nsubmission_relay_host = 127.0.0.1\nsubmission_relay_port = %s\nservice submission-login {\n  chroot =\n  inet_listener submission {\n    address = 127.0.0.1\n    port = %d\n  }\n}\n", relayPort, port)
	}
	if o.Sieve != "" {
		need(s.t, "dovecot-sieve dovecot-lmtpd", "/usr/lib/dovecot/modules/lib90_sieve_plugin.so", "/usr/lib/dovecot/lmtp")
		port := FreePort(s.t)
		s.AddrLMTP = fmt.Sprintf("127.0.0.1:%d", port)
		protocols = append(protocols, "lmtp")
		write(s.t, s.dir+"/rules.sieve", o.Sieve)
		conf += fmt.Sprintf("hostname = mx.dovecot.test\npostmaster_address = postmaster@dovecot.test\nsubmission_host = %s\nauth_username_format = %%Ln\nservice lmtp {\n  chroot =\n  inet_listener lmtp {\n    address = 127.0.0.1\n    port = %d\n  }\n}\n", o.Relay, port)
		conf += "protocol lmtp {\n  mail_plugins = sieve\n}\nplugin {\n  sieve = file:" + s.dir + "/rules.sieve\n  sieve_vacation_min_period = 0\n  sieve_vacation_send_from_recipient = yes\n}\n"
	}
	return strings.Replace(conf, "protocols = imap", "protocols = "+strings.Join(append([]string{"imap"}, protocols...), " "), 1)
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
