package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestKeepingOfCases: the keeper of the console is told how many cases a limit
// would empty before it is set; what is no number changes nothing and stays typed.
func TestKeepingOfCases(t *testing.T) {
	o := open(t)
	ids := o.day()
	ctx := context.Background()
	const path = "/administracion/acceso/casos"
	admin := o.login("administrador")
	for _, wrong := range []string{"", "-1", "601", "doce", "1.5"} {
		res := admin.post(path, "months", wrong)
		if text := body(t, res); res.StatusCode != 422 || !strings.Contains(text, "de 0 (guardar siempre) a 600") || !strings.Contains(text, `name="months" type="number" min="0" max="600" required value="`+wrong+`"`) {
			t.Errorf("%q: %d", wrong, res.StatusCode)
		}
	}
	if res := o.login("supervisor").post(path, "months", "1", "confirm", "1"); res.StatusCode != 403 {
		t.Errorf("a supervisor sets it: %d", res.StatusCode)
	}
	months := func(want int) {
		t.Helper()
		if n, err := o.st.CaseMonths(ctx); err != nil || n != want {
			t.Errorf("%d months, want %d: %v", n, want, err)
		}
	}
	for _, confirm := range []string{"", "6"} { // a number changed after it was counted is counted anew
		res := admin.post(path, "months", "12", "confirm", confirm)
		if text := body(t, res); res.StatusCode != 200 || !strings.Contains(text, "0 casos cerrados perderían") || !strings.Contains(text, `name="confirm" value="12"`) {
			t.Errorf("%d: %s", res.StatusCode, text)
		}
		months(0)
	}
	if res := admin.post(path, "months", "12", "confirm", "12"); res.StatusCode != 303 {
		t.Fatal(res.StatusCode, body(t, res))
	}
	months(12)
	log, err := o.st.AuditLog(ctx, store.AuditFilter{Target: store.CaseMonthsSetting})
	if err != nil || len(log) != 1 || log[0].Details["months"] != "12" || log[0].Details["cases"] != "0" {
		t.Errorf("%+v, %v", log, err)
	}
	later := storetest.Open(t, o.url, func() time.Time { return time.Now().AddDate(2, 0, 0) })
	if n, err := later.PurgeCases(ctx, 100); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	code := o.ticket(ids["closed"]).Code
	reader := o.login("supervisor")
	for page, want := range map[string]string{"": "se destruyeron", "?ver=historia": "se destruyeron", "/expediente": "ventanilla verify"} {
		if res := reader.get("/casos/" + code + page); res.StatusCode != 200 || !strings.Contains(body(t, res), want) {
			t.Errorf("%s of an emptied case: %d", page, res.StatusCode)
		}
	}
	if res := admin.post(path, "months", "0"); res.StatusCode != 303 {
		t.Errorf("keeping for ever: %d", res.StatusCode)
	}
	months(0)
}
