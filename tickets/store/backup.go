package store

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"
)

// A backup is a zip file that either database can be restored from: for every
// table one file of JSON lines, each line an array of the row's values in the
// order of the manifest's columns (bytes as base64), and manifest.json with the
// schema, the row counts and a SHA-256 of each file. It is read in one snapshot
// while the program works, so that every row fits every other. Search words are
// in it as rows of their own; sessions, leases, throttles and who looks at what are not: they mean
// nothing on another day.

// table is one table of a backup; where leaves rows out.
type table struct{ name, order, where string }

// tables lists what a backup holds, referenced tables before those that refer
// to them, and the columns that give a stable order.
var tables = []table{
	{"blob", "id", ""}, {"blob_chunk", "blob, n", ""}, {"ledger", "id", ""}, {"sighting", "channel, external_id", ""}, {"mark", "channel, name", ""}, {"counter", "name", "WHERE name NOT IN ('~doc', '~precedent')"},
	{"person", "id", ""}, {"address", "id", ""}, {"person_address", "id", ""}, {"person_join", "id", ""}, {"ticket", "id", ""}, {"ticket_body", "ticket", ""}, {"event", "ticket, seq", ""},
	{"message", "id", ""}, {"file", "message, n", ""}, {"message_ref", "medium, external_id", ""}, {"outbox", "id", ""}, {"attempt", "id", ""}, {"call", "id", ""}, {"change", "seq", ""},
	{"assembly", "medium, channel, address", ""}, {"assembly_part", "medium, channel, address, ledger", ""}, {"courtesy", "id", ""}, {"suggestion", "id", ""},
	{"staff", "id", ""}, {"audit", "id", ""}, {"staff_speaks", "staff, language", ""}, {"setting", "name", ""}, {"setting_history", "name, version", ""}, {"article", "id", ""}, {"article_history", "article, version", ""},
	{"factor", "staff", ""}, {"recovery", "staff, hash", ""}, {"rule_act", "id", ""}, {"opinion", "ticket", ""}, {"fact", "ticket", ""}, {"alert", "id", ""},
	{"catalogue", "id", ""}, {"template", "id, version", ""}, {"draft", "staff, name", ""}, {"saved_view", "id", ""},
	{"outage", "id", ""}, {"outage_report", "outage, ticket", ""}, {"batch", "id", ""}, {"batch_item", "batch, n", ""},
	{"lesson", "ticket", ""}, {"model", "id", ""}, {"model_use", "id", ""},
}

// left lists the tables that a backup leaves out on purpose; see above. The
// search index is made anew when restoring.
var left = []string{"lease", "mail_grant", "throttle", "session", "presence", "once", "migration", "doc", "fts_case", "fts_person", "fts_article", "precedent", "stem"}

// Manifest describes a backup.
type Manifest struct {
	Program string         `json:"program"` // version of the program that made it
	Made    time.Time      `json:"made"`
	Engine  string         `json:"engine"`
	Schema  []string       `json:"schema"` // migrations that the database had
	Tables  []BackedTable  `json:"tables"`
	Rows    map[string]int `json:"rows"`
}

// BackedTable is one file of a backup.
type BackedTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
	SHA256  string   `json:"sha256"`
}

// Backup writes everything to a new file at path, in one snapshot, while the
// program goes on. The file appears whole or not at all.
func (s *Store) Backup(ctx context.Context, path string) (Manifest, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return Manifest{}, fmt.Errorf("writing backup: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	m, err := s.BackupTo(ctx, f)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("writing backup: %w", err)
	}
	return m, nil
}

// BackupTo is Backup into a stream.
func (s *Store) BackupTo(ctx context.Context, w io.Writer) (Manifest, error) {
	m := Manifest{Program: version(), Made: s.Now(), Engine: s.Engine(), Rows: map[string]int{}}
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return m, err
	}
	defer conn.Close()
	z := zip.NewWriter(w)
	// Context.Background: an abandoned statement would leave the snapshot open.
	err = inTransaction(context.Background(), conn, s.dialect.snapshot, func() error {
		if m.Schema, err = s.schema(ctx, onConn{s.dialect, conn}); err != nil {
			return err
		}
		for _, t := range tables {
			b, err := dump(ctx, conn, z, t)
			if err != nil {
				return fmt.Errorf("table %s: %w", t.name, err)
			}
			m.Tables = append(m.Tables, b)
			m.Rows[b.Name] = b.Rows
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	f, err := z.Create("manifest.json")
	if err != nil {
		return m, err
	}
	e := json.NewEncoder(f)
	e.SetIndent("", "\t")
	if err := e.Encode(m); err != nil {
		return m, err
	}
	return m, z.Close()
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// onConn reads on one connection, inside its transaction.
type onConn struct {
	d    *dialect
	conn *sql.Conn
}

func (c onConn) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return c.conn.QueryContext(ctx, c.d.sql(text), args...)
}

func (c onConn) row(ctx context.Context, text string, args ...any) rowScanner {
	rows, err := c.query(ctx, text, args...)
	return rowScanner{rows, err}
}

func dump(ctx context.Context, conn *sql.Conn, z *zip.Writer, t table) (BackedTable, error) {
	b := BackedTable{Name: t.name}
	f, err := z.Create(t.name + ".jsonl")
	if err != nil {
		return b, err
	}
	rows, err := conn.QueryContext(ctx, "SELECT * FROM "+t.name+" "+t.where+" ORDER BY "+t.order)
	if err != nil {
		return b, err
	}
	defer rows.Close()
	if b.Columns, err = rows.Columns(); err != nil {
		return b, err
	}
	sum := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, sum), 64<<10)
	values, dest := make([]any, len(b.Columns)), make([]any, len(b.Columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return b, err
		}
		if err := writeRow(w, values); err != nil {
			return b, err
		}
		b.Rows++
	}
	if err := rows.Err(); err != nil {
		return b, err
	}
	err = w.Flush()
	b.SHA256 = sumText(sum)
	return b, err
}

func sumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func writeRow(w *bufio.Writer, values []any) error {
	for i, v := range values {
		if data, ok := v.([]byte); ok {
			values[i] = map[string]string{"base64": base64.StdEncoding.EncodeToString(data)}
		}
	}
	line, err := json.Marshal(values)
	if err != nil {
		return err
	}
	w.Write(line)
	return w.WriteByte('\n')
}
