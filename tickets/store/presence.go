package store

import (
	"context"
	"slices"
	"time"
)

// Present is somebody who has a case open now, on whichever node.
type Present struct {
	Ticket, Staff string
	Writing       bool
	At            time.Time
}

// presentFor is how long a person counts as present without a sign of life.
const presentFor = 45 * time.Second

// BePresent says that someone looks at a case, or writes in it, and gives who
// else does. Others are told only when that is news. gone: they left.
func (s *Store) BePresent(ctx context.Context, ticket, staff string, writing, gone bool) (others []Present, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		list, err := all(context.Background(), tx, scanPresent, "SELECT ticket, staff, writing, at FROM presence WHERE ticket = $1", ticket)
		if err != nil {
			return err
		}
		others = nil
		since, known, news := tx.now.Add(-presentFor), false, !gone
		for _, p := range list {
			switch {
			case p.Staff == staff:
				known = true
				news = gone || p.Writing != writing || p.At.Before(since)
			case !p.At.Before(since):
				others = append(others, p)
			}
		}
		switch {
		case gone && known:
			_, err = tx.exec("DELETE FROM presence WHERE ticket = $1 AND staff = $2", ticket, staff)
		case !gone:
			_, err = tx.exec(`INSERT INTO presence (ticket, staff, writing, at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (ticket, staff) DO UPDATE SET writing = excluded.writing, at = excluded.at`, ticket, staff, number(writing), micros(tx.now))
		}
		if err == nil && !known {
			_, err = tx.exec("DELETE FROM presence WHERE at < $1", micros(tx.now.Add(-time.Hour)))
		}
		if err == nil && news && len(others) > 0 {
			tx.change(ticket, "presence", "")
		}
		return err
	})
	slices.SortFunc(others, func(a, b Present) int { return a.At.Compare(b.At) })
	return others, err
}

// Presence lists who has which case open now.
func (s *Store) Presence(ctx context.Context) ([]Present, error) {
	return all(ctx, s, scanPresent, "SELECT ticket, staff, writing, at FROM presence WHERE at >= $1 ORDER BY ticket, staff LIMIT 500", micros(s.Now().Add(-presentFor)))
}

func scanPresent(scan scanner) (p Present, err error) {
	var writing int
	err = scan(&p.Ticket, &p.Staff, &writing, when{&p.At})
	p.Writing = writing == 1
	return p, err
}
