package router

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/router/dialogue"
	"ventanilla/router/facts"
	"ventanilla/tickets/store"
	"ventanilla/tickets/words"
)

const (
	intakeBatch = 100              // raw reports per commit
	intakeLease = 30 * time.Second // how long a batch may take before another node may have it, and a dead node's reports wait
	intakePoll  = 100 * time.Millisecond
	intakeLull  = 40 * time.Millisecond  // where several came at once, the next are claimed when nothing came for so long,
	intakePace  = 150 * time.Millisecond // or so long after the last: what comes thick and fast is settled many at a time
	aloneAfter  = 3                      // tries; a report begun so often is read alone
)

// reading is a raw report and what was made of it without the database.
type reading struct {
	store.Pending
	report channels.Report
	guess  classify.Result
	terms  string       // search words of what was said
	codes  []string     // case codes that it names
	hidden int          // secrets that were hidden in it
	two    bool         // tells of two problems
	stated []facts.Fact // numbers and mail addresses that it gives
	err    error        // the reader failed
	scan   scanned      // what the malware scanner said

	language string // in which it is written, if not in Spanish

	sitting *sitting // what is in hand while its batch is settled; nil outside of one
}

// intake claims, reads and settles raw reports. Claiming and reading of the
// next batch go on while one is being settled. What is read when ctx ends is
// still settled; what is being looked at is put back, for without name servers
// and scanner a forged or infected report looks like any other.
func (r *Router) intake(ctx context.Context) {
	batches := make(chan []reading, 1)
	go func() {
		defer close(batches)
		var last time.Time // several were claimed, and no more were there
		for size := intakeBatch; ctx.Err() == nil; {
			lull(ctx, last.Add(intakePace), r.arrived)
			want := size
			var claimed []store.Pending
			if claimed, size = r.claim(ctx, want); len(claimed) == 0 {
				pause(ctx, intakePoll, r.arrived)
				continue
			}
			if n := len(claimed); n > 1 && n < want {
				last = time.Now()
			}
			batch := r.readAll(claimed)
			r.scan(ctx, batch)
			r.verify(ctx, batch)
			if ctx.Err() != nil {
				if err := r.putBack(context.WithoutCancel(ctx), claimed); err != nil {
					r.log.Warn().Err(err).Msg("reports could not be put back, they come again when the claim ends")
				}
				return
			}
			batches <- batch
		}
	}()
	for batch := range batches {
		r.settleAll(ctx, batch)
		tell(r.settled)
	}
}

// lull waits until nothing came for intakeLull, but not beyond end.
func lull(ctx context.Context, end time.Time, arrived <-chan struct{}) {
	for quiet := false; !quiet && ctx.Err() == nil && time.Now().Before(end); {
		t := time.NewTimer(min(intakeLull, time.Until(end)))
		select {
		case <-ctx.Done():
		case <-arrived:
		case <-t.C:
			quiet = true
		}
		t.Stop()
	}
}

// claim takes the next batch of up to size reports, and says how large the one
// after it should be. A report that was begun and never ended may be what ends
// the program. It is taken alone from then on, so that the others of its batch
// are not quarantined with it; nor are all of them where power fails again and
// again.
func (r *Router) claim(ctx context.Context, size int) ([]store.Pending, int) {
	claimed, err := r.store.ClaimPending(ctx, size, r.lease())
	if err == nil && len(claimed) > 1 && slices.ContainsFunc(claimed, begunOften) {
		err = r.putBack(ctx, claimed)
		claimed, size = nil, 1
		if err == nil {
			return r.claim(ctx, size)
		}
	}
	if err != nil && ctx.Err() == nil {
		r.log.Error().Err(err).Msg("raw reports could not be claimed")
		pause(ctx, time.Second, nil)
	}
	if !slices.ContainsFunc(claimed, begunOften) {
		size = intakeBatch
	}
	return claimed, size
}

// putBack gives claimed reports back; the try does not count.
func (r *Router) putBack(ctx context.Context, claimed []store.Pending) error {
	return r.store.Write(ctx, func(tx *store.Tx) error {
		for _, p := range claimed {
			if err := ignoreStale(tx.Release(p)); err != nil {
				return err
			}
		}
		return nil
	})
}

// lease is how long a claimed batch may take: longer where its files are scanned.
func (r *Router) lease() time.Duration {
	if r.scanner == nil {
		return intakeLease
	}
	return intakeLease + r.scanTime
}

func begunOften(p store.Pending) bool { return p.Tries >= aloneAfter }

