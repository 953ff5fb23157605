package console_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/console"
	"ventanilla/tickets/console/browsertest"
	"ventanilla/tickets/store"
)

// breakouts leave the place a text stands in: an attribute, an element, a
// script, a template, an address; collections list them beside console.Probes.
var breakouts = []string{
	`"><svg/onload=alert(1)>`, `'><img src=x onerror=alert(1)>`, `" autofocus onfocus=alert(1) x="`, `' onmouseover='alert(1)`, "` onerror=alert(1) `", `</textarea><script>alert(1)</script>`, `</title><script>alert(1)</script>`,
	`</style><script>alert(1)</script>`, `</script><script>alert(1)</script>`, `--><script>alert(1)</script>`, `]]><script>alert(1)</script>`, `</option></select><img src=x onerror=alert(1)>`, `</summary></details><svg onload=alert(1)>`, `</template><img src=x onerror=alert(1)>`,
	`{{.}}{{7*7}}${alert(1)}#{alert(1)}<%= alert(1) %>`, `{{constructor.constructor('alert(1)')()}}`, `javascript:alert(1)`, `javascript://%0aalert(1)`, `data:text/html,<script>alert(1)</script>`, `\u003cscript\u003ealert(1)\u003c/script\u003e`, `%3Cscript%3Ealert(1)%3C/script%3E`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `+ADw-script+AD4-alert(1)+ADw-/script+AD4-`,
	`<x hx-get="/salir" hx-trigger="load">`, `<x hx-on:click="alert(1)" data-hx-on-load="alert(1)">`, `<form id=main><input name=body><input name=cookie>`, `<a id=htmx><a id=htmx name=config>`, `<img name=body><img name=currentScript>`, `<div data-login=admin data-live data-palette data-next>x</div>`,
	"jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert(1) )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert(1)//>\\x3e",
}

// shapes are texts that break layouts, not locks.
var shapes = map[string]string{
	"a word of 5,000 letters": strings.Repeat("inconstitucionalmente", 240), "combining marks": "Za" + strings.Repeat("\u0335\u0301\u0323\u0337", 125) + "lgo", "right to left override": "factura \u202egpj.exe\u202e fin",
	"zero width": "Ma\u200bría\u200d\ufeff\u2060 Ejem\u00adplo", "wide letters": strings.Repeat("﷽", 40), "an address without end": "https://ejemplo.bo/" + strings.Repeat("a%20", 900), "Arabic and Hebrew": "مرحبا בדיקה ¿qué pasa?", "emoji": strings.Repeat("👩‍👩‍👧‍👦", 90), "spaces and tabs": strings.Repeat("\t ", 300) + "x",
}

