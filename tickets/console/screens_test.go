package console_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ventanilla/channels"
	"ventanilla/router"
	"ventanilla/tickets"
	"ventanilla/tickets/console"
	"ventanilla/tickets/console/browsertest"
	"ventanilla/tickets/store"
)

// screen is one screen of the console, as whom and where it is seen.
type screen struct{ name, login, path string }

// screens are all screens that a browser must show well: the pictures and the
// checks of accessibility, width and silence go through them. Whoever adds a
// screen adds its line.
func (o *office) screens(ids map[string]string) []screen {
	o.linked = []console.Account{
		{Name: "whatsapp", State: "banned", Since: o.time.Add(-time.Hour), Until: o.time.Add(5 * time.Hour), Number: "+59171200000", LastIn: o.time.Add(-2 * time.Hour), LastOut: o.time.Add(-time.Hour), Detail: "101: you sent too many messages to people who don't have you in their address books"},
		{Name: "otra", State: "pairing", Since: o.time, QR: "https://wa.me/settings/linked_devices#2@abcdefghijklmnopqrstuvwxyz0123456789,klmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0,klmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1,klmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ2,1"},
		{Name: "tercera", State: "connected", Since: o.time.Add(-30 * time.Hour), Number: "+59171200001", LastIn: o.time.Add(-time.Minute), Work: 2},
		{Name: "cuarta", State: "pairing", Since: o.time, Code: "ABCD-1234"},
	}
	waits := o.report(time.Hour, "whatsapp", "+59171110002", "Luis Mamani", "", "no puedo entrar", tickets.Suggestion{Class: tickets.Support})
	o.do(waits, "operador", tickets.ActReply, "text", "Ya lo estamos viendo. En cuanto tengamos una respuesta se la mandamos por aquí.")
	failed := o.report(90*time.Minute, "whatsapp", "+59171110003", "Rosa Ficticia", "no me llega el código", "no me llega el código", tickets.Suggestion{Class: tickets.Support, Confidence: 0.87, Sure: true, System: "cd"})
	o.knows(failed, "email", "rosa.ficticia.direccion.bien.larga@secretaria.ejemplo.bo")
	o.do(failed, "operador", tickets.ActReply, "text", "¿A qué número espera el código?")
	o.fails(failed, o.outbox(failed)[0].ID)
	o.counted()
	chat, _, _ := o.chat()
	reserved := o.report(2*time.Hour, "email", "ana.figurada@ejemplo.bo", "Ana Figurada", "Denuncia", "Quiero denunciar un cobro indebido.", tickets.Suggestion{})
	o.do(reserved, "operador", tickets.ActFlag, "flag", "restricted", "reason", "denuncia", "people", o.who["uit"].ID+","+o.who["adt"].ID)
	proposed, going, ending := o.outageDay()
	listed := o.distributed()
	letter, huge := o.letters()
	return []screen{
		{"login", "", "/entrar"},
		{"bandeja", "operador", "/bandeja?v=abiertos"},
		{"caso", "operador", "/casos/" + o.code(ids["pass"])},
		{"caso-decidir", "operador", "/casos/" + o.code(ids["pass"]) + "?acto=decidir"},
		{"caso-upat", "upat", "/casos/" + o.code(ids["down"]) + "?acto=estimate"},
		{"caso-adt", "adt", "/casos/" + o.code(ids["cert"])},
		{"caso-espera", "operador", "/casos/" + o.code(ids["pay"])},
		{"caso-historia", "supervisor", "/casos/" + o.code(ids["review"]) + "?ver=historia"},
		{"caso-devuelto", "supervisor", "/casos/" + o.code(ids["review"])},
		{"llamada", "telefonista", "/llamada?numero=71234567"},
		{"devoluciones", "operador", "/devoluciones"},
		{"revision", "supervisor", "/revision"},
		{"conocimiento", "operador", "/conocimiento"},
		{"articulo-nuevo", "operador", "/conocimiento/nuevo?caso=" + o.code(ids["closed"])},
		{"libro", "supervisor", "/libro"},
		{"canales", "supervisor", "/canales"},
		{"aprendizaje", "supervisor", "/aprendizaje"},
		{"vincular", "supervisor", "/canales/otra/vincular"},
		{"vincular-codigo", "supervisor", "/canales/cuarta/vincular"},
		{"riesgo", "supervisor", "/canales/riesgo"},
		{"mover", "supervisor", "/canales/whatsapp/mover"},
		{"buscar", "operador", "/buscar?q=ciudadania"},
		{"persona", "operador", "/personas/" + o.ticket(ids["pass"]).Person},
		{"usuarios", "administrador", "/usuarios"},
		{"cuenta", "operador", "/cuenta"},
		{"expediente", "supervisor", "/casos/" + o.code(ids["review"]) + "/expediente"},
		{"error", "operador", "/usuarios"},
		{"retenidos", "supervisor", "/retenidos"},
		{"retenido", "supervisor", "/retenidos/1"},
		{"of-administracion", "administrador", "/administracion"},
		{"of-calendario", "administrador", "/administracion/calendario"},
		{"of-metas", "administrador", "/administracion/metas"},
		{"of-criterios", "supervisor", "/administracion/criterios"},
		{"of-sistemas", "administrador", "/administracion/sistemas"},
		{"of-sistema", "administrador", "/administracion/sistemas/nuevo"},
		{"of-plantillas", "supervisor", "/administracion/plantillas"},
		{"inf-hoy", "supervisor", "/informes"},
		{"inf-periodo", "jefatura", "/informes/periodo?desde=2020-01-01"},
		{"inf-vacio", "jefatura", "/informes/periodo?desde=2020-01-01&hasta=2020-01-02"},
		{"of-avisos", "administrador", "/administracion/avisos"},
		{"of-central", "administrador", "/administracion/llamadas"},
		{"of-central-lineas", "administrador", "/administracion/llamadas"},
		{"of-pruebas", "administrador", "/administracion/pruebas"},
		{"of-notas", "supervisor", "/notas"},
		{"of-reservados", "supervisor", "/reservados"},
		{"ci-revision", "", o.pass(ids["pass"], o.time.Add(48*time.Hour))},
		{"ci-cerrado", "", o.pass(ids["closed"], o.time.Add(48*time.Hour))},
		{"of-plantilla", "supervisor", "/administracion/plantillas/solucion"},
		{"of-acceso", "administrador", "/administracion/acceso"},
		{"of-auditoria", "auditor", "/auditoria"},
		{"of-factor", "operador", "/cuenta/factor"},
		{"bandeja-vacia", "acgii", "/bandeja"},
		{"bandeja-filtrada", "supervisor", "/bandeja?v=abiertos&sistema=cd&orden=antiguos"},
		{"caso-responder", "operador", "/casos/" + o.code(ids["wsp"]) + "?plantilla=pedir-datos"},
		{"caso-nota", "operador", "/casos/" + o.code(ids["wsp"]) + "?escribir=nota"},
		{"caso-chat", "operador", "/casos/" + o.code(chat)},
		{"caso-reservar", "operador", "/casos/" + o.code(ids["wsp"]) + "?acto=flag&con.flag=restricted"},
		{"caso-levantar-reserva", "operador", "/casos/" + o.code(reserved) + "?acto=unflag&con.flag=restricted"},
		{"caso-no-entregado", "operador", "/casos/" + o.code(failed)},
		{"caso-avisar", "operador", "/casos/" + o.code(ids["callback"])},
		{"caso-correo-largo", "operador", "/casos/" + o.code(letter)},
		{"caso-correo-enorme", "operador", "/casos/" + o.code(huge)},
		{"caidas", "operador", "/caidas"},
		{"caida-propuesta", "operador", "/caidas/" + proposed},
		{"caida-en-curso", "operador", "/caidas/" + going},
		{"caida-cierre", "supervisor", "/caidas/" + ending},
		{"bandeja-lote", "supervisor", "/bandeja?v=abiertos"},
		{"retenido-lista", "supervisor", "/retenidos/" + itoa(listed)},
	}
}

