package console_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
)

// crowd adds people to a unit until a list of them is long.
func (o *office) crowd(role tickets.Role) {
	for i := range 35 {
		o.hires(fmt.Sprint("otro", i), fmt.Sprint("Persona Ficticia ", i), true, role)
	}
}

// TestAssigningByName: in a long list whom a case is given to is written by name,
// with its accents or without, whole or begun; a name of nobody, or of several,
// is refused in words and stays written. The names stand once on a page of many.
func TestAssigningByName(t *testing.T) {
	o := open(t)
	o.crowd(tickets.Operador)
	ines := o.hires("ines", "Inés Muñoz Ejemplo", true, tickets.Operador)
	twin := o.hires("rosa2", "Rosa Repetida", true, tickets.Operador)
	o.hires("rosa1", "Rosa Repetida", true, tickets.Operador)
	o.hires("ida", "Ida Retirada", false, tickets.Operador)
	a := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Consulta", "no puedo entrar", tickets.Suggestion{})
	c := o.report(time.Hour, "email", "b@ejemplo.bo", "Beto", "Otra", "tampoco", tickets.Suggestion{})
	boss := o.login("supervisor")
	bulk := func(values ...string) (int, string) {
		t.Helper()
		fields := []string{"acto", "assign"}
		for i, id := range []string{a, c} {
			fields = append(fields, "caso", o.code(id))
			if len(values) > i {
				fields = append(fields, o.code(id)+".version", itoa(o.ticket(id).Version), o.code(id)+".user", values[i])
			}
		}
		res := boss.post("/bandeja/lote", fields...)
		return res.StatusCode, body(t, res)
	}

	_, page := bulk()
	if n := strings.Count(page, "<datalist"); n != 1 || strings.Count(page, ` list="staff-todos"`) != 3 || !strings.Contains(page, `<option value="Inés Muñoz Ejemplo">`) || strings.Contains(page, "Retirada") {
		t.Errorf("%d lists of names for two cases, want one that both and the field for all use, of those who may have them", n)
	}
	if !strings.Contains(page, `<option value="Rosa Repetida (rosa2)">`) {
		t.Error("two people of one name are not told apart")
	}

	status, page := bulk("ines mu", "Nadie Conocido")
	if status != http.StatusOK || o.ticket(a).Assignee != ines || o.ticket(c).Assignee != "" {
		t.Errorf("status %d; the cases are with %q and %q, want Inés and nobody", status, o.ticket(a).Assignee, o.ticket(c).Assignee)
	}
	if !strings.Contains(page, "Nadie de quienes pueden tener este caso se llama «Nadie Conocido».") || !strings.Contains(page, `value="Nadie Conocido"`) {
		t.Error("a name of nobody is not refused in words, or was lost")
	}
	for typed, names := range map[string]string{"Rosa Repetida": "Rosa Repetida (rosa1), Rosa Repetida (rosa2)", "persona": "Persona Ficticia 0, "} {
		if _, page = bulk("", typed); !strings.Contains(page, "«"+typed+"» puede ser "+names) || o.ticket(c).Assignee != "" {
			t.Errorf("%q does not say whom it may mean", typed)
		}
	}
	if _, page = bulk("", o.who["uit"].ID); !strings.Contains(page, "Nadie de quienes pueden tener este caso") || o.ticket(c).Assignee != "" {
		t.Error("a case at the desk is given to somebody of another unit")
	}

	self := "/casos/" + o.code(c)
	if page = body(t, boss.get(self+"?acto=assign")); !strings.Contains(page, ` list="staff-operador"`) {
		t.Error("the form of one case does not take a name")
	}
	o.step(boss, c, "assign", "user", "rosa repetida (rosa2)")
	if got := o.ticket(c).Assignee; got != twin {
		t.Errorf("the case is with %q, want the Rosa who was meant", got)
	}
}

