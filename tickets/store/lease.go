package store

import (
	"context"
	"time"

	"ventanilla/channels"
)

// LeaseOf is the name of the lease under which a channel runs on one node.
func LeaseOf(channel string) string { return "channel:" + channel }

// Lease takes the lease name for holder until ttl from now, or keeps it if
// holder has it. held tells whether holder has it now. fence grows with every
// change of hands: a node that slept through the end of its lease has an older
// number, and Accept refuses it.
func (s *Store) Lease(ctx context.Context, name, holder string, ttl time.Duration) (fence int64, held bool, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		fence, held = 0, false
		err := tx.row(ctx, `INSERT INTO lease (name, holder, fence, expires) VALUES ($1, $2, 1, $3)
			ON CONFLICT (name) DO UPDATE SET
				fence = CASE WHEN lease.holder = excluded.holder AND lease.expires > $4 THEN lease.fence ELSE lease.fence + 1 END,
				holder = excluded.holder, expires = excluded.expires
			WHERE lease.holder = excluded.holder OR lease.expires <= $4 RETURNING fence`,
			name, holder, micros(tx.now.Add(ttl)), micros(tx.now)).Scan(&fence)
		if err == ErrNotFound {
			return nil
		}
		held = err == nil
		return err
	})
	return fence, held, err
}

// Renew keeps a lease for another ttl. False means that it was lost: stop the
// work that it allowed.
func (s *Store) Renew(ctx context.Context, name string, fence int64, ttl time.Duration) (bool, error) {
	var n int64
	err := s.Write(ctx, func(tx *Tx) (err error) {
		n, err = tx.exec("UPDATE lease SET expires = $3 WHERE name = $1 AND fence = $2 AND expires > 0", name, fence, micros(tx.now.Add(ttl)))
		return err
	})
	return n == 1, err
}

// Release gives a lease back at once, so that another node need not wait for
// its end. A lease that was lost is left alone.
func (s *Store) Release(ctx context.Context, name string, fence int64) error {
	return s.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE lease SET expires = 0 WHERE name = $1 AND fence = $2", name, fence)
		return err
	})
}

// LeaseState is one row of Leases.
type LeaseState struct {
	Name, Holder string
	Fence        int64
	Expires      time.Time
}

// Leases lists who runs what.
func (s *Store) Leases(ctx context.Context) ([]LeaseState, error) {
	return all(ctx, s, func(scan scanner) (l LeaseState, err error) {
		return l, scan(&l.Name, &l.Holder, &l.Fence, when{&l.Expires})
	}, "SELECT name, holder, fence, expires FROM lease ORDER BY name")
}

// Holds makes sure, in this transaction, that the holder of fence still has the
// lease; channels.ErrLeaseLost if not.
func (tx *Tx) Holds(lease string, fence int64) error { return tx.checkFence(lease, fence) }

// checkFence makes sure, in this transaction, that fence is still the newest of
// the lease and that it has not ended. The row is written, so that on
// PostgreSQL a node that takes the lease at this moment waits for our commit.
func (tx *Tx) checkFence(name string, fence int64) error {
	if fence == 0 {
		return nil
	}
	err := tx.one("UPDATE lease SET fence = fence WHERE name = $1 AND fence = $2 AND expires > 0", name, fence)
	if err == ErrStale {
		return channels.ErrLeaseLost
	}
	return err
}

// Allow counts one more event under key and says whether it is within limit for
// the span per. It counts in the two newest slots of per, the older one weighed
// by how much of it still lies within the span, so that no burst slips through
// at a boundary. Refused events are not counted.
func (tx *Tx) Allow(key string, limit int, per time.Duration) (bool, error) {
	now := tx.now.UnixMicro()
	span := per.Microseconds()
	slot := now / span
	// The row of the current slot is locked before anything is read.
	if _, err := tx.exec("INSERT INTO throttle (name, slot, n) VALUES ($1, $2, 0) ON CONFLICT (name, slot) DO UPDATE SET n = throttle.n", key, slot); err != nil {
		return false, err
	}
	counts := map[int64]int{}
	pairs, err := all(context.Background(), tx, func(scan scanner) (p [2]int64, err error) {
		return p, scan(&p[0], &p[1])
	}, "SELECT slot, n FROM throttle WHERE name = $1 AND slot >= $2", key, slot-1)
	if err != nil {
		return false, err
	}
	for _, p := range pairs {
		counts[p[0]] = int(p[1])
	}
	left := 1 - float64(now%span)/float64(span)
	if float64(counts[slot-1])*left+float64(counts[slot]) >= float64(limit) {
		return false, nil
	}
	_, err = tx.exec("UPDATE throttle SET n = n + 1 WHERE name = $1 AND slot = $2", key, slot)
	if err == nil {
		_, err = tx.exec("DELETE FROM throttle WHERE name = $1 AND slot < $2", key, slot-1)
	}
	return err == nil, err
}

// Allow is Tx.Allow in a transaction of its own.
func (s *Store) Allow(ctx context.Context, key string, limit int, per time.Duration) (allowed bool, err error) {
	err = s.Write(ctx, func(tx *Tx) (err error) {
		allowed, err = tx.Allow(key, limit, per)
		return err
	})
	return allowed, err
}
