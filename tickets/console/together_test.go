package console_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
)

// typeInto types as a person does, with events for each key.
func typeInto(sel, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(sel), text)
}

// TestBrowserTwoPeopleOneCase: each sees the other, and that the other writes;
// a stop tells what the other said meanwhile; nobody's text is lost.
func TestBrowserTwoPeopleOneCase(t *testing.T) {
	o := open(t)
	ids := o.day()
	path := o.srv.URL + "/casos/" + o.code(ids["pass"])
	a, b := walk(o), walk(o)
	quiet := a.listen()
	a.enter("operador")
	b.enter("supervisor")
	a.do("open", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	b.do("open", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#case h1")))
	a.see("También lo ve Julio Modelo")
	a.do("write", typeInto("#reply-text", "Buenos días, "))
	b.see("Rosa Ejemplo escribe aquí")
	b.do("note", chromedp.KeyEvent("n"), chromedp.WaitVisible(chromedp.CSS("#compose form.note")), typeInto("#reply-text", "Ya lo arregló la otra mesa."), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))
	b.see("La nota quedó guardada.")
	a.see("Hay novedades en este caso.")
	a.do("send", typeInto("#reply-text", "pruebe ahora."), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))
	a.see("llegó algo mientras usted escribía")
	a.see("Ya lo arregló la otra mesa.")
	a.until("the text is kept", `document.querySelector("#reply-text").value === "Buenos días, pruebe ahora."`)
	if n := len(o.outbox(ids["pass"])); n != 0 {
		t.Fatalf("%d replies went out over the stop", n)
	}
	a.do("send anyway", browsertest.Press("#compose .primary"))
	a.see("Su mensaje sale en")
	a.do("undo by key", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`), chromedp.KeyEvent("u"))
	a.see("El envío se deshizo")
	a.until("the text is back", `document.querySelector("#reply-text").value === "Buenos días, pruebe ahora."`)
	b.do("leave", chromedp.Navigate(o.srv.URL+"/cuenta"))
	a.until("whoever left is gone", `!document.querySelector("#present").textContent.includes("Julio")`)
	_ = quiet // the stop's 409 stands in the browser's log, and should
}

// TestBrowserDraftOnAnotherComputer: what was typed is there in another browser.
func TestBrowserDraftOnAnotherComputer(t *testing.T) {
	o := open(t)
	ids := o.day()
	path := o.srv.URL + "/casos/" + o.code(ids["pass"])
	a := walk(o)
	a.enter("operador")
	a.do("write", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")), typeInto("#reply-text", "A medio escribir"))
	for {
		u, err := o.st.Unsent(context.Background(), o.who["operador"].ID, o.code(ids["pass"])+":respuesta")
		if err == nil && u.Fields["text"] == "A medio escribir" {
			break
		}
		a.until("the page lives", `true`)
	}
	b := walk(o)
	b.enter("operador")
	b.do("open elsewhere", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	b.until("the draft is there", `document.querySelector("#reply-text").value === "A medio escribir"`)
	b.do("double click", chromedp.Evaluate[chromedp.Void](`(() => { const b = document.querySelector("#compose .primary"); b.click(); b.click(); })()`))
	b.see("La respuesta salió a la cola.")
	if n := len(o.outbox(ids["pass"])); n != 1 {
		t.Errorf("a double click sends %d replies", n)
	}
	b.do("open again", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	b.until("the draft is gone", `document.querySelector("#reply-text").value === ""`)
}

// TestBrowserHand: marks, bulk, palette, template, dropped file and the next
// case, by keyboard alone; the focus is never lost.
func TestBrowserHand(t *testing.T) {
	o := open(t)
	ids := o.day()
	w := walk(o)
	quiet := w.listen()
	w.enter("operador")
	focused := func(what string) {
		t.Helper()
		w.until(what+": the focus is somewhere", `document.activeElement !== document.body`)
	}
	w.do("mark two", chromedp.KeyEvent("j"), chromedp.KeyEvent("x"), chromedp.KeyEvent("j"), chromedp.KeyEvent("x"))
	w.until("two are marked", `document.querySelectorAll(".pick input:checked").length === 2 && document.querySelector("[data-marked]").textContent === "2"`)
	w.do("take them", browsertest.Press(`.bulk button[value=take]`))
	w.until("done or told why not", `location.pathname === "/bandeja/lote" || document.body.innerText.includes("todos los casos marcados")`)
	w.do("palette", chromedp.Navigate(o.srv.URL+"/bandeja?v=abiertos"), chromedp.WaitVisible(chromedp.CSS("#list")), chromedp.KeyEvent("k", chromedp.KeyModifiers(2)), chromedp.WaitVisible(chromedp.CSS("#palette")), typeInto("#palette input", o.code(ids["wsp"])))
	w.until("the case is found", fmt.Sprintf(`[...document.querySelectorAll("#palette li")].some(li => li.textContent.includes(%q))`, o.code(ids["wsp"])))
	w.do("go", chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	w.do("an act by palette", chromedp.KeyEvent("k", chromedp.KeyModifiers(2)), chromedp.WaitVisible(chromedp.CSS("#palette")), typeInto("#palette input", "registrar y"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#act form")))
	focused("after the palette")
	w.do("it is no matter of availability, but of design", browsertest.Press("#act input[name=availability][value=no]"), browsertest.Press("#act input[name=design][value=yes]"))
	w.do("decide", browsertest.Press("#act .submit .primary"))
	w.see("Quedó registrado y decidido.")
	focused("after an act")
	w.do("a template", browsertest.Press(".phrases summary"), browsertest.Press(".phrases .menu a"))
	w.until("its open slot is selected", `(() => { const a = document.querySelector("#reply-text"); return a.value.includes("Juan Supuesto") && document.activeElement === a; })()`)
	w.do("formatting", chromedp.Evaluate[chromedp.Void](`(() => { const a = document.querySelector("#reply-text"); a.value = "Es *muy* fácil"; a.dispatchEvent(new Event("input", {bubbles: true})); })()`))
	w.until("the preview shows it", `document.querySelector(".preview .bubble b")?.textContent === "muy"`)
	w.do("paste a file", chromedp.Evaluate[chromedp.Void](`(() => { const t = new DataTransfer(); t.items.add(new File(["x"], "captura.png", {type: "image/png"}));
		document.querySelector("#reply-text").dispatchEvent(new ClipboardEvent("paste", {clipboardData: t, bubbles: true, cancelable: true})); })()`))
	w.until("the file is attached", `document.querySelector("[data-attached]").textContent.includes("captura.png")`)
	w.do("send", chromedp.Evaluate[chromedp.Void](`document.querySelector("#compose form").requestSubmit()`))
	w.see("La respuesta salió a la cola.")
	if out := o.outbox(ids["wsp"]); len(out) != 1 || len(out[0].Files) != 1 || out[0].Files[0].Name != "captura.png" {
		t.Errorf("the reply went out as %+v", out)
	}
	focused("after sending")
	before := o.code(ids["wsp"])
	w.do("the next case", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`), chromedp.KeyEvent("."))
	w.until("another case is open", fmt.Sprintf(`!!document.querySelector("#case .case-head") && document.querySelector("#case .case-head").dataset.code !== %q`, before))
	w.do("help", chromedp.KeyEvent("?"), chromedp.WaitVisible(chromedp.CSS("#keys")), chromedp.KeyEvent(kb.Escape))
	o.stands(ids["wsp"], o.ticket(ids["wsp"]).Step)
	quiet()
}

