package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// doc is one part of a record that can be found, or a whole precedent.
type doc struct {
	kind, ref, head, body string

	// of a precedent
	system, procedure string
	class             tickets.Class
}

// index makes a record findable from the commit on: head counts more than
// body. Both are stems (words.Index). A record may be indexed in several parts.
func (tx *Tx) index(kind, ref, head, body string) {
	if head != "" || strings.TrimSpace(body) != "" {
		tx.docs = append(tx.docs, doc{kind: kind, ref: ref, head: head, body: body})
	}
}

// indexAll writes what was gathered, under numbers taken for all of it at once.
func (tx *Tx) indexAll() error {
	var docs, precedents []doc
	for _, d := range tx.docs {
		if d.kind == "precedent" {
			precedents = append(precedents, d)
		} else {
			docs = append(docs, d)
		}
	}
	tx.docs = nil
	if n := int64(len(docs)); n > 0 {
		last, err := tx.reserve("~doc", n)
		if err != nil {
			return err
		}
		for i := range docs {
			if err := tx.indexNow(last-n+1+int64(i), &docs[i]); err != nil {
				return fmt.Errorf("indexing: %w", err)
			}
		}
	}
	return tx.writePrecedents(precedents)
}

func (tx *Tx) indexNow(id int64, d *doc) error {
	if _, err := tx.exec("INSERT INTO doc (id, kind, ref) VALUES ($1, $2, $3)", id, d.kind, d.ref); err != nil {
		return err
	}
	var err error
	if tx.s.dialect == sqliteDialect {
		_, err = tx.exec("INSERT INTO fts_"+d.kind+" (rowid, subject, body) VALUES ($1, $2, $3)", id, d.head, d.body)
	} else {
		_, err = tx.exec("INSERT INTO fts_"+d.kind+" (id, tsv) VALUES ($1, ($2::text)::tsvector)", id, vector(d.head, d.body))
	}
	return err
}

// unindex forgets an article, whose old words must no longer find it.
func (tx *Tx) unindex(ref string) error {
	column := "id"
	if tx.s.dialect == sqliteDialect {
		column = "rowid"
	}
	if _, err := tx.exec("DELETE FROM fts_article WHERE "+column+" IN (SELECT id FROM doc WHERE kind = 'article' AND ref = $1)", ref); err != nil {
		return fmt.Errorf("indexing: %w", err)
	}
	_, err := tx.exec("DELETE FROM doc WHERE kind = 'article' AND ref = $1", ref)
	return err
}

// vector writes stems as PostgreSQL's tsvector, without its parser: the words
// are ours and the server's locale has no say in them. Positions beyond the
// eighth of a word, and beyond 16,383 (the engine's limit), tell nothing more.
func vector(head, body string) string {
	type entry struct{ positions []string }
	seen := map[string]*entry{}
	var order []string
	n := 0
	for i, part := range []string{head, body} {
		weight := [2]string{"A", ""}[i]
		for stem := range strings.FieldsSeq(part) {
			n++
			e := seen[stem]
			if e == nil {
				e = &entry{}
				seen[stem] = e
				order = append(order, stem)
			}
			if len(e.positions) < 8 {
				e.positions = append(e.positions, strconv.Itoa(min(n, 16383))+weight)
			}
		}
	}
	var b strings.Builder
	for _, stem := range order {
		b.WriteString("'" + stem + "':" + strings.Join(seen[stem].positions, ",") + " ")
	}
	return b.String()
}

// match writes a query for the engine: every term must match.
func (d *dialect) match(terms []words.Term) string {
	quote, or, and, prefix := `"`, " OR ", " AND ", "*"
	if d != sqliteDialect {
		quote, or, and, prefix = "'", " | ", " & ", ":*"
	}
	var all []string
	for _, t := range terms {
		var any []string
		for _, stem := range t.Stems {
			any = append(any, quote+stem+quote)
		}
		if t.Prefix != "" {
			any = append(any, quote+t.Prefix+quote+prefix)
		}
		all = append(all, "("+strings.Join(any, or)+")")
	}
	return strings.Join(all, and)
}

// hits is a subselect (id, score) of the newest matches; a smaller score is
// better on both databases. $1 is the query.
func (d *dialect) hits(kind string) string {
	n := strconv.Itoa(d.candidates)
	if d == sqliteDialect {
		return "SELECT rowid AS id, bm25(fts_" + kind + ", 4.0, 1.0) AS score FROM fts_" + kind + " WHERE fts_" + kind + " MATCH $1 ORDER BY rowid DESC LIMIT " + n
	}
	return "SELECT f.id, -ts_rank(f.tsv, ($1::text)::tsquery) AS score FROM fts_" + kind + " f WHERE f.id IN (" +
		"WITH found AS MATERIALIZED (SELECT id FROM fts_" + kind + " WHERE tsv @@ ($1::text)::tsquery) SELECT id FROM found ORDER BY id DESC LIMIT " + n + ")"
}

