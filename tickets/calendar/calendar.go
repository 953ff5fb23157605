// Package calendar counts working time in La Paz: a weekly template, the
// national holidays by their rules, the department's own, and dated overrides
// for what decrees and notices change each year. It is pure, so that targets,
// reminders and reports count the same minutes; the agency edits the overrides
// as data and hands them to LaPaz. The manual sets no deadlines: working time
// measures the agency's own targets and is never shown as a legal term.
package calendar

import (
	"fmt"
	"slices"
	"time"
)

// Zone is America/La_Paz as a fixed zone, four hours behind UTC: it had
// no other offset since 1932 and the program must not depend on a zone database.
var Zone = time.FixedZone("America/La_Paz", -4*60*60)

// Span is a stretch of attention hours within a day, To excluded, in minutes
// after midnight.
type Span struct{ From, To int }

// ParseSpan reads "08:30-12:30".
func ParseSpan(s string) (Span, error) {
	var h1, m1, h2, m2 int
	if n, err := fmt.Sscanf(s, "%2d:%2d-%2d:%2d", &h1, &m1, &h2, &m2); n != 4 || err != nil {
		return Span{}, fmt.Errorf("hours %q: want 08:30-12:30", s)
	}
	sp := Span{h1*60 + m1, h2*60 + m2}
	if m1 > 59 || m2 > 59 || sp.From < 0 || sp.To > 24*60 || sp.From >= sp.To || sp.String() != s {
		return Span{}, fmt.Errorf("hours %q: want 08:30-12:30", s)
	}
	return sp, nil
}

func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

// Override is what a decree or a notice orders for one day, over every rule.
type Override struct {
	Date  string // 2026-01-22
	Hours []Span // none: a day off
	Name  string // shown as the holiday's name on a day off
	Basis string // number of the decree or notice
}

// Calendar is the working time of an office. The zero value never opens.
type Calendar struct {
	Week      [7][]Span // by time.Weekday, in order and apart
	Local     []Fixed   // the department's own holidays
	overrides map[string]Override
}

// LaPaz is the calendar of an office in La Paz: DS 29000 of 02-01-2007 (Monday
// to Friday 08:30-12:30 and 14:30-18:30), the national rules, 16 July, the
// decrees of Known and then the office's own overrides, later ones over earlier.
func LaPaz(overrides ...Override) *Calendar {
	c := &Calendar{Local: []Fixed{{time.July, 16, "Aniversario de La Paz", true}}, overrides: map[string]Override{}}
	for d := time.Monday; d <= time.Friday; d++ {
		c.Week[d] = slices.Clone(Standard)
	}
	for _, o := range slices.Concat(Known, overrides) {
		c.overrides[o.Date] = o
	}
	return c
}

// Standard are the hours of DS 29000, Continuous those of an "horario continuo".
var (
	Standard   = []Span{{8*60 + 30, 12*60 + 30}, {14*60 + 30, 18*60 + 30}}
	Continuous = []Span{{8*60 + 30, 16*60 + 30}}
)

// hours are the spans of the day that begins at midnight day, in La Paz.
func (c *Calendar) hours(day time.Time) []Span {
	if o, ok := c.overrides[day.Format(time.DateOnly)]; ok {
		return o.Hours
	}
	week := c.Week[day.Weekday()]
	if len(week) == 0 || c.ruled(day) != "" {
		return nil
	}
	return week
}

// Open reports whether the office attends at an instant.
func (c *Calendar) Open(t time.Time) bool {
	t = t.In(Zone)
	m := t.Sub(midnight(t))
	for _, s := range c.hours(midnight(t)) {
		if m >= minutes(s.From) && m < minutes(s.To) {
			return true
		}
	}
	return false
}

// Workday reports whether the office attends at all on the day of an instant.
func (c *Calendar) Workday(t time.Time) bool { return len(c.hours(midnight(t.In(Zone)))) > 0 }

// Holiday names the holiday of the day of an instant, "" on other days. A
// Saturday or Sunday can be one.
func (c *Calendar) Holiday(t time.Time) string {
	day := midnight(t.In(Zone))
	if o, ok := c.overrides[day.Format(time.DateOnly)]; ok {
		if len(o.Hours) > 0 {
			return ""
		}
		return o.Name
	}
	return c.ruled(day)
}

// Between is the working time from a to b; negative when b is before a.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -c.Between(b, a)
	}
	var sum time.Duration
	for day := midnight(a.In(Zone)); day.Before(b); day = day.AddDate(0, 0, 1) {
		for _, s := range c.hours(day) {
			from, to := later(day.Add(minutes(s.From)), a), earlier(day.Add(minutes(s.To)), b)
			if to.After(from) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

// horizon is how far ahead working time is looked for: a calendar without it
// must not search for ever.
const horizon = 3 * 366

// Add is the instant at which d of working time after t is over: the end of a
// span rather than the start of the next. It returns t when d is not positive,
// and the zero time if three years go by without working time.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t
	}
	idle := 0
	for day := midnight(t.In(Zone)); idle < horizon; day = day.AddDate(0, 0, 1) {
		idle++
		for _, s := range c.hours(day) {
			from, to := later(day.Add(minutes(s.From)), t), day.Add(minutes(s.To))
			if !to.After(from) {
				continue
			}
			if idle = 0; d <= to.Sub(from) {
				return from.Add(d)
			}
			d -= to.Sub(from)
		}
	}
	return time.Time{}
}

// NextOpen is the first instant from t on at which the office attends: t itself
// when it is open; the zero time if three years go by closed.
func (c *Calendar) NextOpen(t time.Time) time.Time {
	day := midnight(t.In(Zone))
	for range horizon {
		for _, s := range c.hours(day) {
			if from := later(day.Add(minutes(s.From)), t); from.Before(day.Add(minutes(s.To))) {
				return from.In(Zone)
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Zone)
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

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
