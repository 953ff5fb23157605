package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// Outages: what the reports of many people have in common (rule G4). The list
// of those that go on, and one outage with everything that is decided on it.

type outagesData struct {
	Frame
	Open, Past []outageView
}

type outageView struct {
	store.Outage
	Self   string
	Name   string // of the system
	Plot   plot
	Counts map[string]int
	Usual  string // what is usual in such a span
	Who    string // who decided
	Hot    bool   // nobody has decided yet
}

// outagesPage lists the outages that go on, and those of the past.
func (c *Console) outagesPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	data := outagesData{Frame: c.frame(r, s, words.T("outage.title"), "/caidas")}
	list, err := c.st.Outages(r.Context(), true, 60)
	if err != nil {
		return err
	}
	for _, o := range list {
		v, err := c.outageView(r.Context(), words, o)
		if err != nil {
			return err
		}
		if o.Ended.IsZero() {
			data.Open = append(data.Open, v)
		} else {
			data.Past = append(data.Past, v)
		}
	}
	return c.show(w, r, http.StatusOK, s.Language, "outages", "content", data)
}

func (c *Console) outageView(ctx context.Context, w *words, o store.Outage) (outageView, error) {
	v := outageView{Outage: o, Self: "/caidas/" + o.ID, Hot: o.State == store.OutageProposed, Who: c.nameOf(ctx, o.By)}
	v.Name = c.outageName(ctx, w, o)
	if v.Usual = w.decimal(o.Expected); o.Expected < 0.1 {
		v.Usual = w.T("outage.rare")
	}
	var err error
	if v.Counts, err = c.st.OutageCounts(ctx, o.ID); err != nil {
		return v, err
	}
	times, err := c.st.OutageTimes(ctx, o.ID)
	until := o.Ended
	if until.IsZero() {
		until = c.now()
	}
	v.Plot = plotOf(times, o.Since, until)
	return v, err
}

type outageData struct {
	Frame
	O         outageView
	Principal *rowView
	Reports   []outageReport // to be decided on
	More      string
	Attached  []rowView // the first of those that are attached or told
	Waiting   []rowView // the first of those that wait for the solution
	Batches   []batchView
	Texts     map[string]string // typed before, by field
	May       outageMay
	Tell      int // people who can be told now
	Close     int // cases that can be reviewed and closed now
	Notice    string
	Held      *stop // the notice should be read once more
}

// Wrong and Doubts are what the template "held" says of the notice.
func (d outageData) Wrong() string {
	if d.Held == nil {
		return ""
	}
	return d.Held.title
}

func (d outageData) Doubts() []string { return d.Held.lines }

// outageMay is what this person may do here now.
type outageMay struct{ Decide, Attach, Detach, Tell, Close, Recall bool }

type outageReport struct {
	rowView
	Problem string // where its registro begins
}

type batchView struct {
	store.Batch
	Word    string
	Percent int
	Going   bool
	Wrong   []batchRefusal
}

type batchRefusal struct{ Code, Why string }

// outageRows is how many reports are decided on at a time.
const outageRows = 25

func (c *Console) outagePage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showOutage(w, r, s, http.StatusOK, nil, nil)
}

