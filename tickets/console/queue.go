package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The queue: every open case of every channel, the newest first.

type queueData struct {
	Frame
	List listView
}

// listView is the list pane, beside a case or alone.
type listView struct {
	ListTitle  string
	Views      []viewTab
	Saved      []savedTab
	Drop       string // id of the kept view shown, if it may be dropped
	Here       string // the address without the place in the list
	Bulk       []tickets.Act
	Selects    []selectView
	Filter     listFilter
	Filtered   bool
	Rows       []rowView
	More       string // address of the next page
	Self       string
	CanCall    bool
	EmptyTitle string
	EmptyText  string
}

type viewTab struct {
	Href, Word string
	Count      int64
	Shown      bool
	Current    bool
}

type selectView struct {
	Name, Word, Value string
	Options           []choice
}

type choice struct{ Value, Word string }

// listFilter is the queue's address: /bandeja?v=…&unidad=…
type listFilter struct {
	View, Text, Unit, Step, Class, Medium, System, Age, Order, After string
}

func readFilter(q url.Values) listFilter {
	return listFilter{q.Get("v"), strings.TrimSpace(q.Get("q")), q.Get("unidad"), q.Get("paso"), q.Get("clase"), q.Get("canal"), q.Get("sistema"), q.Get("edad"), q.Get("orden"), q.Get("desde")}
}

