package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// step posts an act on a case at its present version and expects it to be done.
func (o *office) step(b *browser, id, act string, pairs ...string) {
	o.t.Helper()
	c := o.ticket(id)
	res := b.post("/casos/"+c.Code+"/"+act, append(pairs, "version", itoa(c.Version))...)
	if res.StatusCode != http.StatusSeeOther {
		text := body(o.t, res)
		i := max(0, strings.Index(text, "banner bad"))
		o.t.Fatalf("%s at %s: status %d: %s", act, c.Step, res.StatusCode, text[i:min(len(text), i+500)])
	}
}

func (o *office) stands(id string, step tickets.Step) {
	o.t.Helper()
	if got := o.ticket(id).Step; got != step {
		o.t.Fatalf("the case stands at %s, want %s", got, step)
	}
}

// TestPR01 walks a case through 9.1 with plain forms, returned once.
func TestPR01(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "maria@ejemplo.bo", "María Ejemplo", "No puedo ingresar", "Olvidé mi contraseña", tickets.Suggestion{Class: tickets.Support, Confidence: 0.9})
	operator, boss := o.login("operador"), o.login("supervisor")
	round := func(solution string) {
		o.step(operator, id, "decidir", "problem", "No recuerda su contraseña", "system", "cd", "availability", "no", "prior_uit", "no", "evidence", "ninguno", "design", "no", "choose_uit", "no")
		o.stands(id, "9.1/5")
		o.step(operator, id, "solve", "solution", solution, "type", tickets.Resolved)
		o.step(operator, id, "kb", "decision", "not_needed", "reason", "ya se conoce")
		o.step(operator, id, "notify", "text", solution)
		o.stands(id, "9.1/7")
		o.deliver(id)
		o.step(operator, id, "submit")
		o.stands(id, "9.1/9")
	}
	round("Use «Recuperar contraseña».")
	code := o.code(id)
	if res := boss.post("/revision/"+code, "version", itoa(o.ticket(id).Version), "accion", "devolver"); res.StatusCode != 422 {
		t.Errorf("a return without its observation: status %d, want 422", res.StatusCode)
	}
	if res := boss.post("/revision/"+code, "version", itoa(o.ticket(id).Version), "accion", "devolver", "observation", "Falta decir qué hacer si no llega el código."); res.StatusCode != 303 {
		t.Errorf("returning: status %d, want 303", res.StatusCode)
	}
	o.stands(id, "9.1/3")
	round("Use «Recuperar contraseña»; si el código no llega, escríbanos.")
	if res := boss.post("/revision/"+code, "version", itoa(o.ticket(id).Version), "accion", "cerrar"); res.StatusCode != 303 {
		t.Fatalf("closing: status %d, want 303", res.StatusCode)
	}
	o.stands(id, tickets.Closed)
	if text := body(t, boss.get("/casos/"+code+"/expediente")); !strings.Contains(text, "está íntegra") {
		t.Error("the printed case does not say that its chain holds")
	}
}

// TestStaleFormKeepsWhatWasTyped: two people, one case.
func TestStaleFormKeepsWhatWasTyped(t *testing.T) {
	o := open(t)
	ids := o.day()
	c := o.ticket(ids["pass"])
	o.do(ids["pass"], "supervisor", tickets.ActSetFacts, "priority", "alta")
	res := o.login("operador").post("/casos/"+c.Code+"/decidir", "version", itoa(c.Version), "problem", "lo que escribí con cuidado", "availability", "no", "prior_uit", "no", "evidence", "ninguno", "design", "no")
	text := body(t, res)
	if res.StatusCode != http.StatusConflict || !strings.Contains(text, "lo que escribí con cuidado") || !strings.Contains(text, "Julio Modelo cambió el caso") {
		t.Errorf("a stale form: status %d, typed text kept: %v", res.StatusCode, strings.Contains(text, "lo que escribí con cuidado"))
	}
	o.stands(ids["pass"], "9.1/2")
	b, fields := o.login("operador"), []string{"version", itoa(o.ticket(ids["pass"]).Version), "problem", "la segunda pestaña lo cuenta así", "availability", "no", "prior_uit", "no", "evidence", "ninguno", "design", "no"}
	b.post("/casos/"+c.Code+"/decidir", fields...)
	o.stands(ids["pass"], "9.1/5")
	if text := body(t, b.post("/casos/"+c.Code+"/decidir", fields...)); !strings.Contains(text, `<dd class="said">la segunda pestaña lo cuenta así</dd>`) {
		t.Error("a form of an act that is done loses what was typed into it")
	}
}

