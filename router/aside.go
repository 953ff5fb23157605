package router

import (
	"fmt"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// aside notes what a person did beside talking, such as a reaction or a
// deletion, in the case of the message that it refers to: quietly, and only if
// the person has a part in it. Anything else stays in the ledger alone.
func (r *Router) aside(tx *store.Tx, rd *reading) (store.Fate, error) {
	rep := &rd.report
	fate := store.Fate{Verdict: store.FateIgnored, Cause: CauseAside}
	if len(rep.Defects) > 0 {
		fate.Cause = rep.Defects[0]
	}
	if len(rep.Answers) == 0 {
		return fate, nil
	}
	only := *rd // by the message it refers to, not by what it says
	only.report, only.codes = channels.Report{Medium: rep.Medium, Answers: rep.Answers}, nil
	id, err := r.place(tx, &only)
	if err != nil || id == "" {
		return fate, err
	}
	t, err := tx.Ticket(id)
	if err != nil {
		return fate, err
	}
	if known, err := r.participant(tx, t, rep.From); err != nil || !known {
		return fate, err
	}
	m := message(rd, store.Sys)
	m.Quiet = true
	if err := tx.AddMessage(id, m); err != nil {
		return fate, err
	}
	if rep.Change != nil {
		if err := rewrite(tx, id, m.ID, rep); err != nil {
			return fate, err
		}
		if err := tx.Update(id, func(t *tickets.Ticket) error { return r.guessAgain(tx, t, rd) }); err != nil {
			return fate, fmt.Errorf("guessing case %s anew: %w", t.Code, err)
		}
	}
	return store.Fate{Verdict: store.FateMessage, Ticket: id, Message: m.ID}, nil
}