// ranked asks one question of the search engine. PostgreSQL does not count what
// unpacking a row's words costs and would read the whole table where the index
// has the answer, so that is forbidden to it here.
func ranked[T any](ctx context.Context, s *Store, read func(scanner) (T, error), text string, args ...any) (list []T, err error) {
	if s.dialect == sqliteDialect {
		return all(ctx, s, read, text, args...)
	}
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	err = inTransaction(context.Background(), conn, "BEGIN READ ONLY", func() error { // ended even when ctx is
		if _, err := conn.ExecContext(ctx, "SET LOCAL enable_seqscan = off"); err != nil {
			return err
		}
		list, err = all(ctx, onConn{s.dialect, conn}, read, text, args...)
		return err
	})
	return list, err
}

// SearchFilter narrows a search; zero fields do not.
type SearchFilter struct {
	Text   string
	State  string // "open", "closed" or "" for both
	Filter Filter // further conditions of the queue; its State, Cursor and order are not used
	Limit  int    // 0 means 50
}

// Search finds cases by what was said in them, their subject, person, code,
// address or telephone number; the best first, a code or number typed whole
// before everything else. Accents, ñ, plural and capitals do not matter, and
// the last word may be unfinished.
func (s *Store) Search(ctx context.Context, f SearchFilter) ([]Row, error) {
	n := limit(f.Limit, 50)
	found, err := s.exactly(ctx, f, n)
	terms := words.Query(f.Text)
	if err != nil || len(terms) == 0 || len(found) >= n {
		return found, err
	}
	q := newQuery("WITH hit AS (" + s.dialect.hits("case") + "), best AS (SELECT d.ref, min(h.score) AS score FROM hit h JOIN doc d ON d.id = h.id GROUP BY d.ref) SELECT " +
		rowColumns + " FROM best JOIN ticket t ON t.id = best.ref")
	q.args = append(q.args, s.dialect.match(terms))
	f.conditions(q)
	q.add(" ORDER BY best.score, t.updated DESC, t.id LIMIT ?", n)
	rows, err := ranked(ctx, s, scanRow, q.text(), q.args...)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	for _, r := range rows {
		if !has(found, r.ID) {
			found = append(found, r)
		}
	}
	return found[:min(n, len(found))], nil
}

func (f *SearchFilter) conditions(q *query) {
	switch f.State {
	case "open":
		q.where("t.closed = 0")
	case "closed":
		q.where("t.closed > 0")
	}
	f.Filter.byColumn(q)
	f.Filter.byCircumstance(q)
}

func has(rows []Row, id string) bool {
	for _, r := range rows {
		if r.ID == id {
			return true
		}
	}
	return false
}

// exactly finds a case by its code, or the beginning of one from the year on,
// and cases by a whole address or number.
func (s *Store) exactly(ctx context.Context, f SearchFilter, n int) ([]Row, error) {
	typed := strings.TrimSpace(clean(f.Text))
	if typed == "" || strings.ContainsAny(typed, "\n\t") {
		return nil, nil
	}
	q := newQuery("SELECT " + rowColumns + " FROM ticket t")
	code := strings.ToUpper(strings.ReplaceAll(typed, " ", "-"))
	switch {
	case strings.HasPrefix(code, "AIT-2") && len(code) >= len("AIT-2026-0"):
		q.where("t.code >= ? AND t.code < ?", code, code+"~")
	case len(typed) >= 6:
		digits := strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return r
			}
			return -1
		}, typed)
		q.where("t.address IN (?, ?, ?) AND t.address <> ''", strings.ToLower(typed), "+"+digits, "+591"+digits)
	default:
		return nil, nil
	}
	f.conditions(q)
	q.add(" ORDER BY t.updated DESC, t.id DESC LIMIT ?", n)
	return all(ctx, s, scanRow, q.text(), q.args...)
}

// SearchPeople finds people by name, entity, address or number.
func (s *Store) SearchPeople(ctx context.Context, typed string, n int) ([]Person, error) {
	terms := words.Query(typed)
	if len(terms) == 0 {
		return nil, nil
	}
	return ranked(ctx, s, scanPerson, "WITH hit AS ("+s.dialect.hits("person")+`), best AS (SELECT d.ref, min(h.score) AS score FROM hit h JOIN doc d ON d.id = h.id GROUP BY d.ref)
		SELECT p.id, p.name, p.entity, p.note, p.merged, p.created FROM best JOIN person p ON p.id = best.ref ORDER BY best.score, p.id LIMIT $2`, s.dialect.match(terms), limit(n, 20))
}
