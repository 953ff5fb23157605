package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"ventanilla/channels"
)

// Verdict is what became of something seen on a channel. Everything seen has
// exactly one; only Pending and Gathering are not final.
type Verdict string

const (
	FatePending     Verdict = "pending"     // stored, not yet read
	FateGathering   Verdict = "gathering"   // part of a burst that is not decided yet (Assembly); not final either
	FateCase        Verdict = "case"        // opened a case
	FateMessage     Verdict = "message"     // became a message in a case
	FateAuto        Verdict = "auto"        // machine mail, noted in a case
	FateCall        Verdict = "call"        // noted in the list of calls
	FateBounce      Verdict = "bounce"      // told that one of our replies failed or arrived
	FateLoop        Verdict = "loop"        // our own message come back
	FateHeld        Verdict = "held"        // waits for a person, with its cause
	FateQuarantined Verdict = "quarantined" // could not be read; a person may try again
	FateIgnored     Verdict = "ignored"     // nothing to be done with it, with its reason
	FateDiscarded   Verdict = "discarded"   // thrown away by a person, with the reason
)

// Causes of a quarantine, beside those of package router.
const (
	CauseUnfinished = "unfinished" // begun several times and never ended
	CauseFailed     = "failed"     // "failed:reader panicked": every try ended in this error
)

// Fate is a verdict with its circumstances.
type Fate struct {
	Verdict Verdict
	Cause   string // why, for held, quarantined, ignored and discarded
	By      string // user id, where a person decided
	Ticket  string // case id, where there is one
	Message string // message id, where there is one
	Sender  string // what the ledger shows of it, once read
	Address string // of the sender, canonical
	Subject string
	Secrets int // passwords, PINs and codes that were hidden in it
}

// held is the cause that stays known after a person's decision.
func (f Fate) held() string {
	if f.Verdict == FateHeld || f.Verdict == FateQuarantined {
		return clean(f.Cause)
	}
	return ""
}

// Pending is one raw report handed to stage 2. The claim holds until its lease
// ends; Settle and Retry refuse (ErrStale) when another node has it by then.
type Pending struct {
	ID      int64
	Channel string
	Raw     channels.Raw
	Tries   int // this one included
	Retried bool
}

