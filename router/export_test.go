package router

import "ventanilla/tickets/store"

// Confirmed reports whether this node knows of a confirmed outage of a system.
func (r *Router) Confirmed(system string) bool {
	o := r.outages.of(system)
	return o != nil && o.State == store.OutageConfirmed
}
