package console_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// hires adds somebody to the staff and gives their id.
func (o *office) hires(login, name string, active bool, roles ...tickets.Role) string {
	o.t.Helper()
	u := store.Staff{Login: login, Name: name, Hash: hashed(), Roles: roles, Active: active, Language: "es"}
	if err := o.st.Write(context.Background(), func(tx *store.Tx) error { return tx.AddStaff(&u) }); err != nil {
		o.t.Fatal(err)
	}
	return u.ID
}

// TestNamingWhoMaySee: who may see a restricted case (G33) is chosen from the
// staff by name; nobody who cannot enter or open cases is offered or taken; who
// was chosen stays, in a refusal, a draft, a narrowed list and afterwards.
func TestNamingWhoMaySee(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Denuncia", "quiero denunciar", tickets.Suggestion{})
	left := o.hires("exoperador", "Zoila Retirada", false, tickets.Operador)
	uit, adt, admin := o.who["uit"].ID, o.who["adt"].ID, o.who["administrador"].ID
	b, self := o.login("operador"), "/casos/"+o.code(id)
	form := self + "?acto=flag"
	box := func(id string, on bool) string {
		return `type="checkbox" name="people" value="` + id + `"` + map[bool]string{true: " checked"}[on] + ">"
	}
	has := func(page string, boxes ...string) {
		t.Helper()
		for _, want := range boxes {
			if !strings.Contains(page, want) {
				t.Errorf("the form lacks %s", want)
			}
		}
	}

	page := body(t, b.get(form))
	has(page, box(uit, false)+"<span>Iván Prueba <small>UIT</small>", box(adt, false))
	if strings.Contains(page, "Retirada") || strings.Contains(page, `value="`+admin+`"`) || strings.Contains(page, `name="filtrar"`) {
		t.Error("somebody is offered who cannot open cases, or a short list is to be narrowed")
	}

	b.post("/borrador", "borrador", o.code(id)+":flag", "reason", "pide reserva", "people", uit, "people", adt)
	has(body(t, b.get(form)), box(uit, true), box(adt, true), "pide reserva</textarea>")

	for who, name := range map[string]string{left: "Zoila Retirada", admin: "Ada Inventada", "nadie": "nadie"} {
		res := b.post(self+"/flag", "version", itoa(o.ticket(id).Version), "flag", "restricted", "reason", "denuncia", "people", uit, "people", who)
		page := body(t, res)
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, "«Quiénes pueden verlo» no sirve: "+name) || o.ticket(id).Has(tickets.FlagRestricted) {
			t.Errorf("naming %s: status %d, want 422 and why", name, res.StatusCode)
		}
		has(page, box(uit, true), "denuncia</textarea>")
	}

	o.step(b, id, "flag", "flag", "restricted", "reason", "denuncia", "people", uit, "people", adt)
	if got := o.ticket(id).Named; !slices.Equal(got, []string{uit, adt}) {
		t.Fatalf("named are %v", got)
	}
	if o.login("uit").get(self).StatusCode != http.StatusOK || o.login("upat").get(self).StatusCode != http.StatusNotFound {
		t.Error("who was named cannot see the case, or who was not can")
	}
	page = body(t, b.get(form))
	if !strings.Contains(page, "Ya pueden verlo: ") || strings.Contains(page, box(uit, false)) {
		t.Error("who is named already is not told apart")
	}
	if page = body(t, b.get(self+"/expediente")); !strings.Contains(page, "Iván Prueba, Dora Diseño") {
		t.Error("the history does not say by name who was named")
	}
}