// Accept makes a batch durable: stage 1. What was seen before only has its
// sighting counted. fence is the number that Lease gave to this node for the
// channel, 0 for channels that run everywhere; when another node took the
// lease since, nothing is stored and the error is channels.ErrLeaseLost.
func (s *Store) Accept(ctx context.Context, channel string, fence int64, b channels.Batch) error {
	return s.Write(ctx, func(tx *Tx) error {
		if err := tx.checkFence(LeaseOf(channel), fence); err != nil {
			return err
		}
		for i := range b.Raws {
			if err := tx.accept(channel, &b.Raws[i]); err != nil {
				return err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(b.Marks)) {
			_, err := tx.exec(`INSERT INTO mark (channel, name, value, at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (channel, name) DO UPDATE SET value = excluded.value, at = excluded.at`,
				channel, name, clean(b.Marks[name]), micros(tx.now))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *Tx) accept(channel string, r *channels.Raw) error {
	external, dedupe := clean(r.ExternalID), clean(r.Dedupe)
	// The id alone is no proof: a server that forgot its UIDVALIDITY gives old
	// numbers to new mails.
	known, err := tx.exec(`UPDATE sighting SET times = times + 1, seen = $3 WHERE channel = $1 AND external_id = $2
		AND EXISTS (SELECT 1 FROM ledger l WHERE l.id = sighting.ledger AND l.medium = $4 AND l.dedupe = $5)`,
		channel, external, micros(tx.now), r.Medium, dedupe)
	if err != nil || known > 0 {
		return err
	}
	blob, _, err := tx.putBlob(r.Body)
	if err != nil {
		return err
	}
	received := r.Received
	if received.IsZero() {
		received = tx.now
	}
	var id int64
	err = tx.row(nil, `INSERT INTO ledger (medium, dedupe, channel, external_id, envelope, blob, size, received, accepted, fate, due)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $9) ON CONFLICT (medium, dedupe) DO NOTHING RETURNING id`,
		r.Medium, dedupe, channel, external, encode(r.Envelope), blob, len(r.Body), micros(received), micros(tx.now)).Scan(&id)
	switch {
	case err == nil:
		tx.count("ledger:"+string(FatePending), 1)
	case err == ErrNotFound:
		err = tx.row(nil, "UPDATE ledger SET sightings = sightings + 1 WHERE medium = $1 AND dedupe = $2 RETURNING id", r.Medium, dedupe).Scan(&id)
		if err != nil {
			return err
		}
		tx.count("ledger:duplicate", 1)
	default:
		return err
	}
	_, err = tx.exec("INSERT INTO sighting (channel, external_id, ledger, seen) VALUES ($1, $2, $3, $4) ON CONFLICT (channel, external_id) DO UPDATE SET ledger = excluded.ledger, seen = excluded.seen, times = 1",
		channel, external, id, micros(tx.now))
	return err
}

// Mark gives how far a channel has read, "" if it never said.
func (s *Store) Mark(ctx context.Context, channel, key string) (string, error) {
	var value string
	err := s.row(ctx, "SELECT value FROM mark WHERE channel = $1 AND name = $2", channel, key).Scan(&value)
	if err == ErrNotFound {
		err = nil
	}
	return value, err
}

// ClaimPending hands out up to n raw reports for stage 2, oldest first, bytes
// included. Nobody else gets them before lease has passed. A report that was
// claimed MaxTries times without an end (it kills its reader, perhaps) is
// quarantined instead, and so is one whose bytes are missing.
func (s *Store) ClaimPending(ctx context.Context, n int, lease time.Duration) ([]Pending, error) {
	var list []Pending
	err := s.Write(ctx, func(tx *Tx) (err error) {
		list, err = tx.claimPending(ctx, n, lease)
		return err
	})
	if err != nil {
		return nil, err
	}
	whole := list[:0]
	for _, p := range list {
		p.Raw.Body, err = blob(ctx, s, "b.id = (SELECT l.blob FROM ledger l WHERE l.id = $1)", p.ID)
		if errors.Is(err, ErrNotFound) || errors.Is(err, errBroken) {
			s.log.Error().Err(err).Int64("ledger", p.ID).Str("channel", p.Channel).Msg("the bytes of a raw report are missing")
			cause := CauseFailed + ":its stored bytes are missing"
			err = s.Write(ctx, func(tx *Tx) error { return tx.Settle(p, Fate{Verdict: FateQuarantined, Cause: cause}) })
			if err == nil || errors.Is(err, ErrStale) {
				continue
			}
		}
		if err != nil {
			return nil, fmt.Errorf("reading raw report %d: %w", p.ID, err)
		}
		whole = append(whole, p)
	}
	return whole, nil
}

func (tx *Tx) claimPending(ctx context.Context, n int, lease time.Duration) ([]Pending, error) {
	now := micros(tx.now)
	claimed, err := all(ctx, tx, scanPending, `UPDATE ledger SET tries = tries + 1, due = $2
		WHERE id IN (SELECT id FROM ledger WHERE fate = 'pending' AND due <= $1 ORDER BY due, id LIMIT $3`+tx.s.dialect.skip+`)
		RETURNING `+pendingColumns, now, now+lease.Microseconds(), n)
	if err != nil {
		return nil, err
	}
	list := claimed[:0]
	for _, p := range claimed {
		if p.Tries <= tx.s.maxTries {
			list = append(list, p)
			continue
		}
		if err := tx.settle(p.ID, p.Tries, Fate{Verdict: FateQuarantined, Cause: CauseUnfinished}); err != nil {
			return nil, err
		}
	}
	sortPending(list)
	return list, nil
}

// Settle writes the final fate of a claimed report. ErrStale if the claim was
// lost meanwhile: then everything else done for it must be undone, which Try
// and Write do when the error is returned.
func (tx *Tx) Settle(p Pending, f Fate) error { return tx.settle(p.ID, p.Tries, f) }

func (tx *Tx) settle(id int64, tries int, f Fate) error {
	err := tx.one(`UPDATE ledger SET fate = $3, cause = $4, held = $5, actor = $6, ticket = $7, message = $8, sender = $9, address = $10, subject = $11, settled = $12,
		secrets = CASE WHEN $13 > secrets THEN $13 ELSE secrets END
		WHERE id = $1 AND tries = $2 AND fate = 'pending'`,
		id, tries, f.Verdict, clean(f.Cause), f.held(), f.By, f.Ticket, f.Message, short(f.Sender, 200), short(f.Address, 300), short(f.Subject, 300), micros(tx.now), f.Secrets)
	if err == nil {
		tx.count("ledger:"+string(FatePending), -1)
		tx.count("ledger:"+string(f.Verdict), 1)
	}
	return err
}

// Retry puts a claimed report back after a failure, with growing pauses (10 s,
// 40 s, 90 s, …); after MaxTries it is quarantined with cause as its reason.
func (s *Store) Retry(ctx context.Context, p Pending, cause string) error {
	return s.Write(ctx, func(tx *Tx) error { return tx.Retry(p, cause) })
}

// Retry is Store.Retry within a transaction.
func (tx *Tx) Retry(p Pending, cause string) error {
	if p.Tries >= tx.s.maxTries {
		return tx.Settle(p, Fate{Verdict: FateQuarantined, Cause: CauseFailed + ":" + cause})
	}
	pause := time.Duration(p.Tries*p.Tries) * 10 * time.Second
	return tx.one("UPDATE ledger SET due = $3, error = $4 WHERE id = $1 AND tries = $2 AND fate = 'pending'",
		p.ID, p.Tries, micros(tx.now.Add(pause)), clean(cause))
}

// Release puts a claimed report back without counting the try: the node is
// stopping, nothing failed.
func (tx *Tx) Release(p Pending) error {
	return tx.one("UPDATE ledger SET due = $3, tries = tries - 1 WHERE id = $1 AND tries = $2 AND fate = 'pending'", p.ID, p.Tries, micros(tx.now))
}
