package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// says adds a message of the person to a case.
func (o *office) says(id, text string) {
	o.t.Helper()
	c := o.ticket(id)
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		return tx.AddMessage(id, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Medium(c.Contact.Medium), Author: c.Person, AuthorName: c.Contact.Name, Address: c.Contact.Value, Said: text})
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) outbox(id string) []store.Outgoing {
	o.t.Helper()
	out, err := o.st.Outbox(context.Background(), store.OutboxFilter{Ticket: id})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// TestUndoSend: a reply waits ten seconds on disk; taking it back cancels it
// there and gives the text back. What a channel has claimed cannot be undone.
func TestUndoSend(t *testing.T) {
	o := open(t)
	ids := o.day()
	id, code, b := ids["pass"], o.code(ids["pass"]), o.login("operador")
	start := time.Now()
	if res := b.post("/casos/"+code+"/reply", "version", "1", "text", "Pruebe ahora, por favor."); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("replying: status %d", res.StatusCode)
	}
	held := o.outbox(id)[0]
	if d := held.NextTry.Sub(start); d < tickets.UndoFor-time.Second || d > tickets.UndoFor+10*time.Second {
		t.Errorf("the reply is held for %s", d)
	}
	if list, err := o.st.ClaimOutgoing(context.Background(), "", 10, time.Minute); err != nil || len(list) > 0 && list[0].ID == held.ID {
		t.Errorf("a channel got what can still be undone: %v", err)
	}
	if text := body(t, b.get("/casos/"+code)); !strings.Contains(text, "/unsend") {
		t.Error("undoing is not offered")
	}
	if text := body(t, o.login("supervisor").get("/casos/"+code)); strings.Contains(text, "/unsend") {
		t.Error("undoing is offered to another person")
	}
	res := b.post("/casos/"+code+"/unsend", "version", "1")
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.Contains(to, "hecho=unsend") {
		t.Fatalf("undoing: status %d to %q", res.StatusCode, to)
	}
	if text := body(t, b.get("/casos/"+code)); !strings.Contains(text, ">Pruebe ahora, por favor.</textarea>") || !strings.Contains(text, "Anulado") {
		t.Error("the text is not back in the form, or the thread does not say that it was taken back")
	}
	if s := o.outbox(id)[0].State; s != channels.Cancelled {
		t.Errorf("the outbox says %q", s)
	}
	if res := b.post("/casos/"+code+"/unsend", "version", "1"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("undoing twice: status %d, want 422", res.StatusCode)
	}
	b.post("/casos/"+code+"/reply", "version", "1", "text", "Pruebe ahora mismo.")
	if err := o.st.TryNow(context.Background(), o.outbox(id)[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.st.ClaimOutgoing(context.Background(), "", 10, time.Minute); err != nil {
		t.Fatal(err)
	}
	if res := b.post("/casos/"+code+"/unsend", "version", "1"); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body(t, res), "no se puede deshacer") {
		t.Errorf("undoing what a channel has: status %d, want 422 and the reason", res.StatusCode)
	}
}

// TestUndoQuestionAndNotice: the case stands as before, and the form is open again with the text.
func TestUndoQuestionAndNotice(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "No llega el código", "no llega", tickets.Suggestion{})
	b, code := o.login("operador"), o.code(id)
	o.step(b, id, "ask", "question", "¿Qué operadora de celular usa?")
	if o.ticket(id).Waiting == nil {
		t.Fatal("the case does not wait")
	}
	res := b.post("/casos/"+code+"/unsend", "version", "1")
	if text := body(t, b.get(res.Header.Get("Location"))); o.ticket(id).Waiting != nil || !strings.Contains(text, "¿Qué operadora de celular usa?</textarea>") {
		t.Errorf("after undoing a question: waiting %v, to %q", o.ticket(id).Waiting, res.Header.Get("Location"))
	}
	o.decided(id, "no", "no", "No llega el código")
	o.do(id, "operador", tickets.ActSolve, "type", tickets.Resolved, "solution", "Reinicie la aplicación.")
	o.do(id, "operador", tickets.ActKB, "decision", "not_needed", "reason", "conocido")
	o.step(b, id, "notify", "text", "Reinicie la aplicación y pida otro código.")
	b.post("/casos/"+code+"/unsend", "version", "1")
	o.stands(id, "9.1/7")
	if n := o.ticket(id).Notices; n[len(n)-1].State != tickets.Cancelled {
		t.Errorf("the notice is %s", n[len(n)-1].State)
	}
}

