package store

import (
	"context"
	"fmt"
	"slices"

	"ventanilla/tickets"
)

// Case is a case in the hands of a transaction: read once, with its row locked,
// changed as often as need be and written once, by Save. What is said in it, its
// events and its replies are stored at once; the case itself is not before Save,
// so until then nothing else of the transaction may read or change it.
type Case struct {
	Ticket *tickets.Ticket
	tx     *Tx
	stored Row // as the table has it
	row    Row // as it is by now
	said   bool
	acts   int64 // changes of Ticket since it was stored
}

// Case takes a case into hand; ErrNotFound if there is none.
func (tx *Tx) Case(id string) (*Case, error) {
	t, row, err := load(context.Background(), tx, id, tx.s.dialect.forUpdate)
	if err != nil {
		return nil, err
	}
	return &Case{Ticket: t, tx: tx, stored: row, row: row}, nil
}

// Row is the case as lists will show it.
func (c *Case) Row() Row { return c.row }

// Say appends a message to the case, as AddMessage does.
func (c *Case) Say(m *Message) error {
	m.prepare(c.tx, c.row.ID, c.row.Messages+1)
	c.row.apply(m)
	if !m.Quiet {
		c.row.Updated = c.tx.now
	}
	c.said = true
	c.tx.change(c.row.ID, "message", c.row.Unit)
	return c.tx.insertMessage(m, "")
}

// Act lets fn act on the case, as Update does; an error of fn is returned as it
// is, and then the case must not be saved.
func (c *Case) Act(fn func(*tickets.Ticket) error) error {
	t, tx, before := c.Ticket, c.tx, c.row
	unread := t.Unread
	if err := fn(t); err != nil {
		return err
	}
	c.acts++
	t.Version = c.stored.Version + c.acts
	if err := tx.split(t); err != nil {
		return err
	}
	events, outgoing := t.TakeEvents(), t.TakeOutgoing()
	r := rowOf(t)
	r.Updated = tx.now
	r.Snippet, r.LastIn, r.LastOut, r.Messages = before.Snippet, before.LastIn, before.LastOut, before.Messages
	r.Unread = t.Unread && !unread || before.Unread && !slices.ContainsFunc(events, byPerson)
	c.row = r
	if err := tx.settlePrecedent(t, &before); err != nil {
		return err
	}
	tx.change(t.ID, "changed", r.Unit)
	if before.Unit != r.Unit {
		tx.change(t.ID, "left", before.Unit)
	}
	if head := r.indexed(); head != before.indexed() {
		tx.index("case", t.ID, head, "")
	}
	for i := range outgoing {
		m := messageOf(t, &outgoing[i])
		if err := c.Say(m); err != nil {
			return fmt.Errorf("storing reply: %w", err)
		}
		if err := tx.enqueue(t, &outgoing[i], m, nil); err != nil {
			return fmt.Errorf("storing reply: %w", err)
		}
	}
	return tx.record(t, events)
}

// Save writes what has changed. ErrStale means that another node changed the
// case since this transaction read it.
func (c *Case) Save() error {
	var err error
	switch {
	case c.acts > 0:
		err = c.saveAll()
	case c.said:
		r := &c.row
		err = c.tx.one("UPDATE ticket SET messages = $2, unread = $3, last_in = $4, last_out = $5, snippet = $6, updated = $7 WHERE id = $1",
			r.ID, r.Messages, number(r.Unread), micros(r.LastIn), micros(r.LastOut), r.Snippet, micros(r.Updated))
	default:
		return nil
	}
	if err != nil {
		return err
	}
	c.tx.recount(&c.stored, &c.row)
	c.stored, c.said, c.acts = c.row, false, 0
	return nil
}

func (c *Case) saveAll() error {
	r := &c.row
	err := c.tx.one(`UPDATE ticket SET version = $3, step = $4, unit = $5, assignee = $6, operator = $7, class = $8, suggested = $9, confidence = $10, sure = $11, system = $12,
		channel = $13, medium = $14, address = $15, person = $16, person_name = $17, subject = $18, priority = $19, language = $20, opened = $21, updated = $22,
		waiting = $23, wait_next = $24, flags = $25, restricted = $26, returns = $27, notice = $28, closed = $29, unread = $30, seers = $31, outage = $32,
		messages = $33, last_in = $34, last_out = $35, snippet = $36 WHERE id = $1 AND version = $2`,
		r.ID, c.stored.Version, r.Version, r.Step, r.Unit, r.Assignee, r.Operator, r.Class, r.Suggested, r.Confidence, number(r.Sure), clean(r.System),
		r.Channel, r.Medium, r.Address, r.Person, r.PersonName, r.Subject, r.Priority, r.Language, micros(r.Opened), micros(r.Updated),
		number(r.Waiting), micros(r.WaitNext), r.flagText(), number(r.Restricted), r.Returns, r.Notice, micros(r.Closed),
		number(r.Unread), spaced(r.Seers), r.Outage, r.Messages, micros(r.LastIn), micros(r.LastOut), r.Snippet)
	if err != nil {
		return err
	}
	return c.tx.one("UPDATE ticket_body SET body = $2 WHERE ticket = $1", r.ID, encode(c.Ticket))
}
