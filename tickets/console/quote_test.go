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

// writes adds what a person said on WhatsApp and gives the message's id.
func (o *office) writes(id, external, text string) (message string) {
	o.t.Helper()
	c := o.ticket(id)
	m := &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.WhatsApp, ExternalID: external, Author: c.Person, Address: c.Contact.Value, Said: text}
	if err := o.st.Write(context.Background(), func(tx *store.Tx) error { return tx.AddMessage(id, m) }); err != nil {
		o.t.Fatal(err)
	}
	return m.ID
}

// TestQuoting: a message of the person on WhatsApp is chosen by a link, stands
// above the text, comes back with a refusal, a draft and an undone reply, goes
// out with the reply, and is refused with its reason if it cannot be quoted.
func TestQuoting(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "whatsapp", "+59170000001", "Vecina", "No abre", "no abre el sistema", tickets.Suggestion{})
	other := o.report(time.Hour, "whatsapp", "+59170000002", "Vecino", "Otra cosa", "otra cosa", tickets.Suggestion{})
	mail := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Correo", "por correo", tickets.Suggestion{})
	first, last := o.writes(id, "591/1", "sale <un> error"), o.writes(id, "591/2", "ya no importa")
	foreign := o.writes(other, "592/1", "de otro caso")
	b, code := o.login("operador"), o.code(id)
	self := "/casos/" + code
	field := func(m string) string { return `name="quote" value="` + m + `"` }

	page := body(t, b.get(self))
	if n := strings.Count(page, ">Citar</a>"); n != 2 || strings.Contains(page, "Quitar cita") {
		t.Fatalf("%d messages offer to be quoted, not the 2 that have an id", n)
	}
	if strings.Contains(body(t, b.get("/casos/"+o.code(mail))), ">Citar</a>") {
		t.Error("a mail offers to be quoted")
	}
	page = body(t, b.get(self+"?escribir=respuesta&quote="+first))
	if !strings.Contains(page, field(first)) || !strings.Contains(page, "sale &lt;un&gt; error</blockquote>") || !strings.Contains(page, "Quitar cita") {
		t.Error("the chosen message does not stand above the text")
	}
	if page := body(t, b.get(self+"?escribir=respuesta&quote="+foreign)); strings.Contains(page, "Quitar cita") || strings.Contains(page, "<blockquote>") {
		t.Error("the message of another case stands above the text")
	}

	b.post("/borrador", "borrador", code+":respuesta", "text", "Vea ahora", "quote", first)
	if page = body(t, b.get(self)); !strings.Contains(page, field(first)) || !strings.Contains(page, ">Vea ahora</textarea>") {
		t.Error("the quote did not come back with the draft")
	}
	if page = body(t, b.get(self+"?escribir=respuesta&quote=")); strings.Contains(page, field(first)) {
		t.Error("the quote cannot be taken back")
	}

	refused := func(what, message, why string) {
		t.Helper()
		res := b.post(self+"/reply", "version", "1", "text", "Vea ahora mismo", "quote", message)
		page := body(t, res)
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, why) || !strings.Contains(page, "Vea ahora mismo</textarea>") {
			t.Errorf("%s: status %d, want 422, the reason and the text", what, res.StatusCode)
		}
		if len(o.outbox(id)) != 0 {
			t.Errorf("%s went out", what)
		}
	}
	refused("the message of another case", foreign, "no es de una conversación de WhatsApp de este caso")
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		_, _, err := tx.Rewrite(id, last, last, "", tx.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	refused("a deleted message", last, "La persona borró ese mensaje")
	if page = body(t, b.get(self)); strings.Count(page, ">Citar</a>") != 1 || !strings.Contains(page, "La persona borró este mensaje") {
		t.Error("the deleted message is offered, or does not say that it was deleted")
	}

	if res := b.post(self+"/reply", "version", "1", "text", "Vea ahora mismo", "quote", first); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("replying: status %d", res.StatusCode)
	}
	if out := o.outbox(id); len(out) != 1 || out[0].Quote != first {
		t.Fatalf("the reply went out without its quote: %+v", out)
	}
	if page = body(t, b.get(self)); !strings.Contains(page, `<blockquote class="cited"><b>Vecina</b> <span>sale &lt;un&gt; error</span></blockquote>`) {
		t.Error("the reply does not show in the thread what it quotes")
	}
	b.post(self+"/unsend", "version", "1")
	if page = body(t, b.get(self)); !strings.Contains(page, field(first)) {
		t.Error("the quote did not come back with the reply that was taken back")
	}
}

// TestQuotedInTheThread: what a person's message on WhatsApp quotes stands above
// its words, with who said it, on the screen and with the card's number hidden on
// paper; a mail's quote stays folded.
func TestQuotedInTheThread(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "whatsapp", "+59170000001", "Vecina", "No abre", "no abre <esto>, CI 6839402", tickets.Suggestion{})
	mail := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Correo", "por correo", tickets.Suggestion{})
	long := strings.Repeat("es muy largo ", 20)
	o.quotes(id, channels.WhatsApp, "ahora sí", "> no abre <esto>, CI 6839402")
	o.quotes(id, channels.WhatsApp, "lo otro no", "> "+long)
	o.quotes(mail, channels.Email, "gracias", "> lo que dijimos")
	b := o.login("operador")

	page := body(t, b.get("/casos/"+o.code(id)))
	for _, want := range []string{
		`<blockquote class="cited"><b>Vecina</b> <span>no abre &lt;esto&gt;, CI 6839402</span></blockquote>`,
		`<blockquote class="cited"><span>` + strings.TrimSpace(long[:64]) + `…</span><details class="quote"><summary>Ver texto citado</summary>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the thread lacks %s", want)
		}
	}
	paper := body(t, b.get("/casos/"+o.code(id)+"/expediente"))
	if !strings.Contains(paper, `<b>Vecina</b> <span>no abre &lt;esto&gt;, CI`) || strings.Contains(paper, "6839402") {
		t.Error("the paper lacks the quote, or shows the number of a card")
	}
	page = body(t, b.get("/casos/"+o.code(mail)))
	if strings.Contains(page, `class="cited"`) || !strings.Contains(page, `<pre>&gt; lo que dijimos</pre>`) {
		t.Error("a mail's quote does not stay folded")
	}
}

// quotes adds a message of the case's person that quotes something.
func (o *office) quotes(id string, medium channels.Medium, text, quote string) {
	o.t.Helper()
	c := o.ticket(id)
	m := &store.Message{Direction: store.In, Kind: channels.Human, Medium: medium, Author: c.Person, Address: c.Contact.Value, Said: text, Text: quote + "\n" + text}
	if err := o.st.Write(context.Background(), func(tx *store.Tx) error { return tx.AddMessage(id, m) }); err != nil {
		o.t.Fatal(err)
	}
}
