package store

import (
	"context"
	"time"

	"ventanilla/tickets"
)

// States of an outage.
const (
	OutageProposed  = "proposed"  // by the gateway; nobody has decided
	OutageConfirmed = "confirmed" // by an operator, who chose its principal case
	OutageDismissed = "dismissed" // by an operator: it is none
	OutageRecalled  = "recalled"  // a false alarm that had been confirmed
	OutageOver      = "over"      // every person was told and every case is closed
)

// States of a report within an outage.
const (
	ReportProposed = "proposed"
	ReportAttached = "attached"
	ReportRefused  = "refused" // an operator: it does not belong
	ReportDetached = "detached"
	ReportTold     = "told"
)

// Outage is one failure that many people report (rule G4).
type Outage struct {
	ID, System, State string
	Parent, Code      string // id and code of the principal case, once it is confirmed
	Found             time.Time
	Since             time.Time     // first report
	Span              time.Duration // in which People reported it, Expected being usual
	People            int
	Expected          float64
	Decided           time.Time
	By, Reason        string    // who decided, in their words
	Solved            time.Time // when its principal was: from then on it takes no more reports
	Ended             time.Time
}

const outageColumns = "id, system, state, parent, code, found, since, span, people, expected, decided, actor, reason, solved, ended"

func scanOutage(scan scanner) (o Outage, err error) {
	var span int64
	err = scan(&o.ID, &o.System, &o.State, &o.Parent, &o.Code, when{&o.Found}, when{&o.Since}, &span, &o.People, &o.Expected, when{&o.Decided}, &o.By, &o.Reason, when{&o.Solved}, when{&o.Ended})
	o.Span = time.Duration(span) * time.Microsecond
	return o, err
}