// TestStopWhenNewsArrive: what arrived meanwhile is shown before the reply
// goes, what was typed is kept, and sending again sends.
func TestStopWhenNewsArrive(t *testing.T) {
	o := open(t)
	ids := o.day()
	id, code, b := ids["pass"], o.code(ids["pass"]), o.login("operador")
	seen := field(t, body(t, b.get("/casos/"+code)), "visto")
	o.says(id, "Ya lo resolví, gracias.")
	res := b.post("/casos/"+code+"/reply", "version", "1", "visto", seen, "text", "Elija «¿Olvidó su contraseña?».")
	text := body(t, res)
	if res.StatusCode != http.StatusConflict || !strings.Contains(text, "Ya lo resolví, gracias.»") || !strings.Contains(text, "Elija «¿Olvidó su contraseña?».</textarea>") || len(o.outbox(id)) != 0 {
		t.Fatalf("news meanwhile: status %d, %d replies", res.StatusCode, len(o.outbox(id)))
	}
	res = b.post("/casos/"+code+"/reply", "version", "1", "visto", field(t, text, "visto"), "text", "Elija «¿Olvidó su contraseña?».")
	if res.StatusCode != http.StatusSeeOther || len(o.outbox(id)) != 1 {
		t.Errorf("sent again: status %d, %d replies", res.StatusCode, len(o.outbox(id)))
	}
	o.do(id, "supervisor", tickets.ActNote, "text", "Espere: hay una falla.")
	res = b.post("/casos/"+code+"/reply", "version", "1", "visto", field(t, text, "visto"), "text", "Otra cosa")
	text = body(t, res)
	if res.StatusCode != http.StatusConflict || !strings.Contains(text, "Espere: hay una falla.") {
		t.Errorf("a colleague's note meanwhile: status %d, want 409", res.StatusCode)
	}
	if res := b.post("/casos/"+code+"/reply", "version", "1", "visto", field(t, text, "visto"), "text", "Otra cosa"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("sent over the note: status %d, want 303", res.StatusCode)
	}
}

// TestDoubtStopsOnce: a text with another person's data is shown once more; sent
// again as it stands it goes, changed it is read anew.
func TestDoubtStopsOnce(t *testing.T) {
	o := open(t)
	ids := o.day()
	id, code, b := ids["pass"], o.code(ids["pass"]), o.login("operador")
	const said = "Su cuenta la tiene pedro@ejemplo.com."
	res := b.post("/casos/"+code+"/reply", "version", "1", "text", said)
	text := body(t, res)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, "Parece un dato de otra persona: pedro@ejemplo.com") || !strings.Contains(text, said+"</textarea>") {
		t.Fatalf("another person's address: status %d", res.StatusCode)
	}
	seal := field(t, text, "revisado")
	if res := b.post("/casos/"+code+"/reply", "version", "1", "text", said+" Y la UIT lo sabe.", "revisado", seal); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another text under the old answer: status %d, want 422", res.StatusCode)
	}
	if res := b.post("/casos/"+code+"/reply", "version", "1", "text", said, "revisado", seal); res.StatusCode != http.StatusSeeOther || len(o.outbox(id)) != 1 {
		t.Errorf("sent anyway: status %d", res.StatusCode)
	}
	if res := b.post("/casos/"+code+"/note", "version", "1", "text", "Dice pedro@ejemplo.com; avisar a la UIT."); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a note is held back too: status %d", res.StatusCode)
	}
}

// TestDraftsAreKept: without a script too; each has their own; sending empties it.
func TestDraftsAreKept(t *testing.T) {
	o := open(t)
	ids := o.day()
	code, b := o.code(ids["pass"]), o.login("operador")
	res := b.post("/borrador", "borrador", code+":respuesta", "once", "n1", "text", "Buenos días, le cuen")
	if to := res.Header.Get("Location"); to != "/casos/"+code+"?hecho=draft" {
		t.Fatalf("keeping a draft leads to %q (%d)", to, res.StatusCode)
	}
	if text := body(t, b.get("/casos/"+code)); !strings.Contains(text, ">Buenos días, le cuen</textarea>") {
		t.Error("the draft is not in the form")
	}
	if text := body(t, o.login("supervisor").get("/casos/"+code)); strings.Contains(text, "le cuen") {
		t.Error("somebody else reads the draft")
	}
	b.post("/borrador", "borrador", code+":decidir", "once", "n2", "problem", "a medio escribir", "availability", "yes")
	if text := body(t, b.get("/casos/"+code+"?acto=decidir")); !strings.Contains(text, "a medio escribir</textarea>") || !strings.Contains(text, `name="availability" value="yes" checked`) {
		t.Error("the act's form does not hold what was typed")
	}
	b.post("/casos/"+code+"/reply", "version", "1", "borrador", code+":respuesta", "once", "n1", "text", "Buenos días, le cuento.")
	b.post("/borrador", "borrador", code+":respuesta", "once", "n1", "text", "Buenos días, le cuento.")
	if text := body(t, b.get("/casos/"+code)); strings.Contains(text, "le cuento.</textarea>") {
		t.Error("a save that came after the sending brought the text back")
	}
}

// TestTemplateFills the case's own data in, and leaves what it does not know.
func TestTemplateFills(t *testing.T) {
	o := open(t)
	ids := o.day()
	code, b := o.code(ids["pass"]), o.login("operador")
	text := body(t, b.get("/casos/"+code+"?plantilla=pedir-datos"))
	if !strings.Contains(text, "María Ejemplo Quispe:") || !strings.Contains(text, "su caso "+code+" necesitamos que nos diga {dato}.") {
		t.Error("the template is not in the form, filled")
	}
	res := b.post("/casos/"+code+"/reply", "version", "1", "text", "Necesitamos que nos diga {dato}.")
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body(t, res), "Falta llenar {dato}") {
		t.Errorf("an open slot goes out: status %d", res.StatusCode)
	}
}

// field is the value of a form's hidden field; the first of that name.
func field(t *testing.T, page, name string) string {
	t.Helper()
	_, after, ok := strings.Cut(page, `name="`+name+`" value="`)
	if !ok {
		t.Fatalf("the page has no field %s", name)
	}
	v, _, _ := strings.Cut(after, `"`)
	return v
}
