package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"ventanilla/tickets"
)

// TestBulk: taking needs no record and is done at once; deciding asks each case
// for its own, does what is right and keeps what is refused with what was typed.
func TestBulk(t *testing.T) {
	o := open(t)
	ids := o.day()
	a, b := o.code(ids["pass"]), o.code(ids["wsp"])
	op := o.login("operador")
	if res := op.post("/bandeja/lote", "acto", "take", "caso", a, "caso", b); res.Header.Get("Location") != "/bandeja?hecho=bulk" {
		t.Fatalf("taking two: status %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	for _, k := range []string{"pass", "wsp"} {
		if got := o.ticket(ids[k]).Assignee; got != o.who["operador"].ID {
			t.Errorf("%s is with %q", k, got)
		}
	}
	page := body(t, op.post("/bandeja/lote", "acto", "decidir", "caso", a, "caso", b, "caso", o.code(ids["down"])))
	if !strings.Contains(page, `name="`+a+`.problem"`) || !strings.Contains(page, `name="`+b+`.problem"`) || !strings.Contains(page, "No se puede ahora.") {
		t.Fatal("the page does not ask each case for its record, or does not say which cannot")
	}
	fill := func(code, problem, evidence string) []string {
		return []string{"caso", code, code + ".version", field(t, page, code+".version"), code + ".problem", problem, code + ".availability", "no", code + ".prior_uit", "no", code + ".evidence", evidence, code + ".design", "no"}
	}
	res := op.post("/bandeja/lote", append(append([]string{"acto", "decidir"}, fill(a, "Olvidó su contraseña", "ninguno")...), fill(b, "lo escribí con cuidado", "")...)...)
	text := body(t, res)
	o.stands(ids["pass"], "9.1/5")
	o.stands(ids["wsp"], "9.1/2")
	if !strings.Contains(text, "Se hizo en 1 caso") || !strings.Contains(text, "lo escribí con cuidado</textarea>") {
		t.Errorf("one right and one wrong: status %d", res.StatusCode)
	}
	if res := op.post("/bandeja/lote", "acto", "close", "caso", a); res.StatusCode != http.StatusBadRequest {
		t.Errorf("closing in bulk: status %d, want 400", res.StatusCode)
	}
	if res := op.post("/bandeja/lote", "acto", "take"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("no case marked: status %d, want 400", res.StatusCode)
	}
	o.do(ids["cert"], "supervisor", tickets.ActFlag, "flag", "restricted", "reason", "denuncia")
	if text := body(t, o.login("upat").post("/bandeja/lote", "acto", "note", "caso", o.code(ids["cert"]))); strings.Contains(text, o.code(ids["cert"])) {
		t.Error("a restricted case is shown to whoever names it")
	}
}

// TestKeptViews: own and shared, dropped by the owner alone.
func TestKeptViews(t *testing.T) {
	o := open(t)
	o.day()
	op, boss := o.login("operador"), o.login("supervisor")
	if to := op.post("/bandeja/vistas", "direccion", "desde=x-y&sistema=cd&v=abiertos&otra=1", "nombre", "Ciudadanía <b>", "compartida", "yes").Header.Get("Location"); to != "/bandeja?sistema=cd&v=abiertos" {
		t.Fatalf("keeping a view leads to %q", to)
	}
	if text := body(t, boss.get("/bandeja?v=abiertos&sistema=cd")); !strings.Contains(text, "Ciudadanía &lt;b&gt;") || strings.Contains(text, "/quitar") {
		t.Error("a shared view is not shown to others, or they may drop it")
	}
	views, err := o.st.Views(context.Background(), o.who["operador"].ID)
	if err != nil || len(views) != 1 {
		t.Fatalf("%d views (%v)", len(views), err)
	}
	if res := boss.post("/bandeja/vistas/" + views[0].ID + "/quitar"); res.StatusCode != http.StatusNotFound {
		t.Errorf("another one drops a view: status %d, want 404", res.StatusCode)
	}
	if text := body(t, op.get("/bandeja?v=abiertos&sistema=cd")); !strings.Contains(text, "/bandeja/vistas/"+views[0].ID+"/quitar") {
		t.Error("the owner may not drop their view")
	}
	op.post("/bandeja/vistas/" + views[0].ID + "/quitar")
	if text := body(t, boss.get("/bandeja")); strings.Contains(text, "Ciudadanía &lt;b&gt;") {
		t.Error("a dropped view is still shown")
	}
}

// TestPresence: two people in one case see each other, in the case and in the list.
func TestPresence(t *testing.T) {
	o := open(t)
	ids := o.day()
	code := o.code(ids["pass"])
	op, boss := o.login("operador"), o.login("supervisor")
	op.post("/casos/"+code+"/presencia", "escribe", "si")
	boss.post("/casos/" + code + "/presencia")
	if text := body(t, boss.get("/casos/"+code)); !strings.Contains(text, "Rosa Ejemplo escribe aquí") {
		t.Error("the supervisor is not told that somebody writes")
	}
	if text := body(t, op.get("/casos/"+code)); !strings.Contains(text, "También lo ve Julio Modelo") || strings.Contains(text, "Rosa Ejemplo escribe aquí") {
		t.Error("the operator is not told who looks, or is told of themselves")
	}
	if text := body(t, boss.get("/bandeja?v=abiertos")); !strings.Contains(text, `title="Rosa Ejemplo"`) {
		t.Error("the list does not say who has the case open")
	}
	op.post("/casos/"+code+"/presencia", "sale", "si")
	if text := body(t, boss.get("/casos/"+code)); strings.Contains(text, "Rosa Ejemplo escribe aquí") {
		t.Error("whoever left is still there")
	}
}

// TestPaletteFinds cases by code and words, as far as the person may see them.
func TestPaletteFinds(t *testing.T) {
	o := open(t)
	ids := o.day()
	code := o.code(ids["pass"])
	for _, q := range []string{code, strings.ToLower(code), "ciudadania"} {
		if text := body(t, o.login("operador").pane("/paleta?q="+q)); !strings.Contains(text, "/casos/"+code) {
			t.Errorf("%q does not find the case", q)
		}
	}
	if text := body(t, o.login("telefonista").pane("/paleta?q="+code)); strings.Contains(text, "/casos/") {
		t.Error("a telephonist finds a case that is not a caller's")
	}
}
