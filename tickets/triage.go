package tickets

import (
	"slices"
	"strings"
	"time"
)

// What the manual's literal text would have said at 9.1/3 and 9.1/4 (rule G1),
// kept in Decision.Literal beside what was decided.
const (
	LiteralUIT         = "9.2/1"
	LiteralADT         = "9.3/1"
	LiteralSolve       = "9.1/5"
	LiteralNone        = "none"           // neither 3, 4 nor 5 applies: a dead end
	LiteralSolveOrNone = "9.1/5 or none"  // 9.1/4 was not reached: 5 if not of functional design, else a dead end
	LiteralSolveOrADT  = "9.1/5 or 9.3/1" // likewise, with 9.3/1 if of functional design
)

func register(d *deed) error {
	t := d.t
	t.Problem = d.rec["problem"]
	t.Operator = d.by.ID
	set(&t.System, d.rec["system"])
	set(&t.Entity, d.rec["entity"])
	return nil
}

func set(field *string, v string) {
	if v != "" {
		*field = v
	}
}

func (d *deed) yes(field string) bool { return d.rec[field] == "yes" }

// decideAvailability is 9.1/3 read by rule G1: availability goes to UIT, known
// there or not; what is not availability goes on to 9.1/4, unless UIT handled
// it before and the operator chooses 9.2 in writing. A security case goes to
// UIT in any event (G31).
func decideAvailability(d *deed) error {
	t := d.t
	dec := &Decision{Availability: d.yes("availability"), PriorUIT: d.yes("prior_uit"),
		Evidence: evidence(d.rec["evidence"]), Reason: d.rec["reason"]}
	if dec.PriorUIT && !slices.ContainsFunc(dec.Evidence, func(s string) bool { return !NoEvidence(s) }) {
		return refuse(RefusedEvidence)
	}
	chosen := d.yes("choose_uit") && !dec.Availability
	if err := chosenUIT(chosen, dec); err != nil {
		return err
	}
	t.Decision, t.Class, t.ReturnedFrom = dec, "", ""
	d.rule("G1", "G2")
	secure := t.Has(FlagSecurity)
	switch {
	case dec.Availability:
		t.Class = Availability
		dec.Literal = LiteralSolveOrNone
		if dec.PriorUIT {
			dec.Literal = LiteralUIT
		}
	case chosen || secure:
		t.Class = Support
		dec.Literal = LiteralSolveOrNone
		if !dec.PriorUIT {
			dec.Literal = LiteralSolveOrADT
		}
	default:
		return nil
	}
	if secure {
		d.rule("G31")
	}
	d.derive("9.2/1", "9.2/2")
	return nil
}

// chosenUIT checks the operator's choice of 9.2 over a precedent (G1).
func chosenUIT(chosen bool, dec *Decision) error {
	if chosen && !dec.PriorUIT {
		return refuse(RefusedChoice)
	}
	if chosen && dec.Reason == "" {
		return missing("reason")
	}
	return nil
}

// decideDesign is 9.1/4 by rule G1: functional design goes to ADT and the rest
// is the operator's, unless a precedent of UIT makes the operator choose 9.2.
func decideDesign(d *deed) error {
	t := d.t
	if t.Decision == nil {
		t.Decision = &Decision{}
	}
	dec := t.Decision
	dec.Design = d.yes("design")
	set(&dec.Reason, d.rec["reason"])
	chosen := d.yes("choose_uit")
	if chosen && d.rec["reason"] == "" {
		return missing("reason")
	}
	if err := chosenUIT(chosen, dec); err != nil {
		return err
	}
	d.rule("G1")
	t.Class = Support
	dec.Literal = LiteralSolve
	if dec.Design {
		t.Class = FunctionalDesign
		dec.Literal = LiteralADT
		if dec.PriorUIT {
			dec.Literal = LiteralNone
		}
	}
	switch {
	case chosen:
		d.derive("9.2/1", "9.2/2")
	case dec.Design:
		d.derive("9.3/1", "9.3/2")
	}
	return nil
}

// derive makes the decision and the derivation one event with both codes (G6).
func (d *deed) derive(with, to Step) {
	d.steps = append(d.steps, with)
	d.to = to
	d.rule("G6")
}

// evidence splits what the operator looked at: article and case ids.
func evidence(s string) []string {
	if NoEvidence(s) {
		return []string{s}
	}
	ids := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' })
	for i := range ids {
		ids[i] = strings.TrimSpace(ids[i])
	}
	return slices.DeleteFunc(ids, func(s string) bool { return s == "" })
}

// NoEvidence says whether evidence is the explicit statement that none was found (G2).
func NoEvidence(s string) bool {
	switch strings.ToLower(strings.Trim(s, " .")) {
	case "none", "none found", "ninguno", "ninguna", "no hay":
		return true
	}
	return false
}

func mayResumeKB(t *Ticket, _ Actor, _ time.Time) error {
	if t.ReturnedFrom != "9.2" && t.ReturnedFrom != "9.3" || t.Solution == nil {
		return refuse(RefusedStep, "act", string(ActResumeKB), "step", string(t.Step))
	}
	return nil
}

// resumeKB sends a case that the reviewer of 9.2 or 9.3 returned straight to
// the knowledge base of that procedure (G9).
func resumeKB(d *deed) error {
	if d.t.ReturnedFrom == "9.3" {
		d.to = "9.3/4"
	}
	d.t.ReturnedFrom = ""
	return nil
}

// reclassify takes the decision anew at 9.1/3; the events keep the old one (G28).
func reclassify(d *deed) error {
	d.t.Class = Class(d.rec["class"])
	d.t.Decision = nil
	return nil
}
