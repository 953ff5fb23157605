package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// NextNumber gives the next case number of a year: 1, 2, … without gaps, on
// every node, because the row stays locked until the commit. Allocate it inside
// the same Try as the case, and before anything else of it: on PostgreSQL those
// who open cases then queue up here and never wait for each other in a circle.
func (tx *Tx) NextNumber(year int) (int64, error) {
	return tx.take("case:" + strconv.Itoa(year))
}

// NewTicket stores a new case with its first events, its first message (nil if
// there is none) and what goes out at once. t.ID and t.Code must be set; the
// message's Ticket, ID and Seq are.
func (tx *Tx) NewTicket(t *tickets.Ticket, first *Message) error {
	t.Version = 1
	events, outgoing := t.TakeEvents(), t.TakeOutgoing()
	r := rowOf(t)
	r.Updated = tx.now
	said := make([]*Message, 0, 2)
	if first != nil {
		said = append(said, first)
	}
	for i := range outgoing {
		said = append(said, messageOf(t, &outgoing[i]))
	}
	for _, m := range said {
		m.prepare(tx, t.ID, r.Messages+1)
		r.apply(m)
	}
	if err := tx.insertRow(&r); err != nil {
		return fmt.Errorf("storing case: %w", err)
	}
	if _, err := tx.exec("INSERT INTO ticket_body (ticket, body) VALUES ($1, $2)", t.ID, encode(t)); err != nil {
		return fmt.Errorf("storing case: %w", err)
	}
	tx.recount(nil, &r)
	tx.change(t.ID, "opened", r.Unit)
	head := r.indexed()
	if first == nil {
		tx.index("case", t.ID, head, words.Index(t.Problem))
		head = ""
	}
	for _, m := range said {
		if err := tx.insertMessage(m, head); err != nil {
			return fmt.Errorf("storing message: %w", err)
		}
		head = ""
	}
	for i := range outgoing {
		if err := tx.enqueue(t, &outgoing[i], said[len(said)-len(outgoing)+i], first); err != nil {
			return fmt.Errorf("storing reply: %w", err)
		}
	}
	return tx.record(t, events)
}

func (tx *Tx) insertRow(r *Row) error {
	_, err := tx.exec(`INSERT INTO ticket (id, code, version, step, unit, assignee, operator, class, suggested, confidence, sure, system, channel, medium,
		address, person, person_name, subject, snippet, priority, language, opened, updated, last_in, last_out, messages, unread,
		waiting, wait_next, flags, restricted, seers, returns, notice, closed, outage)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)`,
		r.ID, r.Code, r.Version, r.Step, r.Unit, r.Assignee, r.Operator, r.Class, r.Suggested, r.Confidence, number(r.Sure), clean(r.System), r.Channel, r.Medium,
		r.Address, r.Person, r.PersonName, r.Subject, r.Snippet, r.Priority, r.Language, micros(r.Opened), micros(r.Updated), micros(r.LastIn), micros(r.LastOut), r.Messages, number(r.Unread),
		number(r.Waiting), micros(r.WaitNext), r.flagText(), number(r.Restricted), spaced(r.Seers), r.Returns, r.Notice, micros(r.Closed), r.Outage)
	return err
}

// Ticket loads a case within the transaction.
func (tx *Tx) Ticket(id string) (*tickets.Ticket, error) {
	t, _, err := load(context.Background(), tx, id, tx.s.dialect.forUpdate)
	return t, err
}

// Ticket loads a case by its id.
func (s *Store) Ticket(ctx context.Context, id string) (*tickets.Ticket, error) {
	t, _, err := load(ctx, s, id, "")
	return t, err
}

// Row gives the row of one case as lists show it.
func (s *Store) Row(ctx context.Context, id string) (Row, error) {
	_, r, err := load(ctx, s, id, "")
	return r, err
}

// TicketByCode loads a case by its code, as printed ("AIT-2026-000123-K").
func (s *Store) TicketByCode(ctx context.Context, code string) (*tickets.Ticket, error) {
	id, err := idOfCode(ctx, s, code)
	if err != nil {
		return nil, err
	}
	return s.Ticket(ctx, id)
}

// TicketOfCode gives the id of the case with that code.
func (tx *Tx) TicketOfCode(code string) (id string, err error) {
	return idOfCode(context.Background(), tx, code)
}

