package store

import (
	"context"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
)

// Fact is what reports count of a case. Durations are minutes of working time,
// -1 where there is none.
type Fact struct {
	Ticket                           string
	Code                             string // read only
	Version                          int64
	Events                           int
	LastIn                           time.Time
	Day, ClosedDay                   int // 20261125 in La Paz; ClosedDay 0: open
	Medium                           channels.Medium
	System, Entity                   string
	Class                            tickets.Class
	Unit                             tickets.Unit
	Procedure, Outcome, Operator     string
	Restricted                       bool
	Register, Notify, Finish, Active int
	AIT, UIT, UPAT, ACGII, ADT       int
	Target                           int
	Returned, Misrouted, Reopened    int
	Demanded, Omitted                int
	Overrun, Estimated               int
	Precedent                        int
	Evidence                         bool
	Article                          string
	Due                              time.Time
}

const factColumns = `ticket, version, events, last_in, day, closed_day, medium, system, entity, class, unit, procedure, outcome, operator, restricted, register, notify, finish, active,
	ait, uit, upat, acgii, adt, target, returned, misrouted, reopened, demanded, omitted, overrun, estimated, precedent, evidence, article, due`

var saveFact = func() string {
	sets := []string{}
	for _, c := range strings.Split(strings.NewReplacer("\n", "", "\t", "", " ", "").Replace(factColumns), ",")[1:] {
		sets = append(sets, c+" = excluded."+c)
	}
	return "INSERT INTO fact (" + factColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, (SELECT count(*) FROM event WHERE event.ticket = $1 AND event.act = 'misderived'), $27, $28, $29, $30, $31, $32, $33, $34, $35)
		ON CONFLICT (ticket) DO UPDATE SET ` + strings.Join(sets, ", ")
}()

// SaveFact stores what reports count of a case; the wrong derivations (G10) are
// counted from its history here.
func (tx *Tx) SaveFact(f Fact) error {
	_, err := tx.exec(saveFact,
		f.Ticket, f.Version, f.Events, micros(f.LastIn), f.Day, f.ClosedDay, f.Medium, clean(f.System), short(f.Entity, 200), f.Class, f.Unit, f.Procedure, f.Outcome, f.Operator, number(f.Restricted),
		f.Register, f.Notify, f.Finish, f.Active, f.AIT, f.UIT, f.UPAT, f.ACGII, f.ADT, f.Target, f.Returned, f.Reopened, f.Demanded, f.Omitted, f.Overrun, f.Estimated, f.Precedent, number(f.Evidence), f.Article, micros(f.Due))
	return err
}

// Stale is a case whose fact is older than itself, with what was counted before.
type Stale struct {
	Row    Row
	Known  bool
	Events int // that were looked at
	LastIn time.Time
}

// StaleFacts lists cases touched since a time whose facts are missing or old,
// the longest untouched first, and the place to go on from: open and closed
// ones have an index each.
func (s *Store) StaleFacts(ctx context.Context, closed bool, since time.Time, n int) (list []Stale, err error) {
	state := "t.closed = 0"
	if closed {
		state = "t.closed > 0"
	}
	return all(ctx, s, func(scan scanner) (Stale, error) {
		var x Stale
		var version int64
		row, err := scanRow(func(dest ...any) error {
			return scan(append(dest, &version, &x.Events, when{&x.LastIn})...)
		})
		x.Row, x.Known = row, version > 0
		return x, err
	}, "SELECT "+rowColumns+`, coalesce(f.version, 0), coalesce(f.events, 0), coalesce(f.last_in, 0) FROM ticket t LEFT JOIN fact f ON f.ticket = t.id
		WHERE `+state+` AND t.updated >= $1 AND (f.ticket IS NULL OR f.version <> t.version OR f.last_in <> t.last_in) ORDER BY t.updated, t.id LIMIT $2`, micros(since), n)
}

// Newest is when the newest touched case was touched; the zero time if there is none.
func (s *Store) Newest(ctx context.Context) (at time.Time, err error) {
	err = s.row(ctx, "SELECT coalesce(max(updated), 0) FROM (SELECT max(updated) AS updated FROM ticket WHERE closed = 0 UNION ALL SELECT max(updated) FROM ticket WHERE closed > 0) AS newest").Scan(when{&at})
	return at, err
}

// FactFilter narrows a report; zero fields do not. Days are as 20261125, inclusive.
type FactFilter struct {
	From, To int
	Closed   bool // the days are those of the close
	Medium   string
	System   string
	Class    tickets.Class
	Unit     tickets.Unit
	// Veiled is a report for those who may not see every restricted case (G33):
	// such a case counts in the totals and stands nowhere else. A filter that
	// would place it leaves it out.
	Veiled bool
}

func (f FactFilter) placing() bool {
	return f.Medium != "" || f.System != "" || f.Class != "" || f.Unit != ""
}

// veiled is what a report may tell of a restricted case: that there was one on
// a day, when it was closed, and that its article was decided on.
func (x Fact) veiled() Fact {
	return Fact{Ticket: x.Ticket, Day: x.Day, ClosedDay: x.ClosedDay, Restricted: true, Article: x.Article, Register: -1, Notify: -1, Finish: -1, Active: -1,
		AIT: -1, UIT: -1, UPAT: -1, ACGII: -1, ADT: -1, Target: -1, Returned: -1, Misrouted: -1, Reopened: -1, Precedent: -1}
}

// Facts gives every fact of a report to fn, without making a list of them.
func (s *Store) Facts(ctx context.Context, f FactFilter, fn func(*Fact) error) error {
	day := "f.day"
	if f.Closed {
		day = "f.closed_day"
	}
	q := newQuery("SELECT t.code, " + "f." + strings.ReplaceAll(strings.NewReplacer("\n", "", "\t", "").Replace(factColumns), ", ", ", f.") + " FROM fact f JOIN ticket t ON t.id = f.ticket")
	q.where(day+" >= ?", max(f.From, 1))
	if f.Closed {
		q.where("f.closed_day > 0")
	}
	if f.To > 0 {
		q.where(day+" <= ?", f.To)
	}
	for column, value := range map[string]string{"f.medium": f.Medium, "f.system": f.System, "f.class": string(f.Class), "f.unit": string(f.Unit)} {
		if value != "" {
			q.where(column+" = ?", value)
		}
	}
	if f.Veiled && f.placing() {
		q.where("f.restricted = 0")
	}
	rows, err := s.query(ctx, q.text(), q.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var x Fact
	var restricted, evidence int
	dest := []any{&x.Code, &x.Ticket, &x.Version, &x.Events, when{&x.LastIn}, &x.Day, &x.ClosedDay, &x.Medium, &x.System, &x.Entity, &x.Class, &x.Unit, &x.Procedure, &x.Outcome, &x.Operator, &restricted,
		&x.Register, &x.Notify, &x.Finish, &x.Active, &x.AIT, &x.UIT, &x.UPAT, &x.ACGII, &x.ADT, &x.Target, &x.Returned, &x.Misrouted, &x.Reopened, &x.Demanded, &x.Omitted, &x.Overrun, &x.Estimated, &x.Precedent, &evidence, &x.Article, when{&x.Due}}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		x.Restricted, x.Evidence = restricted == 1, evidence == 1
		told := x
		if f.Veiled && x.Restricted {
			told = x.veiled()
		}
		if err := fn(&told); err != nil {
			return err
		}
	}
	return rows.Err()
}

// OpenAt is how many open cases stand at a place of the manual, and since when the oldest.
type OpenAt struct {
	Unit   tickets.Unit
	Step   tickets.Step
	N      int
	Oldest time.Time
}

// OpenBySteps counts the open cases by unit and step.
func (s *Store) OpenBySteps(ctx context.Context) ([]OpenAt, error) {
	return all(ctx, s, func(scan scanner) (o OpenAt, err error) {
		return o, scan(&o.Unit, &o.Step, &o.N, when{&o.Oldest})
	}, "SELECT unit, step, count(*), min(opened) FROM ticket WHERE closed = 0 GROUP BY unit, step ORDER BY unit, step")
}

// Load is how many open cases a person answers for.
type Load struct {
	Staff          string
	N, Unread, Out int // Out: waiting for their citizen
}

// OpenByOperators counts the open cases by the operator who answers for them.
func (s *Store) OpenByOperators(ctx context.Context) ([]Load, error) {
	return all(ctx, s, func(scan scanner) (l Load, err error) {
		return l, scan(&l.Staff, &l.N, &l.Unread, &l.Out)
	}, "SELECT operator, count(*), sum(unread), sum(waiting) FROM ticket WHERE closed = 0 GROUP BY operator ORDER BY count(*) DESC, operator")
}

// Overdue lists the open cases whose unit's estimate is over, the longest first.
func (s *Store) Overdue(ctx context.Context, now time.Time, n int) ([]Row, error) {
	return all(ctx, s, scanRow, "SELECT "+rowColumns+" FROM fact f JOIN ticket t ON t.id = f.ticket WHERE f.due > 0 AND f.due < $1 AND t.closed = 0 ORDER BY f.due LIMIT $2", micros(now), n)
}

// Returned lists the open cases that the supervisor sent back, the most often first.
func (s *Store) Returned(ctx context.Context, n int) ([]Row, error) {
	return all(ctx, s, scanRow, "SELECT "+rowColumns+" FROM ticket t WHERE t.closed = 0 AND t.returns > 0 ORDER BY t.returns DESC, t.updated LIMIT $1", n)
}

// Opinions gives how many people gave each score, 1 to 5, between two times.
func (s *Store) Opinions(ctx context.Context, from, to time.Time) (n [6]int, err error) {
	rows, err := s.query(ctx, "SELECT score, count(*) FROM opinion WHERE at >= $1 AND at < $2 GROUP BY score", micros(from), micros(to))
	if err != nil {
		return n, err
	}
	defer rows.Close()
	for rows.Next() {
		var score, count int
		if err := rows.Scan(&score, &count); err != nil {
			return n, err
		}
		if score >= 1 && score <= 5 {
			n[score] = count
		}
	}
	return n, rows.Err()
}
