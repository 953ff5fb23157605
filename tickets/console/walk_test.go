package console_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
)

// walker is a person at a real browser.
type walker struct {
	t   *testing.T
	ctx context.Context
	o   *office
	end time.Time
}

// walkTime is what a whole walk may take on a loaded machine; the usual is a
// twentieth of it. No single step has a limit of its own.
const walkTime = 2 * time.Minute

func walk(o *office) walker {
	return walker{o.t, chromium(o.t), o, time.Now().Add(walkTime)}
}

func (w walker) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, stop := context.WithDeadline(w.ctx, w.end)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		where, _ := chromedp.Run(w.ctx, chromedp.Evaluate[string](`location.pathname + " | " + (document.querySelector("#flash")?.innerText || "")`)) // only to say where it stopped
		w.t.Fatalf("%s: %v (at %s)", what, err, where)
	}
}

// see waits until the page shows a text.
func (w walker) see(text string) {
	w.t.Helper()
	w.until("see "+text, fmt.Sprintf(`document.body.innerText.includes(%q)`, text))
}

func (w walker) until(what, condition string) {
	w.t.Helper()
	for time.Now().Before(w.end) {
		ok, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](condition))
		if err == nil && ok {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	text, _ := chromedp.Run(w.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`)) // only to say where it stopped
	w.t.Fatalf("%s: not in time. The page shows:\n%s", what, text)
}

func (w walker) enter(login string) {
	w.t.Helper()
	w.do("log in as "+login, chromedp.Navigate(w.o.srv.URL+"/entrar"), chromedp.SendKeys(chromedp.CSS("#login"), login), chromedp.SendKeys(chromedp.CSS("#password"), password+kb.Enter), chromedp.WaitVisible(chromedp.CSS("#list")))
}

// listen hears the browser's console and log, where a request that was refused
// stands too; what it gives fails the test on any error heard so far.
func (w walker) listen() (quiet func()) {
	messages, stop := context.WithCancel(w.ctx)
	console := chromedp.Console(messages)
	return func() {
		w.t.Helper()
		stop()
		for m, err := range console {
			if err != nil {
				break
			}
			if strings.HasPrefix(string(m.Type), "err") || m.IsException() {
				w.t.Errorf("the browser's console: %s (%s)", m.Text, m.URL)
			}
		}
	}
}

// TestBrowserWalk is PR01 in Chromium, with the keyboard where there is a key:
// the report arrives in the open queue by itself, and no page is loaded anew
// until the supervisor comes. Nothing may be written to the browser's console.
func TestBrowserWalk(t *testing.T) {
	o := open(t)
	w := walk(o)
	quiet := w.listen()
	w.enter("operador")
	live, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](`!!window.htmx`))
	if err != nil || !live {
		t.Skipf("htmx is not built in (make build): the live walk needs it (%v)", err)
	}
	w.see("No hay nada pendiente en esta mesa")
	id := o.report(time.Minute, "email", "maria@ejemplo.bo", "María Ejemplo", "No puedo ingresar", "Olvidé mi contraseña y no me llega el código.", tickets.Suggestion{Class: tickets.Support, Confidence: 0.9, Sure: true, System: "cd"})
	w.see("María Ejemplo")
	w.do("open the case by keyboard", chromedp.KeyEvent("j"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#case h1")))
	w.see("Sugerida: Soporte 90 %")
	w.do("decide by keyboard", chromedp.KeyEvent("d"), chromedp.WaitVisible(chromedp.CSS("#act form")))
	w.do("save the decision", browsertest.Press("#act .submit .primary"))
	w.see("Quedó registrado y decidido.")
	o.stands(id, "9.1/5")
	w.do("solve", chromedp.KeyEvent("s"), chromedp.WaitVisible(chromedp.CSS("#f-solution")), chromedp.SendKeys(chromedp.CSS("#f-solution"), "Use «Recuperar contraseña»."), browsertest.Press("#act .submit .primary"))
	w.see("La solución quedó registrada.")
	w.do("knowledge", browsertest.Press("a[data-act=kb]"), chromedp.WaitVisible(chromedp.CSS("#act form")), browsertest.Press("#act input[value=not_needed]"),
		chromedp.WaitVisible(chromedp.CSS("#f-reason")), chromedp.SendKeys(chromedp.CSS("#f-reason"), "Ya está en la guía."), browsertest.Press("#act .submit .primary"))
	w.see("La base de conocimientos quedó resuelta.")
	w.do("notify", browsertest.Press("a[data-act=notify]"), chromedp.WaitVisible(chromedp.CSS("#f-text")), browsertest.Press("#act .submit .primary"))
	w.see("La notificación salió a la cola.")
	w.see("En cola")
	w.do("leave the form", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	o.deliver(id)
	w.see("Derivar la solución al supervisor")
	w.see("Enviado")
	w.do("submit", browsertest.Press("a[data-act=submit]"), chromedp.WaitVisible(chromedp.CSS("#act form")), browsertest.Press("#act .submit .primary"))
	w.see("El caso pasó al supervisor.")
	o.stands(id, "9.1/9")
	loads, err := chromedp.Run(w.ctx, chromedp.Evaluate[int](`performance.getEntriesByType("navigation").length + performance.getEntriesByType("resource").filter(r => r.name.endsWith(".css")).length`))
	if err != nil || loads > 2 {
		t.Errorf("the operator's walk loaded pages anew (%d, %v)", loads, err)
	}
	w.do("log out", chromedp.Evaluate[chromedp.Void](`document.querySelector(".me form").requestSubmit()`))
	w.see("Salió de la consola.")
	w.do("log in as supervisor", chromedp.SendKeys(chromedp.CSS("#login"), "supervisor"), chromedp.SendKeys(chromedp.CSS("#password"), password+kb.Enter), chromedp.WaitVisible(chromedp.CSS("#list")))
	w.do("go to the review by keyboard", chromedp.KeyEvent("g"), chromedp.KeyEvent("r"), chromedp.WaitVisible(chromedp.CSS("details.review")))
	w.see("El canal recibió la notificación")
	w.do("close", browsertest.Press("button[value=cerrar]"))
	w.see("El caso quedó cerrado.")
	o.stands(id, tickets.Closed)
	quiet()
}

// TestBrowserKeepsDrafts: what was typed survives a reload, and is gone once sent.
func TestBrowserKeepsDrafts(t *testing.T) {
	o := open(t)
	ids := o.day()
	w := walk(o)
	w.enter("operador")
	path := o.srv.URL + "/casos/" + o.code(ids["pass"])
	w.do("type a reply", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")), chromedp.SendKeys(chromedp.CSS("#reply-text"), "Buenos días, María"))
	w.until("the draft is kept", `Object.keys(localStorage).some(k => k.startsWith("borrador:") && localStorage.getItem(k).includes("Buenos días, María"))`)
	w.do("load the page again", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	w.until("the draft is back", `document.querySelector("#reply-text").value === "Buenos días, María"`)
	o.do(ids["pass"], "supervisor", tickets.ActSetFacts, "priority", "alta")
	w.see("Hay novedades en este caso.")
	w.until("the draft is untouched", `document.querySelector("#reply-text").value === "Buenos días, María"`)
	w.do("send it", chromedp.Evaluate[chromedp.Void](`document.querySelector("#compose form").requestSubmit()`))
	w.see("La respuesta salió a la cola.")
	w.do("load the page again", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	w.until("the draft is gone", `document.querySelector("#reply-text").value === ""`)

	w.do("type another", chromedp.SendKeys(chromedp.CSS("#reply-text"), "Algo más"))
	w.do("send it, and never see the answer", chromedp.Evaluate[chromedp.Void](`document.addEventListener("htmx:beforeSwap", (e) => { e.detail.shouldSwap = false; }); document.querySelector("#compose form").requestSubmit()`))
	for len(o.outbox(ids["pass"])) < 2 {
		w.until("the page lives", `true`)
	}
	w.do("load the page again", chromedp.Navigate(path), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	w.until("what was sent is not offered again", `document.readyState === "complete" && !Object.keys(localStorage).some(k => k.startsWith("borrador:")) && document.querySelector("#reply-text").value === ""`)
}

// TestBrowserLosesNothing: the session ends, then the server, in the middle of a reply.
func TestBrowserLosesNothing(t *testing.T) {
	o := open(t)
	ids := o.day()
	w := walk(o)
	w.enter("operador")
	path := "/casos/" + o.code(ids["pass"])
	const said = "Una respuesta larga y pensada"
	w.do("type a reply", chromedp.Navigate(o.srv.URL+path), chromedp.WaitVisible(chromedp.CSS("#reply-text")), chromedp.SendKeys(chromedp.CSS("#reply-text"), said))
	sessions, err := o.st.Sessions(context.Background(), o.who["operador"].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sessions {
		if err := o.st.EndSession(context.Background(), s.Token); err != nil {
			t.Fatal(err)
		}
	}
	w.do("send it", chromedp.Evaluate[chromedp.Void](`document.querySelector("#compose form").requestSubmit()`))
	w.see("Su sesión terminó.")
	w.do("log in again", chromedp.SendKeys(chromedp.CSS("#login"), "operador"), chromedp.SendKeys(chromedp.CSS("#password"), password+kb.Enter), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	w.until("back at the case with the reply", fmt.Sprintf(`location.pathname === %q && document.querySelector("#reply-text").value === %q`, path, said))
	if n := o.ticket(ids["pass"]).Outgoing; n != 0 {
		t.Errorf("%d replies went out without a session", n)
	}
	o.con.Close()
	o.srv.CloseClientConnections()
	o.srv.Listener.Close()
	w.do("send it to nobody", chromedp.Evaluate[chromedp.Void](`document.querySelector("#compose form").requestSubmit()`))
	w.see("No se pudo enviar")
	w.until("the reply is still there", fmt.Sprintf(`document.querySelector("#reply-text").value === %q`, said))
}
