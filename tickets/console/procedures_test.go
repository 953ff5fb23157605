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

// stride is one act of a walk: who does it, what they fill in, and where the
// case stands afterwards.
type stride struct {
	who  string
	act  tickets.Act
	fill map[string]string
	then tickets.Step
}

// as gives the browser to someone else and opens the case.
func (w walker) as(login, code string) {
	w.t.Helper()
	w.o.enter(w.ctx, login)
	w.do("open the case as "+login, chromedp.Navigate(w.o.srv.URL+"/casos/"+code), chromedp.WaitVisible(chromedp.CSS("#case h1")))
}

// click scrolls to the middle, where nothing covers it, as a person does, and clicks.
func (w walker) click(selector string) {
	w.t.Helper()
	w.until("there is "+selector, fmt.Sprintf(`!!document.querySelector(%q)`, selector))
	w.do("click "+selector, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "center"})`, selector)), chromedp.Click(chromedp.CSS(selector)))
}

// make clicks the offered move, fills in its form and sends it. It is done when
// the case is shown anew with the good news above it.
func (w walker) make(act tickets.Act, fill map[string]string) {
	w.t.Helper()
	form := fmt.Sprintf(`#act form[action$="/%s"]`, act)
	w.click(fmt.Sprintf(`.moves a[data-act="%s"]`, act))
	w.do("open "+string(act), chromedp.WaitVisible(chromedp.CSS(form+" .submit .primary")))
	for name, value := range fill {
		field := fmt.Sprintf(`%s [name="%s"]`, form, name)
		kind, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).type`, field)))
		if err != nil {
			w.t.Fatalf("%s has no field %s: %v", act, name, err)
		}
		switch kind {
		case "radio":
			w.click(fmt.Sprintf(`%s[value="%s"]`, field, value))
		case "select-one":
			w.do("select "+name, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(e => { e.value = %q; e.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector(%q))`, value, field)))
		default:
			w.do("fill in "+name, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).value = ""`, field)), chromedp.SendKeys(chromedp.CSS(field), value))
		}
	}
	w.do("send "+string(act), chromedp.Evaluate[chromedp.Void](`document.querySelector("#case .case-head").dataset.before = "1"`))
	w.click(form + " .submit .primary")
	w.until(string(act)+" is done", `!!document.querySelector("#case .case-head:not([data-before])") && !!document.querySelector("#flash.good")`)
	wide, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth + 1`))
	if err != nil || wide {
		w.t.Errorf("after %s the page scrolls sideways (%v)", act, err)
	}
}

// walkThrough does every stride by its own role, tells the case that its notice
// was taken where it says so, and compares the trail with the manual's.
func (w walker) walkThrough(id string, strides []stride, trail string) {
	w.t.Helper()
	code, at := w.o.code(id), ""
	for _, s := range strides {
		if s.who != at {
			w.as(s.who, code)
			at = s.who
		}
		w.make(s.act, s.fill)
		if s.act == tickets.ActNotify {
			w.o.deliver(id)
		}
		w.o.stands(id, s.then)
	}
	var got []string
	for _, d := range w.o.ticket(id).Trail {
		got = append(got, string(d.Step))
	}
	if want := strings.Fields(trail); !slices.Equal(got, want) {
		w.t.Errorf("the trail is\n%v, the manual's\n%v", got, want)
	}
}

// article writes an article and gives its id.
func (o *office) article() string {
	o.t.Helper()
	a := store.Article{Title: "Lo que ya se sabía", Body: "Está escrito.", System: "cd", Unit: tickets.AIT, Procedure: "PR02", Visibility: store.Desk, State: store.Published, By: o.who["operador"].ID}
	if err := o.st.Write(context.Background(), func(tx *store.Tx) error { a.ID, a.Version = "ya-escrito", 0; return tx.SaveArticle(&a) }); err != nil {
		o.t.Fatal(err)
	}
	return a.ID
}

