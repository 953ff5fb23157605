package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// patience is how long the play waits for what must follow from a beat.
const patience = time.Minute

// play is the day being played.
type play struct {
	store    *store.Store
	world    *world
	clock    *clock
	staff    map[string]tickets.Actor // by login
	articles map[string]string        // ids by key
	counter  *counter
	runs     []*run    // every story under way
	day      time.Time // midnight of the day, La Paz
	say      func(at time.Time, line string)
}

// run is one story under way.
type run struct {
	story
	id, code string
	ask      bool // a question was asked and not yet answered
	rounds   int  // returns by the supervisor so far
	article  string
	outage   string // id of the outage that it is the principal of
}

// beat is something that happens at a time of the day.
type beat struct {
	at time.Time
	do func(ctx context.Context) error
}

// perform plays stories from the first arrival to the last act.
func (p *play) perform(ctx context.Context, stories []story) ([]*run, error) {
	var runs []*run
	var agenda []beat
	for _, s := range stories {
		r := &run{story: s}
		runs = append(runs, r)
		p.runs = append(p.runs, r)
		beats, err := p.beats(r)
		if err != nil {
			return nil, err
		}
		agenda = append(agenda, beats...)
	}
	sort.SliceStable(agenda, func(i, j int) bool { return agenda[i].at.Before(agenda[j].at) })
	for _, b := range agenda {
		p.clock.forward(b.at)
		if err := b.do(ctx); err != nil {
			return runs, err
		}
		if err := p.quiet(ctx); err != nil {
			return runs, err
		}
	}
	return runs, nil
}

// beats spreads a story over the day: its arrival, the acts of its road, and
// what happens beside it.
func (p *play) beats(r *run) ([]beat, error) {
	clock, err := time.Parse("15:04", r.at)
	if err != nil {
		return nil, fmt.Errorf("story %q: %w", r.subject, err)
	}
	at := p.day.Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
	list := []beat{{at, func(ctx context.Context) error { return p.arrive(ctx, r) }}}
	if r.way == missed {
		at = later(at, 14)
		list = append(list, beat{at, func(ctx context.Context) error { return p.returnCall(ctx, r) }})
	}
	var done []tickets.Act
	beside := func(after tickets.Act) {
		if slices.Contains(done, after) {
			return
		}
		done = append(done, after)
		for _, a := range r.asides {
			if a.after == after {
				at = later(at, a.minutes)
				list = append(list, beat{at, func(ctx context.Context) error { return p.happen(ctx, r, a) }})
			}
		}
	}
	beside(start)
	for _, m := range r.moves() {
		if m.act == r.until {
			break
		}
		at = later(at, m.minutes)
		list = append(list, beat{at, func(ctx context.Context) error { return p.act(ctx, r, m) }})
		beside(m.act)
	}
	return list, nil
}

// moves is the road of a story: a call that an operator wrote down is
// registered already, and an answer by telephone has to be told by somebody.
func (r *run) moves() []move {
	if r.until == tickets.ActRegister {
		return nil
	}
	moves := roads[r.road]
	if r.way != byPhone && r.way != missed {
		return moves
	}
	var spoken []move
	for _, m := range moves {
		if m.act == tickets.ActRegister && r.by == "" {
			continue
		}
		spoken = append(spoken, m)
		if m.act == tickets.ActNotify {
			spoken = append(spoken, move{tickets.Telefonista, tickets.ActAttempt, 9})
		}
	}
	return spoken
}

// later adds working minutes: nobody of the office works between 12:30 and 14:30.
func later(at time.Time, minutes int) time.Time {
	t := at.Add(time.Duration(minutes) * time.Minute)
	noon := time.Date(at.Year(), at.Month(), at.Day(), 12, 30, 0, 0, laPaz)
	if at.Before(noon) && !t.Before(noon) {
		t = t.Add(2 * time.Hour)
	}
	return t
}

