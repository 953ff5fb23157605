package console_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
)

// TestCalendarIsInForceAtOnce: what an administrator orders for a day counts in
// the rules' working time, a decree number is asked for, and hours that nobody
// could read change nothing.
func TestCalendarIsInForceAtOnce(t *testing.T) {
	t.Cleanup(func() { tickets.Office.Set(calendar.LaPaz()) })
	o := open(t)
	b := o.login("administrador")
	for _, wrong := range [][]string{
		{"do", "day", "date", "2027-03-01", "hours", "", "basis", ""},
		{"do", "day", "date", "2027-03-01", "hours", "9 a 5", "basis", "DS 1"},
		{"do", "day", "date", "mañana", "basis", "DS 1"},
		{"do", "week", "day1", "12:00-11:00"},
		{"do", "week"}, // never open
		{"do", "week", "day1", "08:00-12:00", "on_call", "nadie"},
	} {
		if res := b.post("/administracion/calendario", wrong...); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: status %d, want 422", wrong, res.StatusCode)
		}
	}
	monday := time.Date(2027, 3, 1, 10, 0, 0, 0, calendar.Zone)
	if !tickets.Office.Open(monday) {
		t.Fatal("a common Monday is closed")
	}
	b.post("/administracion/calendario", "do", "day", "date", "2027-03-01", "hours", "14:00-16:00", "name", "Tolerancia", "basis", "DS 9999")
	if tickets.Office.Open(monday) || tickets.Office.Between(monday, monday.Add(8*time.Hour)) != 2*time.Hour {
		t.Error("the order is not in force")
	}
	if text := body(t, b.get("/administracion/calendario")); !strings.Contains(text, "lun 1 mar 2027") || !strings.Contains(text, "DS 9999") {
		t.Error("the page does not show the order")
	}
	b.post("/administracion/calendario", "do", "undo", "date", "2027-03-01")
	if !tickets.Office.Open(monday) {
		t.Error("the order was not taken back")
	}
	if log, err := o.st.AuditLog(context.Background(), store.AuditFilter{Act: "setting.calendar"}); err != nil || len(log) != 2 {
		t.Errorf("%d lines in the audit log, %v", len(log), err)
	}
}

// TestTargetsOrderTheQueue: a meta interna of one hour makes an old case late.
func TestTargetsOrderTheQueue(t *testing.T) {
	o := open(t)
	o.report(100*time.Hour, "email", "a@ejemplo.bo", "Ana", "Ayuda", "No puedo ingresar", tickets.Suggestion{Class: tickets.Support, Confidence: 0.9, Sure: true})
	b, read := o.login("supervisor"), o.login("operador")
	if res := b.post("/administracion/metas", "t.support.", "mucho"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong number: status %d", res.StatusCode)
	}
	b.post("/administracion/metas", "t.support.", "1000", "t..alta", "2")
	if text := body(t, read.get("/bandeja?v=abiertos")); strings.Contains(text, "pasó la meta interna") {
		t.Error("late against a target of 1000 hours")
	}
	b.post("/administracion/metas", "t.support.", "0,1")
	if text := body(t, read.get("/bandeja?v=abiertos")); !strings.Contains(text, "pasó la meta interna") {
		t.Error("not late against a target of six minutes")
	}
	if text := body(t, b.get("/administracion/metas")); !strings.Contains(text, `value="0,1"`) {
		t.Error("the page does not show the target as it was typed")
	}
}

