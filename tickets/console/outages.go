package console

import (
	"context"
	"net/http"

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
