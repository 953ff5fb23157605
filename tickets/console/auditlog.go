package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ventanilla/tickets/store"
)

// The audit log, with its filters.

type auditData struct {
	Frame
	Lines          []auditLine
	More           string
	People, Acts   []choice
	By, Act        string
	From, To, What string
}

type auditLine struct {
	store.Audited
	Who, Word, Whom, Text string
}

func (c *Console) auditPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, q := c.say(s), r.URL.Query()
	f := store.AuditFilter{By: q.Get("quien"), Act: q.Get("acto"), Target: strings.TrimSpace(q.Get("sobre"))}
	f.Before, _ = strconv.ParseInt(q.Get("antes"), 10, 64) // anything else is the beginning
	var err1, err2 error
	f.From, err1 = c.day(q.Get("desde"))
	if f.To, err2 = c.day(q.Get("hasta")); !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1)
	}
	if err1 != nil || err2 != nil {
		return &badRequest{"audit.dates"}
	}
	list, err := c.st.AuditLog(r.Context(), f)
	if err != nil {
		return err
	}
	data := auditData{Frame: c.frame(r, s, words.T("audit.title"), "/auditoria"), By: f.By, Act: f.Act, What: f.Target, From: q.Get("desde"), To: q.Get("hasta")}
	if data.People, data.Acts, err = c.auditChoices(r, words); err != nil {
		return err
	}
	for _, a := range list {
		line := auditLine{Audited: a, Who: c.nameOf(r.Context(), a.By), Word: words.Or("audit."+a.Act, a.Act)}
		if strings.HasPrefix(a.Act, "staff.") || strings.HasPrefix(a.Act, "password") || strings.HasPrefix(a.Act, "factor.") {
			line.Whom = c.nameOf(r.Context(), a.Target)
		}
		if a.Details["code"] != "" {
			hidden, err := c.hides(r.Context(), s.Actor, a.Target)
			if err != nil {
				return err
			}
			if hidden {
				a.Details["code"] = words.T("reports.restricted")
			}
		}
		for _, k := range sortedKeys(a.Details) {
			if a.Details[k] != "" {
				line.Text += k + ": " + a.Details[k] + "  "
			}
		}
		data.Lines = append(data.Lines, line)
	}
	if len(list) == 100 {
		next := url.Values{}
		for k, v := range map[string]string{"quien": f.By, "acto": f.Act, "sobre": f.Target, "desde": data.From, "hasta": data.To, "antes": itoa(list[len(list)-1].ID)} {
			if v != "" {
				next.Set(k, v)
			}
		}
		data.More = "/auditoria?" + next.Encode()
	}
	return c.show(w, r, http.StatusOK, s.Language, "audit", "content", data)
}

func (c *Console) auditChoices(r *http.Request, w *words) (people, acts []choice, err error) {
	staff, err := c.st.Staff(r.Context())
	if err != nil {
		return nil, nil, err
	}
	for _, u := range staff {
		people = append(people, choice{u.ID, u.Name})
	}
	names, err := c.st.AuditActs(r.Context())
	for _, a := range names {
		acts = append(acts, choice{a, w.Or("audit."+a, a)})
	}
	return people, acts, err
}
