package desk

import (
	"context"
	"fmt"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/console"
	"ventanilla/tickets/office"
)

// calendarPoll is how soon a node counts by what was changed on another.
const calendarPoll = 10 * time.Second

// followCalendar keeps the office's own calendar in force until ctx ends.
func (d *Desk) followCalendar(ctx context.Context) {
	for {
		d.keepCalendar(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(calendarPoll):
		}
	}
}

// keepCalendar puts the office's calendar in force. One that cannot be read stops
// nothing: the console is where it is put right.
func (d *Desk) keepCalendar(ctx context.Context) {
	if err := d.readCalendar(ctx); err != nil && ctx.Err() == nil {
		d.log.Error().Err(err).Msg("the office's calendar could not be read: the one before stays in force")
	}
}

func (d *Desk) readCalendar(ctx context.Context) error {
	var set calendar.Setting
	if _, err := d.Store.Setting(ctx, console.CalendarSetting, &set); err != nil {
		return fmt.Errorf("reading the setting: %w", err)
	}
	c, err := set.Calendar()
	if err != nil {
		return err
	}
	tickets.Office.Set(c)
	return nil
}

// office is what the office does by itself on the node that has its lease.
func (d *Desk) office() *office.Office {
	return office.New(office.Options{
		Store: d.Store, Log: d.log, Now: d.now, Hours: tickets.Office, Node: nodeName(d.cfg.Office.Node),
		Mail: d.mail[channels.Email], Public: d.cfg.Console.PublicURL,
	})
}
