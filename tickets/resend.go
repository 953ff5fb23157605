package tickets

import (
	"slices"
	"time"
)

// Act is the act by which a person of the desk says something for a purpose.
func (p Purpose) Act() Act {
	switch p {
	case PurposeNotice:
		return ActNotify
	case PurposeQuestion:
		return ActAsk
	}
	return ActReply
}

// MayResend refuses what Resend would refuse wherever the reply were sent.
func (t *Ticket) MayResend(old Outgoing, by Actor, at time.Time) error {
	_, _, err := t.permitResend(old, by, at)
	return err
}

// Resend sends a reply that failed for good to another address of its person
// (G23): a new reply with the same words and files, for the same purpose, while
// the old one stays failed; why is what kept it from arriving. Whoever may do the act that the reply came from
// (Purpose.Act) may do this: a notice must tell the present solution and meets
// the duty to notify when its channel takes it (G7), a question is waited for
// anew (G5). What the gateway wrote stays its words. It refuses (RefusedResend)
// a notice that has not failed; of other replies the caller knows the state.
func (t *Ticket) Resend(old Outgoing, to Contact, why string, by Actor, at time.Time) error {
	row, role, err := t.permitResend(old, by, at)
	if err != nil {
		return err
	}
	if why == "" {
		return missing("reason")
	}
	if to.Value == "" || to.Medium == old.To.Medium && to.Value == old.To.Value {
		return refuse(RefusedEmpty)
	}
	row.Act = ActResend
	d := t.begin(row, by, role, Record{"resent": old.ID, "medium": to.Medium, "to": to.Value, "reason": why}, at)
	d.rule("G23")
	switch old.Purpose {
	case PurposeNotice:
		err = d.tell(to, old.Text)
	case PurposeQuestion:
		d.question(to, old.Text)
	default:
		d.rec["reply"] = d.send(old.Purpose, to, old.Text)
	}
	if err != nil {
		return err
	}
	out := &d.t.out[len(d.t.out)-1]
	out.Files, out.Quote = slices.Clone(old.Files), old.Quote
	if old.By == gateway.ID {
		out.By = old.By
	}
	d.done()
	return nil
}

// permitResend finds the row under which someone may send a reply again.
func (t *Ticket) permitResend(old Outgoing, by Actor, at time.Time) (aside, Role, error) {
	row, role, err := t.permit(old.Purpose.Act(), by, at)
	switch {
	case err != nil:
	case !t.sent(old.ID), old.Text == "", old.Purpose == PurposeReminder && t.Waiting == nil:
		err = refuse(RefusedResend)
	case old.Purpose == PurposeNotice:
		err = t.mayTellAgain(old.ID)
	}
	return row, role, err
}

// mayTellAgain: the notice failed, and what it tells is still the solution (G7).
func (t *Ticket) mayTellAgain(replyID string) error {
	i := slices.IndexFunc(t.Notices, func(n Notice) bool { return n.ReplyID == replyID })
	switch {
	case i < 0 || t.Notices[i].State != Failed:
		return refuse(RefusedResend)
	case t.Notices[i].About != t.Solution.about():
		return refuse(RefusedChanged)
	}
	return nil
}
