package console

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The reports of a period: volume, times, how the manual was kept; as pages with
// plots and as CSV. They count facts (store.Fact), which the office's own work
// makes of every case within seconds.

var reporters = []tickets.Role{tickets.Jefatura, tickets.Supervisor, tickets.Auditor}

type periodData struct {
	Frame
	F          factFilter
	CSV        string
	N, Closed  int
	Days       template.HTML
	DayRows    []plotted
	Splits     []split
	Times      []timeRow
	Units      []timeRow
	Manual     []countRow
	Problems   []plotted
	ACGII      int
	Opinions   []plotted
	Score      string
	Uncounted  bool
	Mediums    []choice
	Classes    []choice
	Systems    []choice
	UnitNames  []choice
	Compliance bool
}

// factFilter is what a report was asked for.
type factFilter struct {
	From, To, Medium, System, Class, Unit string
	store.FactFilter
}

type split struct {
	Title string
	Plot  template.HTML
	Rows  []plotted
}

type timeRow struct {
	Word        string
	Median, P90 string
	N           int
}

type countRow struct {
	Word string
	N    int
	Of   string // share of what it is counted in
	Bad  bool
}

func dayNumber(t time.Time) int { return t.Year()*10000 + int(t.Month())*100 + t.Day() }

// reportYears is the longest period of a report: more months than a screen shows.
const reportYears = 10

// reportFilter reads the filter of a report; without one it is the present month.
func (c *Console) reportFilter(r *http.Request, s *Session) (factFilter, error) {
	q := r.URL.Query()
	now := c.clock.in(c.now())
	f := factFilter{From: q.Get("desde"), To: q.Get("hasta"), Medium: q.Get("canal"), System: q.Get("sistema"), Class: q.Get("clase"), Unit: q.Get("unidad")}
	f.From = cmp.Or(f.From, now.AddDate(0, 0, 1-now.Day()).Format(time.DateOnly))
	f.To = cmp.Or(f.To, now.Format(time.DateOnly))
	from, err1 := c.day(f.From)
	to, err2 := c.day(f.To)
	switch {
	case err1 != nil || err2 != nil || to.Before(from):
		return f, &badRequest{"reports.dates"}
	case from.AddDate(reportYears, 0, 0).Before(to):
		return f, &badRequest{"reports.span"}
	}
	f.FactFilter = store.FactFilter{From: dayNumber(from), To: dayNumber(to), Medium: f.Medium, System: f.System, Class: tickets.Class(f.Class), Unit: tickets.Unit(f.Unit), Veiled: !seesAll(s.Actor)}
	return f, nil
}

func (f factFilter) address(path string) string {
	v := url.Values{}
	for k, x := range map[string]string{"desde": f.From, "hasta": f.To, "canal": f.Medium, "sistema": f.System, "clase": f.Class, "unidad": f.Unit} {
		if x != "" {
			v.Set(k, x)
		}
	}
	return path + "?" + v.Encode()
}

// sums is what one reading of the facts adds up.
type sums struct {
	n, closed                             int
	opened, shut                          map[int]int
	medium, system, class, proc, entity   map[string]int
	outcome, kb                           map[string]int
	register, notify, finish, active      []int
	unit                                  map[tickets.Unit][]int
	returned, misrouted, reopened, late   int
	demanded, omitted, overrun, estimated int
	precedent, decided, noEvidence        int
	noArticle, notAsked, acgii            int
}

