package console_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ventanilla/tickets"
)

// TestBrowserCallerIsNamed: the name that is known of a number stands in the
// form while the number is typed, so that the case is not of nobody; a name that
// the operator typed stays.
func TestBrowserCallerIsNamed(t *testing.T) {
	o := open(t)
	o.report(time.Hour, "phone", "+59170000001", "Nadie Inventado", "Consulta", "no puede entrar", tickets.Suggestion{})
	if text := body(t, o.login("operador").get("/llamada?numero=70000001")); !strings.Contains(text, `name="nombre" value="Nadie Inventado"`) {
		t.Error("a call that rings is not named")
	}
	w := walk(o)
	w.enter("operador")
	w.do("a known number", chromedp.Navigate(o.srv.URL+"/llamada"), chromedp.WaitVisible(chromedp.CSS("#numero")), typeInto("#numero", "70000001"))
	w.until("its name", `document.querySelector("#nombre").value === "Nadie Inventado"`)
	w.do("another number", chromedp.Evaluate[chromedp.Void](`document.querySelector("#numero").value = ""`), typeInto("#numero", "70000002"))
	w.until("no name", `document.querySelector("#nombre").value === ""`)
	w.do("a name by hand, and the first number", typeInto("#nombre", "Su hermana"), chromedp.Evaluate[chromedp.Void](`document.querySelector("#numero").value = ""`), typeInto("#numero", "70000001"))
	w.until("the number is looked up", `document.querySelector("#look").textContent.includes("Nadie Inventado")`)
	w.until("the name by hand stays", `document.querySelector("#nombre").value === "Su hermana"`)
}
