package tickets

import (
	"slices"
	"strconv"
	"time"
)

// system begins something that the gateway does and no person decides.
func (t *Ticket) system(act Act, rec Record, at time.Time) *deed {
	return t.begin(aside{Option: Option{Act: act}}, gateway, System, rec, at)
}

func (d *deed) done() {
	d.commit()
	*d.before = *d.t
}

// Delivery tells what became of a reply: state is sent, delivered, read or
// failed. A notice that its channel took completes the notifying activity; one
// that fails, then or later, opens the duty to notify again: before the close
// the case goes back to its notifying activity (G7), after it a supervisor may
// reopen it (G23). States only move forward; telling one twice changes nothing,
// and replies that the case does not know of are ignored.
func (t *Ticket) Delivery(replyID, state string, at time.Time, detail string) error {
	if reached[state] == 0 && state != Failed {
		return refuse(RefusedValue, "field", "state", "value", state)
	}
	rec := Record{"reply": replyID, "state": state}
	if detail != "" {
		rec["detail"] = detail
	}
	if t.Fresh != nil && t.Fresh.ReplyID == replyID {
		t.Fresh = nil
	}
	i := slices.IndexFunc(t.Notices, func(n Notice) bool { return replyID != "" && n.ReplyID == replyID })
	switch {
	case i < 0 && state == Failed && t.sent(replyID):
		t.otherFailed(rec, at)
	case i < 0:
	case state == Failed:
		t.noticeFailed(i, rec, at)
	case state == "sent" && t.Notices[i].Medium == "phone": // a call-back that waits has told nobody
	case reached[state] > reached[t.Notices[i].State] && t.Notices[i].State != Failed:
		t.noticeReached(i, rec, at)
	}
	return nil
}

// sent reports whether an id is of a reply of this case.
func (t *Ticket) sent(replyID string) bool {
	n, err := strconv.Atoi(replyID[min(len(t.ID)+1, len(replyID)):])
	return err == nil && n >= 1 && n <= t.Outgoing && replyID == t.ID+"."+strconv.Itoa(n)
}

func (t *Ticket) noticeReached(i int, rec Record, at time.Time) {
	d := t.system(ActDelivery, rec, at)
	n := &d.t.Notices[i]
	first := reached[n.State] == 0
	n.State, n.Detail = rec["state"], rec["detail"]
	if first && n.About == d.t.Solution.about() && d.t.told() { // not by words that later ones replaced
		d.notified(n.By)
	}
	d.done()
}

func (t *Ticket) noticeFailed(i int, rec Record, at time.Time) {
	if s := t.Notices[i].State; s != Queued && reached[s] != 1 {
		return
	}
	d := t.system(ActDelivery, rec, at)
	c := d.t
	n := &c.Notices[i]
	n.State, n.Detail = Failed, rec["detail"]
	c.Unread = true
	if !c.told() && n.About == c.Solution.about() {
		c.raise(FlagUndelivered)
		switch {
		case c.Step == Closed:
			d.rule("G7", "G23")
		case afterNotice[c.Step]:
			d.to = notifying[c.Step.Procedure()]
			d.rule("G7")
		}
	}
	d.done()
}

// otherFailed records that an acknowledgement, a question or another reply did
// not arrive; a case does not wait for the answer to a question nobody got.
func (t *Ticket) otherFailed(rec Record, at time.Time) {
	d := t.system(ActDelivery, rec, at)
	d.t.Unread = true
	if w := d.t.Waiting; w != nil && w.ReplyID == rec["reply"] {
		d.t.stopWaiting(d.at)
		d.rule("G5")
	}
	d.done()
}

// CitizenWrote notes that the person wrote again: a case that waited goes on
// (G5) and someone has unread work. After the close only that (G24).
func (t *Ticket) CitizenWrote(at time.Time) {
	d := t.system(ActCitizenWrote, Record{}, at)
	d.t.Unread = true
	if d.t.Waiting != nil {
		d.t.stopWaiting(d.at)
		d.rule("G5")
	}
	if t.Step == Closed {
		d.rule("G24")
	}
	d.done()
}

// Remind reminds the citizen of an open question; next is when the following
// reminder, or the end of the wait, is due (usually ReminderDue). It refuses when the case does not
// wait or both reminders went out (G5).
func (t *Ticket) Remind(text string, next, at time.Time) error {
	if t.Waiting == nil || t.Waiting.Reminders >= Reminders {
		return refuse(RefusedReminders)
	}
	d := t.system(ActRemind, Record{"text": text}, at)
	d.rule("G5")
	w := d.t.Waiting
	w.Reminders++
	w.Next = stamp(next)
	d.rec["reply"] = d.send(PurposeReminder, d.t.Contact, text)
	d.done()
	return nil
}

// Acknowledge sends the acknowledgement with the case code.
func (t *Ticket) Acknowledge(text string, at time.Time) {
	d := t.system(ActAcknowledge, Record{"text": text}, at)
	d.rec["reply"] = d.send(PurposeAck, d.t.Contact, text)
	d.done()
}

// Linked ties this case to one that was opened because of it (split).
func (t *Ticket) Linked(kind, id, code string, at time.Time) {
	d := t.system(ActLinked, Record{"kind": kind, "case_id": id, "case": code}, at)
	d.t.Links = append(d.t.Links, Link{Kind: kind, Case: id, Code: code, By: gateway.ID, At: d.at})
	d.done()
}

// Release puts the cases of someone who left, or is away, back in the queue of
// whoever is responsible (G25); user is who is no longer active.
func (t *Ticket) Release(user string, at time.Time) {
	d := t.system(ActRelease, Record{"user": user}, at)
	d.rule("G25")
	if d.t.Assignee == user {
		d.t.Assignee = ""
	}
	if d.t.Operator == user {
		d.t.Operator = ""
	}
	for r, u := range d.t.Desks {
		if u == user {
			delete(d.t.Desks, r)
		}
	}
	d.done()
}

// Joined notes that someone else may speak in the case from now on, because a
// person of the desk let their message in; by is who did.
func (t *Ticket) Joined(c Contact, by Actor, at time.Time) {
	d := t.system(ActJoined, Record{"medium": c.Medium, "value": c.Value, "name": c.Name, "by": by.ID}, at)
	d.t.Copies = append(d.t.Copies, c)
	d.done()
}

// Reguess replaces the machine's suggestion while the case is not registered
// (9.1/2), because more was said; a system that a person has set stays.
func (t *Ticket) Reguess(s Suggestion) {
	if t.Step != "9.1/2" {
		return
	}
	if t.System == t.Suggestion.System && s.System != "" {
		t.System = s.System
	}
	t.Suggestion = s
}
