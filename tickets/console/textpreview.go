package console

import (
	"html"
	"net/http"
	"strings"

	"ventanilla/tickets/store"
)

// Letter is a mail as its reader will see it.
type Letter struct {
	From, Subject string
	HTML          string // the page, its pictures within it
}

// textPreview shows the words of a template in the mail that would carry them:
// those that were typed, else those of the newest version. It is a page for the
// frame beside the form, so that the button works without any script.
func (c *Console) textPreview(w http.ResponseWriter, r *http.Request, s *Session) error {
	if c.opt.Letter == nil {
		return store.ErrNotFound
	}
	words, id := c.say(s), r.PathValue("id")
	body := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n"))
	if id != "nueva" {
		versions, err := c.st.TemplateVersions(r.Context(), id)
		if err != nil {
			return err
		}
		if len(versions) == 0 {
			return store.ErrNotFound
		}
		if r.Method == http.MethodGet {
			body = versions[0].Body
		}
	}
	if body == "" {
		body = words.T("texts.preview.empty")
	}
	values := c.sampleValues(words)
	letter, err := c.opt.Letter(values["nombre"], values["codigo"], "Re: "+values["asunto"]+" ["+values["codigo"]+"]", fill(body, values))
	if err != nil {
		return err
	}
	mailHeaders(w.Header(), "")
	_, _ = w.Write([]byte(letter.opened(words))) // a reader that went away
	return nil
}

// opened is the mail as programs show one: whom it is from and its subject
// above the page.
func (l Letter) opened(words *words) string {
	head := `<p style="margin:0;padding:8px 16px;background:#eef1f2;color:#1b2428;font:13px/1.5 sans-serif">` +
		html.EscapeString(words.T("texts.preview.from")+": "+l.From) + "<br>" + html.EscapeString(words.T("texts.preview.subject")+": "+l.Subject) + "</p>\n"
	at := strings.Index(l.HTML, "<body")
	if at >= 0 {
		at += strings.IndexByte(l.HTML[at:], '>') + 1
	}
	return l.HTML[:max(at, 0)] + head + l.HTML[max(at, 0):]
}

// sampleValues fill a template's slots with those of nobody's case.
func (c *Console) sampleValues(words *words) map[string]string {
	v := map[string]string{"saludo": greeting(c.clock.in(c.now()))}
	for _, name := range [...]string{"nombre", "codigo", "asunto", "sistema", "operador", "entidad", "solucion", "tiempo"} {
		v[name] = words.T("texts.sample." + name)
	}
	return v
}
