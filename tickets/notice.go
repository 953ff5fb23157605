package tickets

import (
	"slices"
	"strconv"
	"time"

	"ventanilla/tickets/calendar"
)

// Office is the office's working time, by which the rules count (G5, G22, G23): the
// weekly hours, the holidays by rule and the dated orders that the agency
// enters. Whoever runs the desk puts the agency's own in force here.
var Office = calendar.NewLive(calendar.LaPaz())

// States of a notice beyond those of a delivery.
const (
	Queued    = "queued"
	Failed    = "failed"
	Cancelled = "cancelled"
	Waived    = "waived"
	NoContact = "no_contact"
)

// reached ranks the states in which the channel took the notice.
var reached = map[string]int{"sent": 1, "delivered": 2, "read": 3}

// send decides on a reply; its id is the same for every try.
func (d *deed) send(p Purpose, to Contact, text string) string {
	t := d.t
	t.Outgoing++
	o := Outgoing{ID: t.ID + "." + strconv.Itoa(t.Outgoing), Purpose: p, To: to, Text: text, By: d.by.ID, At: d.at}
	if d.yes("copies") {
		o.Copies = slices.Clone(t.Copies)
	}
	o.Files, o.Quote = evidence(d.rec["files"]), d.rec["quote"]
	t.out = append(t.out, o)
	t.Fresh = &Fresh{ReplyID: o.ID, By: d.by.ID, At: d.at}
	return o.ID
}

// notify hands the solution to a channel, by default the one the report came
// in on (G23). The activity is done when the channel took it: Delivery (G7).
func notify(d *deed) error {
	t := d.t
	to := t.Contact
	if m := d.rec["medium"]; m != "" && m != to.Medium {
		if d.rec["to"] == "" {
			return missing("to")
		}
		to = Contact{Medium: m, Name: to.Name}
	}
	set(&to.Value, d.rec["to"])
	if to != t.Contact && d.rec["reason"] == "" {
		return missing("reason")
	}
	if to.Value == "" && to.Medium != "phone" { // a hidden number is told on the line
		return refuse(RefusedEmpty)
	}
	if to != t.Contact {
		d.rule("G23")
	}
	return d.tell(to, d.rec["text"])
}

// tell hands the words of the solution to a channel, in place of what still waits.
func (d *deed) tell(to Contact, text string) error {
	t := d.t
	if n := t.pending(""); n != nil && n.Medium == to.Medium && n.To == to.Value {
		return refuse(RefusedPending)
	}
	t.cancel()
	id := d.send(PurposeNotice, to, text)
	t.Notices = append(t.Notices, Notice{ReplyID: id, Medium: to.Medium, To: to.Value, Text: text,
		By: d.by.ID, At: d.at, State: Queued, About: t.Solution.about()})
	d.rec["reply"] = id
	return nil
}

// cancel takes back the notice that no channel took yet; at most one waits.
func (t *Ticket) cancel() {
	if n := t.pending(""); n != nil {
		n.State = Cancelled
		t.cancelled = append(t.cancelled, n.ReplyID)
	}
}

// told reports whether the duty to notify the present solution is met: a
// channel took the newest notice of it, three tries found nobody, or it is spam
// that nobody is told of. A notice that failed leaves the duty open, unless an
// earlier one with the same words arrived.
func (t *Ticket) told() bool {
	if t.Solution == nil {
		return false
	}
	about, words := t.Solution.about(), ""
	for _, n := range slices.Backward(t.Notices) {
		switch {
		case n.About != about, n.State == Cancelled:
		case n.State == Waived:
			if t.Solution.Type == Spam {
				return true
			}
		case n.State == NoContact, reached[n.State] > 0:
			return words == "" || words == n.Text
		case words == "":
			words = n.Text
		}
	}
	return false
}

func (t *Ticket) pending(medium string) *Notice {
	for i := range t.Notices {
		if n := &t.Notices[i]; n.State == Queued && (medium == "" || n.Medium == medium) {
			return n
		}
	}
	return nil
}

// mayWaive: the solution told before the return still holds (G7), or it is spam.
func mayWaive(t *Ticket, _ Actor, _ time.Time) error {
	switch {
	case t.pending("") != nil:
		return refuse(RefusedPending)
	case t.Solution != nil && t.Solution.Type == Spam, t.told():
		return nil
	}
	return refuse(RefusedChanged)
}

func waiveNotice(d *deed) error {
	d.closeNotice(Waived, d.rec["reason"])
	return nil
}

func (d *deed) closeNotice(state, why string) {
	d.t.Notices = append(d.t.Notices, Notice{By: d.by.ID, At: d.at, State: state, Detail: why, About: d.t.Solution.about()})
	d.t.drop(FlagUndelivered)
}

// mayAttempt: there is a call-back to try.
func mayAttempt(t *Ticket, _ Actor, _ time.Time) error {
	if t.pending("phone") == nil {
		return refuse(RefusedNotice)
	}
	return nil
}

// attempt records a call; only "told" notifies.
func attempt(d *deed) error {
	t := d.t
	n := t.pending("phone")
	t.Attempts = append(t.Attempts, Attempt{ReplyID: n.ReplyID, By: d.by.ID, At: d.at, Outcome: d.rec["outcome"], Note: d.rec["note"]})
	d.rec["reply"] = n.ReplyID
	if d.rec["outcome"] == Told {
		n.State = "delivered"
		d.notified(n.By)
	}
	return nil
}

// notified completes the notifying activity in the name of who wrote the notice;
// another that still waits need not go out.
func (d *deed) notified(whose string) {
	d.t.drop(FlagUndelivered)
	d.t.cancel()
	a, ok := d.t.Activity()
	if !ok || notifying[d.t.Step.Procedure()] != d.t.Step {
		return
	}
	d.steps, d.whose = []Step{d.t.Step}, whose
	d.to = a.Options[0].To
	d.rule("G7")
}

// mayGiveUpContact: three tries on at least two working days since the solution
// or the last return (G23). A notice that failed is a try.
func mayGiveUpContact(t *Ticket, _ Actor, _ time.Time) error {
	if n := t.pending(""); n != nil && n.Medium != "phone" {
		return refuse(RefusedPending)
	}
	var since time.Time
	if t.Solution != nil {
		since = t.Solution.At
	}
	for _, o := range t.Observations {
		if o.At.After(since) {
			since = o.At
		}
	}
	var tries int
	days := map[string]bool{}
	try := func(at time.Time) {
		if at.Before(since) {
			return
		}
		tries++
		if Office.Workday(at) {
			days[at.In(calendar.Zone).Format(time.DateOnly)] = true
		}
	}
	for _, a := range t.Attempts {
		if a.Outcome != Told {
			try(a.At)
		}
	}
	for _, n := range t.Notices {
		if n.State == Failed {
			try(n.At)
		}
	}
	if tries < 3 || len(days) < 2 {
		return refuse(RefusedTries, "tries", strconv.Itoa(tries), "days", strconv.Itoa(len(days)))
	}
	return nil
}

func noContact(d *deed) error {
	d.t.cancel()
	d.closeNotice(NoContact, d.rec["reason"])
	return nil
}