func (c *Console) showOutage(w http.ResponseWriter, r *http.Request, s *Session, status int, note *flash, held *stop) error {
	ctx, words := r.Context(), c.say(s)
	o, err := c.st.Outage(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	view, err := c.outageView(ctx, words, o)
	if err != nil {
		return err
	}
	data := outageData{Frame: c.frame(r, s, words.T("outage.one", "system", view.Name), "/caidas"), O: view, Texts: map[string]string{}}
	if note != nil || held != nil {
		data.Flash, data.Held = cmp.Or(note, data.Flash), held
		for _, name := range []string{"reason", "text", "accion", "case"} {
			data.Texts[name] = r.PostFormValue(name)
		}
	}
	waiting, err := c.st.Waiting(ctx, o.ID)
	if err != nil {
		return err
	}
	data.O.Counts[store.ReportProposed] -= waiting[tickets.ActAttach]
	operator := s.Actor.Is(tickets.Operador)
	data.May.Decide = operator && o.State == store.OutageProposed
	data.May.Attach = operator && o.State == store.OutageConfirmed
	data.May.Detach = o.State == store.OutageConfirmed && mayDetach(s.Actor)
	data.May.Recall = (operator || s.Actor.Is(tickets.Supervisor)) && o.State == store.OutageConfirmed
	if o.Parent != "" {
		if err := c.outagePrincipal(r, s, &data, waiting[tickets.ActTellOutage]); err != nil {
			return err
		}
	}
	data.Close = view.Counts["step:9.2/8"] + view.Counts["step:9.2/9"] - waiting[tickets.ActClose]
	data.May.Close = s.Actor.Is(tickets.Supervisor) && data.Close > 0
	if data.Reports, data.More, err = c.outageReports(r, s, o); err != nil {
		return err
	}
	if data.Waiting, err = c.reportsIn(r, s, o, store.ReportAttached); err != nil {
		return err
	}
	told, err := c.reportsIn(r, s, o, store.ReportTold)
	if err != nil {
		return err
	}
	data.Attached = slices.Concat(data.Waiting, told)
	if data.Batches, err = c.outageBatches(ctx, words, s.Actor, o); err != nil {
		return err
	}
	return c.show(w, r, status, s.Language, "outage", "content", data)
}

// outagePrincipal shows the principal case and what of it can be told; telling
// people are being told already.
func (c *Console) outagePrincipal(r *http.Request, s *Session, data *outageData, telling int) error {
	t, err := c.st.Ticket(r.Context(), data.O.Parent)
	if err != nil {
		return err
	}
	row, err := c.st.Row(r.Context(), t.ID)
	if err != nil {
		return err
	}
	if !maySee(s.Actor, row) {
		return nil
	}
	v := c.row(r, c.say(s), row, nil, "")
	data.Principal = &v
	data.Tell = data.O.Counts[store.ReportAttached] - telling
	data.May.Tell = s.Actor.Is(tickets.Operador) && data.O.State == store.OutageConfirmed && data.Tell > 0 && store.Tellable(t)
	if n := len(t.Notices); n > 0 {
		data.Notice = t.Notices[n-1].Text
	} else if t.Solution != nil {
		data.Notice = t.Solution.Text
	}
	if typed := data.Texts["text"]; typed != "" {
		data.Notice = typed
	}
	return nil
}

// outageReports are the reports that somebody has to decide on. A restricted
// case is for those who may see it.
func (c *Console) outageReports(r *http.Request, s *Session, o store.Outage) (out []outageReport, more string, err error) {
	list, err := c.st.OutageReports(r.Context(), o.ID, store.ReportProposed, r.URL.Query().Get("desde"), outageRows+1)
	if err != nil {
		return nil, "", err
	}
	if len(list) > outageRows {
		list = list[:outageRows]
		more = "/caidas/" + o.ID + "?desde=" + list[outageRows-1].ID
	}
	words := c.say(s)
	for _, rep := range list {
		if !maySee(s.Actor, rep.Row) {
			continue
		}
		v := outageReport{rowView: c.row(r, words, rep.Row, nil, ""), Problem: rep.Subject}
		if snippet := strings.TrimSpace(rep.Snippet); snippet != "" && !strings.HasPrefix(snippet, strings.TrimSuffix(rep.Subject, "…")) {
			v.Problem += ". " + snippet
		} else if snippet != "" {
			v.Problem = snippet
		}
		if typed := r.PostFormValue("problem." + rep.ID); typed != "" {
			v.Problem = typed
		}
		out = append(out, v)
	}
	return out, more, nil
}

// reportsIn are the first reports of an outage in one state.
func (c *Console) reportsIn(r *http.Request, s *Session, o store.Outage, state string) (out []rowView, err error) {
	list, err := c.st.OutageReports(r.Context(), o.ID, state, "", 100)
	if err != nil {
		return nil, err
	}
	for _, rep := range list {
		if maySee(s.Actor, rep.Row) {
			out = append(out, c.row(r, c.say(s), rep.Row, nil, ""))
		}
	}
	return out, nil
}

// mayDetach tells whether somebody may take a report out of an outage, as far
// as that does not hang on the report.
func mayDetach(a tickets.Actor) bool {
	return a.Is(tickets.Operador) || a.Is(tickets.Supervisor) || a.Is(tickets.RoleUIT)
}

// hides tells whether a case is restricted and not for this person (G33): a list
// then shows neither its code nor whom it is about. A case that is gone hides nothing.
func (c *Console) hides(ctx context.Context, a tickets.Actor, ticket string) (bool, error) {
	if ticket == "" || seesAll(a) {
		return false, nil
	}
	row, err := c.st.Row(ctx, ticket)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && !maySee(a, row), err
}

// maySee tells whether someone may see a case in a list: a restricted one (G33),
// or, of who is here for the telephone alone, one that came another way.
func maySee(a tickets.Actor, row store.Row) bool {
	return (seesAll(a) || viewer(a).Sees(row)) && (!onlyCalls(a) || row.Medium == "phone")
}

func (c *Console) outageBatches(ctx context.Context, w *words, a tickets.Actor, o store.Outage) ([]batchView, error) {
	list, err := c.st.Batches(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	var out []batchView
	for _, b := range list {
		v := batchView{Batch: b, Word: w.T("outage.batch." + string(b.Act)), Percent: 100 * (b.Done + b.Refused) / max(b.Total, 1), Going: b.Done+b.Refused < b.Total}
		if b.Refused > 0 {
			if v.Wrong, err = c.batchRefusals(ctx, w, a, b); err != nil {
				return nil, err
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func (c *Console) batchRefusals(ctx context.Context, w *words, a tickets.Actor, b store.Batch) ([]batchRefusal, error) {
	items, err := c.st.Refusals(ctx, b.ID, 20)
	if err != nil {
		return nil, err
	}
	var out []batchRefusal
	for _, i := range items {
		v := batchRefusal{Code: i.Ticket, Why: c.refusal(w, &i.Refusal)}
		if row, err := c.st.Row(ctx, i.Ticket); err == nil {
			if v.Code = row.Code; !maySee(a, row) {
				v.Code = w.T("reports.restricted")
			}
		} else if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// outageAct does what a person decided on an outage: POST /caidas/{id}.
func (c *Console) outageAct(w http.ResponseWriter, r *http.Request, s *Session) error {
	id, reason, text := r.PathValue("id"), strings.TrimSpace(r.PostFormValue("reason")), strings.TrimSpace(r.PostFormValue("text"))
	act := r.PostFormValue("accion")
	o, err := c.st.Outage(r.Context(), id)
	if err != nil {
		return err
	}
	if act == "tell" && text != "" && r.PostFormValue("revisado") != seal(text) {
		held, err := c.outageDoubts(r, s, o, text)
		if err != nil {
			return err
		}
		if held != nil {
			return c.showOutage(w, r, s, held.status, nil, held)
		}
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if ok, err := first(tx, r); !ok || err != nil {
			return err
		}
		if err := c.outageDeed(tx, r, s, act, id, reason, text); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "outage." + act, Target: id, Details: map[string]string{"reason": reason}, Peer: c.peer(r)})
	})
	var refused *tickets.Refusal
	switch {
	case err == nil:
		to := "/caidas/" + id
		if code, ok := tickets.ParseCode(r.PostFormValue("volver")); ok { // to the case from which it was asked for
			to = "/casos/" + code
		}
		c.redirect(w, r, to+"?hecho=outage."+act)
		return nil
	case errors.As(err, &refused):
		return c.showOutage(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.refusal(c.say(s), refused)}, nil)
	case errors.Is(err, store.ErrStale):
		return c.showOutage(w, r, s, http.StatusConflict, &flash{Kind: "warn", Text: c.say(s).T("outage.stale")}, nil)
	}
	return err
}

// outageDoubts holds back a notice that many will read: nobody's data belongs in
// it, not even those of whom the principal case is about.
func (c *Console) outageDoubts(r *http.Request, s *Session, o store.Outage, text string) (*stop, error) {
	if o.Parent == "" {
		return nil, nil
	}
	t, err := c.st.Ticket(r.Context(), o.Parent)
	if err != nil {
		return nil, err
	}
	return c.doubted(c.say(s), text, t, ""), nil
}

// missingField is the refusal of a field that a form needs.
func missingField(name string) error {
	return &tickets.Refusal{Code: tickets.RefusedField, Params: map[string]string{"field": name}}
}

// outageDeed is one act on an outage. Whether the person may do it to a case
// is tickets.Do's word; who may decide on outages at all stands here.
func (c *Console) outageDeed(tx *store.Tx, r *http.Request, s *Session, act, id, reason, text string) error {
	need := map[string]tickets.Role{"confirm": tickets.Operador, "dismiss": tickets.Operador, "attach": tickets.Operador, "add": tickets.Operador, "refuse": tickets.Operador, "tell": tickets.Operador, "close": tickets.Supervisor}
	if role, ok := need[act]; ok && !s.Actor.Is(role) {
		return &tickets.Refusal{Code: tickets.RefusedRole, Params: map[string]string{"act": act, "role": string(role)}}
	}
	switch act {
	case "confirm", "dismiss", "recall", "detach":
		if reason == "" {
			return missingField("reason")
		}
	case "tell":
		if text == "" {
			return missingField("text")
		}
	}
	switch act {
	case "attach", "refuse", "detach":
		if len(r.PostForm["report"]) == 0 {
			return missingField("reports")
		}
	}
	var err error
	switch act {
	case "confirm":
		if r.PostFormValue("principal") == "" {
			return missingField("case")
		}
		err = tx.ConfirmOutage(id, r.PostFormValue("principal"), s.Actor, reason)
	case "dismiss":
		err = tx.DismissOutage(id, s.Actor, reason)
	case "recall":
		_, err = tx.RecallOutage(id, s.Actor, reason)
	case "attach":
		_, err = tx.AttachReports(id, registros(r), r.PostForm["report"], s.Actor)
	case "add":
		err = c.addReport(tx, r, s, id)
	case "detach":
		err = tx.DetachReports(id, r.PostForm["report"], s.Actor, reason)
	case "refuse":
		err = tx.RefuseReports(id, r.PostForm["report"])
	case "tell":
		_, err = tx.TellOutage(id, text, s.Actor)
	case "close":
		_, err = tx.CloseReports(id, s.Actor)
	default:
		err = &tickets.Refusal{Code: tickets.RefusedAct, Params: map[string]string{"act": act}}
	}
	if errors.Is(err, store.ErrNotFound) {
		return &tickets.Refusal{Code: tickets.RefusedLink, Params: map[string]string{"case": r.PostFormValue("principal")}}
	}
	return err
}

// addReport proposes a case for an outage by the code that a person wrote.
func (c *Console) addReport(tx *store.Tx, r *http.Request, s *Session, id string) error {
	code, ok := tickets.ParseCode(r.PostFormValue("case"))
	if !ok {
		return &tickets.Refusal{Code: tickets.RefusedLink, Params: map[string]string{"case": r.PostFormValue("case")}}
	}
	ticket, err := tx.TicketOfCode(code)
	if err != nil {
		return err
	}
	t, err := tx.Ticket(ticket)
	if err != nil {
		return err
	}
	if !t.SeenBy(s.Actor) {
		return store.ErrNotFound // not even that there is one (G33)
	}
	return tx.AddReport(id, ticket, s.Actor)
}

// registros are the words of 9.1/2 of each report that was marked.
func registros(r *http.Request) map[string]string {
	out := map[string]string{}
	for _, id := range r.PostForm["report"] {
		out[id], _ = privacy.Redact(strings.TrimSpace(r.PostFormValue("problem." + id)))
	}
	return out
}

// outageBanner is what a case's page says of the outage that it belongs to, or
// may belong to.
type outageBanner struct {
	Href, Text string
	Kind       string // good, warn or accent
	Add        bool   // it can be proposed for the outage
	Detach     bool   // it can be taken out of it
}

func (c *Console) outageBanner(ctx context.Context, w *words, by tickets.Actor, t *tickets.Ticket) (*outageBanner, error) {
	o, state, err := c.st.OutageOf(ctx, t.ID)
	if errors.Is(err, store.ErrNotFound) {
		return c.outageNear(ctx, w, by, t)
	}
	if err != nil {
		return nil, err
	}
	key := state
	switch {
	case state == "" && o.Ended.IsZero():
		key = "principal"
	case state == store.ReportProposed && o.Ended.IsZero(), state == store.ReportAttached, state == store.ReportTold:
	default:
		return nil, nil
	}
	n, err := c.st.InOutage(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	return &outageBanner{Href: "/caidas/" + o.ID, Kind: "warn", Text: w.T("outage.banner."+key, "system", c.outageName(ctx, w, o), "code", o.Code, "n", n),
		Detach: state == store.ReportAttached && o.State == store.OutageConfirmed && t.Aside() && mayDetach(by)}, nil
}

// outageNear tells the operator of a case that nobody has decided on of an
// outage of its system that goes on.
func (c *Console) outageNear(ctx context.Context, w *words, by tickets.Actor, t *tickets.Ticket) (*outageBanner, error) {
	system := cmp.Or(t.System, t.Suggestion.System)
	if system == "" || !slices.ContainsFunc(t.Acts(by, c.now()), func(m tickets.Move) bool { return m.Act == tickets.ActAttach }) {
		return nil, nil
	}
	list, err := c.st.Outages(ctx, false, 1000)
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		if o.State == store.OutageConfirmed && o.System == system && o.Solved.IsZero() {
			return &outageBanner{Href: "/caidas/" + o.ID, Kind: "plain", Text: w.T("outage.banner.near", "system", c.outageName(ctx, w, o), "code", o.Code), Add: true}, nil
		}
	}
	return nil, nil
}

func (c *Console) outageName(ctx context.Context, w *words, o store.Outage) string {
	if o.System == "" {
		return w.T("outage.nosystem")
	}
	return c.systemName(ctx, o.System)
}

// knownOutages are the confirmed outages that go on, for whoever takes calls.
func (c *Console) knownOutages(ctx context.Context) ([]outageView, error) {
	list, err := c.st.Outages(ctx, false, 20)
	if err != nil {
		return nil, err
	}
	var out []outageView
	for _, o := range list {
		if o.State == store.OutageConfirmed {
			out = append(out, outageView{Outage: o, Self: "/caidas/" + o.ID, Name: c.systemName(ctx, o.System)})
		}
	}
	return out, nil
}

// plot is reports over time as bars of an SVG, 0 to 100 high.
type plot struct {
	Bars         []bar
	Width        int
	Most         int
	Since, Until time.Time
	Every        time.Duration
}

type bar struct{ X, Y, H, N int }

// plotBars is how many bars a plot has at most.
const plotBars = 48

func plotOf(times []time.Time, since, until time.Time) plot {
	if len(times) > 0 && times[0].Before(since) {
		since = times[0]
	}
	every := 5 * time.Minute
	for until.Sub(since) > plotBars*every {
		every *= 2
	}
	n := int(until.Sub(since)/every) + 1
	counts := make([]int, max(n, 24))
	p := plot{Since: since, Until: since.Add(time.Duration(max(n, 24)) * every), Every: every}
	for _, at := range times {
		i := min(max(int(at.Sub(since)/every), 0), len(counts)-1)
		counts[i]++
		p.Most = max(p.Most, counts[i])
	}
	for i, k := range counts {
		h := 0
		if k > 0 {
			h = max(4, 100*k/p.Most)
		}
		p.Bars = append(p.Bars, bar{X: i * 8, Y: 100 - h, H: h, N: k})
	}
	p.Width = len(counts) * 8
	return p
}