// TestDoubleSubmit does the act once.
func TestDoubleSubmit(t *testing.T) {
	o := open(t)
	ids := o.day()
	c := o.ticket(ids["pass"])
	b := o.login("operador")
	for range 2 {
		b.post("/casos/"+c.Code+"/ask", "version", itoa(c.Version), "question", "¿Desde cuándo?")
	}
	after := o.ticket(ids["pass"])
	if after.Version != c.Version+1 || after.Outgoing != c.Outgoing+1 {
		t.Errorf("asked twice: version %d → %d, replies %d → %d", c.Version, after.Version, c.Outgoing, after.Outgoing)
	}
}

// TestCall logs calls: a new case by an operator and by a telephonist, one that
// goes on with an open case, one noted on paper.
func TestCall(t *testing.T) {
	o := open(t)
	b := o.login("operador")
	if res := b.post("/llamada", "numero", "7123", "dicho", "no puede entrar"); res.StatusCode != 422 || !strings.Contains(body(t, res), "no puede entrar") {
		t.Errorf("half a number: status %d, want 422 with what was typed", res.StatusCode)
	}
	res := b.post("/llamada", "numero", "71234567", "nombre", "Juan Supuesto", "dicho", "No puede entrar desde ayer", "sistema", "cd")
	code := codeIn(res.Header.Get("Location"))
	c, err := o.st.TicketByCode(context.Background(), code)
	if err != nil {
		t.Fatalf("after the call: %v (status %d)", err, res.StatusCode)
	}
	if c.Step != "9.1/3" || c.Contact.Value != "+59171234567" || c.Operator != o.who["operador"].ID || c.Suggestion.Class != tickets.Support {
		t.Errorf("the case of a call is at %s for %q, operator %q, suggestion %q", c.Step, c.Contact.Value, c.Operator, c.Suggestion.Class)
	}
	phone := o.login("telefonista")
	if text := body(t, phone.get("/llamada?numero=71234567")); !strings.Contains(text, code) {
		t.Error("the number's open case is not offered")
	}
	res = phone.post("/llamada", "numero", "71234567", "dicho", "Dice que ahora sale otro mensaje", "caso", code)
	if codeIn(res.Header.Get("Location")) != code {
		t.Errorf("going on with a case leads to %q", res.Header.Get("Location"))
	}
	thread, err := o.st.Thread(context.Background(), c.ID)
	if err != nil || len(thread) != 2 {
		t.Errorf("the case has %d messages (%v), want 2", len(thread), err)
	}
	then := time.Now().Add(-3 * time.Hour).In(time.FixedZone("", -4*3600)).Format("2006-01-02T15:04")
	if res := phone.post("/llamada", "numero", "76543210", "dicho", "anotada en papel", "hora", then); res.StatusCode != 422 {
		t.Errorf("noted on paper without the reason: status %d, want 422", res.StatusCode)
	}
	res = phone.post("/llamada", "numero", "76543210", "dicho", "anotada en papel", "hora", then, "motivo", "no había sistema")
	c, err = o.st.TicketByCode(context.Background(), codeIn(res.Header.Get("Location")))
	if err != nil {
		t.Fatal(err)
	}
	if c.Step != "9.1/2" || c.Created.Sub(c.Opened) < 2*time.Hour {
		t.Errorf("a call noted on paper: at %s, opened %s, entered %s", c.Step, c.Opened, c.Created)
	}
	sum, err := o.st.Accounts(context.Background())
	if err != nil || sum.Received != 3 || sum.Pending != 0 {
		t.Errorf("the ledger says %d received, %d pending (%v), want 3 and 0", sum.Received, sum.Pending, err)
	}
}

func codeIn(location string) string {
	code, _, _ := strings.Cut(strings.TrimPrefix(location, "/casos/"), "?")
	return code
}

// TestCallback: tries are written down, and only "told" notifies.
func TestCallback(t *testing.T) {
	o := open(t)
	ids := o.day()
	id := ids["callback"]
	reply := o.ticket(id).Notices[0].ReplyID
	b := o.login("telefonista")
	if res := b.post("/devoluciones/"+reply, "outcome", "no_answer", "note", "suena y nada"); res.StatusCode != 303 {
		t.Fatalf("a try: status %d", res.StatusCode)
	}
	o.stands(id, "9.1/7")
	if text := body(t, b.get("/devoluciones")); !strings.Contains(text, "suena y nada") {
		t.Error("the try is not shown")
	}
	if res := b.post("/devoluciones/"+reply, "outcome", "told"); res.StatusCode != 303 {
		t.Fatalf("told: status %d", res.StatusCode)
	}
	o.stands(id, "9.1/8")
	if res := b.post("/devoluciones/"+reply, "outcome", "told"); res.StatusCode != 400 {
		t.Errorf("told a second time: status %d, want 400", res.StatusCode)
	}
	out, err := o.st.Outgoing(context.Background(), reply)
	if err != nil || out.State != "delivered" {
		t.Errorf("the call-back is %q (%v), want delivered", out.State, err)
	}
}

