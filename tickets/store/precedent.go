package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// A precedent is a closed case as 9.1/3 asks for it: what it was about, in
// stems, its system and class, and the procedure under which it was solved. It
// is written in the transaction that closes the case and taken back when the
// case is opened again. Restricted cases (G31, G33) and those without an answer
// of their own (spam, duplicates, nobody answered) are no precedents.

// precedentStems is how many different stems of a case are kept, the subject's first.
const precedentStems = 80

// solving maps the activities that register a solution to their procedure. A
// 9.3-B case is registered by UIT too, and is no precedent of 9.2 (G2).
var solving = map[tickets.Step]string{"9.1/5": "PR01", "9.2/4": "PR02", "9.3/3.A.2": "PR03", "9.3/3.B.7": "PR03"}

// solvedBy is the procedure under which the solution of a case was registered.
func solvedBy(t *tickets.Ticket) string {
	for _, done := range slices.Backward(t.Trail) {
		if p := solving[done.Step]; p != "" {
			return p
		}
	}
	return ""
}

func isPrecedent(t *tickets.Ticket) bool {
	if t.Solution == nil || t.ClosedAt.IsZero() || t.ClosedAt.Before(t.Purged) || t.Has(tickets.FlagRestricted) {
		return false
	}
	return slices.Contains([]string{tickets.Resolved, tickets.Orientation, tickets.NotAccepted, tickets.Planned}, t.Outcome)
}

// settlePrecedent keeps the precedent of a case in step with its close.
func (tx *Tx) settlePrecedent(t *tickets.Ticket, before *Row) error {
	closed, was := !t.ClosedAt.IsZero(), !before.Closed.IsZero()
	switch {
	case closed && !was && isPrecedent(t):
		return tx.addPrecedent(t)
	case was && !closed:
		return tx.dropPrecedent(t.ID)
	}
	return nil
}

// addPrecedent gathers a closed case for the end of the transaction.
func (tx *Tx) addPrecedent(t *tickets.Ticket) error {
	said, err := all(context.Background(), tx, text1, "SELECT coalesce(now_says, said) FROM message WHERE id = $1 AND direction = 'in'", t.ID+"-1")
	if err != nil {
		return err
	}
	body := t.Problem
	if len(said) > 0 && said[0] != t.Problem {
		body += "\n" + said[0]
	}
	system := t.System
	if system == "" {
		system = t.Suggestion.System
	}
	tx.docs = append(tx.docs, doc{kind: "precedent", ref: t.ID, head: stemSet(t.Subject, 20), body: stemSet(t.Subject+"\n"+body, precedentStems),
		system: clean(system), class: t.Class, procedure: solvedBy(t)})
	return nil
}

// stemSet gives up to n different stems of a text in their order. Long numbers
// (of people, telephones, papers) say nothing about another case.
func stemSet(text string, n int) string {
	var list []string
	seen := map[string]bool{}
	for stem := range strings.FieldsSeq(words.Index(text)) {
		if len(stem) < 2 || seen[stem] || len(stem) > 4 && strings.Trim(stem, "0123456789") == "" {
			continue
		}
		seen[stem] = true
		if list = append(list, stem); len(list) == n {
			break
		}
	}
	return strings.Join(list, " ")
}

// Tags stand among the stems: no word begins with their sign, which both
// engines take for a letter.
const (
	tagAll    = "§"
	tagEpoch  = "§e"
	epochSize = 20_000 // precedents that share one
)

// newestFirst less its id is the row of a precedent in FTS5, which walks its
// lists several times faster forwards than backwards.
const newestFirst = 1 << 40

// tagSystem is a system as a tag: letters and digits only, for FTS5's tokenizer.
func tagSystem(system string) string {
	return "§s" + strings.Map(func(r rune) rune {
		if r < 128 && !('a' <= r && r <= 'z' || '0' <= r && r <= '9') {
			return -1
		}
		return r
	}, strings.ToLower(system))
}

