package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// reader is what both a *Store and a *Tx can be asked.
type reader interface {
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, text string, args ...any) rowScanner
}

// maxPrepared bounds the statements that are kept prepared: there are some 150,
// besides the many ways in which a list can be narrowed.
const maxPrepared = 400

func (s *Store) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if !s.dialect.prepares {
		return s.read.QueryContext(ctx, text, args...)
	}
	if stmt, ok := s.stmts.Load(text); ok {
		return stmt.(*sql.Stmt).QueryContext(ctx, args...)
	}
	if s.prepared.Add(1) > maxPrepared {
		return s.read.QueryContext(ctx, s.dialect.sql(text), args...)
	}
	stmt, err := s.read.PrepareContext(ctx, s.dialect.sql(text))
	if err != nil {
		return nil, err
	}
	if first, loaded := s.stmts.LoadOrStore(text, stmt); loaded {
		stmt.Close()
		stmt = first.(*sql.Stmt)
	}
	return stmt.QueryContext(ctx, args...)
}

func (s *Store) row(ctx context.Context, text string, args ...any) rowScanner {
	rows, err := s.query(ctx, text, args...)
	return rowScanner{rows, err}
}

// rowScanner is the one row that a query gives; ErrNotFound if it gives none.
type rowScanner struct {
	rows *sql.Rows
	err  error
}

func (r rowScanner) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNotFound
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// some says whether a query gives any row; its first column is a number.
func (s *Store) some(ctx context.Context, text string, args ...any) (bool, error) {
	var n int64
	err := s.row(ctx, text, args...).Scan(&n)
	if err == ErrNotFound {
		return false, nil
	}
	return err == nil, err
}

type scanner func(dest ...any) error

// all reads every row of a query with read.
func all[T any](ctx context.Context, r reader, read func(scan scanner) (T, error), text string, args ...any) ([]T, error) {
	rows, err := r.query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		item, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}

func text1(scan scanner) (s string, err error) { return s, scan(&s) }

// micros is how a time is stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// when scans a stored time.
type when struct{ t *time.Time }

func (w when) Scan(v any) error {
	us, ok := v.(int64)
	if !ok {
		return fmt.Errorf("stored time is a %T", v)
	}
	*w.t = fromMicros(us)
	return nil
}

// object scans stored JSON.
type object struct{ into any }

func (o object) Scan(v any) error {
	switch v := v.(type) {
	case string:
		return decode(v, o.into)
	case []byte:
		return decode(string(v), o.into)
	}
	return fmt.Errorf("stored JSON is a %T", v)
}

func decode(s string, into any) error {
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), into)
}

// encode gives v as JSON that both databases take: json.Marshal escapes broken
// UTF-8 by itself, and an escaped NUL is taken out.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("store: a record that JSON cannot hold: " + err.Error()) // a programming error, met by the first test
	}
	return withoutNUL(string(b))
}

// withoutNUL takes the escape of NUL out of JSON, but not the two characters
// that an escaped backslash and "u0000" make.
func withoutNUL(text string) string {
	if !strings.Contains(text, `\u0000`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], `\u0000`):
			i += len(`\u0000`) - 1
		case text[i] == '\\':
			b.WriteString(text[i : i+2])
			i++
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// clean makes text what both databases take: valid UTF-8 without NUL.
func clean(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// short is clean text of at most n runes on one line, without the marks that
// turn the direction of writing: one of them would turn the rest of the line
// that others write around it. It reads no further than it must: most of what
// is shortened is the beginning of a long mail.
func short(s string, n int) string {
	var b strings.Builder
	runes, space := 0, false
	for _, r := range s {
		switch {
		case r == 0 || unicode.Is(unicode.Bidi_Control, r):
			continue
		case unicode.IsSpace(r):
			space = runes > 0
			continue
		}
		if space && runes < n-1 {
			b.WriteByte(' ')
			runes++
		}
		if runes >= n-1 && (space || runes == n) {
			return cutShort(b.String(), n)
		}
		space = false
		b.WriteRune(r) // what is no UTF-8 was read as U+FFFD
		runes++
	}
	return b.String()
}

// cutShort marks text of n-1 or n runes as going on.
func cutShort(s string, n int) string {
	if utf8.RuneCountInString(s) >= n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return strings.TrimSpace(s) + "…"
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