func idOfCode(ctx context.Context, r reader, code string) (id string, err error) {
	return id, r.row(ctx, "SELECT id FROM ticket WHERE code = $1", clean(code)).Scan(&id)
}

// load gives a case and its row, both of one state: the row's version is the
// body's, because they are written together.
func load(ctx context.Context, r reader, id, lock string) (*tickets.Ticket, Row, error) {
	t := new(tickets.Ticket)
	var row Row
	rows, err := all(ctx, r, func(scan scanner) (Row, error) {
		return scanRow(func(dest ...any) error { return scan(append(dest, object{t})...) })
	}, "SELECT "+rowColumns+", b.body FROM ticket t JOIN ticket_body b ON b.ticket = t.id WHERE t.id = $1"+lock, id)
	if err != nil {
		return nil, row, fmt.Errorf("loading case: %w", err)
	}
	if len(rows) == 0 {
		return nil, row, ErrNotFound
	}
	t.Version = rows[0].Version
	return t, rows[0], nil
}

// updateTries is how often Update starts again when another node changed the
// case between its reading and its writing.
const updateTries = 6

// Update changes a case: it loads it, lets fn act on it (Ticket.Do) and stores
// the case, its new events and what goes out, all or nothing. When someone else
// changed the case in between, fn is run again on the new state; an error of fn
// (a *tickets.Refusal) is returned as it is and nothing is stored. ErrNotFound
// if there is no such case; ErrStale if it changed over and over.
func (s *Store) Update(ctx context.Context, id string, fn func(*tickets.Ticket) error) error {
	var err error
	for range updateTries {
		err = s.Write(ctx, func(tx *Tx) error { return tx.Update(id, fn) })
		if !errors.Is(err, ErrStale) {
			return err
		}
	}
	return err
}

// Update is Store.Update within a transaction, without the new tries: ErrStale
// means that another node changed the case since this transaction read it.
func (tx *Tx) Update(id string, fn func(*tickets.Ticket) error) error {
	c, err := tx.Case(id)
	if err != nil {
		return err
	}
	if err := c.Act(fn); err != nil {
		return err
	}
	return c.Save()
}

// UpdateAt is Update for someone who decided on what they saw: if the case is
// no longer at version, it is ErrStale and fn is not run.
func (s *Store) UpdateAt(ctx context.Context, id string, version int64, fn func(*tickets.Ticket) error) error {
	return s.Write(ctx, func(tx *Tx) error {
		return tx.Update(id, func(t *tickets.Ticket) error {
			if t.Version != version {
				return ErrStale
			}
			return fn(t)
		})
	})
}

// split opens the cases that an act split off and ties both ends (G3).
func (tx *Tx) split(t *tickets.Ticket) error {
	for _, n := range t.TakeSplits() {
		year := tickets.CodeYear(n.Opened)
		number, err := tx.NextNumber(year)
		if err != nil {
			return fmt.Errorf("numbering the case split off: %w", err)
		}
		n.ID, n.Code = tx.NewID(), tickets.FormatCode(year, number)
		if err := tx.NewTicket(tickets.Open(n), nil); err != nil {
			return err
		}
		t.Linked(tickets.SplitInto, n.ID, n.Code, tx.now)
	}
	return nil
}

func byPerson(e tickets.Event) bool { return e.Role != tickets.System }

// record stores what an act left behind besides its replies: the events, and
// the replies that must no longer go out.
func (tx *Tx) record(t *tickets.Ticket, events []tickets.Event) error {
	for i := range events {
		e := &events[i]
		_, err := tx.exec("INSERT INTO event (ticket, seq, at, actor, act, sealed, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			t.ID, e.Seq, micros(e.At), e.By, e.Act, e.Sealed, encode(e))
		if duplicate(err) {
			return ErrStale
		}
		if err != nil {
			return fmt.Errorf("storing event: %w", err)
		}
		tx.indexEvent(t.ID, e)
		if err := tx.learn(t, e); err != nil {
			return fmt.Errorf("storing the decision as a lesson: %w", err)
		}
	}
	for _, id := range t.TakeCancelled() {
		if _, _, err := tx.Moved(id, channels.Cancelled, tx.now, ""); err != nil && err != ErrNotFound {
			return fmt.Errorf("cancelling reply: %w", err)
		}
	}
	return nil
}
