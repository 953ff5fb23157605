package router

import (
	"context"
	"errors"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

const (
	batchSize = 50 // items per commit
	batchPoll = time.Second
)

// Pauses between the notices of an outage, so that thousands of them leave room
// for what else must go out. Each channel has its own limits besides.
var noticePause = map[string]time.Duration{"email": 25 * time.Millisecond, "whatsapp": 5 * time.Second}

// batches does what people decided on for many cases at once, a few at a time.
// Any node may: an item and its mark are one transaction.
func (r *Router) batches(ctx context.Context) {
	wake, end := r.store.Watch()
	defer end()
	for ctx.Err() == nil {
		took, err := r.store.WorkBatches(context.WithoutCancel(ctx), batchSize, r.item)
		switch {
		case errors.Is(err, store.ErrStale): // someone else changed one of the cases meanwhile
		case err != nil:
			r.log.Error().Err(err).Msg("a batch could not go on")
			pause(ctx, 10*batchPoll, nil)
		case took == 0:
			pause(ctx, batchPoll, wake)
		}
	}
}

// item does one case's part of a batch, in the name of who decided on it.
func (r *Router) item(tx *store.Tx, i *store.BatchItem) error {
	var medium string
	err := tx.Update(i.Ticket, func(t *tickets.Ticket) error {
		medium = t.Contact.Medium
		for _, d := range i.Acts {
			if err := t.Do(d.Act, i.Batch.By, d.Record, tx.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch i.Acts[0].Act {
	case tickets.ActAttach:
		return tx.SetReport(i.Batch.Outage, i.Ticket, store.ReportAttached)
	case tickets.ActDetach:
		return tx.SetReport(i.Batch.Outage, i.Ticket, store.ReportDetached)
	case tickets.ActTellOutage:
		if p := noticePause[medium]; p > 0 {
			if err := tx.DelayNotice(i.Ticket, time.Duration(i.N)*p); err != nil {
				return err
			}
		}
		return tx.SetReport(i.Batch.Outage, i.Ticket, store.ReportTold)
	}
	return nil
}
