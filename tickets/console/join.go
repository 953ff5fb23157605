package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Joining the person of a case with another: by a proof of the agency's list,
// reversible, in the audit log.

type joinData struct {
	Frame
	Code, Self    string
	Person        string
	Proofs        []string
	Of            string // as typed: the code of a case, a mail address or a number
	Proof, Detail string
	Joins         []joinView
}

type joinView struct {
	store.Join
	PersonName, OtherName, ByName string
}

// joinPage is GET /casos/{code}/persona.
func (c *Console) joinPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	return c.showJoin(w, r, s, t, http.StatusOK, "")
}

// showJoin shows the form with what was typed in it.
func (c *Console) showJoin(w http.ResponseWriter, r *http.Request, s *Session, t *tickets.Ticket, status int, wrong string) error {
	ctx, words := r.Context(), c.say(s)
	data := joinData{Frame: c.frame(r, s, words.T("join.title"), "/bandeja"), Code: t.Code, Self: "/casos/" + t.Code,
		Of: r.FormValue("of"), Proof: r.PostFormValue("proof"), Detail: r.PostFormValue("detail")}
	if wrong != "" {
		data.Flash = &flash{Kind: "bad", Text: words.T(wrong)}
	}
	var err error
	if data.Proofs, err = c.proofs(ctx); err != nil {
		return err
	}
	if data.Person, err = c.personName(ctx, words, t.Person); err != nil {
		return err
	}
	joins, err := c.joinsOf(ctx, t)
	if err != nil {
		return err
	}
	for _, j := range joins {
		v := joinView{Join: j, ByName: c.nameOf(ctx, j.By)}
		if v.PersonName, err = c.recordName(ctx, words, j.Person); err != nil {
			return err
		}
		if v.OtherName, err = c.recordName(ctx, words, j.Other); err != nil {
			return err
		}
		data.Joins = append(data.Joins, v)
	}
	return c.show(w, r, status, s.Language, "join", "content", data)
}

// personName is the name of a person by now, recordName that of one record.
func (c *Console) personName(ctx context.Context, w *words, id string) (string, error) {
	p, err := c.st.Person(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.Name == "" {
		return w.T("person.unknown"), nil
	}
	return p.Name, err
}

func (c *Console) recordName(ctx context.Context, w *words, id string) (string, error) {
	name, err := c.st.PersonName(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && name == "" {
		return w.T("person.unknown"), nil
	}
	return name, err
}

func (c *Console) joinsOf(ctx context.Context, t *tickets.Ticket) ([]store.Join, error) {
	same, err := c.st.Same(ctx, t.Person)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return c.st.Joins(ctx, same)
}

// join ties the person of a case to another, or takes that back: POST /casos/{code}/persona.
func (c *Console) join(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	wrong := ""
	if typed := r.PostFormValue("part"); typed != "" {
		wrong, err = c.part(r, s, t, typed)
	} else {
		wrong, err = c.tie(r, s, t)
	}
	if err != nil {
		return err
	}
	if wrong != "" {
		return c.showJoin(w, r, s, t, http.StatusUnprocessableEntity, wrong)
	}
	c.redirect(w, r, "/casos/"+t.Code+"/persona?hecho=person")
	return nil
}

// tie gives the word for why not, empty when it was done.
func (c *Console) tie(r *http.Request, s *Session, t *tickets.Ticket) (wrong string, err error) {
	ctx := r.Context()
	proof, detail := r.PostFormValue("proof"), strings.TrimSpace(r.PostFormValue("detail"))
	list, err := c.proofs(ctx)
	if err != nil {
		return "", err
	}
	if !slices.Contains(list, proof) {
		return "join.noproof", nil
	}
	other, err := c.otherPerson(r, s, r.PostFormValue("of"))
	if errors.Is(err, store.ErrNotFound) || err == nil && other == "" {
		return "join.nobody", nil
	}
	if err != nil {
		return "", err
	}
	err = c.st.Write(ctx, func(tx *store.Tx) error {
		if err := tx.JoinPeople(store.Join{Person: t.Person, Other: other, Proof: proof, Detail: detail, By: s.Actor.ID}); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "person.join", Target: t.Code, Peer: c.peer(r), Details: map[string]string{"person": t.Person, "other": other, "proof": proof, "detail": detail}})
	})
	switch {
	case errors.Is(err, store.ErrExists), errors.Is(err, store.ErrStale):
		return "join.already", nil
	case errors.Is(err, store.ErrNotFound):
		return "join.nobody", nil
	}
	return "", err
}

// otherPerson finds who is meant by the code of a case, a mail address or a
// number. A case that this person may not see is none.
func (c *Console) otherPerson(r *http.Request, s *Session, typed string) (person string, err error) {
	typed = strings.TrimSpace(typed)
	if _, ok := tickets.ParseCode(typed); ok {
		t, err := c.openCode(r, s, typed)
		if err != nil {
			return "", err
		}
		return t.Person, nil
	}
	contacts := []tickets.Contact{{Medium: "email", Value: strings.ToLower(typed)}}
	if !strings.Contains(typed, "@") {
		e164, _, ok := c.number(typed)
		if !ok {
			return "", store.ErrNotFound
		}
		contacts = []tickets.Contact{{Medium: "whatsapp", Value: e164}, {Medium: "phone", Value: e164}}
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) (err error) {
		for _, contact := range contacts {
			if person, err = tx.FindPerson(contact); !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
		return err
	})
	return person, err
}

func (c *Console) part(r *http.Request, s *Session, t *tickets.Ticket, typed string) (wrong string, err error) {
	joins, err := c.joinsOf(r.Context(), t)
	if err != nil {
		return "", err
	}
	id, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || !slices.ContainsFunc(joins, func(j store.Join) bool { return j.ID == id }) {
		return "join.parted", nil
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.PartPeople(id, s.Actor.ID); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "person.part", Target: t.Code, Peer: c.peer(r), Details: map[string]string{"join": typed}})
	})
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return "join.parted", nil
	}
	return "", err
}