// writePrecedents writes the precedents among what was gathered and counts
// their stems, in one order on every node.
func (tx *Tx) writePrecedents(docs []doc) error {
	if len(docs) == 0 {
		return nil
	}
	last, err := tx.reserve("~precedent", int64(len(docs)))
	if err != nil {
		return err
	}
	counts := map[string]int64{}
	for i, d := range slices.Backward(docs) { // by growing rows of the index, which it likes better
		id := last - int64(len(docs)-1-i)
		tags := " " + tagSystem(d.system)
		if tx.s.dialect != sqliteDialect {
			tags += " " + tagEpoch + strconv.FormatInt(id/epochSize, 10)
		}
		n, err := tx.exec("INSERT INTO precedent (id, ticket, system, class, procedure, subject, stems) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ticket) DO NOTHING",
			id, d.ref, d.system, d.class, d.procedure, d.head, d.body+tags)
		if err != nil {
			return fmt.Errorf("storing precedent: %w", err)
		}
		if n == 0 {
			continue // another node was first
		}
		if tx.s.dialect == sqliteDialect {
			if _, err := tx.exec("INSERT INTO fts_precedent (rowid, stems) VALUES ($1, $2)", newestFirst-id, d.body+tags); err != nil {
				return fmt.Errorf("storing precedent: %w", err)
			}
		}
		countStems(counts, d.body, d.system, 1)
	}
	return tx.addStems(counts)
}

func countStems(counts map[string]int64, stems, system string, by int64) {
	counts[tagAll] += by
	counts[tagSystem(system)] += by
	for stem := range strings.FieldsSeq(stems) {
		if !strings.HasPrefix(stem, tagAll) {
			counts[stem] += by
		}
	}
}

func (tx *Tx) addStems(counts map[string]int64) error {
	for _, stem := range slices.Sorted(maps.Keys(counts)) {
		if _, err := tx.exec("INSERT INTO stem (stem, n) VALUES ($1, $2) ON CONFLICT (stem) DO UPDATE SET n = stem.n + excluded.n", stem, counts[stem]); err != nil {
			return fmt.Errorf("counting stems: %w", err)
		}
	}
	return nil
}

// dropPrecedent forgets a case that was opened again.
func (tx *Tx) dropPrecedent(ticket string) error {
	var id int64
	var system, stems string
	err := tx.row(nil, "SELECT id, system, stems FROM precedent WHERE ticket = $1", ticket).Scan(&id, &system, &stems)
	if err == ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if tx.s.dialect == sqliteDialect {
		if _, err := tx.exec("DELETE FROM fts_precedent WHERE rowid = $1", newestFirst-id); err != nil {
			return err
		}
	}
	if _, err := tx.exec("DELETE FROM precedent WHERE id = $1", id); err != nil {
		return err
	}
	counts := map[string]int64{}
	countStems(counts, stems, system, -1)
	return tx.addStems(counts)
}

// fillPrecedents makes the precedents of every closed case: after a restore,
// and once in a database that is older than they are.
func (tx *Tx) fillPrecedents(ctx context.Context) error {
	for after := ""; ; {
		ids, err := all(ctx, tx, text1, "SELECT id FROM ticket WHERE closed > 0 AND id > $1 ORDER BY id LIMIT $2", after, stretch)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			t, _, err := load(ctx, tx, id, "")
			if err != nil {
				return err
			}
			if isPrecedent(t) {
				if err := tx.addPrecedent(t); err != nil {
					return err
				}
			}
			after = id
		}
		if err := tx.indexAll(); err != nil {
			return err
		}
	}
}

// ensurePrecedents fills a database from before there were any.
func (s *Store) ensurePrecedents(ctx context.Context) error {
	var missing int
	err := s.row(ctx, "SELECT count(*) FROM (SELECT 1 AS x FROM ticket WHERE closed > 0 LIMIT 1) t WHERE NOT EXISTS (SELECT 1 FROM precedent)").Scan(&missing)
	if err != nil || missing == 0 {
		return err
	}
	return s.Write(ctx, func(tx *Tx) error { return tx.fillPrecedents(ctx) })
}
