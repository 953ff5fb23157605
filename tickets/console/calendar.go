package console

import (
	"cmp"
	"context"
	"net/http"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
)

// The office's calendar: weekly hours, dated orders with their decree, and who
// is written to when a service seems down at night.

// CalendarSetting and TargetsSetting name the settings that hold the calendar
// and the metas internas.
const (
	CalendarSetting = "calendar"
	TargetsSetting  = "targets"
)

type calendarData struct {
	Frame
	Week   []weekday
	Days   []dayView
	Typed  calendar.Day
	OnCall string
	Year   int
	May    bool
}

type weekday struct {
	N           int
	Word, Hours string
}

type dayView struct {
	Date, Shown, Hours, Name, Basis string // Date as 2026-11-23, Shown as people read it
	Own, Off                        bool   // entered here; no attention at all
}

// standardWeek is how the hours of DS 29000 are written.
var standardWeek = []string{"", "08:30-12:30 14:30-18:30", "08:30-12:30 14:30-18:30", "08:30-12:30 14:30-18:30", "08:30-12:30 14:30-18:30", "08:30-12:30 14:30-18:30", ""}

func (c *Console) calendarPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showCalendar(w, r, s, http.StatusOK, nil, calendar.Day{})
}

func (c *Console) showCalendar(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash, typed calendar.Day) error {
	words := c.say(s)
	var set calendar.Setting
	if _, err := c.st.Setting(r.Context(), CalendarSetting, &set); err != nil {
		return err
	}
	cal, err := set.Calendar()
	if err != nil {
		return err
	}
	data := calendarData{Frame: c.frame(r, s, words.T("calendar.title"), "/administracion"), Typed: typed, OnCall: set.OnCall, May: (route{who: admin}).allows(s.Actor)}
	if f != nil {
		data.Flash = f
	}
	week := set.Week
	if len(week) == 0 {
		week = standardWeek
	}
	for _, n := range []int{1, 2, 3, 4, 5, 6, 0} {
		data.Week = append(data.Week, weekday{n, strings.Fields(words.T("calendar.days"))[n], week[n]})
	}
	data.Year = c.clock.in(c.now()).Year()
	data.Days = calendarYear(c.clock, words, cal, set, data.Year)
	return c.show(w, r, status, words.lang, "calendar", "content", data)
}

// calendarYear lists the days of a year and the next on which the office does
// not keep its weekly hours.
func calendarYear(k clock, w *words, cal *calendar.Calendar, set calendar.Setting, year int) (out []dayView) {
	orders := map[string]calendar.Override{}
	for _, o := range cal.Orders() {
		orders[o.Date] = o
	}
	for day := time.Date(year, 1, 1, 12, 0, 0, 0, calendar.Zone); day.Year() <= year+1; day = day.AddDate(0, 0, 1) {
		date := day.Format(time.DateOnly)
		o, ordered := orders[date]
		name := cal.Holiday(day)
		if !ordered && (name == "" || len(cal.Week[day.Weekday()]) == 0) {
			continue
		}
		v := dayView{Date: date, Shown: k.date(w, day), Name: cmp.Or(name, o.Name), Basis: o.Basis, Off: !cal.Workday(day)}
		for _, span := range o.Hours {
			v.Hours += " " + span.String()
		}
		v.Own = slices.ContainsFunc(set.Days, func(d calendar.Day) bool { return d.Date == date })
		out = append(out, v)
	}
	return out
}

// calendarSave takes the week, one dated order more, or one less.
func (c *Console) calendarSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	var set calendar.Setting
	if _, err := c.st.Setting(r.Context(), CalendarSetting, &set); err != nil {
		return err
	}
	day := calendar.Day{Date: r.PostFormValue("date"), Hours: strings.Join(strings.Fields(r.PostFormValue("hours")), " "), Name: strings.TrimSpace(r.PostFormValue("name")), Basis: strings.TrimSpace(r.PostFormValue("basis"))}
	wrong, what := "", r.PostFormValue("do")
	switch what {
	case "week":
		set.Week = nil
		for n := range 7 {
			set.Week = append(set.Week, strings.Join(strings.Fields(r.PostFormValue("day"+itoa(int64(n)))), " "))
		}
		if set.OnCall = strings.TrimSpace(r.PostFormValue("on_call")); set.OnCall != "" {
			if _, err := mail.ParseAddress(set.OnCall); err != nil {
				wrong = "calendar.wrong.mail"
			}
		}
	case "day":
		set.Days = slices.DeleteFunc(set.Days, func(d calendar.Day) bool { return d.Date == day.Date })
		set.Days = append(set.Days, day)
		if day.Basis == "" {
			wrong = "calendar.wrong.basis"
		}
	case "undo":
		set.Days = slices.DeleteFunc(set.Days, func(d calendar.Day) bool { return d.Date == day.Date })
	default:
		return &badRequest{"error.form"}
	}
	cal, err := set.Calendar()
	if err != nil {
		wrong = "calendar.wrong"
	} else if cal.NextOpen(c.now()).IsZero() {
		wrong = "calendar.never"
	}
	if wrong != "" {
		return c.showCalendar(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T(wrong)}, day)
	}
	if err := c.keep(r, s, CalendarSetting, set, map[string]string{"do": what, "date": day.Date, "hours": day.Hours, "basis": day.Basis}); err != nil {
		return err
	}
	tickets.Office.Set(cal) // at once on this node; the others read it within seconds
	c.redirect(w, r, "/administracion/calendario?hecho=saved")
	return nil
}

