package console_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ventanilla/tickets"
)

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestRolesAndRoutes asks for every page as every role and as nobody: the
// roles named may, the others get 403 and nobody gets the login page.
func TestRolesAndRoutes(t *testing.T) {
	o := open(t)
	ids := o.day()
	code := o.code(ids["pay"]) // a telephone case: the telephonist sees no other
	read := "operador supervisor uit upat acgii adt telefonista jefatura auditor"
	all := read + " administrador"
	pages := map[string]string{
		"/bandeja": read, "/bandeja?v=mios": read, "/casos/" + code: read, "/casos/" + code + "/expediente": read,
		"/llamada": "operador telefonista", "/llamada?numero=71234567": "operador telefonista", "/devoluciones": "operador supervisor telefonista",
		"/revision": "supervisor jefatura auditor", "/conocimiento": read, "/conocimiento/nuevo": "operador supervisor",
		"/libro": "operador supervisor jefatura auditor administrador", "/canales": "operador supervisor jefatura auditor administrador", "/aprendizaje": "supervisor jefatura auditor administrador",
		"/buscar?q=codigo": strings.Replace(read, " telefonista", "", 1), "/usuarios": "administrador", "/usuarios/" + o.who["uit"].ID: "administrador", "/auditoria": "administrador auditor", "/cuenta": all, "/pulso": all,
	}
	for _, role := range roles {
		b := o.login(string(role))
		for path, may := range pages {
			res := b.get(path)
			text := body(t, res)
			want := http.StatusForbidden
			if slices.Contains(strings.Fields(may), string(role)) {
				want = http.StatusOK
			}
			if res.StatusCode != want {
				t.Errorf("%s asks for %s: status %d, want %d", role, path, res.StatusCode, want)
			}
			if missing := regexp.MustCompile(`\[[a-z]+\.[a-z0-9._/-]+\]`).FindString(text); missing != "" && res.Header.Get("Content-Type") != "application/octet-stream" {
				t.Errorf("%s shows %s a key without words: %s", path, role, missing)
			}
		}
	}
	for path := range pages {
		res := o.browser().get(path)
		if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/entrar") {
			t.Errorf("nobody asks for %s: status %d to %q, want the login page", path, res.StatusCode, to)
		}
	}
}

// TestActsAreRefused posts what a role may not do, straight at the address.
func TestActsAreRefused(t *testing.T) {
	o := open(t)
	ids := o.day()
	code := o.code(ids["review"])
	for _, c := range []struct {
		login, path string
		form        []string
		want        int
	}{
		{"operador", "/revision/" + code, []string{"version", "9", "accion", "cerrar"}, 403},
		{"jefatura", "/casos/" + code + "/close", []string{"version", "9"}, 403},
		{"auditor", "/casos/" + code + "/note", []string{"version", "9", "text", "x"}, 403},
		{"telefonista", "/casos/" + code + "/decidir", []string{"version", "9"}, 403},
		{"uit", "/llamada", []string{"dicho", "x"}, 403},
		{"operador", "/usuarios", []string{"login", "x"}, 403},
		{"supervisor", "/usuarios/" + o.who["uit"].ID + "/clave", []string{"password", "otra frase muy larga"}, 403},
		{"upat", "/conocimiento", []string{"title", "x"}, 403},
		{"operador", "/libro/1/original", []string{"reason", "curiosidad"}, 403},
		{"administrador", "/libro/1/original", []string{"reason", "curiosidad"}, 403},
		{"supervisor", "/libro/1/original", nil, 400},
		{"auditor", "/retenidos/1", []string{"accion", "examinar"}, 403},
		{"operador", "/retenidos/1", []string{"accion", "descartar", "reason", "publicidad"}, 403},
	} {
		if res := o.login(c.login).post(c.path, c.form...); res.StatusCode != c.want {
			t.Errorf("%s posts %s: status %d, want %d", c.login, c.path, res.StatusCode, c.want)
		}
	}
	before := o.ticket(ids["review"])
	version := []string{"version", itoa(before.Version)}
	res := o.login("uit").post("/casos/"+code+"/close", version...)
	if text := body(t, res); res.StatusCode != 422 || !strings.Contains(text, "Supervisor de soporte") {
		t.Errorf("a unit closes a case: status %d, want 422 and whose act it is", res.StatusCode)
	}
	if after := o.ticket(ids["review"]); after.Version != before.Version {
		t.Error("a refused act changed the case")
	}
}

// TestRestrictedCaseDoesNotExist for those who may not see it.
func TestRestrictedCaseDoesNotExist(t *testing.T) {
	o := open(t)
	ids := o.day()
	o.do(ids["wsp"], "supervisor", tickets.ActFlag, "flag", "restricted", "reason", "denuncia")
	code := o.code(ids["wsp"])
	for _, path := range []string{"/casos/" + code, "/casos/" + code + "/expediente"} {
		for login, want := range map[string]int{"upat": 404, "jefatura": 404, "supervisor": 200, "auditor": 200} {
			if res := o.login(login).get(path); res.StatusCode != want {
				t.Errorf("%s asks for a restricted %s: status %d, want %d", login, path, res.StatusCode, want)
			}
		}
	}
	for _, path := range []string{"/bandeja?v=abiertos", "/buscar?q=formulario"} {
		if strings.Contains(body(t, o.login("upat").get(path)), code) {
			t.Errorf("%s shows a restricted case to a unit", path)
		}
	}
}

// TestTelephonistSeesCallersOnly: whoever only logs calls has no business in other cases.
func TestTelephonistSeesCallersOnly(t *testing.T) {
	o := open(t)
	ids := o.day()
	b := o.login("telefonista")
	if res := b.get("/casos/" + o.code(ids["pass"])); res.StatusCode != 404 {
		t.Errorf("a telephonist opens a mail's case: status %d, want 404", res.StatusCode)
	}
	text := body(t, b.get("/bandeja?v=abiertos"))
	if strings.Contains(text, o.code(ids["pass"])) || !strings.Contains(text, o.code(ids["pay"])) {
		t.Error("a telephonist's queue is not that of the callers")
	}
}
