package e2e

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"ventanilla/tickets"
)

// TestATemplateIsPreviewedInTheLetterhead: what an administrator types is shown
// in the mail that the program would write, with the configured letterhead and
// its logo within the page, and markup in it as the words that it is.
func TestATemplateIsPreviewedInTheLetterhead(t *testing.T) {
	h := newHouse(t)
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	write(t, h.dir+"/logo.png", logo.String())
	h.tables = "[email.letterhead]\nname = \"Agencia Ficticia\"\nfooter = \"Calle Inventada 1\\nLunes a viernes\"\nlogo = \"" + h.dir + "/logo.png\"\n"
	h.start()
	b := h.browser("ada", tickets.Administrador)
	status, page, _ := submit(t, b, "http://"+h.console+"/administracion/plantillas/solucion/vista", url.Values{"body": {"{saludo}, {nombre}: <b>pruebe</b> otra vez."}})
	for _, want := range []string{
		"De: Mesa &lt;soporte@mesa.test&gt;", "<b style=\"vertical-align:middle\">Agencia Ficticia</b>", "Calle Inventada 1<br>", "Ana Ejemplo: &lt;b&gt;pruebe&lt;/b&gt; otra vez.",
		`<img src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(logo.Bytes()) + `"`,
	} {
		if status != 200 || !strings.Contains(page, want) {
			t.Errorf("status %d: %s is not in %s", status, want, page)
		}
	}
}
