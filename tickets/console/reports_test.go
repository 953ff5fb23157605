package console_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	background "ventanilla/tickets/office"
	"ventanilla/tickets/store"
)

// counted does the office's own work once.
func (o *office) counted() {
	o.t.Helper()
	w := background.New(background.Options{Store: o.st, Log: zerolog.Nop(), Now: time.Now, Hours: calendar.LaPaz(), Node: "a"})
	if err := w.Pass(context.Background()); err != nil {
		o.t.Fatal(err)
	}
}

// TestReports: the day and the period with data and without, for those whom they
// are for; a wrong date is an answer and not a crash.
func TestReports(t *testing.T) {
	o := open(t)
	b := o.login("jefatura")
	if text := body(t, b.get("/informes/periodo")); !strings.Contains(text, "No hay casos en este periodo") {
		t.Error("an empty period is not said to be empty")
	}
	if res := b.get("/informes"); res.StatusCode != http.StatusOK {
		t.Errorf("an empty day: status %d", res.StatusCode)
	}
	ids := o.day()
	o.counted()
	from := o.time.AddDate(0, 0, -30).Format(time.DateOnly)
	text := body(t, b.get("/informes/periodo?desde="+from))
	for _, want := range []string{"<svg class=\"plot\"", "Plataforma de Interoperabilidad", "9.2, con la UIT", "Cumplimiento del manual", "Casos devueltos"} {
		if !strings.Contains(text, want) {
			t.Errorf("the period lacks %q", want)
		}
	}
	if text := body(t, b.get("/informes/periodo?sistema=interop&desde="+from)); strings.Contains(text, "9.1, soporte") {
		t.Error("the filter by system lets others through")
	}
	if text := body(t, b.get("/informes")); !strings.Contains(text, o.code(ids["review"])) || !strings.Contains(text, "El mensaje no dice qué hacer") {
		t.Error("the day does not show what was returned, and why")
	}
	for _, wrong := range []string{"?desde=ayer", "?desde=2026-02-01&hasta=2026-01-01", "?desde=0001-01-01", "?desde=2026-01-01&hasta=9999-12-31"} {
		if res := b.get("/informes/periodo" + wrong); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", wrong, res.StatusCode)
		}
	}
}

// TestReportCSV: a spreadsheet cannot be made to calculate by what a citizen
// wrote, identity cards are masked, and a restricted case has no code.
func TestReportCSV(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "=cmd()", "Hola", tickets.Suggestion{Class: tickets.Support, System: "cd"})
	o.do(id, "operador", tickets.ActSetFacts, "entity", `=HYPERLINK("http://mal.ejemplo.bo";"1234567-1K")`)
	secret, _ := o.restricted()
	o.counted()
	res := o.login("jefatura").get("/informes/casos.csv?desde=" + o.time.AddDate(0, 0, -30).Format(time.DateOnly))
	text := body(t, res)
	if h := res.Header.Get("Content-Disposition"); !strings.HasPrefix(h, "attachment") {
		t.Errorf("served as %q", h)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v:\n%s", len(rows), err, text)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	if strings.Contains(text, "1234567") || !strings.Contains(text, "•••••67-1K") {
		t.Error("an identity card is not masked")
	}
	if !strings.Contains(text, o.code(id)) {
		t.Error("the code of a case is not there whole")
	}
	if strings.Contains(text, o.code(secret)) || !strings.Contains(text, "reservado") {
		t.Error("a restricted case is named to someone who may not see it")
	}
	// Nor can it be found out by asking where it is.
	since := "desde=" + o.time.AddDate(0, 0, -30).Format(time.DateOnly)
	for _, filter := range []string{"canal=phone", "canal=email", "clase=support", "unidad=AIT", "sistema=cd"} {
		if text := body(t, o.login("jefatura").get("/informes/casos.csv?"+filter+"&"+since)); strings.Contains(text, "reservado") {
			t.Errorf("%s places a restricted case", filter)
		}
	}
	if text := body(t, o.login("jefatura").get("/informes/periodo?"+since)); strings.Contains(text, ">Teléfono</text>") {
		t.Error("the split by channel counts a restricted case")
	}
	if text := body(t, o.login("supervisor").get("/informes/casos.csv?canal=phone&"+since)); !strings.Contains(text, o.code(secret)) {
		t.Error("who may see it does not find it")
	}
	if log, err := o.st.AuditLog(context.Background(), store.AuditFilter{Act: "report.csv"}); err != nil || len(log) != 7 {
		t.Errorf("%d lines in the audit log, %v", len(log), err)
	}
}

// TestAlertSettings: a person says where and when; what is no address is refused.
func TestAlertSettings(t *testing.T) {
	o := open(t)
	b := o.login("uit")
	for _, wrong := range []string{"nadie", "Ana <a@ejemplo.bo>", "a@ejemplo.bo\r\nBcc: x@ejemplo.bo"} {
		if res := b.post("/cuenta/avisos", "mail", wrong, "alerts", "now"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: status %d", wrong, res.StatusCode)
		}
	}
	b.post("/cuenta/avisos", "mail", "ivan@ejemplo.bo", "alerts", "digest")
	if u, err := o.st.StaffByID(context.Background(), o.who["uit"].ID); err != nil || u.Mail != "ivan@ejemplo.bo" || u.Alerts != store.AlertDigest {
		t.Errorf("%+v, %v", u, err)
	}
}
