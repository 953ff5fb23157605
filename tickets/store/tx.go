package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"
)

// Tx is a transaction that writes. It belongs to the function it was handed to
// and must not outlive it or be used from another goroutine.
type Tx struct {
	s       *Store
	w       *writer
	now     time.Time
	depth   int
	broken  error
	counts  map[string]int64 // what to add to the counters at the commit
	changes []Change         // what to announce at the commit
	docs    []doc            // what to index at the commit; only ever appended to or replaced, for Try keeps it
	numbers map[string]int64 // gapless numbers taken so far; their rows are locked
}

// Now is the time of this transaction by the store's clock.
func (tx *Tx) Now() time.Time { return tx.now }

// Try runs fn in a savepoint: if it fails, what it did is undone and the rest
// of the transaction goes on. It returns fn's error; a panic of fn is one.
func (tx *Tx) Try(fn func() error) error {
	counts, numbers, changes, docs := maps.Clone(tx.counts), maps.Clone(tx.numbers), len(tx.changes), tx.docs
	tx.depth++
	defer func() { tx.depth-- }()
	if _, err := tx.exec("SAVEPOINT s"); err != nil {
		tx.broken = err
		return err
	}
	err := guard(tx, func(*Tx) error { return fn() })
	if err == nil {
		if _, err = tx.exec("RELEASE SAVEPOINT s"); err != nil {
			tx.broken = err
		}
		return err
	}
	tx.counts, tx.numbers, tx.changes, tx.docs = counts, numbers, tx.changes[:changes], docs
	_, undo := tx.exec("ROLLBACK TO SAVEPOINT s")
	if undo == nil {
		_, undo = tx.exec("RELEASE SAVEPOINT s")
	}
	if undo != nil {
		tx.broken = undo
		return errors.Join(err, undo)
	}
	return err
}

// flush writes what was gathered for the commit. The search words go first:
// FTS5 writes a segment at every savepoint, so that words written inside them
// cost several times as much. The counters follow in the order of their names
// and the changes under one numbered row come last, so that the rows which every writer
// wants are held for the shortest time, and in one order, so that nobody waits in a
// circle. The numbers of the change feed are given here because they must
// become visible in their order.
func (tx *Tx) flush() error {
	if err := tx.indexAll(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(tx.numbers)) {
		if _, err := tx.exec("UPDATE counter SET n = $2 WHERE name = $1", name, tx.numbers[name]); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tx.counts)) {
		if n := tx.counts[name]; n != 0 {
			if _, err := tx.exec("INSERT INTO counter (name, n) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET n = counter.n + excluded.n", name, n); err != nil {
				return err
			}
		}
	}
	return tx.announce()
}

func (tx *Tx) count(name string, n int64) {
	if tx.counts == nil {
		tx.counts = map[string]int64{}
	}
	tx.counts[name] += n
}

// take adds one to a counter and gives its new value; the row stays locked
// until the commit, which is what makes numbers gapless.
func (tx *Tx) take(name string) (int64, error) {
	n, locked := tx.numbers[name]
	if !locked {
		err := tx.row(nil, "INSERT INTO counter (name, n) VALUES ($1, 0) ON CONFLICT (name) DO UPDATE SET n = counter.n RETURNING n", name).Scan(&n)
		if err != nil {
			return 0, err
		}
		if tx.numbers == nil {
			tx.numbers = map[string]int64{}
		}
	}
	tx.numbers[name] = n + 1
	return n + 1, nil
}

// reserve takes n numbers at once, for the end of a transaction, and gives the last.
func (tx *Tx) reserve(name string, n int64) (last int64, err error) {
	return last, tx.row(nil, "INSERT INTO counter (name, n) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET n = counter.n + excluded.n RETURNING n", name, n).Scan(&last)
}

// exec runs a statement and says how many rows it touched.
func (tx *Tx) exec(text string, args ...any) (int64, error) {
	ctx := context.Background()
	stmt, err := tx.w.prepare(text)
	if err != nil {
		return 0, err
	}
	var res sql.Result
	if stmt != nil {
		res, err = stmt.ExecContext(ctx, args...)
	} else {
		res, err = tx.w.conn.ExecContext(ctx, text, args...)
	}
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// one runs a statement that must touch exactly one row, else it is ErrStale.
func (tx *Tx) one(text string, args ...any) error {
	n, err := tx.exec(text, args...)
	if err == nil && n != 1 {
		return ErrStale
	}
	return err
}

func (tx *Tx) query(_ context.Context, text string, args ...any) (*sql.Rows, error) {
	ctx := context.Background()
	stmt, err := tx.w.prepare(text)
	if err != nil {
		return nil, err
	}
	if stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return tx.w.conn.QueryContext(ctx, text, args...)
}

func (tx *Tx) row(_ context.Context, text string, args ...any) rowScanner {
	rows, err := tx.query(context.Background(), text, args...)
	return rowScanner{rows, err}
}

// prepare gives the connection's prepared statement, nil where the driver
// keeps its own (pgx).
func (w *writer) prepare(text string) (*sql.Stmt, error) {
	if !w.s.dialect.prepares {
		return nil, nil
	}
	if stmt, ok := w.stmts[text]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(context.Background(), w.s.dialect.sql(text))
	if err == nil {
		w.stmts[text] = stmt
	}
	return stmt, err
}
