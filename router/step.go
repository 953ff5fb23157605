package router

import (
	"context"
	"fmt"

	"ventanilla/tickets/store"
)

// Step does once what Run does all the time: it gives every report its fate and
// decides every burst that is due. It is for whoever runs a desk by a clock of
// their own, and not beside Run.
func (r *Router) Step(ctx context.Context) error {
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
		err = r.store.Write(ctx, func(tx *store.Tx) error {
			for i := range batch {
				if err := r.settle(tx, &batch[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for {
		if n, err := r.gatherDue(ctx); err != nil || n == 0 {
			return err
		}
	}
}
