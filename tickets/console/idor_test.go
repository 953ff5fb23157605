package console_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// secretWord stands in everything of the restricted case that somebody could read.
const secretWord = "hostigamiento"

// restricted is a case for named people only, with a file in it, and the
// address of everything that belongs to it, by the route's wildcards.
func (o *office) restricted() (id string, in map[string]string) {
	o.t.Helper()
	id = o.report(time.Hour, "phone", "+59170000001", "Nadie Inventado", "Denuncia de "+secretWord, "Denuncia de "+secretWord, tickets.Suggestion{Class: tickets.Support, Confidence: 0.5})
	m := store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Said: secretWord, AuthorName: "Nadie Inventado", Files: []store.File{{Name: secretWord + ".png", Type: "image/png", Data: []byte(secretWord)}}}
	a := store.Article{Title: "Pasos del " + secretWord, Body: secretWord, Unit: tickets.ACGII, Visibility: store.OwnUnit, State: store.Published, By: o.who["acgii"].ID}
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.AddMessage(id, &m); err != nil {
			return err
		}
		return tx.SaveArticle(&a)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	err = o.st.Update(context.Background(), id, func(t *tickets.Ticket) error {
		return t.Do(tickets.ActReply, tickets.Actor{ID: "otra", Name: "Otra Operadora", Roles: []tickets.Role{tickets.Operador}}, tickets.Record{"text": "Le llamaremos por el " + secretWord}, o.st.Now())
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.do(id, "supervisor", tickets.ActFlag, "flag", "restricted", "reason", "denuncia")
	o.do(id, "supervisor", tickets.ActAssign, "user", o.who["supervisor"].ID)
	err = o.st.Write(context.Background(), func(tx *store.Tx) error {
		return tx.AddAlert(store.Alert{Staff: o.who["supervisor"].ID, Address: "s@ejemplo.bo", Ticket: id, Code: o.code(id), Kind: "message", At: tx.Now(), Due: tx.Now()})
	})
	if err != nil {
		o.t.Fatal(err)
	}
	t := o.ticket(id)
	return id, map[string]string{"{code}": t.Code, "{message}": m.ID, "{n}": "1", "/conocimiento/{id}": a.ID, "/personas/{id}": t.Person, "{id}": "1"}
}

// at fills the wildcards of a pattern.
func at(pattern string, in map[string]string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.ReplaceAll(path, "{$}", "")
	for _, prefix := range []string{"/conocimiento", "/personas"} {
		if strings.HasPrefix(path, prefix+"/{id}") {
			path = strings.Replace(path, "{id}", in[prefix+"/{id}"], 1)
		}
	}
	for k, v := range in {
		path = strings.ReplaceAll(path, k, v)
	}
	return method, path
}

// TestEveryRouteByEveryRole goes through the route table: whoever it does not
// name gets 403, nobody gets the login page, and to those whom it names a
// restricted case that is not theirs does not exist, whatever the address and
// the act. What they sent changed nothing, and no page let a word of it through.
func TestEveryRouteByEveryRole(t *testing.T) {
	o := open(t)
	o.day()
	id, in := o.restricted()
	before := o.ticket(id)
	in["{act}"], in["{name}"], in["{token}"] = "note", "correo", "x"
	sees := []string{"supervisor", "auditor"}
	nobody := o.browser()
	for _, role := range roles {
		if role == tickets.Supervisor {
			continue // sees and may do everything of it
		}
		b := o.login(string(role))
		for _, rt := range o.con.Routes() {
			if rt.Who == nil || rt.Pattern == "POST /salir" || rt.Pattern == "GET /eventos" || strings.HasPrefix(rt.Pattern, "POST /cuenta/") { // the last are of oneself, and count wrong passwords
				continue
			}
			method, path := at(rt.Pattern, in)
			ask := func(b *browser) *http.Response {
				if method == "GET" {
					return b.get(path)
				}
				return b.post(path, "version", itoa(before.Version), "text", "x", "problem", "x", "accion", "devolver", "observacion", "x")
			}
			if role == roles[0] {
				if res := ask(nobody); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/entrar") {
					t.Errorf("nobody asks %s %s: status %d", method, path, res.StatusCode)
				}
			}
			res := ask(b)
			text := body(t, res)
			if named := slices.Contains(rt.Who, role); !named && res.StatusCode != http.StatusForbidden {
				t.Errorf("%s asks %s %s: status %d, want 403", role, method, path, res.StatusCode)
			} else if named && strings.Contains(rt.Pattern, "{code}") && !slices.Contains(sees, string(role)) && res.StatusCode != http.StatusNotFound {
				t.Errorf("%s asks %s %s of a restricted case: status %d, want 404", role, method, path, res.StatusCode)
			}
			acgii := role == tickets.RoleACGII && strings.HasPrefix(path, "/conocimiento")
			if !slices.Contains(sees, string(role)) && !acgii && strings.Contains(text, secretWord) {
				t.Errorf("%s reads of a restricted matter at %s %s", role, method, path)
			}
			if !slices.Contains(sees, string(role)) && !strings.Contains(path, before.Code) && (strings.Contains(text, before.Code) || strings.Contains(text, before.Contact.Value)) {
				t.Errorf("%s is shown the code or the address of a restricted case at %s %s", role, method, path)
			}
		}
	}
	if after := o.ticket(id); after.Version != before.Version {
		t.Error("someone who may not see the case changed it")
	}
}

// TestFilesOfOneCaseThroughAnother: the address of a message under the code of a
// case that one may see opens nothing of a case that one may not.
func TestFilesOfOneCaseThroughAnother(t *testing.T) {
	o := open(t)
	ids := o.day()
	_, in := o.restricted()
	b := o.login("uit")
	for _, kind := range []string{"archivos", "imagenes"} {
		if res := b.get("/casos/" + o.code(ids["pass"]) + "/" + kind + "/" + in["{message}"] + "/1"); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s of another case: status %d, want 404", kind, res.StatusCode)
		}
	}
}

// TestHeadersOfEveryRoute: the same wall around every answer, errors included.
func TestHeadersOfEveryRoute(t *testing.T) {
	o := open(t)
	ids := o.day()
	in := map[string]string{"{code}": o.code(ids["pass"]), "{message}": "none", "{n}": "1", "{id}": "none", "{act}": "none", "{name}": "none", "{token}": "none", "/conocimiento/{id}": "none", "/personas/{id}": o.ticket(ids["pass"]).Person}
	b := o.login("supervisor")
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store", "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
	}
	for _, rt := range o.con.Routes() {
		method, path := at(rt.Pattern, in)
		if rt.Pattern == "GET /eventos" || rt.Pattern == "POST /salir" {
			continue
		}
		var res *http.Response
		if method == "GET" {
			res = b.get(path)
		} else {
			res = b.post(path)
		}
		res.Body.Close()
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s %s: %s is %q, want %q", method, path, name, got, value)
			}
		}
		// what is downloaded runs nowhere at all
		if csp := res.Header.Get("Content-Security-Policy"); csp != "sandbox; default-src 'none'" && (strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors")) {
			t.Errorf("%s %s: policy %q", method, path, csp)
		}
	}
}