// TestFourEyes: nobody confirms what they entered themselves, an administrator
// confirms no rule at all, and nothing is settled twice.
func TestFourEyes(t *testing.T) {
	o := open(t)
	ctx := context.Background()
	boss, head, keeper := o.login("supervisor"), o.login("jefatura"), o.login("administrador")
	if res := boss.post("/administracion/criterios/G1", "act", "RA/1"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an adoption without signatory: status %d", res.StatusCode)
	}
	boss.post("/administracion/criterios/G1", "act", "RA/0099/2026", "signatory", "Dirección Ficticia", "from", "2026-01-01", "text", "Texto aprobado")
	acts, err := o.st.RuleActs(ctx)
	if err != nil || len(acts) != 1 {
		t.Fatalf("%d acts, %v", len(acts), err)
	}
	path := "/administracion/aprobaciones/" + acts[0].ID
	for name, c := range map[string]struct {
		b    *browser
		want int
	}{"the same person": {boss, 422}, "an administrator": {keeper, 403}} {
		if res := c.b.post(path, "do", "adopt"); res.StatusCode != c.want {
			t.Errorf("%s confirms: status %d, want %d", name, res.StatusCode, c.want)
		}
	}
	if acts, _ = o.st.RuleActs(ctx); acts[0].State != store.RulePending {
		t.Fatal("adopted by one person")
	}
	if res := head.post(path, "do", "adopt"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the head confirms: status %d", res.StatusCode)
	}
	if res := head.post(path, "do", "refuse"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("settled twice: status %d", res.StatusCode)
	}
	acts, _ = o.st.RuleActs(ctx)
	if _, ok := store.InForce(acts, "G1", time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)); ok {
		t.Error("in force before its first day")
	}
	if a, ok := store.InForce(acts, "G1", time.Now()); !ok || a.Text != "Texto aprobado" {
		t.Errorf("not in force: %+v", acts)
	}
	if text := body(t, boss.get("/administracion/criterios")); !strings.Contains(text, "RA/0099/2026") || !strings.Contains(text, "Texto aprobado") {
		t.Error("the page does not show the act")
	}

	op := o.login("operador")
	to := op.post("/administracion/plantillas/nueva", "do", "draft", "name", "Saludo", "body", "Buenos días, {nombre}.", "language", "es").Header.Get("Location")
	page := regexp.MustCompile(`^/administracion/plantillas/([^?]+)`).FindStringSubmatch(to)
	if page == nil {
		t.Fatalf("saving a draft leads to %q", to)
	}
	if res := op.post(page[0], "do", "approve", "version", "1"); res.StatusCode != http.StatusForbidden {
		t.Errorf("an operator approves: status %d", res.StatusCode)
	}
	if list, _ := o.st.Approved(ctx, "email"); containsText(list, page[1]) {
		t.Error("a draft is offered")
	}
	boss.post(page[0], "do", "approve", "version", "1")
	if list, _ := o.st.Approved(ctx, "email"); !containsText(list, page[1]) {
		t.Error("what was approved is not offered")
	}
	if text := body(t, boss.get(page[0])); !strings.Contains(text, `value="retire"`) || strings.Contains(body(t, op.get(page[0])), `value="retire"`) {
		t.Error("who approves can retire, and nobody else")
	}
	boss.post(page[0], "do", "retire", "version", "2")
	if list, _ := o.st.Approved(ctx, "email"); containsText(list, page[1]) {
		t.Error("what was retired is offered")
	}
	boss.post(page[0], "do", "draft", "name", "Saludo", "body", "Otro texto", "language", "es")
	if res := boss.post(page[0], "do", "approve", "version", "4"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a supervisor approves their own draft: status %d", res.StatusCode)
	}
	op.post(page[0], "do", "draft", "name", "Saludo", "body", "Texto nuevo", "language", "es")
	boss.post(page[0], "do", "approve", "version", "5")
	if list, _ := o.st.Approved(ctx, "email"); !containsText(list, page[1]) {
		t.Error("a retired template does not come back")
	}
}

func containsText(list []store.Template, id string) bool {
	for _, t := range list {
		if t.ID == id {
			return true
		}
	}
	return false
}

// TestSystemsAreDated: a new system, one that ends, and what is wrong with a row.
func TestSystemsAreDated(t *testing.T) {
	o := open(t)
	b := o.login("administrador")
	for _, wrong := range [][]string{{"id", "Con Espacio", "name", "X"}, {"id", "cd", "name", "Otra"}, {"id", "x1", "name", ""}, {"id", "x1", "name", "X", "from", "2026-02-01", "to", "2026-01-01"}} {
		if res := b.post("/administracion/sistemas/nuevo", wrong...); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: status %d, want 422", wrong, res.StatusCode)
		}
	}
	b.post("/administracion/sistemas/nuevo", "id", "prueba", "name", "Sistema <b>Prueba</b>", "basis", "DS 1", "to", "2020-01-01")
	text := body(t, b.get("/administracion/sistemas"))
	if !strings.Contains(text, "Sistema &lt;b&gt;Prueba") || !strings.Contains(text, "terminado") || !strings.Contains(text, "mié 1 ene 2020") {
		t.Error("the system that ended is not shown as such")
	}
	if res := b.get("/administracion/sistemas/ninguno"); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown system: status %d", res.StatusCode)
	}
}

// TestAuditFilters: by person, act and day.
func TestAuditFilters(t *testing.T) {
	o := open(t)
	o.login("uit")
	b := o.login("auditor")
	rows := func(path string) int { return strings.Count(body(t, b.get(path)), "<tr><td") }
	if n := rows("/auditoria?acto=login"); n != 2 {
		t.Errorf("%d logins", n)
	}
	if n := rows("/auditoria?acto=login&quien=" + o.who["uit"].ID); n != 1 {
		t.Errorf("%d logins of one person", n)
	}
	if n := rows("/auditoria?hasta=2020-01-01"); n != 0 {
		t.Errorf("%d lines before the office began", n)
	}
	if res := b.get("/auditoria?desde=ayer"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a day that is none: status %d", res.StatusCode)
	}
}
