package message

import (
	"strings"
	"testing"
)

func TestHTMLText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"<p>uno<p>dos", "uno\n\ndos"},
		{"uno<br>dos<br/>tres", "uno\ndos\ntres"},
		{"a &lt;b&gt; &amp; c&nbsp;d &aacute;", "a <b> & c d á"},
		{"<style>p{}</style>x<script>y</script>z", "xz"},
		{"<style>p{} <p>Hola señores", "p{}\n\nHola señores"},
		{"<title>Hola, no cierra. <b>Adiós</b>", "Hola, no cierra. Adiós"},
		{"<!-- uno --> dos <![CDATA[tres]]>", "dos"},
		{"<blockquote>uno<br>dos<blockquote>tres</blockquote></blockquote>cuatro", "> uno\n> dos\n> > tres\ncuatro"},
		{`<div class="yahoo_quoted"><div>uno</div><div>dos</div></div>tres`, "> uno\n> dos\ntres"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"<ul><li>a</li><li>b</li></ul>", "- a\n- b"},
		{"<pre>a  b\n  c</pre>d", "a  b\n  c\nd"},
		{`<img src="x" alt="captura"> fin`, "[captura] fin"},
		{`<img src="data:image/png;base64,` + strings.Repeat("A", 3<<20) + `"> después de la imagen`, "después de la imagen"},
		{strings.Repeat("<div>", 3000) + "fondo", "fondo"},
		{"</div></blockquote></p>x", "x"},
		{"pala<b>bra</b> <i>otra</i>.", "palabra otra."},
		{"", ""},
	} {
		if got := HTMLText(c.in); got != c.want {
			t.Errorf("%.80q:\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}
