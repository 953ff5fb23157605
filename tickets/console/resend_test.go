package console_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

const refused463 = "463 el número no admite mensajes de la oficina"

// fails tells outbox and case that a reply was refused for good.
func (o *office) fails(id, reply string) {
	o.t.Helper()
	err := o.st.Write(o.t.Context(), func(tx *store.Tx) error {
		if _, news, err := tx.Moved(reply, channels.Failed, o.time, refused463); err != nil || !news {
			o.t.Errorf("%s fails: news %v, %v", reply, news, err)
			return err
		}
		return tx.Update(id, func(t *tickets.Ticket) error { return t.Delivery(reply, tickets.Failed, o.time, refused463) })
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// knows gives the person of a case another address.
func (o *office) knows(id, medium, value string) {
	o.t.Helper()
	err := o.st.Write(o.t.Context(), func(tx *store.Tx) error {
		return tx.LinkAddress(o.ticket(id).Person, tickets.Contact{Medium: medium, Value: value}, "lo dijo por teléfono", "op")
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// lines are the replies of a case, as "medium address state purpose", sorted.
func (o *office) lines(id string) (lines []string) {
	o.t.Helper()
	for _, r := range o.outbox(id) {
		lines = append(lines, string(r.Medium)+" "+r.To.Value+" "+string(r.State)+" "+string(r.Purpose))
	}
	slices.Sort(lines)
	return lines
}

var againForm = regexp.MustCompile(`(?s)<form class="again.*?</form>`)

// again gives the only form on a case's page that sends a failed reply again,
// and its number; empty if none is offered.
func (b *browser) again(path string) (form, number string) {
	b.o.t.Helper()
	all := againForm.FindAllString(body(b.o.t, b.get(path)), -1)
	if len(all) > 1 {
		b.o.t.Fatalf("%d forms", len(all))
	}
	if len(all) == 0 {
		return "", ""
	}
	if m := onceInput.FindStringSubmatch(all[0]); m != nil {
		number = m[1]
	}
	return html.UnescapeString(all[0]), number
}

// TestAFailedReplyIsSentAgain: from its place in the thread, by a plain form,
// once, to an address of the person; it stays failed and the history tells.
func TestAFailedReplyIsSentAgain(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := openAt(t, url)
		id := o.report(time.Hour, "whatsapp", "+59171110001", "Ana Figurada", "", "no puedo entrar", tickets.Suggestion{Class: tickets.Support})
		o.knows(id, "email", "ana@ejemplo.bo")
		o.knows(id, "phone", "+59122110001")
		o.do(id, "operador", tickets.ActAsk, "question", "¿Desde cuándo?")
		old := o.outbox(id)[0]
		self := "/casos/" + o.code(id)
		b := o.login("operador")
		if form, _ := b.again(self); form != "" {
			t.Error("offered for a question that is on its way")
		}
		o.fails(id, old.ID)
		if o.ticket(id).Waiting != nil {
			t.Fatal("waits for the answer to a question nobody got")
		}
		form, number := b.again(self)
		for _, want := range []string{"Por correo a ana@ejemplo.bo", `value="phone +59122110001"`, `value="phone +59171110001"`} {
			if !strings.Contains(form, want) {
				t.Errorf("the form lacks %q:\n%s", want, form)
			}
		}
		if strings.Contains(form, "Por WhatsApp") {
			t.Error("the way that failed is offered again")
		}
		for _, login := range []string{"supervisor", "telefonista", "uit"} {
			if form, _ := o.login(login).again(self); form != "" {
				t.Errorf("offered to %s", login)
			}
		}
		if form, _ := b.again(self + "/expediente"); form != "" {
			t.Error("the expediente has a form")
		}
		version := itoa(o.ticket(id).Version)
		send := func(pairs ...string) *http.Response {
			return b.post(self+"/reenviar", append([]string{"once", number, "version", version, "reply", old.ID}, pairs...)...)
		}
		if res := send("way", "email otra@ejemplo.bo"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("to somebody else's address: %s", res.Status)
		}
		for range 2 {
			res := send("way", "email ana@ejemplo.bo")
			if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != self+"?hecho=resend" {
				t.Fatalf("%s to %q", res.Status, to)
			}
		}
		want := []string{"email ana@ejemplo.bo queued question", "whatsapp +59171110001 failed question"}
		if got := o.lines(id); !slices.Equal(got, want) {
			t.Fatalf("the outbox after a double click:\n%s", strings.Join(got, "\n"))
		}
		if res := b.post(self+"/reenviar", "version", version, "reply", old.ID, "way", "phone +59122110001"); res.StatusCode != http.StatusConflict {
			t.Errorf("a stale form of what was sent again: %s", res.Status)
		}
		if res := b.post(self+"/reenviar", "version", itoa(o.ticket(id).Version), "reply", old.ID, "way", "phone +59122110001"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("sent again, twice: %s", res.Status)
		}
		c, fresh := o.ticket(id), o.outbox(id)[0]
		if c.Waiting == nil || c.Waiting.ReplyID != fresh.ID || fresh.Text != old.Text || fresh.By != o.who["operador"].ID {
			t.Errorf("waiting %+v, %+v", c.Waiting, fresh)
		}
		page := html.UnescapeString(body(t, b.get(self)))
		if !strings.Contains(page, "Enviado de nuevo a ana@ejemplo.bo") || strings.Contains(page, `class="again`) || !strings.Contains(page, refused463) {
			t.Error("the case does not tell what was done, or offers it again")
		}
		if text := html.UnescapeString(body(t, b.get(self+"?ver=historia"))); !strings.Contains(text, "Lo envió de nuevo por otra vía") || !strings.Contains(text, "Mensaje que no llegó") {
			t.Error("the history does not tell of it")
		}
		if res := b.post(self+"/unsend", "version", "1"); res.StatusCode != http.StatusSeeOther || o.ticket(id).Waiting != nil {
			t.Errorf("taking it back: %s", res.Status)
		}
		if form, _ := b.again(self); !strings.Contains(form, "ana@ejemplo.bo") {
			t.Error("what was taken back is not offered again")
		}
	})
}

// TestAFailedNoticeBecomesACall: the call waits with the others and, made,
// meets the duty to notify (G7). A form shown before somebody else's act is
// refused, and a case with one known address says that there is no other way.
func TestAFailedNoticeBecomesACall(t *testing.T) {
	o := open(t)
	ids := o.day()
	id := ids["callback"]
	o.knows(id, "email", "sonia@ejemplo.bo")
	o.do(id, "operador", tickets.ActNotify, "text", "Su cuenta ya no está bloqueada.", "medium", "email", "to", "sonia@ejemplo.bo", "reason", "lo pidió")
	old := o.ticket(id).Notices[1].ReplyID
	o.fails(id, old)
	b, self := o.login("operador"), "/casos/"+o.code(id)
	page := body(t, b.get(self))
	message := regexp.MustCompile(`href="` + self + `#(m[^"]+)"`).FindStringSubmatch(page)
	if message == nil || !strings.Contains(page, `id="`+message[1]+`"`) {
		t.Error("the banner does not lead to the message")
	}
	if list := body(t, o.login("supervisor").get("/canales")); message != nil && !strings.Contains(list, self+"#"+message[1]) {
		t.Error("the failed replies of the channels do not lead to the message")
	}
	before := itoa(o.ticket(id).Version)
	o.do(id, "supervisor", tickets.ActNote, "text", "Llamó.")
	send := func(version string) int {
		return b.post(self+"/reenviar", "version", version, "reply", old, "way", "phone +59173334444").StatusCode
	}
	if got := send(before); got != http.StatusConflict {
		t.Errorf("a stale form: status %d, want 409", got)
	}
	if got := send(itoa(o.ticket(id).Version)); got != http.StatusSeeOther {
		t.Fatalf("status %d", got)
	}
	call := o.outbox(id)[0]
	if call.Medium != "phone" || call.Purpose != tickets.PurposeNotice || call.Text != "Su cuenta ya no está bloqueada." {
		t.Fatalf("%+v", call)
	}
	if !strings.Contains(body(t, b.get("/devoluciones")), "/devoluciones/"+call.ID) {
		t.Error("the call is not among those to be made")
	}
	if res := b.post("/devoluciones/"+call.ID, "outcome", tickets.Told); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("telling: %s", res.Status)
	}
	o.stands(id, "9.1/8")
	if o.ticket(id).Has(tickets.FlagUndelivered) {
		t.Error("still undelivered")
	}

	id = ids["pass"]
	o.do(id, "operador", tickets.ActReply, "text", "Ya lo estamos viendo.")
	o.fails(id, o.outbox(id)[0].ID)
	if form, _ := b.again("/casos/" + o.code(id)); !strings.Contains(form, "No se conoce otra dirección") || strings.Contains(form, "<button") {
		t.Errorf("without another way: %s", form)
	}
	if res := b.post("/casos/"+o.code(id)+"/reenviar", "version", itoa(o.ticket(id).Version), "reply", call.ID, "way", "email maria@ejemplo.bo"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a reply of another case: %s", res.Status)
	}
}
