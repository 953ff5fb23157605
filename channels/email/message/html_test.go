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

func TestSaid(t *testing.T) {
	for name, c := range map[string]struct{ subject, text, want string }{
		"nothing to cut":        {"", "Hola\n\nAdiós", "Hola\n\nAdiós"},
		"only a quote":          {"", "> uno\n> dos", "> uno\n> dos"},
		"below the quote":       {"", "El 3 nov 2026 a las 10:12, X <x@y.bo> escribió:\n> uno\n\nrespuesta", "El 3 nov 2026 a las 10:12, X <x@y.bo> escribió:\n> uno\n\nrespuesta"},
		"between":               {"", "> uno\nsí\n> dos\nno", "> uno\nsí\n> dos\nno"},
		"above and between":     {"", "Respondo abajo.\n\nEl 3 nov 2026 10:12, X escribió:\n> uno\nsí\n> dos\nno", "Respondo abajo.\n\nEl 3 nov 2026 10:12, X escribió:\n> uno\nsí\n> dos\nno"},
		"prose that looks":      {"", "El funcionario me escribió:\nno hay sistema.", "El funcionario me escribió:\nno hay sistema."},
		"dated prose":           {"", "Hola.\nEl 3 de noviembre de 2026 el técnico me escribió:\nno hay sistema.", "Hola.\nEl 3 de noviembre de 2026 el técnico me escribió:\nno hay sistema."},
		"a list of data":        {"", "Solicito:\nDe: La Paz\nPara: Oruro\nAsunto: traslado", "Solicito:\nDe: La Paz\nPara: Oruro\nAsunto: traslado"},
		"a note's heading":      {"", "Hola\n\nA: Director\nDe: Ana\nFecha: hoy\n\ntexto", "Hola\n\nA: Director\nDe: Ana\nFecha: hoy\n\ntexto"},
		"a ruler in prose":      {"", "uno\n--------------------------\ndos", "uno\n--------------------------\ndos"},
		"a dash is no end":      {"", "uno\n--\n" + strings.Repeat("largo ", 30), "uno\n--\n" + strings.Repeat("largo ", 30)},
		"a signature":           {"", "uno\n\n-- \nAna", "uno"},
		"a signature alone":     {"", "-- \nAna", "-- \nAna"},
		"a telephone":           {"", "uno\n\nEnviado desde mi Huawei", "uno"},
		"a telephone in prose":  {"", "Enviado desde mi casa el formulario no llega.\nAyuda.", "Enviado desde mi casa el formulario no llega.\nAyuda."},
		"english":               {"", "Thanks\n\nOn Tue, Nov 3, 2026 at 10:12 AM X <x@y.bo> wrote:\n\n> uno", "Thanks"},
		"outlook english":       {"", "Ok\n\nFrom: X <x@y>\nSent: Tuesday, November 3, 2026 10:12\nTo: Y\nSubject: RE: Z\n\nuno", "Ok"},
		"a forward by its mark": {"", "Vean\n\n-------- Mensaje reenviado --------\nDe: X\nFecha: hoy\nPara: Y\nAsunto: Z\n\nuno", "Vean\n\n-------- Mensaje reenviado --------\nDe: X\nFecha: hoy\nPara: Y\nAsunto: Z\n\nuno"},
		"a forward by subject":  {"RV: algo", "Vean\n\nDe: X\nEnviado: hoy\nPara: Y\nAsunto: Z\n\nuno", "Vean\n\nDe: X\nEnviado: hoy\nPara: Y\nAsunto: Z\n\nuno"},
	} {
		if got := said(c.subject, c.text); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}
