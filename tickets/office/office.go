package office

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
)

// Options is what the office's own work needs.
type Options struct {
	Store  *store.Store
	Log    zerolog.Logger
	Now    func() time.Time
	Hours  Hours
	Node   string          // this node's name among several
	Mail   channels.Sender // nil: alerts wait
	Public string          // address of the console for those who are alerted; empty: no link
}

// Office does it. Run it once per node.
type Office struct {
	Options
	open, closed time.Time // up to where the cases were followed
	looked       time.Time // when estimates and outages were last looked at
}

// New prepares the office's own work.
func New(o Options) *Office { return &Office{Options: o} }

const (
	leaseName = "office"
	leaseTime = sendTimeout + 30*time.Second // it is renewed before each mail
	pollEvery = 5 * time.Second
	lookEvery = time.Minute
	lookBack  = 2 * time.Minute // longer than any transaction lasts
	pageSize  = 200
)

// Run works until ctx ends, while this node has the lease.
func (o *Office) Run(ctx context.Context) {
	had := false
	var fence int64
	for ctx.Err() == nil {
		f, held, err := o.Store.Lease(ctx, leaseName, o.Node, leaseTime)
		if held && !had {
			o.open, o.closed = time.Time{}, time.Time{} // another node may have stopped anywhere
		}
		had, fence = held, f
		if err == nil && held {
			err = o.Pass(ctx)
		}
		if err != nil && ctx.Err() == nil {
			o.Log.Error().Err(err).Msg("the office's own work failed: it is tried again")
		}
		select {
		case <-ctx.Done():
		case <-time.After(pollEvery):
		}
	}
	if had {
		if err := o.Store.Release(context.WithoutCancel(ctx), leaseName, fence); err != nil {
			o.Log.Error().Err(err).Msg("the lease of the office's own work could not be given back")
		}
	}
}

// Pass counts what changed, makes the alerts that follow and sends what is due.
func (o *Office) Pass(ctx context.Context) error {
	err := errors.Join(o.follow(ctx, false), o.follow(ctx, true))
	if now := o.Now(); err == nil && now.Sub(o.looked).Abs() >= lookEvery {
		o.looked = now
		err = errors.Join(o.estimatesOver(ctx), o.outagesAtNight(ctx), o.forget(ctx))
	}
	return errors.Join(err, o.send(ctx))
}

// forget deletes alerts whose time is over, some at each look.
func (o *Office) forget(ctx context.Context) error {
	err := o.Store.Write(ctx, func(tx *store.Tx) error { return tx.DropAlerts(tx.Now().Add(-keepAlerts), 1000) })
	if err != nil {
		return fmt.Errorf("deleting old alerts: %w", err)
	}
	return nil
}

// follow counts the open or the closed cases that were touched since the last pass.
func (o *Office) follow(ctx context.Context, closed bool) error {
	at := &o.open
	if closed {
		at = &o.closed
	}
	var targets []tickets.Target
	if _, err := o.Store.Setting(ctx, "targets", &targets); err != nil {
		return fmt.Errorf("reading the targets: %w", err)
	}
	staff, err := o.Store.Staff(ctx)
	if err != nil {
		return fmt.Errorf("reading the staff: %w", err)
	}
	for ctx.Err() == nil {
		began, start := o.Store.Now(), time.Now()
		list, err := o.Store.StaleFacts(ctx, closed, *at, pageSize)
		if err != nil {
			return fmt.Errorf("listing cases to count: %w", err)
		}
		for i := 0; i < len(list); i += 50 {
			if err := o.count(ctx, list[i:min(i+50, len(list))], targets, staff); err != nil {
				return err
			}
		}
		if len(list) < pageSize {
			*at = began.Add(-lookBack)
			return nil
		}
		*at = list[len(list)-1].Row.Updated
		if held, err := o.keep(ctx); err != nil || !held {
			return err
		}
		select { // much to catch up with: it leaves the machine to the people half of the time
		case <-ctx.Done():
		case <-time.After(time.Since(start)):
		}
	}
	return nil
}

// keep renews the lease in a long pass.
func (o *Office) keep(ctx context.Context) (bool, error) {
	_, held, err := o.Store.Lease(ctx, leaseName, o.Node, leaseTime)
	return held, err
}

// count makes the facts of some cases, and the alerts of what happened in them,
// in one commit.
func (o *Office) count(ctx context.Context, list []store.Stale, targets []tickets.Target, staff []store.Staff) error {
	type counted struct {
		fact   store.Fact
		alerts []store.Alert
	}
	var done []counted
	for _, x := range list {
		t, err := o.Store.Ticket(ctx, x.Row.ID)
		if err != nil {
			return fmt.Errorf("reading a case to count: %w", err)
		}
		c := counted{fact: factOf(t, x.Row, targets, o.Hours)}
		c.fact.Version = t.Version
		if x.Known || o.Store.Now().Sub(x.Row.Opened) < time.Hour { // what an office brought along is no news
			if c.alerts, err = o.alerts(ctx, t, x, staff); err != nil {
				return err
			}
		}
		done = append(done, c)
	}
	return o.Store.Write(ctx, func(tx *store.Tx) error {
		for _, c := range done {
			if err := tx.SaveFact(c.fact); err != nil {
				return fmt.Errorf("storing what is counted of a case: %w", err)
			}
			for _, a := range c.alerts {
				if err := tx.AddAlert(a); err != nil {
					return fmt.Errorf("queueing an alert: %w", err)
				}
			}
		}
		return nil
	})
}

// digestAt is when whoever wants one mail a day gets it: when the office opens next.
func (o *Office) digestAt(now time.Time) time.Time {
	if !o.Hours.Open(now) {
		return o.Hours.NextOpen(now)
	}
	y, m, d := now.In(calendar.Zone).Date()
	return o.Hours.NextOpen(time.Date(y, m, d+1, 0, 0, 0, 0, calendar.Zone))
}
