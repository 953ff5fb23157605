package router

import (
	"fmt"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The last wall against two desks answering each other for ever: whatever the
// headers say, one address gets no more acknowledgements than this.
const (
	ackLimit = 5
	ackSpan  = 3 * time.Hour
)

// acknowledge sends the case code, once, on the channel the report came on. It
// stays silent towards machines (RFC 3834 §2), hidden senders, whoever got too
// many already, and those in whose name a forger may have written. A call needs none: the operator says the code.
func (r *Router) acknowledge(tx *store.Tx, rd *reading, t *tickets.Ticket, known *store.Outage) error {
	rep := &rd.report
	if !answerable(rep) {
		return nil
	}
	address := string(rep.Medium) + ":" + rep.From.Value
	ok, err := tx.Allow("ack:"+address, ackLimit, ackSpan)
	if err != nil {
		return fmt.Errorf("counting acknowledgements: %w", err)
	}
	if !ok {
		return nil
	}
	first, err := tx.Allow("privacy:"+address, 1, 365*24*time.Hour)
	if err != nil {
		return fmt.Errorf("counting privacy notices: %w", err)
	}
	data := letter{Name: rep.From.Name, Code: t.Code, Office: r.office, Privacy: first, Outage: known != nil && known.State == store.OutageConfirmed, Link: r.link(t.ID, t.Opened)}
	now := tx.Now()
	if !r.hours.Open(now) {
		data.NextOpen = longDate(r.hours.NextOpen(now), zone)
	}
	name := "ack"
	if rd.Raw.Envelope["too_large"] != "" {
		name = "too_large"
	}
	text, err := r.letters.write(r.letters.on(rep.Medium, name), data)
	if err != nil {
		return err
	}
	t.Acknowledge(text, now)
	return nil
}

// sayTooLarge tells a person, once a day, that the files of what they added to a
// case were too large to take, and what to do. A new case's acknowledgement
// says it by itself.
func (r *Router) sayTooLarge(tx *store.Tx, rd *reading, t *tickets.Ticket) error {
	rep := &rd.report
	if rd.Raw.Envelope["too_large"] == "" || !answerable(rep) {
		return nil
	}
	ok, err := tx.Allow("too_large:"+string(rep.Medium)+":"+rep.From.Value, 1, 24*time.Hour)
	if err != nil || !ok {
		return err
	}
	text, err := r.letters.write(r.letters.on(rep.Medium, "too_large"), letter{Name: rep.From.Name, Code: t.Code, Office: r.office})
	if err != nil {
		return err
	}
	t.Acknowledge(text, tx.Now())
	return nil
}

// answerable says whether a machine may answer: to a person, who can be
// reached, and in whose name nobody else wrote.
func answerable(rep *channels.Report) bool {
	return rep.Kind == channels.Human && !rep.NoReply && rep.Authentic != forged && rep.From.Value != "" && rep.Medium != channels.Phone
}