func (c *Console) periodPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	f, err := c.reportFilter(r, s)
	if err != nil {
		return err
	}
	a := sums{opened: map[int]int{}, shut: map[int]int{}, medium: map[string]int{}, system: map[string]int{}, class: map[string]int{}, proc: map[string]int{}, entity: map[string]int{}, outcome: map[string]int{}, kb: map[string]int{}, unit: map[tickets.Unit][]int{}}
	if err := c.st.Facts(r.Context(), f.FactFilter, a.add); err != nil {
		return err
	}
	data := periodData{Frame: c.frame(r, s, words.T("reports.period"), "/informes"), F: f, CSV: f.address("/informes/casos.csv"), N: a.n, Closed: a.closed, ACGII: a.acgii}
	c.reportChoices(r, words, &data)
	data.DayRows = a.days(f)
	data.Days = columns(words.T("reports.days"), data.DayRows)
	name := func(prefix string) func(string) string {
		return func(v string) string {
			if v == "" {
				return words.T("reports.none")
			}
			return words.Or(prefix+v, v)
		}
	}
	for _, p := range []struct {
		word string
		n    map[string]int
		name func(string) string
	}{
		{"reports.by.medium", a.medium, name("medium.")}, {"reports.by.class", a.class, name("class.")}, {"reports.by.procedure", a.proc, name("reports.procedure.")},
		{"reports.by.system", a.system, func(v string) string {
			if v == "" {
				return words.T("reports.none")
			}
			return c.systemName(r.Context(), v)
		}},
		{"reports.by.entity", a.entity, name("entity.")}, {"reports.by.outcome", a.outcome, name("choice.type.")}, {"reports.by.article", a.kb, name("choice.decision.")},
	} {
		bars := topOf(p.n, p.name, words.T("reports.others"))
		if len(bars) > 0 {
			data.Splits = append(data.Splits, split{words.T(p.word), rowsPlot(words.T(p.word), bars), bars})
		}
	}
	for _, t := range []struct {
		word string
		list []int
	}{{"reports.time.register", a.register}, {"reports.time.notify", a.notify}, {"reports.time.finish", a.finish}, {"reports.time.active", a.active}} {
		data.Times = append(data.Times, timesOf(words, words.T(t.word), t.list))
	}
	for _, u := range []tickets.Unit{tickets.AIT, tickets.UIT, tickets.UPAT, tickets.ACGII, tickets.ADT} {
		data.Units = append(data.Units, timesOf(words, string(u), a.unit[u]))
	}
	data.Manual = a.manual(words)
	return c.showPeriod(w, r, s, data, f)
}

func (c *Console) showPeriod(w http.ResponseWriter, r *http.Request, s *Session, data periodData, f factFilter) error {
	words := c.say(s)
	from, _ := c.day(f.From) // read before
	to, _ := c.day(f.To)
	scores, err := c.st.Opinions(r.Context(), from, to.AddDate(0, 0, 1))
	if err != nil {
		return err
	}
	total, n := 0, 0
	for score := 1; score <= 5; score++ {
		total, n = total+score*scores[score], n+scores[score]
		data.Opinions = append(data.Opinions, plotted{words.T("citizen.score." + strconv.Itoa(score)), []int{scores[score]}})
	}
	if n > 0 {
		data.Score = strings.Replace(fmt.Sprintf("%.1f", float64(total)/float64(n)), ".", words.T("time.decimal"), 1)
	}
	return c.show(w, r, http.StatusOK, words.lang, "period", "content", data)
}

func (c *Console) reportChoices(r *http.Request, w *words, d *periodData) {
	for _, m := range []string{"email", "whatsapp", "phone"} {
		d.Mediums = append(d.Mediums, choice{m, w.T("medium." + m)})
	}
	for _, cl := range targetClasses[1:] {
		d.Classes = append(d.Classes, choice{string(cl), w.T("class." + string(cl))})
	}
	for _, u := range []tickets.Unit{tickets.AIT, tickets.UIT, tickets.UPAT, tickets.ACGII, tickets.ADT} {
		d.UnitNames = append(d.UnitNames, choice{string(u), string(u)})
	}
	list, err := c.catalogue(r.Context())
	if err != nil {
		return // the filter then offers no system; the report stands
	}
	for _, sys := range list {
		d.Systems = append(d.Systems, choice{sys.ID, sys.Name})
	}
}

