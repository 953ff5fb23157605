package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// command runs the program in a folder and gives its exit code and words.
func command(t testing.TB, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	cmd := exec.Command(program(t), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &err
	e := cmd.Run()
	var exit *exec.ExitError
	if e != nil && !errors.As(e, &exit) {
		t.Fatal(e)
	}
	return cmd.ProcessState.ExitCode(), out.String(), err.String()
}

func TestCommands(t *testing.T) {
	cases := []struct {
		args   string
		code   int
		stdout string // part of it
		stderr string
	}{
		{"", 0, "Uso: ventanilla ORDEN", ""},
		{"--help", 0, "backup ARCHIVO", ""},
		{"run --help", 0, "--config", ""},
		{"demo --help", 0, "--exit", ""},
		{"config init --help", 0, "--config", ""},
		{"config check --help", 0, "--config", ""},
		{"backup --help", 0, "ARCHIVO", ""},
		{"restore --help", 0, "ARCHIVO", ""},
		{"version --help", 0, "dice la versión", ""},
		{"version", 0, "ventanilla e2e (go", ""},
		{"--version", 0, "ventanilla e2e (go", ""},
		{"bakcup copia", 2, "", `no existe la orden "bakcup copia"`},
		{"config", 2, "", "no existe la orden"},
		{"run --colour", 2, "", "--help"},
		{"backup", 2, "", "ARCHIVO"},
		{"run --config no-hay.toml", 1, "", "no-hay.toml"},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			code, stdout, stderr := command(t, t.TempDir(), strings.Fields(c.args)...)
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
				t.Errorf("code %d, want %d\nstdout: %s\nstderr: %s", code, c.code, stdout, stderr)
			}
			if c.code != 0 && stdout != "" {
				t.Errorf("a mistake is told on standard output: %s", stdout)
			}
		})
	}
}

func TestConfigCommands(t *testing.T) {
	dir := t.TempDir()
	if code, out, stderr := command(t, dir, "config", "init"); code != 0 || !strings.Contains(out, "ventanilla.toml") {
		t.Fatalf("config init: %d %s %s", code, out, stderr)
	}
	if code, _, stderr := command(t, dir, "config", "init"); code != 1 || !strings.Contains(stderr, "ya existe") {
		t.Errorf("a second config init: %d %s", code, stderr)
	}
	if code, out, stderr := command(t, dir, "config", "check"); code != 0 || !strings.Contains(out, "Todo en orden") {
		t.Errorf("check of the sample: %d %s %s", code, out, stderr)
	}
	file := filepath.Join(dir, "ventanilla.toml")
	for text, want := range map[string]string{
		"[email]\naddres = \"a@b.bo\"\n":               `línea 2: la clave "email.addres" no existe; ¿quiso decir "email.address"?`,
		"[email.relay]\npassword = \"secreto-uno\"\n":  "línea 2: valor o forma que no se entiende: un secreto no se escribe aquí",
		"[console]\nlisten = \"0.0.0.0:80\"\n":         "sin cifrar",
		"[database]\nurl = \"mysql://x:clave@y/z\"\n":  "debe empezar con",
		"[console]\ntls_cert = \"/no-hay/cert.pem\"\n": "van juntos",
		"[email]\naddress = \"a@b.bo\"\n[email\n":      "línea 3",
	} {
		write(t, file, text)
		code, _, stderr := command(t, dir, "config", "check")
		if code != 1 || !strings.Contains(stderr, want) || strings.Contains(stderr, "secreto-uno") {
			t.Errorf("check of %q: %d %s", text, code, stderr)
		}
		if code, _, stderr := command(t, dir, "run"); code != 1 || !strings.Contains(stderr, want) {
			t.Errorf("run on %q: %d %s", text, code, stderr)
		}
	}
	write(t, file, fmt.Sprintf("[email]\naddress = \"a@b.bo\"\n[email.relay]\nhost = \"127.0.0.1\"\nport = %s\nsecurity = \"plain\"\n", strings.TrimPrefix(port(t), "127.0.0.1:")))
	if code, _, stderr := command(t, dir, "config", "check"); code != 1 || !strings.Contains(stderr, "email.relay: no responde") {
		t.Errorf("check with a relay that is down: %d %s", code, stderr)
	}
}

