package store

import (
	"context"
	"slices"
	"time"

	"ventanilla/channels"
)

const pendingColumns = "id, channel, medium, external_id, dedupe, envelope, received, tries, due"

func scanPending(scan scanner) (p Pending, err error) {
	var due int64
	err = scan(&p.ID, &p.Channel, &p.Raw.Medium, &p.Raw.ExternalID, &p.Raw.Dedupe, object{&p.Raw.Envelope}, when{&p.Raw.Received}, &p.Tries, &due)
	p.Retried = p.Tries > 1
	return p, err
}

// sortPending restores the order of arrival, which RETURNING does not keep.
func sortPending(list []Pending) {
	slices.SortFunc(list, func(a, b Pending) int { return int(a.ID - b.ID) })
}

// Entry is one line of the ledger.
type Entry struct {
	ID         int64
	Channel    string
	Medium     channels.Medium
	ExternalID string
	Envelope   map[string]string
	Size       int64
	Received   time.Time
	Accepted   time.Time
	Fate       Verdict
	Cause      string
	Held       string // why it waited for a person, also after the decision
	By         string
	Ticket     string
	Code       string // case code, where there is a case
	Restricted bool   // that case is
	Message    string
	Sender     string
	Address    string
	Subject    string
	Tries      int
	Due        time.Time // next try, while pending
	Error      string    // last failure
	Settled    time.Time
	Sightings  int       // how often it was seen under different names
	Secrets    int       // passwords, PINs and codes that were hidden in it
	Purged     time.Time // when its raw form was destroyed; zero: it is there
}

// LedgerFilter narrows the ledger; zero fields do not.
type LedgerFilter struct {
	Fates   []Verdict
	Channel string
	Medium  channels.Medium
	Ticket  string
	Cause   string // code of it, whatever the detail behind it
	Address string // of the sender
	Before  int64  // ids below this one: the last id of the page before
	Limit   int    // 0 means 50
}

// Ledger lists what was seen, newest first.
func (s *Store) Ledger(ctx context.Context, f LedgerFilter) ([]Entry, error) {
	q := newQuery("SELECT " + entryColumns + " FROM ledger l LEFT JOIN ticket t ON t.id = l.ticket")
	if len(f.Fates) > 0 {
		in(q, "l.fate", f.Fates)
		if !slices.ContainsFunc(f.Fates, common) {
			q.where("l.fate NOT IN ('pending', 'case', 'message')") // as the index has it
		}
	}
	if f.Channel != "" {
		q.where("l.channel = ?", f.Channel)
	}
	if f.Medium != "" {
		q.where("l.medium = ?", f.Medium)
	}
	if f.Ticket != "" {
		q.where("l.ticket = ? AND l.ticket <> ''", f.Ticket)
	}
	if f.Cause != "" {
		q.where("(l.cause = ? OR l.cause LIKE ?)", f.Cause, f.Cause+":%")
	}
	if f.Address != "" {
		q.where("l.address = ?", f.Address)
	}
	if f.Before > 0 {
		q.where("l.id < ?", f.Before)
	}
	q.add(" ORDER BY l.id DESC LIMIT ?", limit(f.Limit, 50))
	return all(ctx, s, scanEntry, q.text(), q.args...)
}

// common says whether most of the ledger has that fate, so that walking it from
// its end finds them soon.
func common(v Verdict) bool { return v == FatePending || v == FateCase || v == FateMessage }

const entryColumns = `l.id, l.channel, l.medium, l.external_id, l.envelope, l.size, l.received, l.accepted, l.fate, l.cause, l.held,
	l.actor, l.ticket, coalesce(t.code, ''), coalesce(t.restricted, 0), l.message, l.sender, l.address, l.subject, l.tries, l.due, l.error, l.settled, l.sightings, l.secrets, l.purged`

func scanEntry(scan scanner) (e Entry, err error) {
	var restricted int
	err = scan(&e.ID, &e.Channel, &e.Medium, &e.ExternalID, object{&e.Envelope}, &e.Size, when{&e.Received}, when{&e.Accepted}, &e.Fate, &e.Cause, &e.Held,
		&e.By, &e.Ticket, &e.Code, &restricted, &e.Message, &e.Sender, &e.Address, &e.Subject, &e.Tries, when{&e.Due}, &e.Error, when{&e.Settled}, &e.Sightings, &e.Secrets, when{&e.Purged})
	e.Restricted = restricted != 0
	return e, err
}

// LedgerEntry gives one line of the ledger.
func (s *Store) LedgerEntry(ctx context.Context, id int64) (Entry, error) {
	var e Entry
	list, err := all(ctx, s, scanEntry, "SELECT "+entryColumns+" FROM ledger l LEFT JOIN ticket t ON t.id = l.ticket WHERE l.id = $1", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err == nil {
		e = list[0]
	}
	return e, err
}

// RawOf gives the raw form of a ledger line, as it was delivered. It is sealed:
// the caller checks the right to see it and writes the opening to the audit log.
// ErrPurged if its time was over.
func (s *Store) RawOf(ctx context.Context, id int64) (channels.Raw, error) {
	list, err := all(ctx, s, scanPending, "SELECT "+pendingColumns+" FROM ledger WHERE id = $1", id)
	if err != nil {
		return channels.Raw{}, err
	}
	if len(list) == 0 {
		return channels.Raw{}, ErrNotFound
	}
	var purged int64
	if err := s.row(ctx, "SELECT purged FROM ledger WHERE id = $1", id).Scan(&purged); err != nil {
		return channels.Raw{}, err
	}
	if purged > 0 {
		return channels.Raw{}, ErrPurged
	}
	raw := list[0].Raw
	raw.Body, err = blob(ctx, s, "b.id = (SELECT l.blob FROM ledger l WHERE l.id = $1)", id)
	return raw, err
}

// Accounts is the ledger's sum: Received is every different thing ever seen,
// Settled those with a final fate, Pending the rest. Received = Settled + Pending.
type Accounts struct {
	Received, Settled, Pending int64
	Duplicates                 int64 // further sightings of something already there
	ByFate                     map[Verdict]int64
}

// Accounts adds the ledger up from its counters.
func (s *Store) Accounts(ctx context.Context) (Accounts, error) {
	counts, err := s.Counters(ctx, "ledger:")
	a := Accounts{ByFate: map[Verdict]int64{}}
	for name, n := range counts {
		if name == "duplicate" {
			a.Duplicates = n
			continue
		}
		a.ByFate[Verdict(name)] = n
		a.Received += n
	}
	a.Pending = a.ByFate[FatePending] + a.ByFate[FateGathering]
	a.Settled = a.Received - a.Pending
	return a, err
}
