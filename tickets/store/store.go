// Package store keeps the records of the desk on SQLite or PostgreSQL: what was
// seen on the channels (ledger), the cases and everything said in them, what
// goes out (outbox), people, staff, knowledge and the leases that say which
// node runs what.
//
// # How it is used
//
// Open gives a *Store. Reading is done by methods of *Store. Writing is done by
// functions handed to Write, or by the methods of *Store that are one such
// function (Accept, Update, Sent, …):
//
//	err := st.Write(ctx, func(tx *store.Tx) error {
//		for _, p := range pending {
//			err := tx.Try(func() error { … tx.NewTicket(t, …); return tx.Settle(p, store.Fate{…}) })
//			…
//		}
//		return nil
//	})
//
// Nil from Write means that everything the function did is on disk. An error
// means that nothing of it is. The function may run more than once (after a
// deadlock, or when another function of the same commit broke the connection):
// it must change nothing outside the transaction that a second run would not
// set again. Several functions share one commit (group commit), each in its own
// savepoint, so many small writers reach the rate of one big one; a function
// that does much at once (100 mails) uses Tx.Try to let one fail alone.
//
// # Two databases, one text
//
// Every statement is written once, with $1 for the parameters, in words both
// databases read; ids are made in Go, times are microseconds UTC in a BIGINT
// (0 = never), JSON is TEXT. dialect.go holds every difference. On PostgreSQL
// several nodes share the database: what only one may do is guarded by leases
// with a fence (Lease), claims with a time limit (ClaimPending, ClaimOutgoing)
// and compare-and-swap on a case's version (Update).
//
// Text that enters is made valid UTF-8 without NUL here, at the edge.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

var (
	// ErrNotFound says that there is no such record.
	ErrNotFound = errors.New("store: not found")
	// ErrStale says that someone else changed the record first: load it again.
	ErrStale = errors.New("store: changed by someone else")
	// ErrExists says that a record with that name is already there.
	ErrExists = errors.New("store: already exists")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("store: closed")
	// ErrUnknown says that the connection broke during the commit: the write is
	// stored or it is not. Look before doing it again.
	ErrUnknown = errors.New("store: the connection broke during the commit")
	// ErrFull says that the disk is full; nothing of the write was stored.
	ErrFull = errors.New("store: the disk is full")
	// ErrReadOnly says that the database cannot be written to.
	ErrReadOnly = errors.New("store: the database is read-only")
)

// Options says which database to open and how.
type Options struct {
	// URL is "sqlite:/path/to/file.db" or "postgres://user@host/name?…".
	URL string
	Log zerolog.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// MaxTries is how often stage 2 may begin one report without an end before
	// it is quarantined; 0 means 10. A node that dies counts too, so the number
	// leaves room for a bad day of the machine: a good report must not be set
	// aside for that.
	MaxTries int
	// Throwaway opens an SQLite database that does not outlive the program and
	// need not survive a crash: nothing waits for the disk.
	Throwaway bool
}

// Store is an open database. Its methods may be called from several goroutines.
type Store struct {
	log      zerolog.Logger
	now      func() time.Time
	maxTries int
	dialect  *dialect
	write    *sql.DB
	read     *sql.DB
	jobs     chan *job
	stop     chan struct{}
	writers  sync.WaitGroup
	closing  sync.Once
	stmts    sync.Map // SQL text → *sql.Stmt on read, where the dialect prepares
	prepared atomic.Int32
	watchers watchers
	ids      idMaker
	signing  atomic.Pointer[[]byte] // see SigningKey
}

// Open opens the database, brings its schema up to date and starts the
// writers. Close it.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{log: o.Log, now: o.Now, maxTries: o.MaxTries, jobs: make(chan *job, 1024), stop: make(chan struct{})}
	if s.now == nil {
		s.now = time.Now
	}
	if s.maxTries == 0 {
		s.maxTries = 10
	}
	s.ids.now = s.now
	if err := s.connect(ctx, o); err != nil {
		return nil, fmt.Errorf("opening database: %w", err)
	}
	if err := s.migrate(ctx); err != nil {
		s.disconnect()
		return nil, fmt.Errorf("opening database: %w", err)
	}
	for range s.dialect.writers {
		s.writers.Add(1)
		go s.runWriter()
	}
	s.watchers.start(s)
	if err := s.ensurePrecedents(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening database: %w", err), s.Close())
	}
	return s, nil
}

// Close waits for the writes under way and closes the database.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.stop)
		s.watchers.end()
		s.writers.Wait()
		err = s.disconnect()
	})
	return err
}

// Engine says which database this is: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.dialect.name }

// Now is the store's clock, in UTC and whole microseconds as it is stored.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

func (s *Store) disconnect() error {
	var errs []error
	s.stmts.Range(func(_, v any) bool { v.(*sql.Stmt).Close(); return true })
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}