func (f listFilter) values() url.Values {
	v := url.Values{}
	for _, p := range [][2]string{{"v", f.View}, {"q", f.Text}, {"unidad", f.Unit}, {"paso", f.Step}, {"clase", f.Class}, {"canal", f.Medium}, {"sistema", f.System}, {"edad", f.Age}, {"orden", f.Order}, {"desde", f.After}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	return v
}

func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// queueViews are the tabs above the list, in order, with the counter of each.
var queueViews = []struct{ name, word, counter string }{
	{"", "view.desk", "unit:{unit}"},
	{"mios", "view.mine", "assignee:{id}"},
	{"libres", "view.free", "unassigned:{unit}"},
	{"nuevos", "view.unread", "unread"},
	{"espera", "view.waiting", "waiting"},
	{"noentregados", "view.undelivered", "flag:undelivered"},
	{"despues", "view.afterwards", "unread:closed"},
	{"abiertos", "view.open", "open"},
	{"cerrados", "view.closed", ""},
}

// unitOf is the desk that a person sits at; empty for those who only read.
func unitOf(a tickets.Actor) tickets.Unit {
	for _, m := range []struct {
		role tickets.Role
		unit tickets.Unit
	}{{tickets.Operador, tickets.AIT}, {tickets.Supervisor, tickets.AIT}, {tickets.Telefonista, tickets.AIT}, {tickets.RoleUIT, tickets.UIT},
		{tickets.RoleUPAT, tickets.UPAT}, {tickets.RoleACGII, tickets.ACGII}, {tickets.RoleADT, tickets.ADT}} {
		if slices.Contains(a.Roles, m.role) {
			return m.unit
		}
	}
	return ""
}

// filter turns the address into what the store lists for this person.
func (c *Console) filter(f listFilter, s *Session) store.Filter {
	yes := true
	out := store.Filter{
		Unit: tickets.Unit(f.Unit), Step: tickets.Step(f.Step), Class: tickets.Class(f.Class), System: f.System,
		Cursor: store.ParseCursor(f.After), Restricted: seesAll(s.Actor), Viewer: viewer(s.Actor), Limit: 40, Oldest: f.Order == "antiguos",
	}
	setMedium(&out, f.Medium)
	if onlyCalls(s.Actor) {
		out.Medium = "phone"
	}
	switch f.View {
	case "mios":
		out.Mine = s.Actor.ID
	case "libres":
		out.Unassigned = true
		out.Unit = cmp.Or(out.Unit, unitOf(s.Actor))
	case "nuevos":
		out.Unread = true
	case "espera":
		out.Waiting = &yes
	case "noentregados":
		out.Flag = tickets.FlagUndelivered
	case "cerrados":
		out.State = "closed"
	case "despues":
		out.State, out.Unread = "closed", true
	case "":
		if f.Unit == "" && f.Text == "" {
			out.Unit = unitOf(s.Actor)
		}
	}
	days := map[string]int{"1d": 1, "3d": 3, "7d": 7, "30d": 30}
	if n := days[f.Age]; n > 0 {
		out.OlderThan = c.now().AddDate(0, 0, -n)
	}
	return out
}

// list reads the list pane for an address.
func (c *Console) list(r *http.Request, s *Session, open string) (listView, error) {
	w := c.say(s)
	f := readFilter(r.URL.Query())
	sf := c.filter(f, s)
	var page store.Page
	var err error
	if f.Text != "" {
		state := ""
		if f.View != "cerrados" {
			state = map[bool]string{true: "open", false: ""}[f.View != ""]
		}
		page.Rows, err = c.st.Search(r.Context(), store.SearchFilter{Text: f.Text, State: state, Filter: sf, Limit: 60})
	} else {
		page, err = c.st.List(r.Context(), sf)
	}
	if err != nil {
		return listView{}, err
	}
	counts := c.counts(r, s)
	v := listView{ListTitle: w.T("queue.title"), Filter: f, CanCall: route{who: callers}.allows(s.Actor)}
	v.Views = queueTabs(f, s, counts)
	v.Selects = c.selects(r, w, f, counts)
	for _, sel := range v.Selects {
		v.Filtered = v.Filtered || sel.Value != "" && sel.Name != "orden"
	}
	v.Bulk = bulkChoices(s.Actor)
	v.Filtered = v.Filtered || f.Text != ""
	here := f.values()
	v.Self = address("/bandeja", here)
	here.Del("desde")
	v.Here = here.Encode()
	if v.Saved, v.Drop, err = c.savedTabs(r, s, v.Here); err != nil {
		return listView{}, err
	}
	present := c.presentIn(r, s)
	for _, row := range page.Rows {
		rv := c.row(r, w, row, here, open)
		rv.Others, rv.Pick = present[row.ID], len(v.Bulk) > 0
		v.Rows = append(v.Rows, rv)
	}
	if page.Next != (store.Cursor{}) {
		next := f
		next.After = page.Next.String()
		v.More = address("/bandeja", next.values())
	}
	v.EmptyTitle, v.EmptyText = w.T("queue.empty.title"), w.T("queue.empty.text")
	if u := unitOf(s.Actor); u != "" && u != tickets.AIT {
		v.EmptyText = w.T("queue.empty.unit")
	} else if v.CanCall {
		v.EmptyText += " " + w.T("queue.empty.call")
	}
	if v.Filtered || f.View != "" {
		v.EmptyTitle, v.EmptyText = w.T("queue.none.title"), w.T("queue.none.text")
	}
	return v, nil
}

func queueTabs(f listFilter, s *Session, counts tally) []viewTab {
	var tabs []viewTab
	at := f.View
	if at == "" && unitOf(s.Actor) == "" {
		at = "abiertos" // who sits at no desk sees all of them
	}
	for _, q := range queueViews {
		if (q.name == "mios" || q.name == "libres" || q.name == "") && unitOf(s.Actor) == "" {
			continue
		}
		name := strings.NewReplacer("{unit}", string(unitOf(s.Actor)), "{id}", s.Actor.ID).Replace(q.counter)
		n := counts.all[name]
		if n == 0 && (q.name == "noentregados" || q.name == "espera" || q.name == "despues") && f.View != q.name {
			continue
		}
		v := url.Values{}
		if q.name != "" {
			v.Set("v", q.name)
		}
		tabs = append(tabs, viewTab{Href: address("/bandeja", v), Word: q.word, Count: n, Shown: q.counter != "" && n > 0, Current: q.name == at})
	}
	return tabs
}

func (c *Console) selects(r *http.Request, w *words, f listFilter, counts tally) []selectView {
	options := func(prefix string, values ...string) []choice {
		var out []choice
		for _, v := range values {
			out = append(out, choice{v, w.Or(prefix+v, v)})
		}
		return out
	}
	var systems, steps []string
	for name, n := range counts.all {
		if v, ok := strings.CutPrefix(name, "system:"); ok && v != "" && n > 0 {
			systems = append(systems, v)
		}
		if v, ok := strings.CutPrefix(name, "step:"); ok && n > 0 && v != string(tickets.Closed) {
			steps = append(steps, v)
		}
	}
	slices.Sort(systems)
	slices.Sort(steps)
	var named []choice
	for _, id := range systems {
		named = append(named, choice{id, c.systemName(r.Context(), id)})
	}
	return []selectView{
		{"unidad", "filter.unit", f.Unit, options("", "AIT", "UIT", "UPAT", "ACGII", "ADT")},
		{"paso", "filter.step", f.Step, options("", steps...)},
		{"clase", "filter.class", f.Class, options("class.", "availability", "functional_design", "support", "none")},
		{"canal", "filter.medium", f.Medium, options("medium.", "email", "whatsapp", "phone")},
		{"sistema", "filter.system", f.System, named},
		{"edad", "filter.age", f.Age, options("filter.age.", "1d", "3d", "7d", "30d")},
		{"orden", "filter.order", f.Order, options("filter.order.", "antiguos")},
	}
}

// rowView is a case in a list.
type rowView struct {
	ID, Code, Href, Medium, Person, Subject, Snippet string
	Unread, Waiting, Closed, Current                 bool
	Age                                              ageView
	Step                                             tickets.Step
	Whose                                            string // the unit, or the supervisor of its cases in review
	StepText, Class, System, Desk                    string
	Percent, Returns                                 int
	Flags                                            []tickets.Flag
	Others                                           others // who has it open
	Pick                                             bool   // may be marked
	Unsure                                           bool   // the suggestion is a bare guess
}

func (c *Console) row(r *http.Request, w *words, row store.Row, here url.Values, open string) rowView {
	v := rowView{
		ID: row.ID, Code: row.Code, Href: address("/casos/"+row.Code, here), Medium: string(row.Medium), Person: row.PersonName, Subject: w.about(string(row.Medium), row.Subject), Snippet: w.about(string(row.Medium), row.Snippet),
		Unread: row.Unread, Waiting: row.Waiting, Closed: !row.Closed.IsZero(), Current: row.Code == open,
		Step: row.Step, Whose: string(row.Unit), Class: string(row.Class), System: c.systemName(r.Context(), row.System), Returns: row.Returns,
	}
	if slices.Contains(reviewSteps, row.Step) {
		v.Whose = w.T("queue.supervisor")
	}
	if v.Person == "" {
		v.Person = cmp.Or(c.shown(string(row.Medium), row.Address), w.T("person.hidden"))
	}
	if v.Subject == "" {
		v.Subject, v.Snippet = cmp.Or(v.Snippet, w.T("case.nosubject")), ""
	}
	if v.Class == "" && row.Suggested != "" {
		v.Class, v.Percent, v.Unsure = string(row.Suggested), percentOf(row.Confidence), !row.Sure
	}
	if a, ok := tickets.ManualOf(tickets.CurrentManual).Activity(row.Step); ok {
		v.StepText = a.Text
	}
	for _, f := range row.Flags {
		if f == tickets.FlagSecurity || f == tickets.FlagRestricted && !slices.Contains(row.Flags, tickets.FlagSecurity) || f == tickets.FlagPriority || f == tickets.FlagUndelivered {
			v.Flags = append(v.Flags, f)
		}
	}
	v.Desk = c.nameOf(r.Context(), row.Assignee)
	v.Age = c.rowAge(w, row)
	return v
}

// age says how old a case is in working time and how that stands to the meta
// interna (G22), which is no legal term; no screen calls it one.
func (c *Console) age(w *words, d, target time.Duration) ageView {
	switch {
	case d > target:
		return ageView{w.work(d), "late", w.T("age.late")}
	case d > target*3/4:
		return ageView{w.work(d), "warn", w.T("age.warn")}
	}
	return ageView{Text: w.work(d)}
}

// rowAge is a case's age in a list. A list does not read how long its cases
// waited before, so the case itself may say less.
func (c *Console) rowAge(w *words, row store.Row) ageView {
	switch {
	case !row.Closed.IsZero():
		return ageView{Text: c.clock.short(w, row.Closed)}
	case row.Waiting:
		return ageView{Text: w.T("queue.waiting")} // its clock stands
	}
	class := row.Class
	if class == "" {
		class = row.Suggested
	}
	return c.age(w, c.worked(row.Opened, c.now()), tickets.TargetFor(c.targets(context.Background()), class, row.Priority))
}

// active is the working time of an open case during which it did not wait for
// the person: their clock stands then (G5).
func (c *Console) active(t *tickets.Ticket) time.Duration {
	now := c.now()
	d := c.worked(t.Opened, now)
	for _, wait := range t.Waits {
		d -= c.worked(wait.Since, wait.Until)
	}
	if t.Waiting != nil {
		d -= c.worked(t.Waiting.Since, now)
	}
	return max(0, d)
}

func (c *Console) queuePage(w http.ResponseWriter, r *http.Request, s *Session) error {
	list, err := c.list(r, s, "")
	if err != nil {
		return err
	}
	if r.Header.Get("X-Pane") == "rows" {
		return c.show(w, r, http.StatusOK, s.Language, "queue", "rows", list)
	}
	at := "/bandeja"
	if list.Filter.View == "mios" {
		at = "/bandeja?v=mios"
	}
	return c.show(w, r, http.StatusOK, s.Language, "queue", "content", queueData{c.frame(r, s, c.say(s).T("queue.title"), at), list})
}

func (c *Console) home(w http.ResponseWriter, r *http.Request, s *Session) error {
	to := "/bandeja"
	if !(route{who: readers}).allows(s.Actor) {
		to = "/usuarios"
	}
	c.redirect(w, r, to)
	return nil
}
