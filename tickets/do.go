package tickets

import (
	"slices"
	"time"
)

// deed is one act being done: the case as it will be, and the event being written.
type deed struct {
	t      *Ticket // a copy; becomes the case only if nothing refuses
	before *Ticket // the case as it was
	by     Actor
	role   Role
	rec    Record
	at     time.Time
	row    aside

	steps  []Step // activities completed
	to     Step   // the activity due afterwards
	rules  []string
	sealed Unit
	whose  string // who did the completed activities, if not by
}

// Do does an act: it checks role, due activity, assignee, separation of duties,
// the record's fields and the act's own conditions, changes the case and writes
// its event. It is the only way in which a person changes a case. A refusal is
// a *Refusal and leaves the case as it was. Events and replies wait in the case
// for TakeEvents and TakeOutgoing.
func (t *Ticket) Do(act Act, by Actor, rec Record, at time.Time) error {
	row, role, err := t.permit(act, by, at)
	if err != nil {
		return err
	}
	rec, err = check(row.Fields, rec)
	if err != nil {
		return err
	}
	d := t.begin(row, by, role, rec, at)
	if effect := effects[act]; effect != nil {
		if err := effect(d); err != nil {
			return err
		}
	}
	d.commit()
	*t = *d.t
	return nil
}

// Acts lists what someone may do now: exactly the acts that Do takes, given a
// proper record. The first one that completes the due activity is Primary.
func (t *Ticket) Acts(by Actor, at time.Time) []Move {
	var moves []Move
	var seen []Act
	primary := true
	for _, row := range t.rows() {
		if slices.Contains(seen, row.Act) {
			continue
		}
		if _, err := t.allowed(row, by, at); err != nil {
			continue
		}
		seen = append(seen, row.Act)
		m := Move{Act: row.Act, Fields: t.offer(row), Rules: row.Rules}
		m.To, m.Or = t.leads(row)
		if row.step {
			m.Steps = append([]Step{t.Step}, row.With...)
			m.Primary, primary = primary, false
		}
		m.Unit = t.Unit
		if a, ok := ManualOf(t.Manual).Activity(m.To); ok {
			m.Unit = a.Unit
		}
		moves = append(moves, m)
	}
	return moves
}

// leads is where an act takes this case: the usual activity due afterwards, and
// those to which the record may lead instead.
func (t *Ticket) leads(row aside) (to Step, or []Step) {
	switch {
	case row.Act == ActDecideAvailability && t.Has(FlagSecurity):
		return row.Or[0], nil // G31
	case row.Act == ActResumeKB && t.ReturnedFrom == "9.3":
		return row.Or[0], nil
	case row.Act == ActResumeKB:
		return row.To, nil
	case row.Act == ActReopen:
		return row.To, []Step{t.lastNotice()}
	case row.Act == ActAttempt:
		a, _ := t.Activity()
		return t.Step, []Step{a.Options[0].To}
	case row.To == "":
		return t.Step, nil
	}
	return row.To, row.Or
}

// rows are the ways on from the due activity and the acts beside them.
func (t *Ticket) rows() []aside {
	m := ManualOf(t.Manual)
	if m == nil {
		return nil
	}
	var rows []aside
	if a, ok := m.Activity(t.Step); ok {
		for _, o := range a.Options {
			rows = append(rows, aside{Option: o, Roles: []Role{a.Role}, At: []Step{t.Step}, Own: true, step: true})
		}
	}
	return append(rows, m.asides...)
}

// permit finds the row under which an actor may do an act, or the refusal of
// the row that came nearest.
func (t *Ticket) permit(act Act, by Actor, at time.Time) (aside, Role, error) {
	var refused error
	var most int
	for _, row := range t.rows() {
		if row.Act != act {
			continue
		}
		role, err := t.allowed(row, by, at)
		if err == nil {
			return row, role, nil
		}
		if n := nearness(err); refused == nil || n > most {
			refused, most = err, n
		}
	}
	if refused == nil && known[act] {
		refused = refuse(RefusedStep, "act", string(act), "step", string(t.Step))
	}
	if refused == nil {
		refused = refuse(RefusedAct, "act", string(act))
	}
	return aside{}, "", refused
}

// nearness orders refusals by how far an act came before it was refused.
func nearness(err error) int {
	r, _ := err.(*Refusal)
	switch r.Code {
	case RefusedStep:
		return 0
	case RefusedRole:
		return 1
	}
	return 2
}

// allowed checks everything about an act but its record.
func (t *Ticket) allowed(row aside, by Actor, at time.Time) (Role, error) {
	if row.At != nil && !slices.Contains(row.At, t.Step) || !row.Always && row.Closed != (t.Step == Closed) {
		return "", refuse(RefusedStep, "act", string(row.Act), "step", string(t.Step))
	}
	role := by.as(row.Roles)
	if role == "" {
		return "", refuse(RefusedRole, "act", string(row.Act), "role", string(row.Roles[0]))
	}
	switch {
	case !t.SeenBy(by):
		return "", refuse(RefusedRestricted)
	case t.Waiting != nil && !row.Waiting:
		return "", refuse(RefusedWaiting)
	case row.step && role == Supervisor && slices.Contains(t.Hands, by.ID):
		return "", refuse(RefusedOwnWork, "user", by.ID)
	case row.Own && t.Assignee != "" && t.Assignee != by.ID:
		return "", refuse(RefusedAssignee, "user", t.Assignee)
	}
	if g := guards[row.Act]; g != nil {
		if err := g(t, by, at); err != nil {
			return "", err
		}
	}
	return role, nil
}