func (a *sums) add(f *store.Fact) error {
	a.n++
	a.opened[f.Day]++
	if f.ClosedDay > 0 {
		a.closed++
		a.shut[f.ClosedDay]++
		a.outcome[f.Outcome]++
		a.kb[f.Article]++
		if f.Article == "" {
			a.noArticle++
		}
		if f.Active > f.Target {
			a.late++
		}
	}
	a.medium[string(f.Medium)]++
	a.system[f.System]++
	a.class[string(f.Class)]++
	a.proc[f.Procedure]++
	if f.Entity != "" {
		a.entity[maskNumbers(f.Entity)]++
	}
	for _, t := range []struct {
		to *[]int
		v  int
	}{{&a.register, f.Register}, {&a.notify, f.Notify}, {&a.finish, f.Finish}, {&a.active, f.Active}} {
		if t.v >= 0 {
			*t.to = append(*t.to, t.v)
		}
	}
	for u, v := range map[tickets.Unit]int{tickets.AIT: f.AIT, tickets.UIT: f.UIT, tickets.UPAT: f.UPAT, tickets.ACGII: f.ACGII, tickets.ADT: f.ADT} {
		if v > 0 {
			a.unit[u] = append(a.unit[u], v)
		}
	}
	if f.Returned > 0 {
		a.returned++
	}
	if f.Misrouted > 0 {
		a.misrouted++
	}
	if f.Reopened > 0 {
		a.reopened++
	}
	if f.ACGII > 0 {
		a.acgii++
	}
	a.demanded, a.omitted, a.overrun, a.estimated = a.demanded+f.Demanded, a.omitted+f.Omitted, a.overrun+f.Overrun, a.estimated+f.Estimated
	if f.Procedure != "" && f.Procedure != "9.1" && f.Demanded == 0 {
		a.notAsked++
	}
	if f.Precedent >= 0 {
		a.decided++
		a.precedent += f.Precedent
		if !f.Evidence {
			a.noEvidence++
		}
	}
	return nil
}

// manual is how the manual was kept in the period.
func (a *sums) manual(w *words) []countRow {
	row := func(key string, n, of int, bad bool) countRow {
		r := countRow{Word: w.T("reports.manual." + key), N: n, Bad: bad && n > 0}
		if of > 0 {
			r.Of = fmt.Sprintf("%d %%", (n*100+of/2)/of)
		}
		return r
	}
	return []countRow{
		row("decided", a.decided, a.n, false), row("noevidence", a.noEvidence, a.decided, true), row("precedent", a.precedent, a.decided, false),
		row("demanded", a.demanded, 0, false), row("omitted", a.omitted, a.demanded, true), row("notasked", a.notAsked, a.n, false), row("overrun", a.overrun, a.estimated, true),
		row("returned", a.returned, a.n, true), row("misrouted", a.misrouted, a.n, true), row("reopened", a.reopened, a.closed, true),
		row("noarticle", a.noArticle, a.closed, false), row("late", a.late, a.closed, true),
	}
}

// days are the days of the period, or its months where they are many.
func (a *sums) days(f factFilter) (out []plotted) {
	from, _ := time.Parse(time.DateOnly, f.From) // read before
	to, _ := time.Parse(time.DateOnly, f.To)
	if to.Sub(from) < 93*24*time.Hour {
		for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
			out = append(out, plotted{d.Format("02/01"), []int{a.opened[dayNumber(d)], a.shut[dayNumber(d)]}})
		}
		return out
	}
	months := map[int][]int{}
	for i, days := range []map[int]int{a.opened, a.shut} {
		for d, n := range days {
			if months[d/100] == nil {
				months[d/100] = []int{0, 0}
			}
			months[d/100][i] += n
		}
	}
	for d := from.AddDate(0, 0, 1-from.Day()); !d.After(to); d = d.AddDate(0, 1, 0) {
		v := months[dayNumber(d)/100]
		if v == nil {
			v = []int{0, 0}
		}
		out = append(out, plotted{d.Format("01/06"), v})
	}
	return out
}

