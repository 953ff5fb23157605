package router

import (
	"context"
	"fmt"
)

// Step does once what Run does all the time: it gives every report its fate and
// decides every burst that is due. It is for whoever runs a desk by a clock of
// their own, and not beside Run.
func (r *Router) Step(ctx context.Context) error { return r.step(ctx, r.settleApart) }

func (r *Router) step(ctx context.Context, settle func(context.Context, []reading) error) error {
	for {
		claimed, err := r.store.ClaimPending(ctx, intakeBatch, intakeLease)
		if err != nil {
			return fmt.Errorf("claiming reports: %w", err)
		}
		if len(claimed) == 0 {
			break
		}
		batch := make([]reading, len(claimed))
		for i := range claimed {
			batch[i] = r.read(claimed[i])
		}
		if err := settle(ctx, batch); err != nil {
			return err
		}
	}
	for {
		if n, err := r.gatherDue(ctx); err != nil || n == 0 {
			return err
		}
	}
}
