package tickets

import (
	"slices"
	"time"
)

func (t *Ticket) observed() bool {
	return slices.ContainsFunc(t.Observations, func(o Observation) bool { return !o.Resolved })
}

// mayApprove: nobody approves over an open duty to notify (G7).
func mayApprove(t *Ticket, _ Actor, _ time.Time) error {
	if !t.told() {
		return refuse(RefusedNotTold)
	}
	return nil
}

// approve is the review that found no fault: earlier observations are met.
func approve(d *deed) error {
	for i := range d.t.Observations {
		d.t.Observations[i].Resolved = true
	}
	return nil
}

// sendBack is the return at 9.1/9 (G8) and, by analogy, 9.2/8 and 9.3/6 (G9).
func sendBack(d *deed) error {
	t := d.t
	t.Observations = append(t.Observations, Observation{Text: d.rec["observation"], By: d.by.ID, At: d.at})
	t.Returns++
	t.ReturnedFrom = t.Step.Procedure()
	set(&t.Operator, d.rec["user"])
	return nil
}

func mayClose(t *Ticket, by Actor, at time.Time) error {
	if t.observed() {
		return refuse(RefusedObserved)
	}
	return mayApprove(t, by, at)
}

func closeCase(d *deed) error {
	t := d.t
	t.ClosedAt, t.ClosedBy, t.Outcome = d.at, d.by.ID, t.Solution.Type
	return nil
}

// reopen takes a closed case back to triage (G24) or to its notice (G23).
func reopen(d *deed) error {
	t := d.t
	if d.rec["to"] == "notification" {
		d.to = t.lastNotice()
		d.rule("G23")
	} else {
		t.Ending = ""
	}
	t.ClosedAt, t.ClosedBy, t.Outcome = time.Time{}, "", ""
	t.Reopened++
	return nil
}

// lastNotice is the notifying activity of the procedure that the case last walked.
func (t *Ticket) lastNotice() Step {
	if n := len(t.Trail); n > 0 {
		return notifying[t.Trail[n-1].Step.Procedure()]
	}
	return notifying["9.1"]
}
