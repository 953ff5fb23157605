package console

import (
	"net/http"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The command palette (Ctrl+K) finds places and acts in the page itself; this
// adds the cases, people and articles that a few letters mean.

// found is one line of the palette.
type found struct{ Href, Icon, Title, Text string }

const foundEach = 5

func (c *Console) palette(w http.ResponseWriter, r *http.Request, s *Session) error {
	text, ctx, words := strings.TrimSpace(r.URL.Query().Get("q")), r.Context(), c.say(s)
	if r.Header.Get("HX-Request") != "true" {
		c.redirect(w, r, address("/buscar", r.URL.Query()))
		return nil
	}
	var out []found
	add := func(row store.Row) {
		ref := c.reference(words, row)
		out = append(out, found{ref.Href, string(row.Medium), ref.Title, strings.TrimPrefix(row.PersonName+" · ", " · ") + ref.Text})
	}
	if code, ok := tickets.ParseCode(text); ok {
		if t, err := c.openCode(r, s, code); err == nil {
			out = append(out, found{"/casos/" + t.Code, t.Contact.Medium, t.Subject, t.Code})
		}
	} else if len([]rune(text)) >= 2 && (route{who: seekers}).allows(s.Actor) {
		rows, err := c.st.Search(ctx, store.SearchFilter{Text: text, Limit: foundEach, Filter: store.Filter{Restricted: seesAll(s.Actor), Viewer: viewer(s.Actor)}})
		if err != nil {
			return err
		}
		for _, row := range rows {
			add(row)
		}
		people, err := c.st.SearchPeople(ctx, text, foundEach)
		if err != nil {
			return err
		}
		for _, p := range people {
			out = append(out, found{"/personas/" + p.ID, "mine", p.Name, p.Entity})
		}
		f := readable(s.Actor)
		f.Text, f.Limit = text, foundEach
		articles, err := c.st.Articles(ctx, f)
		if err != nil {
			return err
		}
		for _, a := range articles {
			out = append(out, found{"/conocimiento/" + a.ID, "book", a.Title, words.T("nav.knowledge")})
		}
	}
	return c.show(w, r, http.StatusOK, s.Language, "pulse", "found", out)
}