// TestBackup copies a desk at work, restores the copy into the other kind of
// database and compares what both say.
func TestBackup(t *testing.T) {
	for _, engines := range [][2]string{{"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		t.Run(engines[0], func(t *testing.T) {
			h := newHouse(t).whole(engines[0])
			desk := h.start()
			var all []report
			for n := range 40 {
				all = append(all, newReport(n))
				h.take(all[n])
			}
			h.waitCases(len(all))
			settled(t, h, int64(len(all)))
			file := filepath.Join(h.dir, "copia.tar")
			flood := newPostman(h.smtp) // the desk works on while it is copied
			for n := 100; n < 160; n++ {
				flood.give(newReport(n))
			}
			if code, out, stderr := command(t, h.dir, "backup", "--config", h.file, file); code != 0 || !strings.Contains(out, file) {
				t.Fatalf("backup: %d %s %s", code, out, stderr)
			}
			flood.done(t, time.Minute)
			if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("the copy may be read by others: %v %v", info, err)
			}
			if code, _, stderr := command(t, h.dir, "restore", "--config", h.file, file); code != 1 || !strings.Contains(stderr, "no está vacía") {
				t.Errorf("restore into a database in use: %d %s", code, stderr)
			}
			desk.stop()

			other := newHouse(t)
			other.dovecot, other.sink = h.dovecot, h.sink
			if engines[1] == "postgres" {
				other.whole("postgres")
			}
			if code, out, stderr := command(t, other.dir, "restore", "--config", other.configure(), file); code != 0 {
				t.Fatalf("restore: %d %s %s", code, out, stderr)
			}
			same(t, h, other, all)
			again := other.start() // and the restored desk works
			n := other.cases(t)
			if n < len(all) {
				t.Errorf("%d cases after the restore, want %d and more", n, len(all))
			}
			other.take(newReport(999))
			eventually(t, 20*time.Second, "a new case", func() bool { return other.cases(t) > n })
			again.stop()
			other.records(t).gapless(t)
		})
	}
}

// same compares all that two databases know of some reports.
func same(t *testing.T, a, b *house, reports []report) {
	t.Helper()
	one, two := a.records(t), b.records(t)
	for _, m := range reports {
		if len(one.ids[m.id]) != 1 || len(two.ids[m.id]) != 1 {
			t.Errorf("mail %s: %d and %d ledger lines", m.id, len(one.ids[m.id]), len(two.ids[m.id]))
			continue
		}
		x, y := one.ids[m.id][0], two.ids[m.id][0]
		if d := cmp.Diff(x, y); d != "" {
			t.Errorf("ledger line of %s:\n%s", m.id, d)
		}
		if d := cmp.Diff(caseOf(t, one.st, x.Ticket), caseOf(t, two.st, y.Ticket), cmpopts.EquateEmpty(), cmp.AllowUnexported(tickets.Ticket{})); d != "" {
			t.Errorf("case %s:\n%s", x.Code, d)
		}
	}
	found, err := two.st.Search(t.Context(), store.SearchFilter{Text: "contraseña", Filter: store.Filter{Restricted: true}})
	if err != nil || len(found) == 0 {
		t.Errorf("nothing is found after the restore: %v", err)
	}
	if err := errors.Join(one.st.Close(), two.st.Close()); err != nil {
		t.Error(err)
	}
}

type whole struct {
	Ticket *tickets.Ticket
	Row    store.Row
	Thread []store.Message
	Events []tickets.Event
}

func caseOf(t testing.TB, st *store.Store, id string) (w whole) {
	t.Helper()
	var errs [4]error
	w.Ticket, errs[0] = st.Ticket(t.Context(), id)
	w.Row, errs[1] = st.Row(t.Context(), id)
	w.Thread, errs[2] = st.Thread(t.Context(), id)
	w.Events, errs[3] = st.History(t.Context(), id, tickets.Actor{})
	if err := errors.Join(errs[:]...); err != nil {
		t.Error(err)
	}
	return w
}

