package console

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"ventanilla/tickets"
)

// Templates in the composer: what is written often, its slots filled from the
// case. A slot that the case cannot fill stays, and doubts finds it.

// phrase is a template as the composer offers it.
type phrase struct{ Name, Text, Href string }

// phrases lists what may be used on the case's channel. A person who reads no
// Spanish is offered what is in their language first, as far as there is any.
func (c *Console) phrases(r *http.Request, s *Session, t *tickets.Ticket) ([]phrase, error) {
	list, err := c.st.Approved(r.Context(), t.Contact.Medium)
	if err != nil {
		return nil, err
	}
	values := c.slots(r, s, t)
	var own, rest []phrase
	for _, v := range list {
		p := phrase{v.Name, fill(v.Body, values), "/casos/" + t.Code + "?plantilla=" + url.QueryEscape(v.ID) + "#compose"}
		if v.Language == cmp.Or(t.Language, "es") {
			own = append(own, p)
		} else {
			p.Name += " (" + c.say(s).Or("choice.language."+v.Language, v.Language) + ")"
			rest = append(rest, p)
		}
	}
	return append(own, rest...), nil
}

// slots are the values that a case gives; a slot without one is left.
func (c *Console) slots(r *http.Request, s *Session, t *tickets.Ticket) map[string]string {
	v := map[string]string{
		"saludo": greeting(c.clock.in(c.now())), "nombre": strings.TrimSpace(t.Contact.Name), "codigo": t.Code, "asunto": t.Subject,
		"sistema": c.systemName(r.Context(), cmp.Or(t.System, t.Suggestion.System)), "operador": s.Actor.Name, "entidad": t.Entity,
	}
	if t.Solution != nil {
		v["solucion"] = t.Solution.Text
	}
	if n := len(t.Estimates); n > 0 {
		v["tiempo"] = c.say(s).T("value.hours", "n", strings.Replace(c.say(s).work(t.Estimates[n-1].Time), " h", "", 1))
	}
	return v
}

// greeting is how one greets in Bolivia at that hour.
func greeting(t time.Time) string {
	switch h := t.Hour(); {
	case h < 12:
		return "Buenos días"
	case h < 19:
		return "Buenas tardes"
	}
	return "Buenas noches"
}

var slot = regexp.MustCompile(`\{[\p{L}_ ]+\}`)

// fill puts values into a template's slots. Nobody is addressed by no name.
func fill(body string, values map[string]string) string {
	if values["nombre"] == "" {
		body = strings.ReplaceAll(body, ", {nombre}", "")
	}
	return slot.ReplaceAllStringFunc(body, func(s string) string {
		return cmp.Or(values[strings.Trim(s, "{}")], s)
	})
}
