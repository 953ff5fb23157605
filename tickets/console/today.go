package console

import (
	"net/http"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The supervisor's report of the day: what stands where, what waits, what is
// late, who carries how much.

type todayData struct {
	Frame
	Sums     []todaySum
	Places   []placeRow
	Overdue  []todayRow
	Returned []todayRow
	Unsent   []todayRow
	Waiting  []todayRow
	Loads    []loadRow
	Outages  []outageRow
	Today    [2]int
}

type todaySum struct {
	Word, Href, Kind string
	N                int
}

type placeRow struct {
	Unit   tickets.Unit
	Step   tickets.Step
	Text   string
	N      int
	Oldest string
	Class  string
}

type todayRow struct {
	Code, Href, Text, Age string
	Step                  tickets.Step
	Unit                  tickets.Unit
	N                     int
}

type loadRow struct {
	Name            string
	N, Unread, Wait int
}

type outageRow struct {
	System, Href, State string
	People              int
	Since               time.Time
}

const todayRows = 15

func (c *Console) todayPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, ctx := c.say(s), r.Context()
	data := todayData{Frame: c.frame(r, s, words.T("reports.today"), "/informes")}
	places, err := c.st.OpenBySteps(ctx)
	if err != nil {
		return err
	}
	open, review := 0, 0
	for _, p := range places {
		open += p.N
		row := placeRow{Unit: p.Unit, Step: p.Step, N: p.N}
		age := c.age(words, c.worked(p.Oldest, c.now()), tickets.TargetFor(c.targets(ctx), "", ""))
		row.Oldest, row.Class = age.Text, age.Class
		if a, ok := tickets.ManualOf(tickets.CurrentManual).Activity(p.Step); ok {
			row.Text = a.Text
			if a.Role == tickets.Supervisor {
				review += p.N
			}
		}
		data.Places = append(data.Places, row)
	}
	loads, err := c.st.OpenByOperators(ctx)
	if err != nil {
		return err
	}
	unread, waiting := 0, 0
	for _, l := range loads {
		unread, waiting = unread+l.Unread, waiting+l.Out
		name := c.nameOf(ctx, l.Staff)
		if l.Staff == "" {
			name = words.T("view.free")
		}
		data.Loads = append(data.Loads, loadRow{name, l.N, l.Unread, l.Out})
	}
	if err := c.todayLists(r, s, words, &data); err != nil {
		return err
	}
	day := dayNumber(c.clock.in(c.now()))
	err = c.st.Facts(ctx, store.FactFilter{From: day, To: day}, func(*store.Fact) error { data.Today[0]++; return nil })
	if err == nil {
		err = c.st.Facts(ctx, store.FactFilter{From: day, To: day, Closed: true}, func(*store.Fact) error { data.Today[1]++; return nil })
	}
	if err != nil {
		return err
	}
	data.Sums = []todaySum{
		{"reports.open", "/bandeja?v=abiertos", "", open}, {"reports.review", "/revision", "", review}, {"reports.unread", "/bandeja?v=nuevos", "", unread}, {"reports.waiting", "/bandeja?v=espera", "", waiting},
		{"reports.undelivered", "/bandeja?v=noentregados", "bad", len(data.Unsent)}, {"reports.overdue", "#vencidos", "warn", len(data.Overdue)}, {"reports.opened", "", "", data.Today[0]}, {"reports.closed", "", "good", data.Today[1]},
	}
	return c.show(w, r, http.StatusOK, words.lang, "today", "content", data)
}

func (c *Console) todayLists(r *http.Request, s *Session, w *words, data *todayData) error {
	ctx, now := r.Context(), c.now()
	late, err := c.st.Overdue(ctx, now, 100)
	if err != nil {
		return err
	}
	back, err := c.st.Returned(ctx, 100)
	if err != nil {
		return err
	}
	yes := true
	lists := []struct {
		to *[]todayRow
		f  store.Filter
	}{{&data.Unsent, store.Filter{Notice: "failed"}}, {&data.Waiting, store.Filter{Waiting: &yes, OlderThan: now.Add(-5 * 24 * time.Hour), Oldest: true}}}
	for _, l := range lists {
		l.f.Limit, l.f.Restricted, l.f.Viewer = todayRows, seesAll(s.Actor), viewer(s.Actor)
		page, err := c.st.List(ctx, l.f)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			*l.to = append(*l.to, c.todayRow(row, now))
		}
	}
	for _, row := range late {
		if len(data.Overdue) < todayRows && (!row.Restricted || seesAll(s.Actor)) {
			data.Overdue = append(data.Overdue, c.todayRow(row, now))
		}
	}
	for _, row := range back {
		if len(data.Returned) == todayRows || row.Restricted && !seesAll(s.Actor) {
			continue
		}
		v := c.todayRow(row, now)
		t, err := c.st.Ticket(ctx, row.ID)
		if err != nil {
			return err
		}
		if n := len(t.Observations); n > 0 {
			v.Text = t.Observations[n-1].Text
		}
		data.Returned = append(data.Returned, v)
	}
	outages, err := c.st.Outages(ctx, false, 20)
	if err != nil {
		return err
	}
	for _, o := range outages {
		data.Outages = append(data.Outages, outageRow{System: c.systemName(ctx, o.System), Href: "/caidas/" + o.ID, State: o.State, People: o.People, Since: o.Since})
	}
	return nil
}

func (c *Console) todayRow(row store.Row, now time.Time) todayRow {
	return todayRow{Code: row.Code, Href: "/casos/" + row.Code, Text: row.Subject, Step: row.Step, Unit: row.Unit, N: row.Returns, Age: c.say(nil).work(c.worked(row.Opened, now))}
}