// peak follows the most memory, in KiB, that a process ever held, until it has
// ended. What its parent is told at the end (ru_maxrss) will not do: on Linux it
// begins with what the parent held when it started the process.
func peak(pid int, ended chan error) (kib int) {
	for {
		select {
		case err := <-ended:
			ended <- err
			return kib
		case <-time.After(2 * time.Millisecond):
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			if _, most, ok := strings.Cut(string(status), "VmHWM:"); ok && err == nil {
				var now int
				if _, err := fmt.Sscan(most, &now); err == nil {
					kib = max(kib, now)
				}
			}
		}
	}
}

// TestClassifyOddLines: every line that is not blank gets its own, in order,
// with its id as it came, and what is wrong is said with the line and what to do.
func TestClassifyOddLines(t *testing.T) {
	in := "\xef\xbb\xbf" + `{"id":"1","channel":"email","subject":"","text":"olvidé mi contraseña de ciudadanía digital","class":"support"}` + "\r\n\r\n" +
		`{"id":2,"text":""}
sin forma
{"id":"4","texto":"no puedo entrar"}
{"id":"5","text":"se cort
{"id":"6","text":502}
null
{"id":"8","text":"a"} {"id":"9","text":"b"}
{"id":"10","subject":"No carga la página","text":null}
`
	cmd := exec.Command(program(t), "classify")
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ begins, holds string }{
		{`{"id":"1","class":"support","sure":true`, `"system":"ciudadania-digital"`},
		{`{"id":2,"class":"support","sure":false`, `"reasons":[]}`},
		{`{"id":"","class":`, `"error":"línea 4: la línea tiene que ser un objeto JSON`},
		{`{"id":"4","class":`, `"error":"línea 5: falta el campo text`},
		{`{"id":"","class":`, `"error":"línea 6: la línea está cortada`},
		{`{"id":"6","class":`, `"error":"línea 7: el campo text no puede ser un número: escriba un texto entre comillas"`},
		{`{"id":"","class":`, `"error":"línea 8: la línea tiene que ser un objeto`},
		{`{"id":"","class":`, `"error":"línea 9: la línea no es JSON: revise el carácter 23`},
		{`{"id":"10","class":"availability"`, `"system":""`},
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d: %s", len(lines), len(want), out)
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w.begins) || !strings.Contains(lines[i], w.holds) {
			t.Errorf("line %d: %s, want %s … %s", i+1, lines[i], w.begins, w.holds)
		}
		if strings.Contains(w.holds, "error") != strings.Contains(lines[i], "error") {
			t.Errorf("line %d: %s", i+1, lines[i])
		}
	}
}

// TestClassifyInLittleRoom: the command keeps below 64 MB however many reports it
// is given, answers each in order, and needs less than 1 ms of a core for one.
func TestClassifyInLittleRoom(t *testing.T) {
	const reports = 20_000
	var in bytes.Buffer
	for i := range reports {
		fmt.Fprintf(&in, `{"id":"%d","channel":"email","subject":"Consulta %d","text":"Desde las %d nadie de la oficina %d puede ingresar a Ciudadanía Digital; el sitio responde error 502 en todas las computadoras."}`+"\n", i, i, i%24, i)
	}
	cmd := exec.Command(program(t), "classify")
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout = &in, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	used := peak(cmd.Process.Pid, ended)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != reports || !strings.HasPrefix(lines[reports-1], fmt.Sprintf(`{"id":"%d","class":"availability"`, reports-1)) {
		t.Fatalf("%d lines, the last %s", len(lines), lines[len(lines)-1])
	}
	if used == 0 || used > 64<<10 {
		t.Errorf("it took %d KiB", used)
	}
	if each := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()) / reports; each > time.Millisecond {
		t.Errorf("a report took %v of a core", each)
	}
}
