package router

import (
	"context"
	"fmt"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Release lets a held or quarantined report in, as a person decided: into the
// case with that id, or as a case of its own when ticket is empty. What the
// scanner finds infected stays out of the case. The decision is in the audit log.
func (r *Router) Release(ctx context.Context, ledger int64, ticket string, by tickets.Actor) error {
	rd, err := r.reread(ctx, ledger)
	if err != nil {
		return err
	}
	one := []reading{rd}
	r.scan(ctx, one)
	if s := one[0].scan; s.down || s.late || s.waits {
		return ErrScannerDown
	}
	one[0].disarm()
	r.verify(ctx, one)
	return r.store.Write(ctx, func(tx *store.Tx) error {
		fate, err := r.fate(tx, &one[0], &decision{by: by, ticket: ticket})
		if err != nil {
			return err
		}
		act := "held.accept"
		if ticket != "" {
			act = "held.join"
		}
		if err := tx.Audit(store.Audited{By: by.ID, Act: act, Target: fmt.Sprint(ledger), Details: map[string]string{"case": fate.Ticket}}); err != nil {
			return err
		}
		return tx.Refate(ledger, fate)
	})
}

// Preview reads a ledger line anew, for a person who decides on it: what it
// says, without the files.
func (r *Router) Preview(ctx context.Context, ledger int64) (channels.Report, error) {
	rd, err := r.reread(ctx, ledger)
	return rd.report, err
}

func (r *Router) reread(ctx context.Context, ledger int64) (reading, error) {
	entry, err := r.store.LedgerEntry(ctx, ledger)
	if err != nil {
		return reading{}, fmt.Errorf("reading the held report: %w", err)
	}
	raw, err := r.store.RawOf(ctx, ledger)
	if err != nil {
		return reading{}, fmt.Errorf("reading the held report: %w", err)
	}
	rd := r.read(store.Pending{ID: ledger, Channel: entry.Channel, Raw: raw})
	if rd.err != nil { // a person may still open a case of it; the original stays
		rd.err, rd.report = nil, channels.Report{
			Channel: entry.Channel, Medium: entry.Medium, Kind: channels.None, ReceivedAt: entry.Received, NoReply: true,
			Said: unreadText, Text: unreadText, Defects: []string{DefectFailed},
		}
	}
	return rd, nil
}

// DefectFailed marks a message that no reader could read.
const DefectFailed = "reader-failed"

const unreadText = "[Este mensaje no se pudo leer. El original está en el libro de recepción.]"
