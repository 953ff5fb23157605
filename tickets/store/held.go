package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// What waits for a person (held, quarantined), what had no effect, and what a
// person decided on it.

// suspended are the fates that wait for a person.
var suspended = []Verdict{FateHeld, FateQuarantined}

// undecided are the fates that a person may still turn into another.
var undecided = []Verdict{FateHeld, FateQuarantined, FateIgnored, FateLoop}

// waitsForPerson is suspended as the index on rare fates has it.
const waitsForPerson = "fate IN ('held', 'quarantined') AND fate NOT IN ('pending', 'case', 'message')"

// Held counts what waits for a person, by the code of its cause.
func (s *Store) Held(ctx context.Context) (map[string]int64, error) {
	return s.tally(ctx, "SELECT cause, count(*) FROM ledger WHERE "+waitsForPerson+" GROUP BY cause", func(cause string) string {
		code, _, _ := strings.Cut(cause, ":")
		return code
	})
}

// HeldOf counts what waits for a person, by the address of its sender; those
// without a readable one are under "".
func (s *Store) HeldOf(ctx context.Context) (map[string]int64, error) {
	return s.tally(ctx, "SELECT address, count(*) FROM ledger WHERE "+waitsForPerson+" GROUP BY address", func(address string) string { return address })
}

func (s *Store) tally(ctx context.Context, text string, key func(string) string) (map[string]int64, error) {
	rows, err := s.query(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[string]int64{}
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, fmt.Errorf("counting what is held: %w", err)
		}
		counts[key(name)] += n
	}
	return counts, rows.Err()
}

// Reopen sends a report that waits, or had no effect, through stage 2 again.
// ErrStale if its raw form was destroyed: there is nothing to read any more.
func (tx *Tx) Reopen(id int64, by string) error {
	return tx.refate(id, append(slices.Clone(undecided), FateDiscarded), Fate{Verdict: FatePending, By: by})
}

// ReopenHeld sends up to n reports that are held for exactly that cause through
// stage 2 again, and says how many they were. Their tries go on counting: what
// ends in the same trouble every time is quarantined at last.
func (s *Store) ReopenHeld(ctx context.Context, cause string, n int, by string) (int, error) {
	var ids []int64
	err := s.Write(ctx, func(tx *Tx) (err error) {
		ids, err = all(ctx, tx, int1, `UPDATE ledger SET fate = 'pending', cause = '', actor = $2, due = $3
			WHERE id IN (SELECT id FROM ledger WHERE `+waitsForPerson+` AND fate = 'held' AND cause = $1 ORDER BY id LIMIT $4`+tx.s.dialect.skip+`) RETURNING id`,
			cause, by, micros(tx.now), n)
		if err == nil && len(ids) > 0 {
			tx.count("ledger:"+string(FateHeld), -int64(len(ids)))
			tx.count("ledger:"+string(FatePending), int64(len(ids)))
		}
		return err
	})
	return len(ids), err
}

func int1(scan scanner) (n int64, err error) { return n, scan(&n) }

// Discard throws a report that waits away, for a reason that stays.
func (tx *Tx) Discard(id int64, by, reason string) error {
	return tx.refate(id, suspended, Fate{Verdict: FateDiscarded, By: by, Cause: reason})
}

// Restore puts a discarded report back where it waited, with its old cause.
// ErrStale as in Reopen.
func (tx *Tx) Restore(id int64, by string) error {
	var held string
	if err := tx.row(nil, "SELECT held FROM ledger WHERE id = $1", id).Scan(&held); err != nil {
		return err
	}
	return tx.refate(id, []Verdict{FateDiscarded}, Fate{Verdict: FateHeld, By: by, Cause: held})
}

// Refate gives a report that waits for a person, or was of no effect, the fate
// that a person decided, e.g. a message in a case that it was joined to.
func (tx *Tx) Refate(id int64, f Fate) error { return tx.refate(id, undecided, f) }

func (tx *Tx) refate(id int64, from []Verdict, f Fate) error {
	var old Verdict
	var sender, address, subject string
	err := tx.row(nil, "SELECT fate, sender, address, subject FROM ledger WHERE id = $1", id).Scan(&old, &sender, &address, &subject)
	if err != nil {
		return err
	}
	if !slices.Contains(from, old) {
		return ErrStale
	}
	if f.Sender+f.Address+f.Subject != "" { // what could not be read before was read now
		sender, address, subject = short(f.Sender, 200), short(f.Address, 300), short(f.Subject, 300)
	}
	err = tx.one(`UPDATE ledger SET fate = $3, cause = $4, held = CASE WHEN $5 = '' THEN held ELSE $5 END, actor = $6, ticket = $7, message = $8,
		sender = $9, address = $10, subject = $11, tries = 0, due = $12, settled = $12, secrets = CASE WHEN $13 > secrets THEN $13 ELSE secrets END
		WHERE id = $1 AND fate = $2 AND purged = 0`,
		id, old, f.Verdict, clean(f.Cause), f.held(), f.By, f.Ticket, f.Message, sender, address, subject, micros(tx.now), f.Secrets)
	if err == nil {
		tx.count("ledger:"+string(old), -1)
		tx.count("ledger:"+string(f.Verdict), 1)
	}
	return err
}
