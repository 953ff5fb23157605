package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRefusalsKeepWhatWasTyped: whatever is refused comes back with every word
// that was typed, in its field. Acts on a case have their own test (drafts);
// passwords and files are never sent back.
func TestRefusalsKeepWhatWasTyped(t *testing.T) {
	const typed = "palabras que costaron"
	o := open(t)
	ids := o.day()
	out := o.outage(ids["down"], ids["pay"])
	long := typed + strings.Repeat(" y más", 60)
	for _, x := range []struct {
		login, path string
		fields      []string
	}{
		{"supervisor", "/administracion/criterios/G5", []string{"act", "", "signatory", typed, "text", typed, "from", "nunca"}},
		{"administrador", "/administracion/calendario", []string{"do", "week", "day0", "08:30-12:30", "on_call", typed}},
		{"administrador", "/administracion/calendario", []string{"do", "day", "date", "2026-12-24", "hours", "08:30-12:30", "name", typed, "basis", ""}},
		{"uit", "/cuenta/avisos", []string{"mail", typed, "alerts", "now"}},
		{"administrador", "/usuarios", []string{"login", "", "name", typed}},
		{"administrador", "/usuarios/" + o.who["uit"].ID, []string{"name", typed, "suplencia", o.who["upat"].ID, "suplencia_from", "mañana", "active", "yes"}},
		{"operador", "/caidas/" + out.ID, []string{"accion", "tell", "text", typed + " 71234567"}},
		{"", o.pass(ids["closed"], o.time.Add(48*time.Hour)), []string{"comment", typed}},
		{"supervisor", "/administracion/pruebas", []string{"list", "carnet\n" + long}},
		{"operador", "/administracion/plantillas/nueva", []string{"do", "draft", "name", "", "body", typed, "language", "es"}},
		{"administrador", "/administracion/sistemas/nuevo", []string{"id", "Con Espacio", "name", typed, "about", typed}},
		{"administrador", "/administracion/metas", []string{"t..", typed}},
		{"operador", "/conocimiento", []string{"title", "", "body", typed}},
		{"operador", "/personas/" + o.ticket(ids["pass"]).Person, []string{"accion", "enlazar", "medium", "email", "value", typed, "proof", ""}},
		{"telefonista", "/llamada", []string{"numero", "12", "dicho", typed, "nombre", typed}},
		{"operador", "/devoluciones/" + o.outbox(ids["callback"])[0].ID, []string{"outcome", "", "note", typed}},
		{"supervisor", "/revision/" + o.code(ids["review"]), []string{"accion", "devolver", "observation", typed, "version", "1"}},
	} {
		b := o.browser()
		if x.login != "" {
			b = o.login(x.login)
		}
		res := b.post(x.path, x.fields...)
		page := body(t, res)
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s takes %q: status %d", x.path, x.fields, res.StatusCode)
			continue
		}
		want := 0
		for i := 1; i < len(x.fields); i += 2 {
			if strings.Contains(x.fields[i], typed) {
				want++
			}
		}
		if got := strings.Count(page, `="`+typed) + strings.Count(page, ">\n"+typed) + strings.Count(page, "\n"+typed) + strings.Count(page, ">"+typed); got < want {
			t.Errorf("%s (status %d) loses what was typed: %d of %d fields", x.path, res.StatusCode, got, want)
		}
	}
}

// TestHeldInBulkKeepsWhatWasTyped: the same for a decision on all of a sender.
func TestHeldInBulkKeepsWhatWasTyped(t *testing.T) {
	o := held(t)
	c := o.mails(letter("Ana Figurada <ana@persona.ejemplo>", "uno", "No puedo ingresar", "olvidé mi clave"))[0]
	o.mails(letter("hijo@persona.ejemplo", "dos", "caso "+c.Code, "soy su hijo, sigue igual"))
	res := o.login("operador").post("/retenidos", "de", "hijo@persona.ejemplo", "accion", "unir", "code", "AIT-2026-nada")
	if page := body(t, res); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, `value="AIT-2026-nada"`) {
		t.Errorf("status %d, or the code that was typed is lost", res.StatusCode)
	}
}
