package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// One outage: its reports, its principal, what batches of acts did on it, and
// what this person may do here.

// outageRows is how many reports are decided on at a time.
const outageRows = 25

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
	return route{who: mayOnOutage["detach"]}.allows(a)
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
