package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A raw form that holds a secret of a person is sealed: what is shown, indexed
// and sent on is the redacted text. It is kept, for whoever must know what was
// really delivered, as long as SealedDays says, and then destroyed. Its line in
// the ledger stays.

// ErrPurged says that a sealed raw form was destroyed when its time was over.
var ErrPurged = errors.New("store: the raw form was destroyed when its time was over")

// SealedSetting names the setting of how many days a raw form with a secret is
// kept after it got its fate: a whole number, 0 = for ever.
const SealedSetting = "sealed_days"

// sealedDays is kept unless the office says otherwise.
const sealedDays = 90

// SealedDays gives how many days a raw form with a secret is kept, 0 for ever.
func (s *Store) SealedDays(ctx context.Context) (int, error) {
	days := sealedDays
	_, err := s.Setting(ctx, SealedSetting, &days)
	return max(days, 0), err
}

// PurgeSealed destroys the raw forms with a secret whose time is over, up to
// n of them, and says how many it were. What still waits for a person's
// decision is kept until then. Any node may do it, and again.
func (s *Store) PurgeSealed(ctx context.Context, n int) (purged int, err error) {
	days, err := s.SealedDays(ctx)
	if err != nil || days == 0 {
		return 0, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		purged = 0
		before := micros(tx.now.Add(-time.Duration(days) * 24 * time.Hour))
		list, err := all(ctx, tx, func(scan scanner) (l struct{ id, blob int64 }, err error) {
			return l, scan(&l.id, &l.blob)
		}, `SELECT l.id, coalesce(l.blob, 0) FROM ledger l WHERE l.secrets > 0 AND l.purged = 0 AND l.settled < $1
			AND l.fate NOT IN ('pending', 'gathering', 'held', 'quarantined') ORDER BY l.settled, l.id LIMIT $2`+tx.s.dialect.skip, before, n)
		if err != nil {
			return err
		}
		for _, l := range list {
			if err := tx.purge(l.id, l.blob); err != nil {
				return fmt.Errorf("destroying raw form %d: %w", l.id, err)
			}
			purged++
		}
		return nil
	})
	return purged, err
}

// purge destroys the raw form of a ledger line.
func (tx *Tx) purge(id, blob int64) error {
	if err := tx.one("UPDATE ledger SET purged = $2, blob = NULL WHERE id = $1 AND purged = 0", id, micros(tx.now)); err != nil || blob == 0 {
		return err
	}
	return tx.dropBlob("id = $1", blob)
}
