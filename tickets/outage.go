package tickets

import (
	"slices"
	"time"
)

// An outage is many reports of one failure (rule G4): a principal case that UIT
// works once by 9.2, and the reports attached to it. A report that is attached
// waits at 9.2/2 until the principal's solution is told to its person; it keeps
// its own registro, notice, review and close. Who belongs to which outage is
// decided by people; that something looks like an outage is the router's guess.

// OutageOf is the kind of link from a report to the principal case of its outage.
const OutageOf = "outage_of"

// FalseAlarm is the cause why a report is detached when its whole outage was none.
const FalseAlarm = "false_alarm"

// FlagOutage marks the principal case of an outage (rule G4).
const FlagOutage Flag = "outage"

// The acts of an outage. They are done from its own screen, many cases at once,
// each with its own record.
const (
	ActDeclareOutage Act = "declare_outage" // this case is the principal of an outage
	ActRecallOutage  Act = "recall_outage"  // it was a false alarm
	ActAttach        Act = "attach"         // 9.1/2, 9.1/3 and 9.2/1 of a report, as one event
	ActDetach        Act = "detach"
	ActTellOutage    Act = "tell_outage" // the principal's solution, told to this report's person
)

// OutageActs are the acts that have the outage's screen as their place.
var OutageActs = []Act{ActDeclareOutage, ActRecallOutage, ActAttach, ActDetach, ActTellOutage}

var outageRows = []aside{
	{Option: Option{Act: ActDeclareOutage, Fields: reason, Rules: []string{"G4"}}, Roles: []Role{Operador, Supervisor}, Waiting: true},
	{Option: Option{Act: ActRecallOutage, Fields: reason, Rules: []string{"G4"}}, Roles: []Role{Operador, Supervisor}, Always: true, Waiting: true},
	{Option: Option{Act: ActAttach, To: "9.2/2", Rules: []string{"G4", "G1", "G6"}, Fields: []Field{
		need("problem", Text), need("case", CaseRef), may("case_id", Hidden), may("system", Line)}},
		Roles: []Role{Operador}, At: []Step{"9.1/2", "9.1/3"}, Own: true, Waiting: true},
	{Option: Option{Act: ActDetach, To: "9.1/3", Fields: []Field{need("reason", Text), may("cause", Choice, FalseAlarm)}, Rules: []string{"G4"}},
		Roles: []Role{Operador, Supervisor, RoleUIT}, At: []Step{"9.2/2", "9.2/7"}},
	{Option: Option{Act: ActTellOutage, To: "9.2/7", Rules: []string{"G4", "G7"}, Fields: []Field{
		need("solution", Text), need("type", Choice, SolutionTypes...), may("detail", Text), need("by", Line), need("article", Line), need("text", Text)}},
		Roles: []Role{Operador}, At: []Step{"9.2/2"}},
}

// Outage is the code of the principal case that this report is attached to, ""
// if it is attached to none.
func (t *Ticket) Outage() string {
	if i := t.tied(OutageOf, ""); i >= 0 {
		return t.Links[i].Code
	}
	return ""
}

// Aside reports whether the case waits for the principal of its outage and
// needs nobody's hand until then.
func (t *Ticket) Aside() bool { return t.Step == "9.2/2" && t.Outage() != "" }

// notAside refuses what would work a report apart from its outage.
func notAside(t *Ticket, _ Actor, _ time.Time) error {
	if t.Aside() {
		return refuse(RefusedOutage, "case", t.Outage())
	}
	return nil
}

func mayDeclareOutage(t *Ticket, _ Actor, _ time.Time) error {
	if t.Has(FlagOutage) || t.Outage() != "" {
		return refuse(RefusedFlag, "flag", string(FlagOutage))
	}
	return nil
}

func declareOutage(d *deed) error {
	d.t.raise(FlagOutage)
	return nil
}

func mayRecallOutage(t *Ticket, _ Actor, _ time.Time) error {
	if !t.Has(FlagOutage) {
		return refuse(RefusedFlag, "flag", string(FlagOutage))
	}
	return nil
}

func recallOutage(d *deed) error {
	d.t.drop(FlagOutage)
	return nil
}

// mayAttach: a principal is not itself a report of another outage, and what may
// be a security incident goes its own way (G31).
func mayAttach(t *Ticket, _ Actor, _ time.Time) error {
	if t.Has(FlagOutage) || t.Has(FlagSecurity) {
		return refuse(RefusedFlag, "flag", string(t.Flags[slices.IndexFunc(t.Flags, func(f Flag) bool { return f == FlagOutage || f == FlagSecurity })]))
	}
	return nil
}

// attach registers the report, decides that it is of availability, and derives
// it: 9.1/2, 9.1/3 and 9.2/1. Its evidence is the principal case.
func attach(d *deed) error {
	t := d.t
	if t.Step == "9.1/2" {
		d.steps = []Step{"9.1/2"}
	}
	t.Problem = d.rec["problem"]
	t.Operator = d.by.ID
	set(&t.System, d.rec["system"])
	if err := d.tie(OutageOf); err != nil {
		return err
	}
	t.stopWaiting(d.at)
	t.Class, t.ReturnedFrom = Availability, ""
	t.Decision = &Decision{Availability: true, Evidence: []string{d.rec["case"]}, Literal: LiteralSolveOrNone}
	d.steps = append(d.steps, "9.1/3", "9.2/1")
	return nil
}

func mayTellOutage(t *Ticket, _ Actor, _ time.Time) error {
	if t.Outage() == "" {
		return refuse(RefusedLink)
	}
	return nil
}

// mayDetach: until a channel took a notice. Whether one has it in its hands just
// now, only the outbox knows: the caller asks it in the same transaction.
func mayDetach(t *Ticket, by Actor, at time.Time) error {
	heard := func(n Notice) bool { return n.State != Queued && n.State != Failed && n.State != Cancelled }
	if t.Step == "9.2/7" && t.Outage() != "" && (t.pending("") == nil || slices.ContainsFunc(t.Notices, heard)) {
		return refuse(RefusedLeft)
	}
	return mayTellOutage(t, by, at)
}

// detach takes a report out of its outage; it is triaged on its own again, and
// a notice that waits does not go out.
func detach(d *deed) error {
	d.undo(d.t.tied(OutageOf, ""))
	d.t.cancel()
	d.t.Class, d.t.Decision, d.t.Solution, d.t.Knowledge = "", nil, nil, nil
	return nil
}

// Unheard is the id of the notice that no channel has taken yet, "" if none waits.
func (t *Ticket) Unheard() string {
	if n := t.pending(""); n != nil {
		return n.ReplyID
	}
	return ""
}

// tellOutage gives the report the solution that UIT registered in the
// principal case and tells it to the person on their own channel.
func tellOutage(d *deed) error {
	t := d.t
	t.Solution = &Solution{Text: d.rec["solution"], Type: d.rec["type"], Detail: d.rec["detail"], Unit: UIT, By: d.rec["by"], At: d.at}
	t.Knowledge = &Knowledge{Decision: "existing", Article: d.rec["article"]}
	if !slices.Contains(t.Hands, d.by.ID) {
		t.Hands = append(t.Hands, d.by.ID)
	}
	return notify(d)
}
