package store

import (
	"context"
	"time"
)

// Kinds of suggestions.
const (
	SuggestSplit  = "split"  // the message may be a matter of its own
	SuggestSame   = "same"   // the case may be the same matter as Other
	SuggestReopen = "reopen" // what came after the close may ask for it
	SuggestPerson = "person" // Other may be the same person
)

// Suggestion is something that the program noticed between cases or persons,
// for an operator to decide. It does nothing by itself.
type Suggestion struct {
	ID       string
	Ticket   string
	Kind     string
	Other    string // the other case, or the other person
	Message  string // the message that gave rise to it
	Reason   string // a word of the catalogue
	Created  time.Time
	Decided  time.Time
	Decision string // "accepted" or "refused"
	By       string
}

// Suggest leaves a suggestion in a case, unless the same one is open or was
// refused there. That two persons are the same is not asked again in any case of
// either once somebody has refused it.
func (tx *Tx) Suggest(s Suggestion) error {
	_, err := tx.exec(`INSERT INTO suggestion (id, ticket, kind, other, message, reason, created, decided, decision, actor)
		SELECT $1, $2, $3, $4, $5, $6, $7, 0, '', '' WHERE NOT EXISTS
		(SELECT 1 FROM suggestion WHERE ticket = $2 AND kind = $3 AND other = $4 AND (message = $5 OR $3 = 'person' OR $3 = 'same'))
		AND NOT ($3 = 'person' AND EXISTS (SELECT 1 FROM suggestion s JOIN ticket t ON t.id = s.ticket JOIN ticket own ON own.id = $2
			WHERE s.kind = 'person' AND s.decision = 'refused' AND (s.other = $4 AND t.person = own.person OR s.other = own.person AND t.person = $4)))`,
		tx.NewID(), s.Ticket, s.Kind, s.Other, s.Message, s.Reason, micros(tx.now))
	return err
}

// Suggestions gives the open suggestions of a case, oldest first.
func (s *Store) Suggestions(ctx context.Context, ticket string) ([]Suggestion, error) {
	return all(ctx, s, func(scan scanner) (g Suggestion, err error) {
		return g, scan(&g.ID, &g.Ticket, &g.Kind, &g.Other, &g.Message, &g.Reason, when{&g.Created}, when{&g.Decided}, &g.Decision, &g.By)
	}, `SELECT id, ticket, kind, other, message, reason, created, decided, decision, actor FROM suggestion
		WHERE ticket = $1 AND decided = 0 ORDER BY id`, ticket)
}

// DecideSuggestion closes a suggestion; ErrStale if it is not open.
func (tx *Tx) DecideSuggestion(id, decision, by string) error {
	return tx.one("UPDATE suggestion SET decided = $2, decision = $3, actor = $4 WHERE id = $1 AND decided = 0", id, micros(tx.now), decision, by)
}
