package console_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// TestEvidenceByName: the evidence that a decision begins with is kept by ids, and told by the titles beside them.
func TestEvidenceByName(t *testing.T) {
	o := open(t)
	ids := o.day()
	a := store.Article{ID: "olvido", Title: "Olvidó su contraseña de Ciudadanía Digital", Body: "Olvidé mi contraseña y no llega el código al celular: recupérela en el portal.", System: "cd", Unit: tickets.AIT, Procedure: "PR01", Visibility: store.Desk, State: store.Published, By: o.who["operador"].ID}
	if err := o.st.Write(context.Background(), func(tx *store.Tx) error { return tx.SaveArticle(&a) }); err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(o.login("operador").get("/casos/" + o.code(ids["pass"]) + "?acto=decidir").Body)
	if err != nil {
		t.Fatal(err)
	}
	page := string(body)
	_, form, _ := strings.Cut(page, `id="f-evidence"`)
	form, _, _ = strings.Cut(form, "</div>")
	if !strings.Contains(form, "artículo:"+a.ID) || !strings.Contains(form, "Lo que se encontró parecido: ") || !strings.Contains(form, a.Title) {
		t.Errorf("the evidence is shown as %q", form)
	}
}
