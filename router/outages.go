package router

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"ventanilla/router/outage"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

const (
	outageLease   = "outages"
	outagePoll    = time.Second
	outageHistory = 35 * 24 * time.Hour // what the usual rate is learned from
	lookAgain     = 10 * time.Minute    // a thorough look comes this often and goes back this far: longer than any commit takes
	lookBack      = 30 * time.Second    // how far back the looks between begin: longer than a commit usually takes
	// fits is how surely a report must tell of a failure to be proposed for an
	// outage of its system; telling, to speak for a new one.
	fits, telling = 0.5, 0.3
)

// outages is what this node knows of the outages that go on: reports that come
// in are held against them. It may be a second old.
type outages struct {
	mu   sync.Mutex
	open map[string]*store.Outage // by system
}

// fitting gives the outage that a new case may belong to, nil if none.
func (o *outages) fitting(t *tickets.Ticket) *store.Outage {
	system := t.System
	if system == "" {
		system = t.Suggestion.System
	}
	if weight(store.Arrival{Class: t.Class, Suggested: t.Suggestion.Class, Confidence: t.Suggestion.Confidence}) < fits {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.open[system]
}

// weight is how surely a case tells of a failure: what an operator decided, else the guess.
func weight(a store.Arrival) float64 {
	switch {
	case a.Class == tickets.Availability:
		return 1
	case a.Class != "":
		return 0
	case a.Suggested == tickets.Availability:
		return a.Confidence
	}
	return (1 - a.Confidence) / 2
}

// lookout follows the cases of every system on the node that has the lease.
type lookout struct {
	r       *Router
	since   time.Time       // where the next thorough look begins
	seen    map[string]bool // cases taken in since then
	looked  time.Time       // when it last looked; zero: never
	pruned  time.Time       // when it last looked thoroughly
	begun   time.Time       // when the oldest that it knows of was reported
	watches map[string]*outage.Watch
	recent  map[string][]store.Arrival // of a day, by system
	open    map[string]string          // outage id → system, as last seen
}

// watchOutages keeps the list of outages that go on and, on one node, looks out
// for new ones.
func (r *Router) watchOutages(ctx context.Context) {
	holder := r.store.NewID()
	wake, end := r.store.Watch()
	defer end()
	var l *lookout
	for ctx.Err() == nil {
		err := r.listOutages(ctx)
		if err == nil {
			l, err = r.takeLookout(ctx, holder, l)
		}
		if err == nil && l != nil {
			err = l.look(ctx)
		}
		if err != nil && ctx.Err() == nil {
			r.log.Error().Err(err).Msg("outages could not be watched")
			l = nil // begins anew, from what is on record
			pause(ctx, 10*outagePoll, nil)
		}
		pause(ctx, outagePoll, nil)
		pause(ctx, outagePoll, wake)
	}
}

// listOutages reads the outages that go on. One whose principal is solved takes
// no more reports: what comes now is something else, or the same again.
func (r *Router) listOutages(ctx context.Context) error {
	list, err := r.store.Outages(ctx, false, 1000)
	if err != nil {
		return fmt.Errorf("listing outages: %w", err)
	}
	open := map[string]*store.Outage{}
	for _, o := range list {
		if o.Solved.IsZero() {
			open[o.System] = &o
		}
	}
	r.outages.mu.Lock()
	r.outages.open = open
	r.outages.mu.Unlock()
	return nil
}

// takeLookout gives this node's lookout if it has the lease, a new one that
// knows the last weeks if it has just got it, nil if another node has it.
func (r *Router) takeLookout(ctx context.Context, holder string, l *lookout) (*lookout, error) {
	_, held, err := r.store.Lease(ctx, outageLease, holder, LeaseTime)
	if err != nil || !held {
		return nil, err
	}
	if l != nil {
		return l, nil
	}
	l = &lookout{r: r, watches: map[string]*outage.Watch{}, recent: map[string][]store.Arrival{}, open: map[string]string{}}
	since := r.now().Add(-outageHistory)
	l.since, l.seen = since, map[string]bool{}
	recent := r.now().Add(-lookAgain) // what came while nobody looked is left for the first look
	if err := l.read(ctx, recent, func(store.Arrival) error { return nil }, func() error { return nil }); err != nil {
		return nil, err
	}
	l.since, l.looked = recent, time.Time{}
	past, err := r.store.Outages(ctx, true, 1000)
	if err != nil {
		return nil, err
	}
	for _, o := range past {
		if o.Ended.IsZero() {
			l.open[o.ID] = o.System
		}
		if !o.Solved.IsZero() || o.Ended.After(since) {
			l.judged(o)
		}
	}
	return l, nil
}

func (l *lookout) watch(system string) *outage.Watch {
	w := l.watches[system]
	if w == nil {
		w = &outage.Watch{}
		w.Begin(l.begun)
		l.watches[system] = w
	}
	return w
}

func (l *lookout) judged(o store.Outage) {
	until := o.Ended
	if !o.Solved.IsZero() {
		until = o.Solved
	}
	l.watch(o.System).Judged(o.Since, until, o.State == store.OutageOver || o.State == store.OutageConfirmed)
}

// read takes in the cases that came since it last looked and before an instant
// (zero: all), a page at a time: each is called for every case, done after every
// page. Ids are given before the commit, so a case may become visible after one
// with a later id: every look begins a little before the last one, and now and
// then one goes further back.
func (l *lookout) read(ctx context.Context, before time.Time, each func(store.Arrival) error, done func() error) error {
	began := l.r.now()
	from, thorough := l.since, began.Sub(l.pruned) > lookAgain
	if !thorough && !l.looked.IsZero() {
		from = l.looked.Add(-lookBack)
	}
	for last := ""; ; {
		list, err := l.r.store.Arrivals(ctx, last, from, 1000)
		if err != nil {
			return fmt.Errorf("reading new cases: %w", err)
		}
		for _, a := range list {
			last = a.ID
			if l.seen[a.ID] || !before.IsZero() && !a.Opened.Before(before) {
				continue
			}
			l.seen[a.ID] = true
			l.take(a)
			if err := each(a); err != nil {
				return err
			}
		}
		if err := done(); err != nil {
			return err
		}
		if len(list) < 1000 {
			break
		}
	}
	l.looked = began
	if thorough { // what was seen before the next look's beginning is not met again
		l.since, l.seen, l.pruned = began.Add(-lookAgain), l.young(began.Add(-lookAgain)), began
	}
	l.forget()
	return nil
}

// take learns from one case.
func (l *lookout) take(a store.Arrival) {
	if l.begun.IsZero() || a.Opened.Before(l.begun) {
		l.begun = a.Opened
	}
	if w := weight(a); w >= telling {
		l.watch(a.System).Add(outage.Report{At: a.Opened, Person: a.Person, Weight: w})
		l.recent[a.System] = append(l.recent[a.System], a)
	}
}

// young are the cases seen whose ids were given since an instant.
func (l *lookout) young(since time.Time) map[string]bool {
	first, young := store.FirstID(since), map[string]bool{}
	for id := range l.seen {
		if id >= first {
			young[id] = true
		}
	}
	return young
}

// forget keeps the newest reports of a day, by system.
func (l *lookout) forget() {
	for system, list := range l.recent {
		list = list[max(0, len(list)-1000):]
		for len(list) > 0 && l.r.now().Sub(list[0].Opened) > 24*time.Hour {
			list = list[1:]
		}
		l.recent[system] = list
	}
}

// look takes in what came, proposes the outages that it shows, and ends those
// in which nothing is left to do.
func (l *lookout) look(ctx context.Context) error {
	if err := l.settled(ctx); err != nil {
		return err
	}
	belongs := map[string]string{} // outage by case
	each := func(a store.Arrival) error {
		if weight(a) < telling {
			return nil
		}
		if known := l.r.outages.of(a.System); known != nil {
			if weight(a) >= fits {
				belongs[a.ID] = known.ID
			}
			return nil
		}
		if f, ok := l.watch(a.System).Look(a.Opened); ok {
			return l.propose(ctx, a.System, f)
		}
		return nil
	}
	return l.read(ctx, time.Time{}, each, func() error {
		err := l.belong(ctx, belongs)
		clear(belongs)
		return err
	})
}

// belong proposes cases for outages that go on.
func (l *lookout) belong(ctx context.Context, outages map[string]string) error {
	if len(outages) == 0 {
		return nil
	}
	return l.r.store.Write(ctx, func(tx *store.Tx) error {
		for _, ticket := range slices.Sorted(maps.Keys(outages)) {
			if err := tx.ProposeReport(outages[ticket], ticket); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *outages) of(system string) *store.Outage {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.open[system]
}

// propose writes the proposal down with the reports that speak for it.
func (l *lookout) propose(ctx context.Context, system string, f outage.Finding) error {
	o := store.Outage{System: system, State: store.OutageProposed, Found: l.r.now(), Since: f.Since, Span: f.Span, People: f.People, Expected: f.Expected}
	err := l.r.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.SaveOutage(&o); err != nil {
			return err
		}
		for _, a := range l.recent[system] {
			if !a.Opened.Before(f.Since) && weight(a) >= telling {
				if err := tx.ProposeReport(o.ID, a.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if errors.Is(err, store.ErrStale) {
		return nil // another node proposed it meanwhile
	}
	if err != nil {
		return fmt.Errorf("proposing an outage: %w", err)
	}
	l.open[o.ID] = system
	l.r.log.Info().Str("outage", o.ID).Str("system", system).Int("people", f.People).Dur("span", f.Span).Msg("an outage is proposed")
	return l.r.listOutages(ctx)
}

// settled learns from the outages on which people decided, and ends those whose
// cases are all closed.
func (l *lookout) settled(ctx context.Context) error {
	list, err := l.r.store.Outages(ctx, false, 1000)
	if err != nil {
		return err
	}
	going := map[string]bool{}
	for _, o := range list {
		l.open[o.ID], going[o.ID] = o.System, true
		if o.State != store.OutageConfirmed {
			continue
		}
		if err := l.solved(ctx, o); err != nil {
			return err
		}
		if over, err := l.over(ctx, o); err != nil || !over {
			if err != nil {
				return err
			}
			continue
		}
		err := l.r.store.Write(ctx, func(tx *store.Tx) error {
			o, err := tx.Outage(o.ID)
			if err != nil || o.State != store.OutageConfirmed {
				return err
			}
			o.State, o.Ended = store.OutageOver, tx.Now()
			return tx.SaveOutage(&o)
		})
		if err != nil {
			return fmt.Errorf("ending an outage: %w", err)
		}
		delete(going, o.ID)
	}
	for id := range l.open {
		if going[id] {
			continue
		}
		o, err := l.r.store.Outage(ctx, id)
		if err != nil {
			return err
		}
		l.judged(o)
		delete(l.open, id)
	}
	return nil
}

// solved notes that the principal of an outage is solved: it takes no more
// reports, and what comes now may be the next outage of its system.
func (l *lookout) solved(ctx context.Context, o store.Outage) error {
	if !o.Solved.IsZero() {
		return nil
	}
	t, err := l.r.store.Ticket(ctx, o.Parent)
	if err != nil || t.Solution == nil {
		return err
	}
	err = l.r.store.Write(ctx, func(tx *store.Tx) error {
		o, err := tx.Outage(o.ID)
		if err != nil || o.State != store.OutageConfirmed {
			return err
		}
		o.Solved = tx.Now()
		return tx.SaveOutage(&o)
	})
	if err != nil {
		return fmt.Errorf("noting that an outage is solved: %w", err)
	}
	o.Solved = l.r.now()
	l.judged(o)
	return l.r.listOutages(ctx)
}

// over reports whether the principal and all its reports are closed and none
// is left undecided.
func (l *lookout) over(ctx context.Context, o store.Outage) (bool, error) {
	t, err := l.r.store.Ticket(ctx, o.Parent)
	if err != nil || t.Step != tickets.Closed {
		return false, err
	}
	counts, err := l.r.store.OutageCounts(ctx, o.ID)
	if err != nil {
		return false, err
	}
	open := counts[store.ReportProposed] + counts[store.ReportAttached] + counts[store.ReportTold] - counts["step:"+string(tickets.Closed)]
	return open == 0, nil
}
