package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// suggestionView is one thing that the program noticed between cases or
// persons, as the case shows it.
type suggestionView struct {
	Text, Why  string
	Href, Code string // the other case or person
	Action     string
	Accept     string // what accepting does; empty where there is nothing to do here
}

// suggestionsOf lists what waits for a decision in a case. Only those who may
// act on it are asked.
func (c *Console) suggestionsOf(ctx context.Context, w *words, by tickets.Actor, t *tickets.Ticket) ([]suggestionView, error) {
	list, err := c.st.Suggestions(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	var out []suggestionView
	for _, g := range list {
		v := suggestionView{Text: w.T("suggest." + g.Kind), Why: w.T("suggest.why." + g.Reason), Action: "/casos/" + t.Code + "/sugerencias/" + g.ID}
		switch g.Kind {
		case store.SuggestSplit:
			v.Href, v.Code = "/casos/"+t.Code+"?acto="+string(tickets.ActSplit), w.T("suggest.separate")
		case store.SuggestSame:
			other, err := c.st.Ticket(ctx, g.Other)
			if err != nil {
				return nil, err
			}
			if !other.SeenBy(by) {
				continue // not even that there is one (G33)
			}
			v.Href, v.Code, v.Accept = "/casos/"+other.Code, other.Code, w.T("suggest.link")
		case store.SuggestPerson:
			p, err := c.st.Person(ctx, g.Other)
			if err != nil {
				return nil, err
			}
			own, err := c.st.Person(ctx, t.Person)
			if err != nil {
				return nil, err
			}
			if own.ID == p.ID {
				continue // joined meanwhile
			}
			v.Href, v.Code, v.Accept = "/personas/"+p.ID, p.Name, w.T("suggest.join")
			if v.Code == "" {
				v.Code = w.T("suggest.noname")
			}
			if g.Reason == "stated" { // their word alone: the page that joins asks for a proof
				v.Accept = ""
				if v.Href, err = c.joinHref(ctx, t, p); err != nil {
					return nil, err
				}
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// joinHref is the page that joins the person of a case with another, filled in
// with an address of the other.
func (c *Console) joinHref(ctx context.Context, t *tickets.Ticket, p store.Person) (string, error) {
	known, err := c.st.Addresses(ctx, p.ID)
	href := "/casos/" + t.Code + "/persona"
	for _, a := range known {
		if a.Undone.IsZero() {
			return href + "?" + url.Values{"of": {a.Value}}.Encode(), err
		}
	}
	return href, err
}

// decideSuggestion does or drops what was suggested. Tying cases and persons
// can be taken back: by unlinking, and on the page that joins persons.
func (c *Console) decideSuggestion(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	list, err := c.st.Suggestions(r.Context(), t.ID)
	if err != nil {
		return err
	}
	var g store.Suggestion
	for i := range list {
		if list[i].ID == r.PathValue("id") {
			g = list[i]
		}
	}
	decision := "refused"
	if r.PostFormValue("aceptar") == "yes" {
		decision = "accepted"
	}
	if g.ID != "" {
		err = c.st.Write(r.Context(), func(tx *store.Tx) error {
			if err := tx.DecideSuggestion(g.ID, decision, s.Actor.ID); err != nil || decision == "refused" {
				return err
			}
			return c.follow(tx, s, t, g)
		})
	}
	var refused *tickets.Refusal
	if err != nil && !errors.Is(err, store.ErrStale) && !errors.As(err, &refused) {
		return err
	}
	to := "/casos/" + t.Code // decided meanwhile: the case shows how it stands
	if err == nil && g.Kind == store.SuggestPerson && decision == "accepted" {
		to += "/persona?hecho=joined" // where it can be taken back
	}
	c.redirect(w, r, to)
	return nil
}

// follow does what an accepted suggestion asks for.
func (c *Console) follow(tx *store.Tx, s *Session, t *tickets.Ticket, g store.Suggestion) error {
	switch g.Kind {
	case store.SuggestSame:
		other, err := tx.Ticket(g.Other)
		if err != nil {
			return err
		}
		if !other.SeenBy(s.Actor) {
			return store.ErrNotFound
		}
		rec := tickets.Record{"kind": "related", "case": other.Code, "case_id": other.ID}
		return tx.Update(t.ID, func(t *tickets.Ticket) error {
			return t.Do(tickets.ActLink, s.Actor, rec, c.now().Truncate(time.Millisecond))
		})
	case store.SuggestPerson:
		err := tx.JoinPeople(store.Join{Person: t.Person, Other: g.Other, Proof: g.Reason, By: s.Actor.ID})
		if errors.Is(err, store.ErrExists) {
			return nil // joined meanwhile
		}
		if err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "person.join", Target: t.Code, Details: map[string]string{"person": t.Person, "other": g.Other, "proof": g.Reason}})
	}
	return nil
}
