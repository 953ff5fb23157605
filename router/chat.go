package router

import (
	"fmt"

	"ventanilla/channels"
	"ventanilla/tickets/store"
)

// chat finds the case that a chat message continues. People write there in
// fragments and quote nothing: while someone has an open case, what they write
// from the same chat belongs to their newest one, and an operator separates a
// second problem if there is one (rule G3).
func (r *Router) chat(tx *store.Tx, rd *reading) (string, error) {
	rep := &rd.report
	if rep.Medium != channels.WhatsApp {
		return "", nil
	}
	return r.openChat(tx, rep.From.Value, rd.Raw.Envelope["hidden"])
}

// openChat is the newest open case of a chat, which may be known under a number
// and under a hidden id; "" if there is none.
func (r *Router) openChat(tx *store.Tx, addresses ...string) (string, error) {
	for _, a := range addresses {
		if a == "" {
			continue
		}
		person, err := r.known(tx, channels.Address{Medium: channels.WhatsApp, Value: a})
		if err != nil {
			return "", fmt.Errorf("finding the person: %w", err)
		}
		open, err := tx.OpenOf(person, a, 10)
		if err != nil {
			return "", fmt.Errorf("looking for an open case: %w", err)
		}
		for _, row := range open {
			if row.Medium == channels.WhatsApp {
				return r.standing(tx, row.ID)
			}
		}
	}
	return "", nil
}