func TestArticleFromCase(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "No llega el código", "no llega", tickets.Suggestion{})
	o.decided(id, "no", "no", "No llega el código")
	o.do(id, "operador", tickets.ActSolve, "type", tickets.Resolved, "solution", "Reinicie la aplicación.")
	b, code := o.login("operador"), o.code(id)
	if text := body(t, b.get("/conocimiento/nuevo?caso="+code)); !strings.Contains(text, "Reinicie la aplicación.") {
		t.Error("the article does not begin with the case's solution")
	}
	res := b.post("/conocimiento", "title", "No llega el código", "body", "Reinicie.", "visibility", "desk", "state", "published", "unit", "AIT", "procedure", "PR01", "caso", code, "version", "0")
	to := res.Header.Get("Location")
	if text := body(t, b.get(to)); res.StatusCode != 303 || !strings.Contains(text, `value="created" checked`) {
		t.Errorf("after writing the article: status %d to %q, the act is not filled in", res.StatusCode, to)
	}
	list, err := o.st.Articles(context.Background(), store.ArticleFilter{Text: "código", Desk: true})
	if err != nil || len(list) != 1 || list[0].Ticket != id {
		t.Errorf("the knowledge base has %d articles (%v)", len(list), err)
	}
}

// TestEvents: a change is on an open stream within a second.
func TestEvents(t *testing.T) {
	o := open(t)
	ids := o.day()
	res := o.login("operador").get("/eventos")
	defer res.Body.Close()
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Fatalf("the stream is %q", ct)
	}
	start := time.Now()
	go o.do(ids["wsp"], "operador", tickets.ActTake)
	buf := make([]byte, 4096)
	for text := ""; !strings.Contains(text, ids["wsp"]); {
		n, err := res.Body.Read(buf)
		if err != nil || time.Since(start) > 5*time.Second {
			t.Fatalf("no word of the change: %v", err)
		}
		text += string(buf[:n])
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("the change took %s", d)
	}
}

// TestReplyWithFile: what is attached goes out with the reply and is shown in the thread.
func TestReplyWithFile(t *testing.T) {
	o := open(t)
	ids := o.day()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for k, v := range map[string]string{"version": "1", "text": "Le envío la guía."} {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("archivo", "../guía de uso.pdf")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "%PDF-1.4 una guía")
	m.Close()
	b := o.login("operador")
	req, err := http.NewRequest("POST", o.srv.URL+"/casos/"+o.code(ids["pass"])+"/reply", &form)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Origin", o.srv.URL)
	res, err := b.Do(req)
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Fatalf("a reply with a file: %v, status %d: %s", err, res.StatusCode, body(t, res))
	}
	out, err := o.st.Outbox(context.Background(), store.OutboxFilter{Ticket: ids["pass"]})
	if err != nil || len(out) != 1 || len(out[0].Files) != 1 {
		t.Fatalf("the outbox has %d replies (%v), want one with a file", len(out), err)
	}
	if f := out[0].Files[0]; f.Type != "application/pdf" || strings.ContainsAny(f.Name, `/\`) || !strings.Contains(f.Name, "guía de uso.pdf") {
		t.Errorf("the file goes out as %+v", f)
	}
}

// TestUndeliveredNoticeIsSeen: a bounce stands above the case, and nobody closes over it.
func TestUndeliveredNoticeIsSeen(t *testing.T) {
	o := open(t)
	ids := o.day()
	id := ids["review"]
	notices := o.ticket(id).Notices
	reply := notices[len(notices)-1].ReplyID
	err := o.st.Update(context.Background(), id, func(t *tickets.Ticket) error {
		return t.Delivery(reply, "failed", o.time, "552 Mailbox full")
	})
	if err != nil {
		t.Fatal(err)
	}
	b, code := o.login("supervisor"), o.code(id)
	if text := body(t, b.get("/casos/"+code)); !strings.Contains(text, "La notificación no llegó.") || !strings.Contains(text, "552 Mailbox full") {
		t.Error("the case does not say that its notice failed, and why")
	}
	if res := b.post("/revision/"+code, "version", itoa(o.ticket(id).Version), "accion", "cerrar"); res.StatusCode != 422 {
		t.Errorf("closing over an undelivered notice: status %d, want 422", res.StatusCode)
	}
}
