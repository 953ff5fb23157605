package store

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// ErrNotEmpty says that a restore was asked for into a database in use.
var ErrNotEmpty = errors.New("store: the database is not empty; restore into a new one")

// Restore fills a new, empty database from a backup of either kind of
// database. Every file is checked against the manifest; if anything is amiss,
// nothing is stored. The search index is made anew.
func (s *Store) Restore(ctx context.Context, path string) (Manifest, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return Manifest{}, fmt.Errorf("reading backup: %w", err)
	}
	defer z.Close()
	m, err := readManifest(&z.Reader)
	if err != nil {
		return m, fmt.Errorf("reading backup: %w", err)
	}
	if err := s.fits(ctx, m); err != nil {
		return m, fmt.Errorf("reading backup: %w", err)
	}
	err = s.Write(ctx, func(tx *Tx) error {
		if err := tx.empty(); err != nil {
			return err
		}
		for _, t := range m.Tables {
			if err := tx.fill(&z.Reader, t); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
		if err := tx.afterFill(); err != nil {
			return err
		}
		return tx.reindex(ctx)
	})
	return m, err
}

func readManifest(z *zip.Reader) (m Manifest, err error) {
	f, err := z.Open("manifest.json")
	if err != nil {
		return m, err
	}
	defer f.Close()
	return m, json.NewDecoder(f).Decode(&m)
}

// fits refuses a backup of a newer schema, or one whose tables are not those
// that this program knows.
func (s *Store) fits(ctx context.Context, m Manifest) error {
	known, err := s.schema(ctx, s)
	if err != nil {
		return err
	}
	for _, name := range m.Schema {
		if !slices.Contains(known, name) {
			return fmt.Errorf("it was made by a newer version of the program (%s)", name)
		}
	}
	for _, t := range m.Tables {
		if !slices.ContainsFunc(tables, func(k table) bool { return k.name == t.Name }) {
			return fmt.Errorf("it holds an unknown table %q", t.Name)
		}
	}
	return nil
}

// empty refuses a database that has been used, and takes out what the
// migrations put in.
func (tx *Tx) empty() error {
	for _, table := range []string{"ledger", "ticket", "staff", "article", "person"} {
		var n int
		if err := tx.row(nil, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return ErrNotEmpty
		}
	}
	for i := len(tables) - 1; i >= 0; i-- {
		if _, err := tx.exec("DELETE FROM " + tables[i].name); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) fill(z *zip.Reader, t BackedTable) error {
	for _, c := range t.Columns {
		if strings.Trim(c, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return fmt.Errorf("column %q", c)
		}
	}
	f, err := z.Open(t.Name + ".jsonl")
	if err != nil {
		return err
	}
	defer f.Close()
	marks := make([]string, len(t.Columns))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	insert := "INSERT INTO " + t.Name + " (" + strings.Join(t.Columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	sum, n := sha256.New(), 0
	r := bufio.NewReaderSize(io.TeeReader(f, sum), 64<<10)
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			break
		}
		if err != nil {
			return err
		}
		values, err := readRow(line)
		if err != nil {
			return err
		}
		if len(values) != len(t.Columns) {
			return fmt.Errorf("row %d has %d values for %d columns", n+1, len(values), len(t.Columns))
		}
		if _, err := tx.exec(insert, values...); err != nil {
			return err
		}
		n++
	}
	if n != t.Rows || sumText(sum) != t.SHA256 {
		return fmt.Errorf("the file is damaged: %d rows of %d, or another SHA-256", n, t.Rows)
	}
	return nil
}

func readRow(line []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var values []any
	if err := d.Decode(&values); err != nil {
		return nil, err
	}
	for i, v := range values {
		switch v := v.(type) {
		case json.Number:
			if n, err := v.Int64(); err == nil {
				values[i] = n
			} else if values[i], err = v.Float64(); err != nil {
				return nil, err
			}
		case map[string]any:
			text, _ := v["base64"].(string)
			data, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, err
			}
			values[i] = data
		}
	}
	return values, nil
}

// afterFill moves PostgreSQL's counters of row numbers behind the rows that
// were put in with theirs.
func (tx *Tx) afterFill() error {
	if tx.s.dialect == sqliteDialect {
		return nil
	}
	for _, table := range []string{"blob", "ledger", "address", "person_address", "person_join", "attempt", "audit", "model", "model_use"} {
		if _, err := tx.exec("SELECT setval(pg_get_serial_sequence('" + table + "', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM " + table + "), false)"); err != nil {
			return err
		}
	}
	return nil
}

