package mailtest

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// MTA is a private Postfix.
type MTA struct {
	Addr string // SMTP on loopback; relays for anybody there

	t   testing.TB
	dir string
}

// PostfixOptions say where a Postfix sends what it takes.
type PostfixOptions struct {
	// Domain is delivered to Deliver ("lmtp:127.0.0.1:2424" or "smtp:127.0.0.1:2525").
	Domain, Deliver string
	// Relay is where everything else goes ("127.0.0.1:2626"); empty: nowhere.
	Relay string
	// Addr is where to listen, a free port if empty.
	Addr string
	// More are further domains and where their mail goes, as Deliver.
	More map[string]string
	// LocalDomain has local users and no mailboxes: mail to any name in it is
	// taken and then bounced. Default "local.test".
	LocalDomain string
}

const mainCf = `
compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
command_directory = /usr/sbin
daemon_directory = %[2]s
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.ventanilla.test
mydomain = ventanilla.test
myorigin = mx.ventanilla.test
mydestination = %[3]s
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_tls_security_level = none
smtputf8_enable = no
append_dot_mydomain = no
biff = no
maillog_file = %[1]s/log/maillog
maillog_file_prefixes = %[1]s
relay_domains = %[4]s
transport_maps = inline:{ %[5]s }
relayhost = %[6]s
recipient_delimiter = +
message_size_limit = 100000000
mailbox_size_limit = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
in_flow_delay = 0
notify_classes =
`

const masterCf = `
%s inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 2 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
local     unix - n n - - local
virtual   unix - n n - - virtual
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
`

// Postfix starts a private Postfix; it is stopped when the test ends.
func Postfix(t testing.TB, o PostfixOptions) *MTA {
	t.Helper()
	need(t, "postfix", "/usr/sbin/postfix", "/usr/sbin/postconf")
	if o.LocalDomain == "" {
		o.LocalDomain = "local.test"
	}
	m := &MTA{t: t, dir: tempDir(t, "postfix")}
	for _, d := range []string{"conf", "queue", "data", "log"} {
		if err := os.Mkdir(filepath.Join(m.dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "chown", "postfix", m.dir+"/data", m.dir+"/log")
	routes := map[string]string{}
	maps.Copy(routes, o.More)
	if o.Domain != "" {
		routes[o.Domain] = o.Deliver
	}
	var domains, transport []string
	for domain, to := range routes {
		kind, addr, _ := strings.Cut(to, ":")
		if kind == "lmtp" {
			addr = "inet:" + addr
		} else {
			addr = "[127.0.0.1]:" + addr[strings.LastIndexByte(addr, ':')+1:]
		}
		domains, transport = append(domains, domain), append(transport, fmt.Sprintf("{ %s = %s:%s }", domain, kind, addr))
	}
	if len(transport) == 0 {
		transport = []string{"{ none.invalid = discard: }"}
	}
	relay := ""
	if o.Relay != "" {
		relay = "[127.0.0.1]:" + o.Relay[strings.LastIndexByte(o.Relay, ':')+1:]
	}
	daemons := "/usr/lib/postfix/sbin"
	if _, err := os.Stat(daemons + "/master"); err != nil {
		daemons = "/usr/libexec/postfix"
	}
	if m.Addr = o.Addr; m.Addr == "" {
		m.Addr = fmt.Sprintf("127.0.0.1:%d", FreePort(t))
	}
	write(t, m.dir+"/conf/main.cf", fmt.Sprintf(mainCf, m.dir, daemons, o.LocalDomain, strings.Join(domains, " "), strings.Join(transport, ", "), relay))
	write(t, m.dir+"/conf/master.cf", fmt.Sprintf(masterCf, m.Addr))
	m.postfix("check")
	m.postfix("start")
	t.Cleanup(m.stop)
	waitPort(t, m.Addr, m.dir+"/log/maillog")
	return m
}

// stop ends the master, which ends its children; "postfix stop" takes seconds.
func (m *MTA) stop() {
	b, _ := os.ReadFile(m.dir + "/queue/pid/master.pid")
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid <= 1 {
		return
	}
	syscall.Kill(pid, syscall.SIGTERM)
	for range 100 {
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	syscall.Kill(-pid, syscall.SIGKILL)
}

func (m *MTA) postfix(args ...string) {
	m.t.Helper()
	args = append([]string{"-c", m.dir + "/conf"}, args...)
	cmd := exec.Command("/usr/sbin/postfix", args...)
	cmd.Env = append(os.Environ(), "MAIL_CONFIG="+m.dir+"/conf")
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("postfix %v: %v\n%s\n%s", args, err, out, m.Log())
	}
}

// Flush makes Postfix try everything in its queue now.
func (m *MTA) Flush() { m.postfix("flush") }

// Queue counts the mails that wait in Postfix's queues.
func (m *MTA) Queue() int {
	n := 0
	for _, q := range []string{"incoming", "active", "deferred", "maildrop"} {
		filepath.Walk(filepath.Join(m.dir, "queue", q), func(_ string, fi os.FileInfo, err error) error {
			if err == nil && fi.Mode().IsRegular() {
				n++
			}
			return nil
		})
	}
	return n
}

// Drained waits until the queue is empty, and tells whether it became so.
func (m *MTA) Drained(d time.Duration) bool {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if m.Queue() == 0 {
			return true
		}
	}
	return false
}

// Log is the end of Postfix's log.
func (m *MTA) Log() string { return tail(m.dir + "/log/maillog") }