// readAll reads a batch on all cores.
func (r *Router) readAll(claimed []store.Pending) []reading {
	batch := make([]reading, len(claimed))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(claimed); i = int(next.Add(1)) - 1 {
				batch[i] = r.read(claimed[i])
			}
		})
	}
	wg.Wait()
	return batch
}

// read makes a report of a raw. A reader that panics costs that report a try,
// nothing else.
func (r *Router) read(p store.Pending) (rd reading) {
	rd.Pending = p
	defer func() {
		if v := recover(); v != nil {
			rd.err = fmt.Errorf("reader panicked: %v", v)
			r.log.Error().Int64("ledger", p.ID).Bytes("stack", debug.Stack()).Msg("reader panicked")
		}
	}()
	reader := r.readers[p.Channel]
	if reader == nil {
		reader = r.media[p.Raw.Medium]
	}
	if reader == nil {
		rd.err = fmt.Errorf("no channel reads %s any more", p.Raw.Medium)
		return rd
	}
	rd.report = reader.Read(p.Channel, p.Raw)
	rd.hidden = redact(&rd.report)
	rd.codes = codesIn(&rd.report)
	if rd.report.Kind == channels.Human || rd.report.Kind == channels.None {
		said := rd.report.Said
		if said == "" {
			said = rd.report.Text
		}
		rd.guess = r.guess(classify.Input{Medium: string(p.Raw.Medium), Subject: rd.report.Subject, Text: said})
		if lang := facts.LanguageOf(said); lang != "es" {
			rd.language = lang
		}
		rd.terms = words.Index(said)
		rd.two = dialogue.Two(said)
		rd.stated = stated(rd.report.Said)
	}
	return rd
}

// settleAll settles a batch in one commit and does not give up while the
// database is in trouble: the reports are safe in the ledger either way. At
// first no report has a savepoint of its own, which costs as much as a few
// rows; if one fails, nothing of the batch is kept and all are settled again
// with savepoints, so that the others pass.
func (r *Router) settleAll(ctx context.Context, batch []reading) {
	err := r.settleTogether(ctx, batch)
	if err == nil {
		return
	}
	if !errors.Is(err, store.ErrClosed) {
		r.log.Warn().Err(err).Int("reports", len(batch)).Msg("a batch could not be settled as one; each report is settled by itself")
	}
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 10*time.Second) {
		err := r.settleApart(ctx, batch)
		if err == nil || ctx.Err() != nil || errors.Is(err, store.ErrClosed) {
			return
		}
		r.log.Error().Err(err).Dur("pause", wait).Msg("reports could not be settled, the batch is tried again")
		pause(ctx, wait, nil)
	}
}

// settleTogether settles a batch that stands or falls as one.
func (r *Router) settleTogether(ctx context.Context, batch []reading) error {
	return r.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		s := newSitting(r, tx)
		for i := range batch {
			if err := s.settle(&batch[i]); err != nil {
				return err
			}
		}
		return s.save()
	})
}

// settleApart settles each report of a batch in a savepoint of its own.
func (r *Router) settleApart(ctx context.Context, batch []reading) error {
	return r.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		for i := range batch {
			if err := r.settle(tx, &batch[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// conclude gives a report its fate, or puts it back if there was no time to
// scan it. One that was begun has had a try: after some it is alone (claim).
func (r *Router) conclude(tx *store.Tx, rd *reading) error {
	switch {
	case rd.scan.waits:
		return tx.Release(rd.Pending)
	case rd.scan.late:
		return tx.Retry(rd.Pending, "no time to scan it for malware")
	}
	fate, err := r.fate(tx, rd, nil)
	if err != nil {
		return err
	}
	return tx.Settle(rd.Pending, fate)
}

// settle settles one report in a savepoint of its own. Only what breaks the
// whole transaction is an error.
func (r *Router) settle(tx *store.Tx, rd *reading) error {
	err := rd.err
	if err == nil {
		err = tx.Try(func() error { return r.conclude(tx, rd) })
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrStale):
		return nil // another node has it, or the case changed: it comes again when the claim ends
	}
	r.log.Warn().Err(err).Int64("ledger", rd.ID).Str("channel", rd.Channel).Int("tries", rd.Tries).Msg("report could not be settled")
	return tx.Try(func() error { return ignoreStale(tx.Retry(rd.Pending, err.Error())) })
}

func ignoreStale(err error) error {
	if errors.Is(err, store.ErrStale) {
		return nil
	}
	return err
}
