package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// query puts a SELECT together from conditions written with ? marks.
type query struct {
	b     strings.Builder
	args  []any
	first bool
}

func newQuery(text string) *query {
	q := &query{first: true}
	q.b.WriteString(text)
	return q
}

// add appends text, numbering its ? marks.
func (q *query) add(text string, args ...any) {
	for _, arg := range args {
		before, after, _ := strings.Cut(text, "?")
		q.args = append(q.args, arg)
		q.b.WriteString(before + "$" + strconv.Itoa(len(q.args)))
		text = after
	}
	q.b.WriteString(text)
}

// where adds a condition that must hold with all others.
func (q *query) where(condition string, args ...any) {
	if q.first {
		q.add(" WHERE ")
		q.first = false
	} else {
		q.add(" AND ")
	}
	q.add(condition, args...)
}

func (q *query) text() string { return q.b.String() }

// in adds "column IN (…)".
func in[T ~string](q *query, column string, values []T) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	q.where(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

func limit(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// Counters gives the counters whose name begins with prefix, without it.
func (s *Store) Counters(ctx context.Context, prefix string) (map[string]int64, error) {
	counts := map[string]int64{}
	rows, err := s.query(ctx, "SELECT name, n FROM counter WHERE name >= $1 AND name < $2", prefix, prefix+"\U0010FFFF")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, fmt.Errorf("reading counters: %w", err)
		}
		counts[strings.TrimPrefix(name, prefix)] = n
	}
	return counts, rows.Err()
}
