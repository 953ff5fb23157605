package whatsapp

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
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

// Where several went together, the next follow when nothing came for handLull,
// or handPace later: what comes thick and fast goes many at a time.
const (
	handLull = 10 * time.Millisecond
	handPace = 40 * time.Millisecond
)

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
// the work named ends is done; and it forgets what the desk has.
func (s *session) take(ctx context.Context, t taken, more *work, ends string) error {
	envelope, err := json.Marshal(t.envelope)
	if err != nil {
		return fmt.Errorf("writing the envelope: %w", err)
	}
	const insert = `INSERT INTO ventanilla_taken (external, body, received, envelope, mark_key, mark) VALUES ($1, $2, $3, $4, $5, $6)`
	args := []any{t.external, t.body, t.received.UnixMicro(), string(envelope), t.markKey, t.mark}
	had := s.had.list()
	if more == nil && ends == "" && len(had) == 0 {
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
	if err == nil && len(had) > 0 {
		_, err = tx.ExecContext(ctx, s.q(`DELETE FROM ventanilla_taken WHERE n IN `+places(1, len(had))), had...)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	s.had.drop(had)
	return nil
}

// mostHad is how much of what the desk has the session holds at most: each is an
// argument of every statement, and those are counted (32,766 in SQLite).
const mostHad = 1000

// had is what the desk has and the session still holds. It goes with the next
// message that comes, or when none comes, or before it is too much: while a backlog does, a commit of its
// own would wait for its turn behind those of the messages, and the desk would
// wait with it.
type had struct {
	mu sync.Mutex
	n  map[int64]bool
}

// add notes what the desk has got, and says how much there is.
func (h *had) add(list []taken) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n == nil {
		h.n = map[int64]bool{}
	}
	for _, t := range list {
		h.n[t.n] = true
	}
	return len(h.n)
}

// list is all of it, as arguments of a statement.
func (h *had) list() (list []any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n := range h.n {
		list = append(list, n)
	}
	return list
}

// drop takes out what the session has forgotten.
func (h *had) drop(list []any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range list {
		delete(h.n, n.(int64))
	}
}

// places is a list of n places for arguments, from $first on, and 0, which is
// nothing's number: a list must not be empty.
func places(first, n int) string {
	marks := []string{"0"}
	for i := range n {
		marks = append(marks, fmt.Sprintf("$%d", first+i))
	}
	return "(" + strings.Join(marks, ", ") + ")"
}

// waiting gives the oldest n that the desk has not yet.
func (s *session) waiting(ctx context.Context, n int) (list []taken, err error) {
	args := s.had.list()
	rows, err := s.db.QueryContext(ctx, s.q(fmt.Sprintf(`SELECT n, external, body, received, envelope, mark_key, mark FROM ventanilla_taken
		WHERE n NOT IN %s ORDER BY n LIMIT %d`, places(1, len(args)), n)), args...)
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
	had := s.had.list()
	err := s.db.QueryRowContext(ctx, s.q(`SELECT n FROM ventanilla_taken WHERE external = $1 AND n NOT IN `+places(2, len(had))+` LIMIT 1`),
		append([]any{external}, had...)...).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// forgetHad forgets what the desk has, when no message comes that would do it.
func (s *session) forgetHad(ctx context.Context) error {
	had := s.had.list()
	if len(had) == 0 {
		return nil
	}
	err := s.exec(ctx, `DELETE FROM ventanilla_taken WHERE n IN `+places(1, len(had)), had...)
	if err == nil {
		s.had.drop(had)
	}
	return err
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
		began := time.Now()
		n, err := a.handSome(ctx, h, s)
		switch {
		case err != nil && ctx.Err() == nil:
			a.o.Log.Error().Err(err).Msg("messages of WhatsApp are kept in the session, the desk could not take them yet")
			sleep(ctx, rest, nil)
			rest = min(2*rest, longestHandRest)
		case n == 0:
			if rest = firstHandRest; !sleep(ctx, workPoll, a.took) {
				a.forget(ctx, s)
			}
		case n > 1 && n < handBatch:
			for end := began.Add(handPace); time.Now().Before(end) && sleep(ctx, min(handLull, time.Until(end)), a.took); {
			}
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
	a.forget(end, s)
}

// forget forgets what the desk has; what stays is handed over once more after
// the next start, and known there.
func (a *Account) forget(ctx context.Context, s *session) {
	if err := s.forgetHad(ctx); err != nil && ctx.Err() == nil {
		a.o.Log.Warn().Err(err).Msg("messages of WhatsApp that the desk has stay in the session for now")
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
		if s.had.add(list) > mostHad-handBatch {
			err = s.forgetHad(ctx)
		}
		return len(list), err
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
		s.had.add(one)
		n++
	}
	return n, errors.Join(err, s.forgetHad(ctx))
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
		if t.markKey == "" {
			continue
		}
		if err := remember(ctx, h, b.Marks, t); err != nil {
			return err
		}
	}
	return h.Accept(ctx, b)
}

// raw names what came for the desk.
func (a *Account) raw(external string, body []byte, received time.Time, envelope map[string]string) channels.Raw {
	return channels.Raw{Medium: channels.WhatsApp, ExternalID: external, Dedupe: a.o.Name + "/" + external, Body: body, Received: received, Envelope: envelope}
}

// sleep waits until ctx ends, d is over or something was said on wake, which
// woken tells.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) (woken bool) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-wake:
		return true
	}
	return false
}
