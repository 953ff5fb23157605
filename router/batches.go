package router

import (
	"context"
	"errors"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

const (
	batchSize  = 50 // items per commit
	batchPoll  = time.Second
	batchTries = 5 // then items are done one by one, and what cannot be done is said so
)

// batches does what people decided on for many cases at once, a few at a time.
// Any node may: an item and its mark are one transaction.
func (r *Router) batches(ctx context.Context) {
	wake, end := r.store.Watch()
	defer end()
	for failed := 0; ctx.Err() == nil; {
		size, do := batchSize, r.item
		if failed >= batchTries {
			size, do = 1, r.itemAlone
		}
		took, err := r.store.WorkBatches(context.WithoutCancel(ctx), size, do)
		switch {
		case errors.Is(err, store.ErrStale): // someone else changed one of the cases meanwhile
		case err != nil:
			failed++
			r.log.Error().Err(err).Msg("a batch could not go on")
			pause(ctx, 10*batchPoll, nil)
		case took == 0:
			failed = 0
			pause(ctx, batchPoll, wake)
		}
	}
}

// itemAlone does one item whose batch failed again and again: an error that
// stays with it is its end, so that the others go on.
func (r *Router) itemAlone(tx *store.Tx, i *store.BatchItem) error {
	err := r.item(tx, i)
	var refused *tickets.Refusal
	if err == nil || errors.As(err, &refused) || errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return err
	}
	r.log.Error().Err(err).Str("ticket", i.Ticket).Msg("an act of a batch is given up")
	return &tickets.Refusal{Code: tickets.RefusedFailed}
}

// item does one case's part of a batch, in the name of who decided on it.
func (r *Router) item(tx *store.Tx, i *store.BatchItem) error {
	act := i.Acts[0].Act
	if act == tickets.ActAttach || act == tickets.ActTellOutage {
		o, err := tx.Outage(i.Batch.Outage)
		if err != nil {
			return err
		}
		if o.State != store.OutageConfirmed { // it was recalled meanwhile
			return &tickets.Refusal{Code: tickets.RefusedFlag, Params: map[string]string{"flag": string(tickets.FlagOutage)}}
		}
	}
	err := tx.Update(i.Ticket, func(t *tickets.Ticket) error {
		if act == tickets.ActDetach && t.Unheard() != "" {
			if _, err := tx.Withhold(t.Unheard()); errors.Is(err, store.ErrStale) { // on its way already
				return &tickets.Refusal{Code: tickets.RefusedLeft}
			} else if err != nil {
				return err
			}
		}
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
	switch act {
	case tickets.ActAttach:
		return tx.SetReport(i.Batch.Outage, i.Ticket, store.ReportAttached)
	case tickets.ActDetach:
		return tx.SetReport(i.Batch.Outage, i.Ticket, store.ReportDetached)
	case tickets.ActTellOutage:
		if after := i.Acts[0].After; after > 0 {
			if err := tx.DelayNotice(i.Ticket, after); err != nil {
				return err
			}
		}
		return tx.SetReport(i.Batch.Outage, i.Ticket, store.ReportTold)
	}
	return nil
}
