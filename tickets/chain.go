package tickets

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// stamp is the precision that every database keeps: milliseconds, in UTC.
func stamp(at time.Time) time.Time { return at.UTC().Truncate(time.Millisecond) }

// append writes an event at the end of the case's history.
func (t *Ticket) append(e Event) {
	t.Events++
	e.Seq = t.Events
	e.Prev = t.LastEvent
	e.Name = clean(e.Name)
	for k, v := range e.Record {
		e.Record[k] = clean(v)
	}
	e.BodyHash = bodyHash(e.Record)
	e.Hash = e.chainHash()
	t.LastEvent = e.Hash
	t.events = append(t.events, e)
}

// bodyHash is over the record as JSON, which sorts its keys.
func bodyHash(r Record) Hash {
	if r == nil {
		r = Record{} // an empty record and none are the same in a database
	}
	b, _ := json.Marshal(map[string]string(r)) // strings always marshal
	return digest(b)
}

// chainHash is over everything of the event but the record itself and the hash.
func (e Event) chainHash() Hash {
	e.Record, e.Hash = nil, ""
	e.At = stamp(e.At)
	if len(e.Steps) == 0 {
		e.Steps = nil
	}
	if len(e.Rules) == 0 {
		e.Rules = nil
	}
	b, _ := json.Marshal(e)
	return digest(b)
}

func digest(b []byte) Hash {
	sum := sha256.Sum256(b)
	return Hash(hex.EncodeToString(sum[:]))
}

// VerifyChain checks a case's whole history, oldest first: numbers without a
// gap, each event carrying the hash of the one before it, each record as it was
// written. A record that was purged or is sealed to the reader (nil) is taken
// by its hash. Compare the last hash with Ticket.LastEvent to see that nothing
// was cut off the end.
func VerifyChain(events []Event) error {
	var prev Hash
	for i, e := range events {
		switch {
		case e.Seq != i+1:
			return fmt.Errorf("event %d: found number %d", i+1, e.Seq)
		case e.Prev != prev:
			return fmt.Errorf("event %d: does not follow the one before it", e.Seq)
		case e.Hash != e.chainHash():
			return fmt.Errorf("event %d: was altered", e.Seq)
		case e.Record != nil && e.BodyHash != bodyHash(e.Record):
			return fmt.Errorf("event %d: its record was altered", e.Seq)
		}
		prev = e.Hash
	}
	return nil
}

// clone copies a case so that no change of the copy reaches the original.
func (t *Ticket) clone() *Ticket {
	c := *t
	c.Copies = slices.Clone(t.Copies)
	c.Waiting = ptr(t.Waiting)
	c.Waits = slices.Clone(t.Waits)
	c.Flags = slices.Clone(t.Flags)
	c.Named = slices.Clone(t.Named)
	c.Hands = slices.Clone(t.Hands)
	c.Desks = maps.Clone(t.Desks)
	c.Formal = ptr(t.Formal)
	c.Identity = ptr(t.Identity)
	c.Decision = ptr(t.Decision)
	c.Estimates = slices.Clone(t.Estimates)
	c.Solution = ptr(t.Solution)
	c.Knowledge = ptr(t.Knowledge)
	c.Notices = slices.Clone(t.Notices)
	c.Attempts = slices.Clone(t.Attempts)
	c.Observations = slices.Clone(t.Observations)
	c.Links = slices.Clone(t.Links)
	c.Trail = slices.Clone(t.Trail)
	c.events = slices.Clone(t.events)
	c.out = slices.Clone(t.out)
	c.cancelled = slices.Clone(t.cancelled)
	c.splits = slices.Clone(t.splits)
	return &c
}

func ptr[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
