package console_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
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

// sizes are a desk's screen and a telephone's, in CSS pixels: the smallest that is still common.
var sizes = []struct {
	name       string
	wide, high int64
}{{"desk", 1440, 900}, {"phone", 360, 740}}

// wholeTime is what a whole procedure may take on a loaded machine, where it took a minute.
const wholeTime = 5 * time.Minute

// onBothSizes gives the walk an office and a browser of its own at each size; on
// the telephone a finger presses. Nothing may be written to the browser's console.
func onBothSizes(t *testing.T, each func(walker)) {
	for _, s := range sizes {
		t.Run(s.name, func(t *testing.T) {
			w := walk(open(t))
			w.end = time.Now().Add(wholeTime)
			browsertest.Resize(t, w.ctx, s.wide, s.high, false)
			if _, err := chromedp.Call(w.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: s.name == "phone"}); err != nil {
				t.Fatal(err)
			}
			quiet := w.listen()
			each(w)
			quiet()
		})
	}
}

// click scrolls to the middle, where nothing covers it, as a person does, and presses.
func (w walker) click(selector string) {
	w.t.Helper()
	w.do("click "+selector, browsertest.Press(selector))
}

// fits tells when the page is wider than the screen. What the screen is wide is the
// root's: innerWidth grows with the page on a telephone, which zooms out to show it all.
func (w walker) fits(when string) {
	w.t.Helper()
	wide, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]string](`document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth && !e.closest(".scroll, .metro, .views, .filters")).slice(0, 3).map(e => e.outerHTML.slice(0, 120))`))
	if err != nil || len(wide) > 0 {
		w.t.Errorf("%s the page scrolls sideways (%v): %q", when, err, wide)
	}
}

// make presses the offered move, fills in its form, from the top down as a person
// does, since an answer may show the next question, and sends it. It is done when
// the case is shown anew with the good news above it.
func (w walker) make(act tickets.Act, fill map[string]string) {
	w.t.Helper()
	form := fmt.Sprintf(`#act form[action$="/%s"]`, act)
	w.click(fmt.Sprintf(`.moves a[data-act="%s"]`, act))
	w.do("open "+string(act), chromedp.WaitVisible(chromedp.CSS(form+" .submit .primary")))
	w.fits("with the form of " + string(act))
	fields, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]formField](fmt.Sprintf(`[...document.querySelector(%q).elements].filter(e => e.name).map(e => ({Name: e.name, Type: e.type}))`, form)))
	if err != nil {
		w.t.Fatalf("the fields of %s: %v", act, err)
	}
	filled := map[string]bool{}
	for _, f := range fields {
		if value, ok := fill[f.Name]; ok && !filled[f.Name] {
			filled[f.Name] = true
			w.fillIn(form, f, value)
		}
	}
	if len(filled) != len(fill) {
		w.t.Fatalf("%s asks for %v, not for all of %v", act, fields, fill)
	}
	w.do("send "+string(act), chromedp.Evaluate[chromedp.Void](`document.querySelector("#case .case-head").dataset.before = "1"`))
	w.click(form + " .submit .primary")
	w.until(string(act)+" is done", `!!document.querySelector("#case .case-head:not([data-before])") && !!document.querySelector("#flash.good")`)
	w.fits("after " + string(act))
}

// formField is a field of a form as the page has it.
type formField struct{ Name, Type string }

func (w walker) fillIn(form string, f formField, value string) {
	w.t.Helper()
	at := fmt.Sprintf(`%s [name="%s"]`, form, f.Name)
	switch f.Type {
	case "radio":
		w.click(fmt.Sprintf(`%s[value="%s"]`, at, value))
	case "select-one": // what it unfolds is the system's own, which no page's hand reaches
		w.do("select "+f.Name, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(e => { e.value = %q; e.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector(%q))`, value, at)))
	default:
		w.click(at)
		w.do("fill in "+f.Name, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).select()`, at)), chromedp.SendKeys(chromedp.CSS(at), value))
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

// TestBrowserPR01 walks 9.1, returned once by the supervisor with what is to be put
// right (G8), to the close.
func TestBrowserPR01(t *testing.T) {
	onBothSizes(t, walkPR01)
}

func walkPR01(w walker) {
	id := w.o.report(time.Hour, "email", "maria@ejemplo.bo", "María Ejemplo", "No puedo ingresar", "Olvidé mi contraseña y no me llega el código.", tickets.Suggestion{Class: tickets.Support, Confidence: 0.9, Sure: true, System: "cd"})
	const first, second = "Use «Recuperar contraseña».", "Use «Recuperar contraseña»; si el código no llega, escríbanos."
	article := w.o.article()
	w.walkThrough(id, []stride{
		{"operador", "decidir", map[string]string{"problem": "No recuerda su contraseña.", "availability": "no", "design": "no"}, "9.1/5"},
		{"operador", tickets.ActSolve, map[string]string{"solution": first, "type": tickets.Resolved}, "9.1/6"},
		{"operador", tickets.ActKB, map[string]string{"decision": "existing", "article": article}, "9.1/7"},
		{"operador", tickets.ActNotify, map[string]string{"text": first}, "9.1/8"},
		{"operador", tickets.ActSubmit, map[string]string{"note": "Para revisar."}, "9.1/9"},
		{"supervisor", tickets.ActReturn, map[string]string{"observation": "Falta decir qué hacer si no llega el código."}, "9.1/3"},
		{"operador", "decidir", map[string]string{"availability": "no", "design": "no"}, "9.1/5"},
		{"operador", tickets.ActSolve, map[string]string{"solution": second, "type": tickets.Resolved}, "9.1/6"},
		{"operador", tickets.ActKB, map[string]string{"decision": "not_needed", "reason": "Ya está escrito."}, "9.1/7"},
		{"operador", tickets.ActNotify, map[string]string{"text": second}, "9.1/8"},
		{"operador", tickets.ActSubmit, nil, "9.1/9"},
		{"supervisor", tickets.ActApprove, map[string]string{"note": "Correcto."}, "9.1/10"},
		{"supervisor", tickets.ActClose, nil, tickets.Closed},
	}, "9.1/1 9.1/2 9.1/3 9.1/4 9.1/5 9.1/6 9.1/7 9.1/8 9.1/9 9.1/3 9.1/4 9.1/5 9.1/6 9.1/7 9.1/8 9.1/9 9.1/10")
}

// TestBrowserPR02 walks 9.2 through ACGII to the close, and looks for what only
// ACGII may read (G20).
func TestBrowserPR02(t *testing.T) {
	onBothSizes(t, walkPR02)
}

func walkPR02(w walker) {
	o := w.o
	const secret = "El atacante entró por el servidor de pruebas"
	id := o.report(time.Hour, "email", "jefe@ejemplo.bo", "Municipio de Ejemplo", "El servicio no responde", "Desde ayer el servicio de consulta responde 503.", tickets.Suggestion{Class: tickets.Availability, Confidence: 0.93, Sure: true, System: "interop"})
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
		w.fits("reading " + path)
	}
	o.nowhere(id, secret, "acgii")
}

// TestBrowserPR03 walks 9.3 through UPAT and UIT to the close.
func TestBrowserPR03(t *testing.T) {
	onBothSizes(t, walkPR03)
}

func walkPR03(w walker) {
	o := w.o
	id := o.report(time.Hour, "email", "ana@ejemplo.bo", "Ana Figurada", "El botón queda tapado", "El botón «Aprobar» queda detrás del teclado.", tickets.Suggestion{Class: tickets.FunctionalDesign, Confidence: 0.9, Sure: true, System: "cd"})
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
