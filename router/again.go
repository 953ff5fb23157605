package router

import (
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
// case is sure of already changes nothing.
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