// TestNarrowingTheStaff: a long list is narrowed by the server, without doing the
// act; who is ticked stays in it, and so does what was typed.
func TestNarrowingTheStaff(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Denuncia", "quiero denunciar", tickets.Suggestion{})
	for i := range 25 {
		o.hires(fmt.Sprint("otro", i), fmt.Sprint("Persona Ficticia ", i), true, tickets.RoleUPAT)
	}
	wanted := o.hires("ines", "Inés Muñoz Ejemplo", true, tickets.RoleUIT)
	b, self, adt := o.login("operador"), "/casos/"+o.code(id), o.who["adt"].ID
	if !strings.Contains(body(t, b.get(self+"?acto=flag")), `name="filtrar"`) {
		t.Fatal("a long list cannot be narrowed")
	}
	before := o.ticket(id).Version
	res := b.post(self+"/flag", "version", itoa(before), "filtrar", "1", "buscar", "ines mu", "flag", "restricted", "reason", "denuncia", "people", adt)
	page := body(t, res)
	if res.StatusCode != http.StatusOK || strings.Count(page, `type="checkbox" name="people"`) != 2 || !strings.Contains(page, `value="`+wanted+`">`) || !strings.Contains(page, `value="`+adt+`" checked>`) {
		t.Errorf("status %d, and the list is not the one found and the one ticked", res.StatusCode)
	}
	if !strings.Contains(page, "denuncia</textarea>") || !strings.Contains(page, `value="restricted" checked`) || o.ticket(id).Version != before {
		t.Error("narrowing lost what was typed, or did the act")
	}
	if page = body(t, b.post(self+"/flag", "version", itoa(before), "filtrar", "1", "buscar", "quienquiera")); !strings.Contains(page, "Nadie coincide.") {
		t.Error("an empty list is not said to be empty")
	}
}

// TestNarrowingInABrowser: with script, too, the button narrows the list and does
// nothing else, and each of several people who are ticked comes back with the draft.
func TestNarrowingInABrowser(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Denuncia", "quiero denunciar", tickets.Suggestion{})
	for i := range 30 {
		o.hires(fmt.Sprint("otro", i), fmt.Sprint("Persona Ficticia ", i), true, tickets.RoleUPAT)
	}
	uit, adt, form := o.who["uit"].ID, o.who["adt"].ID, o.srv.URL+"/casos/"+o.code(id)+"?acto=flag"
	w := walk(o)
	quiet := w.listen()
	w.enter("operador")
	ticked := fmt.Sprintf(`[...document.querySelectorAll("[name=people]:checked")].map(el => el.value).sort().join() === %q`, sorted(uit, adt))
	w.do("the form", chromedp.Navigate(form))
	w.until("ticking", fmt.Sprintf(`(() => { if (!window.htmx) return false; for (const v of ["restricted", %q, %q]) document.querySelector("form.act [value='" + v + "']").click(); return true; })()`, uit, adt))
	w.until("the draft", `Object.keys(localStorage).some(k => k.startsWith("borrador:") && localStorage[k].includes("restricted"))`)
	w.do("the form", chromedp.Navigate(form))
	w.until("coming back with the draft", ticked)
	w.until("narrowing", `(() => { document.querySelector("[name=buscar]").value = "ficticia 7"; document.querySelector("[name=filtrar]").click(); return true; })()`)
	w.until("the narrowed list", `document.querySelectorAll("[name=people]").length === 3 && location.search === "?acto=flag"`)
	w.until("who was ticked", ticked)
	if o.ticket(id).Has(tickets.FlagRestricted) {
		t.Error("narrowing did the act")
	}
	quiet()
}

func sorted(ids ...string) string {
	slices.Sort(ids)
	return strings.Join(ids, ",")
}

