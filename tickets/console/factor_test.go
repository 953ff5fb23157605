package console_test

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets/console"
)

var recoveryCode = regexp.MustCompile(`[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}`)

// TestSecondFactor walks a supervisor through a demanded second factor: nothing
// opens before it is set up, then before each login's code; a code counts once,
// and so does a recovery code.
func TestSecondFactor(t *testing.T) {
	o := open(t)
	admin := o.login("administrador")
	if res := admin.post("/administracion/acceso", "second_factor", "supervisor"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving the rule: status %d", res.StatusCode)
	}
	b := o.browser()
	if to := b.post("/entrar", "login", "supervisor", "password", password).Header.Get("Location"); to != "/cuenta/factor" {
		t.Fatalf("the first login leads to %q", to)
	}
	for _, path := range []string{"/bandeja", "/cuenta", "/revision", "/pulso", "/eventos"} {
		if res := b.get(path); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/cuenta/factor" {
			t.Errorf("%s before the second factor: status %d to %s", path, res.StatusCode, res.Header.Get("Location"))
		}
	}
	b.post("/cuenta/factor", "password", password)
	f, err := o.st.Factor(context.Background(), o.who["supervisor"].ID)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(body(t, b.get("/cuenta/factor")), f.Secret) {
		t.Error("the page does not show the secret")
	}
	now := time.Now()
	if res := b.post("/cuenta/factor/confirmar", "code", "000000"); res.StatusCode != http.StatusUnprocessableEntity && console.CodeAt(f.Secret, now) != "000000" {
		t.Errorf("a wrong first code: status %d", res.StatusCode)
	}
	first := console.CodeAt(f.Secret, now)
	codes := recoveryCode.FindAllString(body(t, b.post("/cuenta/factor/confirmar", "code", first)), -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	if res := b.get("/bandeja"); res.StatusCode != http.StatusOK {
		t.Errorf("after the second factor: status %d", res.StatusCode)
	}
	if res := b.post("/cuenta/factor", "do", "end", "password", password); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("removing a demanded factor: status %d", res.StatusCode)
	}

	other := o.browser()
	if to := other.post("/entrar", "login", "supervisor", "password", password, "volver", "/revision").Header.Get("Location"); to != "/entrar/codigo?volver=%2Frevision" {
		t.Fatalf("the second login leads to %q", to)
	}
	if res := other.get("/bandeja"); !strings.HasPrefix(res.Header.Get("Location"), "/entrar/codigo") {
		t.Errorf("the queue before the code: status %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res := other.get("/cuenta/factor"); !strings.HasPrefix(res.Header.Get("Location"), "/entrar/codigo") {
		t.Errorf("the factor's page before the code: status %d", res.StatusCode)
	}
	if res := other.post("/entrar/codigo", "code", first); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a code a second time: status %d", res.StatusCode)
	}
	next := console.CodeAt(f.Secret, now.Add(30*time.Second)) // within the skew that is allowed
	if to := other.post("/entrar/codigo", "code", next, "volver", "/revision").Header.Get("Location"); to != "/revision" {
		t.Errorf("the right code leads to %q", to)
	}

	third := o.browser()
	third.post("/entrar", "login", "supervisor", "password", password)
	if res := third.post("/entrar/codigo", "code", strings.ToLower(codes[3])); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a recovery code: status %d", res.StatusCode)
	}
	fourth := o.browser()
	fourth.post("/entrar", "login", "supervisor", "password", password)
	if res := fourth.post("/entrar/codigo", "code", codes[3]); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a recovery code a second time: status %d", res.StatusCode)
	}
	admin.post("/usuarios/" + o.who["supervisor"].ID + "/factor")
	if to := o.browser().post("/entrar", "login", "supervisor", "password", password).Header.Get("Location"); to != "/cuenta/factor" {
		t.Errorf("after the reset the login leads to %q", to)
	}
}

// TestGuessesCountOnEveryNode: wrong passwords and codes are counted in the
// database, so that a second node, or a restart, does not forgive them.
func TestGuessesCountOnEveryNode(t *testing.T) {
	o := open(t)
	b := o.browser()
	for range 7 {
		b.post("/entrar", "login", "operador", "password", "no es esta")
	}
	again := o.another()
	if res := again.post("/entrar", "login", "operador", "password", password); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right password on another node during the pause: status %d, want 429", res.StatusCode)
	}
}

// TestEndingOneSession: a person ends one of their sessions; nobody ends that of
// another by guessing.
func TestEndingOneSession(t *testing.T) {
	o := open(t)
	a, b, other := o.login("operador"), o.login("operador"), o.login("uit")
	token := regexp.MustCompile(`name="session" value="([0-9a-f]+)"`).FindStringSubmatch(body(t, a.get("/cuenta")))
	if len(token) != 2 {
		t.Fatal("the account page names no session to end")
	}
	if res := other.post("/cuenta/sesiones", "session", token[1]); res.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else's session: status %d, want 404", res.StatusCode)
	}
	if res := b.get("/bandeja"); res.StatusCode != http.StatusOK {
		t.Error("somebody else ended the session")
	}
	a.post("/cuenta/sesiones", "session", token[1])
	if res := b.get("/bandeja"); res.StatusCode != http.StatusSeeOther {
		t.Error("the session that was ended goes on")
	}
	if res := a.get("/bandeja"); res.StatusCode != http.StatusOK {
		t.Error("ending one session ended the other")
	}
}

// endless is a body of n bytes that costs no memory.
type endless struct{ n int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.n <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.n)
	e.n -= n
	return int(n), nil
}

// TestHugeUploadIsRefusedCalmly sends a gigabyte, with its length told and
// without: the answer is 413 in words, and nothing of it stays in memory.
func TestHugeUploadIsRefusedCalmly(t *testing.T) {
	if testing.Short() {
		t.Skip("a gigabyte over loopback")
	}
	o := open(t)
	ids := o.day()
	b := o.login("operador")
	const head = "--x\r\nContent-Disposition: form-data; name=\"archivo\"; filename=\"a.bin\"\r\n\r\n"
	for _, length := range []int64{1<<30 + int64(len(head)), -1} {
		req, err := http.NewRequest("POST", o.srv.URL+"/casos/"+o.code(ids["pass"])+"/reply", io.MultiReader(strings.NewReader(head), &endless{1 << 30}))
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = length
		req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		req.Header.Set("Origin", o.srv.URL)
		res, err := b.Do(req)
		if err != nil {
			t.Fatalf("length %d: the connection broke: %v", length, err)
		}
		if text := body(t, res); res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text, "26 MB") {
			t.Errorf("length %d: status %d", length, res.StatusCode)
		}
	}
}
