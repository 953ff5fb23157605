package router

import (
	"context"
	"fmt"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// reminderPoll is how often cases that wait for their citizen are looked at.
const reminderPoll = time.Minute

// reminders reminds citizens of open questions when their time has come (G5).
// Any node may do it: the case's own record says whether it was done.
func (r *Router) reminders(ctx context.Context) {
	for ctx.Err() == nil {
		if err := r.remindDue(ctx); err != nil && ctx.Err() == nil {
			r.log.Error().Err(err).Msg("reminders could not be sent")
		}
		pause(ctx, reminderPoll, nil)
	}
}

func (r *Router) remindDue(ctx context.Context) error {
	if !r.hours.Open(r.now()) {
		return nil
	}
	due, err := r.store.DueWaits(ctx, 100)
	if err != nil {
		return fmt.Errorf("listing waits: %w", err)
	}
	for _, row := range due {
		err := r.store.Write(ctx, func(tx *store.Tx) error {
			return tx.Update(row.ID, func(t *tickets.Ticket) error { return r.remind(t, tx.Now()) })
		})
		if err != nil {
			r.log.Warn().Err(err).Str("ticket", row.ID).Msg("citizen could not be reminded")
		}
	}
	return nil
}

// remind sends the next reminder of a case whose time has come; the last one
// leaves the case to its operator, who may go on without the answer.
func (r *Router) remind(t *tickets.Ticket, now time.Time) error {
	w := t.Waiting
	if w == nil || w.Reminders >= tickets.Reminders || now.Before(w.Next) {
		return nil
	}
	text, err := r.letters.write("reminder", letter{Name: t.Contact.Name, Code: t.Code, Office: r.office, Text: w.Question})
	if err != nil {
		return err
	}
	return t.Remind(text, tickets.ReminderDue(now), now)
}
