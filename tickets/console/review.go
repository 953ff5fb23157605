package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The supervisor's review: everything that must be right, in view, and the two
// ways on: close, or return with observations (9.1/9–10, 9.2/8–9, 9.3/6–7).

type reviewData struct {
	Frame
	Cases []reviewCase
}

type reviewCase struct {
	T        *tickets.Ticket
	Row      rowView
	Checks   []check
	Facts    []recordLine
	Asked    string // what the person said first
	Solution string
	Type     string
	Notices  []noticeView
	Notes    []observation // earlier observations
	Wrong    string
	Typed    string
	Own      bool // this person worked on it: someone else must review (G26)
	May      bool
	First    bool
	Worked   []recordLine // working time per unit
}

// check is one thing that the supervisor looks for.
type check struct {
	Good bool
	Text string
}

type noticeView struct {
	Icon, Word, Medium, Text, Detail string
	Failed                           bool
	At                               time.Time
}

func (c *Console) reviewPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showReview(w, r, s, http.StatusOK, "", "", "")
}

func (c *Console) showReview(w http.ResponseWriter, r *http.Request, s *Session, status int, code, wrong, typed string) error {
	words := c.say(s)
	data := reviewData{Frame: c.frame(r, s, words.T("review.title"), "/revision")}
	for _, step := range reviewSteps {
		page, err := c.st.List(r.Context(), store.Filter{Step: step, Oldest: true, Limit: 30, Restricted: seesAll(s.Actor), Viewer: viewer(s.Actor)})
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			t, err := c.st.Ticket(r.Context(), row.ID)
			if err != nil {
				return err
			}
			v, err := c.reviewCase(r, s, words, t, row)
			if err != nil {
				return err
			}
			if t.Code == code {
				v.Wrong, v.Typed, v.First = wrong, typed, true
			}
			data.Cases = append(data.Cases, v)
		}
	}
	slices.SortStableFunc(data.Cases, func(a, b reviewCase) int { return a.T.Opened.Compare(b.T.Opened) })
	if len(data.Cases) > 0 && code == "" {
		data.Cases[0].First = true
	}
	return c.show(w, r, status, s.Language, "review", "content", data)
}

func (c *Console) reviewCase(r *http.Request, s *Session, w *words, t *tickets.Ticket, row store.Row) (reviewCase, error) {
	events, err := c.st.History(r.Context(), t.ID, s.Actor)
	if err != nil {
		return reviewCase{}, err
	}
	messages, err := c.st.Thread(r.Context(), t.ID)
	if err != nil {
		return reviewCase{}, err
	}
	v := reviewCase{T: t, Row: c.row(r, w, row, nil, ""), Own: slices.Contains(t.Hands, s.Actor.ID), May: s.Actor.Is(tickets.Supervisor)}
	v.Row.Age = c.age(w, c.active(t), c.targetOf(t))
	told := false
	for _, n := range t.Notices {
		nv := noticeView{Medium: n.Medium, Text: n.Text, At: n.At, Word: w.T("state." + n.State), Detail: n.Detail, Icon: "sent", Failed: n.State == "failed"}
		if nv.Failed {
			nv.Icon = "failed"
		}
		told = told || n.State == "sent" || n.State == "delivered" || n.State == "read"
		v.Notices = append(v.Notices, nv)
	}
	for _, o := range t.Observations {
		v.Notes = append(v.Notes, observation{o.Text, c.nameOf(r.Context(), o.By), o.At})
	}
	v.Facts = append(v.Facts, recordLine{w.T("review.operator"), c.nameOf(r.Context(), t.Operator)}, recordLine{w.T("review.problem"), t.Problem})
	if d := t.Decision; d != nil {
		v.Facts = append(v.Facts, recordLine{w.T("review.decision"), w.Or("class."+string(t.Class), "—") + " · " + w.T("side.prior") + ": " + w.T("choice."+yesno(d.PriorUIT))})
		v.Facts = append(v.Facts, recordLine{w.T("side.evidence"), strings.Join(c.evidenceNames(r.Context(), s, d.Evidence), ", ")})
		if d.Reason != "" {
			v.Facts = append(v.Facts, recordLine{w.T("side.reason"), d.Reason})
		}
	}
	for _, d := range c.deskTimes(t, events) {
		v.Worked = append(v.Worked, recordLine{string(d.Unit), w.work(d.Time)})
	}
	for _, m := range messages {
		if m.Direction == store.In {
			v.Asked = short(w.about(string(m.Medium), m.Said), 600)
			break
		}
	}
	for _, e := range t.Estimates {
		v.Facts = append(v.Facts, recordLine{w.T("review.estimate"), string(e.Unit) + " · " + w.work(e.Time)})
	}
	if t.Solution != nil {
		v.Solution, v.Type = t.Solution.Text, w.T("choice.type."+t.Solution.Type)
	}
	if k := t.Knowledge; k != nil {
		v.Facts = append(v.Facts, recordLine{w.T("review.knowledge"), w.T("choice.decision." + k.Decision)})
	}
	v.Checks = []check{
		{t.Problem != "", w.T("review.check.problem")},
		{t.Decision != nil, w.T("review.check.decision")},
		{t.Solution != nil, w.T("review.check.solution")},
		{t.Knowledge != nil, w.T("review.check.knowledge")},
		{told, w.T("review.check.told")},
		{!t.Unread, w.T("review.check.quiet")},
	}
	return v, nil
}

func yesno(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }

// review does the supervisor's two activities at once, or returns the case.
func (c *Console) review(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, version, err := c.formOf(r, s)
	if err != nil {
		return err
	}
	words, now := c.say(s), c.now()
	back, note := r.PostFormValue("accion") == "devolver", r.PostFormValue("observation")
	err = c.do(r, s, t.ID, version, func(_ *store.Tx, t *tickets.Ticket) error {
		if back {
			return t.Do(tickets.ActReturn, s.Actor, tickets.Record{"observation": note}, now)
		}
		rec := tickets.Record{}
		if note != "" {
			rec["note"] = note
		}
		if slices.Contains([]tickets.Step{"9.1/9", "9.2/8", "9.3/6"}, t.Step) {
			if err := t.Do(tickets.ActApprove, s.Actor, rec, now); err != nil {
				return err
			}
		}
		return t.Do(tickets.ActClose, s.Actor, tickets.Record{}, now)
	})
	var refused *tickets.Refusal
	switch {
	case err == nil:
		c.redirect(w, r, "/revision?hecho="+map[bool]string{true: "return", false: "close"}[back])
		return nil
	case errors.As(err, &refused):
		return c.showReview(w, r, s, http.StatusUnprocessableEntity, t.Code, c.refusal(words, refused), note)
	case errors.Is(err, store.ErrStale):
		return c.showReview(w, r, s, http.StatusConflict, t.Code, c.changed(r, s, t), note)
	}
	return err
}
