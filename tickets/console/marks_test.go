package console

import (
	"strings"
	"testing"
	"time"
)

// WhatsApp's marks are shown as formatting, marks without a partner as signs,
// and nothing that a person wrote becomes markup.
func TestChatText(t *testing.T) {
	for text, want := range map[string]string{
		"El código de su caso es *AIT-2026-000001-R*. Una": "El código de su caso es <b>AIT-2026-000001-R</b>. Una",
		"*_ambos_* y ~no~":           "<b><i>ambos</i></b> y <s>no</s>",
		"2*3*4 y nombre_de_archivo":  "2*3*4 y nombre_de_archivo",
		"* uno\n* dos":               "* uno\n* dos",
		"*abre\ncierra*":             "*abre\ncierra*",
		"``` *no* <b> ``` sí *<i>*":  "<code> *no* &lt;b&gt; </code> sí <b>&lt;i&gt;</b>",
		"``` sin fin *negrita*":      "``` sin fin <b>negrita</b>",
		"*<script>alert(1)</script>": "*&lt;script&gt;alert(1)&lt;/script&gt;",
		"**":                         "**",
		"*ñandú*":                    "<b>ñandú</b>",
		"*":                          "*",
		"":                           "",
	} {
		if got := string(chatText(text)); got != want {
			t.Errorf("%q is shown as %q, not %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"*_ambos_* y ~no~ en ```código```": "ambos y no en código",
		"2*3*4 y * uno, <b> & *abre":       "2*3*4 y * uno, <b> & *abre",
	} {
		if got := chatPlain(text); got != want {
			t.Errorf("%q is %q in plain words, not %q", text, got, want)
		}
	}
	began := time.Now()
	chatText(strings.Repeat(" *a", 200_000))
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("a hostile text took %v", d)
	}
}
