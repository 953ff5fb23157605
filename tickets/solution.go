package tickets

import (
	"slices"
	"time"
)

// solve registers the solution: 9.1/5, 9.2/4, 9.3/3.A.2, 9.3/3.B.7.
func solve(d *deed) error {
	typ := d.rec["type"]
	switch {
	case typ == Spam && d.t.Ending != Spam:
		return refuse(RefusedValue, "field", "type", "value", typ) // a supervisor's call (G5)
	case (typ == NotAccepted || typ == Planned) && d.rec["detail"] == "":
		return missing("detail")
	case d.rec["account"] == "yes" && d.t.Identity == nil:
		return refuse(RefusedIdentity)
	}
	switch typ {
	case Orientation, NoAnswer, Duplicate, Spam:
		d.rule("G5")
	case NotAccepted, Planned:
		d.rule("G27")
	}
	d.t.Solution = &Solution{Text: d.rec["solution"], Type: typ, Detail: d.rec["detail"], Unit: d.t.Unit, By: d.by.ID, At: d.at}
	return nil
}

// about is the hash of a solution, by which a notice says what it tells.
func (s *Solution) about() Hash {
	if s == nil {
		return ""
	}
	return digest([]byte(s.Type + "\x00" + s.Detail + "\x00" + s.Text))
}

// decideKB is the decision on the knowledge base: 9.1/6, 9.2/6, 9.3/4 (G19).
func decideKB(d *deed) error {
	k := &Knowledge{Decision: d.rec["decision"], Article: d.rec["article"], Reason: d.rec["reason"]}
	switch {
	case k.Decision == "not_needed" && k.Reason == "":
		return missing("reason")
	case k.Decision != "not_needed" && k.Article == "":
		return missing("article")
	}
	d.t.Knowledge = k
	return nil
}

// route is 9.2/3 and 9.3/3: the decision is the derivation (G15).
func route(d *deed) error {
	branch := map[string]Step{"uit": "3.A.1", "adt": "3.A.1", "upat": "3.B.1", "acgii": "3.C.1"}
	d.to = Step(d.t.Step.Procedure()) + "/" + branch[d.rec["to"]]
	return nil
}

func estimateTime(d *deed) error {
	h, _ := WorkTime(d.rec["hours"])
	d.t.Estimates = append(d.t.Estimates, Estimate{Step: d.t.Step, Unit: d.t.Unit, By: d.by.ID, At: d.at, Time: h, Reason: d.rec["reason"]})
	return nil
}

func (t *Ticket) estimated() bool {
	return slices.ContainsFunc(t.Estimates, func(e Estimate) bool { return e.Unit == t.Unit })
}

func mayEstimate(t *Ticket, _ Actor, _ time.Time) error {
	if t.Step == "9.2/3.A.2" && t.estimated() {
		return refuse(RefusedStep, "act", string(ActEstimate), "step", string(t.Step))
	}
	return nil
}

func mayReestimate(t *Ticket, _ Actor, _ time.Time) error {
	if !t.estimated() {
		return refuse(RefusedStep, "act", string(ActReestimate), "step", string(t.Step))
	}
	return nil
}

// internal seals whatever ACGII writes while the case is with it (G20); see Visible.
func internal(d *deed) error {
	if d.t.Unit == ACGII && d.by.Is(RoleACGII) {
		d.sealed = ACGII
		d.rule("G20")
	}
	return nil
}

func classifyIncident(d *deed) error {
	d.t.Priority = d.rec["priority"]
	return internal(d)
}
