package console

import (
	"net/http"
	"strconv"
	"strings"

	"slices"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The expediente of a case, to be printed; and the audit log.

type printData struct {
	Frame
	Case    *caseView
	Chain   bool // the hash chain holds
	Printed string
}

func (c *Console) filePage(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	v, err := c.caseView(r, s, t)
	if err != nil {
		return err
	}
	events, err := c.st.History(r.Context(), t.ID, tickets.Actor{ID: "system", Roles: []tickets.Role{tickets.RoleACGII}}) // the chain is over what is sealed too; nothing of it is shown
	if err != nil {
		return err
	}
	words := c.say(s)
	data := printData{c.frame(r, s, t.Code, "/bandeja"), v, tickets.VerifyChain(events) == nil, c.clock.exact(words, c.now())}
	return c.show(w, r, http.StatusOK, s.Language, "print", "", data)
}

type auditData struct {
	Frame
	Lines []auditLine
	More  string
}

type auditLine struct {
	store.Audited
	Who, Word, Whom, Text string
}

func (c *Console) auditPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	before, _ := strconv.ParseInt(r.URL.Query().Get("antes"), 10, 64) // anything else is the beginning
	list, err := c.st.AuditLog(r.Context(), "", before, 100)
	if err != nil {
		return err
	}
	data := auditData{Frame: c.frame(r, s, words.T("audit.title"), "/auditoria")}
	for _, a := range list {
		line := auditLine{Audited: a, Who: c.nameOf(r.Context(), a.By), Word: words.Or("audit."+a.Act, a.Act)}
		if strings.HasPrefix(a.Act, "staff.") || strings.HasPrefix(a.Act, "password") {
			line.Whom = c.nameOf(r.Context(), a.Target)
		}
		for _, k := range sortedKeys(a.Details) {
			if a.Details[k] != "" {
				line.Text += k + ": " + a.Details[k] + "  "
			}
		}
		data.Lines = append(data.Lines, line)
	}
	if len(list) == 100 {
		data.More = "/auditoria?antes=" + itoa(list[len(list)-1].ID)
	}
	return c.show(w, r, http.StatusOK, s.Language, "audit", "content", data)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func sortLines(lines []recordLine) {
	slices.SortFunc(lines, func(a, b recordLine) int { return strings.Compare(a.Label, b.Label) })
}
