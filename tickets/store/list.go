package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
)

// Filter narrows the queue; zero fields do not.
type Filter struct {
	State      string // "" or "open", "closed", "all"
	Unit       tickets.Unit
	Step       tickets.Step
	Class      tickets.Class // decided; NoClass for the undecided
	Medium     channels.Medium
	Channel    string
	System     string
	Assignee   string // user id
	Operator   string // user id
	Unassigned bool
	Mine       string   // user id: assigned to them or answered for by them
	Person     string   // person id
	Persons    []string // ids of persons who are one, as Same gives them
	Waiting    *bool
	Unread     bool
	Flag       tickets.Flag
	Outage     string    // code of a principal case: the reports that wait for it, which are in no list otherwise unless unread
	Notice     string    // state of the newest notice, "failed" for the undelivered
	OlderThan  time.Time // opened before
	// Restricted shows the restricted cases of everybody (supervisor, auditor);
	// without it those of Viewer alone are shown.
	Restricted bool
	Viewer     Viewer

	Oldest bool   // longest untouched first, instead of the newest
	Cursor Cursor // continue from here
	Back   bool   // towards the beginning instead of the end
	Limit  int    // 0 means 50

	notAssignee string
}

// NoClass as Filter.Class asks for cases whose class is not decided yet.
const NoClass tickets.Class = "none"

// Cursor is a place in a list. The zero value is its beginning.
type Cursor struct {
	At int64
	ID string
}

// String writes the cursor for an address; ParseCursor reads it back.
func (c Cursor) String() string {
	if c.ID == "" {
		return ""
	}
	return strconv.FormatInt(c.At, 36) + "-" + c.ID
}

// ParseCursor reads a cursor; what is none is the beginning.
func ParseCursor(s string) Cursor {
	at, id, ok := strings.Cut(s, "-")
	n, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil {
		return Cursor{}
	}
	return Cursor{At: n, ID: id}
}

// Page is a stretch of the queue. Next and Prev are zero where there is no more.
type Page struct {
	Rows       []Row
	Next, Prev Cursor
}

// List gives a page of the queue by keyset: a page costs the same wherever it
// is, and a row that nobody touches while someone pages is seen exactly once.
func (s *Store) List(ctx context.Context, f Filter) (Page, error) {
	n := limit(f.Limit, 50)
	rows, err := s.rows(ctx, f, n+1)
	if err != nil {
		return Page{}, fmt.Errorf("listing cases: %w", err)
	}
	more := len(rows) > n
	if more {
		rows = rows[:n]
	}
	if f.Back {
		slices.Reverse(rows)
	}
	p := Page{Rows: rows}
	if len(rows) == 0 {
		return p, nil
	}
	if more || f.Back {
		p.Next = cursorOf(rows[len(rows)-1])
	}
	if f.Back && more || !f.Back && f.Cursor != (Cursor{}) {
		p.Prev = cursorOf(rows[0])
	}
	return p, nil
}

// rows gives up to n rows in the order of the filter. What has no index of its
// own (open and closed together; assigned or answered for) is asked in two
// parts, each with its index, and merged.
func (s *Store) rows(ctx context.Context, f Filter, n int) ([]Row, error) {
	parts := f.parts()
	if len(parts) == 1 {
		q := f.query(n)
		return all(ctx, s, scanRow, q.text(), q.args...)
	}
	var merged []Row
	for _, part := range parts {
		rows, err := s.rows(ctx, part, n)
		if err != nil {
			return nil, err
		}
		merged = append(merged, rows...)
	}
	slices.SortFunc(merged, func(a, b Row) int {
		if f.Oldest == f.Back {
			a, b = b, a
		}
		return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID))
	})
	return merged[:min(n, len(merged))], nil
}

// parts splits a filter into such that have no row in common.
func (f Filter) parts() []Filter {
	a, b := f, f
	switch {
	case f.State == "all":
		a.State, b.State = "open", "closed"
	case f.Mine != "":
		a.Mine, a.Assignee = "", f.Mine
		b.Mine, b.Operator, b.notAssignee = "", f.Mine, f.Mine
	default:
		return []Filter{f}
	}
	return []Filter{a, b}
}

func cursorOf(r Row) Cursor { return Cursor{At: micros(r.Updated), ID: r.ID} }

func (f *Filter) query(n int) *query {
	q := newQuery("SELECT " + rowColumns + " FROM ticket t")
	switch f.State {
	case "closed":
		q.where("t.closed > 0")
	default:
		q.where("t.closed = 0")
		if f.Outage == "" {
			q.where("(t.outage = '' OR t.unread = 1)")
		}
	}
	f.byColumn(q)
	f.byCircumstance(q)
	comparison, order := "<", "DESC"
	if f.Oldest != f.Back {
		comparison, order = ">", "ASC"
	}
	if f.Cursor != (Cursor{}) {
		q.where("(t.updated, t.id) "+comparison+" (?, ?)", f.Cursor.At, f.Cursor.ID)
	}
	q.add(" ORDER BY t.updated "+order+", t.id "+order+" LIMIT ?", n)
	return q
}

