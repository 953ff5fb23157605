package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Plan is how the database means to answer a question.
type Plan struct {
	Text    string
	Indexed bool
}

// Plans explains the questions behind the screens that everybody opens.
func Plans(t *testing.T, s *Store) map[string]Plan {
	t.Helper()
	if s.dialect != sqliteDialect {
		if _, err := s.write.Exec("ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
	questions := map[string]*query{}
	cursor := Cursor{At: micros(time.Now()), ID: "x"}
	for name, f := range map[string]Filter{
		"open": {}, "open, next page": {Cursor: cursor}, "open, oldest": {Oldest: true}, "closed": {State: "closed", Cursor: cursor},
		"unit": {Unit: "UIT"}, "step": {Step: "9.2/1"}, "class": {Class: "support"}, "system": {System: "firma"}, "assignee": {Assignee: "ana"},
		"mine": {Mine: "ana"}, "mine, all": {Mine: "ana", State: "all"}, "person": {Person: "x"}, "unit, unread": {Unit: "UIT", Unread: true},
		"unread": {Unread: true}, "unread, next page": {Unread: true, Cursor: cursor}, "free": {Unit: "AIT", Unassigned: true}, "undelivered": {Flag: "undelivered"}, "afterwards": {State: "closed", Unread: true},
		"medium": {Medium: "phone"}, "closed, medium": {State: "closed", Medium: "phone"}, "closed, class": {State: "closed", Class: "support"}, "closed, system": {State: "closed", System: "firma"},
	} {
		for i, part := range whole(f) {
			questions[fmt.Sprint("list ", name, " ", i)] = part.query(50)
		}
	}
	ask := func(name, text string, args ...any) {
		q := newQuery(text)
		q.args = args
		questions[name] = q
	}
	ask("case", "SELECT "+rowColumns+", b.body FROM ticket t JOIN ticket_body b ON b.ticket = t.id WHERE t.id = $1", "x")
	ask("thread", "SELECT m.id FROM message m LEFT JOIN outbox o ON o.id = m.outgoing WHERE "+inTicket+" ORDER BY m.seq", "x")
	ask("pending", "SELECT id FROM ledger WHERE fate = 'pending' AND due <= $1 ORDER BY due, id LIMIT 10", 5)
	ask("outgoing", "SELECT id FROM outbox WHERE state = 'queued' AND medium <> 'phone' AND due <= $1 ORDER BY due, id LIMIT 10", 5)
	ask("held", "SELECT l.id FROM ledger l WHERE l.fate IN ($1) AND l.fate NOT IN ('pending', 'case', 'message') ORDER BY l.id DESC LIMIT 10", "held")
	ask("reference", "SELECT ticket FROM message_ref WHERE medium = $1 AND external_id = $2", "email", "x")
	plans := map[string]Plan{}
	for name, q := range questions {
		plans[name] = s.plan(t, q)
	}
	return plans
}

// whole gives the parts that a filter is asked in.
func whole(f Filter) (parts []Filter) {
	if list := f.parts(); len(list) > 1 {
		for _, part := range list {
			parts = append(parts, whole(part)...)
		}
		return parts
	}
	return []Filter{f}
}

func (s *Store) plan(t *testing.T, q *query) Plan {
	t.Helper()
	conn, err := s.read.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	explain := "EXPLAIN QUERY PLAN "
	if s.dialect != sqliteDialect {
		// Small tables are read whole by right; the question is whether it can do otherwise.
		if _, err := conn.ExecContext(context.Background(), "SET enable_seqscan = off"); err != nil {
			t.Fatal(err)
		}
		explain = "EXPLAIN "
	}
	rows, err := conn.QueryContext(context.Background(), explain+s.dialect.sql(q.text()), q.args...)
	if err != nil {
		t.Fatalf("%v in %s", err, q.text())
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if s.dialect == sqliteDialect {
			var a, b, c int
			err = rows.Scan(&a, &b, &c, &line)
		} else {
			err = rows.Scan(&line)
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	text := strings.Join(lines, "\n")
	whole := strings.Contains(text, "Seq Scan")
	for _, line := range lines {
		whole = whole || strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "USING")
	}
	if strings.HasPrefix(q.text(), "SELECT "+rowColumns) && strings.Contains(q.text(), "ORDER BY t.updated") {
		whole = whole || strings.Contains(text, "TEMP B-TREE") // the index must give the order too
	}
	return Plan{text, !whole && (strings.Contains(text, "Index") || strings.Contains(text, "INDEX") || strings.Contains(text, "PRIMARY KEY"))}
}

// Forgotten lists the tables that a backup neither holds nor leaves out.
func Forgotten(t *testing.T, s *Store) []string {
	t.Helper()
	names, err := all(context.Background(), s, text1, map[string]string{
		"sqlite":   "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'fts%'",
		"postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
	}[s.Engine()])
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.Contains(left, name) || slices.ContainsFunc(tables, func(k table) bool { return k.name == name })
	})
}

// FromTheFuture makes a database look as if a newer program had changed it.
func FromTheFuture(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.write.Exec("INSERT INTO migration (name, at) VALUES ('999_future.sql', 0)"); err != nil {
		t.Fatal(err)
	}
}

// Tamper changes the database behind the program's back, as somebody could who has it in hand.
func Tamper(t *testing.T, s *Store, text string) {
	t.Helper()
	if err := s.Write(context.Background(), func(tx *Tx) error { _, err := tx.exec(text); return err }); err != nil {
		t.Fatal(err)
	}
}

// Peek reads one text behind the program's back.
func Peek(t *testing.T, s *Store, text string) (v string) {
	t.Helper()
	if err := s.row(context.Background(), text).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Idle makes n connections of the pool that nobody uses.
func Idle(t *testing.T, s *Store, n int) {
	t.Helper()
	var held []*sql.Conn
	for range n {
		c, err := s.write.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	for _, c := range held {
		c.Close()
	}
}
