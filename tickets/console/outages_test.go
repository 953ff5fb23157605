package console_test

import (
	"context"
	"errors"
	"net/http"
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
	if n := strings.Count(page, `name="report"`); n != 3 || !strings.Contains(page, "0 / 1</span>") {
		t.Errorf("%d reports are offered, want the three that nobody is attaching", n)
	}
	if page = body(t, boss.get("/caidas/"+ending)); !strings.Contains(page, "1 / 3</span>") || strings.Contains(page, `value="close"`) {
		t.Error("cases that are being closed are offered to be closed again, or their progress is not shown")
	}
	if o.work(10); strings.Count(body(t, op.get("/caidas/"+going)), `name="report"`) != 3 {
		t.Error("what was attached is offered again, or something else is not")
	}
	if page = body(t, boss.get("/caidas/"+ending)); !strings.Contains(page, "3 / 3</span>") || strings.Contains(page, `value="close"`) {
		t.Error("the batch is not said to be done")
	}
}
