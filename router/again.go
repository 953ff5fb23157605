package router

import (
	"errors"
	"fmt"
	"strings"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// guessAgain guesses class and system of a chat's case anew from everything its
// person said, while nobody of the desk has registered it (9.1/2): what came
// first may have been the lesser part. A new message that by itself says what the
// case is sure of already changes nothing; what was corrected or taken back
// counts as it reads now.
func (r *Router) guessAgain(tx *store.Tx, t *tickets.Ticket, rd *reading) error {
	if t.Step != "9.1/2" || t.Contact.Medium == string(channels.Email) {
		return nil
	}
	if now, alone := t.Suggestion, rd.guess; rd.report.Change == nil && now.Sure && string(now.Class) == alone.Class && (alone.System == "" || alone.System == now.System) {
		return nil
	}
	said, err := tx.Heard(t.ID, heardFirst, heardFirst)
	if err != nil {
		return fmt.Errorf("reading a case to guess anew: %w", err)
	}
	var all []string
	for i := range said {
		if m := recalled(&said[i]); !m.Desk && m.Text != "" {
			all = append(all, m.Text)
		}
	}
	t.Reguess(suggestion(r.guess(classify.Input{Medium: t.Contact.Medium, Text: strings.Join(all, "\n")})))
	return nil
}

// rewrite notes in a case that a report corrects one of its messages or takes it
// back; message is the report's own.
func rewrite(tx *store.Tx, ticket, message string, rep *channels.Report) error {
	if rep.Change == nil || len(rep.Answers) == 0 {
		return nil
	}
	_, old, err := tx.FindRef(rep.Medium, rep.Answers...)
	if errors.Is(err, store.ErrNotFound) {
		return nil // said before the desk was there: the correction stands alone
	}
	if err != nil {
		return fmt.Errorf("finding what was corrected: %w", err)
	}
	text := rep.Change.Text
	if rep.Change.Deleted {
		text = ""
	}
	if err := tx.Rewrite(ticket, old, message, text); err != nil {
		return fmt.Errorf("noting a correction: %w", err)
	}
	return nil
}
