package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// typedWords are what a refused form must bring back.
const typedWords = "palabras que costaron"

// withoutText are the writing routes whose forms have nothing that costs to type
// again, or whose own tests show that it comes back.
var withoutText = map[string]string{
	"POST /salir": "no field", "POST /entrar": "the user's name alone; the password is never sent back", "POST /inicio/{token}": "a name and a password",
	"POST /bandeja/lote": "marks; its own page takes the texts (acts_test)", "POST /bandeja/vistas": "the name of a view", "POST /bandeja/vistas/{id}/quitar": "no field",
	"POST /borrador": "is the draft itself", "POST /administracion/plantillas/{id}/vista": "shows what was typed beside its form, which stays", "POST /casos/{code}/presencia": "no field", "POST /casos/{code}/decidir": "acts_test", "POST /casos/{code}/reenviar": "no text", "POST /casos/{code}/{act}": "acts_test, together_test",
	"POST /casos/{code}/sugerencias/{id}": "no text", "POST /casos/{code}/persona": "person_test", "POST /llamadas/{id}": "no text", "POST /libro/{id}/original": "one reason, typed anew on purpose",
	"POST /retenidos": "TestHeldInBulkKeepsWhatWasTyped", "POST /retenidos/{id}": "held_test", "POST /aprendizaje": "a choice",
	"POST /canales/{name}/vincular": "no field", "POST /canales/{name}/codigo": "a number", "POST /canales/{name}/desvincular": "a word to confirm", "POST /canales/{name}/mover": "one reason, refused only when it is empty or nothing is left to move", "POST /salidas/{id}/reintentar": "no field",
	"POST /usuarios/{id}/clave": "no field", "POST /usuarios/{id}/sesiones": "no field", "POST /usuarios/{id}/factor": "no field", "POST /entrar/codigo": "a code that is used once",
	"POST /cuenta/factor": "a code", "POST /cuenta/factor/confirmar": "a code", "POST /administracion/aprobaciones/{id}": "a choice",
	"POST /administracion/acceso": "choices", "POST /administracion/acceso/sellados": "a number", "POST /administracion/acceso/casos": "a number", "POST /administracion/llamadas": "TestColumnsScreen",
	"POST /cuenta/clave": "passwords are never sent back", "POST /cuenta/idioma": "a choice", "POST /cuenta/habla": "choices", "POST /cuenta/sesiones": "no field",
}

// TestRefusalsKeepWhatWasTyped: whatever is refused comes back with every word
// that was typed, each in its own field, and says why. Every writing route is in
// the table or has a reason not to be.
func TestRefusalsKeepWhatWasTyped(t *testing.T) {
	const typed = typedWords
	o := open(t)
	ids := o.day()
	out := o.outage(ids["down"], ids["pay"])
	tried := map[string]bool{}
	for _, x := range []struct {
		login, route, path string
		fields             []string
	}{
		{"supervisor", "POST /administracion/criterios/{rule}", "/administracion/criterios/G5", []string{"act", "", "signatory", typed, "text", typed, "from", "nunca"}},
		{"administrador", "POST /administracion/calendario", "/administracion/calendario", []string{"do", "week", "day0", "08:30-12:30", "on_call", typed}},
		{"administrador", "POST /administracion/calendario", "/administracion/calendario", []string{"do", "day", "date", "2026-12-24", "hours", "08:30-12:30", "name", typed, "basis", ""}},
		{"uit", "POST /cuenta/avisos", "/cuenta/avisos", []string{"mail", typed, "alerts", "now"}},
		{"administrador", "POST /usuarios", "/usuarios", []string{"login", "", "name", typed}},
		{"administrador", "POST /usuarios/{id}", "/usuarios/" + o.who["uit"].ID, []string{"login", "", "name", typed, "suplencia", "supervisor", "from", "2026-12-24", "to", "2026-12-31"}},
		{"operador", "POST /caidas/{id}", "/caidas/" + out.ID, []string{"accion", "tell", "text", typed + " 71234567"}},
		{"", "POST /c/{pass}", o.pass(ids["closed"], o.time.Add(48*time.Hour)), []string{"comment", typed}},
		{"supervisor", "POST /administracion/pruebas", "/administracion/pruebas", []string{"list", "carnet\n" + typed + strings.Repeat(" y más", 60)}},
		{"operador", "POST /administracion/plantillas/{id}", "/administracion/plantillas/nueva", []string{"do", "draft", "name", "", "body", typed, "language", "es"}},
		{"administrador", "POST /administracion/sistemas/{id}", "/administracion/sistemas/nuevo", []string{"id", "Con Espacio", "name", typed, "about", typed}},
		{"administrador", "POST /administracion/metas", "/administracion/metas", []string{"t..", typed}},
		{"operador", "POST /conocimiento", "/conocimiento", []string{"title", "", "body", typed}},
		{"operador", "POST /conocimiento/{id}", "/conocimiento/ya-escrito", []string{"title", "", "body", typed, "version", "1"}},
		{"operador", "POST /personas/{id}", "/personas/" + o.ticket(ids["pass"]).Person, []string{"accion", "enlazar", "medium", "email", "value", typed, "proof", ""}},
		{"telefonista", "POST /llamada", "/llamada", []string{"numero", "12", "dicho", typed, "nombre", typed}},
		{"operador", "POST /devoluciones/{id}", "/devoluciones/" + o.outbox(ids["callback"])[0].ID, []string{"outcome", "", "note", typed}},
		{"supervisor", "POST /revision/{code}", "/revision/" + o.code(ids["review"]), []string{"accion", "devolver", "observation", typed, "version", "1"}},
	} {
		tried[x.route] = true
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
		if !strings.Contains(page, `role="alert"`) {
			t.Errorf("%s (status %d) does not say why", x.path, res.StatusCode)
		}
		fields := fieldsOf(page, x.path)
		for i := 0; i < len(x.fields); i += 2 {
			if name, value := x.fields[i], x.fields[i+1]; strings.Contains(value, typed) && !slices.Contains(fields[name], value) {
				t.Errorf("%s (status %d) loses what was typed into %s: it has %q", x.path, res.StatusCode, name, fields[name])
			}
		}
	}
	for _, rt := range o.con.Routes() {
		if reason := withoutText[rt.Pattern]; strings.HasPrefix(rt.Pattern, "POST ") && !tried[rt.Pattern] && reason == "" {
			t.Errorf("%s is not tried", rt.Pattern)
		}
	}
}

// fieldsOf are the values that the fields of the forms have that post to a path.
func fieldsOf(page, path string) map[string][]string {
	fields := map[string][]string{}
	inside, area := false, ""
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		tok := z.Token()
		has := func(key string) string {
			i := slices.IndexFunc(tok.Attr, func(a html.Attribute) bool { return a.Key == key })
			if i < 0 {
				return ""
			}
			return tok.Attr[i].Val
		}
		switch {
		case tok.Data == "form":
			inside = kind == html.StartTagToken && has("action") == path
		case !inside:
		case kind == html.TextToken && area != "":
			fields[area] = append(fields[area], strings.TrimPrefix(tok.Data, "\n"))
		case tok.Data == "textarea":
			area = has("name")
		case tok.Data == "input":
			fields[has("name")] = append(fields[has("name")], has("value"))
		}
	}
	return fields
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
