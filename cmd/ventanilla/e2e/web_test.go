package e2e

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ventanilla/channels/email/mailtest"
	"ventanilla/tickets"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
)

// clientFor is a browser without a session.
func clientFor(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 20 * time.Second}
}

// browser is one in which somebody new with a role has logged in.
func (h *house) browser(login string, role tickets.Role) *http.Client {
	h.t.Helper()
	st, err := store.Open(h.t.Context(), store.Options{URL: h.database})
	if err != nil {
		h.t.Fatal(err)
	}
	defer st.Close()
	err = st.Write(h.t.Context(), func(tx *store.Tx) error {
		return tx.AddStaff(&store.Staff{Login: login, Name: login, Hash: console.HashPassword(adminPassword), Roles: []tickets.Role{role}, Unit: tickets.AIT, Active: true, Language: "es"})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	c := clientFor(h.t)
	if status, _, at := submit(h.t, c, "http://"+h.console+"/entrar", url.Values{"login": {login}, "password": {adminPassword}}); status != 200 || at.Path == "/entrar" {
		h.t.Fatalf("%s cannot log in: %d at %s", login, status, at)
	}
	return c
}

const adminPassword = "girasoles-en-el-altiplano"

// setup is the one-time link that the program prints at its first start.
var setup = regexp.MustCompile(`https?://\S+/inicio/\S+`)

// run starts the real program on a house's configuration.
func (h *house) run(scheme string, client *http.Client) *process {
	h.t.Helper()
	p := begin(h.t, exec.Command(program(h.t), "run", "--config", h.configure()))
	eventually(h.t, 30*time.Second, "the console answers", func() bool {
		r, err := client.Get(scheme + "://" + h.console + "/healthz")
		if err == nil {
			r.Body.Close()
		}
		return err == nil && r.StatusCode == 200
	})
	h.listening()
	return p
}

func submit(t testing.TB, client *http.Client, address string, form url.Values) (int, string, *url.URL) {
	t.Helper()
	r, err := client.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b), r.Request.URL
}

func TestFirstStart(t *testing.T) {
	h := newHouse(t)
	desk := h.run("http", clientFor(t))
	link := setup.FindString(desk.log.String())
	if link == "" {
		t.Fatalf("no link was printed: %s", desk.log)
	}
	admin, late := clientFor(t), clientFor(t)
	if status, body := page(t, admin, link); status != 200 || !strings.Contains(body, `name="again"`) {
		t.Fatalf("the link gives %d", status)
	}
	if status, _ := page(t, admin, link+"x"); status == 200 {
		t.Error("a wrong link is taken")
	}
	form := url.Values{"name": {"Ada Mamani"}, "login": {"ada"}, "password": {"corta"}, "again": {"corta"}}
	if status, _, _ := submit(t, admin, link, form); status != 422 {
		t.Errorf("a short password gives %d", status)
	}
	form["password"], form["again"] = []string{adminPassword}, []string{adminPassword}
	if status, _, at := submit(t, admin, link, form); status != 200 || at.Path != "/usuarios" {
		t.Errorf("creating the administrator ends at %s with %d", at, status)
	}
	form.Set("login", "eva")
	if status, _, _ := submit(t, late, link, form); status != 400 {
		t.Errorf("the link used twice gives %d", status)
	}
	if status, _ := page(t, late, link); status != 400 {
		t.Errorf("the used link still gives %d", status)
	}
	if status, _, _ := submit(t, late, "http://"+h.console+"/entrar", url.Values{"login": {"ada"}, "password": {"otra cosa muy larga"}}); status != 422 {
		t.Errorf("a wrong password gives %d", status)
	}
	if status, _, at := submit(t, late, "http://"+h.console+"/entrar", url.Values{"login": {"ada"}, "password": {adminPassword}}); status != 200 || at.Path == "/entrar" {
		t.Errorf("logging in ends at %s with %d", at, status)
	}
	if status, _ := page(t, late, "http://"+h.console+"/usuarios"); status != 200 {
		t.Errorf("the administrator's page gives %d", status)
	}
	desk.stop()
	again := h.run("http", clientFor(t))
	if setup.MatchString(again.log.String()) {
		t.Error("a link is printed though there is an administrator")
	}
	if strings.Contains(desk.log.String()+again.log.String(), adminPassword) {
		t.Error("the password is in the log")
	}
	again.stop()
}

func TestHealthAndMetrics(t *testing.T) {
	h := newHouse(t)
	metrics := port(t)
	desk := h.run("http", clientFor(t))
	if _, body := page(t, clientFor(t), "http://"+h.console+"/healthz"); body != "ok\n" {
		t.Errorf("/healthz says %q", body)
	}
	_, body := page(t, clientFor(t), "http://"+h.console+"/metrics")
	for _, want := range []string{"ventanilla_channel_up", "ventanilla_channel_restarts_total", "process_resident_memory_bytes", "go_goroutines"} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	desk.stop()
	h.consoleKeys = fmt.Sprintf("metrics_listen = %q\n", metrics)
	desk = h.run("http", clientFor(t))
	if status, _ := page(t, clientFor(t), "http://"+metrics+"/metrics"); status != 200 {
		t.Errorf("metrics on their own address: %d", status)
	}
	if _, body := page(t, clientFor(t), "http://"+h.console+"/metrics"); strings.Contains(body, "go_goroutines") {
		t.Error("metrics are on the console's address too")
	}
	desk.stop()
}

func TestTLS(t *testing.T) {
	h := newHouse(t)
	cert := mailtest.SelfSigned(t, h.dir)
	h.consoleKeys = fmt.Sprintf("tls_cert = %q\ntls_key = %q\n", cert, h.dir+"/key.pem")
	client := clientFor(t)
	client.Transport = &http.Transport{TLSClientConfig: mailtest.Trust(t, cert)}
	desk := h.run("https", client)
	if link := setup.FindString(desk.log.String()); !strings.HasPrefix(link, "https://") {
		t.Errorf("the link is %q", link)
	}
	r, err := client.Get("https://" + h.console + "/entrar")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.TLS.Version < tls.VersionTLS12 || r.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("TLS %x, headers %v", r.TLS.Version, r.Header)
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}}}
	if _, err := old.Get("https://" + h.console + "/entrar"); err == nil {
		t.Error("TLS 1.1 is taken")
	}
	desk.stop()
}

