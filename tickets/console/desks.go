package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
)

// How long a case lay on each desk, how it came to the present one, and what
// each activity wrote down: read from its history.

// deskTime is the working time that a case was with a unit.
type deskTime struct {
	Unit tickets.Unit
	Time time.Duration
	Here bool
}

// deskTimes adds up the stays at each unit's desk, in the order of the first.
// While the person was waited for, nobody's clock ran (G5).
func (c *Console) deskTimes(t *tickets.Ticket, events []tickets.Event) []deskTime {
	var out []deskTime
	add := func(u tickets.Unit, a, b time.Time) {
		d := c.worked(a, b)
		for _, w := range t.Waits {
			d -= c.worked(later(a, w.Since), earlier(b, w.Until))
		}
		if t.Waiting != nil {
			d -= c.worked(later(a, t.Waiting.Since), b)
		}
		i := slices.IndexFunc(out, func(v deskTime) bool { return v.Unit == u })
		if i < 0 {
			i, out = len(out), append(out, deskTime{Unit: u})
		}
		out[i].Time += max(0, d)
	}
	since, unit := t.Opened, tickets.AIT
	for _, ev := range events {
		if ev.ToUnit != "" && ev.ToUnit != unit {
			add(unit, since, ev.At)
			since, unit = ev.At, ev.ToUnit
		}
	}
	end := c.now()
	if !t.ClosedAt.IsZero() {
		end = t.ClosedAt
	}
	add(unit, since, end)
	for i := range out {
		out[i].Here = out[i].Unit == unit && t.ClosedAt.IsZero()
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// receipt is how a case came to the desk of a unit: the derivation that is to be received.
type receipt struct {
	By, Text string
	From     tickets.Unit
	At       time.Time
	Received bool // somebody of the unit has it
}

// receiptOf finds the derivation for whoever sits at the desk that the case is on.
func (c *Console) receiptOf(s *Session, w *words, t *tickets.Ticket, events []tickets.Event) *receipt {
	if t.Step == tickets.Closed || unitOf(s.Actor) != t.Unit {
		return nil
	}
	for _, ev := range slices.Backward(events) {
		if ev.FromUnit == ev.ToUnit || ev.ToUnit != t.Unit || ev.FromUnit == "" {
			continue
		}
		text := c.essence(w, ev)
		if ev.Act == tickets.ActDecideAvailability && ev.Record["reason"] == "" {
			text = short(t.Problem, 220) // what was looked at is no reason: the problem itself is
		}
		return &receipt{By: ev.Name, From: ev.FromUnit, At: ev.At, Text: text, Received: t.Assignee != ""}
	}
	return nil
}

// essence is the part of an event's record that says most.
func (c *Console) essence(w *words, ev tickets.Event) string {
	for _, k := range []string{"observation", "reason", "record", "solution", "problem", "actions", "results", "result", "question", "hours", "note", "evidence"} {
		if v := ev.Record[k]; v != "" {
			return short(c.value(w, k, v), 220)
		}
	}
	return ""
}

// recorded tells what was written down when an activity was last done.
func (c *Console) recorded(w *words, events []tickets.Event, step tickets.Step) string {
	for _, ev := range slices.Backward(events) {
		if slices.Contains(ev.Steps, step) {
			return c.essence(w, ev)
		}
	}
	return ""
}

// checklist is a returned case's observations, one box per sentence on a line
// of its own; what is ticked is kept like any other draft.
type checklist struct {
	Draft string
	Items []checkItem
}

type checkItem struct {
	Name, Text, By string
	At             time.Time
	Done           bool
}

func (c *Console) checklist(r *http.Request, s *Session, t *tickets.Ticket, open []observation) *checklist {
	if len(open) == 0 {
		return nil
	}
	list := &checklist{Draft: t.Code + ":observaciones"}
	done := c.unsent(r, s, list.Draft).Fields
	for i, o := range open {
		for j, line := range strings.Split(o.Text, "\n") {
			if line = strings.Trim(line, " \t\r-•·*"); line == "" {
				continue
			}
			name := "o" + itoa(int64(i)) + "." + itoa(int64(j))
			list.Items = append(list.Items, checkItem{name, line, o.By, o.At, done[name] != ""})
		}
	}
	return list
}

// foldAfter is how many entries a thread may have before the middle is folded.
const (
	foldAfter = 16
	foldKeeps = 9
)

// folded splits a long thread: the first entry, those between, and the newest.
func folded(thread []entry) (first, between, newest []entry) {
	if len(thread) <= foldAfter {
		return nil, nil, thread
	}
	return thread[:2], thread[2 : len(thread)-foldKeeps], thread[len(thread)-foldKeeps:]
}