func (f *Filter) byColumn(q *query) {
	class := f.Class
	if class == NoClass {
		q.where("t.class = ''")
		class = ""
	}
	for _, c := range []struct{ column, value string }{
		{"unit", string(f.Unit)}, {"step", string(f.Step)}, {"class", string(class)}, {"medium", string(f.Medium)},
		{"channel", f.Channel}, {"system", f.System}, {"assignee", f.Assignee}, {"operator", f.Operator}, {"person", f.Person}, {"notice", f.Notice},
	} {
		if c.value != "" {
			q.where("t."+c.column+" = ? AND t."+c.column+" <> ''", c.value)
		}
	}
	if len(f.Persons) > 0 {
		in(q, "t.person", f.Persons)
	}
	if f.Unassigned {
		q.where("t.assignee = ''")
	}
	if f.Mine != "" { // in a search, which has its rows already
		q.where("(t.assignee = ? OR t.operator = ?)", f.Mine, f.Mine)
	}
	if f.notAssignee != "" {
		q.where("t.assignee <> ?", f.notAssignee)
	}
}

func (f *Filter) byCircumstance(q *query) {
	if f.Waiting != nil {
		q.where("t.waiting = " + strconv.Itoa(number(*f.Waiting)))
	}
	if f.Unread {
		q.where("t.unread = 1")
	}
	if f.Outage != "" {
		q.where("t.outage = ?", f.Outage)
	}
	if f.Flag != "" {
		q.where("t.flags <> '' AND ' ' || t.flags || ' ' LIKE ?", "% "+string(f.Flag)+" %")
	}
	if !f.OlderThan.IsZero() {
		q.where("t.opened < ?", micros(f.OlderThan))
	}
	if !f.Restricted {
		f.Viewer.where(q)
	}
}

// Viewer is who looks at a list, for the sake of restricted cases.
type Viewer struct {
	ID    string
	Roles []tickets.Role
}

// Sees tells of a row what lists show: that it is not restricted, or that its
// Seers name the viewer or one of their roles.
func (v Viewer) Sees(r Row) bool {
	return !r.Restricted || slices.Contains(r.Seers, v.ID) ||
		slices.ContainsFunc(v.Roles, func(role tickets.Role) bool { return slices.Contains(r.Seers, "role:"+string(role)) })
}

func (v Viewer) where(q *query) {
	condition, args := "(t.restricted = 0", []any{}
	if v.ID != "" {
		condition, args = condition+" OR t.seers LIKE ?", append(args, "% "+v.ID+" %")
	}
	for _, role := range v.Roles {
		condition, args = condition+" OR t.seers LIKE ?", append(args, "% role:"+string(role)+" %")
	}
	q.where(condition+")", args...)
}

// Counts gives the queue's counters by name: "open", "closed", "unread",
// "waiting", "flag:undelivered", "unit:UIT", "step:9.2/1", "class:support" ("class:"
// for the undecided), "medium:email", "channel:…", "system:…", "assignee:<id>",
// "operator:<id>", "unassigned:AIT", "unread:AIT". They are kept in the same
// transaction as the cases and cost nothing to read.
func (s *Store) Counts(ctx context.Context) (map[string]int64, error) {
	return s.Counters(ctx, "queue:")
}

// OpenOf lists a contact's open cases, the newest first, at most n: those of
// the address and those of the person.
func (tx *Tx) OpenOf(person, address string, n int) ([]Row, error) {
	return openOf(context.Background(), tx, person, address, n)
}

// OpenOf is Tx.OpenOf outside a transaction.
func (s *Store) OpenOf(ctx context.Context, person, address string, n int) ([]Row, error) {
	return openOf(ctx, s, person, address, n)
}

func openOf(ctx context.Context, r reader, person, address string, n int) ([]Row, error) {
	return all(ctx, r, scanRow, "SELECT "+rowColumns+` FROM ticket t WHERE t.closed = 0 AND
		(t.person = $1 AND t.person <> '' OR t.address = $2 AND t.address <> '') ORDER BY t.updated DESC, t.id DESC LIMIT $3`, person, clean(address), n)
}

// ClosedOf lists a contact's cases closed since an instant, the newest first, at most n.
func (tx *Tx) ClosedOf(person, address string, since time.Time, n int) ([]Row, error) {
	return all(context.Background(), tx, scanRow, "SELECT "+rowColumns+` FROM ticket t WHERE t.closed > $4 AND
		(t.person = $1 AND t.person <> '' OR t.address = $2 AND t.address <> '') ORDER BY t.updated DESC, t.id DESC LIMIT $3`, person, clean(address), n, micros(since))
}

// DueWaits lists the cases that wait for the citizen and whose next reminder,
// or end of the wait, is due.
func (s *Store) DueWaits(ctx context.Context, n int) ([]Row, error) {
	return all(ctx, s, scanRow, "SELECT "+rowColumns+` FROM ticket t WHERE t.closed = 0 AND t.waiting = 1 AND t.wait_next > 0 AND t.wait_next <= $1
		ORDER BY t.wait_next, t.id LIMIT $2`, micros(s.Now()), n)
}