// hostile makes a case whose every text of a stranger is the given one.
func (o *office) hostile(text, html string) string {
	o.t.Helper()
	id := o.report(time.Hour, "email", "x"+text+"@ejemplo.bo", text, text, text, tickets.Suggestion{Class: tickets.Support, Confidence: 0.5, Reasons: []string{text}, System: text})
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		m := store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Said: text, Text: text + "\n> " + text, AuthorName: text, Address: text, Subject: text, Files: []store.File{
			{Name: text + ".svg", Type: "image/svg+xml", Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`)},
			{Name: text + ".html", Type: "text/html", Data: []byte(`<script>alert(1)</script>`)},
			{Name: text + ".vcf", Type: "text/vcard", Data: []byte("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:" + strings.ReplaceAll(text, "\n", " ") + "\r\nURL:javascript:alert(1)\r\nEND:VCARD\r\n")},
		}}
		if html != "" {
			hash, err := tx.PutBlob([]byte(html))
			if err != nil {
				return err
			}
			m.HTML = hash
		}
		return tx.AddMessage(id, &m)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

// TestHostileScreens opens the pages that show what strangers wrote, in a real
// browser: no dialog opens, no script of theirs runs, the browser has nothing to
// refuse, and nothing is wider than a phone or a desk's screen.
func TestHostileScreens(t *testing.T) {
	o := open(t)
	w := walk(o)
	w.end = time.Now().Add(6 * time.Minute)
	quiet := w.listen()
	var mu sync.Mutex
	var dialogs []string
	err := chromedp.Listen(w.ctx, func(ev any) {
		if e, ok := ev.(*cdppage.EventJavascriptDialogOpening); ok {
			mu.Lock()
			defer mu.Unlock()
			dialogs = append(dialogs, e.Message+" on "+e.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	const spy = `for (const f of ["alert", "confirm", "prompt", "print"]) window[f] = () => { document.documentElement.setAttribute("data-ran", f); }`
	if _, err := chromedp.Call(w.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: spy}); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{}
	payloads := append(append([]string{}, console.Probes...), breakouts...)
	for i, size := 0, 40; i < len(payloads); i += size {
		part := payloads[i:min(i+size, len(payloads))]
		cases[fmt.Sprint("payloads from ", i)] = o.hostile(strings.Join(part, " "), strings.Join(part, "\n"))
	}
	for name, text := range shapes {
		cases[name] = o.hostile(text, "<p>"+text+"</p>")
	}
	var mail strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&mail, "línea %d de un correo que no termina\n", i)
	}
	cases["10,000 lines"] = o.hostile("Un correo largo", "")
	o.says(cases["10,000 lines"], mail.String())
	o.enter(w.ctx, "operador")
	look := func(what, path string) {
		t.Helper()
		for _, width := range []int64{1600, 320} {
			browsertest.Resize(t, w.ctx, width, 900, false)
			w.do(what, chromedp.Navigate(o.srv.URL+path))
			if _, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](`for (const d of document.querySelectorAll("main details")) d.open = true; for (const e of document.querySelectorAll("main *")) { e.dispatchEvent(new Event("mouseover", {bubbles: true})); e.dispatchEvent(new Event("focus")); } true`)); err != nil {
				t.Fatal(what, err)
			}
			found, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]string](`[document.documentElement.dataset.ran && "ran " + document.documentElement.dataset.ran,
				document.documentElement.scrollWidth > document.documentElement.clientWidth + 1 && "wider than the screen: " + document.documentElement.scrollWidth + " " + [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest(".scroll, .metro, .views, .filters")).slice(0, 2).map(e => e.tagName + "." + e.className),
				document.querySelector("main script, main iframe:not([sandbox]), main [onerror], main [onload], main object, main embed") && "markup of a stranger",
				[...document.querySelectorAll("main a[href]")].some(a => /^(javascript|data|vbscript):/i.test(a.protocol)) && "a link that acts"].filter(Boolean)`))
			if err != nil {
				t.Fatal(what, err)
			}
			for _, f := range found {
				t.Errorf("%s, %s at %d: %s", what, path, width, f)
			}
		}
	}
	for name, id := range cases {
		code := o.code(id)
		for _, path := range []string{"/casos/" + code, "/casos/" + code + "?acto=decidir"} {
			look(name, path)
		}
	}
	worst := o.code(cases["a word of 5,000 letters"])
	for _, path := range []string{"/bandeja?v=abiertos", "/buscar?q=alert", "/casos/" + worst + "?ver=historia", "/casos/" + worst + "/expediente", "/personas/" + o.ticket(cases["a word of 5,000 letters"]).Person, "/personas/" + o.ticket(cases["payloads from 0"]).Person, o.pass(cases["a word of 5,000 letters"], o.time.Add(time.Hour)), o.pass(cases["payloads from 0"], o.time.Add(time.Hour))} {
		look("lists", path)
	}
	browsertest.Resize(t, w.ctx, 1440, 900, false)
	w.do("the long mail", chromedp.Navigate(o.srv.URL+"/casos/"+o.code(cases["10,000 lines"])))
	below, err := chromedp.Run(w.ctx, chromedp.Evaluate[float64](`document.querySelector("#reply-text").getBoundingClientRect().top`))
	if err != nil || below > 4000 {
		t.Errorf("the answer to a mail of 10,000 lines stands %v pixels below (%v)", below, err)
	}
	quiet()
	mu.Lock()
	defer mu.Unlock()
	if len(dialogs) > 0 {
		t.Errorf("dialogs opened: %v", dialogs)
	}
}
