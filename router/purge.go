package router

import (
	"context"
	"time"
)

const (
	purgePoll  = time.Hour
	purgeBatch = 200
)

// purge destroys what is kept no longer: sealed raw forms, and what was written
// in closed cases.
func (r *Router) purge(ctx context.Context) {
	for ctx.Err() == nil {
		raws := r.destroy(ctx, "sealed raw forms", r.store.PurgeSealed)
		cases := r.destroy(ctx, "texts of closed cases", r.store.PurgeCases)
		if max(raws, cases) < purgeBatch {
			pause(ctx, purgePoll, nil)
		}
	}
}

func (r *Router) destroy(ctx context.Context, what string, purge func(context.Context, int) (int, error)) int {
	n, err := purge(ctx, purgeBatch)
	if err != nil && ctx.Err() == nil {
		r.log.Error().Err(err).Str("what", what).Msg("could not be destroyed")
		return 0
	}
	if n > 0 {
		r.log.Info().Int("n", n).Str("what", what).Msg("were destroyed, their time was over")
	}
	return n
}
