package desk

import (
	"context"
	"fmt"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/console"
)

// calendarPoll is how soon a node counts by what was changed on another.
const calendarPoll = 10 * time.Second

// followCalendar keeps the office's own calendar in force until ctx ends.
func (d *Desk) followCalendar(ctx context.Context) {
	for {
		if err := d.readCalendar(ctx); err != nil && ctx.Err() == nil {
			d.log.Error().Err(err).Msg("the office's calendar could not be read: the one before stays in force")
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(calendarPoll):
		}
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
