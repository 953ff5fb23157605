package console_test

import (
	"regexp"
	"strings"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// TestSuggestions: what the program noticed is shown to the desk, done when it
// is accepted, and gone when it is decided.
func TestSuggestions(t *testing.T) {
	o := open(t)
	guess := tickets.Suggestion{Class: tickets.Support, Confidence: 0.6, System: "ppte"}
	old := o.report(0, "phone", "+59171239999", "Ana Ficticia", "Pago pendiente", "Mi pago sigue pendiente", guess)
	late := o.report(0, "whatsapp", "+59171239999", "Ana", "Pago", "Otra vez por mi pago pendiente", guess)
	err := o.st.Write(t.Context(), func(tx *store.Tx) error {
		for _, s := range []store.Suggestion{
			{Ticket: late, Kind: store.SuggestSame, Other: old, Reason: "matter"},
			{Ticket: late, Kind: store.SuggestPerson, Other: o.ticket(old).Person, Reason: "number"},
			{Ticket: late, Kind: store.SuggestSplit, Reason: "two"},
		} {
			if err := tx.Suggest(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/casos/" + o.code(late)
	if text := body(t, o.login("uit").get(path)); strings.Contains(text, "/sugerencias/") {
		t.Error("a unit is asked what the desk decides")
	}
	hidden, in := o.restricted()
	err = o.st.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Suggest(store.Suggestion{Ticket: late, Kind: store.SuggestSame, Other: hidden, Reason: "matter"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if text := body(t, o.login("operador").get(path)); strings.Contains(text, in["{code}"]) {
		t.Error("a suggestion names a restricted case to whoever may not see it")
	}
	if text := body(t, o.login("supervisor").get(path)); !strings.Contains(text, in["{code}"]) {
		t.Error("the supervisor is not asked about the restricted case")
	}
	b := o.login("operador")
	form := regexp.MustCompile(`action="(/casos/[^"]*/sugerencias/[^"]*)"`)
	for i, answer := range []string{"yes", "yes", "no"} {
		text := body(t, b.get(path))
		open := form.FindAllStringSubmatch(text, -1)
		if len(open) != 3-i {
			t.Fatalf("%d suggestions are open, want %d", len(open), 3-i)
		}
		b.post(open[0][1], "aceptar", answer)
		b.post(open[0][1], "aceptar", answer) // twice does nothing more
	}
	if text := body(t, b.get(path)); !strings.Contains(text, `href="/casos/`+o.code(old)+`"`) || strings.Contains(text, "Es su único caso") {
		t.Error("the case does not show that its person called before")
	}
	joined := body(t, b.get(path+"/persona"))
	part := regexp.MustCompile(`name="part" value="(\d+)"`).FindStringSubmatch(joined)
	if part == nil || !strings.Contains(joined, "es el mismo número de teléfono") {
		t.Fatal("what was joined cannot be taken back:", joined)
	}
	c := o.ticket(late)
	if len(c.Links) != 1 || c.Links[0].Kind != "related" || c.Links[0].Case != old {
		t.Errorf("the cases are not linked: %+v", c.Links)
	}
	err = o.st.Write(t.Context(), func(tx *store.Tx) error {
		who, err := tx.FindPerson(c.Contact)
		if who != o.ticket(old).Person {
			t.Errorf("the number is %s's, want the caller's", who)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if res := b.post(path+"/persona", "part", part[1]); res.StatusCode != 303 {
		t.Error("not taken back:", res.StatusCode)
	}
	if text := body(t, b.get(path)); !strings.Contains(text, "Es su único caso") {
		t.Error("taken back, the persons are still one")
	}
}

// TestRefusedPersonsStayApart: that two persons are not the same holds in the
// next case of either, too.
func TestRefusedPersonsStayApart(t *testing.T) {
	o := open(t)
	guess := tickets.Suggestion{Class: tickets.Support, Confidence: 0.6, System: "ppte"}
	caller := o.report(0, "phone", "+59171238888", "Ana Ficticia", "Pago", "Mi pago sigue pendiente", guess)
	writer := o.report(0, "whatsapp", "+59171238888", "Luis", "Pago", "No puedo pagar", guess)
	again := o.report(0, "whatsapp", "+59171238888", "Luis", "Firma", "Mi token no firma", guess)
	suggest := func(in, other string) int {
		t.Helper()
		err := o.st.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Suggest(store.Suggestion{Ticket: in, Kind: store.SuggestPerson, Other: o.ticket(other).Person, Reason: "number"})
		})
		list, err2 := o.st.Suggestions(t.Context(), in)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		return len(list)
	}
	if n := suggest(writer, caller); n != 1 {
		t.Fatalf("%d suggestions, want 1", n)
	}
	b := o.login("operador")
	form := regexp.MustCompile(`action="(/casos/[^"]*/sugerencias/[^"]*)"`).FindStringSubmatch(body(t, b.get("/casos/"+o.code(writer))))
	b.post(form[1], "aceptar", "no")
	if n := suggest(again, caller); n != 0 {
		t.Error("who was said to be another is suggested in the next case")
	}
	if n := suggest(caller, writer); n != 0 {
		t.Error("and so is the other way round")
	}
}

// TestStatedPersons: who only says a number that is another person's is not
// joined by one press; the page that joins them asks for the proof, and the
// suggestion is gone once they are one.
func TestStatedPersons(t *testing.T) {
	o := open(t)
	guess := tickets.Suggestion{Class: tickets.Support, Confidence: 0.6}
	chat := o.ticket(o.report(0, "whatsapp", "+59171237777", "Ana Ficticia", "Código", "No llega el código", guess))
	mail := o.ticket(o.report(0, "email", "ana@ejemplo.bo", "Ana Ficticia", "Código", "Sigue sin llegar, mi número es 71237777", guess))
	err := o.st.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Suggest(store.Suggestion{Ticket: mail.ID, Kind: store.SuggestPerson, Other: chat.Person, Reason: "stated"})
	})
	if err != nil {
		t.Fatal(err)
	}
	b := o.login("operador")
	text := body(t, b.get("/casos/"+mail.Code))
	const page = "/persona?of=%2B59171237777"
	if !strings.Contains(text, `href="/casos/`+mail.Code+page+`"`) || strings.Contains(text, `value="yes">Es la misma persona`) {
		t.Fatal("the case does not lead to the page that joins:", text)
	}
	if text := body(t, b.get("/casos/"+mail.Code+page)); !strings.Contains(text, `name="of" value="&#43;59171237777"`) {
		t.Error("the other person is not filled in:", text)
	}
	if res := b.post("/casos/"+mail.Code+"/persona", "of", "+59171237777", "proof", "Nota formal de su entidad"); res.StatusCode != 303 {
		t.Fatal(res.StatusCode)
	}
	if text := body(t, b.get("/casos/"+mail.Code)); strings.Contains(text, "/sugerencias/") {
		t.Error("it is still asked whether they are one")
	}
}

// TestUnsureGuess: what the machine is not sure of is said so in the list and in
// the case, and no percentage lends it weight.
func TestUnsureGuess(t *testing.T) {
	o := open(t)
	code := o.code(o.report(0, "email", "ana@ejemplo.bo", "Ana Ficticia", "😡", "😡", tickets.Suggestion{Class: tickets.Support, Confidence: 0.33}))
	b := o.login("operador")
	for _, path := range []string{"/bandeja", "/casos/" + code} {
		if text := body(t, b.get(path)); !strings.Contains(text, "sin seguridad") || strings.Contains(text, "Soporte 33 %") {
			t.Errorf("%s does not say that the guess is unsure", path)
		}
	}
	if text := body(t, b.get("/casos/"+code+"?acto=decidir")); !strings.Contains(text, "nada está marcado") || regexp.MustCompile(`name="(availability|design)"[^>]*checked`).MatchString(text) {
		t.Error("an unsure guess is marked to be confirmed")
	}
	sure := o.code(o.report(0, "email", "ana@ejemplo.bo", "Ana Ficticia", "Clave", "Olvidé mi clave. Además, el menú confunde.", tickets.Suggestion{Class: tickets.Support, Confidence: 0.9, Sure: true}))
	if text := body(t, b.get("/casos/"+sure+"?acto=decidir")); !regexp.MustCompile(`name="availability" value="no"[^>]*checked`).MatchString(text) {
		t.Error("a sure guess is not marked:", text)
	}
	if text := body(t, b.get("/casos/"+sure+"?acto=split")); !regexp.MustCompile(`name="problem"[^>]*>Olvidé mi clave. Además, el menú confunde.`).MatchString(text) {
		t.Error("the form of a second problem does not begin with what was said:", text)
	}
}
