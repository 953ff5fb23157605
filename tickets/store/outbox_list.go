package store

import (
	"context"
	"time"

	"ventanilla/channels"
)

// OutboxFilter narrows the outbox; zero fields do not.
type OutboxFilter struct {
	State   channels.State
	Medium  channels.Medium
	Channel string
	Ticket  string
	Waiting bool // queued with a failure or a reason to wait
	Before  string
	Limit   int // 0 means 50
}

// Outbox lists replies, newest first; Before is the ID of the last one of the
// page before.
func (s *Store) Outbox(ctx context.Context, f OutboxFilter) ([]Outgoing, error) {
	q := newQuery("SELECT " + outgoingColumns + " FROM outbox")
	switch f.State {
	case "":
	case channels.Failed:
		q.where("state = 'failed'") // as the index has it
	default:
		q.where("state = ?", f.State)
	}
	if f.Medium != "" {
		q.where("medium = ?", f.Medium)
	}
	if f.Channel != "" {
		q.where("channel = ?", f.Channel)
	}
	if f.Ticket != "" {
		q.where("id > ? AND id < ?", f.Ticket+".", f.Ticket+"/")
	}
	if f.Waiting {
		q.where("state = 'queued' AND error <> ''")
	}
	if f.Before != "" {
		q.where("(created, id) < (SELECT o.created, o.id FROM outbox o WHERE o.id = ?)", f.Before)
	}
	q.add(" ORDER BY created DESC, id DESC LIMIT ?", limit(f.Limit, 50))
	return all(ctx, s, scanOutgoing, q.text(), q.args...)
}

// Outgoing gives one reply by its ID.
func (s *Store) Outgoing(ctx context.Context, id string) (Outgoing, error) {
	list, err := all(ctx, s, scanOutgoing, "SELECT "+outgoingColumns+" FROM outbox WHERE id = $1", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Outgoing{}, err
	}
	return list[0], nil
}

// OutboxCounts gives how many replies are in each state.
func (s *Store) OutboxCounts(ctx context.Context) (map[channels.State]int64, error) {
	counts, err := s.Counters(ctx, "outbox:")
	states := map[channels.State]int64{}
	for name, n := range counts {
		states[channels.State(name)] = n
	}
	return states, err
}

// Attempt is one try of a person to reach someone by telephone.
type Attempt struct {
	ID      int64
	Reply   string // outgoing id
	By      string
	At      time.Time
	Outcome string // "told", "no_answer", "busy", "wrong_number", "message_left", …
	Note    string
}

// AddAttempt records a call-back attempt; next is when the task is due again,
// zero if it is not (it was told, or given up: then Moved says so).
func (tx *Tx) AddAttempt(a Attempt, next time.Time) error {
	_, err := tx.exec("INSERT INTO attempt (outbox, actor, at, outcome, note) VALUES ($1, $2, $3, $4, $5)",
		a.Reply, a.By, micros(a.At), a.Outcome, clean(a.Note))
	if err != nil {
		return err
	}
	if next.IsZero() {
		next = tx.now
	}
	_, err = tx.exec("UPDATE outbox SET tries = tries + 1, due = $2 WHERE id = $1 AND state = 'queued'", a.Reply, micros(next))
	return err
}

// Attempts lists the tries of one call-back, oldest first.
func (s *Store) Attempts(ctx context.Context, reply string) ([]Attempt, error) {
	return all(ctx, s, func(scan scanner) (a Attempt, err error) {
		return a, scan(&a.ID, &a.Reply, &a.By, when{&a.At}, &a.Outcome, &a.Note)
	}, "SELECT id, outbox, actor, at, outcome, note FROM attempt WHERE outbox = $1 ORDER BY id", reply)
}

// CallBacks lists the telephone replies that wait for a person, those due first.
func (s *Store) CallBacks(ctx context.Context, n int) ([]Outgoing, error) {
	return all(ctx, s, scanOutgoing, "SELECT "+outgoingColumns+" FROM outbox WHERE state = 'queued' AND medium = 'phone' ORDER BY due, id LIMIT $1", limit(n, 200))
}