// TestUnnaming: who was named is taken off again with a reason; they no longer
// see the case, neither at its address nor in any list; the history says it by
// name and holds together; nobody else may do it, and no one who is not named is
// taken off. Who handled the case goes on seeing it, which the form says.
func TestUnnaming(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Denuncia", "quiero denunciar", tickets.Suggestion{})
	uit, adt, op2 := o.who["uit"].ID, o.who["adt"].ID, o.hires("otra", "Olga Segunda", true, tickets.Operador)
	b, boss, named, self := o.login("operador"), o.login("supervisor"), o.login("uit"), "/casos/"+o.code(id)
	if strings.Contains(body(t, b.get(self)), "acto=unname") {
		t.Error("somebody can be taken off a case that names nobody")
	}
	o.step(b, id, "take")
	o.step(b, id, "flag", "flag", "restricted", "reason", "denuncia", "people", uit, "people", adt, "people", op2)
	sees := func(who *browser) bool {
		t.Helper()
		in := who.get(self).StatusCode == http.StatusOK
		for _, list := range []string{"/bandeja?v=abiertos", "/buscar?q=denuncia"} {
			if got := strings.Contains(body(t, who.get(list)), o.code(id)); got != in {
				t.Errorf("the case opens: %v; %s has it: %v", in, list, got)
			}
		}
		return in
	}
	if !sees(named) {
		t.Fatal("who was named does not see the case")
	}

	form := body(t, b.get(self+"?acto=unname"))
	for _, want := range []string{`name="people" value="` + uit + `"><span>Iván Prueba <small>UIT</small>`, `value="` + adt + `"`, `value="` + op2 + `"`} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	refused := func(who *browser, pairs ...string) {
		t.Helper()
		res := who.post(self+"/unname", append(pairs, "version", itoa(o.ticket(id).Version))...)
		if res.StatusCode == http.StatusSeeOther || len(o.ticket(id).Named) != 3 {
			t.Errorf("%v: status %d, named are %v", pairs, res.StatusCode, o.ticket(id).Named)
		}
	}
	refused(b, "people", uit)                                              // no reason
	refused(b, "reason", "cambió de unidad")                               // nobody
	refused(b, "people", o.who["upat"].ID, "reason", "cambió de unidad")   // not named
	refused(named, "people", adt, "reason", "no le toca")                  // may not name either
	refused(o.login("upat"), "people", adt, "reason", "ni siquiera lo ve") // nor see it

	o.step(b, id, "unname", "people", uit, "reason", "cambió de unidad")
	if sees(named) || !slices.Equal(o.ticket(id).Named, []string{adt, op2}) {
		t.Errorf("who was taken off sees the case, or others were too: %v", o.ticket(id).Named)
	}
	if page := body(t, b.get(self+"/expediente")); !strings.Contains(page, "Quitó a quien podía verlo") || !strings.Contains(page, "cambió de unidad") || strings.Count(page, "Iván Prueba") < 2 {
		t.Error("the history does not say who was taken off and why")
	}
	events, err := o.st.History(context.Background(), id, o.who["supervisor"])
	if err != nil || tickets.VerifyChain(events) != nil || events[len(events)-1].Act != tickets.ActUnname || events[len(events)-1].Hash != o.ticket(id).LastEvent {
		t.Errorf("the history does not hold together: %v, %v", err, tickets.VerifyChain(events))
	}

	o.step(boss, id, "assign", "user", op2)
	o.step(boss, id, "assign", "user", o.who["operador"].ID)
	second := o.login("otra")
	res := second.post(self+"/unname", "version", itoa(o.ticket(id).Version), "people", op2, "reason", "ya no me toca")
	if to := res.Header.Get("Location"); to != "/bandeja?hecho=unname" || second.get(self).StatusCode != http.StatusNotFound {
		t.Errorf("who takes themselves off is led to %q, status %d", to, res.StatusCode)
	}

	o.step(b, id, "flag", "flag", "restricted", "reason", "otra vez", "people", op2)
	o.step(boss, id, "assign", "user", op2)
	if page := body(t, boss.get(self+"?acto=unname")); !strings.Contains(page, "lo seguirá viendo") {
		t.Error("the form does not say who goes on seeing the case")
	}

	page := body(t, boss.get(self+"?acto=unflag"))
	if !strings.Contains(page, "lo verá todo el personal") || !strings.Contains(page, "Se olvidará a quiénes se nombró (Dora Diseño, Olga Segunda)") {
		t.Error("the form does not say what becomes of a case that is no longer restricted, and of who was named")
	}
	o.step(boss, id, "unflag", "flag", "restricted", "reason", "aclarado")
	if !sees(named) || len(o.ticket(id).Named) > 0 {
		t.Errorf("all may see it, and %v are still named", o.ticket(id).Named)
	}
	o.step(b, id, "flag", "flag", "preferential", "reason", "adulto mayor")
	if page = body(t, b.get(self+"?acto=unflag")); strings.Contains(page, `value="restricted"`) || !strings.Contains(page, `value="preferential"`) {
		t.Error("a flag is offered to be lowered that the case has not, or one that it has is not")
	}
	if page = body(t, b.get(self+"?acto=unflag")); strings.Contains(page, "lo verá todo el personal") {
		t.Error("a case that all may see is said to become so")
	}
	if page = body(t, b.get(self+"?acto=flag")); strings.Contains(page, "Ya pueden verlo") {
		t.Error("restricting again begins with who was named before")
	}
}
