package router

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ventanilla/router/dialogue"
	"ventanilla/router/facts"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/words"
)

// suggestJoined tells the operator of a case what is uncertain about a message
// that joined it: that it may be a matter of its own (cl. 5.c, G3), or that a
// closed case may have to be reopened (G24).
func (r *Router) suggestJoined(tx *store.Tx, row store.Row, g dialogue.Group, message string) error {
	s := store.Suggestion{Ticket: row.ID, Message: message, Reason: string(g.Why)}
	switch {
	case !row.Closed.IsZero() && g.Why != dialogue.Courtesy:
		s.Kind = store.SuggestReopen
	case !g.Sure:
		s.Kind = store.SuggestSplit
	default:
		return nil
	}
	return tx.Suggest(s)
}

// suggestOpened tells the operator of a new case what is uncertain about it, and
// ties it to the case that its person had before it (G24).
func (r *Router) suggestOpened(tx *store.Tx, known *knownTo, g dialogue.Group, f store.Fate, text string) error {
	if dialogue.Two(text) {
		if err := tx.Suggest(store.Suggestion{Ticket: f.Ticket, Kind: store.SuggestSplit, Message: f.Message, Reason: "two"}); err != nil {
			return err
		}
	}
	if len(known.rows) == 0 {
		return nil
	}
	newest := known.newest()
	if newest < 0 {
		before := known.rows[0]
		return tx.Update(f.Ticket, func(t *tickets.Ticket) error {
			t.Linked("related", before.ID, before.Code, tx.Now())
			return nil
		})
	}
	if g.Sure {
		return nil
	}
	return tx.Suggest(store.Suggestion{Ticket: f.Ticket, Kind: store.SuggestSame, Other: known.rows[newest].ID, Message: f.Message, Reason: string(g.Why)})
}

// likely finds the case that a whole letter without any id goes on with, by its
// person and its matter. The address of a mail proves little, so only what goes
// on beyond doubt joins an open case; else the likeness is left as a suggestion.
// A mail without any subject is a line of a talk, and is read like one.
func (r *Router) likely(tx *store.Tx, rd *reading) (id string, like *store.Suggestion, err error) {
	known, err := r.casesOf(tx, rd)
	if err != nil || len(known.cases) == 0 {
		return "", nil, err
	}
	out := dialogue.Sort(known.cases, []dialogue.Message{heard(rd)})
	if len(out.Groups) == 0 || out.Groups[0].Case == dialogue.New {
		return "", nil, nil
	}
	g := out.Groups[0]
	sure := g.Sure && g.Why != dialogue.Near || strings.TrimSpace(rd.report.Subject) == ""
	if row := known.rows[g.Case]; sure && row.Closed.IsZero() && sameSubject(rd.report.Subject, row.Subject) {
		id, err := r.standing(tx, row.ID)
		return id, nil, err
	}
	return "", &store.Suggestion{Kind: store.SuggestSame, Other: known.rows[g.Case].ID, Reason: string(g.Why)}, nil
}

// sameSubject tells whether a letter has the subject of a case, marks of an
// answer aside, or none at all: another subject is another matter until a
// person says otherwise.
func sameSubject(subject, of string) bool {
	bare := func(s string) string { return words.Fold(strings.TrimSpace(store.BareSubject(s))) }
	return strings.TrimSpace(subject) == "" || bare(subject) == bare(of)
}

// suggestPersons offers to link the person of a new case with another one who
// may be the same: a telephone number that is known on another medium, or a
// number or mail address that the person gave where the name agrees too.
func (r *Router) suggestPersons(tx *store.Tx, t *tickets.Ticket, stated []facts.Fact) error {
	if t.Contact.Value == "" {
		return nil
	}
	if t.Contact.Medium != "email" {
		if err := suggestPerson(tx, t, numberOn(t.Contact.Value), "number"); err != nil {
			return err
		}
	}
	for _, f := range stated {
		of := numberOn(f.Value)
		if f.Kind == facts.Email {
			of = []tickets.Contact{{Medium: "email", Value: f.Value}}
		}
		if err := suggestPerson(tx, t, of, "stated"); err != nil {
			return err
		}
	}
	return nil
}

// numberOn is a telephone number on each medium that has one.
func numberOn(number string) []tickets.Contact {
	return []tickets.Contact{{Medium: "phone", Value: number}, {Medium: "whatsapp", Value: number}}
}

// statedBytes is how much of what a person said is read for their addresses.
const statedBytes = 4000

// stated are the numbers and mail addresses in what a person said.
func stated(said string) []facts.Fact {
	if len(said) > statedBytes {
		said = strings.ToValidUTF8(said[:statedBytes], "")
	}
	digits := 0
	for i := range len(said) {
		if '0' <= said[i] && said[i] <= '9' {
			digits++
		}
	}
	if digits < 7 && !strings.Contains(said, "@") { // most texts have neither
		return nil
	}
	return facts.Contacts(said)
}

// suggestPerson offers whoever one of the addresses is known of. A stated one
// may be anybody's: then the name must agree.
func suggestPerson(tx *store.Tx, t *tickets.Ticket, of []tickets.Contact, reason string) error {
	for _, c := range of {
		other, err := tx.FindPerson(c)
		if errors.Is(err, store.ErrNotFound) || other == t.Person {
			continue
		}
		if err != nil {
			return fmt.Errorf("looking for the same person: %w", err)
		}
		if reason == "stated" {
			name, err := tx.PersonName(other)
			if err != nil {
				return fmt.Errorf("looking for the same person: %w", err)
			}
			if !namesAgree(t.Contact.Name, name) {
				continue
			}
		}
		if err := tx.Suggest(store.Suggestion{Ticket: t.ID, Kind: store.SuggestPerson, Other: other, Reason: reason}); err != nil {
			return err
		}
	}
	return nil
}

// namesAgree tells whether two names have a word in common that is more than
// an initial or "de".
func namesAgree(a, b string) bool {
	of := words.Tokens(a)
	return slices.ContainsFunc(words.Tokens(b), func(w string) bool { return len(w) > 2 && !words.Stop(w) && slices.Contains(of, w) })
}
