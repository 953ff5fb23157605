package console

import (
	"errors"
	"net/http"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Two lists of cases that are looked after apart: formal letters with what the
// legal area said of them (G34), and restricted cases with who may see them (G33).

type flaggedData struct {
	Frame
	Kind string // formal, restricted
	Rows []flaggedRow
	More bool
}

type flaggedRow struct {
	Code, Subject, Person, Entity string
	Step                          tickets.Step
	Unit                          tickets.Unit
	Formal                        tickets.Formal
	Late, Answered                bool
	Named                         []string
	Since                         time.Time
}

func (c *Console) formalPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.flagged(w, r, s, tickets.FlagFormal, "/notas")
}

func (c *Console) reservedPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.flagged(w, r, s, tickets.FlagRestricted, "/reservados")
}

func (c *Console) flagged(w http.ResponseWriter, r *http.Request, s *Session, flag tickets.Flag, at string) error {
	words, today := c.say(s), c.clock.in(c.now()).Format(time.DateOnly)
	data := flaggedData{Frame: c.frame(r, s, words.T("flagged."+string(flag)), at), Kind: string(flag)}
	for _, state := range []string{"open", "closed"} {
		page, err := c.st.List(r.Context(), store.Filter{State: state, Flag: flag, Limit: 100, Restricted: seesAll(s.Actor), Viewer: viewer(s.Actor)})
		if err != nil {
			return err
		}
		data.More = data.More || page.Next != (store.Cursor{})
		for _, row := range page.Rows {
			t, err := c.st.Ticket(r.Context(), row.ID)
			if errors.Is(err, store.ErrNotFound) || err == nil && !t.SeenBy(s.Actor) {
				continue
			}
			if err != nil {
				return err
			}
			v := flaggedRow{Code: t.Code, Subject: t.Subject, Person: row.PersonName, Entity: t.Entity, Step: t.Step, Unit: t.Unit, Since: t.Opened, Answered: t.Step == tickets.Closed}
			if t.Formal != nil {
				v.Formal = *t.Formal
				v.Late = !v.Answered && t.Formal.Due != "" && t.Formal.Due < today
			}
			for _, id := range t.Named {
				v.Named = append(v.Named, c.nameOf(r.Context(), id))
			}
			data.Rows = append(data.Rows, v)
		}
	}
	return c.show(w, r, http.StatusOK, words.lang, "flagged", "content", data)
}
