package tickets

import (
	"slices"
	"time"
)

// Readdress sends a reply that waits to another address of its person, because
// its channel is out of order (G23): the old one no longer goes out, and a new
// one with the same words and files does, for the same purpose. A notice that
// was taken or failed meanwhile is refused (RefusedNotice). by is a person of
// the desk: whoever looks after the channels, for many cases at once, and so it
// counts as nobody's work on the case and leaves what is unread unread.
func (t *Ticket) Readdress(old Outgoing, to Contact, why string, by Actor, at time.Time) error {
	role := by.as(desk)
	switch {
	case role == "":
		return refuse(RefusedRole, "act", string(ActReaddress), "role", string(Supervisor))
	case !t.SeenBy(by):
		return refuse(RefusedRestricted)
	case why == "":
		return missing("reason")
	case !t.sent(old.ID) || to.Value == "" || to.Medium == old.To.Medium && to.Value == old.To.Value:
		return refuse(RefusedEmpty)
	}
	i := slices.IndexFunc(t.Notices, func(n Notice) bool { return n.ReplyID == old.ID })
	if i >= 0 && t.Notices[i].State != Queued {
		return refuse(RefusedNotice)
	}
	d := t.begin(aside{Option: Option{Act: ActReaddress, Rules: []string{"G23"}}}, by, role,
		Record{"reply": old.ID, "medium": to.Medium, "to": to.Value, "reason": why}, at)
	c := d.t
	c.Unread = t.Unread
	c.cancelled = append(c.cancelled, old.ID)
	id := d.send(old.Purpose, to, old.Text)
	out := &c.out[len(c.out)-1]
	out.By, out.Files = old.By, slices.Clone(old.Files)
	d.rec["new"] = id
	if i >= 0 {
		n := c.Notices[i]
		c.Notices[i].State = Cancelled
		n.ReplyID, n.Medium, n.To, n.At = id, to.Medium, to.Value, d.at
		c.Notices = append(c.Notices, n)
	}
	if w := c.Waiting; w != nil && w.ReplyID == old.ID {
		w.ReplyID = id
	}
	d.done()
	return nil
}