// SaveOutage stores an outage, new (its ID is filled in) or changed. ErrStale
// if a new one is for a system whose outage still takes reports.
func (tx *Tx) SaveOutage(o *Outage) error {
	if o.ID == "" {
		o.ID = tx.NewID()
	}
	o.Reason = clean(o.Reason)
	err := tx.Try(func() error {
		_, err := tx.exec(`INSERT INTO outage (`+outageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (id) DO UPDATE SET state = excluded.state, parent = excluded.parent, code = excluded.code, decided = excluded.decided,
			actor = excluded.actor, reason = excluded.reason, solved = excluded.solved, ended = excluded.ended`,
			o.ID, o.System, o.State, o.Parent, o.Code, micros(o.Found), micros(o.Since), o.Span.Microseconds(), o.People, o.Expected, micros(o.Decided), o.By, o.Reason, micros(o.Solved), micros(o.Ended))
		return err
	})
	if duplicate(err) {
		return ErrStale
	}
	tx.change("", "outage", tickets.AIT)
	return err
}

// Outages lists the outages that go on, or all of them, newest first, at most n.
func (s *Store) Outages(ctx context.Context, all bool, n int) ([]Outage, error) {
	return outages(ctx, s, all, n)
}

// Outages is Store.Outages within a transaction.
func (tx *Tx) Outages(all bool, n int) ([]Outage, error) {
	return outages(context.Background(), tx, all, n)
}

func outages(ctx context.Context, r reader, ended bool, n int) ([]Outage, error) {
	where := " WHERE ended = 0"
	if ended {
		where = ""
	}
	return all(ctx, r, scanOutage, "SELECT "+outageColumns+" FROM outage"+where+" ORDER BY found DESC, id DESC LIMIT $1", n)
}

// Outage loads an outage; ErrNotFound if there is none.
func (s *Store) Outage(ctx context.Context, id string) (Outage, error) { return outage(ctx, s, id, "") }

// Outage is Store.Outage within a transaction that will change it.
func (tx *Tx) Outage(id string) (Outage, error) {
	return outage(context.Background(), tx, id, tx.s.dialect.forUpdate)
}

func outage(ctx context.Context, r reader, id, lock string) (Outage, error) {
	list, err := all(ctx, r, scanOutage, "SELECT "+outageColumns+" FROM outage WHERE id = $1"+lock, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Outage{}, err
	}
	return list[0], nil
}

// SetReport says where a report stands in an outage, whatever was said before.
func (tx *Tx) SetReport(outage, ticket, state string) error {
	_, err := tx.exec(`INSERT INTO outage_report (outage, ticket, state, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (outage, ticket) DO UPDATE SET state = excluded.state, at = excluded.at`, outage, ticket, state, micros(tx.now))
	return err
}

// ProposeReport adds a report that may belong to an outage, unless it stands there already.
func (tx *Tx) ProposeReport(outage, ticket string) error {
	_, err := tx.exec("INSERT INTO outage_report (outage, ticket, state, at) VALUES ($1, $2, 'proposed', $3) ON CONFLICT (outage, ticket) DO NOTHING", outage, ticket, micros(tx.now))
	return err
}

// OutageReport is a case in an outage.
type OutageReport struct {
	Row
	State string // within the outage
	At    time.Time
}

// OutageReports lists the reports of an outage in one state ("": in any), by
// the time they came, from place after on, at most n. Of those that are proposed
// it leaves out what a batch is attaching.
func (s *Store) OutageReports(ctx context.Context, outage, state, after string, n int) ([]OutageReport, error) {
	return outageReports(ctx, s, outage, state, after, n)
}

func outageReports(ctx context.Context, r reader, outage, state, after string, n int) ([]OutageReport, error) {
	q := newQuery("SELECT " + rowColumns + ", o.state, o.at FROM outage_report o JOIN ticket t ON t.id = o.ticket")
	q.where("o.outage = ?", outage)
	if state != "" {
		q.where("o.state = ?", state)
	}
	if state == ReportProposed {
		q.where("NOT EXISTS (SELECT 1 FROM batch b JOIN batch_item i ON i.batch = b.id WHERE b.outage = o.outage AND b.act = ? AND i.ticket = o.ticket AND i.state = 'due')", tickets.ActAttach)
	}
	if after != "" {
		q.where("o.ticket > ?", after)
	}
	q.add(" ORDER BY o.ticket LIMIT ?", n)
	return all(ctx, r, func(scan scanner) (r OutageReport, err error) {
		r.Row, err = scanRow(func(dest ...any) error { return scan(append(dest, &r.State, when{&r.At})...) })
		return r, err
	}, q.text(), q.args...)
}

// OutageCounts says how many reports of an outage are in each state, and by
// "step:…" at which activity those are that were attached.
func (s *Store) OutageCounts(ctx context.Context, outage string) (map[string]int, error) {
	counts := map[string]int{}
	type tally struct {
		of string
		n  int
	}
	for prefix, text := range map[string]string{
		"":      "SELECT state, count(*) FROM outage_report WHERE outage = $1 GROUP BY state",
		"step:": "SELECT t.step, count(*) FROM outage_report o JOIN ticket t ON t.id = o.ticket WHERE o.outage = $1 AND o.state IN ('" + ReportAttached + "', '" + ReportTold + "') GROUP BY t.step",
	} {
		rows, err := all(ctx, s, func(scan scanner) (c tally, err error) { return c, scan(&c.of, &c.n) }, text, outage)
		if err != nil {
			return nil, err
		}
		for _, c := range rows {
			counts[prefix+c.of] = c.n
		}
	}
	return counts, nil
}

// InOutage counts the cases that were attached to an outage, told or not yet.
func (s *Store) InOutage(ctx context.Context, outage string) (n int, err error) {
	return n, s.row(ctx, "SELECT count(*) FROM outage_report WHERE outage = $1 AND state IN ('"+ReportAttached+"', '"+ReportTold+"')", outage).Scan(&n)
}

// OutageTimes gives when the reports of an outage came, its principal among them, for its plot.
func (s *Store) OutageTimes(ctx context.Context, outage string) ([]time.Time, error) {
	return all(ctx, s, func(scan scanner) (at time.Time, err error) { return at, scan(when{&at}) },
		`SELECT opened FROM ticket WHERE id IN (SELECT ticket FROM outage_report WHERE outage = $1 AND state NOT IN ('refused', 'detached') UNION SELECT parent FROM outage WHERE id = $1)
			ORDER BY opened LIMIT 20000`, outage)
}

// OutageOf finds the outage that a case is the principal of, or a report in;
// ErrNotFound if it is neither. The state is the report's, empty for the principal.
func (s *Store) OutageOf(ctx context.Context, ticket string) (o Outage, state string, err error) {
	type found struct {
		Outage
		state string
	}
	list, err := all(ctx, s, func(scan scanner) (f found, err error) {
		f.Outage, err = scanOutage(func(dest ...any) error { return scan(append(dest, &f.state)...) })
		return f, err
	}, "SELECT "+outageColumns+`, '' FROM outage WHERE parent = $1 AND state IN ('confirmed', 'over')
		UNION ALL SELECT o.id, o.system, o.state, o.parent, o.code, o.found, o.since, o.span, o.people, o.expected, o.decided, o.actor, o.reason, o.solved, o.ended, r.state
		FROM outage_report r JOIN outage o ON o.id = r.outage WHERE r.ticket = $1`, ticket)
	for _, f := range list {
		if o.ID == "" || f.Found.After(o.Found) {
			o, state = f.Outage, f.state
		}
	}
	if err == nil && o.ID == "" {
		err = ErrNotFound
	}
	return o, state, err
}

// Arrival is a new case as far as it may speak for an outage.
type Arrival struct {
	ID, System string
	Class      tickets.Class // decided; empty before
	Suggested  tickets.Class
	Confidence float64
	Person     string
	Opened     time.Time
}

// Arrivals lists the cases opened after the one with that id ("": since an
// instant), in the order in which they were entered, at most n.
func (s *Store) Arrivals(ctx context.Context, after string, since time.Time, n int) ([]Arrival, error) {
	if after == "" {
		after = FirstID(since)
	}
	return all(ctx, s, func(scan scanner) (a Arrival, err error) {
		return a, scan(&a.ID, &a.System, &a.Class, &a.Suggested, &a.Confidence, &a.Person, when{&a.Opened})
	}, "SELECT id, system, class, suggested, confidence, person, opened FROM ticket WHERE id > $1 ORDER BY id LIMIT $2", after, n)
}
