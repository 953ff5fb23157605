package router

import (
	"fmt"

	"ventanilla/channels"
	"ventanilla/tickets/store"
)

// outside notes an answer that the office gave on its own phone in the case it
// belongs to: that of the message it quotes, else the newest open one of the
// person it went to. It settles no duty to notify: only what goes out through
// the desk can be proven to have arrived. Without such a case it is nobody's
// but the phone's owner's, and stays in the ledger.
func (r *Router) outside(tx *store.Tx, rd *reading) (store.Fate, error) {
	rep := &rd.report
	fate := store.Fate{Verdict: store.FateIgnored, Cause: CauseOutside}
	if len(rep.To) == 0 || rep.To[0].Value == "" {
		return fate, nil
	}
	id, err := r.caseOfChat(tx, rep)
	if err != nil || id == "" {
		return fate, err
	}
	m := message(rd, store.Out)
	m.Quiet, m.Address, m.AuthorName = true, rep.To[0].Value, ""
	if err := tx.AddMessage(id, m); err != nil {
		return fate, fmt.Errorf("noting an answer given outside: %w", err)
	}
	return store.Fate{Verdict: store.FateMessage, Ticket: id, Message: m.ID}, nil
}

// caseOfChat finds the case that an answer given outside is about.
func (r *Router) caseOfChat(tx *store.Tx, rep *channels.Report) (string, error) {
	only := reading{report: channels.Report{Medium: rep.Medium, Answers: rep.Answers}}
	if id, err := r.place(tx, &only); err != nil || id != "" {
		return id, err
	}
	return r.openChat(tx, rep.To[0].Value)
}
