package router

import (
	"fmt"

	"ventanilla/channels"
	"ventanilla/tickets/store"
)

// chat finds the case that a chat message continues. People write there in
// fragments and quote nothing: while someone has an open case, what they write
// from the same address belongs to their newest one, and an operator separates
// a second problem if there is one (rule G3).
func (r *Router) chat(tx *store.Tx, rep *channels.Report) (string, error) {
	if rep.Medium != channels.WhatsApp || rep.From.Value == "" {
		return "", nil
	}
	open, err := tx.OpenOf("", rep.From.Value, 10)
	if err != nil {
		return "", fmt.Errorf("looking for an open case: %w", err)
	}
	for _, row := range open {
		if row.Medium == rep.Medium {
			return r.standing(tx, row.ID)
		}
	}
	return "", nil
}
