package console_test

import (
	"net/http"
	"strings"
	"testing"

	"ventanilla/tickets/console"
)

// letterOf frames the words as a mail of the office.
func letterOf(name, code, subject, text string) (console.Letter, error) {
	return console.Letter{From: "Mesa <mesa@agetic.example>", Subject: subject, HTML: "<!DOCTYPE html><html lang=\"es\"><head><title>x</title></head><body>\n<p>" + name + "|" + code + "|" + text + "</p></body></html>"}, nil
}

// TestTextPreview: the mail that would carry a template is shown with what is
// typed and unsaved, its slots filled with nobody's case, in a page that can do
// nothing; nothing is stored by it.
func TestTextPreview(t *testing.T) {
	o := open(t)
	b := o.login("operador")
	page := body(t, b.get("/administracion/plantillas/nueva"))
	for _, want := range []string{`formaction="/administracion/plantillas/nueva/vista"`, `formtarget="vista"`, `<iframe src="/administracion/plantillas/nueva/vista" name="vista" sandbox`} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	stored := func() int {
		list, err := o.st.Templates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := stored()
	res := b.post("/administracion/plantillas/nueva/vista", "name", "Saludo", "body", "{saludo}, {nombre}. Su caso {codigo}: {solucion} {otra cosa}", "language", "es")
	mail := body(t, res)
	for _, want := range []string{"De: Mesa &lt;mesa@agetic.example&gt;", "Asunto: Re: No puedo entrar al sistema [CASO-DE-EJEMPLO]", ", Ana Ejemplo. Su caso CASO-DE-EJEMPLO: Reinicie", "{otra cosa}"} {
		if res.StatusCode != http.StatusOK || !strings.Contains(mail, want) {
			t.Errorf("status %d, %q is not in %s", res.StatusCode, want, mail)
		}
	}
	if p := res.Header.Get("Content-Security-Policy"); !strings.HasPrefix(p, "sandbox; default-src 'none'") || !strings.Contains(p, "frame-ancestors 'self'") {
		t.Errorf("the policy is %q", p)
	}
	if n := stored(); n != before {
		t.Errorf("%d templates stored, there were %d", n, before)
	}
	to := b.post("/administracion/plantillas/nueva", "do", "draft", "name", "Saludo", "body", "Lo guardado.", "language", "es").Header.Get("Location")
	path, _, _ := strings.Cut(to, "?")
	if got := body(t, b.get(path+"/vista")); !strings.Contains(got, "Lo guardado.") {
		t.Errorf("the newest version is not shown: %s", got)
	}
}

// TestNoPreviewWithoutMail: an office that sends no mail is offered none.
func TestNoPreviewWithoutMail(t *testing.T) {
	o := open(t, func(_ *office, opt *console.Options) { opt.Letter = nil })
	b := o.login("operador")
	if page := body(t, b.get("/administracion/plantillas/nueva")); strings.Contains(page, "vista") {
		t.Error("a preview is offered")
	}
	if res := b.post("/administracion/plantillas/nueva/vista", "body", "x"); res.StatusCode != http.StatusNotFound {
		t.Errorf("status %d, want 404", res.StatusCode)
	}
}
