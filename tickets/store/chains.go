package store

import (
	"context"
	"fmt"

	"ventanilla/tickets"
)

// Chain is a case's whole history as it is stored, sealed records included, and
// what the case itself says of its end.
type Chain struct {
	ID, Code  string
	Events    []tickets.Event
	LastEvent tickets.Hash
	Count     int
}

// Check verifies the chain: every event in its place, unaltered, and none cut
// off the end.
func (c Chain) Check() error {
	if err := tickets.VerifyChain(c.Events); err != nil {
		return err
	}
	if len(c.Events) != c.Count {
		return fmt.Errorf("%d events, the case names %d", len(c.Events), c.Count)
	}
	if n := len(c.Events); n > 0 && c.Events[n-1].Hash != c.LastEvent {
		return fmt.Errorf("event %d: is not the last one that the case names", n)
	}
	return nil
}

// Chains gives the chain of every case to fn, in the order of their ids, a few
// hundred at a time: a database of any size is read with little memory.
func (s *Store) Chains(ctx context.Context, fn func(Chain) error) error {
	const batch = 200
	for after := ""; ; {
		list, err := s.chains(ctx, "t.id > $1 ORDER BY t.id LIMIT 200", after)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := fn(c); err != nil {
				return err
			}
		}
		if len(list) < batch {
			return nil
		}
		after = list[len(list)-1].ID
	}
}

// ChainOf gives the chain of one case by its code; ErrNotFound if there is none.
func (s *Store) ChainOf(ctx context.Context, code string) (Chain, error) {
	return single(s.chains(ctx, "t.code = $1", code))
}

func (s *Store) chains(ctx context.Context, where, arg string) ([]Chain, error) {
	list, err := all(ctx, s, func(scan scanner) (c Chain, err error) {
		var end struct {
			LastEvent tickets.Hash `json:"last_event"`
			Events    int          `json:"events"`
		}
		err = scan(&c.ID, &c.Code, object{&end})
		c.LastEvent, c.Count = end.LastEvent, end.Events
		return c, err
	}, "SELECT t.id, t.code, b.body FROM ticket t JOIN ticket_body b ON b.ticket = t.id WHERE "+where, arg)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := map[string]int{}
	for i, c := range list {
		at[c.ID] = i
	}
	type row struct {
		ticket string
		event  tickets.Event
	}
	rows, err := all(ctx, s, func(scan scanner) (r row, err error) {
		return r, scan(&r.ticket, object{&r.event})
	}, "SELECT ticket, body FROM event WHERE ticket >= $1 AND ticket <= $2 ORDER BY ticket, seq", list[0].ID, list[len(list)-1].ID)
	for _, r := range rows {
		if i, ok := at[r.ticket]; ok {
			list[i].Events = append(list[i].Events, r.event)
		}
	}
	return list, err
}
