package console

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"slices"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// The expediente of a case, to be printed.

type printData struct {
	Frame
	Case    *caseView
	Rules   caseRules
	Chain   bool // the hash chain holds
	Printed string
	Last    string // hash of the newest event, by which the print is verified
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
	v.Thread = slices.Concat(v.First, v.Between, v.Thread) // on paper nothing is folded
	v.First, v.Between = nil, nil
	for i := range v.Thread { // paper leaves the house: nobody there needs the whole number
		e := &v.Thread[i]
		e.Again, e.Cite = nil, "" // and nothing is sent from there
		e.Subject, e.Text, e.Quote = privacy.MaskCI(e.Subject), privacy.MaskCI(e.Text), privacy.MaskCI(e.Quote)
		if e.Cited != nil {
			e.Cited.Said = privacy.MaskCI(e.Cited.Said)
		}
	}
	rules, err := c.rulesOf(r.Context(), t, events)
	if err != nil {
		return err
	}
	words := c.say(s)
	data := printData{c.frame(r, s, t.Code, "/bandeja"), v, rules, tickets.VerifyChain(events) == nil && len(events) == t.Events, c.clock.exact(words, c.now()), string(t.LastEvent)}
	return c.show(w, r, http.StatusOK, s.Language, "print", "", data)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func sortLines(lines []recordLine) {
	slices.SortFunc(lines, func(a, b recordLine) int { return strings.Compare(a.Label, b.Label) })
}

// dossier is the expediente as a file that "ventanilla verify" checks without a database.
func (c *Console) dossier(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, err := c.open(r, s)
	if err != nil {
		return err
	}
	events, err := c.st.History(r.Context(), t.ID, tickets.Actor{ID: "system", Roles: []tickets.Role{tickets.RoleACGII}}) // whole: NewDossier leaves out what this person may not read
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(tickets.NewDossier(t, events, s.Actor, c.now()), "", "\t")
	if err != nil {
		return err
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "dossier", Target: t.ID, Details: map[string]string{"code": t.Code}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	download(w, "expediente-"+t.Code+".json", data)
	return nil
}
