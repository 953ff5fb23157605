package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"ventanilla/tickets"
)

// TestProofIsOfTheList: the form offers the agency's proofs, and another one is
// refused however it was sent.
func TestProofIsOfTheList(t *testing.T) {
	o := open(t)
	ids := o.day()
	code := o.code(ids["pass"])
	if res := o.login("supervisor").post("/administracion/pruebas", "list", " \n"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty list: status %d", res.StatusCode)
	}
	o.login("supervisor").post("/administracion/pruebas", "list", "Cédula vista en persona\nCédula vista en persona\n")
	b := o.login("operador")
	if text := body(t, b.get("/casos/"+code+"?acto=identify")); strings.Count(text, "Cédula vista en persona") == 0 || strings.Contains(text, "Nota formal de su entidad") {
		t.Error("the form does not offer the agency's own list")
	}
	version := itoa(o.ticket(ids["pass"]).Version)
	b.post("/casos/"+code+"/identify", "version", version, "proof", "dice que es ella")
	if o.ticket(ids["pass"]).Identity != nil {
		t.Error("a proof that is not on the list was taken")
	}
	b.post("/casos/"+code+"/identify", "version", version, "proof", "Cédula vista en persona", "intermediary", "su hijo")
	if i := o.ticket(ids["pass"]).Identity; i == nil || i.Intermediary != "su hijo" {
		t.Errorf("%+v", i)
	}
}

// TestFlaggedLists: formal letters for those who may see them, restricted cases
// for supervisor and auditor, and the file of an expediente that proves itself.
func TestFlaggedLists(t *testing.T) {
	o := open(t)
	ids := o.day()
	b := o.login("supervisor")
	for _, path := range []string{"/notas", "/reservados"} {
		if text := body(t, b.get(path)); !strings.Contains(text, "No hay ") {
			t.Errorf("%s: an empty list is not said to be empty", path)
		}
	}
	o.do(ids["down"], "operador", tickets.ActFlag, "flag", "formal", "reason", "trae CITE", "number", "GAME/DTI/0123/2026", "responsible", "Legal", "due", "2020-01-01")
	secret, _ := o.restricted()
	if text := body(t, b.get("/notas")); !strings.Contains(text, "GAME/DTI/0123/2026") || !strings.Contains(text, "pasó la fecha") {
		t.Error("the letter is not listed with its date")
	}
	if text := body(t, b.get("/reservados")); !strings.Contains(text, o.code(secret)) {
		t.Error("the restricted case is not listed")
	}
	res := b.get("/casos/" + o.code(ids["review"]) + "/expediente.json")
	d, err := tickets.ReadDossier([]byte(body(t, res)))
	if err != nil || d.Code != o.code(ids["review"]) || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v, %v", d.Code, err)
	}
	last := o.ticket(ids["review"]).LastEvent
	if text := body(t, b.get("/casos/"+o.code(ids["review"])+"/expediente")); !strings.Contains(text, string(last)) {
		t.Error("the print does not carry the code that verifies it")
	}
	if ch, err := o.st.ChainOf(context.Background(), o.code(ids["review"])); err != nil || ch.Check() != nil {
		t.Error(err)
	}
}
