package store

import (
	"context"
	"fmt"
	"slices"

	"ventanilla/tickets"
)

// What was said in a closed case is kept as many months as the office says, and
// then destroyed: messages, files, raw forms, records of acts, what went out,
// the citizen's comment, the words by which the search finds it. The case stays
// with its dates, steps and decisions, and its chain still verifies. Off unless
// the office sets it.

// CaseMonthsSetting names the setting of how many months the texts of a closed
// case are kept after it was last touched: a whole number, 0 = for ever.
const CaseMonthsSetting = "case_months"

// CaseMonths gives how many months the texts of closed cases are kept, 0 for ever.
func (s *Store) CaseMonths(ctx context.Context) (months int, err error) {
	_, err = s.Setting(ctx, CaseMonthsSetting, &months)
	return max(months, 0), err
}

// overdue is the condition on ticket t that its texts were kept since before
// $1; what a machine answers to a closed case does not touch it, but is kept
// no longer either.
const overdue = "t.closed > 0 AND (t.purged < t.updated OR t.purged < t.last_in) AND t.updated < $1"

// CountOverdue says how many closed cases would lose their texts if they were
// kept that many months.
func (s *Store) CountOverdue(ctx context.Context, months int) (n int, err error) {
	return n, s.row(ctx, "SELECT count(*) FROM ticket t WHERE "+overdue, micros(s.now().AddDate(0, -months, 0))).Scan(&n)
}

// PurgeCases destroys the texts of closed cases whose time is over, up to n of
// them, each in a transaction of its own with its line in the audit log, and
// says how many it were. Any node may do it, and again.
func (s *Store) PurgeCases(ctx context.Context, n int) (purged int, err error) {
	months, err := s.CaseMonths(ctx)
	if err != nil || months == 0 {
		return 0, err
	}
	before := micros(s.now().AddDate(0, -months, 0))
	list, err := all(ctx, s, scanRow, "SELECT "+rowColumns+" FROM ticket t WHERE "+overdue+" ORDER BY t.updated, t.id LIMIT $2", before, n)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	docs, err := s.docsOf(ctx, list)
	if err != nil {
		return 0, err
	}
	if err := s.Write(ctx, func(tx *Tx) error { return tx.purgeBatches(list) }); err != nil {
		return 0, fmt.Errorf("destroying what was done in bulk: %w", err)
	}
	for i := range list {
		done := false
		err := s.Write(ctx, func(tx *Tx) (err error) {
			done, err = tx.purgeCase(&list[i], docs[list[i].ID], before, months)
			return err
		})
		if err != nil {
			return purged, fmt.Errorf("destroying the texts of %s: %w", list[i].Code, err)
		}
		if done {
			purged++
		}
	}
	return purged, nil
}

// purgeBatches empties what bulk acts that are over wrote in some cases.
func (tx *Tx) purgeBatches(list []Row) error {
	q := newQuery("UPDATE batch_item SET acts = '[]'")
	q.where("state <> 'due'")
	in(q, "ticket", idsOf(list))
	_, err := tx.exec(q.text(), q.args...)
	return err
}

