package tickets

import (
	"slices"
	"time"
)

// UndoFor is how long what was sent can be taken back. The store holds a reply
// that a person wrote in the console for as long.
const UndoFor = 10 * time.Second

// Fresh is the newest thing said to the citizen, while it may be taken back.
type Fresh struct {
	ReplyID string    `json:"reply_id"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// mayUnsend: it is the newest, one's own, and a moment old. Whether a channel
// has it already, only the outbox knows: the caller asks it in the same
// transaction.
func mayUnsend(t *Ticket, by Actor, at time.Time) error {
	if t.Fresh == nil || t.Fresh.By != by.ID || at.Sub(t.Fresh.At) >= UndoFor {
		return refuse(RefusedLeft)
	}
	return nil
}

// unsend takes back a reply, a question or a notice before any channel had it:
// the question is no longer waited for, the duty to notify is open as before.
func unsend(d *deed) error {
	t := d.t
	id := t.Fresh.ReplyID
	if t.Waiting != nil && t.Waiting.ReplyID == id {
		t.Waiting = nil
	}
	for i := range t.Notices {
		if t.Notices[i].ReplyID == id && t.Notices[i].State == Queued {
			t.Notices[i].State = Cancelled
		}
	}
	if !slices.Contains(t.cancelled, id) {
		t.cancelled = append(t.cancelled, id)
	}
	t.Fresh, d.rec["reply"] = nil, id
	return nil
}
