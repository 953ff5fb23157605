package desk

import (
	"context"
	"time"

	"ventanilla/channels/phone"
	"ventanilla/tickets/console"
)

// layoutPoll is how soon a node reads calls by columns that were saved on another.
const layoutPoll = 10 * time.Second

// followLayouts keeps the saved columns of the call logs in force until ctx ends.
func (d *Desk) followLayouts(ctx context.Context) {
	for ctx.Err() == nil {
		d.keepLayouts(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(layoutPoll):
		}
	}
}

// keepLayouts makes each call log be read by what was saved for it. What cannot
// be read stops nothing: the columns before stay in force.
func (d *Desk) keepLayouts(ctx context.Context) {
	for _, log := range d.callLogs {
		var l phone.Layout
		if _, err := d.Store.Setting(ctx, console.LayoutSetting(log.ID), &l); err != nil {
			if ctx.Err() == nil {
				d.log.Error().Str("channel", log.ID).Err(err).Msg("the saved columns of a call log could not be read: those before stay in force")
			}
			continue
		}
		log.Use(l)
	}
}
