package store

import (
	"context"
	"fmt"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
)

// What people decide on an outage. Each refuses with a *tickets.Refusal and
// then changes nothing; what concerns many cases is written down as a batch.

// manyReports is how many reports one batch may hold.
const manyReports = 100_000

// decided loads an outage that is in one of the states, else it is ErrStale:
// somebody else decided meanwhile.
func (tx *Tx) decided(id string, states ...string) (Outage, error) {
	o, err := tx.Outage(id)
	if err != nil {
		return o, err
	}
	for _, s := range states {
		if o.State == s {
			return o, nil
		}
	}
	return o, ErrStale
}

// ConfirmOutage makes the case with that id the principal of a proposed outage.
func (tx *Tx) ConfirmOutage(id, parent string, by tickets.Actor, reason string) error {
	o, err := tx.decided(id, OutageProposed)
	if err != nil {
		return err
	}
	err = tx.Update(parent, func(t *tickets.Ticket) error {
		o.Parent, o.Code = t.ID, t.Code
		return t.Do(tickets.ActDeclareOutage, by, tickets.Record{"reason": reason}, tx.now)
	})
	if err != nil {
		return err
	}
	if _, err := tx.exec("DELETE FROM outage_report WHERE outage = $1 AND ticket = $2", id, parent); err != nil {
		return fmt.Errorf("confirming an outage: %w", err)
	}
	o.State, o.Decided, o.By, o.Reason = OutageConfirmed, tx.now, by.ID, reason
	return tx.SaveOutage(&o)
}

// DismissOutage says that what was proposed is none.
func (tx *Tx) DismissOutage(id string, by tickets.Actor, reason string) error {
	o, err := tx.decided(id, OutageProposed)
	if err != nil {
		return err
	}
	o.State, o.Decided, o.Ended, o.By, o.Reason = OutageDismissed, tx.now, tx.now, by.ID, reason
	return tx.SaveOutage(&o)
}

// RecallOutage undoes a confirmed outage that was a false alarm: the principal
// goes on as any case, and every report that still waits for it is detached,
// also one whose notice waits for its turn in the outbox: it does not go out.
// Those whose people were told already stay as they are.
func (tx *Tx) RecallOutage(id string, by tickets.Actor, reason string) (Batch, error) {
	o, err := tx.decided(id, OutageConfirmed)
	if err != nil {
		return Batch{}, err
	}
	rec := tickets.Record{"reason": reason}
	err = tx.Update(o.Parent, func(t *tickets.Ticket) error { return t.Do(tickets.ActRecallOutage, by, rec, tx.now) })
	if err != nil {
		return Batch{}, err
	}
	o.State, o.Ended, o.By, o.Reason = OutageRecalled, tx.now, by.ID, reason
	if err := tx.SaveOutage(&o); err != nil {
		return Batch{}, err
	}
	detach := []Deed{{Act: tickets.ActDetach, Record: tickets.Record{"reason": reason, "cause": tickets.FalseAlarm}}}
	items, err := tx.items(o, ReportAttached, func(Row) []Deed { return detach })
	if err != nil {
		return Batch{}, err
	}
	unheard, err := tx.items(o, ReportTold, func(r Row) []Deed {
		if r.Step != "9.2/7" {
			return nil
		}
		return detach
	})
	if err != nil {
		return Batch{}, err
	}
	return tx.begin(o, tickets.ActDetach, by, append(items, unheard...))
}

// AttachReports attaches cases to a confirmed outage, each with its own
// registro: records holds the words of 9.1/2 by case id.
func (tx *Tx) AttachReports(id string, records map[string]string, order []string, by tickets.Actor) (Batch, error) {
	o, err := tx.decided(id, OutageConfirmed)
	if err != nil {
		return Batch{}, err
	}
	var items []BatchItem
	for _, ticket := range order {
		items = append(items, BatchItem{Ticket: ticket, Acts: []Deed{{Act: tickets.ActAttach, Record: tickets.Record{
			"problem": records[ticket], "case": o.Code, "case_id": o.Parent, "system": o.System}}}})
	}
	return tx.begin(o, tickets.ActAttach, by, items)
}

// TellOutage gives the solution that UIT registered in the principal case to
// every report that waits for it, and tells it to each person in text.
func (tx *Tx) TellOutage(id, text string, by tickets.Actor) (Batch, error) {
	o, err := tx.decided(id, OutageConfirmed)
	if err != nil {
		return Batch{}, err
	}
	t, err := tx.Ticket(o.Parent)
	if err != nil {
		return Batch{}, err
	}
	if !Tellable(t) {
		return Batch{}, &tickets.Refusal{Code: tickets.RefusedStep, Params: map[string]string{"act": string(tickets.ActTellOutage), "step": string(t.Step)}}
	}
	rec := tickets.Record{"solution": t.Solution.Text, "type": t.Solution.Type, "by": t.Solution.By, "article": t.Knowledge.Article, "text": text}
	if t.Solution.Detail != "" {
		rec["detail"] = t.Solution.Detail
	}
	ahead := map[channels.Medium]int{}
	return tx.forReports(o, ReportAttached, tickets.ActTellOutage, by, func(r Row) []Deed {
		after := time.Duration(ahead[r.Medium]) * noticePause[r.Medium]
		ahead[r.Medium]++
		return []Deed{{Act: tickets.ActTellOutage, Record: rec, After: after}}
	})
}