func idsOf(list []Row) []string {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// docsOf gives the numbers of the search's rows of some cases. They have no
// index by case, which every message would pay for: the table is read once.
func (s *Store) docsOf(ctx context.Context, list []Row) (map[string][]int64, error) {
	q := newQuery("SELECT id, ref FROM doc")
	q.where("kind = 'case'")
	in(q, "ref", idsOf(list))
	type row struct {
		id  int64
		ref string
	}
	rows, err := all(ctx, s, func(scan scanner) (r row, err error) { return r, scan(&r.id, &r.ref) }, q.text(), q.args...)
	docs := map[string][]int64{}
	for _, r := range rows {
		docs[r.ref] = append(docs[r.ref], r.id)
	}
	return docs, err
}

// purgeCase destroys the texts of a case; false if somebody touched it meanwhile.
func (tx *Tx) purgeCase(seen *Row, docs []int64, before int64, months int) (bool, error) {
	ctx := context.Background()
	t, row, err := load(ctx, tx, seen.ID, tx.s.dialect.forUpdate)
	if err != nil {
		return false, err
	}
	if row.Closed.IsZero() || row.Version != seen.Version || row.Messages != seen.Messages || micros(row.Updated) >= before {
		return false, nil
	}
	hashes, err := all(ctx, tx, text1, "SELECT f.hash FROM message m JOIN file f ON f.message = m.id WHERE "+inTicket+" UNION SELECT m.html FROM message m WHERE "+inTicket+" AND m.html <> ''", t.ID)
	if err != nil {
		return false, err
	}
	for _, part := range []func(*tickets.Ticket) error{tx.purgeSaid, tx.purgeEvents, tx.purgeRaws, tx.dropPrecedentOf} {
		if err := part(t); err != nil {
			return false, err
		}
	}
	slices.Sort(hashes) // the order in which everybody who destroys takes them
	for _, hash := range hashes {
		if err := tx.dropBlob("hash = $1", hash); err != nil {
			return false, err
		}
	}
	if err := tx.forgetDocs(docs); err != nil {
		return false, err
	}
	t.Forget(tx.now)
	if err := tx.one("UPDATE ticket_body SET body = $2 WHERE ticket = $1", t.ID, encode(t)); err != nil {
		return false, err
	}
	if err := tx.one("UPDATE ticket SET subject = $2, snippet = '', purged = $3 WHERE id = $1", t.ID, t.Subject, micros(tx.now)); err != nil {
		return false, err
	}
	row.Subject = t.Subject
	tx.index("case", t.ID, row.indexed(), "")
	tx.change(t.ID, "changed", row.Unit)
	return true, tx.Audit(Audited{By: string(tickets.System), Act: "case.purge", Target: t.Code, Details: map[string]string{"months": fmt.Sprint(months)}})
}

// purgeSaid empties what was said in a case, on its way out and of it.
func (tx *Tx) purgeSaid(t *tickets.Ticket) error {
	const inOutbox = " > $1 || '.' AND %[1]s < $1 || '/'"
	for _, text := range []string{
		"DELETE FROM file WHERE message > $1 || '-' AND message < $1 || '.'",
		"UPDATE message SET subject = '', said = '', full_text = '', html = '', defects = '[]', now_says = NULL WHERE id > $1 || '-' AND id < $1 || '.'",
		"UPDATE outbox SET subject = '', body = '', cc = '[]', files = '[]', error = '', detail = '' WHERE id" + fmt.Sprintf(inOutbox, "id"),
		"UPDATE attempt SET note = '' WHERE outbox" + fmt.Sprintf(inOutbox, "outbox"),
		"UPDATE opinion SET comment = '' WHERE ticket = $1",
	} {
		if _, err := tx.exec(text, t.ID); err != nil {
			return err
		}
	}
	_, err := tx.exec("DELETE FROM draft WHERE name > $1 || ':' AND name < $1 || ';'", t.Code)
	return err
}

// purgeEvents destroys the records of a case's history; the chain takes them by
// their hash.
func (tx *Tx) purgeEvents(t *tickets.Ticket) error {
	events, err := all(context.Background(), tx, func(scan scanner) (e tickets.Event, err error) {
		return e, scan(object{&e})
	}, "SELECT body FROM event WHERE ticket = $1 ORDER BY seq", t.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		if len(e.Record) == 0 {
			continue
		}
		e.Record = nil
		if err := tx.one("UPDATE event SET body = $3 WHERE ticket = $1 AND seq = $2", t.ID, e.Seq, encode(e)); err != nil {
			return err
		}
	}
	return nil
}

// purgeRaws destroys what the channels delivered for a case, but not what still
// waits for a person's decision.
func (tx *Tx) purgeRaws(t *tickets.Ticket) error {
	lines, err := all(context.Background(), tx, func(scan scanner) (l struct{ id, blob int64 }, err error) {
		return l, scan(&l.id, &l.blob)
	}, `SELECT id, coalesce(blob, 0) FROM ledger WHERE ticket = $1 AND ticket <> '' AND purged = 0
		AND fate NOT IN ('pending', 'gathering', 'held', 'quarantined') ORDER BY id`+tx.s.dialect.forUpdate, t.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := tx.purge(l.id, l.blob); err != nil {
			return err
		}
		if err := tx.one("UPDATE ledger SET subject = '' WHERE id = $1", l.id); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) dropPrecedentOf(t *tickets.Ticket) error { return tx.dropPrecedent(t.ID) }

// forgetDocs takes rows out of the search.
func (tx *Tx) forgetDocs(docs []int64) error {
	column := "id"
	if tx.s.dialect == sqliteDialect {
		column = "rowid"
	}
	for _, id := range docs {
		if _, err := tx.exec("DELETE FROM fts_case WHERE "+column+" = $1", id); err != nil {
			return err
		}
		if _, err := tx.exec("DELETE FROM doc WHERE id = $1", id); err != nil {
			return err
		}
	}
	return nil
}
