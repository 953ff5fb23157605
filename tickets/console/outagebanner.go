package console

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The outage on a case's page.

// outageBanner is what a case's page says of the outage that it belongs to, or
// may belong to.
type outageBanner struct {
	Href, Text string
	Kind       string // good, warn or accent
	Add        bool   // it can be proposed for the outage
	Detach     bool   // it can be taken out of it
}

func (c *Console) outageBanner(ctx context.Context, w *words, by tickets.Actor, t *tickets.Ticket) (*outageBanner, error) {
	o, state, err := c.st.OutageOf(ctx, t.ID)
	if errors.Is(err, store.ErrNotFound) {
		return c.outageNear(ctx, w, by, t)
	}
	if err != nil {
		return nil, err
	}
	key := state
	switch {
	case state == "" && o.Ended.IsZero():
		key = "principal"
	case state == store.ReportProposed && o.Ended.IsZero(), state == store.ReportAttached, state == store.ReportTold:
	default:
		return nil, nil
	}
	n, err := c.st.InOutage(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	return &outageBanner{Href: "/caidas/" + o.ID, Kind: "warn", Text: w.T("outage.banner."+key, "system", c.outageName(ctx, w, o), "code", o.Code, "n", n),
		Detach: state == store.ReportAttached && o.State == store.OutageConfirmed && t.Aside() && mayDetach(by)}, nil
}

// outageNear tells the operator of a case that nobody has decided on of an
// outage of its system that goes on.
func (c *Console) outageNear(ctx context.Context, w *words, by tickets.Actor, t *tickets.Ticket) (*outageBanner, error) {
	system := cmp.Or(t.System, t.Suggestion.System)
	if system == "" || !slices.ContainsFunc(t.Acts(by, c.now()), func(m tickets.Move) bool { return m.Act == tickets.ActAttach }) {
		return nil, nil
	}
	list, err := c.st.Outages(ctx, false, 1000)
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		if o.State == store.OutageConfirmed && o.System == system && o.Solved.IsZero() {
			return &outageBanner{Href: "/caidas/" + o.ID, Kind: "plain", Text: w.T("outage.banner.near", "system", c.outageName(ctx, w, o), "code", o.Code), Add: true}, nil
		}
	}
	return nil, nil
}
