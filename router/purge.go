package router

import (
	"context"
	"time"
)

const (
	purgePoll  = time.Hour
	purgeBatch = 200
)

// purge destroys sealed raw forms whose time is over.
func (r *Router) purge(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := r.store.PurgeSealed(ctx, purgeBatch)
		switch {
		case err != nil && ctx.Err() == nil:
			r.log.Error().Err(err).Msg("sealed raw forms could not be destroyed")
		case n > 0:
			r.log.Info().Int("n", n).Msg("sealed raw forms were destroyed, their time was over")
		}
		if n < purgeBatch {
			pause(ctx, purgePoll, nil)
		}
	}
}