// letters are two long mails: one of which the person wrote a part, so that the
// rest is folded, and one of ten thousand lines.
func (o *office) letters() (whole, huge string) {
	o.t.Helper()
	var lines strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&lines, "2026-11-23 10:%02d:%02d ERROR consulta %d: tiempo agotado tras 30000 ms\n", i/60%60, i%60, i)
	}
	const said = "Buenos días: desde ayer no podemos emitir certificados y tenemos gente esperando. ¿Qué hacemos?"
	quoted := said + "\n\nMi clave era [clave oculta].\n\n-- \nMaría Ejemplo Quispe\nUnidad de Sistemas\nGobierno Municipal de Ejemplo\n\nEl vie, 20 nov 2026 a las 16:40, Mesa de Soporte escribió:\n" + strings.Repeat("> Le recordamos que el servicio estará en mantenimiento el sábado de 22:00 a 23:00, según la nota GAME/DTI/0123/2026 que le enviamos por este medio.\n>\n", 30)
	whole = o.report(2*time.Hour, "email", "maria.larga@ejemplo.bo", "María Ejemplo Quispe", "Certificados: sin respuesta", said, tickets.Suggestion{Class: tickets.Support, Confidence: 0.81, Sure: true})
	huge = o.report(3*time.Hour, "email", "registro@ejemplo.bo", "Registro Inventado", "Registro completo del servicio", lines.String(), tickets.Suggestion{Class: tickets.Availability, Confidence: 0.77})
	for id, m := range map[string]store.Message{whole: {Subject: "Re: Certificados: sin respuesta", Said: said, Text: quoted}} {
		c := o.ticket(id)
		m.Direction, m.Kind, m.Medium, m.Author, m.AuthorName, m.Address = store.In, channels.Human, channels.Email, c.Person, c.Contact.Name, c.Contact.Value
		o.write(func(tx *store.Tx) error { return tx.AddMessage(id, &m) })
		m.ID, m.Said, m.Text = "", "la clave oculta ya no sirve", quoted
		o.write(func(tx *store.Tx) error { return tx.AddMessage(id, &m) })
	}
	return whole, huge
}

