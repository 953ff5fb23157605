package router

import (
	"context"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets/store"
)

// LeaseTime is how long a node may be silent before another takes its channels.
const LeaseTime = 20 * time.Second

// Desk gives the channels' supervisor its hosts and leases. node names this
// node among those that share the database and must be new at every start.
func (r *Router) Desk(node string) channels.Desk { return desk{r, node} }

type desk struct {
	r    *Router
	node string
}

func (d desk) Host(ch channels.Channel) channels.Host { return &host{r: d.r, channel: ch.Name()} }

func (d desk) Lease(ctx context.Context, ch channels.Channel) (channels.Lease, bool, error) {
	name := store.LeaseOf(ch.Name())
	fence, held, err := d.r.store.Lease(ctx, name, d.node, LeaseTime)
	if err != nil || !held {
		return nil, false, err
	}
	return &lease{host: host{r: d.r, channel: ch.Name(), fence: fence}, name: name}, true, nil
}

// host is what one running channel may ask of the desk.
type host struct {
	r       *Router
	channel string
	fence   int64
}

func (h *host) Accept(ctx context.Context, b channels.Batch) error {
	err := h.r.store.Accept(ctx, h.channel, h.fence, b)
	if err == nil {
		tell(h.r.arrived)
	}
	return err
}

func (h *host) Mark(ctx context.Context, key string) (string, error) {
	return h.r.store.Mark(ctx, h.channel, key)
}

func (h *host) Delivered(ctx context.Context, d channels.Delivery) error {
	return h.r.Delivered(ctx, d)
}

// Progress is the supervisor's business, which wraps this host.
func (h *host) Progress(string) {}

type lease struct {
	host
	name string
}

func (l *lease) Renew(ctx context.Context) error {
	kept, err := l.r.store.Renew(ctx, l.name, l.fence, LeaseTime)
	if err == nil && !kept {
		err = channels.ErrLeaseLost
	}
	return err
}

func (l *lease) Release(ctx context.Context) error {
	return l.r.store.Release(ctx, l.name, l.fence)
}