// nowhere asks for everything that is shown of a case, as everybody but those
// who may read it, and finds the text in none of it.
func (o *office) nowhere(id, text string, may ...string) {
	o.t.Helper()
	self := "/casos/" + o.code(id)
	for _, r := range roles {
		b, seen := o.login(string(r)), false
		for _, path := range []string{self, self + "?ver=historia", self + "/expediente"} {
			res := b.get(path)
			if r == tickets.Supervisor && res.StatusCode != http.StatusOK {
				o.t.Errorf("%s asks for %s: status %d", r, path, res.StatusCode)
			}
			found := strings.Contains(body(o.t, res), text)
			seen = seen || found
			if found && !slices.Contains(may, string(r)) {
				o.t.Errorf("%s reads «%s» in %s", r, text, path)
			}
		}
		if slices.Contains(may, string(r)) && !seen {
			o.t.Errorf("%s does not find «%s» anywhere", r, text)
		}
	}
}

// TestBrowserPR02 walks 9.2 through ACGII at a desk's size, to the close, and
// looks for what only ACGII may read (G20).
func TestBrowserPR02(t *testing.T) {
	o := open(t)
	const secret = "El atacante entró por el servidor de pruebas"
	id := o.report(time.Hour, "email", "jefe@ejemplo.bo", "Municipio de Ejemplo", "El servicio no responde", "Desde ayer el servicio de consulta responde 503.", tickets.Suggestion{Class: tickets.Availability, Confidence: 0.93, Sure: true, System: "interop"})
	w := walk(o)
	resize(t, w.ctx, 1440, 900, false)
	quiet := w.listen()
	w.walkThrough(id, []stride{
		{"operador", "decidir", map[string]string{"problem": "El servicio responde 503.", "availability": "yes"}, "9.2/2"},
		{"uit", tickets.ActAnalyse, map[string]string{"record": "Hay ingresos que nadie reconoce."}, "9.2/3"},
		{"uit", tickets.ActRoute, map[string]string{"to": "acgii", "reason": "Parece un ataque."}, "9.2/3.C.1"},
		{"acgii", tickets.ActAnalyse, map[string]string{"record": "Se revisaron los registros."}, "9.2/3.C.2"},
		{"acgii", tickets.ActClassifyIncident, map[string]string{"class": "intrusión", "priority": "alta", "record": "Incidente 12."}, "9.2/3.C.3"},
		{"acgii", tickets.ActRespond, map[string]string{"actions": "Se aisló el servidor.", "impact": "Un servicio.", "causes": "Una clave débil."}, "9.2/3.C.4"},
		{"acgii", tickets.ActInternalResult, map[string]string{"result": secret}, "9.2/3.C.5"},
		{"acgii", tickets.ActCoordinate, map[string]string{"record": "Cambie las claves del servicio.", "summary": "El servicio se recupera."}, "9.2/3.A.2"},
		{"uit", tickets.ActManage, map[string]string{"actions": "Claves cambiadas."}, "9.2/4"},
		{"uit", tickets.ActSolve, map[string]string{"solution": "El servicio responde otra vez.", "type": tickets.Resolved}, "9.2/5"},
		{"uit", tickets.ActDeriveSolution, map[string]string{"note": "Para notificar."}, "9.2/6"},
		{"operador", tickets.ActKB, map[string]string{"decision": "existing", "article": o.article()}, "9.2/7"},
		{"operador", tickets.ActNotify, map[string]string{"text": "Buenos días: el servicio responde otra vez."}, "9.2/8"},
		{"supervisor", tickets.ActApprove, map[string]string{"note": "Correcto."}, "9.2/9"},
		{"supervisor", tickets.ActClose, nil, tickets.Closed},
	}, "9.1/1 9.1/2 9.1/3 9.2/1 9.2/2 9.2/3 9.2/3.C.1 9.2/3.C.2 9.2/3.C.3 9.2/3.C.4 9.2/3.C.5 9.2/3.A.2 9.2/4 9.2/5 9.2/6 9.2/7 9.2/8 9.2/9")
	for _, path := range []string{"", "?ver=historia", "/expediente"} {
		w.do("read the case as supervisor", chromedp.Navigate(o.srv.URL+"/casos/"+o.code(id)+path), chromedp.WaitReady(chromedp.CSS("h1")))
		w.until("the supervisor does not read the internal result", fmt.Sprintf(`document.title.includes(%q) && !document.documentElement.outerHTML.includes(%q)`, o.code(id), secret))
	}
	quiet()
	o.nowhere(id, secret, "acgii")
}

