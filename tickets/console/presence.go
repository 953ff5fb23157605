package console

import (
	"net/http"
	"strings"

	"ventanilla/tickets/store"
)

// Who else has a case open. Each open page says so every fifteen seconds, and
// when somebody begins to write; it is kept in the database, so that people on
// different nodes see each other.

// others is who else looks at a case, and who writes in it.
type others struct{ Writing, Looking []string }

func (c *Console) others(r *http.Request, list []store.Present) others {
	var o others
	for _, p := range list {
		name := c.nameOf(r.Context(), p.Staff)
		if p.Writing {
			o.Writing = append(o.Writing, name)
		} else {
			o.Looking = append(o.Looking, name)
		}
	}
	return o
}

// bePresent is a page's sign of life: POST /casos/{code}/presencia. It answers
// with who else is there.
func (c *Console) bePresent(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	list, err := c.st.BePresent(r.Context(), t.ID, s.Actor.ID, r.PostFormValue("escribe") == "si", r.PostFormValue("sale") == "si")
	if err != nil {
		return err
	}
	if r.Header.Get("HX-Request") != "true" {
		c.redirect(w, r, "/casos/"+t.Code)
		return nil
	}
	return c.show(w, r, http.StatusOK, s.Language, "case", "present", c.others(r, list))
}

// presentIn names who has which of the cases open, besides this person: case id → words.
func (c *Console) presentIn(r *http.Request, s *Session) map[string]others {
	list, err := c.st.Presence(r.Context())
	if err != nil {
		if !gone(r.Context(), err) {
			c.log.Error().Err(err).Msg("who is present could not be read")
		}
		return nil
	}
	by := map[string][]store.Present{}
	for _, p := range list {
		if p.Staff != s.Actor.ID {
			by[p.Ticket] = append(by[p.Ticket], p)
		}
	}
	out := map[string]others{}
	for id, list := range by {
		out[id] = c.others(r, list)
	}
	return out
}

// Names joins people's names; Anyone tells whether there are any.
func (o others) Names() string { return strings.Join(append(o.Writing, o.Looking...), ", ") }
func (o others) Anyone() bool  { return len(o.Writing)+len(o.Looking) > 0 }
