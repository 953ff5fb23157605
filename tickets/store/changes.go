package store

import (
	"context"
	"sync"
	"time"

	"ventanilla/tickets"
)

// Change is one line of the change feed that live screens follow.
type Change struct {
	Seq    int64
	Ticket string
	Kind   string // opened, changed, left, message, read, reply
	Unit   tickets.Unit
	At     time.Time
}

// change announces something at the commit.
func (tx *Tx) change(ticket, kind string, unit tickets.Unit) {
	tx.changes = append(tx.changes, Change{Ticket: ticket, Kind: kind, Unit: unit})
}

// keptChanges is how many lines of the feed stay; a screen that was away for
// longer loads itself anew.
const keptChanges = 5000

// announce numbers the changes of this commit. The counter's row is held until
// the commit, so numbers become visible in their order on every node.
func (tx *Tx) announce() error {
	if len(tx.changes) == 0 {
		return nil
	}
	changes := different(tx.changes)
	n := int64(len(changes))
	last, err := tx.reserve("~change", n)
	if err != nil {
		return err
	}
	for i, c := range changes {
		if _, err := tx.exec("INSERT INTO change (seq, ticket, kind, unit, at) VALUES ($1, $2, $3, $4, $5)", last-n+1+int64(i), c.Ticket, c.Kind, c.Unit, micros(tx.now)); err != nil {
			return err
		}
	}
	if last/1000 != (last-n)/1000 {
		_, err = tx.exec("DELETE FROM change WHERE seq <= $1", last-keptChanges)
	}
	return err
}

// different leaves each change in once: what happened to a case many times in one
// commit is seen at one look.
func different(list []Change) (once []Change) {
	seen := make(map[Change]bool, len(list))
	for _, c := range list {
		if !seen[c] {
			seen[c] = true
			once = append(once, c)
		}
	}
	return once
}

// Changes gives the changes after seq, oldest first, and the number to
// go on from. gap says that some after seq are no longer kept: load the screen anew.
func (s *Store) Changes(ctx context.Context, after int64) (list []Change, last int64, gap bool, err error) {
	list, err = all(ctx, s, func(scan scanner) (c Change, err error) {
		return c, scan(&c.Seq, &c.Ticket, &c.Kind, &c.Unit, when{&c.At})
	}, "SELECT seq, ticket, kind, unit, at FROM change WHERE seq > $1 ORDER BY seq LIMIT 1000", after)
	if err != nil {
		return nil, 0, false, err
	}
	if len(list) == 0 {
		// A commit may fall between the two questions: what it brought is for
		// the next call, so the place stays, unless the feed began anew.
		if last, err = s.LastChange(ctx); last < after {
			return nil, last, true, err
		}
		return nil, after, false, err
	}
	return list, list[len(list)-1].Seq, list[0].Seq != after+1, nil
}

// LastChange gives the newest number of the change feed: where a screen starts.
func (s *Store) LastChange(ctx context.Context) (last int64, err error) {
	err = s.row(ctx, "SELECT n FROM counter WHERE name = '~change'").Scan(&last)
	if err == ErrNotFound {
		err = nil
	}
	return last, err
}

// watchers wakes those who wait for changes: at once for commits of this
// process, and by looking once a second where other nodes share the database.
type watchers struct {
	mu   sync.Mutex
	all  map[chan struct{}]bool
	stop context.CancelFunc
	done chan struct{}
}

// Watch gives a channel that receives a value after something changed, and the
// function that ends it. Wake-ups may be joined together; ask Changes what happened.
func (s *Store) Watch() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.watchers.mu.Lock()
	s.watchers.all[c] = true
	s.watchers.mu.Unlock()
	return c, func() {
		s.watchers.mu.Lock()
		delete(s.watchers.all, c)
		s.watchers.mu.Unlock()
	}
}

func (w *watchers) wake(changed bool) {
	if !changed {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.all {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (w *watchers) start(s *Store) {
	w.all = map[chan struct{}]bool{}
	ctx, cancel := context.WithCancel(context.Background())
	w.stop, w.done = cancel, make(chan struct{})
	if s.dialect == sqliteDialect { // one process: every change is ours
		close(w.done)
		return
	}
	go func() {
		defer close(w.done)
		w.poll(ctx, s)
	}()
}

func (w *watchers) poll(ctx context.Context, s *Store) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var seen int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if last, err := s.LastChange(ctx); err == nil && last != seen {
				seen = last
				w.wake(true)
			}
		}
	}
}

func (w *watchers) end() {
	w.stop()
	<-w.done
}
