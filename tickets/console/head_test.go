package console_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"ventanilla/tickets/console/browsertest"
)

// TestPhoneCaseHead: on the narrowest phone the head of a case leaves most of the
// screen to the rest; further down its number and state stay in sight, in one
// line that covers nothing at the top and nothing that has the focus.
func TestPhoneCaseHead(t *testing.T) {
	o := open(t)
	o.day()
	chat, _, _ := o.chat()
	code := o.code(chat)
	w := walk(o)
	quiet := w.listen()
	w.enter("operador")
	browsertest.Resize(t, w.ctx, 320, 640, false)
	w.do("the case", chromedp.Navigate(o.srv.URL+"/casos/"+code), chromedp.WaitVisible(chromedp.CSS("#reply-text")))
	const at = `(x, y) => document.elementFromPoint(x, y)?.closest(".case-head, .case-bar")?.className`
	w.until("at the top only the head is seen, over less than a quarter of the screen", fmt.Sprintf(`scrollTo(0, 0), (() => {
		const at = %s, head = document.querySelector(".case-head").getBoundingClientRect();
		return head.height < 160 && [2, 20, head.height - 4].every(y => at(160, y) === "case-head") && !at(160, head.bottom + 4);
	})()`, at))
	w.until("further down a line says number and state", fmt.Sprintf(`scrollTo(0, 900), (() => {
		const at = %s, bar = document.querySelector(".case-bar p"), box = bar.getBoundingClientRect();
		return scrollY > 400 && box.top === 0 && box.height <= 40 && at(160, 18) === "case-bar" && !at(160, 44) && bar.innerText.includes(%q) && /9\.1\/\d+ · AIT/.test(bar.innerText) && bar.scrollWidth <= bar.clientWidth;
	})()`, at, code))
	w.until("what takes the focus from below is not under it", `(() => { scrollTo(0, document.body.scrollHeight); const a = document.querySelector(".moves .btn"); a.focus(); return a.getBoundingClientRect().top >= 36; })()`)
	quiet()
}
