package console_test

import (
	"strings"
	"testing"

	"ventanilla/tickets"
)

// TestSignsAreTakenOver: what was read is a suggestion with its words; one
// click makes it the case's, by the act that there is for it, and then it is
// suggested no more.
func TestSignsAreTakenOver(t *testing.T) {
	o := open(t)
	if res := o.login("operador").post("/cuenta/habla", "habla", "qu"); res.StatusCode != 303 {
		t.Fatal(res.StatusCode)
	}
	if text := body(t, o.login("operador").get("/cuenta")); !strings.Contains(text, `value="qu" checked`) {
		t.Error("the account does not show which languages were said")
	}
	if res := o.login("operador").post("/cuenta/habla", "habla", "xx"); res.StatusCode != 400 {
		t.Error("any language is taken")
	}
	id := o.report(0, "email", "ana@ejemplo.bo", "Ana Ficticia", "Página", "signos", tickets.Suggestion{Class: tickets.Availability, System: "portal"})
	b := o.login("operador")
	code := o.code(id)
	page := func() string { return body(t, b.get("/casos/"+code)) }
	text := page()
	for _, want := range []string{"Posible incidente de seguridad", "hackearon la página", "Nota formal (G34) · GAMV/SIS/044/2026", "Escribe en Quechua", "Lo hablan: Rosa Ejemplo", "GAM de Viacha", "Habla por otra persona", "502"} {
		if !strings.Contains(text, want) {
			t.Errorf("the case does not show %q", want)
		}
	}
	accept := func(act string, fields ...string) {
		t.Helper()
		res := b.post("/casos/"+code+"/"+act, append([]string{"once", act + strings.Join(fields, ""), "version", itoa(o.ticket(id).Version)}, fields...)...)
		if res.StatusCode != 303 {
			t.Errorf("%s %q: %d %s", act, fields, res.StatusCode, body(t, res))
		}
	}
	accept("flag", "flag", "formal", "reason", "El reporte dice «GAMV/SIS/044/2026»", "number", "GAMV/SIS/044/2026")
	accept("set_facts", "entity", "GAM de Viacha")
	accept("set_facts", "language", "qu")
	accept("flag", "flag", "security", "reason", "El reporte dice «hackearon»")
	c := o.ticket(id)
	if !c.Has(tickets.FlagFormal) || c.Formal.Number != "GAMV/SIS/044/2026" || c.Entity != "GAM de Viacha" || c.Language != "qu" || !c.Has(tickets.FlagSecurity) || !c.Has(tickets.FlagRestricted) {
		t.Errorf("%+v", c)
	}
	text = page()
	for _, gone := range []string{"Confirmar y reservar", "Marcar como nota formal", "Anotar el idioma"} {
		if strings.Contains(text, gone) {
			t.Errorf("%q is still offered", gone)
		}
	}
	if text := body(t, o.login("auditor").get("/casos/"+code)); strings.Contains(text, "Dar prioridad") {
		t.Error("somebody who may do no act is offered one")
	}
}
