package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"
)

// maxBatch bounds how many functions share one commit, and maxBatchTime how
// long the first of them waits for the others to be run. The writer never waits
// for work to arrive: it takes what is in the queue when it gets there.
const (
	maxBatch     = 256
	maxBatchTime = 100 * time.Millisecond
)

// job is one function on its way to the writer.
type job struct {
	ctx   context.Context
	fn    func(*Tx) error
	state atomic.Int32 // 0 queued, 1 taken by a writer, 2 given up by the caller
	err   error
	done  chan struct{}
}

// Write runs fn in a transaction and returns when it is durable. Several calls
// share a commit; each gets its own error. When ctx ends before the writer has
// reached fn, fn is not run; afterwards Write waits for the outcome, so that
// its answer is always true.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.stop:
		return ErrClosed
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		if j.state.CompareAndSwap(0, 2) {
			return ctx.Err()
		}
	case <-s.stop:
		if j.state.CompareAndSwap(0, 2) {
			return ErrClosed
		}
	}
	<-j.done
	return j.err
}

func (j *job) finish(err error) {
	j.err = err
	close(j.done)
}

// runWriter takes functions from the queue until the store is closed.
func (s *Store) runWriter() {
	defer s.writers.Done()
	w := &writer{s: s}
	defer w.drop()
	for {
		select {
		case <-s.stop:
			return
		case j := <-s.jobs:
			if !j.state.CompareAndSwap(0, 1) {
				continue
			}
			if err := j.ctx.Err(); err != nil {
				j.finish(err)
				continue
			}
			w.batch(j)
		}
	}
}

// writer is one connection that writes, with its prepared statements.
type writer struct {
	s     *Store
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// batch runs first and what else is queued, and commits it all. The first
// needs no savepoint: if it fails, everything so far is its own. If the
// transaction breaks as a whole, every function is run again on its own.
func (w *writer) batch(first *job) {
	jobs, failed := []*job{first}, map[*job]error{}
	err := w.transaction(func(tx *Tx) error {
		if err := guard(tx, first.fn); err != nil {
			return err
		}
		deadline := time.Now().Add(maxBatchTime)
		for len(jobs) < maxBatch && time.Now().Before(deadline) {
			j := w.next()
			if j == nil {
				break
			}
			jobs = append(jobs, j)
			if err := w.run(tx, j, failed); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
		for _, j := range jobs {
			j.finish(failed[j])
		}
	case errors.Is(err, ErrUnknown):
		for _, j := range jobs {
			j.finish(cmp.Or(failed[j], err))
		}
	case len(jobs) == 1 && !again(err) && !broken(err):
		first.finish(err)
	default:
		for _, j := range jobs {
			j.finish(w.alone(j))
		}
	}
}

// next takes a waiting function, if there is one.
func (w *writer) next() *job {
	for {
		select {
		case j := <-w.s.jobs:
			if j.state.CompareAndSwap(0, 1) {
				return j
			}
		default:
			return nil
		}
	}
}

// run runs one function in its savepoint. It returns an error only if the
// transaction can no longer be used; the function's own goes to failed.
func (w *writer) run(tx *Tx, j *job, failed map[*job]error) error {
	if err := j.ctx.Err(); err != nil {
		failed[j] = err
		return nil
	}
	err := tx.Try(func() error { return j.fn(tx) })
	if err != nil && (again(err) || broken(err) || tx.broken != nil) {
		return err
	}
	if err != nil {
		failed[j] = err
	}
	return nil
}

// alone runs one function in a transaction of its own, again while the
// database asks for that.
func (w *writer) alone(j *job) error {
	var err error
	for try := range 8 {
		if try > 0 {
			time.Sleep(time.Duration(try*try) * 5 * time.Millisecond)
		}
		err = w.transaction(func(tx *Tx) error { return guard(tx, j.fn) })
		if err == nil || errors.Is(err, ErrUnknown) || !again(err) && !broken(err) {
			return err
		}
	}
	return err
}

// guard turns a panic of fn into an error: one bad report must not take the
// writer, and with it the whole desk, down.
func guard(tx *Tx, fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			tx.s.log.Error().Interface("panic", p).Bytes("stack", debug.Stack()).Msg("write function panicked")
			err = fmt.Errorf("write function panicked: %v", p)
		}
	}()
	return fn(tx)
}

// transaction opens a transaction, runs fn, writes what Tx gathered for the
// commit and commits. A connection that was lost while nobody used it is told
// of at the first use only, and a server that was started again has lost every
// one of the pool: what could not begin is begun on another, until one is new.
func (w *writer) transaction(fn func(*Tx) error) error {
	err := w.once(fn)
	for others := w.s.write.Stats().Idle + 1; others > 0 && errors.Is(err, errNotBegun); others-- {
		w.drop()
		err = w.once(fn)
	}
	return err
}

func (w *writer) once(fn func(*Tx) error) error {
	ctx := context.Background()
	if w.conn == nil {
		conn, err := w.s.write.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn, w.stmts = conn, map[string]*sql.Stmt{}
	}
	tx := &Tx{s: w.s, w: w, now: w.s.Now()}
	err := inTransaction(ctx, w.conn, w.s.dialect.begin, func() error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.flush()
	})
	if err != nil {
		if broken(err) {
			w.drop()
		}
		return explain(err)
	}
	w.s.watchers.wake(len(tx.changes) > 0)
	return nil
}

func (w *writer) drop() {
	for _, stmt := range w.stmts {
		stmt.Close()
	}
	if w.conn != nil {
		w.conn.Raw(func(any) error { return driver.ErrBadConn }) // not back to the pool in an unknown state
		w.conn.Close()
	}
	w.conn, w.stmts = nil, nil
}

// broken says whether the connection is lost or unusable.
func broken(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, errCommit) || errors.Is(err, ErrUnknown)
}

// errCommit marks a transaction that could not be rolled back: its connection
// is gone, and nothing of it was stored.
var errCommit = errors.New("the connection is in an unknown state")

// errNotBegun marks a transaction of which nothing was done.
var errNotBegun = errors.New("the transaction could not begin")

func inTransaction(ctx context.Context, conn *sql.Conn, begin string, fn func() error) error {
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return fmt.Errorf("%w: %w", errNotBegun, err)
	}
	err := fn()
	if err == nil {
		if _, err = conn.ExecContext(ctx, "COMMIT"); err == nil {
			return nil
		}
		if !replied(err) {
			return fmt.Errorf("%w: %w", ErrUnknown, err)
		}
	}
	if _, rollback := conn.ExecContext(ctx, "ROLLBACK"); rollback != nil && inside(conn) {
		return errors.Join(err, errCommit)
	}
	return err
}

// inside says whether the connection is still in a transaction. SQLite leaves
// it by itself when the disk is full, and then has nothing to roll back.
func inside(conn *sql.Conn) bool {
	still := true
	conn.Raw(func(c any) error {
		if lite, ok := c.(*sqlite3.SQLiteConn); ok {
			still = !lite.AutoCommit()
		}
		return nil
	})
	return still
}
