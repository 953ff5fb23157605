package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// The ledger: everything that was ever seen on a channel, and its fate.

type ledgerData struct {
	Frame
	Sum     store.Accounts
	Fates   []viewTab
	Entries []ledgerRow
	More    string
	MayAct  bool
	Release bool
	MayOpen bool
}

type ledgerRow struct {
	store.Entry
	Settles bool // a person may decide on it
}

var fates = []store.Verdict{store.FatePending, store.FateHeld, store.FateQuarantined, store.FateCase, store.FateMessage, store.FateCall, store.FateAuto, store.FateBounce, store.FateLoop, store.FateIgnored, store.FateDiscarded}

func (c *Console) ledgerPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, q := c.say(s), r.URL.Query()
	data := ledgerData{Frame: c.frame(r, s, words.T("ledger.title"), "/libro"), MayAct: route{who: boss}.allows(s.Actor), MayOpen: route{who: sealed}.allows(s.Actor), Release: c.opt.Release != nil}
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
		e.Cause = defectWords(words, e.Cause)
		data.Entries = append(data.Entries, ledgerRow{e, e.Fate == store.FateHeld || e.Fate == store.FateQuarantined || e.Fate == store.FateIgnored})
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

// ledgerAct sends a held or quarantined report through again, or throws it
// away for a reason that stays.
func (c *Console) ledgerAct(w http.ResponseWriter, r *http.Request, s *Session) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	act, reason := r.PostFormValue("accion"), r.PostFormValue("reason")
	switch {
	case act == "reintentar":
		err = c.st.Reopen(r.Context(), id, s.Actor.ID)
	case act == "abrir" || act == "unir":
		err = c.release(r, s, id, act)
	case act == "descartar" && reason == "":
		return &badRequest{"ledger.noreason"}
	case act == "descartar":
		err = c.st.Discard(r.Context(), id, s.Actor.ID, reason)
	default:
		return &badRequest{"error.form"}
	}
	if errors.Is(err, store.ErrStale) {
		return &badRequest{"ledger.settled_already"}
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/libro?hecho="+map[string]string{"reintentar": "retry", "descartar": "discard", "abrir": "release", "unir": "release"}[act])
	return nil
}

// release makes of a held report what a person decided: a new case, or a
// message in the case whose code was typed.
func (c *Console) release(r *http.Request, s *Session, id int64, act string) error {
	if c.opt.Release == nil {
		return &badRequest{"error.form"}
	}
	ticket := ""
	if act == "unir" {
		code, _ := tickets.ParseCode(r.PostFormValue("code"))
		t, err := c.st.TicketByCode(r.Context(), code)
		if errors.Is(err, store.ErrNotFound) || err == nil && !t.SeenBy(s.Actor) {
			return &badRequest{"call.nocase"}
		}
		if err != nil {
			return err
		}
		ticket = t.ID
	}
	return c.opt.Release(r.Context(), id, ticket, s.Actor)
}

// ledgerRaw hands out the sealed raw form as a download, for a reason that is
// written down with the opening.
func (c *Console) ledgerRaw(w http.ResponseWriter, r *http.Request, s *Session) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	e, err := c.st.LedgerEntry(r.Context(), id)
	if err != nil {
		return err
	}
	reason, _ := privacy.Redact(strings.TrimSpace(r.PostFormValue("reason")))
	if reason == "" {
		return &badRequest{"ledger.raw.noreason"}
	}
	if e.Ticket != "" {
		t, err := c.st.Ticket(r.Context(), e.Ticket)
		if err != nil {
			return err
		}
		if !t.SeenBy(s.Actor) {
			return store.ErrNotFound
		}
	}
	raw, err := c.st.RawOf(r.Context(), id)
	if errors.Is(err, store.ErrPurged) {
		return &badRequest{"ledger.raw.purged"}
	}
	if err != nil {
		return err
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "raw.open", Target: fmt.Sprint(id), Details: map[string]string{"code": e.Code, "reason": reason}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	ext := map[string]string{"email": ".eml"}[string(e.Medium)]
	if ext == "" {
		ext = ".txt"
	}
	download(w, fmt.Sprintf("recepcion-%d%s", id, ext), raw.Body)
	return nil
}
