package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"ventanilla/tickets/console/browsertest"
)

// TestPhoneBar: on the narrowest phone the bar's words are whole and stand apart,
// and a counter of three figures covers neither the icon beside it nor a word.
func TestPhoneBar(t *testing.T) {
	o := open(t)
	w := walk(o)
	for _, login := range []string{"administrador", "supervisor", "upat", "operador"} {
		o.enter(w.ctx, login)
		browsertest.Resize(t, w.ctx, 320, 640, false)
		w.do("the account's page", chromedp.Navigate(o.srv.URL+"/cuenta"), chromedp.WaitVisible(chromedp.CSS(".rail nav .word")))
		wrong, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]string](`(() => {
			const shown = [...document.querySelectorAll(".rail nav a")].filter(a => a.offsetParent), wrong = [];
			let before = -Infinity;
			for (const a of shown) {
				const word = a.querySelector(".word"), at = word.getBoundingClientRect(), range = document.createRange();
				range.selectNodeContents(word);
				if (range.getBoundingClientRect().width > at.width + 0.5) wrong.push("cut: " + word.textContent);
				if (at.left - before < 4) wrong.push("touches the word before: " + word.textContent);
				before = at.right;
				const count = a.querySelector(".count") || a.appendChild(Object.assign(document.createElement("span"), {className: "count"}));
				count.className = "count hot"; count.textContent = "999+";
				const c = count.getBoundingClientRect(), i = a.querySelector("svg").getBoundingClientRect();
				if (c.bottom > at.top + 1) wrong.push("counter over the word " + word.textContent);
				if (c.left < i.left + i.width / 2) wrong.push("counter over the icon of " + word.textContent);
				if (c.right > document.documentElement.clientWidth) wrong.push("counter outside the screen: " + word.textContent);
			}
			return shown.length < 4 ? ["no bar"] : wrong;
		})()`))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range wrong {
			t.Errorf("%s: %s", login, x)
		}
	}
}
