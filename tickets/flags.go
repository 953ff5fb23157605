package tickets

import (
	"slices"
	"time"
)

// Has reports whether a flag is raised.
func (t *Ticket) Has(f Flag) bool { return slices.Contains(t.Flags, f) }

func (t *Ticket) raise(f Flag) {
	if !t.Has(f) {
		t.Flags = append(t.Flags, f)
	}
}

func (t *Ticket) drop(f Flag) {
	t.Flags = slices.DeleteFunc(t.Flags, func(g Flag) bool { return g == f })
}

// flag marks the case. A security case is restricted and first in UIT's queue
// (G31); it can be marked so only while the desk has not decided 9.1/3.
func flag(d *deed) error {
	t := d.t
	f := Flag(d.rec["flag"])
	switch f {
	case FlagSecurity:
		if t.Step != "9.1/2" && t.Step != "9.1/3" {
			return refuse(RefusedFlag, "flag", string(f))
		}
		t.raise(FlagRestricted)
		d.rule("G31")
	case FlagRestricted:
		d.rule("G33")
	case FlagFormal:
		d.rule("G34")
		if due := d.rec["due"]; due != "" {
			if _, err := time.Parse(time.DateOnly, due); err != nil {
				return refuse(RefusedValue, "field", "due", "value", due)
			}
		}
		t.Formal = &Formal{Number: d.rec["number"], Responsible: d.rec["responsible"], Due: d.rec["due"]}
	}
	t.raise(f)
	if !t.Has(FlagRestricted) {
		return nil // nobody is named in a case that all may see
	}
	for _, p := range people(d.rec["people"]) {
		if !slices.Contains(t.Named, p) {
			t.Named = append(t.Named, p)
		}
	}
	return nil
}

func mayUnflag(t *Ticket, _ Actor, _ time.Time) error {
	if !slices.ContainsFunc(t.Flags, liftable) {
		return refuse(RefusedFlag)
	}
	return nil
}

// liftable are the flags that a person may lower; the others follow from the
// case's links and notices.
func liftable(f Flag) bool {
	return f == FlagOutOfScope || slices.Contains(flagNames, string(f))
}

// unflag lowers a flag. Who was named in a restricted case is named no longer
// once all may see it: if it is restricted again, for another reason, they are
// not let in without anybody having thought of them.
func unflag(d *deed) error {
	f := Flag(d.rec["flag"])
	if !d.t.Has(f) {
		return refuse(RefusedFlag, "flag", string(f))
	}
	d.t.drop(f)
	if f == FlagRestricted {
		d.t.Named = nil
	}
	if f == FlagOutOfScope && d.t.Ending == Orientation {
		d.t.Ending = ""
	}
	return nil
}

// mayUnname: there is somebody whose sight of a restricted case can be taken back.
func mayUnname(t *Ticket, _ Actor, _ time.Time) error {
	if len(t.Named) == 0 || !t.Has(FlagRestricted) {
		return refuse(RefusedUnnamed)
	}
	return nil
}

// unname takes people off those named in a restricted case (G33). Who handles
// the case goes on seeing it.
func unname(d *deed) error {
	gone := people(d.rec["people"])
	if len(gone) == 0 {
		return refuse(RefusedValue, "field", "people", "value", d.rec["people"])
	}
	for _, p := range gone {
		if !slices.Contains(d.t.Named, p) {
			return refuse(RefusedValue, "field", "people", "value", p)
		}
	}
	d.t.Named = slices.DeleteFunc(d.t.Named, func(p string) bool { return slices.Contains(gone, p) })
	return nil
}

// SeenUnnamed reports whether someone may see the case without being named in it.
func (t *Ticket) SeenUnnamed(by Actor) bool {
	c := t.clone()
	c.Named = nil
	return c.SeenBy(by)
}

// role is who is responsible for the due activity.
func (t *Ticket) role() Role {
	a, _ := t.Activity()
	return a.Role
}

// mayTake: anyone responsible for the due activity may take the case, from the
// queue or from a colleague; not to review their own work (G26).
func mayTake(t *Ticket, by Actor, _ time.Time) error {
	role := t.role()
	switch {
	case !by.Is(role):
		return refuse(RefusedRole, "act", string(ActTake), "role", string(role))
	case role == Supervisor && slices.Contains(t.Hands, by.ID):
		return refuse(RefusedOwnWork, "user", by.ID)
	case t.Assignee == by.ID:
		return refuse(RefusedAssignee, "user", by.ID)
	}
	return nil
}

func take(d *deed) error {
	d.t.give(d.by.ID)
	return nil
}

// mayAssign: the supervisor, or a member of the unit that has the case.
func mayAssign(t *Ticket, by Actor, _ time.Time) error {
	if role := t.role(); !by.Is(Supervisor) && !by.Is(role) {
		return refuse(RefusedRole, "act", string(ActAssign), "role", string(role))
	}
	return nil
}

// assign gives the case to someone; without a user it goes to the unit's queue.
func assign(d *deed) error {
	user := d.rec["user"]
	if d.t.role() == Supervisor && slices.Contains(d.t.Hands, user) {
		return refuse(RefusedOwnWork, "user", user)
	}
	d.t.give(user)
	return nil
}

// SeenBy reports whether someone may see the case. A restricted one (G31, G33)
// is for the supervisor, the auditor, those who work or worked on it, those
// named in it and, while nobody has it, those responsible for what is due.
func (t *Ticket) SeenBy(by Actor) bool {
	if !t.Has(FlagRestricted) {
		return true
	}
	switch {
	case by.Is(Supervisor), by.Is(Auditor), by.Is(System):
		return true
	case t.Assignee == "" && by.Is(t.role()):
		return true
	}
	return by.ID == t.Assignee || by.ID == t.Operator || slices.Contains(t.Hands, by.ID) || slices.Contains(t.Named, by.ID)
}
