package office

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
)

// Kinds of alerts.
const (
	AlertDerived  = "derived"  // a case came to the unit
	AlertBack     = "back"     // a unit's solution came back to the desk
	AlertReview   = "review"   // a case awaits the supervisor
	AlertReturned = "returned" // the supervisor sent it back
	AlertTwice    = "twice"    // for the second time: the head is told (G8)
	AlertMessage  = "message"  // the citizen wrote
	AlertEstimate = "estimate" // the unit's estimate is over
	AlertOutage   = "outage"   // a service seems down outside of attention hours
)

// burst is how long an alert waits for others of the same moment.
const burst = time.Minute

var reviews = []tickets.Step{"9.1/9", "9.2/8", "9.3/6"}

// unitRoles names who works at a unit's desk.
var unitRoles = map[tickets.Unit]tickets.Role{tickets.UIT: tickets.RoleUIT, tickets.UPAT: tickets.RoleUPAT, tickets.ACGII: tickets.RoleACGII, tickets.ADT: tickets.RoleADT}

// alerts are what happened in a case since it was last counted, for each person
// on whom it landed. Nobody is told of what they did themselves, nor of a case
// that they may not see.
func (o *Office) alerts(ctx context.Context, t *tickets.Ticket, x store.Stale, staff []store.Staff) ([]store.Alert, error) {
	var out []store.Alert
	add := func(kind, mark string, step tickets.Step, by string, to []store.Staff) {
		for _, u := range to {
			if u.ID == by || u.Mail == "" || u.Alerts == store.AlertNone || !u.Active || !t.SeenBy(u.Actor(o.Now())) {
				continue
			}
			a := store.Alert{Staff: u.ID, Address: u.Mail, Ticket: t.ID, Code: t.Code, Kind: kind, Step: string(step), Mark: mark, Due: o.due(u)}
			if t.Has(tickets.FlagRestricted) {
				a.Code, a.Step = "", ""
			}
			out = append(out, a)
		}
	}
	if x.Events < t.Events {
		history, err := o.Store.History(ctx, t.ID, tickets.Actor{})
		if err != nil {
			return nil, fmt.Errorf("reading a history: %w", err)
		}
		for _, e := range history[min(x.Events, len(history)):] {
			mark := strconv.Itoa(e.Seq)
			switch {
			case e.Act == tickets.ActReturn:
				add(AlertReturned, mark, e.To, e.By, owners(t, staff))
				if t.Returns >= 2 {
					add(AlertTwice, mark, e.To, e.By, holding(staff, tickets.Jefatura))
				}
			case slices.Contains(reviews, e.To) && e.From != e.To:
				add(AlertReview, mark, e.To, e.By, slices.DeleteFunc(holding(staff, tickets.Supervisor), func(u store.Staff) bool { return slices.Contains(t.Hands, u.ID) }))
			case e.FromUnit != e.ToUnit && e.ToUnit == tickets.AIT:
				add(AlertBack, mark, e.To, e.By, owners(t, staff))
			case e.FromUnit != e.ToUnit && e.FromUnit != "":
				add(AlertDerived, mark, e.To, e.By, unitPeople(t, e.ToUnit, staff))
			}
		}
	}
	if x.Known && x.Row.LastIn.After(x.LastIn) && t.Unread {
		add(AlertMessage, strconv.FormatInt(x.Row.LastIn.UnixMicro(), 36), t.Step, "", owners(t, staff))
	}
	return out, nil
}

// due is when a person wants to be told.
func (o *Office) due(u store.Staff) time.Time {
	if u.Alerts == store.AlertDigest {
		return o.digestAt(o.Now())
	}
	return o.Now().Add(burst)
}

func holding(staff []store.Staff, role tickets.Role) (out []store.Staff) {
	for _, u := range staff {
		if slices.Contains(u.Roles, role) {
			out = append(out, u)
		}
	}
	return out
}

// owners are who has the case, else who answers for it.
func owners(t *tickets.Ticket, staff []store.Staff) (out []store.Staff) {
	id := t.Assignee
	if id == "" {
		id = t.Operator
	}
	for _, u := range staff {
		if u.ID == id && id != "" {
			out = append(out, u)
		}
	}
	return out
}

// unitPeople are who has the case at a unit, else everybody there.
func unitPeople(t *tickets.Ticket, unit tickets.Unit, staff []store.Staff) []store.Staff {
	if t.Unit == unit && t.Assignee != "" {
		return owners(t, staff)
	}
	return holding(staff, unitRoles[unit])
}

// estimatesOver alerts the units whose own estimate has run out. A case of a unit
// in which nobody wants mail stays on the list, so all of it is gone through.
func (o *Office) estimatesOver(ctx context.Context) error {
	staff, err := o.Store.Staff(ctx)
	if err != nil {
		return fmt.Errorf("reading the staff: %w", err)
	}
	now := o.Now()
	for last := (store.Overdue{}); ctx.Err() == nil; {
		list, err := o.Store.EstimatesOver(ctx, now, last, pageSize)
		if err != nil {
			return fmt.Errorf("listing estimates that are over: %w", err)
		}
		for _, x := range list {
			if err := o.estimateOver(ctx, x.Ticket, staff); err != nil {
				return err
			}
		}
		if len(list) < pageSize {
			return nil
		}
		last = list[len(list)-1]
		if held, err := o.keep(ctx); err != nil || !held {
			return err
		}
	}
	return ctx.Err()
}

func (o *Office) estimateOver(ctx context.Context, id string, staff []store.Staff) error {
	t, err := o.Store.Ticket(ctx, id)
	if err != nil {
		return fmt.Errorf("reading a case whose estimate is over: %w", err)
	}
	var due []store.Alert
	for _, u := range unitPeople(t, t.Unit, staff) {
		if u.Mail == "" || u.Alerts == store.AlertNone || !u.Active || !t.SeenBy(u.Actor(o.Now())) {
			continue
		}
		a := store.Alert{Staff: u.ID, Address: u.Mail, Ticket: t.ID, Code: t.Code, Kind: AlertEstimate, Step: string(t.Step), Mark: strconv.Itoa(len(t.Estimates)), Due: o.due(u)}
		if t.Has(tickets.FlagRestricted) {
			a.Code, a.Step = "", ""
		}
		due = append(due, a)
	}
	if len(due) == 0 || len(t.Estimates) == 0 {
		return nil
	}
	err = o.Store.Write(ctx, func(tx *store.Tx) error {
		for _, a := range due {
			if err := tx.AddAlert(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("queueing an alert: %w", err)
	}
	return nil
}

// outagesAtNight writes to whoever is on call, once for each outage that was
// found while the office is closed.
func (o *Office) outagesAtNight(ctx context.Context) error {
	now := o.Now()
	if o.Hours.Open(now) {
		return nil
	}
	var set calendar.Setting
	if _, err := o.Store.Setting(ctx, "calendar", &set); err != nil || set.OnCall == "" {
		return err
	}
	list, err := o.Store.Outages(ctx, false, 100)
	if err != nil {
		return fmt.Errorf("listing outages: %w", err)
	}
	for _, out := range list {
		if !out.Ended.IsZero() || now.Sub(out.Found) > 24*time.Hour || o.Hours.Open(out.Found) {
			continue
		}
		a := store.Alert{Address: set.OnCall, Code: out.System, Kind: AlertOutage, Mark: out.ID, Due: now}
		if err := o.Store.Write(ctx, func(tx *store.Tx) error { return tx.AddAlert(a) }); err != nil {
			return fmt.Errorf("queueing an alert: %w", err)
		}
	}
	return nil
}
