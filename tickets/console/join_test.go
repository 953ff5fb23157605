package console_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// TestJoiningPeople: by a proof of the list and nothing less, seen in both
// cases, taken back, in the audit log; a refusal keeps what was typed, and a
// restricted case is not told.
func TestJoiningPeople(t *testing.T) {
	o := open(t)
	guess := tickets.Suggestion{Class: tickets.Support, Confidence: 0.9}
	mail := o.ticket(o.report(time.Hour, "email", "rosa@ejemplo.bo", "Rosa Supuesta", "Correo", "no entra", guess))
	call := o.ticket(o.report(time.Hour, "phone", "+59171234567", "Rosa S.", "Llamada", "no entra", guess))
	hidden, _ := o.restricted()
	page := "/casos/" + mail.Code + "/persona"
	b := o.login("operador")
	const proof = "Nota formal de su entidad"
	for _, wrong := range [][2]string{{call.Code, ""}, {call.Code, "dice que es ella"}, {"nadie@ejemplo.bo", proof}, {"AIT-2026-999999-X", proof}, {o.ticket(hidden).Code, proof}, {"", proof}, {mail.Code, proof}} {
		res := b.post(page, "of", wrong[0], "proof", wrong[1], "detail", "hoja 7")
		if text := body(t, res); res.StatusCode != 422 || !strings.Contains(text, `value="hoja 7"`) || !strings.Contains(text, `name="of" value="`+wrong[0]+`"`) {
			t.Errorf("%q: %d", wrong, res.StatusCode)
		}
	}
	if res := o.login("jefatura").post(page, "of", call.Code, "proof", proof); res.StatusCode != 403 {
		t.Errorf("one who only reads joins: %d", res.StatusCode)
	}
	sees := func(want bool) {
		t.Helper()
		for a, other := range map[string]string{mail.Code: call.Code, call.Code: mail.Code} {
			_, beside, _ := strings.Cut(body(t, b.get("/casos/"+a)), `<aside class="side"`)
			if got := strings.Contains(beside, `href="/casos/`+other+`"`); got != want {
				t.Errorf("%s shows %s: %v, want %v", a, other, got, want)
			}
		}
	}
	sees(false)
	if res := b.post(page, "of", call.Code, "proof", proof, "detail", "hoja 7"); res.StatusCode != 303 {
		t.Fatal(res.StatusCode, body(t, res))
	}
	sees(true)
	text := body(t, b.get(page))
	id := regexp.MustCompile(`name="part" value="(\d+)"`).FindStringSubmatch(text)
	if id == nil || !strings.Contains(text, proof) || !strings.Contains(text, "hoja 7") {
		t.Fatal("the page does not show the join:", text)
	}
	if res := b.post("/casos/"+mail.Code+"/persona", "part", id[1]); res.StatusCode != 303 {
		t.Errorf("not parted: %d", res.StatusCode)
	}
	sees(false)
	if res := b.post(page, "part", id[1]); res.StatusCode != 422 {
		t.Errorf("parted twice: %d", res.StatusCode)
	}
	for act, n := range map[string]int{"person.join": 1, "person.part": 1} {
		if log, err := o.st.AuditLog(context.Background(), store.AuditFilter{Act: act, Target: mail.Code}); err != nil || len(log) != n {
			t.Errorf("%s: %+v, %v", act, log, err)
		}
	}
}
