package router

import (
	"context"
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
