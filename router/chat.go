package router

import (
	"errors"
	"fmt"

	"ventanilla/channels"
	"ventanilla/router/dialogue"
	"ventanilla/tickets/store"
)

// talks says whether a report is part of a talk in which people write in pieces
// and quote nothing. A mail is whole.
func talks(rep *channels.Report) bool {
	return rep.Medium != channels.Email && rep.From.Value != ""
}

// chat takes what a person wrote on a chat and quoted nothing. What goes on
// with a known case beyond doubt joins it at once; anything else waits in the
// person's burst until they have been quiet for a while, so that what they
// write in pieces becomes one case and a greeting alone becomes none.
func (r *Router) chat(tx *store.Tx, rd *reading) (store.Fate, error) {
	rep := &rd.report
	burst := store.Assembly{Medium: rep.Medium, Channel: rd.Channel, Address: rep.From.Value, Due: tx.Now().Add(r.quiet), Latest: tx.Now().Add(r.longest)}
	_, err := tx.Gathering(rep.Medium, rd.Channel, rep.From.Value)
	running := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Fate{}, fmt.Errorf("looking for a burst: %w", err)
	}
	known, err := r.casesOf(tx, rd)
	if err != nil {
		return store.Fate{}, err
	}
	if newest := known.newest(); newest >= 0 {
		if row := known.rows[newest]; row.LastIn.After(row.LastOut) {
			rd.redactAfter(row.Snippet)
		}
	}
	if len(known.cases) > 0 {
		switch out := dialogue.Sort(known.cases, []dialogue.Message{heard(rd)}); {
		case !out.Settled():
		case running:
			burst.Due = tx.Now() // at once, and what waited goes with it
		default:
			return r.goOn(tx, known.rows[out.Groups[0].Case].ID, rd, nil)
		}
	}
	return store.Fate{Verdict: store.FateGathering}, tx.Gather(burst, rd.ID)
}

// change adds the correction or deletion of a message that still waits in a
// burst to that burst; false if there is none.
func (r *Router) change(tx *store.Tx, rd *reading) (store.Fate, bool, error) {
	rep := &rd.report
	if rep.Change == nil || !talks(rep) {
		return store.Fate{}, false, nil
	}
	burst, err := tx.Gathering(rep.Medium, rd.Channel, rep.From.Value)
	if errors.Is(err, store.ErrNotFound) || err == nil && burst.Resting && rep.Change.Deleted {
		return store.Fate{}, false, nil
	}
	if err != nil {
		return store.Fate{}, false, fmt.Errorf("looking for a burst: %w", err)
	}
	burst.Due, burst.Latest = tx.Now().Add(r.quiet), tx.Now().Add(r.longest)
	return store.Fate{Verdict: store.FateGathering}, true, tx.Gather(burst, rd.ID)
}

// openChat is the newest open case of a chat, which may be known under a number
// and under a hidden id; "" if there is none.
func (r *Router) openChat(tx *store.Tx, addresses ...string) (string, error) {
	for _, a := range addresses {
		if a == "" {
			continue
		}
		person, err := known(tx, channels.Address{Medium: channels.WhatsApp, Value: a})
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
