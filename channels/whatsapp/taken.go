package whatsapp

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"ventanilla/channels"
)

// WhatsApp hands over one message after the other: the next one comes when the
// handler has returned. A handler that waited for the desk's database, which is
// busy with cases, would take a backlog at the pace of the slowest case. So
// what the handler takes is made durable in the session's database, and goes
// from there to the desk, in order and many at a time.

// handBatch is how many raws go to the desk in one commit.
const handBatch = 100

// taken is something that WhatsApp handed over and that the desk has not yet.
type taken struct {
	n        int64 // the order in which it came; set by the database
	external string
	body     []byte
	received time.Time
	envelope map[string]string
	markKey  string // with mark: what is remembered of the chat, empty if nothing new
	mark     string
}

// take writes down, in one commit, what came, the work that it brings, and that
// the work named ends is done.
func (s *session) take(ctx context.Context, t taken, more *work, ends string) error {
	envelope, err := json.Marshal(t.envelope)
	if err != nil {
		return fmt.Errorf("writing the envelope: %w", err)
	}
	const insert = `INSERT INTO ventanilla_taken (external, body, received, envelope, mark_key, mark) VALUES ($1, $2, $3, $4, $5, $6)`
	args := []any{t.external, t.body, t.received.UnixMicro(), string(envelope), t.markKey, t.mark}
	if more == nil && ends == "" {
		return s.exec(ctx, insert, args...)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, s.q(insert), args...)
	if err == nil && more != nil {
		_, err = tx.ExecContext(ctx, s.q(planning), more.id, more.kind, more.data, more.due.Unix())
	}
	if err == nil && ends != "" {
		_, err = tx.ExecContext(ctx, s.q(finishing), ends)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// waiting gives the oldest n that the desk has not yet.
func (s *session) waiting(ctx context.Context, n int) (list []taken, err error) {
	rows, err := s.db.QueryContext(ctx, s.q(`SELECT n, external, body, received, envelope, mark_key, mark FROM ventanilla_taken ORDER BY n LIMIT $1`), n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t taken
		var at int64
		var envelope string
		if err := rows.Scan(&t.n, &t.external, &t.body, &at, &envelope, &t.markKey, &t.mark); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(envelope), &t.envelope); err != nil {
			return nil, fmt.Errorf("reading an envelope: %w", err)
		}
		t.received = time.UnixMicro(at)
		list = append(list, t)
	}
	return list, rows.Err()
}

// waits says whether a raw of this name has not gone to the desk yet.
func (s *session) waits(ctx context.Context, external string) (bool, error) {
	var n int64
	err := s.db.QueryRowContext(ctx, s.q(`SELECT n FROM ventanilla_taken WHERE external = $1 LIMIT 1`), external).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// handed forgets what the desk has.
func (s *session) handed(ctx context.Context, list []taken) error {
	args := make([]any, len(list))
	marks := make([]string, len(list))
	for i, t := range list {
		args[i], marks[i] = t.n, fmt.Sprintf("$%d", i+1)
	}
	return s.exec(ctx, `DELETE FROM ventanilla_taken WHERE n IN (`+strings.Join(marks, ", ")+`)`, args...)
}

// Pauses of handing over while the desk's database is in trouble.
const (
	firstHandRest   = 100 * time.Millisecond
	longestHandRest = 30 * time.Second
)

// hand gives the desk what was taken, until ctx ends, whether or not the
// account is connected; and then once more, so that a program that is stopped
// leaves nothing in between.
func (a *Account) hand(ctx context.Context, h channels.Host, s *session) {
	rest := firstHandRest
	for ctx.Err() == nil {
		n, err := a.handSome(ctx, h, s)
		switch {
		case err != nil && ctx.Err() == nil:
			a.o.Log.Error().Err(err).Msg("messages of WhatsApp are kept in the session, the desk could not take them yet")
			sleep(ctx, rest, nil)
			rest = min(2*rest, longestHandRest)
		case n == 0:
			sleep(ctx, workPoll, a.took)
			rest = firstHandRest
		}
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for n := 1; n > 0; {
		var err error
		if n, err = a.handSome(end, h, s); err != nil {
			a.o.Log.Warn().Err(err).Msg("messages of WhatsApp stay in the session until the next start")
			return
		}
	}
}

// handSome hands over the oldest and says how many. What the desk does not take
// together is tried one by one, so that one that it cannot take does not hold
// up the others.
func (a *Account) handSome(ctx context.Context, h channels.Host, s *session) (int, error) {
	list, err := s.waiting(ctx, handBatch)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	if err = a.accept(ctx, h, list); err == nil {
		return len(list), s.handed(ctx, list)
	}
	if len(list) == 1 || errors.Is(err, channels.ErrLeaseLost) {
		return 0, err
	}
	n := 0
	for i := range list {
		one := list[i : i+1]
		if aerr := a.accept(ctx, h, one); aerr != nil {
			continue
		}
		if err := s.handed(ctx, one); err != nil {
			return n, err
		}
		n++
	}
	return n, err
}

// accept hands over a list; a panic of the desk's is an error like others.
func (a *Account) accept(ctx context.Context, h channels.Host, list []taken) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the desk panicked: %v", p)
		}
	}()
	b := channels.Batch{Marks: map[string]string{}}
	for _, t := range list {
		b.Raws = append(b.Raws, a.raw(t.external, t.body, t.received, t.envelope))
		if t.markKey != "" {
			b.Marks[t.markKey] = t.mark
		}
	}
	return h.Accept(ctx, b)
}

// raw names what came for the desk.
func (a *Account) raw(external string, body []byte, received time.Time, envelope map[string]string) channels.Raw {
	return channels.Raw{Medium: channels.WhatsApp, ExternalID: external, Dedupe: a.o.Name + "/" + external, Body: body, Received: received, Envelope: envelope}
}

// sleep waits until ctx ends, d is over or something was said on wake.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-wake:
	}
}
