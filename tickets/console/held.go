package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The suspended view: what waits for a person to decide, with its cause; what
// the gateway set aside without effect; and what people discarded.

// Preview is what a line of the ledger says, read anew for whoever decides on it.
type Preview struct {
	From, Subject string
	Said, Text    string
	Sent          time.Time
	Files         []string // their names, with sizes
	Defects       []string
	Authentic     string // "pass", "fail", "none", ""
}

// changeable are the fates that a person may still change.
var changeable = []store.Verdict{store.FateHeld, store.FateQuarantined, store.FateIgnored, store.FateLoop, store.FateDiscarded}

// heldViews are the parts of the suspended view, the first being what waits.
var heldViews = []struct {
	name, word string
	fates      []store.Verdict
}{
	{"", "held.waiting", []store.Verdict{store.FateHeld, store.FateQuarantined}},
	{"apartados", "held.aside", []store.Verdict{store.FateLoop, store.FateIgnored}},
	{"descartados", "held.discarded", []store.Verdict{store.FateDiscarded}},
}

const (
	heldPage = 40
	heldBulk = 200 // what is decided for one sender at once
)

type heldData struct {
	Frame
	Views  []viewTab
	Causes []causeTab
	Rows   []heldRow
	From   *heldSender // all of one sender
	More   string
	Wait   bool // the part with what waits
	All    string
}

type causeTab struct {
	Href, Word string
	Count      int64
	Current    bool
}

type heldRow struct {
	ID            int64
	Icon          string
	Sender, Title string
	Cause         string
	Bad           bool
	Code          string // of the case that it seems to belong to
	At            time.Time
	Others        int // further ones of this sender
	OthersHref    string
	Href          string
}

type heldSender struct {
	Address, Shown string
	Count          int
	MayDiscard     bool
	MayDecide      bool
}

func (c *Console) heldPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, q, ctx := c.say(s), r.URL.Query(), r.Context()
	data := heldData{Frame: c.frame(r, s, words.T("held.title"), "/retenidos"), All: "/retenidos"}
	sum, err := c.st.Accounts(ctx)
	if err != nil {
		return err
	}
	view := heldViews[0]
	for _, v := range heldViews {
		if v.name == q.Get("v") {
			view = v
		}
	}
	for _, v := range heldViews {
		var n int64
		for _, f := range v.fates {
			n += sum.ByFate[f]
		}
		data.Views = append(data.Views, viewTab{address("/retenidos", values("v", v.name)), v.word, n, true, v.name == view.name})
	}
	data.Wait = view.name == ""
	filter := store.LedgerFilter{Fates: view.fates, Cause: q.Get("causa"), Address: r.FormValue("de"), Limit: heldPage}
	filter.Before, _ = strconv.ParseInt(q.Get("antes"), 10, 64) // anything else is the beginning
	of := map[string]int64{}
	if data.Wait {
		if data.Causes, err = c.causes(r, words, filter.Cause); err != nil {
			return err
		}
		if of, err = c.st.HeldOf(ctx); err != nil {
			return err
		}
		if filter.Address != "" {
			data.From = &heldSender{filter.Address, filter.Address, int(of[filter.Address]), route{who: boss}.allows(s.Actor), route{who: deskRole}.allows(s.Actor)}
		}
	}
	last, err := c.heldRows(r, s, filter, of, &data)
	if err != nil {
		return err
	}
	if last > 0 {
		data.More = address("/retenidos", values("v", view.name, "causa", filter.Cause, "de", filter.Address, "antes", fmt.Sprint(last)))
	}
	return c.show(w, r, http.StatusOK, s.Language, "held", "content", data)
}

// heldRows fills a page with what is held. Of a sender with many for the same
// cause only the newest is shown, so that a flood does not hide the others. It
// gives the last line read, 0 if there are no further ones.
func (c *Console) heldRows(r *http.Request, s *Session, filter store.LedgerFilter, of map[string]int64, data *heldData) (int64, error) {
	seen := map[string]bool{}
	for range 10 {
		list, err := c.st.Ledger(r.Context(), filter)
		if err != nil {
			return 0, err
		}
		for _, e := range list {
			filter.Before = e.ID
			code, _, _ := strings.Cut(e.Cause, ":")
			key := e.Address + " " + code
			if of[e.Address] > 1 && e.Address != "" && filter.Address == "" && seen[key] {
				continue
			}
			seen[key] = true
			row, err := c.heldRow(r, s, e)
			if err != nil {
				return 0, err
			}
			if row.Others = int(of[e.Address]) - 1; row.Href != "" && e.Address != "" && filter.Address == "" && row.Others > 0 {
				row.OthersHref = address("/retenidos", values("de", e.Address))
			}
			if data.Rows = append(data.Rows, row); len(data.Rows) == heldPage {
				return e.ID, nil
			}
		}
		if len(list) < heldPage {
			return 0, nil
		}
	}
	return filter.Before, nil
}

