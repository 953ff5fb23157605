package console

import (
	"context"
	"errors"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Who sees a case: alone, and in a list, where it is told of without its code
// and whom it is about (G33).

// hides tells whether a case is restricted and not for this person (G33): a list
// then shows neither its code nor whom it is about. A case that is gone hides nothing.
func (c *Console) hides(ctx context.Context, a tickets.Actor, ticket string) (bool, error) {
	if ticket == "" || seesAll(a) {
		return false, nil
	}
	row, err := c.st.Row(ctx, ticket)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && !maySee(a, row), err
}

// maySee tells whether someone may see a case in a list: a restricted one (G33),
// or, of who is here for the telephone alone, one that came another way.
func maySee(a tickets.Actor, row store.Row) bool {
	return (seesAll(a) || viewer(a).Sees(row)) && (!onlyCalls(a) || row.Medium == "phone")
}

// seesAll tells who sees the restricted cases of everybody (G33).
func seesAll(a tickets.Actor) bool { return a.Is(tickets.Supervisor) || a.Is(tickets.Auditor) }

// viewer is the person as the store's lists know them.
func viewer(a tickets.Actor) store.Viewer {
	return store.Viewer{ID: a.ID, Roles: a.Roles}
}

// onlyCalls tells whether a person is here for the telephone alone: they see
// the cases of callers and little else.
func onlyCalls(a tickets.Actor) bool {
	return len(a.Roles) == 1 && a.Roles[0] == tickets.Telefonista
}

// mayOpen tells whether a person may open a case.
func mayOpen(a tickets.Actor, t *tickets.Ticket) bool {
	return t.SeenBy(a) && (!onlyCalls(a) || t.Contact.Medium == "phone")
}
