package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// ofOutage is the road of a report that is attached to the principal of an outage.
const ofOutage road = "9.2 outage"

// What people decide on an outage, as asides of its principal.
const (
	confirmed    happening = "is seen to be an outage"
	everyoneTold happening = "is told to everyone"
	allClosed    happening = "is closed for everyone"
)

// attachedTo are the other reports of a principal's outage.
func (p *play) attachedTo(principal *run) []*run {
	var out []*run
	for _, r := range p.runs {
		if r.road == ofOutage && r.system == principal.system {
			out = append(out, r)
		}
	}
	return out
}

// confirm waits until the desk proposes the outage by itself, confirms it with
// its principal and attaches the other reports, each with its registro.
func (p *play) confirm(ctx context.Context, principal *run, who tickets.Actor, reason string) error {
	reports := p.attachedTo(principal)
	var o store.Outage
	err := p.until(ctx, "que la mesa proponga la caída", func() (bool, error) {
		list, err := p.store.Outages(ctx, false, 50)
		if i := slices.IndexFunc(list, func(o store.Outage) bool { return o.System == principal.system }); i >= 0 {
			o = list[i]
			var counts map[string]int
			if counts, err = p.store.OutageCounts(ctx, o.ID); err == nil {
				return counts[store.ReportProposed] > len(reports), nil
			}
		}
		return false, err
	})
	if err != nil {
		return err
	}
	principal.outage = o.ID
	p.say(p.clock.Now(), fmt.Sprintf("La mesa propone una caída: %d personas en %s. %s la confirma y adjunta %d reportes a %s", o.People, o.Span, who.Name, len(reports), principal.code))
	records, order := map[string]string{}, []string{}
	for _, r := range reports {
		records[r.id], order = r.problem, append(order, r.id)
	}
	err = p.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ConfirmOutage(o.ID, principal.id, who, reason); err != nil {
			return err
		}
		_, err := tx.AttachReports(o.ID, records, order, who)
		return err
	})
	if err != nil {
		return err
	}
	return p.counted(ctx, o.ID, store.ReportAttached, len(reports))
}

// tellAll tells every attached report's person the solution of the principal.
func (p *play) tellAll(ctx context.Context, principal *run, who tickets.Actor) error {
	reports := p.attachedTo(principal)
	err := p.store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.TellOutage(principal.outage, principal.notice, who)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.counted(ctx, principal.outage, store.ReportTold, len(reports)); err != nil {
		return err
	}
	p.clock.forward(p.clock.Now().Add(time.Minute)) // many notices leave one after the other
	for _, r := range reports {
		if r.way == byPhone {
			caller, err := p.performer(r, tickets.Telefonista)
			if err != nil {
				return err
			}
			if err := p.told(ctx, r, caller, tickets.Told, ""); err != nil {
				return err
			}
		}
		if err := p.notified(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// closeAll lets the supervisor review and close the attached reports.
func (p *play) closeAll(ctx context.Context, principal *run) error {
	boss, err := p.performer(principal, tickets.Supervisor)
	if err != nil {
		return err
	}
	reports := p.attachedTo(principal)
	if err := p.counted(ctx, principal.outage, "step:9.2/8", len(reports)); err != nil {
		return err
	}
	err = p.store.Write(ctx, func(tx *store.Tx) error { _, err := tx.CloseReports(principal.outage, boss); return err })
	if err != nil {
		return err
	}
	p.say(p.clock.Now(), fmt.Sprintf("%s revisa y cierra los %d reportes de la caída, cada uno con su registro", boss.Name, len(reports)))
	return p.counted(ctx, principal.outage, "step:closed", len(reports))
}

// counted waits until so many reports of an outage are in a state.
func (p *play) counted(ctx context.Context, outage, state string, n int) error {
	return p.until(ctx, "que los reportes de la caída queden en "+state, func() (bool, error) {
		counts, err := p.store.OutageCounts(ctx, outage)
		return counts[state] == n, err
	})
}
