package console_test

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// fast3G is Chrome's profile of that name: 1.6 Mbit/s down and 750 kbit/s up less
// a tenth, 150 ms of way four times less a quarter (DevTools, NetworkManager).
var fast3G = line{Latency: 562.5, Down: 1.6 * 1024 * 1024 / 8 * 0.9, Up: 750 * 1024 / 8 * 0.9}

// line is what Network.emulateNetworkConditions takes; the command by rule that
// follows it does not slow navigations down.
type line struct {
	Offline bool    `json:"offline"`
	Latency float64 `json:"latency"`            // ms
	Down    float64 `json:"downloadThroughput"` // bytes a second
	Up      float64 `json:"uploadThroughput"`
}

var slowDown = cdp.Command[line, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

// usable is how long a screen may take on such a line, in ms.
const usable = 2000

// TestSlowLine: with nothing in the browser's cache and the line of a cheap
// phone, a screen can be used within two seconds. The best of three visits
// counts: the others tell of the machine.
func TestSlowLine(t *testing.T) {
	o := open(t)
	ids := o.day()
	w := walk(o)
	w.do("a slow line", chromedp.Navigate("about:blank"))
	call(t, w, network.Enable, network.EnableParams{})
	call(t, w, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	call(t, w, slowDown, fast3G)
	visit := func(name, path string) {
		best, bytes := 0.0, 0.0
		for range 3 {
			w.do(name, chromedp.Navigate(o.srv.URL+path))
			seen, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]float64](`(() => { const n = performance.getEntriesByType("navigation")[0], all = [n, ...performance.getEntriesByType("resource")];
				return [n.loadEventStart, all.reduce((sum, e) => sum + e.transferSize, 0), n.responseEnd]; })()`))
			if err != nil {
				t.Fatal(err)
			}
			if seen[2] < fast3G.Latency-1 {
				t.Fatalf("%s was there after %.0f ms: the line is not slow", name, seen[2])
			}
			if best == 0 || seen[0] < best {
				best, bytes = seen[0], seen[1]
			}
		}
		if best > usable {
			t.Errorf("%s can be used after %.0f ms on a fast 3G line", name, best)
		}
		t.Logf("%s: %.0f ms, %.1f kB", name, best, bytes/1000)
	}
	visit("login", "/entrar")
	visit("citizen's page", o.pass(ids["pass"], o.time.Add(48*time.Hour)))
	o.enter(w.ctx, "operador")
	visit("queue", "/bandeja")
	visit("case", "/casos/"+o.code(ids["pass"]))
}

func call[P, R any](t *testing.T, w walker, command cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(w.ctx, command, params); err != nil {
		t.Fatal(err)
	}
}

// TestBrowserTypesAhead: on a slow line what is typed while a form is on its way
// stands in it, and is no shortcut.
func TestBrowserTypesAhead(t *testing.T) {
	o := open(t)
	ids := o.day()
	w := walk(o)
	o.enter(w.ctx, "operador")
	w.do("open", chromedp.Navigate(o.srv.URL+"/casos/"+o.code(ids["pass"])), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	call(t, w, network.Enable, network.EnableParams{})
	call(t, w, slowDown, fast3G)
	w.do("no field", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`), chromedp.KeyEvent("n"))
	for _, letter := range "u xj c?\bd" {
		w.do("type", chromedp.KeyEvent(string(letter)))
	}
	w.until("the form with what was typed", `document.querySelector("#compose form.note #reply-text")?.value === "u xj cd"`)
	w.do("go on", chromedp.KeyEvent("!"))
	w.until("the hand in the form", `document.querySelector("#reply-text").value === "u xj cd!"`)

	w.do("a form that begins with a line", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur(); document.querySelector("a[data-act=split]").click()`))
	for _, letter := range "jr n" {
		w.do("type", chromedp.KeyEvent(string(letter)))
	}
	w.until("the line with what was typed", `document.querySelector("#act [name=subject]")?.value === "jr n"`)
}
