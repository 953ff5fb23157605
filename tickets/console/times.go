package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// clock shows times as the office reads them: in La Paz (UTC−4 all year), in
// the language's words.
type clock struct {
	now  func() time.Time
	zone *time.Location
}

func (k clock) in(t time.Time) time.Time { return t.In(k.zone) }

// exact is "lun 23 nov 2026, 14:05".
func (k clock) exact(w *words, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return k.date(w, t) + ", " + k.in(t).Format("15:04")
}

// date is a day by itself: "lun 23 nov 2026".
func (k clock) date(w *words, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = k.in(t)
	return fmt.Sprintf("%s %d %s %d", w.day(t), t.Day(), w.month(t), t.Year())
}

// short is the time of day for today, else the day: "14:05", "lun 23 nov, 14:05", "23 nov 2025".
func (k clock) short(w *words, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = k.in(t)
	now := k.in(k.now())
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return t.Format("15:04")
	case now.Sub(t) < 300*24*time.Hour && t.Sub(now) < 300*24*time.Hour:
		return fmt.Sprintf("%s %d %s, %s", w.day(t), t.Day(), w.month(t), t.Format("15:04"))
	}
	return fmt.Sprintf("%d %s %d", t.Day(), w.month(t), t.Year())
}

// ago is relative under a day ("hace 12 min"), else short.
func (k clock) ago(w *words, t time.Time) string {
	if t.IsZero() {
		return w.T("time.never")
	}
	d := k.now().Sub(t)
	switch {
	case d < -time.Minute:
		return k.short(w, t)
	case d < time.Minute:
		return w.T("time.seconds", "n", max(0, int(d.Seconds())))
	case d < time.Hour:
		return w.T("time.minutes", "n", int(d.Minutes()))
	case d < 24*time.Hour:
		return w.T("time.hours", "n", int(d.Hours()))
	}
	return k.short(w, t)
}

func (w *words) day(t time.Time) string {
	return strings.Fields(w.T("time.days"))[int(t.Weekday())]
}

func (w *words) month(t time.Time) string {
	return strings.Fields(w.T("time.months"))[int(t.Month())-1]
}

// work is working time in short words: "12 min", "3 h 20 min", "26 h".
func (w *words) work(d time.Duration) string {
	m := int(d.Round(time.Minute) / time.Minute)
	switch {
	case m < 60:
		return w.T("time.m", "m", m)
	case m%60 == 0 || m >= 10*60:
		return w.T("time.h", "h", m/60)
	}
	return w.T("time.hm", "h", m/60, "m", m%60)
}

// decimal is a number with at most one place, as people write it.
func (w *words) decimal(n float64) string {
	return strings.Replace(strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0"), ".", w.T("time.decimal"), 1)
}

// size is a number of bytes as people say it, with a decimal comma in Spanish.
func (w *words) size(n int64) string {
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1_000_000:
		return strconv.FormatInt((n+500)/1000, 10) + " kB"
	}
	return strings.Replace(strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64), ".", w.T("time.decimal"), 1) + " MB"
}

// brief is as short as can be, for the line of the procedure: "14:05" today, else "23 nov".
func (k clock) brief(w *words, t time.Time) string {
	t = k.in(t)
	now := k.in(k.now())
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04")
	}
	return fmt.Sprintf("%d %s", t.Day(), w.month(t))
}
