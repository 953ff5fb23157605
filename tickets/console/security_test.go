package console_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func TestHeaders(t *testing.T) {
	o := open(t)
	for _, path := range []string{"/entrar", "/bandeja", "/static/none"} {
		h := o.login("operador").get(path).Header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: unsafe policy or sniffing allowed: %s", path, csp)
		}
	}
}

func TestCrossSiteActsAreRefused(t *testing.T) {
	o := open(t)
	ids := o.day()
	b := o.login("operador")
	for name, set := range map[string]func(http.Header){
		"fetch metadata": func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"origin":         func(h http.Header) { h.Set("Origin", "https://otro.ejemplo.bo") },
	} {
		req, err := http.NewRequest("POST", o.srv.URL+"/casos/"+o.code(ids["pass"])+"/take", strings.NewReader("version=1"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		set(req.Header)
		res, err := b.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if text := body(t, res); res.StatusCode != http.StatusForbidden || !strings.Contains(text, "Esta acción vino de otra página") {
			t.Errorf("a cross-site act by %s: status %d, want 403 and what to do:\n%s", name, res.StatusCode, text)
		}
	}
	if o.ticket(ids["pass"]).Assignee != "" {
		t.Error("a cross-site act changed the case")
	}
}

func TestSessionCookie(t *testing.T) {
	o := open(t)
	res := o.browser().post("/entrar", "login", "operador", "password", password)
	c := res.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || len(c.Value) < 43 {
		t.Errorf("session cookie is %+v", c)
	}
	b := o.login("operador")
	b.post("/salir")
	if res := b.get("/bandeja"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("after logging out: status %d, want the login page", res.StatusCode)
	}
}

func TestGuessingIsSlowed(t *testing.T) {
	o := open(t)
	b := o.browser()
	last := 0
	for range 7 {
		last = b.post("/entrar", "login", "operador", "password", "no es esta").StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the seventh wrong password: status %d, want 429", last)
	}
	if res := b.post("/entrar", "login", "operador", "password", password); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right password during the pause: status %d, want 429", res.StatusCode)
	}
}

func TestLoginGoesBackOnlyHere(t *testing.T) {
	o := open(t)
	for back, want := range map[string]string{"/casos/x?acto=solve": "/casos/x?acto=solve", "//evil.example": "/", "https://evil.example/": "/", "/\\evil.example": "/", "javascript:alert(1)": "/"} {
		res := o.browser().post("/entrar", "login", "operador", "password", password, "volver", back)
		if got := res.Header.Get("Location"); got != want {
			t.Errorf("login with volver=%q goes to %q, want %q", back, got, want)
		}
	}
}

func TestSetupLinkWorksOnce(t *testing.T) {
	o := open(t)
	secret, hash := console.Secret()
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		return tx.AddOnce(console.SetupPurpose, hash, tx.Now().Add(time.Hour))
	})
	if err != nil {
		t.Fatal(err)
	}
	b := o.browser()
	if res := b.post("/inicio/"+secret, "login", "jefa", "name", "Jefa Ejemplo", "password", "corta", "again", "corta"); res.StatusCode != 422 {
		t.Errorf("a short password: status %d, want 422", res.StatusCode)
	}
	if res := b.post("/inicio/"+secret, "login", "jefa", "name", "Jefa Ejemplo", "password", password, "again", password); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("setting up: status %d, want 303", res.StatusCode)
	}
	if res := b.get("/usuarios"); res.StatusCode != 200 {
		t.Errorf("the new administrator opens the users: status %d", res.StatusCode)
	}
	if res := o.browser().get("/inicio/" + secret); res.StatusCode != 400 {
		t.Errorf("the link a second time: status %d, want 400", res.StatusCode)
	}
}

// TestHostileText puts markup wherever a stranger can write, and looks at every
// page that shows it.
func TestHostileText(t *testing.T) {
	o := open(t)
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'{{.}}javascript:alert(3)`
	id := o.report(time.Hour, "email", `x"><script>alert(4)</script>@ejemplo.bo`, evil, evil, evil, tickets.Suggestion{Class: tickets.Support, Confidence: 0.5, Reasons: []string{evil}, System: evil})
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		html, err := tx.PutBlob([]byte(`<p onclick="alert(1)">hola</p><script>alert(2)</script><img src="http://ejemplo.bo/x.png"><a href="javascript:alert(3)">x</a><svg onload=alert(4)>`))
		if err != nil {
			return err
		}
		m := store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Said: evil, Text: evil + "\n> " + evil, HTML: html, AuthorName: evil, Address: evil,
			Files: []store.File{{Name: `..\..\"><script>.svg`, Type: "image/svg+xml", Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)}}}
		return tx.AddMessage(id, &m)
	})
	if err != nil {
		t.Fatal(err)
	}
	code := o.code(id)
	b := o.login("operador")
	for _, path := range []string{"/bandeja", "/bandeja?q=" + "alert", "/casos/" + code, "/casos/" + code + "?acto=decidir", "/casos/" + code + "?ver=historia", "/casos/" + code + "/expediente", "/buscar?q=alert", "/personas/" + o.ticket(id).Person, "/bandeja?v=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/llamada?numero=%22%3E%3Cscript%3E"} {
		text := body(t, b.get(path))
		for _, bad := range []string{"<script>alert", "<img src=x", "onload=\"alert", "<script>\""} {
			if strings.Contains(text, bad) {
				t.Errorf("%s lets %s through", path, bad)
			}
		}
	}
	thread, err := o.st.Thread(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	m := thread[len(thread)-1]
	res := b.get("/casos/" + code + "/correo/" + m.ID)
	text := body(t, res)
	for _, bad := range []string{"<script", "onclick", "javascript:", "onload", "<svg"} {
		if strings.Contains(text, bad) {
			t.Errorf("the mail's frame lets %s through: %s", bad, text)
		}
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox;") || !strings.Contains(csp, "img-src data:") {
		t.Errorf("the mail's frame has the policy %q", csp)
	}
	res = b.get("/casos/" + code + "/archivos/" + m.ID + "/1")
	if h := res.Header; h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("an SVG is served as %v", res.Header)
	}
	if res := b.get("/casos/" + code + "/imagenes/" + m.ID + "/1"); res.StatusCode != 404 {
		t.Errorf("an SVG is drawn in our origin: status %d, want 404", res.StatusCode)
	}
}