// TestBrowserListKeepsStill: while the hand is on the list nothing moves under
// it; what arrived waits behind a button.
func TestBrowserListKeepsStill(t *testing.T) {
	o := open(t)
	o.day()
	w := walk(o)
	w.enter("operador")
	w.do("the hand on the list", chromedp.KeyEvent("j"))
	top, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.activeElement.id`))
	if err != nil {
		t.Fatal(err)
	}
	o.report(0, "email", "nuevo@ejemplo.bo", "Persona Nueva", "Acaba de llegar", "algo nuevo", tickets.Suggestion{Class: tickets.Support, Confidence: 1, Sure: true})
	w.until("the button tells of it", `!document.querySelector("#fresh").hidden && document.querySelector("#fresh").textContent === "Mostrar 1 más"`)
	w.until("nothing moved", fmt.Sprintf(`document.querySelector("#rows .row").id === %q && document.activeElement.id === %q`, top, top))
	w.do("show", browsertest.Press("#fresh"))
	w.until("it is there", `document.querySelector("#rows .row").textContent.includes("Persona Nueva") && document.querySelector("#fresh").hidden`)
	w.until("a guess is not certain", `document.querySelector("#rows .row .kind").textContent.includes("99 %")`)
	w.until("it is unread", `!!document.querySelector("#rows .row").querySelector(".pip") && document.querySelector("#rows .row").textContent.includes("sin leer")`)
	w.do("open it", browsertest.Press("#rows .row"), chromedp.WaitVisible(chromedp.CSS("#case .case-head")))
	w.until("its row says so no more", `!document.querySelector("#rows .row").querySelector(".pip") && !document.querySelector("#rows .row").textContent.includes("sin leer")`)
}
