package router

import (
	"errors"
	"fmt"
	"slices"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// place finds the case that a message belongs to, "" if none: the threading
// ladder, from proof to hint (RFC 5322 §3.6.4 for the ids). Whether its sender
// may speak there is asked afterwards.
//
//  1. our signed id among the ids it answers
//  2. our signed token, in the address it was sent to or in what it quotes
//  3. a known id among them: the person's own earlier message
//  4. a case code in the subject, then in the text
//
// What proves nothing is sorted by what it says (chat, likely).
func (r *Router) place(tx *store.Tx, rd *reading) (string, error) {
	rep := &rd.report
	for _, id := range append(slices.Clone(rep.Answers), rep.Token) {
		if out, ok := r.sign.open(id); ok {
			if id, err := r.standing(tx, ticketOf(out)); err != nil || id != "" {
				return id, err
			} // else the answer to a greeting, which has no case
		}
	}
	if len(rep.Answers) > 0 {
		id, _, err := tx.FindRef(rep.Medium, rep.Answers...)
		if err == nil {
			return r.standing(tx, id)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return "", fmt.Errorf("looking up ids: %w", err)
		}
	}
	for _, code := range rd.codes {
		id, err := tx.TicketOfCode(code)
		if err == nil {
			return r.standing(tx, id)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return "", fmt.Errorf("looking up a code: %w", err)
		}
	}
	return "", nil
}

// codesIn are the case codes that a report names, in its subject first.
func codesIn(rep *channels.Report) []string {
	var codes []string
	for _, text := range []string{rep.Subject, rep.Said} {
		codes = append(codes, tickets.FindCodes(text)...)
	}
	if rep.Text != rep.Said {
		codes = append(codes, tickets.FindCodes(rep.Text)...)
	}
	return codes
}

// answersUs says whether a message carries an id that this desk signed.
func (r *Router) answersUs(rep *channels.Report) bool {
	return slices.ContainsFunc(append(slices.Clone(rep.Answers), rep.Token), func(id string) bool {
		_, ok := r.sign.open(id)
		return ok
	})
}

// standing follows merges to the case that goes on; "" if there is no such case.
func (r *Router) standing(tx *store.Tx, id string) (string, error) {
	c, err := stands(tx, tx.Case, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return c.Ticket.ID, nil
}

// stands is standing with the case itself, as load gives it; store.ErrNotFound
// if there is none.
func stands(tx *store.Tx, load func(id string) (*store.Case, error), id string) (*store.Case, error) {
	c, err := load(id)
	for range 20 {
		if err != nil || c.Ticket.MergedInto() == "" {
			return c, err
		}
		into, cerr := tx.TicketOfCode(c.Ticket.MergedInto())
		if errors.Is(cerr, store.ErrNotFound) {
			return c, nil
		}
		if cerr != nil {
			return nil, cerr
		}
		c, err = load(into)
	}
	return c, err
}
