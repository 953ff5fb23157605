package console

import (
	"context"
	"slices"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The settlement rules of an expediente: as they stood when its case was
// opened. What the agency adopts, changes or ends afterwards is not in it.

type caseRules struct {
	Used, Others []ruleThen // those that the case's acts rest on, and the rest
}

// ruleThen is a rule at the opening of a case.
type ruleThen struct {
	tickets.Rule
	Act       *store.RuleAct // nil: a proposal
	Confirmed string         // who confirmed the adoption
	Since     time.Time
}

func (c *Console) rulesOf(ctx context.Context, t *tickets.Ticket, events []tickets.Event) (caseRules, error) {
	var list caseRules
	acts, err := c.st.RuleActs(ctx)
	if err != nil {
		return list, err
	}
	for _, rule := range tickets.Rules {
		r := ruleThen{Rule: rule}
		if a, ok := store.InForce(acts, rule.ID, t.Opened); ok {
			r.Act, r.Since, r.Confirmed, r.Status = &a, a.ValidFrom, c.nameOf(ctx, a.SettledBy), tickets.Adopted
			if a.Text != "" {
				r.Text = a.Text
			}
		}
		if slices.ContainsFunc(events, func(e tickets.Event) bool { return slices.Contains(e.Rules, rule.ID) }) {
			list.Used = append(list.Used, r)
		} else {
			list.Others = append(list.Others, r)
		}
	}
	return list, nil
}
