package console_test

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
)

// TestBrowserKeepsWhatIsPressed: somebody else's change comes while a button is held
// down. Until it is let go of nothing on the screen is exchanged, and the click counts.
func TestBrowserKeepsWhatIsPressed(t *testing.T) {
	o := open(t)
	ids := o.day()
	w := walk(o)
	browsertest.Resize(t, w.ctx, 1440, 900, false)
	o.enter(w.ctx, "operador")
	w.do("open", chromedp.Navigate(o.srv.URL+"/casos/"+o.code(ids["pass"])), chromedp.WaitVisible(chromedp.CSS("#rows .row")))
	w.do("hear what the page hears", chromedp.Evaluate[chromedp.Void](`void (new BroadcastChannel("ventanilla").onmessage = () => window.heardAt ??= performance.now())`))
	w.do("mark what stands there", chromedp.Evaluate[chromedp.Void](`void (window.stood = ["#nav a", "#rows .row", "#case .moves a[data-act=decidir]"].map((s) => document.querySelector(s)))`))
	at, err := chromedp.Run(w.ctx, chromedp.Evaluate[struct{ X, Y float64 }](`(() => { stood[2].scrollIntoView({block: "center"}); const b = stood[2].getBoundingClientRect(); return {X: b.x + b.width / 2, Y: b.y + b.height / 2}; })()`))
	if err != nil {
		t.Fatal(err)
	}
	button := input.DispatchMouseEventParams{Type: "mousePressed", X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: 1}
	call(t, w, input.DispatchMouseEvent, button)
	o.do(ids["pass"], "supervisor", tickets.ActSetFacts, "priority", "alta")
	w.until("the change came, and so long ago that it would be seen", `performance.now() - (window.heardAt ?? Infinity) > 1500`)
	w.until("all stands where it stood", `stood.every((e) => e.isConnected)`)
	button.Type = "mouseReleased"
	call(t, w, input.DispatchMouseEvent, button)
	w.do("the form is there", chromedp.WaitVisible(chromedp.CSS(`#act form[action$="/decidir"]`)))
	w.until("the rows and the counters are fresh", `!stood[0].isConnected && !stood[1].isConnected`)
	w.until("the news is told, not put over the form", `!document.querySelector("#case-news").hidden && stood[2].isConnected`)
}