// distributed is a mail that a list passed on and that is held for that; it gives its line.
func (o *office) distributed() (line int64) {
	o.t.Helper()
	raw := channels.Raw{Medium: channels.Email, ExternalID: "99/lista", Dedupe: "lista", Body: []byte("From: Ana Figurada <ana@ministerio.ejemplo.bo>\r\nTo: sistemas@ministerio.ejemplo.bo\r\nList-Id: <sistemas.ministerio.ejemplo.bo>\r\nSubject: No podemos firmar documentos\r\n\r\nBuenos días: desde ayer no podemos firmar.\r\n"), Received: o.time}
	if err := o.st.Accept(context.Background(), "entrada", 0, channels.Batch{Raws: []channels.Raw{raw}}); err != nil {
		o.t.Fatal(err)
	}
	pending, err := o.st.ClaimPending(context.Background(), 10, time.Minute)
	if err != nil || len(pending) == 0 {
		o.t.Fatal(len(pending), err)
	}
	last := pending[len(pending)-1]
	o.write(func(tx *store.Tx) error {
		return tx.Settle(last, store.Fate{Verdict: store.FateHeld, Cause: router.CauseDistributed, Sender: "Ana Figurada", Address: "ana@ministerio.ejemplo.bo", Subject: "No podemos firmar documentos"})
	})
	return last.ID
}

// unfolded are the screens that are looked at with everything open that is folded.
var unfolded = regexp.MustCompile(`^(caso-correo-largo|caida-en-curso)$`)

// unfold opens what is folded in a thread or on the page of an outage.
const unfold = `document.querySelectorAll("#case details.quote, #outage details").forEach(d => { d.open = true; })`

// goesOn are the screens that only a form leads to, from the page of their line.
var goesOn = map[string]struct{ press, until string }{
	"bandeja-lote":      {`[...document.querySelectorAll(".pick input")].slice(0, 4).forEach(el => el.click()); document.querySelector("#lote button[value=assign]").click()`, `!!document.querySelector(".bulkall")`},
	"of-central-lineas": {`document.querySelector("#sample").value = "Fecha;Hora;Origen;Destino;Interno;Tipo;Estado;Duración\n23/11/2026;10:15;71234567;22184026;;Entrante;No contestada;20\n31/02/2026;10:20;71234567;22184026;1001;Entrante;Contestada;75\n"; document.querySelector("button[value=look]").click()`, `!!document.querySelector("#study")`},
}

// audit asks axe for violations of WCAG 2.2 AA and of its own best practices;
// one line each.
const audit = `axe.run(document, {resultTypes: ["violations"], runOnly: %s}).then(r => r.violations.flatMap(v =>
	v.nodes.slice(0, 3).map(n => v.id + " at " + n.target.join(" ") + ": " + (n.any[0]?.message || n.all[0]?.message || v.help))))`

const (
	allRules  = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	contrasts = `{type: "rule", values: ["color-contrast"]}`
)

// printed are the screens that are made for paper; paperWidth is what A4 leaves
// between a browser's margins, in CSS pixels.
var printed = regexp.MustCompile(`^(expediente|caso-historia|inf-|ci-)`)

const paperWidth = 718

