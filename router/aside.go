package router

import (
	"errors"
	"fmt"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// causeReaction is why channels/whatsapp says that a reaction is no report (defects.go there).
const causeReaction = "reaction"

// aside notes what a person did beside talking, such as a reaction or a
// deletion, in the case of the message that it refers to: quietly, and only if
// the person has a part in it. A reaction to what is in no case goes with the
// person's newest open one. Anything else stays in the ledger alone.
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
	if err == nil && id == "" && fate.Cause == causeReaction {
		id, err = r.openChat(tx, rep.From.Value, rd.Raw.Envelope["hidden"])
	}
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
	if m.About, err = r.about(tx, rep); err != nil {
		return fate, fmt.Errorf("finding what it refers to: %w", err)
	}
	if err := tx.AddMessage(id, m); err != nil {
		return fate, err
	}
	if rep.Change != nil {
		was, err := rewrite(tx, id, m.ID, rep)
		if err != nil {
			return fate, err
		}
		err = tx.Update(id, func(t *tickets.Ticket) error {
			if err := retitle(tx, t, was); err != nil {
				return err
			}
			if err := unsay(tx, t, rep, was); err != nil {
				return err
			}
			return r.guessAgain(tx, t, rd)
		})
		if err != nil {
			return fate, fmt.Errorf("reading case %s anew: %w", t.Code, err)
		}
	}
	return store.Fate{Verdict: store.FateMessage, Ticket: id, Message: m.ID}, nil
}

// about is the message of a case that an aside refers to, the desk's own by the
// id that it signed; "" if none is known.
func (r *Router) about(tx *store.Tx, rep *channels.Report) (string, error) {
	for _, id := range rep.Answers {
		if out, ok := r.sign.open(id); ok {
			o, err := tx.Outgoing(out)
			if err == nil || !errors.Is(err, store.ErrNotFound) {
				return o.Message, err
			}
		}
	}
	_, message, err := tx.FindRef(rep.Medium, rep.Answers...)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return message, err
}
