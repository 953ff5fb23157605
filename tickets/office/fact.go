package office

import (
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
)

// Hours is the office's working time.
type Hours interface {
	Open(time.Time) bool
	NextOpen(time.Time) time.Time
	Between(a, b time.Time) time.Duration
	Add(t time.Time, d time.Duration) time.Time
}

// DayOf is the day of an instant in La Paz as a number, 20261125; 0 for the zero time.
func DayOf(t time.Time) int {
	if t.IsZero() {
		return 0
	}
	y, m, d := t.In(calendar.Zone).Date()
	return y*10000 + int(m)*100 + d
}

var notices = []tickets.Step{"9.1/7", "9.2/7", "9.3/5"}

// factOf counts a case.
func factOf(t *tickets.Ticket, row store.Row, targets []tickets.Target, h Hours) store.Fact {
	f := store.Fact{
		Ticket: t.ID, Version: row.Version, Events: t.Events, LastIn: row.LastIn, Day: DayOf(t.Opened), ClosedDay: DayOf(t.ClosedAt),
		Medium: row.Medium, System: t.System, Entity: t.Entity, Class: t.Class, Unit: t.Unit, Outcome: t.Outcome, Operator: t.Operator, Restricted: t.Has(tickets.FlagRestricted),
		Register: -1, Notify: -1, Finish: -1, Active: -1, Returned: t.Returns, Reopened: t.Reopened, Precedent: -1,
	}
	if f.System == "" {
		f.System = t.Suggestion.System
	}
	class := t.Class
	if class == "" {
		class = t.Suggestion.Class
	}
	f.Target = minutes(tickets.TargetFor(targets, class, t.Priority))
	if d := t.Decision; d != nil {
		f.Precedent, f.Evidence = 0, len(d.Evidence) > 0
		if d.PriorUIT {
			f.Precedent = 1
		}
	}
	if t.Knowledge != nil {
		f.Article = t.Knowledge.Decision
	}
	durations(&f, t, h)
	estimates(&f, t, h)
	return f
}

func minutes(d time.Duration) int { return int(d.Round(time.Minute) / time.Minute) }

// durations splits the case's way among the units that had it: what passed since
// the activity before counts for the unit that did the next one.
func durations(f *store.Fact, t *tickets.Ticket, h Hours) {
	var registered time.Time
	last := t.Opened
	of := map[tickets.Unit]*int{tickets.AIT: &f.AIT, tickets.UIT: &f.UIT, tickets.UPAT: &f.UPAT, tickets.ACGII: &f.ACGII, tickets.ADT: &f.ADT}
	for _, d := range t.Trail {
		if n := of[d.Unit]; n != nil && d.At.After(last) {
			*n += minutes(h.Between(last, d.At))
		}
		last = d.At
		f.Procedure = d.Step.Procedure()
		if d.Step == "9.1/2" && registered.IsZero() {
			registered, f.Register = d.At, minutes(max(0, h.Between(t.Opened, d.At)))
		}
		if slices.Contains(notices, d.Step) && f.Notify < 0 && !registered.IsZero() {
			f.Notify = minutes(h.Between(registered, d.At))
		}
		if d.Unit != tickets.AIT {
			f.Unit = d.Unit
		}
	}
	if t.Step != tickets.Closed || t.ClosedAt.IsZero() {
		f.Unit = t.Unit
		return
	}
	if !registered.IsZero() {
		f.Finish = minutes(h.Between(registered, t.ClosedAt))
	}
	waited := time.Duration(0)
	for _, w := range t.Waits {
		waited += h.Between(w.Since, w.Until)
	}
	f.Active = minutes(max(0, h.Between(t.Opened, t.ClosedAt)-waited))
}

// estimates counts what the roads ask for. 9.2 asks UIT for one where it solves
// by itself, and UPAT always; 9.3 asks UPAT; nobody else is asked (G12).
func estimates(f *store.Fact, t *tickets.Ticket, h Hours) {
	given := func(step tickets.Step, after time.Time, before time.Time) bool {
		return slices.ContainsFunc(t.Estimates, func(e tickets.Estimate) bool { return e.Step == step && !e.At.Before(after) && !e.At.After(before) })
	}
	var routed time.Time
	helped := false // by UPAT or ACGII since the last decision of 9.2/3
	for _, d := range t.Trail {
		asks := tickets.Step("")
		switch d.Step {
		case "9.2/3", "9.3/3":
			routed, helped = d.At, false
		case "9.2/3.B.4", "9.2/3.C.5":
			helped = true
		case "9.2/3.A.2":
			if !helped {
				asks = "9.2/3.A.1"
			}
		case "9.2/3.B.3":
			asks = "9.2/3.B.2"
		case "9.3/3.B.4":
			asks = "9.3/3.B.3"
		}
		if asks != "" {
			if f.Demanded++; !given(asks, routed, d.At) {
				f.Omitted++
			}
		}
	}
	for i, e := range t.Estimates {
		if i+1 < len(t.Estimates) && t.Estimates[i+1].Step == e.Step {
			continue // changed since: the last one counts
		}
		done := slices.IndexFunc(t.Trail, func(d tickets.Done) bool {
			return d.At.After(e.At) && d.Unit == e.Unit && d.Step != e.Step && strings.HasPrefix(string(d.Step), e.Step.Procedure())
		})
		if done >= 0 {
			if f.Estimated++; h.Between(e.At, t.Trail[done].At) > e.Time {
				f.Overrun++
			}
		} else if t.Step != tickets.Closed && t.Unit == e.Unit {
			f.Due = h.Add(e.At, e.Time)
		}
	}
}
