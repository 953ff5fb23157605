package console_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// finish closes a case as solved at a step by a unit, whatever its way was.
func (o *office) finish(id string, step tickets.Step, unit tickets.Unit, text string) {
	o.t.Helper()
	err := o.st.Update(context.Background(), id, func(t *tickets.Ticket) error {
		t.Solution = &tickets.Solution{Text: text, Type: tickets.Resolved, Unit: unit}
		t.Trail = append(t.Trail, tickets.Done{Step: step, Unit: unit})
		t.Step, t.ClosedAt, t.Outcome = tickets.Closed, o.time, tickets.Resolved
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// TestPrecedentsAtTriage: what is alike is shown with its solution, decides
// whether UIT handled its like (G2), and is kept as the decision's evidence.
func TestPrecedentsAtTriage(t *testing.T) {
	o := open(t)
	guess := tickets.Suggestion{Class: tickets.Support, Confidence: 0.6, System: "ppte"}
	report := func(name, subject, said string) string {
		return o.report(0, "email", name+"@ejemplo.bo", "Ana Ficticia", subject, said, guess)
	}
	first := report("a", "Pasarela responde 502", "La pasarela de pagos responde 502 cuando genero el código QR del trámite")
	design := report("b", "Botón del código QR", "Pedimos que el botón del código QR de la pasarela de pagos responda con una imagen más grande")
	asks := report("c", "Otra vez 502", "Otra vez la pasarela responde 502 al generar el código QR")
	lone := report("d", "Geoportal", "La leyenda del mapa de suelos repite dos colores")
	b := o.login("operador")
	page := func(id, query string) string { return body(t, b.get("/casos/"+o.code(id)+query)) }
	value := func(text, name string) string {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"( checked)?`).FindStringSubmatch(text)
		if m == nil {
			return "no such field"
		}
		return m[1]
	}
	o.finish(design, "9.3/3.B.7", tickets.UIT, "Se agrandó la imagen.")
	text := page(asks, "?acto=decidir")
	if strings.Contains(text, "La UIT ya atendió") {
		t.Error("a case of 9.3 registered by UIT counts as handled by it under 9.2 (G2)")
	}
	o.finish(first, "9.2/4", tickets.UIT, "Estimada Ana Ficticia: UIT reinició el nodo de la pasarela. Consultas al 71234567.")
	text = page(asks, "?acto=decidir")
	if !strings.Contains(text, "La UIT ya atendió") || !strings.Contains(value(text, "evidence"), o.code(first)) || !regexp.MustCompile(`name="prior_uit" value="yes" checked`).MatchString(text) {
		t.Errorf("the precedent of UIT is not the evidence: %q", value(text, "evidence"))
	}
	if text := page(lone, "?acto=decidir"); value(text, "evidence") != "ninguno" || !regexp.MustCompile(`name="prior_uit" value="no" checked`).MatchString(text) {
		t.Errorf("without a precedent the evidence is %q", value(text, "evidence"))
	}
	text = page(asks, "?escribir=respuesta&tomar="+o.code(first))
	if !strings.Contains(text, "UIT reinició el nodo de la pasarela") || strings.Contains(text, "71234567") || strings.Contains(text, "Estimada Ana") {
		t.Error("the solution is not taken over, or with what tells of whom it was")
	}
	o.step(b, asks, "decidir", "problem", "502", "system", "ppte", "availability", "no", "prior_uit", "yes", "evidence", o.code(first), "design", "no", "choose_uit", "no")
	if text := page(asks, ""); !strings.Contains(text, "Evidencia de la decisión") || !strings.Contains(text, "/casos/"+o.code(first)) {
		t.Error("the decision's evidence is not shown")
	}
	if text := page(asks, "?acto=solve&tomar="+o.code(first)); !strings.Contains(text, "UIT reinició el nodo") {
		t.Error("the solution does not reach its form")
	}
	if text := page(asks, "?acto=solve&tomar=AIT-2026-999999-X"); !strings.Contains(text, `name="solution"`) {
		t.Error("a precedent that does not exist breaks the form")
	}
	for _, restricted := range []string{first} {
		if err := o.st.Update(context.Background(), restricted, func(t *tickets.Ticket) error { t.Flags = append(t.Flags, tickets.FlagRestricted); return nil }); err != nil {
			t.Fatal(err)
		}
		if text := page(asks, "?acto=solve&tomar="+o.code(restricted)); strings.Contains(text, "UIT reinició el nodo") {
			t.Error("the solution of a restricted case is handed out")
		}
	}
}

// TestArticleFromCase: the draft tells of no person, and an article that says
// the same is offered for updating before there are two.
func TestArticleDraftAndDoubles(t *testing.T) {
	o := open(t)
	id := o.report(0, "email", "ana@ejemplo.bo", "Ana Ficticia", "Pasarela responde 502", "La pasarela responde 502", tickets.Suggestion{Class: tickets.Support, System: "ppte"})
	err := o.st.Update(context.Background(), id, func(t *tickets.Ticket) error {
		t.Problem = "Ana Ficticia, CI 4839201 LP, celular 71234567: la pasarela de pagos responde 502 al generar el código QR"
		t.Solution = &tickets.Solution{Text: "Reiniciar el nodo de la pasarela de pagos", Type: tickets.Resolved, Unit: tickets.AIT}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b, code := o.login("operador"), o.code(id)
	text := body(t, b.get("/conocimiento/nuevo?caso="+code))
	if !strings.Contains(text, "responde 502 al generar") || !strings.Contains(text, "Reiniciar el nodo") {
		t.Error("the draft lacks problem or solution")
	}
	for _, private := range []string{"Ana Ficticia", "4839201", "71234567"} {
		if strings.Contains(text, private) {
			t.Errorf("the draft tells %q", private)
		}
	}
	form := []string{"title", "Pasarela responde 502", "body", "Problema: la pasarela de pagos responde 502 al generar el código QR. Solución: reiniciar el nodo.", "system", "ppte", "unit", "AIT", "procedure", "PR01", "visibility", "desk", "state", "published"}
	send := func(path string, more ...string) (int, string, string) {
		res := b.post(path, append(append([]string{}, form...), more...)...)
		return res.StatusCode, res.Header.Get("Location"), body(t, res)
	}
	if status, _, _ := send("/conocimiento", "version", "0", "once", "1"); status != 303 {
		t.Fatalf("the first article: %d", status)
	}
	status, _, text := send("/conocimiento", "version", "0", "once", "2", "caso", code)
	if status != 409 || !strings.Contains(text, "Actualizar este") {
		t.Errorf("a second article that says the same: %d", status)
	}
	list, err := o.st.Articles(context.Background(), store.ArticleFilter{Desk: true})
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	if text := body(t, b.get("/conocimiento/"+list[0].ID+"/editar?caso="+code)); !strings.Contains(text, code) {
		t.Error("updating forgets the case")
	}
	if status, to, _ := send("/conocimiento/"+list[0].ID, "version", "1", "caso", code); status != 303 || !strings.Contains(to, url.PathEscape(code)) || !strings.Contains(to, "con.decision=updated") {
		t.Errorf("updated: %d to %s", status, to)
	}
	if status, _, _ := send("/conocimiento", "version", "0", "once", "3", "distinto", "yes"); status != 303 {
		t.Errorf("another matter: %d", status)
	}
}
