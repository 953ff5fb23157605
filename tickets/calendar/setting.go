package calendar

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Setting is a calendar as an office keeps it: data that its administrator
// edits. The zero value is LaPaz as the program knows it.
type Setting struct {
	Week   []string `json:"week,omitempty"` // by time.Weekday: "08:30-12:30 14:30-18:30", "" closed; empty: DS 29000
	Days   []Day    `json:"days,omitempty"`
	OnCall string   `json:"on_call,omitempty"` // who is written to when a service seems down outside of attention hours
}

// Day is one dated order over every rule.
type Day struct {
	Date  string `json:"date"`  // 2026-01-22
	Hours string `json:"hours"` // "08:30-16:30"; empty: a day off
	Name  string `json:"name,omitempty"`
	Basis string `json:"basis"` // number of the decree or notice
}

// ParseSpans reads the hours of a day, in order and apart: "08:30-12:30 14:30-18:30".
func ParseSpans(s string) ([]Span, error) {
	var out []Span
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		span, err := ParseSpan(f)
		if err != nil {
			return nil, err
		}
		if len(out) > 0 && span.From < out[len(out)-1].To {
			return nil, fmt.Errorf("hours %q: the spans must be in order and apart", s)
		}
		out = append(out, span)
	}
	return out, nil
}

// Calendar makes the calendar that the setting describes.
func (s Setting) Calendar() (*Calendar, error) {
	var overrides []Override
	for _, d := range s.Days {
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
			return nil, fmt.Errorf("date %q: want 2026-01-31", d.Date)
		}
		hours, err := ParseSpans(d.Hours)
		if err != nil {
			return nil, err
		}
		overrides = append(overrides, Override{Date: d.Date, Hours: hours, Name: d.Name, Basis: d.Basis})
	}
	c := LaPaz(overrides...)
	if len(s.Week) == 0 {
		return c, nil
	}
	if len(s.Week) != 7 {
		return nil, fmt.Errorf("a week of %d days", len(s.Week))
	}
	for i, w := range s.Week {
		spans, err := ParseSpans(w)
		if err != nil {
			return nil, err
		}
		c.Week[i] = spans
	}
	return c, nil
}

// Orders lists the dated orders of a calendar in force, by date.
func (c *Calendar) Orders() []Override {
	var out []Override
	for _, o := range c.overrides {
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Override) int { return strings.Compare(a.Date, b.Date) })
	return out
}

// Live is the calendar in force, which an administrator may change while the
// program works. Its methods are those of Calendar at the moment of the call.
type Live struct{ now atomic.Pointer[Calendar] }

// NewLive starts with a calendar.
func NewLive(c *Calendar) *Live {
	l := &Live{}
	l.now.Store(c)
	return l
}

// Set puts another calendar in force.
func (l *Live) Set(c *Calendar) { l.now.Store(c) }

// Calendar is the one in force.
func (l *Live) Calendar() *Calendar { return l.now.Load() }

// Open is Calendar.Open.
func (l *Live) Open(t time.Time) bool { return l.now.Load().Open(t) }

// NextOpen is Calendar.NextOpen.
func (l *Live) NextOpen(t time.Time) time.Time { return l.now.Load().NextOpen(t) }

// Workday is Calendar.Workday.
func (l *Live) Workday(t time.Time) bool { return l.now.Load().Workday(t) }

// Between is Calendar.Between.
func (l *Live) Between(a, b time.Time) time.Duration { return l.now.Load().Between(a, b) }

// Add is Calendar.Add.
func (l *Live) Add(t time.Time, d time.Duration) time.Time { return l.now.Load().Add(t, d) }
