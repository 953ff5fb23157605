package router

import (
	"context"
	"fmt"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Release lets a held or quarantined report in, as a person decided: into the
// case with that id, or as a case of its own when ticket is empty.
func (r *Router) Release(ctx context.Context, ledger int64, ticket string, by tickets.Actor) error {
	entry, err := r.store.LedgerEntry(ctx, ledger)
	if err != nil {
		return fmt.Errorf("reading the held report: %w", err)
	}
	raw, err := r.store.RawOf(ctx, ledger)
	if err != nil {
		return fmt.Errorf("reading the held report: %w", err)
	}
	rd := r.read(store.Pending{ID: ledger, Channel: entry.Channel, Raw: raw})
	if rd.err != nil {
		return rd.err
	}
	one := []reading{rd}
	r.verify(ctx, one)
	return r.store.Write(ctx, func(tx *store.Tx) error {
		fate, err := r.fate(tx, &one[0], &decision{by: by, ticket: ticket})
		if err != nil {
			return err
		}
		return tx.Refate(ledger, fate)
	})
}
