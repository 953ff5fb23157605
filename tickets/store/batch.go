package store

import (
	"context"
	"errors"
	"time"

	"ventanilla/tickets"
)

// A batch is acts that one person decided on for many cases at once, each case
// with a record of its own. It is written down whole before any of it is done,
// and each item is done in one transaction with its mark: a crash in the middle
// costs nothing and repeats nothing.

// Deed is one act with its record.
type Deed struct {
	Act    tickets.Act    `json:"act"`
	Record tickets.Record `json:"record,omitempty"`
	// After is how long the notice that the act sends waits in the outbox, so that
	// a great many at once leave room for what else must go out.
	After time.Duration `json:"after,omitempty"`
}

// Batch is what one person decided on for the reports of an outage.
type Batch struct {
	ID      string
	Outage  string
	Act     tickets.Act // what it is about; an item may hold several acts
	By      tickets.Actor
	Total   int
	Created time.Time
	Done    int
	Refused int
}

// BatchItem is one case's part of a batch: acts done together or not at all.
type BatchItem struct {
	Batch   Batch
	N       int
	Ticket  string
	Acts    []Deed
	Refusal tickets.Refusal // why it was refused
}

// NewBatch writes a batch down; the ID, Total and Created of b are filled in.
func (tx *Tx) NewBatch(b *Batch, items []BatchItem) error {
	b.ID, b.Total, b.Created = tx.NewID(), len(items), tx.now
	_, err := tx.exec("INSERT INTO batch (id, outage, act, actor, total, created) VALUES ($1, $2, $3, $4, $5, $6)", b.ID, b.Outage, b.Act, encode(b.By), b.Total, micros(tx.now))
	for n, item := range items {
		if err == nil {
			_, err = tx.exec("INSERT INTO batch_item (batch, n, ticket, acts, state) VALUES ($1, $2, $3, $4, 'due')", b.ID, n, item.Ticket, encode(item.Acts))
		}
	}
	tx.change("", "outage", tickets.AIT)
	return err
}

// Batches lists the batches of an outage, the newest first.
func (s *Store) Batches(ctx context.Context, outage string) ([]Batch, error) {
	return all(ctx, s, func(scan scanner) (b Batch, err error) {
		return b, scan(&b.ID, &b.Outage, &b.Act, object{&b.By}, &b.Total, when{&b.Created}, &b.Done, &b.Refused)
	}, `SELECT b.id, b.outage, b.act, b.actor, b.total, b.created,
		(SELECT count(*) FROM batch_item i WHERE i.batch = b.id AND i.state = 'done'), (SELECT count(*) FROM batch_item i WHERE i.batch = b.id AND i.state = 'refused')
		FROM batch b WHERE b.outage = $1 ORDER BY b.id DESC LIMIT 50`, outage)
}

// Refusals lists what a batch could not do and why, at most n.
func (s *Store) Refusals(ctx context.Context, batch string, n int) ([]BatchItem, error) {
	return all(ctx, s, func(scan scanner) (i BatchItem, err error) {
		return i, scan(&i.N, &i.Ticket, object{&i.Refusal})
	}, "SELECT n, ticket, error FROM batch_item WHERE batch = $1 AND state = 'refused' ORDER BY n LIMIT $2", batch, n)
}

// Waiting says how many cases the batches of an outage have still to work on, by act.
func (s *Store) Waiting(ctx context.Context, outage string) (map[tickets.Act]int, error) {
	type tally struct {
		act tickets.Act
		n   int
	}
	list, err := all(ctx, s, func(scan scanner) (t tally, err error) { return t, scan(&t.act, &t.n) },
		"SELECT b.act, count(*) FROM batch b JOIN batch_item i ON i.batch = b.id WHERE b.outage = $1 AND i.state = 'due' GROUP BY b.act", outage)
	waiting := map[tickets.Act]int{}
	for _, t := range list {
		waiting[t.act] = t.n
	}
	return waiting, err
}

// WorkBatches does up to n items that are due, in one transaction: each item's
// acts and its mark together. Several nodes may call it at once; each takes
// other items. do is called for every item and may refuse it with a
// *tickets.Refusal. It returns how many items it took.
func (s *Store) WorkBatches(ctx context.Context, n int, do func(*Tx, *BatchItem) error) (int, error) {
	some, err := s.some(ctx, "SELECT 1 FROM batch_item WHERE state = 'due' LIMIT 1")
	if err != nil || !some { // asked after every commit: a look costs less than a transaction
		return 0, err
	}
	var took int
	err = s.Write(ctx, func(tx *Tx) error {
		items, err := all(ctx, tx, func(scan scanner) (i BatchItem, err error) {
			return i, scan(&i.Batch.ID, &i.Batch.Outage, &i.Batch.Act, object{&i.Batch.By}, &i.Batch.Total, when{&i.Batch.Created}, &i.N, &i.Ticket, object{&i.Acts})
		}, `SELECT b.id, b.outage, b.act, b.actor, b.total, b.created, i.n, i.ticket, i.acts
			FROM (SELECT batch, n, ticket, acts FROM batch_item WHERE state = 'due' ORDER BY batch, n LIMIT $1`+tx.s.dialect.skip+`) i
			JOIN batch b ON b.id = i.batch ORDER BY i.batch, i.n`, n)
		if took = len(items); err != nil || took == 0 {
			return err
		}
		for i := range items {
			if err := tx.workItem(&items[i], do); err != nil {
				return err
			}
		}
		tx.change("", "outage", tickets.AIT)
		return nil
	})
	return took, err
}

func (tx *Tx) workItem(i *BatchItem, do func(*Tx, *BatchItem) error) error {
	state, why := "done", ""
	err := tx.Try(func() error { return do(tx, i) })
	var refused *tickets.Refusal
	switch {
	case errors.As(err, &refused):
		state, why = "refused", encode(refused)
	case errors.Is(err, ErrNotFound):
		state, why = "refused", encode(tickets.Refusal{Code: tickets.RefusedLink, Params: map[string]string{"case": i.Ticket}})
	case err != nil:
		return err
	}
	return tx.one("UPDATE batch_item SET state = $3, error = $4, at = $5 WHERE batch = $1 AND n = $2 AND state = 'due'", i.Batch.ID, i.N, state, why, micros(tx.now))
}

// DelayNotice puts off a notice that waits in the outbox, so that a great many
// at once leave room for what else must go out.
func (tx *Tx) DelayNotice(ticket string, by time.Duration) error {
	_, err := tx.exec("UPDATE outbox SET due = $3 WHERE id > $1 AND id < $2 AND purpose = 'notice' AND state = 'queued' AND medium <> 'phone'",
		ticket+".", ticket+"/", micros(tx.now.Add(by))) // ids are <ticket>.<n>, and / follows .
	return err
}