// noticePause is the pause between the notices of an outage on a medium. A chat
// number may send some 200 messages an hour by default: half are left to others.
var noticePause = map[channels.Medium]time.Duration{channels.Email: 25 * time.Millisecond, channels.WhatsApp: 36 * time.Second}

// RefuseReports says of reports that were only proposed that they do not
// belong; ErrStale if somebody decided on one of them meanwhile.
func (tx *Tx) RefuseReports(id string, reports []string) error {
	if _, err := tx.decided(id, OutageProposed, OutageConfirmed); err != nil {
		return err
	}
	for _, ticket := range reports {
		err := tx.one("UPDATE outage_report SET state = 'refused', at = $3 WHERE outage = $1 AND ticket = $2 AND state = 'proposed'", id, ticket, micros(tx.now))
		if err != nil {
			return err
		}
	}
	tx.change("", "outage", tickets.AIT)
	return nil
}

// AddReport proposes a case for a confirmed outage whatever was decided on it
// before: one that the gateway did not propose, or that was refused by mistake.
// It refuses what could not be attached by that person.
func (tx *Tx) AddReport(id, ticket string, by tickets.Actor) error {
	o, err := tx.decided(id, OutageConfirmed)
	if err != nil {
		return err
	}
	t, err := tx.Ticket(ticket)
	if err != nil {
		return err
	}
	// tried on a copy that nobody keeps
	if err := t.Do(tickets.ActAttach, by, tickets.Record{"problem": t.Code, "case": o.Code, "case_id": o.Parent}, tx.now); err != nil {
		return err
	}
	tx.change("", "outage", tickets.AIT)
	return tx.SetReport(id, ticket, ReportProposed)
}

// DetachReports takes reports that wait out of an outage that goes on: each is
// triaged on its own again, and the next look-out does not propose it anew.
// ErrStale if one of them does not wait there.
func (tx *Tx) DetachReports(id string, reports []string, by tickets.Actor, reason string) error {
	if _, err := tx.decided(id, OutageConfirmed); err != nil {
		return err
	}
	for _, ticket := range reports {
		if err := tx.one("UPDATE outage_report SET state = 'detached', at = $3 WHERE outage = $1 AND ticket = $2 AND state = 'attached'", id, ticket, micros(tx.now)); err != nil {
			return err
		}
		err := tx.Update(ticket, func(t *tickets.Ticket) error {
			return t.Do(tickets.ActDetach, by, tickets.Record{"reason": reason}, tx.now)
		})
		if err != nil {
			return err
		}
	}
	tx.change("", "outage", tickets.AIT)
	return nil
}

// Tellable reports whether a principal's solution can be told to the reports of
// its outage: it is registered and its article is decided (9.2/6).
func Tellable(t *tickets.Ticket) bool {
	return t.Solution != nil && t.Knowledge != nil && t.Knowledge.Article != "" &&
		(t.Step == tickets.Closed || t.Step == "9.2/7" || t.Step == "9.2/8" || t.Step == "9.2/9")
}

// CloseReports reviews and closes the reports whose people were told: 9.2/8 and
// 9.2/9 of each, by a supervisor.
func (tx *Tx) CloseReports(id string, by tickets.Actor) (Batch, error) {
	o, err := tx.decided(id, OutageConfirmed, OutageRecalled, OutageOver)
	if err != nil {
		return Batch{}, err
	}
	return tx.forReports(o, ReportTold, tickets.ActClose, by, func(r Row) []Deed {
		switch r.Step {
		case "9.2/8":
			return []Deed{{Act: tickets.ActApprove}, {Act: tickets.ActClose}}
		case "9.2/9":
			return []Deed{{Act: tickets.ActClose}}
		}
		return nil
	})
}

// forReports writes a batch down for the reports in one state; those for which
// acts gives none are left out.
func (tx *Tx) forReports(o Outage, state string, act tickets.Act, by tickets.Actor, acts func(Row) []Deed) (Batch, error) {
	items, err := tx.items(o, state, acts)
	if err != nil {
		return Batch{}, err
	}
	return tx.begin(o, act, by, items)
}

// items are what acts gives for the reports in one state.
func (tx *Tx) items(o Outage, state string, acts func(Row) []Deed) (items []BatchItem, err error) {
	reports, err := outageReports(context.Background(), tx, o.ID, state, "", manyReports)
	for _, r := range reports {
		if deeds := acts(r.Row); deeds != nil {
			items = append(items, BatchItem{Ticket: r.ID, Acts: deeds})
		}
	}
	return items, err
}

// begin writes a batch down, unless one of the same act is still being done
// (somebody pressed twice) or there is nothing to do.
func (tx *Tx) begin(o Outage, act tickets.Act, by tickets.Actor, items []BatchItem) (Batch, error) {
	b := Batch{Outage: o.ID, Act: act, By: by}
	if act != tickets.ActAttach {
		due, err := all(context.Background(), tx, text1, `SELECT b.id FROM batch b JOIN batch_item i ON i.batch = b.id
			WHERE b.outage = $1 AND b.act = $2 AND i.state = 'due' LIMIT 1`, o.ID, act)
		if err != nil || len(due) > 0 {
			return b, err
		}
	}
	if len(items) == 0 {
		return b, nil
	}
	return b, tx.NewBatch(&b, items)
}
