package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

const buzonUp = `ventanilla_channel_up{channel="buzon"`

// cases is how many cases the desk counts.
func (h *house) cases(t testing.TB) int { return int(h.metric(t, `ventanilla_ledger{fate="case"}`)) }

func (h *house) waitCases(n int) {
	h.t.Helper()
	eventually(h.t, time.Minute, fmt.Sprintf("%d cases", n), func() bool { return h.cases(h.t) == n })
}

// take posts a report that must be taken.
func (h *house) take(m report) {
	h.t.Helper()
	if err := post(h.smtp, m); err != nil {
		h.t.Errorf("the desk did not take a mail: %v", err)
	}
}

// refused posts a report that must be refused for now: 4xx.
func (h *house) refused(m report) {
	h.t.Helper()
	var answer *smtp.SMTPError
	if err := post(h.smtp, m); !errors.As(err, &answer) || answer.Code/100 != 4 {
		h.t.Errorf("the desk answered %v, want a 4xx", err)
	}
}

func TestWrongPassword(t *testing.T) {
	h := newHouse(t).whole("sqlite")
	users := filepath.Join(filepath.Dir(h.dovecot.CertFile), "users")
	setPassword := func(p string) {
		if err := os.WriteFile(users, []byte(h.dovecot.User+":{PLAIN}"+p+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	setPassword("otra")
	h.dovecot.Append(newReport(1).raw)
	desk := h.start()
	desk.says(15*time.Second, `"channel":"buzon"`, "channel failed", "uthentication failed")
	h.take(newReport(2))
	h.waitCases(1)
	if h.metric(t, buzonUp) != 0 || h.metric(t, `ventanilla_channel_up{channel="smtp"`) != 1 {
		t.Error("the health does not tell the mailbox in trouble from the listener that is well")
	}
	status, health := page(t, h.browser("sup", tickets.Supervisor), "http://"+h.console+"/canales")
	if status != 200 || !strings.Contains(health, "buzon") || !strings.Contains(health, "uthentication failed") {
		t.Errorf("the page of the channels (%d) does not tell what is wrong with the mailbox", status)
	}
	if strings.Contains(desk.log.String()+health, h.dovecot.Password) {
		t.Error("the password is in the log")
	}
	setPassword(h.dovecot.Password)
	h.waitCases(2)
	eventually(t, 5*time.Second, "the mailbox is up", func() bool { return h.metric(t, buzonUp) == 1 })
	desk.stop()
}

func TestVanishedFolder(t *testing.T) {
	h := newHouse(t).whole("sqlite")
	h.folder = "Reportes"
	imap := func(do func(*imapclient.Client) error) {
		t.Helper()
		c, err := imapclient.DialInsecure(h.dovecot.Addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Login(h.dovecot.User, h.dovecot.Password).Wait(); err != nil {
			t.Fatal(err)
		}
		if err := do(c); err != nil {
			t.Fatal(err)
		}
	}
	create := func(n int) {
		t.Helper()
		imap(func(c *imapclient.Client) error {
			if err := c.Create("Reportes", nil).Wait(); err != nil {
				return err
			}
			raw := newReport(n).raw
			cmd := c.Append("Reportes", int64(len(raw)), nil)
			if _, err := cmd.Write(raw); err != nil {
				return err
			}
			if err := cmd.Close(); err != nil {
				return err
			}
			_, err := cmd.Wait()
			return err
		})
	}
	create(1)
	desk := h.start()
	h.waitCases(1)
	imap(func(c *imapclient.Client) error { return c.Delete("Reportes").Wait() })
	desk.says(30*time.Second, `"channel":"buzon"`, "channel failed", "Reportes")
	h.take(newReport(2))
	h.waitCases(2)
	create(3)
	h.waitCases(3)
	desk.stop()
	r := h.records(t)
	r.reportedOnce(t, []report{newReport(1), newReport(2), newReport(3)})
	r.sound(t)
}

// TestHugeMail: of a mail beyond the limit the desk keeps the header and tells
// the citizen; a mail server is told at once.
func TestHugeMail(t *testing.T) {
	h := newHouse(t).whole("sqlite")
	huge := newReport(1)
	huge.raw = append(huge.raw, strings.Repeat(strings.Repeat("A", 76)+"\r\n", 60<<20/78)...)
	desk := h.start()
	h.dovecot.Append(huge.raw, newReport(2).raw)
	h.waitCases(2)
	got := h.sink.Wait(t, 2, 20*time.Second)
	told := false
	for _, g := range got {
		told = told || g.To[0] == huge.from && strings.Contains(string(g.Raw), "grande")
	}
	if !told {
		t.Error("the citizen was not told that the mail was too large")
	}
	huge.id, huge.from = "otro@ciudad.test", "otra@ciudad.test"
	var answer *smtp.SMTPError
	if err := post(h.smtp, huge); !errors.As(err, &answer) || answer.Code != 552 {
		t.Errorf("60 MB by SMTP: %v, want 552", err)
	}
	h.take(newReport(3))
	h.waitCases(3)
	if rss := residentMB(t, desk.cmd.Process.Pid); rss > 400 {
		t.Errorf("%d MB resident after a 60 MB mail", rss)
	}
	desk.stop()
	r := h.records(t)
	r.reportedOnce(t, []report{newReport(1), newReport(2), newReport(3)})
	r.sound(t)
}

func residentMB(t testing.TB, pid int) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(b), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb / 1024
}

func TestFullDisk(t *testing.T) {
	h := newHouse(t).whole("sqlite")
	data := filepath.Join(h.dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=12m"); err != nil {
		t.Fatalf("this test needs a small disk, which only root may mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(data, 0); err != nil {
			t.Errorf("unmounting: %v", err)
		}
	})
	desk := h.start()
	h.take(newReport(1))
	h.waitCases(1)
	h.sink.Wait(t, 1, 10*time.Second)
	filler := fill(t, data)
	for n := 2; n < 6; n++ {
		h.refused(newReport(n))
	}
	h.dovecot.Append(newReport(6).raw)
	desk.says(20*time.Second, `"channel":"buzon"`, "channel failed", "disk is full")
	if got := h.sink.Got(); len(got) != 1 {
		t.Errorf("%d mails went out while nothing could be stored", len(got)-1)
	}
	if status, _ := page(t, clientFor(t), "http://"+h.console+"/entrar"); status != 200 {
		t.Errorf("the console answers %d on a full disk", status)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for n := 2; n < 6; n++ {
		h.take(newReport(n))
	}
	h.waitCases(6)
	h.sink.Wait(t, 6, 30*time.Second)
	desk.stop()
	r := h.records(t)
	var all []report
	for n := 1; n <= 6; n++ {
		all = append(all, newReport(n))
	}
	r.reportedOnce(t, all)
	r.sound(t)
	if again := answered(t, h.sink, all); again != 0 {
		t.Errorf("%d acknowledgements came twice", again)
	}
	if err := r.st.Close(); err != nil { // before the disk is taken away
		t.Error(err)
	}
}

// fill writes until there is no room, and gives the file to remove.
func fill(t testing.TB, dir string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size >= 1; {
		if _, err := io.CopyN(f, zeros{}, int64(size)); err != nil {
			size /= 2
		}
	}
	return f.Name()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestReadOnlyFolder(t *testing.T) {
	dir, err := os.MkdirTemp("", "ventanilla-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	nobody, err := user.Lookup("nobody")
	if err != nil || os.Geteuid() != 0 {
		t.Fatalf("this test runs the program as nobody, which only root may: %v", err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	run := func(database string) string {
		cmd := exec.Command(program(t), "run")
		cmd.Dir = dir
		cmd.Env = []string{"VENTANILLA_CONSOLE_LISTEN=" + port(t), "VENTANILLA_DATABASE_URL=sqlite:" + database}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("%s: ended with %v, want 1", database, err)
		}
		return string(out)
	}
	if out := run(dir + "/data/ventanilla.db"); !strings.Contains(out, "no se pudo crear la carpeta de datos") || !strings.Contains(out, dir) {
		t.Errorf("a folder that cannot be made: %s", out)
	}
	if out := run(dir + "/ventanilla.db"); !strings.Contains(out, dir) || !strings.Contains(out, "escrib") {
		t.Errorf("a folder that cannot be written to: %s", out)
	}
	// A database that somebody else wrote and this user may only read.
	if st, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + dir + "/ajena.db"}); err != nil {
		t.Fatal(err)
	} else if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if out := run(dir + "/ajena.db"); !strings.Contains(out, dir) || !strings.Contains(out, "escrib") {
		t.Errorf("a database that cannot be written to: %s", out)
	}
}

func TestDatabaseDown(t *testing.T) {
	h := newHouse(t).whole("postgres")
	desk := h.start()
	h.take(newReport(1))
	h.waitCases(1)
	pg := stopPostgres(t, h.database)
	h.refused(newReport(2))
	h.refused(newReport(3))
	h.dovecot.Append(newReport(4).raw)
	if status, _ := page(t, clientFor(t), "http://"+h.console+"/healthz"); status != 503 {
		t.Errorf("/healthz is %d while the database is down, want 503", status)
	}
	pg.start()
	h.take(newReport(2))
	h.take(newReport(3))
	h.waitCases(4)
	h.sink.Wait(t, 4, 60*time.Second)
	desk.stop()
	r := h.records(t)
	all := []report{newReport(1), newReport(2), newReport(3), newReport(4)}
	r.reportedOnce(t, all)
	r.sound(t)
	answered(t, h.sink, all)
}

func TestGarbageInCallLog(t *testing.T) {
	h := newHouse(t)
	log := filepath.Join(h.dir, "Master.csv")
	h.tables = fmt.Sprintf("[[phone.cdr]]\nname = \"central\"\nfile = %q\npoll = \"100ms\"\n", log)
	good := `"","71234567","2184026","from-trunk","""Ana"" <71234567>","SIP/trunk-1","SIP/100-2","Dial","SIP/100","%s","","%s",20,0,"NO ANSWER","DOCUMENTATION","1793800000.%d",""` + "\n"
	now := time.Now().Format("2006-01-02 15:04:05")
	garbage := "\x00\xff\xfe no es una línea, \"sin cerrar\n"
	write(t, log, fmt.Sprintf(good, now, now, 1)+garbage+fmt.Sprintf(good, now, now, 2))
	desk := h.start()
	eventually(t, 15*time.Second, "three ledger lines", func() bool {
		return h.metric(t, `ventanilla_ledger{fate="call"}`) == 2 && h.metric(t, `ventanilla_ledger{fate="held"}`) == 1
	})
	desk.stop()
	r := h.records(t)
	r.sound(t)
	seen := false
	for _, e := range r.entries {
		raw, err := r.st.RawOf(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw.Body), "no es una línea") {
			seen = true
			if e.Fate != store.FateHeld || e.Cause == "" || e.Subject == "" {
				t.Errorf("the garbage line is shown as %q, cause %q, subject %q", e.Fate, e.Cause, e.Subject)
			}
		}
	}
	if !seen || len(r.entries) != 3 {
		t.Errorf("%d ledger lines, the garbage among them: %v", len(r.entries), seen)
	}
}

// TestSavedColumns: a log that is not written as the configuration says is held
// line by line; the columns that are saved in the console read what comes then,
// what was held when it is examined again, and outlive a restart.
func TestSavedColumns(t *testing.T) {
	h := newHouse(t)
	log := filepath.Join(h.dir, "llamadas.csv")
	h.tables = fmt.Sprintf("[[phone.cdr]]\nname = \"central\"\nfile = %q\npoll = \"100ms\"\n", log)
	text := "Fecha;Origen;Destino;Estado\n23/11/2026 10:15;71234567;22184026;Perdida\n"
	write(t, log, text)
	desk := h.start()
	eventually(t, time.Minute, "the line is held", func() bool { return h.metric(t, `ventanilla_ledger{fate="held"}`) == 2 })
	admin, base := h.browser("administra", tickets.Administrador), "http://"+h.console
	form := url.Values{"log": {"central"}, "do": {"save"}, "sample": {text}, "was": {";"}, "separator": {";"}, "dates": {"dmy"}, "heading": {"yes"}, "c.start": {"0"}, "c.src": {"1"}, "c.dst": {"2"}, "c.disposition": {"3"}}
	if status, body, at := submit(t, admin, base+"/administracion/llamadas", form); status != 200 || !strings.Contains(at.RawQuery, "hecho=columns") {
		t.Fatal(status, at, body)
	}
	text += "23/11/2026 10:20;71234568;22184026;Perdida\n"
	write(t, log, text)
	eventually(t, time.Minute, "the new line is a call", func() bool { return h.metric(t, `ventanilla_ledger{fate="call"}`) == 1 })
	boss := h.browser("supervisa", tickets.Supervisor)
	for _, id := range []string{"1", "2"} { // the heading and the call that were held
		if status, body, _ := submit(t, boss, base+"/retenidos/"+id, url.Values{"accion": {"examinar"}}); status != 200 {
			t.Fatal(status, body)
		}
	}
	eventually(t, time.Minute, "the held line is a call, too", func() bool { return h.metric(t, `ventanilla_ledger{fate="call"}`) == 2 })
	desk.stop()
	desk = h.start()
	write(t, log, text+"23/11/2026 10:25;71234569;22184026;Perdida\n")
	eventually(t, time.Minute, "the columns outlive a restart", func() bool { return h.metric(t, `ventanilla_ledger{fate="call"}`) == 3 })
	desk.stop()
}
