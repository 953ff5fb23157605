package console

import (
	"errors"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Taking back what was sent: for ten seconds it lies in the outbox, on disk,
// not due yet. Undoing cancels it there; if the program dies meanwhile, it
// still goes out or is still undone, never both.

// undo offers to take back what this person sent a moment ago.
type undo struct {
	Action  string
	Seconds int
}

func (c *Console) undo(s *Session, t *tickets.Ticket) *undo {
	if t.Fresh == nil || t.Fresh.By != s.Actor.ID {
		return nil
	}
	left := t.Fresh.At.Add(tickets.UndoFor).Sub(c.now())
	if left < time.Second || left > tickets.UndoFor+time.Second {
		return nil
	}
	return &undo{"/casos/" + t.Code + "/" + string(tickets.ActUnsend), int(left / time.Second)}
}

// unsend takes it back, unless a channel has it already, and puts the text
// back where it was written.
func (c *Console) unsend(tx *store.Tx, s *Session, t *tickets.Ticket) error {
	if t.Fresh == nil {
		return &tickets.Refusal{Code: tickets.RefusedLeft}
	}
	o, err := tx.Withhold(t.Fresh.ReplyID)
	if errors.Is(err, store.ErrStale) {
		return &tickets.Refusal{Code: tickets.RefusedLeft}
	}
	if err != nil {
		return err
	}
	if err := t.Do(tickets.ActUnsend, s.Actor, nil, c.now()); err != nil {
		return err
	}
	form := o.Purpose.Act()
	name := t.Code + ":" + string(form)
	if form == tickets.ActReply {
		name = t.Code + ":respuesta"
	}
	fields := map[string]string{spoken[form]: o.Text}
	if o.Quote != "" {
		fields[quoteField] = o.Quote
	}
	return tx.KeepUnsent(s.Actor.ID, store.Unsent{Name: name, Fields: fields})
}

// reopened leads back to the form in which what was taken back was written; t
// is the case as it was before.
func reopened(t *tickets.Ticket) string {
	if t.Fresh == nil {
		return ""
	}
	if t.Waiting != nil && t.Waiting.ReplyID == t.Fresh.ReplyID {
		return "&acto=" + string(tickets.ActAsk)
	}
	for _, n := range t.Notices {
		if n.ReplyID == t.Fresh.ReplyID {
			return "&acto=" + string(tickets.ActNotify)
		}
	}
	return ""
}