// topOf are the ten largest of a count; the rest is one bar.
func topOf(n map[string]int, name func(string) string, others string) (out []plotted) {
	for k, v := range n {
		out = append(out, plotted{name(k), []int{v}})
	}
	slices.SortFunc(out, func(a, b plotted) int { return cmp.Or(b.Values[0]-a.Values[0], strings.Compare(a.Label, b.Label)) })
	if len(out) > 10 {
		rest := 0
		for _, b := range out[9:] {
			rest += b.Values[0]
		}
		out = append(out[:9], plotted{others, []int{rest}})
	}
	return out
}

func timesOf(w *words, word string, list []int) timeRow {
	t := timeRow{Word: word, N: len(list)}
	if len(list) == 0 {
		return t
	}
	slices.Sort(list)
	at := func(p int) string { return w.work(time.Duration(list[(len(list)-1)*p/100]) * time.Minute) }
	t.Median, t.P90 = at(50), at(90)
	return t
}

// ciNumber is a number that may be somebody's identity card (domain.md §4).
var ciNumber = regexp.MustCompile(`\b\d{4,10}(-[0-9A-Za-z]{1,2})?\b`)

// maskNumbers hides any number that may be somebody's identity card but its
// end: an entity's name needs none. In running text privacy.MaskCI is more careful.
func maskNumbers(s string) string {
	return ciNumber.ReplaceAllStringFunc(s, func(n string) string {
		digits, rest, _ := strings.Cut(n, "-")
		if rest != "" {
			rest = "-" + rest
		}
		return strings.Repeat("•", len(digits)-2) + digits[len(digits)-2:] + rest
	})
}

// csvSafe keeps a cell from being read as a formula by a spreadsheet.
func csvSafe(s string) string {
	if t := strings.TrimLeft(s, " \t\r\n"); t != "" && strings.ContainsRune("=+-@|\t\r", rune(t[0])) || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return "'" + s
	}
	return s
}

// reportCSV writes the facts of a period, a line per case: no names, no
// subjects, nothing that was said; of a restricted case its days alone.
func (c *Console) reportCSV(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	f, err := c.reportFilter(r, s)
	if err != nil {
		return err
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "report.csv", Target: "csv", Details: map[string]string{"from": f.From, "to": f.To}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="casos-`+f.From+`-`+f.To+`.csv"`)
	out := csv.NewWriter(w)
	out.Comma = ';'                        // as spreadsheets in Spanish read it
	_, _ = w.Write([]byte("\xef\xbb\xbf")) // so that they read UTF-8; a browser that left is seen below
	head := []string{}
	for _, k := range strings.Fields("code opened closed medium system entity class procedure unit outcome register notify finish active ait uit upat acgii adt target returned misrouted reopened demanded omitted overrun article") {
		head = append(head, words.T("reports.column."+k))
	}
	if err := out.Write(head); err != nil {
		return nil // the browser left
	}
	err = c.st.Facts(r.Context(), f.FactFilter, func(x *store.Fact) error {
		line := []string{csvSafe(cmp.Or(x.Code, words.T("reports.restricted"))), csvDay(x.Day), csvDay(x.ClosedDay), string(x.Medium), csvSafe(x.System), csvSafe(maskNumbers(x.Entity)), string(x.Class), x.Procedure, string(x.Unit), x.Outcome}
		for _, n := range []int{x.Register, x.Notify, x.Finish, x.Active, x.AIT, x.UIT, x.UPAT, x.ACGII, x.ADT, x.Target, x.Returned, x.Misrouted, x.Reopened, x.Demanded, x.Omitted, x.Overrun} {
			if n < 0 {
				line = append(line, "")
				continue
			}
			line = append(line, strconv.Itoa(n))
		}
		return out.Write(append(line, x.Article))
	})
	out.Flush()
	if err != nil && !gone(r.Context(), err) { // the answer has begun: the browser must see that it is cut short
		c.log.Error().Err(err).Msg("an export ended before its end")
		panic(http.ErrAbortHandler)
	}
	return nil
}

func csvDay(d int) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}