// TestScreens goes through every screen in a real browser: axe finds nothing,
// in light and dark; nothing is wider than the screen at 320, 768 and 1440
// pixels; nothing moves while it loads; the browser's console stays silent; no
// request leaves for another host. SHOTS_ONLY narrows it to screens whose name matches.
func TestScreens(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing; cd tickets/console && npm ci: %v", err)
	}
	looks := looksScript(t)
	o := open(t)
	ids := o.day()
	w := walk(o)
	w.end = time.Now().Add(6 * time.Minute)
	quiet := w.listen()
	var mu sync.Mutex
	var strangers []string
	err = chromedp.Listen(w.ctx, func(ev any) {
		if e, ok := ev.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, o.srv.URL) && !strings.HasPrefix(e.Request.URL, "data:") {
			mu.Lock()
			defer mu.Unlock()
			strangers = append(strangers, e.Request.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(w.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	list := func(s screen, what, expr string) {
		t.Helper()
		found, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]string](expr, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatalf("%s, %s: %v", s.name, what, err)
		}
		for _, f := range found {
			t.Errorf("%s, %s: %s", s.name, what, f)
		}
	}
	login := ""
	for _, s := range o.screens(ids) {
		if s.name == "error" || !regexp.MustCompile(os.Getenv("SHOTS_ONLY")).MatchString(s.name) {
			continue // its status alone stands in the browser's log
		}
		if s.login != login && s.login != "" {
			o.enter(w.ctx, s.login)
			login = s.login
		}
		browsertest.Resize(t, w.ctx, 1440, 900, false)
		w.do(s.name, chromedp.Navigate(o.srv.URL+s.path))
		if then, ok := goesOn[s.name]; ok {
			if _, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](then.press+"; true")); err != nil {
				t.Fatal(s.name, err)
			}
			w.until(s.name, then.until)
		}
		list(s, "layout", `new Promise(done => { let sum = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) sum += e.value; }).observe({type: "layout-shift", buffered: true});
			setTimeout(() => done(sum > 0.01 ? ["moves while it loads: " + sum] : []), 60); })`)
		if unfolded.MatchString(s.name) {
			w.do("unfold "+s.name, chromedp.Evaluate[chromedp.Void](unfold))
		}
		if _, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](string(axe)+";true")); err != nil {
			t.Fatal(err)
		}
		list(s, "light", fmt.Sprintf(audit, allRules))
		if _, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](looks)); err != nil {
			t.Fatal(err)
		}
		list(s, "1440", "looks.targets()")
		for _, fault := range spoken(t, w.ctx) {
			t.Errorf("%s, spoken: %s", s.name, fault)
		}
		emulate(t, w.ctx, "", "forced-colors", "active")
		w.do("Tab", chromedp.KeyEvent(kb.Tab)) // from here on a focus is one of the keyboard
		list(s, "forced colours", "looks.forced()")
		browsertest.Resize(t, w.ctx, 1440, 900, true)
		list(s, "dark", fmt.Sprintf(audit, contrasts))
		if printed.MatchString(s.name) {
			for _, scheme := range []string{"light", "dark"} {
				browsertest.Resize(t, w.ctx, paperWidth, 1000, false)
				emulate(t, w.ctx, "print", "prefers-color-scheme", scheme)
				list(s, "printed, "+scheme, "looks.printed()")
			}
			emulate(t, w.ctx, "")
		}
		browsertest.Resize(t, w.ctx, 640, 450, false)
		list(s, "200 % at 1280", "looks.overlaps()")
		for _, width := range []int64{768, 320} {
			browsertest.Resize(t, w.ctx, width, 800, false)
			list(s, fmt.Sprint(width), "looks.targets()")
			list(s, fmt.Sprint(width), `[...document.querySelectorAll("body *")].filter(e => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1 && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".scroll, .metro, .views, .filters")).slice(0, 3).map(e => "too wide: " + e.tagName + "." + e.className)`)
		}
	}
	quiet()
	mu.Lock()
	defer mu.Unlock()
	if len(strangers) > 0 {
		t.Errorf("requests to other hosts: %v", strangers)
	}
}

// TestFirstLoad: what a first visit to the queue costs on a slow line.
func TestFirstLoad(t *testing.T) {
	o := open(t)
	o.day()
	b := o.login("operador")
	get := func(path string) (int, string) {
		t.Helper()
		req, _ := http.NewRequest("GET", o.srv.URL+path, nil) // fails only for a bad address
		req.Header.Set("Accept-Encoding", "gzip")
		res, err := b.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		packed, err := io.ReadAll(res.Body)
		if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: encoding %q, %v", path, res.Header.Get("Content-Encoding"), err)
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		return len(packed), string(plain)
	}
	critical, page := get("/bandeja?v=abiertos")
	all := critical
	for _, m := range regexp.MustCompile(`(?:src|href)="(/static/[^"]+\.(css|js))"`).FindAllStringSubmatch(page, -1) {
		n, _ := get(m[1])
		all += n
		if m[2] == "css" || strings.HasSuffix(m[1], "console.js") {
			critical += n
		}
	}
	t.Logf("the queue's page, style and script: %d bytes; with htmx %d", critical, all)
	if critical > 60_000 || all > 100_000 {
		t.Errorf("a first visit costs %d bytes, its critical part %d; want under 100,000 and 60,000", all, critical)
	}
}