// values are the parameters of an address, without the empty ones.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}

// causes are the filters of what waits, the most frequent first.
func (c *Console) causes(r *http.Request, w *words, current string) ([]causeTab, error) {
	counts, err := c.st.Held(r.Context())
	if err != nil {
		return nil, err
	}
	var tabs []causeTab
	for code, n := range counts {
		href := address("/retenidos", values("causa", code))
		if code == current {
			href = "/retenidos"
		}
		tabs = append(tabs, causeTab{href, w.Or("cause."+code, code), n, code == current})
	}
	slices.SortFunc(tabs, func(a, b causeTab) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Word, b.Word)) })
	return tabs, nil
}

func (c *Console) heldRow(r *http.Request, s *Session, e store.Entry) (heldRow, error) {
	w := c.say(s)
	row := heldRow{
		ID: e.ID, Icon: string(e.Medium), Sender: cmp.Or(e.Sender, w.T("held.nosender")), Title: cmp.Or(e.Subject, w.T("held.nosubject")),
		Cause: causeWords(w, e), Bad: strings.HasPrefix(e.Cause, "virus") || e.Fate == store.FateQuarantined, At: e.Received, Href: fmt.Sprintf("/retenidos/%d", e.ID),
	}
	seen, err := c.seesLine(r.Context(), s, e)
	if err != nil {
		return row, err
	}
	if !(route{who: heldReaders}).allows(s.Actor) {
		row.Href = ""
	}
	if row.Code = e.Code; !seen {
		row.Sender, row.Title, row.Cause, row.Code, row.Href = w.T("held.restricted"), "", w.T("held.restricted.about"), "", ""
	}
	return row, nil
}

type heldOneData struct {
	Frame
	Line       heldRow
	Entry      store.Entry
	Fate       string
	Help       string
	Says       *Preview
	Quote      string
	Whole      bool // Quote is the whole message
	Warn       string
	Defects    []string
	By         string
	MayDecide  bool
	MayDiscard bool
	MayRestore bool
	MayOpen    bool
	Purged     bool // the original was destroyed
	Wrong      string
}

func (c *Console) heldOnePage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showHeld(w, r, s, http.StatusOK, "")
}

// showHeld shows one line to decide on; wrong is what kept an act from being done.
func (c *Console) showHeld(w http.ResponseWriter, r *http.Request, s *Session, status int, wrong string) error {
	words := c.say(s)
	e, err := c.ledgerLine(r, s)
	if err != nil {
		return err
	}
	row, err := c.heldRow(r, s, e)
	if err != nil {
		return err
	}
	decides := route{who: deskRole}.allows(s.Actor)
	head := route{who: boss}.allows(s.Actor)
	waits := slices.Contains(heldViews[0].fates, e.Fate)
	data := heldOneData{
		Frame: c.frame(r, s, words.T("held.title"), "/retenidos"), Line: row, Entry: e, Fate: string(e.Fate), Wrong: wrong,
		MayDecide: decides && e.Fate != store.FateDiscarded && slices.Contains(changeable, e.Fate) && c.opt.Release != nil && e.Purged.IsZero(), MayDiscard: head && waits,
		MayRestore: head && e.Fate == store.FateDiscarded, MayOpen: route{who: sealed}.allows(s.Actor), By: c.nameOf(r.Context(), e.By),
	}
	code, _, _ := strings.Cut(e.Cause, ":")
	if data.Help = words.Or("cause.help."+code, ""); e.Fate == store.FateDiscarded {
		data.Help = ""
	}
	data.Purged = !e.Purged.IsZero()
	if slices.Contains(changeable, e.Fate) && c.opt.Preview != nil && !data.Purged {
		p, err := c.opt.Preview(r.Context(), e.ID)
		if err != nil {
			return err
		}
		if err := c.audit(r, s, "held.open", fmt.Sprint(e.ID), map[string]string{"code": row.Code}); err != nil {
			return err
		}
		data.Says = &p
		if p.Text != p.Said {
			data.Quote, data.Whole = unsaid(p.Text, p.Said)
		}
		for _, d := range p.Defects {
			data.Defects = append(data.Defects, defectWords(words, d))
		}
	}
	return c.show(w, r, status, s.Language, "heldone", "content", data)
}

// heldAct decides on one line.
func (c *Console) heldAct(w http.ResponseWriter, r *http.Request, s *Session) error {
	e, err := c.ledgerLine(r, s)
	if err != nil {
		return err
	}
	act := r.PostFormValue("accion")
	err = c.decideHeld(r, s, []store.Entry{e}, act)
	var bad *badRequest
	if errors.As(err, &bad) {
		return c.showHeld(w, r, s, http.StatusUnprocessableEntity, c.say(s).T(bad.key))
	}
	if err != nil {
		return err
	}
	if act == "abrir" || act == "unir" {
		if e, err = c.st.LedgerEntry(r.Context(), e.ID); err == nil && e.Code != "" {
			c.redirect(w, r, "/casos/"+e.Code)
			return nil
		}
	}
	c.redirect(w, r, "/retenidos?hecho=held-"+act)
	return nil
}

