package router

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ventanilla/tickets/store"
)

// Confirmed reports whether this node knows of a confirmed outage of a system.
func (r *Router) Confirmed(system string) bool {
	o := r.outages.of(system)
	return o != nil && o.State == store.OutageConfirmed
}

// SendAll sends replies that were claimed then.
func (r *Router) SendAll(ctx context.Context, due []store.Outgoing, claimed time.Time) {
	r.sendAll(ctx, due, claimed)
}

// StepTogether is Step with each batch settled as one, as Run does.
func (r *Router) StepTogether(ctx context.Context) error { return r.step(ctx, r.settleTogether) }

// StepLooking is StepTogether, with what is in hand held against the database
// after each report.
func (r *Router) StepLooking(ctx context.Context, look func(inHand, stored string)) error {
	return r.step(ctx, func(ctx context.Context, batch []reading) error {
		return r.store.Write(ctx, func(tx *store.Tx) error {
			s := newSitting(r, tx)
			for i := range batch {
				if err := errors.Join(s.settle(&batch[i]), s.save()); err != nil {
					return err
				}
				for who, k := range s.talks {
					fresh, err := casesOf(tx, who.person, who.from)
					if err != nil {
						return err
					}
					look(fmt.Sprintf("%+v", *k), fmt.Sprintf("%+v", *fresh))
				}
			}
			return nil
		})
	})
}
