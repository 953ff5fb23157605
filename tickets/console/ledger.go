package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// The ledger: everything that was ever seen on a channel, and its fate. What is
// decided on one of its lines is decided in the suspended view (held.go).

type ledgerData struct {
	Frame
	Sum     store.Accounts
	Fates   []viewTab
	Entries []ledgerRow
	More    string
	MayOpen bool
}

type ledgerRow struct {
	store.Entry
	Settles bool // a person may decide on it
}

var fates = []store.Verdict{store.FatePending, store.FateGathering, store.FateHeld, store.FateQuarantined, store.FateCase, store.FateMessage, store.FateCall, store.FateAuto, store.FateBounce, store.FateLoop, store.FateIgnored, store.FateDiscarded}

func (c *Console) ledgerPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, q := c.say(s), r.URL.Query()
	mayDecide := route{who: deskRole}.allows(s.Actor)
	data := ledgerData{Frame: c.frame(r, s, words.T("ledger.title"), "/libro"), MayOpen: route{who: sealed}.allows(s.Actor)}
	var err error
	if data.Sum, err = c.st.Accounts(r.Context()); err != nil {
		return err
	}
	fate := store.Verdict(q.Get("destino"))
	data.Fates = append(data.Fates, viewTab{"/libro", "ledger.all", data.Sum.Received, true, fate == ""})
	for _, f := range fates {
		if n := data.Sum.ByFate[f]; n > 0 || f == fate {
			data.Fates = append(data.Fates, viewTab{"/libro?destino=" + string(f), "fate." + string(f), n, true, f == fate})
		}
	}
	filter := store.LedgerFilter{Limit: 60}
	filter.Before, _ = strconv.ParseInt(q.Get("antes"), 10, 64) // anything else is the beginning
	if slices.Contains(fates, fate) {
		filter.Fates = []store.Verdict{fate}
	}
	list, err := c.st.Ledger(r.Context(), filter)
	if err != nil {
		return err
	}
	for _, e := range list {
		seen, err := c.seesLine(r.Context(), s, e)
		if err != nil {
			return err
		}
		e.Cause = causeWords(words, e)
		if !seen {
			e.Sender, e.Subject, e.Code, e.Cause = "", words.T("held.restricted"), "", ""
		}
		data.Entries = append(data.Entries, ledgerRow{e, seen && mayDecide && slices.Contains(changeable, e.Fate)})
	}
	if len(list) == filter.Limit {
		v := url.Values{"antes": {fmt.Sprint(list[len(list)-1].ID)}}
		if fate != "" {
			v.Set("destino", string(fate))
		}
		data.More = address("/libro", v)
	}
	return c.show(w, r, http.StatusOK, s.Language, "ledger", "content", data)
}

// causeWords says why a line has its fate. The cause of what a person
// discarded is that person's own words; the others are codes, some with a
// detail behind a colon.
func causeWords(w *words, e store.Entry) string {
	if e.Fate == store.FateDiscarded {
		return e.Cause
	}
	code, detail, _ := strings.Cut(e.Cause, ":")
	switch key := "cause." + code; {
	case !w.Has(key):
		return defectWords(w, e.Cause)
	case detail == "":
		return w.T(key)
	default:
		return w.T(key) + ": " + w.Or("cause.detail."+detail, detail)
	}
}

// ledgerRaw hands out the sealed raw form as a download, for a reason that is
// written down with the opening.
func (c *Console) ledgerRaw(w http.ResponseWriter, r *http.Request, s *Session) error {
	e, err := c.ledgerLine(r, s)
	if err != nil {
		return err
	}
	reason, _ := privacy.Redact(strings.TrimSpace(r.PostFormValue("reason")))
	if reason == "" {
		return &badRequest{"ledger.raw.noreason"}
	}
	raw, err := c.st.RawOf(r.Context(), e.ID)
	if errors.Is(err, store.ErrPurged) {
		return &badRequest{"ledger.raw.purged"}
	}
	if err != nil {
		return err
	}
	err = c.audit(r, s, "raw.open", fmt.Sprint(e.ID), map[string]string{"code": e.Code, "reason": reason})
	if err != nil {
		return err
	}
	ext := map[string]string{"email": ".eml"}[string(e.Medium)]
	if ext == "" {
		ext = ".txt"
	}
	download(w, fmt.Sprintf("recepcion-%d%s", e.ID, ext), raw.Body)
	return nil
}

// ledgerLine is the line that a request names; it does not exist for whoever
// may not see its case.
func (c *Console) ledgerLine(r *http.Request, s *Session) (store.Entry, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return store.Entry{}, store.ErrNotFound
	}
	e, err := c.st.LedgerEntry(r.Context(), id)
	if err != nil {
		return e, err
	}
	seen, err := c.seesLine(r.Context(), s, e)
	if err == nil && !seen {
		err = store.ErrNotFound
	}
	return e, err
}

// seesLine tells whether someone may see what a line says: everybody may, unless
// its case is restricted (G31, G33).
func (c *Console) seesLine(ctx context.Context, s *Session, e store.Entry) (bool, error) {
	if !e.Restricted || seesAll(s.Actor) {
		return true, nil
	}
	t, err := c.st.Ticket(ctx, e.Ticket)
	if err != nil {
		return false, err
	}
	return t.SeenBy(s.Actor), nil
}

// audit adds a line to the audit log.
func (c *Console) audit(r *http.Request, s *Session, act, target string, details map[string]string) error {
	return c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: act, Target: target, Details: details, Peer: c.peer(r)})
	})
}