// as returns the first of the roles in which the actor may act, "" if none.
// Someone standing in as supervisor is an operator with an act number (G26).
func (a Actor) as(roles []Role) Role {
	for _, r := range roles {
		if slices.Contains(a.Roles, r) {
			return r
		}
		if r == Supervisor && a.Suplencia != "" && slices.Contains(a.Roles, Operador) {
			return r
		}
	}
	return ""
}

// Is reports whether the actor may act in a role, by holding it or by suplencia.
func (a Actor) Is(r Role) bool { return a.as([]Role{r}) != "" }

func (t *Ticket) begin(row aside, by Actor, role Role, rec Record, at time.Time) *deed {
	d := &deed{t: t.clone(), before: t, by: by, role: role, rec: rec, at: stamp(at), row: row}
	d.rules = slices.Clone(row.Rules)
	if row.step && !row.Later {
		d.steps = append([]Step{t.Step}, row.With...)
	}
	if !row.Later {
		d.to = row.To
	}
	if role == Supervisor && !slices.Contains(by.Roles, Supervisor) {
		d.rec["suplencia"] = by.Suplencia
		d.rule("G26")
	}
	if row.Own && d.t.Assignee == "" {
		d.t.give(by.ID)
	}
	if role != System {
		d.marks()
	}
	return d
}

// marks notes whose hands have worked on the case (G26), and that someone has
// seen what the citizen wrote. Taking and handing on is neither.
func (d *deed) marks() {
	act := d.row.Act
	if act != ActTake && act != ActAssign {
		d.t.Unread = false
	}
	works := d.row.Own || act == ActAttempt || act == ActReply || act == ActResend
	if works && d.role != Supervisor && !slices.Contains(d.t.Hands, d.by.ID) {
		d.t.Hands = append(d.t.Hands, d.by.ID)
	}
}

func (d *deed) rule(ids ...string) {
	for _, id := range ids {
		if !slices.Contains(d.rules, id) {
			d.rules = append(d.rules, id)
		}
	}
}

// commit moves the case and writes the event.
func (d *deed) commit() {
	t := d.t
	whose := d.whose
	if whose == "" {
		whose = d.by.ID
	}
	for _, s := range d.steps {
		unit := t.Unit
		if a, ok := ManualOf(t.Manual).Activity(s); ok {
			unit = a.Unit
		}
		t.Trail = append(t.Trail, Done{Step: s, By: whose, Unit: unit, At: d.at})
	}
	if d.to != "" && d.to != t.Step {
		t.move(d.to)
	}
	t.append(Event{
		At: d.at, By: d.by.ID, Name: d.by.Name, Role: d.role, Act: d.row.Act, Steps: d.steps,
		From: d.before.Step, To: t.Step, FromUnit: d.before.Unit, ToUnit: t.Unit,
		Rules: d.rules, Sealed: d.sealed, Record: d.rec,
	})
}

// move makes an activity the due one and puts the case on the desk of its unit,
// with the person who had it there before (G25), else in the unit's queue.
func (t *Ticket) move(to Step) {
	t.Step = to
	a, ok := t.Activity()
	if !ok {
		t.Assignee, t.Unit = "", AIT
		return
	}
	t.Unit = a.Unit
	switch a.Role {
	case Operador:
		t.Assignee = t.Operator
	default:
		t.Assignee = t.Desks[a.Role]
	}
	if a.Role == Supervisor && slices.Contains(t.Hands, t.Assignee) {
		t.Assignee = ""
	}
}

// give makes someone the one who has the case at the due activity.
func (t *Ticket) give(user string) {
	t.Assignee = user
	a, ok := t.Activity()
	switch {
	case !ok:
	case a.Role == Operador:
		t.Operator = user
	default:
		if t.Desks == nil {
			t.Desks = map[Role]string{}
		}
		t.Desks[a.Role] = user
	}
}

// TakeEvents hands over the events since the last call, oldest first.
func (t *Ticket) TakeEvents() []Event {
	e := t.events
	t.events = nil
	return e
}

// TakeOutgoing hands over the replies decided on since the last call.
func (t *Ticket) TakeOutgoing() []Outgoing {
	o := t.out
	t.out = nil
	return o
}

// TakeCancelled hands over the ids of replies that must no longer go out.
func (t *Ticket) TakeCancelled() []string {
	c := t.cancelled
	t.cancelled = nil
	return c
}

// TakeSplits hands over the cases that were split off and must be opened in the
// same transaction; after Open, tell this one with Linked.
func (t *Ticket) TakeSplits() []NewCase {
	s := t.splits
	t.splits = nil
	return s
}
