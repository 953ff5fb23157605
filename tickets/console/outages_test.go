package console_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// repaired takes a case of UPAT to where its solution can be told.
func (o *office) repaired(principal string) {
	o.t.Helper()
	for _, step := range []struct {
		login string
		act   tickets.Act
		rec   []string
	}{
		{"upat", tickets.ActEstimate, []string{"hours", "8"}}, {"upat", tickets.ActManage, []string{"actions", "versión 2.3.1"}},
		{"upat", tickets.ActCoordinate, []string{"record", "desplegar 2.3.1"}}, {"uit", tickets.ActManage, nil},
		{"uit", tickets.ActSolve, []string{"solution", "Desplegado.", "type", tickets.Resolved}}, {"uit", tickets.ActDeriveSolution, nil},
		{"operador", tickets.ActKB, []string{"decision", "created", "article", o.article()}},
	} {
		o.do(principal, step.login, step.act, step.rec...)
	}
}

// outage confirms an outage whose principal is solved and can be told to one report.
func (o *office) outage(principal, report string) store.Outage {
	o.t.Helper()
	o.repaired(principal)
	out := store.Outage{System: "interop", State: store.OutageConfirmed, Parent: principal, Code: o.code(principal), Found: o.st.Now(), Since: o.st.Now(), Span: time.Hour, People: 2}
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		if err := tx.SaveOutage(&out); err != nil {
			return err
		}
		if err := tx.ProposeReport(out.ID, report); err != nil {
			return err
		}
		_, err := tx.AttachReports(out.ID, map[string]string{report: "No abre."}, []string{report}, tickets.Actor{ID: o.who["operador"].ID, Name: "Rosa", Roles: []tickets.Role{tickets.Operador}})
		return err
	})
	if err == nil {
		_, err = o.st.WorkBatches(context.Background(), 10, func(tx *store.Tx, i *store.BatchItem) error {
			err := tx.Update(i.Ticket, func(t *tickets.Ticket) error { return t.Do(i.Acts[0].Act, i.Batch.By, i.Acts[0].Record, tx.Now()) })
			return errors.Join(err, tx.SetReport(out.ID, i.Ticket, store.ReportAttached))
		})
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// TestOutageNoticeIsReadAgain: a notice to many that carries somebody's data
// comes back with the reason and everything typed; sent once more it passes.
func TestOutageNoticeIsReadAgain(t *testing.T) {
	o := open(t)
	ids := o.day()
	out := o.outage(ids["down"], ids["pass"])
	b := o.login("operador")
	const text = "Ya funciona. Si no puede entrar llame a Ana al 71234567."
	res := b.post("/caidas/"+out.ID, "accion", "tell", "text", text)
	page := body(t, res)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, "71234567") {
		t.Fatalf("status %d: the notice was not held back", res.StatusCode)
	}
	_, rest, _ := strings.Cut(page, `name="revisado" value="`)
	revised, _, _ := strings.Cut(rest, `"`)
	if revised == "" || !strings.Contains(page, text) {
		t.Fatal("the form did not come back with what was typed")
	}
	batches := func() int {
		list, err := o.st.Batches(t.Context(), out.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := batches(); n != 1 {
		t.Fatalf("%d batches, want the attaching alone", n)
	}
	res = b.post("/caidas/"+out.ID, "accion", "tell", "text", text+" Gracias.", "revisado", revised)
	if body(t, res); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status %d: another text passed with the seal of the first", res.StatusCode)
	}
	res = b.post("/caidas/"+out.ID, "accion", "tell", "text", text, "revisado", revised)
	if body(t, res); batches() != 2 {
		t.Errorf("status %d: what was read again is held back again", res.StatusCode)
	}
}

// TestOutageOfARestrictedCase: who may not see the principal case sees the
// outage without it.
func TestOutageOfARestrictedCase(t *testing.T) {
	o := open(t)
	ids := o.day()
	out := o.outage(ids["down"], ids["pass"])
	o.do(ids["down"], "supervisor", tickets.ActFlag, "flag", string(tickets.FlagRestricted), "reason", "asunto delicado")
	for login, sees := range map[string]bool{"telefonista": false, "supervisor": true} {
		page := body(t, o.login(login).get("/caidas/"+out.ID))
		if strings.Contains(page, `id="row-`+ids["down"]+`"`) != sees {
			t.Errorf("%s sees the principal: %v, want %v", login, !sees, sees)
		}
	}
}

// TestOutageWhileABatchGoesOn: what is being attached, told or closed is not
// offered to be attached, told or closed again; it counts as done when it is.
func TestOutageWhileABatchGoesOn(t *testing.T) {
	o := open(t)
	o.articles()
	_, going, ending := o.outageDay()
	op, boss := o.login("operador"), o.login("supervisor")
	page := body(t, op.get("/caidas/"+going))
	offered := regexp.MustCompile(`name="report" value="\w+" checked`)
	if n := len(offered.FindAllString(page, -1)); n != 3 || !strings.Contains(page, "0 / 1</span>") {
		t.Errorf("%d reports are offered, want the three that nobody is attaching", n)
	}
	if page = body(t, boss.get("/caidas/"+ending)); !strings.Contains(page, "1 / 3</span>") || strings.Contains(page, `value="close"`) {
		t.Error("cases that are being closed are offered to be closed again, or their progress is not shown")
	}
	if o.work(10); len(offered.FindAllString(body(t, op.get("/caidas/"+going)), -1)) != 3 {
		t.Error("what was attached is offered again, or something else is not")
	}
	if page = body(t, boss.get("/caidas/"+ending)); !strings.Contains(page, "3 / 3</span>") || strings.Contains(page, `value="close"`) {
		t.Error("the batch is not said to be done")
	}
}

// outageState is where a case stands in an outage, "" if nowhere.
func (o *office) outageState(outage, ticket string) string {
	o.t.Helper()
	list, err := o.st.OutageReports(context.Background(), outage, "", "", 100)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, r := range list {
		if r.ID == ticket {
			return r.State
		}
	}
	return ""
}

// TestOutageReportsByHand: a case that the gateway did not propose is added by
// its code or from its own page, and one that was attached by mistake is taken
// out alone, with the reason in its history.
func TestOutageReportsByHand(t *testing.T) {
	o := open(t)
	o.articles()
	_, going, _ := o.outageDay()
	attached, err := o.st.OutageReports(t.Context(), going, store.ReportAttached, "", 10)
	if err != nil || len(attached) == 0 {
		t.Fatalf("%d attached, %v", len(attached), err)
	}
	wrong := attached[0].Row
	missed := o.report(0, "email", "otra@ejemplo.bo", "Rita Ficticia", "Consulta", "Mi oficina no puede consultar datos", tickets.Suggestion{Class: tickets.Support, Confidence: 0.5, System: "interop"})
	secret := o.report(0, "email", "mas@ejemplo.bo", "Luz Ficticia", "Consulta", "Tampoco desde aquí", tickets.Suggestion{Class: tickets.Support, Confidence: 0.5, System: "interop"})
	o.do(secret, "supervisor", tickets.ActFlag, "flag", string(tickets.FlagRestricted), "reason", "asunto delicado")
	o.do(secret, "supervisor", tickets.ActAssign, "user", o.who["supervisor"].ID)
	op, path := o.login("operador"), "/caidas/"+going

	if page := body(t, op.get("/casos/"+o.code(missed))); !strings.Contains(page, "Hay una caída de") || !strings.Contains(page, `value="add"`) {
		t.Error("the page of a case of the same system does not offer the outage that goes on")
	}
	for _, bad := range []struct{ what, code string }{{"no code", "lo que sea"}, {"no such case", "AIT-2026-999999-X"}, {"a restricted case", o.code(secret)}, {"the report itself", wrong.Code}} {
		if res := op.post(path, "accion", "add", "case", bad.code); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s is added: %d", bad.what, res.StatusCode)
		}
	}
	if res := o.login("supervisor").post(path, "accion", "add", "case", o.code(missed)); res.StatusCode != http.StatusUnprocessableEntity || o.outageState(going, missed) != "" {
		t.Errorf("a supervisor adds a report: %d", res.StatusCode)
	}
	if res := op.post(path, "accion", "add", "case", strings.ToLower(o.code(missed))); res.StatusCode != http.StatusSeeOther || o.outageState(going, missed) != store.ReportProposed {
		t.Errorf("the case is not among the reports: %d, %q", res.StatusCode, o.outageState(going, missed))
	}
	op.post(path, "accion", "refuse", "report", missed)
	op.post(path, "accion", "add", "case", o.code(missed))
	if got := o.outageState(going, missed); got != store.ReportProposed {
		t.Errorf("what was refused by mistake is %q", got)
	}

	page := body(t, op.get("/casos/"+wrong.Code))
	if !strings.Contains(page, "No es parte de la caída") || !strings.Contains(page, `name="report" value="`+wrong.ID+`"`) {
		t.Error("the page of an attached report does not offer to take it out")
	}
	if res := op.post(path, "accion", "detach", "report", wrong.ID, "reason", " "); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("taken out without a reason: %d", res.StatusCode)
	}
	if res := o.login("telefonista").post(path, "accion", "detach", "report", wrong.ID, "reason", "no"); res.StatusCode == http.StatusSeeOther {
		t.Error("a telephone operator takes a report out")
	}
	uit := o.login("uit")
	for _, act := range []string{"recall", "refuse", "tell", "close", "dismiss"} {
		if res := uit.post(path, "accion", act, "report", wrong.ID, "reason", "no", "text", "no"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("UIT does %s on an outage: %d", act, res.StatusCode)
		}
	}
	if res := uit.post(path, "accion", "detach", "report", wrong.ID, "reason", ""); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body(t, res), "Falta «Motivo»") {
		t.Errorf("UIT is not asked why it takes a report out: %d", res.StatusCode)
	}
	res := uit.post(path, "accion", "detach", "report", wrong.ID, "reason", "Pide cambiar su correo.", "volver", wrong.Code)
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/casos/"+wrong.Code) {
		t.Fatalf("%d to %q", res.StatusCode, to)
	}
	c, err := o.st.Ticket(t.Context(), wrong.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Step != "9.1/3" || c.Outage() != "" || c.Class != "" || o.outageState(going, wrong.ID) != store.ReportDetached {
		t.Errorf("the case is at %s in %q, class %q, %s in the outage", c.Step, c.Outage(), c.Class, o.outageState(going, wrong.ID))
	}
	if page := body(t, op.get("/casos/"+wrong.Code+"?ver=historia")); !strings.Contains(page, "Pide cambiar su correo.") {
		t.Error("the history does not say why")
	}
	if res := op.post(path, "accion", "detach", "report", wrong.ID, "reason", "otra vez"); res.StatusCode != http.StatusConflict {
		t.Errorf("taken out twice: %d", res.StatusCode)
	}
}

// TestOutageActsOnNothing: an act on marked reports of which none is marked is
// refused, instead of being said to go on.
func TestOutageActsOnNothing(t *testing.T) {
	o := open(t)
	o.articles()
	_, going, _ := o.outageDay()
	op := o.login("operador")
	for _, act := range []string{"attach", "refuse", "detach"} {
		res := op.post("/caidas/"+going, "accion", act, "reason", "ninguno")
		if page := body(t, res); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, "Falta «Casos marcados»") {
			t.Errorf("%s of nothing: %d", act, res.StatusCode)
		}
	}
}
