package console

import (
	"net/url"
	"strings"
	"testing"
)

// TestRefill: the form that was sent has what was typed, escaped, and nothing
// else on the page changes; hidden fields, passwords and other forms stay.
func TestRefill(t *testing.T) {
	const page = `<details><summary>x</summary></details><p>a &amp; b<br></p><form action="/x"><input name="q" value="otro"></form>` +
		`<form method="post" action="/casa"><input type="hidden" name="v" value="1"><input name="reason" value="viejo" required><button name="accion" value="uno">1</button></form>` +
		`<details class="fold"><summary>y</summary><form method="post" action="/casa"><input type="hidden" name="v" value="2"><input name="reason" value="viejo"><input name="reason" value=""><textarea name="text">viejo</textarea>` +
		`<select name="s"><option value="a" selected>A</option><option value="b">B</option></select><input type="checkbox" name="c" value="yes" checked><input type="radio" name="r" value="1"><input type="radio" name="r" value="2">` +
		`<input type="password" name="p"><button name="accion" value="dos">2</button></form></details><script>if (a < b) {}</script>`
	got := string(refill([]byte(page), "/casa", url.Values{"v": {"9"}, "reason": {`"><script>`, "dos"}, "text": {"\n</textarea>&"}, "s": {"b"}, "r": {"2"}, "p": {"secreta"}, "accion": {"dos"}}))
	want := strings.NewReplacer(`<details class="fold">`, `<details class="fold" open>`,
		`<input name="reason" value="viejo">`, `<input name="reason" value="&#34;&gt;&lt;script&gt;">`, `<input name="reason" value="">`, `<input name="reason" value="dos">`,
		`>viejo</textarea>`, ">\n\n&lt;/textarea&gt;&amp;</textarea>", `<option value="a" selected>`, `<option value="a">`, `<option value="b">`, `<option value="b" selected>`,
		`value="yes" checked>`, `value="yes">`, `name="r" value="2">`, `name="r" value="2" checked>`,
	).Replace(page)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, path := range []string{"/nada", "/casa/1"} {
		if got := string(refill([]byte(page), path, url.Values{"reason": {"x"}})); got != page {
			t.Errorf("%s changed the page", path)
		}
	}
}