// keep stores a setting with its line in the audit log.
func (c *Console) keep(r *http.Request, s *Session, name string, value any, details map[string]string) error {
	return c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SetSetting(name, value, s.Actor.ID); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "setting." + name, Target: name, Details: details, Peer: c.peer(r)})
	})
}

// The metas internas: how much working time the agency gives itself.

type targetsData struct {
	Frame
	Default    string
	Rows       []targetRow
	Classes    []tickets.Class
	Priorities []string
	May        bool
}

type targetRow struct {
	Class, Priority, Hours string
}

func (c *Console) targets(ctx context.Context) []tickets.Target {
	c.names.mu.Lock()
	defer c.names.mu.Unlock()
	if time.Since(c.names.targetsRead) > 15*time.Second {
		var list []tickets.Target
		if _, err := c.st.Setting(ctx, TargetsSetting, &list); err != nil {
			c.log.Error().Err(err).Msg("targets could not be read")
			return c.names.targets
		}
		c.names.targets, c.names.targetsRead = list, time.Now()
	}
	return c.names.targets
}

// targetOf is the target of a case: by its class, or the one suggested.
func (c *Console) targetOf(t *tickets.Ticket) time.Duration {
	class := t.Class
	if class == "" {
		class = t.Suggestion.Class
	}
	return tickets.TargetFor(c.targets(context.Background()), class, t.Priority)
}

// parseHours reads working hours as people write them, "1,5".
func parseHours(s string) (time.Duration, bool) {
	h, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return time.Duration(h * float64(time.Hour)).Round(time.Minute), err == nil && h > 0 && h <= 10000
}

func formatHours(d time.Duration) string { return strconv.FormatFloat(d.Hours(), 'f', -1, 64) }

var targetClasses = []tickets.Class{"", tickets.Availability, tickets.FunctionalDesign, tickets.Support}

func (c *Console) targetsPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showTargets(w, r, s, http.StatusOK, nil)
}

func (c *Console) showTargets(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash) error {
	words := c.say(s)
	data := targetsData{Frame: c.frame(r, s, words.T("targets.title"), "/administracion"), May: (route{who: keepers}).allows(s.Actor)}
	if f != nil {
		data.Flash = f
	}
	var list []tickets.Target
	if _, err := c.st.Setting(r.Context(), TargetsSetting, &list); err != nil {
		return err
	}
	for _, class := range targetClasses {
		for _, p := range append([]string{""}, tickets.Priorities...) {
			row := targetRow{string(class), p, r.PostFormValue("t." + string(class) + "." + p)}
			for _, t := range list {
				if t.Class == class && t.Priority == p && row.Hours == "" {
					row.Hours = strings.Replace(formatHours(t.Time), ".", words.T("time.decimal"), 1)
				}
			}
			data.Rows = append(data.Rows, row)
		}
	}
	data.Default = words.work(tickets.DefaultTarget)
	return c.show(w, r, status, words.lang, "targets", "content", data)
}

func (c *Console) targetsSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	var list []tickets.Target
	details := map[string]string{}
	for _, class := range targetClasses {
		for _, p := range append([]string{""}, tickets.Priorities...) {
			name := "t." + string(class) + "." + p
			typed := strings.TrimSpace(r.PostFormValue(name))
			if typed == "" {
				continue
			}
			d, ok := parseHours(typed)
			if !ok {
				return c.showTargets(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.say(s).T("targets.wrong", "value", typed)})
			}
			list, details[name] = append(list, tickets.Target{Class: class, Priority: p, Time: d}), typed
		}
	}
	if err := c.keep(r, s, TargetsSetting, list, details); err != nil {
		return err
	}
	c.names.mu.Lock()
	c.names.targetsRead = time.Time{}
	c.names.mu.Unlock()
	c.redirect(w, r, "/administracion/metas?hecho=saved")
	return nil
}
