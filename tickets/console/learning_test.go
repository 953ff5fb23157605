package console_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// A correction is on the report with its words, a restricted case is not; who
// may choose a model chooses one that exists.
func TestLearningReport(t *testing.T) {
	o := open(t)
	if page := o.page("jefatura", "/aprendizaje"); !strings.Contains(page, "Todavía no hay decisiones") {
		t.Error("an empty report does not say so")
	}
	for i, class := range []string{"availability", "support", "support"} {
		id := o.report(0, "whatsapp", fmt.Sprint("5917000000", i), "Persona Ficticia", "", fmt.Sprintf("Palabras del caso <b>%d</b>", i), tickets.Suggestion{Class: "support", Confidence: 0.6})
		o.do(id, "operador", tickets.ActRegister, "problem", "x")
		yes := map[bool]string{true: "yes", false: "no"}
		o.do(id, "operador", tickets.ActDecideAvailability, "availability", yes[class == "availability"], "prior_uit", "no", "evidence", "ninguno")
		if class != "availability" {
			o.do(id, "operador", tickets.ActDecideDesign, "design", "no")
		}
	}
	page := o.page("jefatura", "/aprendizaje")
	for _, want := range []string{"Palabras del caso &lt;b&gt;0", "<svg class=\"accuracy\"", "Últimas sugerencias corregidas"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the report", want)
		}
	}
	if page := o.page("administrador", "/aprendizaje"); strings.Contains(page, "Palabras del caso") || !strings.Contains(page, "<svg class=\"accuracy\"") {
		t.Error("whoever does not read cases reads citizens' words here, or sees no report")
	}
	if strings.Contains(page, "Palabras del caso &lt;b&gt;1") {
		t.Error("an agreed suggestion is among the corrected")
	}
	var id int64
	err := o.st.Write(t.Context(), func(tx *store.Tx) (err error) {
		if _, err = tx.SaveModel(store.Model{Verdict: "refused"}); err != nil {
			return err
		}
		id, err = tx.SaveModel(store.Model{Verdict: "accepted", Lessons: 77, Data: []byte{1}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := o.login("jefatura")
	for model, want := range map[string]int{fmt.Sprint(id): http.StatusSeeOther, fmt.Sprint(id - 1): http.StatusNotFound, "x": http.StatusBadRequest} {
		if got := b.post("/aprendizaje", "modelo", model).StatusCode; got != want {
			t.Errorf("model %s: %d, want %d", model, got, want)
		}
	}
	if use, err := o.st.ModelInUse(t.Context()); err != nil || use.Model != id || use.Reason != "chosen" {
		t.Errorf("%+v, %v", use, err)
	}
	if got := o.login("operador").post("/aprendizaje", "modelo", "0").StatusCode; got != http.StatusForbidden {
		t.Errorf("an operator chooses: %d", got)
	}
}

func (o *office) page(login, path string) string {
	o.t.Helper()
	res := o.login(login).get(path)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		o.t.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
	return string(b)
}
