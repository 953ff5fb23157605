package console_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ventanilla/tickets"
)

// focused tells where the focus is: what it is on, and whether it can be seen.
type focused struct {
	Is   bool
	Name string
	Seen bool
	Size float64
}

// tabTo presses Tab until the focus is on what the selector names; every stop on
// the way must show its focus, and be as large as a finger needs.
func (w walker) tabTo(selector string, most int) {
	w.t.Helper()
	var on focused
	for range most {
		w.do("Tab", chromedp.KeyEvent(kb.Tab))
		var err error
		on, err = chromedp.Run(w.ctx, chromedp.Evaluate[focused](fmt.Sprintf(`(() => {
			const e = document.activeElement || document.body, host = e.closest(".choice, .attach, .pick") || e, box = host.getBoundingClientRect(), of = (x) => getComputedStyle(x);
			const shows = (x) => of(x).boxShadow !== "none" || of(x).outlineStyle !== "none" && of(x).outlineWidth !== "0px" && of(x).outlineColor !== "rgba(0, 0, 0, 0)";
			return {Is: e.matches(%q), Name: e.tagName + " " + (e.getAttribute("aria-label") || e.innerText || e.name || e.id).slice(0, 60), Seen: e === document.body || [e, host, e.closest(".composer")].some(x => x && shows(x)) && box.width > 0, Size: e === document.body ? 24 : Math.min(box.width, box.height)};
		})()`, selector)))
		if err != nil {
			w.t.Fatal(err)
		}
		if !on.Seen {
			w.t.Errorf("the focus is not seen on %s", on.Name)
		}
		if on.Is {
			return
		}
	}
	w.t.Fatalf("%d times Tab do not reach %s; the focus is on %s", most, selector, on.Name)
}

// TestKeyboardAlone goes from the queue to a case, an act and a reply with Tab and Enter
// alone, as somebody does who has no mouse, and to the next case with its key.
func TestKeyboardAlone(t *testing.T) {
	o := open(t)
	for i := range 30 {
		o.report(time.Duration(i+1)*time.Minute, "email", fmt.Sprintf("persona%d@ejemplo.bo", i), fmt.Sprintf("Persona %d Ejemplo", i), "No puedo ingresar", "Olvidé mi contraseña.", tickets.Suggestion{Class: tickets.Support, Confidence: 0.9, Sure: true, System: "cd"})
	}
	w := walk(o)
	quiet := w.listen()
	w.enter("operador")
	w.do("the queue", chromedp.Navigate(o.srv.URL+"/bandeja"), chromedp.WaitVisible(chromedp.CSS("#rows .row")))
	w.tabTo(".skip", 1)
	w.do("to the content", chromedp.KeyEvent(kb.Enter))
	w.tabTo("#rows .row", 25)
	w.do("open the case", chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#case h1")))
	w.until("the focus went along into the case", `document.activeElement.matches("#case h1")`)
	w.tabTo("#case a[data-act=decidir]", 6)
	w.do("open the act", chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#act form")))
	w.until("the focus is in the form", `!!document.activeElement.closest("#act form")`)
	w.tabTo("#act .submit .primary", 20)
	w.do("save", chromedp.KeyEvent(kb.Enter))
	w.see("Quedó registrado y decidido.")
	w.until("the focus is on what was said", `document.activeElement.id === "flash"`)
	w.tabTo("#reply-text", 20)
	w.do("write", chromedp.KeyEvent("Ya lo estamos viendo."))
	w.tabTo(".composer .btn.primary", 6)
	w.do("send", chromedp.KeyEvent(kb.Enter))
	w.see("La respuesta salió a la cola.")
	w.until("the focus is on what was said", `document.activeElement.id === "flash"`)
	w.tabTo("#flash [data-next]", 1)
	before, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.querySelector("#case .case-head").dataset.code`))
	if err != nil {
		t.Fatal(err)
	}
	w.do("the next case, by its link", chromedp.KeyEvent(kb.Enter))
	w.until("another case is open", fmt.Sprintf(`(document.querySelector("#case .case-head")?.dataset.code || %q) !== %q`, before, before))
	quiet()
}
