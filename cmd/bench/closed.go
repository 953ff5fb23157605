package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"ventanilla/tickets"
)

// Closed cases by the million are written straight into the tables: through
// the desk it would take hours. What is written is what the desk writes when a
// case is closed; that the search finds it is checked.

var ticketNames = strings.Split("id code version step unit assignee operator class suggested confidence sure system channel medium address person person_name subject snippet priority language opened updated last_in last_out messages unread waiting wait_next flags restricted seers returns notice closed", " ")

var precedentNames = strings.Split("id ticket system class procedure subject stems", " ")

func codeOf(n int) string { return tickets.FormatCode(2026, int64(n)) }

// closedRow is the n-th case as its rows in ticket, ticket_body and precedent.
func closedRow(w *language, n int, tags bool) (ticket, body, precedent []any, stems []string, system string) {
	list, system := w.closedCase(n)
	id := fmt.Sprintf("c%09d", n)
	at := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC).UnixMicro() + int64(n)*60_000_000
	subject := strings.Join(list[:4], " ")
	ticket = []any{id, codeOf(n + 1), 9, "closed", "AIT", "", "", "support", "support", 0.9, 1, system, "buzon", "email", fmt.Sprintf("p%d@correo.test", n%50_000),
		fmt.Sprintf("p%d", n%50_000), "Ana Quispe", subject, subject, "", "", at, at, at, at, 2, 0, 0, 0, "", 0, "", 0, "sent", at}
	body = []any{id, fmt.Sprintf(`{"id":%q,"code":%q,"manual":"RA-0053-2022","step":"closed","unit":"AIT","subject":%q}`, id, codeOf(n+1), subject)}
	seen := map[string]bool{}
	for _, word := range list {
		if !seen[word] {
			seen[word] = true
			stems = append(stems, word)
		}
	}
	text := strings.Join(stems, " ") + " §s" + system
	if tags {
		text += fmt.Sprintf(" §e%d", (n+1)/20_000)
	}
	precedent = []any{n + 1, id, system, "support", []string{"PR01", "PR02", "PR03"}[n%3], subject, text}
	return ticket, body, precedent, stems, system
}

func seedClosed(b *bench, engine, url string, w *language, n int) {
	counts := map[string]int64{"§": int64(n)}
	count := func(stems []string, system string) {
		counts["§s"+system]++
		for _, s := range stems {
			counts[s]++
		}
	}
	if engine == "postgres" {
		seedPostgres(b, url, w, n, count, counts)
		return
	}
	db, err := sql.Open("sqlite3", strings.TrimPrefix(url, "sqlite:")+"?_journal_mode=WAL&_synchronous=OFF&_cache_size=-200000")
	b.check(err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	tx, err := db.Begin()
	b.check(err)
	insert := func(table string, names []string) *sql.Stmt {
		stmt, err := tx.Prepare("INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(names)-1) + ")")
		b.check(err)
		return stmt
	}
	run := func(stmt *sql.Stmt, values ...any) {
		_, err := stmt.Exec(values...)
		b.check(err)
	}
	cases, bodies, precedents := insert("ticket", ticketNames), insert("ticket_body", []string{"ticket", "body"}), insert("precedent", precedentNames)
	index, stem := insert("fts_precedent", []string{"rowid", "stems"}), insert("stem", []string{"stem", "n"})
	for i := n - 1; i >= 0; i-- {
		t, body, p, stems, system := closedRow(w, i, false)
		run(cases, t...)
		run(bodies, body...)
		run(precedents, p...)
		// as package store has it: the newest first
		run(index, 1<<40-(i+1), p[len(p)-1])
		count(stems, system)
	}
	for word, n := range counts {
		run(stem, word, n)
	}
	b.check(tx.Commit())
}

func seedPostgres(b *bench, url string, w *language, n int, count func([]string, string), counts map[string]int64) {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	b.check(err)
	defer c.Close(ctx)
	do := func(text string) {
		_, err := c.Exec(ctx, text)
		b.check(err)
	}
	var definition string
	b.check(c.QueryRow(ctx, "SELECT indexdef FROM pg_indexes WHERE indexname = 'precedent_stems'").Scan(&definition))
	do("DROP INDEX precedent_stems")
	do("ALTER TABLE ticket_body DROP CONSTRAINT IF EXISTS ticket_body_ticket_fkey")
	for part, table := range []string{"ticket", "ticket_body", "precedent"} {
		names := [][]string{ticketNames, {"ticket", "body"}, precedentNames}[part]
		i := 0
		_, err := c.CopyFrom(ctx, pgx.Identifier{table}, names, pgx.CopyFromFunc(func() ([]any, error) {
			if i == n {
				return nil, nil
			}
			t, body, p, stems, system := closedRow(w, i, true)
			i++
			if part == 2 {
				count(stems, system)
			}
			return [][]any{t, body, p}[part], nil
		}))
		b.check(err)
	}
	rows := make([][]any, 0, len(counts))
	for word, n := range counts {
		rows = append(rows, []any{word, n})
	}
	_, err = c.CopyFrom(ctx, pgx.Identifier{"stem"}, []string{"stem", "n"}, pgx.CopyFromRows(rows))
	b.check(err)
	do("SET maintenance_work_mem = '256MB'")
	do(definition)
	do("VACUUM ANALYZE ticket, ticket_body, precedent, stem")
}