// reindex makes the search index anew from what is stored, a stretch at a time.
func (tx *Tx) reindex(ctx context.Context) error {
	for _, kind := range []string{"case", "person", "article"} {
		if _, err := tx.exec("DELETE FROM fts_" + kind); err != nil {
			return err
		}
	}
	for _, table := range []string{"doc", "precedent", "stem"} {
		if _, err := tx.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	if tx.s.dialect == sqliteDialect {
		if _, err := tx.exec("DELETE FROM fts_precedent"); err != nil {
			return err
		}
	}
	for _, part := range []func(context.Context) error{tx.reindexMessages, tx.reindexEvents, tx.reindexPeople, tx.reindexArticles, tx.fillPrecedents} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

const stretch = 500

func (tx *Tx) reindexMessages(ctx context.Context) error {
	for after := ""; ; {
		list, err := all(ctx, tx, func(scan scanner) (m Message, err error) {
			return m, scan(&m.ID, &m.Ticket, &m.Seq, &m.Direction, &m.AuthorName, &m.Subject, &m.Said, &m.Outgoing)
		}, "SELECT m.id, m.ticket, m.seq, m.direction, m.author_name, m.subject, "+findable+`, coalesce(o.purpose, '') FROM message m
			LEFT JOIN outbox o ON o.id = m.outgoing WHERE m.id > $1 ORDER BY m.id LIMIT $2`, after, stretch)
		if err != nil || len(list) == 0 {
			return err
		}
		for i := range list {
			m := &list[i]
			if err := tx.reindexMessage(ctx, m); err != nil {
				return err
			}
			after = m.ID
		}
	}
}

func (tx *Tx) reindexMessage(ctx context.Context, m *Message) error {
	names, err := all(ctx, tx, text1, "SELECT name FROM file WHERE message = $1 ORDER BY n", m.ID)
	if err != nil {
		return err
	}
	m.Quiet = m.Outgoing == string(tickets.PurposeAck)
	for _, name := range names {
		m.Files = append(m.Files, File{Name: name})
	}
	head := ""
	if m.Seq == 1 && m.Direction == In {
		rows, err := all(ctx, tx, scanRow, "SELECT "+rowColumns+" FROM ticket t WHERE t.id = $1", m.Ticket)
		if err != nil || len(rows) == 0 {
			return err
		}
		head = rows[0].indexed()
	}
	tx.indexMessage(m, head)
	return tx.indexAll()
}

// reindexEvents makes the acts' records findable, and the cases that did not
// begin with a message of the person.
func (tx *Tx) reindexEvents(ctx context.Context) error {
	silent, err := all(ctx, tx, text1, `SELECT t.id FROM ticket t LEFT JOIN message m ON m.id = t.id || '-1' AND m.direction = 'in' WHERE m.id IS NULL`)
	if err != nil {
		return err
	}
	for _, id := range silent {
		t, row, err := load(ctx, tx, id, "")
		if err != nil {
			return err
		}
		tx.index("case", id, row.indexed(), words.Index(t.Problem))
	}
	for ticket, seq := "", 0; ; {
		type eventOf struct {
			ticket string
			tickets.Event
		}
		list, err := all(ctx, tx, func(scan scanner) (e eventOf, err error) {
			return e, scan(&e.ticket, object{&e.Event})
		}, "SELECT ticket, body FROM event WHERE (ticket, seq) > ($1, $2) ORDER BY ticket, seq LIMIT $3", ticket, seq, stretch)
		if err != nil || len(list) == 0 {
			return err
		}
		for i := range list {
			tx.indexEvent(list[i].ticket, &list[i].Event)
			ticket, seq = list[i].ticket, list[i].Seq
		}
		if err := tx.indexAll(); err != nil {
			return err
		}
	}
}

func (tx *Tx) reindexPeople(ctx context.Context) error {
	people, err := all(ctx, tx, scanPerson, "SELECT "+personColumns+" FROM person ORDER BY id")
	if err != nil {
		return err
	}
	for _, p := range people {
		values, err := all(ctx, tx, text1, "SELECT a.value FROM person_address l JOIN address a ON a.id = l.address WHERE l.person = $1 AND l.undone = 0 ORDER BY l.id", p.ID)
		if err != nil {
			return err
		}
		body := words.Index(p.Entity)
		for _, value := range values {
			body += " " + words.Index(value) + numberForms(value)
		}
		tx.index("person", p.ID, words.Index(p.Name), body)
	}
	return nil
}

func (tx *Tx) reindexArticles(ctx context.Context) error {
	articles, err := all(ctx, tx, scanArticle, "SELECT "+articleColumns+" FROM article ORDER BY id")
	if err != nil {
		return err
	}
	for _, a := range articles {
		tx.index("article", a.ID, words.Index(a.Title), words.Index(a.Body))
	}
	return nil
}