// heldAll decides on everything that waits of one sender, the oldest first.
func (c *Console) heldAll(w http.ResponseWriter, r *http.Request, s *Session) error {
	from := r.PostFormValue("de")
	if from == "" {
		return &badRequest{"error.form"}
	}
	list, err := c.st.Ledger(r.Context(), store.LedgerFilter{Fates: heldViews[0].fates, Address: from, Limit: heldBulk})
	if err != nil {
		return err
	}
	if list, err = c.seenLines(r.Context(), s, list); err != nil {
		return err
	}
	slices.Reverse(list)
	act := r.PostFormValue("accion")
	if err := c.decideHeld(r, s, list, act); err != nil {
		return c.again(w, r, s, (*Console).heldPage, err)
	}
	c.redirect(w, r, "/retenidos?hecho=held-"+act)
	return nil
}

// seenLines are the lines that someone may see.
func (c *Console) seenLines(ctx context.Context, s *Session, list []store.Entry) (seen []store.Entry, err error) {
	for _, e := range list {
		may, err := c.seesLine(ctx, s, e)
		if err != nil {
			return nil, err
		}
		if may {
			seen = append(seen, e)
		}
	}
	return seen, nil
}

// decideHeld does what a person decided on some lines, one after the other:
// each decision is a commit of its own, and what was decided stays decided if a
// later one fails.
func (c *Console) decideHeld(r *http.Request, s *Session, lines []store.Entry, act string) error {
	one, err := c.decision(r, s, act)
	if err != nil {
		return err
	}
	for _, e := range lines {
		err := one(e)
		switch {
		case errors.Is(err, store.ErrStale) && len(lines) > 1: // somebody else decided on that one meanwhile
		case errors.Is(err, store.ErrStale):
			return &badRequest{"held.settled"}
		case c.opt.NoScanner != nil && errors.Is(err, c.opt.NoScanner):
			return &badRequest{"held.noscanner"}
		case err != nil:
			return err
		}
	}
	return nil
}

// decision checks what was asked for and gives what it does to a line.
func (c *Console) decision(r *http.Request, s *Session, act string) (func(store.Entry) error, error) {
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	head := route{who: boss}.allows(s.Actor)
	switch {
	case (act == "abrir" || act == "unir") && c.opt.Release != nil:
		ticket := ""
		if act == "unir" {
			var err error
			if ticket, err = c.caseNamed(r, s); err != nil {
				return nil, err
			}
		}
		return func(e store.Entry) error { return c.opt.Release(r.Context(), e.ID, ticket, s.Actor) }, nil
	case act == "examinar":
		return c.ledgerDeed(r, s, "held.again", nil, func(tx *store.Tx, id int64) error { return tx.Reopen(id, s.Actor.ID) }), nil
	case (act == "descartar" || act == "recuperar") && !head:
		return nil, errForbidden
	case act == "descartar" && reason == "":
		return nil, &badRequest{"held.noreason"}
	case act == "descartar":
		return c.ledgerDeed(r, s, "held.discard", map[string]string{"reason": reason}, func(tx *store.Tx, id int64) error { return tx.Discard(id, s.Actor.ID, reason) }), nil
	case act == "recuperar":
		return c.ledgerDeed(r, s, "held.restore", nil, func(tx *store.Tx, id int64) error { return tx.Restore(id, s.Actor.ID) }), nil
	}
	return nil, &badRequest{"error.form"}
}

// ledgerDeed does something to a line and writes it into the audit log, in one commit.
func (c *Console) ledgerDeed(r *http.Request, s *Session, act string, details map[string]string, do func(*store.Tx, int64) error) func(store.Entry) error {
	return func(e store.Entry) error {
		return c.st.Write(r.Context(), func(tx *store.Tx) error {
			if err := do(tx, e.ID); err != nil {
				return err
			}
			return tx.Audit(store.Audited{By: s.Actor.ID, Act: act, Target: fmt.Sprint(e.ID), Details: details, Peer: c.peer(r)})
		})
	}
}

// caseNamed is the id of the case whose code was typed.
func (c *Console) caseNamed(r *http.Request, s *Session) (string, error) {
	code, _ := tickets.ParseCode(r.PostFormValue("code"))
	t, err := c.st.TicketByCode(r.Context(), code)
	if errors.Is(err, store.ErrNotFound) || err == nil && !t.SeenBy(s.Actor) {
		return "", &badRequest{"call.nocase"}
	}
	if err != nil {
		return "", err
	}
	return t.ID, nil
}
