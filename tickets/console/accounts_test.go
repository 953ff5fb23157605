package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
)

func TestThePhoneIsLinkedByThoseWhoKeepTheChannels(t *testing.T) {
	o := open(t)
	o.linked = []console.Account{
		{Name: "mesa", State: "unlinked"},
		{Name: "otra", State: "pairing", QR: "2@código-de-vinculación,abc,def", Detail: `<script>alert(1)</script>`},
	}
	page := func(login string) string {
		return body(t, o.login(login).get("/canales"))
	}
	boss := page("supervisor")
	for _, want := range []string{"/canales/mesa/vincular", "/canales/otra/vincular", "Sin teléfono vinculado", "Vincúlelo con el teléfono", "/canales/riesgo", "&lt;script&gt;"} {
		if !strings.Contains(boss, want) {
			t.Errorf("the supervisor's page lacks %q", want)
		}
	}
	code := body(t, o.login("supervisor").get("/canales/otra/vincular"))
	for _, want := range []string{`<svg class="qr"`, `hx-trigger="every 3s"`, "/canales/otra/codigo"} {
		if !strings.Contains(code, want) {
			t.Errorf("the page of the code lacks %q", want)
		}
	}
	if strings.Contains(code, `action="/canales/otra/vincular"`) {
		t.Error("a number that is being linked offers to be linked")
	}
	if op := page("operador"); strings.Contains(op, `class="qr"`) || strings.Contains(op, "/vincular") {
		t.Error("an operator sees the code or may ask for one")
	}
	if res := o.login("operador").post("/canales/mesa/vincular"); res.StatusCode != http.StatusForbidden {
		t.Errorf("an operator's request for a code: %s", res.Status)
	}
	if res := o.login("supervisor").post("/canales/nadie/vincular"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a number that is not configured: %s", res.Status)
	}
	o.login("supervisor").post("/canales/mesa/vincular")
	if !slices.Equal(o.paired, []string{"nadie", "mesa"}) {
		t.Errorf("asked for codes: %v", o.paired)
	}
}

// A code for the phone's keyboard is asked for by number; unlinking wants to be meant.
func TestLinkingByCodeAndUnlinking(t *testing.T) {
	o := open(t)
	o.linked = []console.Account{{Name: "mesa", State: "unlinked"}, {Name: "otra", State: "connected", Number: "+59171200000"}}
	b := o.login("supervisor")
	if res := b.post("/canales/mesa/codigo", "number", "no sé"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a number that is none: %s", res.Status)
	}
	if res := b.post("/canales/otra/codigo", "number", "71234567"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a number that is linked: %s", res.Status)
	}
	if res := b.post("/canales/mesa/codigo", "number", "71234567"); res.StatusCode != http.StatusSeeOther || !slices.Equal(o.coded, []string{"mesa +59171234567"}) {
		t.Errorf("%s, %q", res.Status, o.coded)
	}
	o.linked[0].State, o.linked[0].Code = "pairing", "ABCD-1234"
	if page := body(t, b.get("/canales/mesa/vincular")); !strings.Contains(page, "ABCD-1234") {
		t.Error("the code is not shown")
	}
	if res := b.post("/canales/otra/desvincular"); res.StatusCode != http.StatusBadRequest || o.unlinked != nil {
		t.Errorf("unlinked without being meant: %s", res.Status)
	}
	if res := b.post("/canales/otra/desvincular", "sure", "yes"); res.StatusCode != http.StatusSeeOther || !slices.Equal(o.unlinked, []string{"otra"}) {
		t.Errorf("%s, %q", res.Status, o.unlinked)
	}
	op := o.login("operador")
	for _, path := range []string{"/canales/mesa/codigo", "/canales/otra/desvincular"} {
		if res := op.post(path, "sure", "yes", "number", "71234567"); res.StatusCode != http.StatusForbidden {
			t.Errorf("an operator at %s: %s", path, res.Status)
		}
	}
	if res := op.get("/canales/riesgo"); res.StatusCode != http.StatusOK {
		t.Errorf("the page on the risk: %s", res.Status)
	}
}

// A number is banned: one act sends what waits for it by the persons' mail, or
// makes calls of it; what has no other way, and acknowledgements, wait.
func TestWaitingRepliesGoAnotherWay(t *testing.T) {
	o := open(t)
	o.linked = []console.Account{{Name: "whatsapp", State: "banned"}}
	chat := func(address, name string) string {
		return o.report(time.Hour, "whatsapp", address, name, "", "no puedo entrar", tickets.Suggestion{Class: tickets.Support})
	}
	withMail, byPhone, hidden := chat("+59171110001", "Ana"), chat("+59171110002", "Luis"), chat("lid:100000000000001", "Sin número")
	joined, mail := chat("lid:100000000000002", "Rosa"), o.report(time.Hour, "email", "rosa@example.bo", "Rosa", "Correo", "no entra", tickets.Suggestion{Class: tickets.Support})
	err := o.st.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.JoinPeople(store.Join{Person: o.ticket(joined).Person, Other: o.ticket(mail).Person, Proof: "lo dijo por correo", By: "op"}); err != nil {
			return err
		}
		return tx.LinkAddress(o.ticket(withMail).Person, tickets.Contact{Medium: "email", Value: "ana@example.bo"}, "lo dijo por teléfono", "op")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{withMail, byPhone, hidden, joined} {
		o.do(id, "operador", tickets.ActReply, "text", "Ya lo estamos viendo.")
	}
	b := o.login("supervisor")
	page := body(t, b.get("/canales/whatsapp/mover"))
	for _, want := range []string{"ana@example.bo", "Llamada", "No se conoce otro medio", "rosa@example.bo", "Mover las 3 que tienen otro medio"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if res := b.post("/canales/whatsapp/mover", "reason", " "); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %s", res.Status)
	}
	if res := o.login("uit").get("/canales/whatsapp/mover"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a unit: %s", res.Status)
	}
	if res := b.post("/canales/whatsapp/mover", "reason", "número suspendido"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s", res.Status)
	}
	var got []string
	all, err := o.st.Outbox(t.Context(), store.OutboxFilter{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Purpose == tickets.PurposeReply {
			got = append(got, string(r.Medium)+" "+r.To.Value+" "+string(r.State)+" "+r.Text)
		}
	}
	slices.Sort(got)
	want := []string{
		"email ana@example.bo queued Ya lo estamos viendo.",
		"email rosa@example.bo queued Ya lo estamos viendo.",
		"phone +59171110002 queued Ya lo estamos viendo.",
		"whatsapp +59171110001 cancelled Ya lo estamos viendo.",
		"whatsapp +59171110002 cancelled Ya lo estamos viendo.",
		"whatsapp lid:100000000000001 queued Ya lo estamos viendo.",
		"whatsapp lid:100000000000002 cancelled Ya lo estamos viendo.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the outbox:\n%s", strings.Join(got, "\n"))
	}
	if res := b.post("/canales/whatsapp/mover", "reason", "otra vez"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("moved twice: %s", res.Status)
	}
	history := body(t, b.get("/casos/"+o.code(withMail)))
	if !strings.Contains(history, "La respuesta que esperaba va por otro medio") || !strings.Contains(history, "número suspendido") {
		t.Error("the case does not tell of it")
	}
}