// arrive lets the citizen reach the desk and waits for the case.
func (p *play) arrive(ctx context.Context, r *run) error {
	switch r.way {
	case byPhone:
		return p.call(ctx, r)
	case missed:
		return p.miss(ctx, r)
	case byWhatsApp:
		return p.chat(ctx, r)
	}
	l := &letter{From: r.who.address(), Subject: r.subject, Text: r.said, At: p.clock.Now(), File: r.file}
	l.To.Address = support
	switch r.way {
	case byIMAP:
		l.To.Address = inbox
	case byBoth:
		l.Also = append(l.Also, l.To)
		l.Also[0].Address = inbox
	}
	entry, err := p.write(ctx, l, store.FateCase)
	if err != nil {
		return err
	}
	r.id, r.code = entry.Ticket, entry.Code
	p.say(p.clock.Now(), fmt.Sprintf("%s escribe por correo%s: «%s» → %s", r.who.name, roadOf[r.way], r.subject, r.code))
	if r.way == byBoth {
		return p.until(ctx, "que el segundo ejemplar del mismo correo llegue", func() (bool, error) {
			e, err := p.store.LedgerEntry(ctx, entry.ID)
			return e.Sightings > 1, err
		})
	}
	return nil
}

var roadOf = map[way]string{bySMTP: " (SMTP)", byIMAP: " (IMAP)", byBoth: " a las dos direcciones"}

// write sends a mail and waits until the desk has settled it as expected.
func (p *play) write(ctx context.Context, l *letter, want store.Verdict) (store.Entry, error) {
	return p.settled(ctx, channels.Email, l.From.Address, l.From.Name, want, func() error { return p.world.send(ctx, l) })
}

// settled lets a citizen reach the desk and waits until it has settled what
// came from their address as expected.
func (p *play) settled(ctx context.Context, m channels.Medium, address, name string, want store.Verdict, send func() error) (store.Entry, error) {
	newest, err := p.store.Ledger(ctx, store.LedgerFilter{Limit: 1})
	if err != nil {
		return store.Entry{}, err
	}
	var last int64
	if len(newest) > 0 {
		last = newest[0].ID
	}
	if err := send(); err != nil {
		return store.Entry{}, err
	}
	var found store.Entry
	err = p.until(ctx, "que la mesa registre el mensaje de "+name, func() (bool, error) {
		list, err := p.store.Ledger(ctx, store.LedgerFilter{Medium: m, Limit: 10})
		i := slices.IndexFunc(list, func(e store.Entry) bool {
			return e.ID > last && e.Fate != store.FatePending && strings.Contains(strings.ToLower(e.Sender), address)
		})
		if i >= 0 {
			found = list[i]
		}
		return i >= 0, err
	})
	if err == nil && want != "" && found.Fate != want {
		err = fmt.Errorf("el mensaje de %s quedó como %q y se esperaba %q", name, found.Fate, want)
	}
	return found, err
}

// until waits for a condition, looking again whenever something changed.
func (p *play) until(ctx context.Context, what string, ok func() (bool, error)) error {
	changed, end := p.store.Watch()
	defer end()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		done, err := ok()
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("esperando %s: %w", what, err)
		}
		if done {
			return nil
		}
		tick := time.NewTimer(20 * time.Millisecond)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return fmt.Errorf("se esperó %v %s, y no ocurrió", patience, what)
		case <-changed:
		case <-tick.C:
		}
		tick.Stop()
	}
}

// quiet waits until the desk has nothing under way: every report settled,
// every letter gone.
func (p *play) quiet(ctx context.Context) error {
	return p.until(ctx, "que la mesa termine lo que tiene entre manos", func() (bool, error) {
		counts, err := p.store.Counters(ctx, "ledger:")
		if err != nil || counts[string(store.FatePending)] > 0 {
			return false, err
		}
		for _, m := range []channels.Medium{channels.Email, channels.WhatsApp} {
			queued, err := p.store.Outbox(ctx, store.OutboxFilter{State: channels.Queued, Medium: m, Limit: 20})
			if p.retry(queued); err != nil || len(queued) > 0 {
				return false, err
			}
		}
		return true, nil
	})
}

// retry sets the clock to the next try of letters that did not go out at the
// first one: nothing else moves it while the play waits for them.
func (p *play) retry(queued []store.Outgoing) {
	for _, o := range queued {
		if now := p.clock.Now(); o.Error != "" && o.NextTry.After(now) {
			p.say(now, fmt.Sprintf("Una respuesta de %s no salió (%s): se intentará de nuevo a las %s", o.Code, o.Error, o.NextTry.In(laPaz).Format("15:04:05")))
			p.clock.forward(o.NextTry)
		}
	}
}