// TestAssigningAllTo: whom many cases go to is written once, with its reason; a
// case that says otherwise goes where it says, and who cannot have a case is
// refused for that case alone, with everything that was written.
func TestAssigningAllTo(t *testing.T) {
	o := open(t)
	ids := o.day()
	ines := o.hires("ines", "Inés Muñoz Ejemplo", true, tickets.Operador)
	olga := o.hires("olga", "Olga Segunda", true, tickets.Operador)
	first, second := o.code(ids["pass"]), o.code(ids["wsp"])
	w := walk(o)
	quiet := w.listen()
	w.enter("supervisor")
	w.do("the queue", chromedp.Navigate(o.srv.URL+"/bandeja?v=abiertos"), chromedp.WaitVisible(chromedp.CSS("#rows .row")))
	w.until("marking three", fmt.Sprintf(`window.htmx && ["%s", "%s", "%s"].every(code => { const box = document.querySelector(".pick input[value='" + code + "']"); if (!box.checked) box.click(); return box.checked; })`, first, second, o.code(ids["down"])))
	w.until("assigning them", `(() => { document.querySelector("#lote button[value=assign]").click(); return true; })()`)
	w.until("one field for all, the cases' own folded", fmt.Sprintf(`window.htmx && document.querySelectorAll(".bulkcase details:not([open])").length === 3 && document.querySelector("[name='todos.user']").list.options.length > 3 && !document.querySelector("[name='%s.user']").checkVisibility()`, first))
	w.do("all to one", typeInto("[name='todos.user']", "ines mu"), typeInto("[name='todos.reason']", "queda de turno"))
	w.until("but the second", fmt.Sprintf(`(() => { const el = document.querySelector("[name='%s.user']"); el.closest("details").open = true; el.value = "Olga Segunda"; return true; })()`, second))
	w.do("save", browsertest.Press(".submit .primary"))
	w.until("the unit's case is refused, what was written stays", fmt.Sprintf(`document.body.innerText.includes("Se hizo en 2 casos") && document.body.innerText.includes("se llama «ines mu»") && document.querySelector("[name='todos.user']").value === "ines mu" && document.querySelector("[name='todos.reason']").value === "queda de turno" && document.querySelector("[name='%s.user']").checkVisibility()`, o.code(ids["down"])))
	for id, want := range map[string]string{ids["pass"]: ines, ids["wsp"]: olga} {
		if got := o.ticket(id).Assignee; got != want {
			t.Errorf("%s is with %q, want %q", o.code(id), got, want)
		}
		events, err := o.st.History(context.Background(), id, o.who["supervisor"])
		if last := events[len(events)-1]; err != nil || last.Record["reason"] != "queda de turno" {
			t.Errorf("%s: the reason for all is not in its history: %v, %v", o.code(id), last.Record, err)
		}
	}
	quiet()
}

// TestNarrowingInBulk: with many cases and a long list of staff nobody is listed
// before a name is looked for, each case by its own words; nothing is done by
// it, and what was typed and ticked stays.
func TestNarrowingInBulk(t *testing.T) {
	o := open(t)
	o.crowd(tickets.RoleUPAT)
	a := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Denuncia", "quiero denunciar", tickets.Suggestion{})
	c := o.report(time.Hour, "email", "b@ejemplo.bo", "Beto", "Otra", "yo también", tickets.Suggestion{})
	first, second := o.code(a), o.code(c)
	w := walk(o)
	quiet := w.listen()
	w.enter("operador")
	w.do("the queue", chromedp.Navigate(o.srv.URL+"/bandeja"), chromedp.WaitVisible(chromedp.CSS("#rows .row")))
	w.until("marking both", fmt.Sprintf(`window.htmx && ["%s", "%s"].every(code => { const box = document.querySelector(".pick input[value='" + code + "']"); if (!box.checked) box.click(); return box.checked; })`, first, second))
	w.until("flagging both", `(() => { document.querySelector("#lote button[value=flag]").click(); return true; })()`)
	w.until("the forms, without the staff", `document.querySelectorAll(".staff").length === 2 && !document.querySelector("[type=checkbox][name$='.people']")`)
	w.until("filling in the second", fmt.Sprintf(`(() => { if (!window.htmx) return false; document.querySelector("[name='%s.flag'][value=restricted]").click(); document.querySelector("[name='%[1]s.reason']").value = "pide reserva"; document.querySelector("[name='%[1]s.buscar']").focus(); return true; })()`, second))
	w.do("narrowing the second", typeInto("[name='"+second+".buscar']", "ficticia 7"), chromedp.KeyEvent(kb.Enter))
	w.until("one person in the second, none in the first", fmt.Sprintf(`[...document.querySelectorAll("[type=checkbox][name$='.people']")].map(el => el.name).join() === "%s.people" && document.activeElement.name === "%[1]s.buscar"`, second))
	w.until("what was typed", fmt.Sprintf(`document.querySelector("[name='%s.reason']").value === "pide reserva" && document.querySelector("[name='%[1]s.flag'][value=restricted]").checked`, second))
	if o.ticket(a).Has(tickets.FlagRestricted) || o.ticket(c).Has(tickets.FlagRestricted) {
		t.Fatal("narrowing did the act")
	}
	w.until("ticking and looking for another", fmt.Sprintf(`(() => { document.querySelector("[name='%s.people']").click(); const find = document.querySelector("[name='%[1]s.buscar']"); find.value = "ficticia 9"; find.nextElementSibling.click(); return true; })()`, second))
	w.until("who was ticked and who was found", fmt.Sprintf(`document.querySelectorAll("[name='%s.people']").length === 2 && document.querySelectorAll("[name='%[1]s.people']:checked").length === 1`, second))
	quiet()
}