// TestTrustedProxy: only the named proxy is believed, and only its own entry.
func TestTrustedProxy(t *testing.T) {
	for _, c := range []struct {
		keys, peer string
		metrics    int
	}{
		{"", "127.0.0.1", 200},
		{"trusted_proxy = \"127.0.0.1\"\n", "203.0.113.9", 404},
		{"trusted_proxy = \"127.0.0.2\"\n", "127.0.0.1", 200},
	} {
		t.Run(c.keys, func(t *testing.T) {
			h := newHouse(t)
			h.consoleKeys = c.keys
			desk := h.run("http", clientFor(t))
			ask := func(method, path, body string) int {
				req, err := http.NewRequest(method, "http://"+h.console+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				req.Header.Add("X-Forwarded-For", "198.51.100.1, 203.0.113.9") // the first was made up by the client
				r, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				r.Body.Close()
				return r.StatusCode
			}
			if got := ask("GET", "/metrics", ""); got != c.metrics {
				t.Errorf("/metrics gives %d, want %d", got, c.metrics)
			}
			ask("POST", "/entrar", "login=nadie&password=nada")
			desk.says(5*time.Second, "login refused", fmt.Sprintf(`"peer":%q`, c.peer))
			desk.stop()
		})
	}
}

// TestStopWithMailInFlight: SIGTERM in the middle of a mail. The sender may
// finish it; what got 250 is in the database, what did not is tried again.
func TestStopWithMailInFlight(t *testing.T) {
	h := newHouse(t)
	desk := h.run("http", clientFor(t))
	halfway := func(m report) (*smtp.Client, io.WriteCloser) {
		c, err := smtp.Dial(h.smtp)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.Mail(m.from, nil), c.Rcpt(deskAddress, nil)); err != nil {
			t.Fatal(err)
		}
		w, err := c.Data()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.raw[:200]); err != nil {
			t.Fatal(err)
		}
		return c, w
	}
	quick, rest := halfway(newReport(1))
	silent, _ := halfway(newReport(2)) // never goes on
	defer silent.Close()
	idle, err := smtp.Dial(h.smtp)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	began := time.Now()
	stopped := make(chan struct{})
	go func() { desk.stop(); close(stopped) }()
	time.Sleep(200 * time.Millisecond)
	_, err = rest.Write(newReport(1).raw[200:])
	if err == nil {
		err = rest.Close()
	}
	quick.Close()
	if err != nil {
		t.Errorf("a mail that was going on at SIGTERM was not taken: %v", err)
	}
	<-stopped
	t.Logf("stopped after %v", time.Since(began).Round(10*time.Millisecond))
	r := h.records(t)
	if len(r.ids["r1@ciudad.test"]) != 1 || len(r.entries) != 1 {
		t.Errorf("%d ledger lines, want the one mail that got 250", len(r.entries))
	}
}