// TestBrowserPR03 walks 9.3 through UPAT and UIT on a telephone, to the close.
func TestBrowserPR03(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "ana@ejemplo.bo", "Ana Figurada", "El botón queda tapado", "El botón «Aprobar» queda detrás del teclado.", tickets.Suggestion{Class: tickets.FunctionalDesign, Confidence: 0.9, Sure: true, System: "cd"})
	w := walk(o)
	resize(t, w.ctx, 360, 740, false)
	quiet := w.listen()
	w.walkThrough(id, []stride{
		{"operador", "decidir", map[string]string{"problem": "El botón queda tapado.", "availability": "no", "design": "yes"}, "9.3/2"},
		{"adt", tickets.ActAnalyse, map[string]string{"record": "Se repite en pantallas chicas."}, "9.3/3"},
		{"adt", tickets.ActRoute, map[string]string{"to": "upat", "reason": "Hay que cambiar el programa."}, "9.3/3.B.1"},
		{"adt", tickets.ActDerive, map[string]string{"note": "Con captura."}, "9.3/3.B.2"},
		{"upat", tickets.ActAnalyse, map[string]string{"record": "Falta desplazar la página."}, "9.3/3.B.3"},
		{"upat", tickets.ActEstimate, map[string]string{"hours": "6"}, "9.3/3.B.4"},
		{"upat", tickets.ActManage, map[string]string{"actions": "Corregido en la versión 2.4."}, "9.3/3.B.5"},
		{"upat", tickets.ActCoordinate, map[string]string{"record": "UIT pone la versión 2.4 en producción."}, "9.3/3.B.6"},
		{"uit", tickets.ActManage, map[string]string{"results": "La versión 2.4 está en producción."}, "9.3/3.B.7"},
		{"uit", tickets.ActSolve, map[string]string{"solution": "El botón ya se ve.", "type": tickets.Resolved}, "9.3/3.B.8"},
		{"uit", tickets.ActDeriveSolution, nil, "9.3/4"},
		{"operador", tickets.ActKB, map[string]string{"decision": "existing", "article": o.article()}, "9.3/5"},
		{"operador", tickets.ActNotify, map[string]string{"text": "Buenos días: el botón ya se ve."}, "9.3/6"},
		{"supervisor", tickets.ActApprove, nil, "9.3/7"},
		{"supervisor", tickets.ActClose, map[string]string{"note": "Bien."}, tickets.Closed},
	}, "9.1/1 9.1/2 9.1/3 9.1/4 9.3/1 9.3/2 9.3/3 9.3/3.B.1 9.3/3.B.2 9.3/3.B.3 9.3/3.B.4 9.3/3.B.5 9.3/3.B.6 9.3/3.B.7 9.3/3.B.8 9.3/4 9.3/5 9.3/6 9.3/7")
	quiet()
}

// TestWhatComesByItselfLeadsNowhere: a page of someone who logged out asks once
// more for the counters; that must not take the browser from where it is.
func TestWhatComesByItselfLeadsNowhere(t *testing.T) {
	o := open(t)
	for path, pane := range map[string]string{"/pulso": "", "/bandeja": "rows"} {
		req, err := http.NewRequest("GET", o.srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("HX-Request", "true")
		req.Header.Set("X-Pane", pane)
		res, err := o.browser().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNoContent || res.Header.Get("HX-Redirect") != "" {
			t.Errorf("%s without a session: status %d to %q, want 204", path, res.StatusCode, res.Header.Get("HX-Redirect"))
		}
	}
}
