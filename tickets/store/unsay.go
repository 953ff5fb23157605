package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// Unsay lets the search find a case no longer by words that its person took
// back: said is how a message read, before and after it was corrected. The thread
// keeps them. Call it when the message is rewritten; subject is the case's from now on.
func (tx *Tx) Unsay(ticket, subject string, said ...string) error {
	held := false
	for _, text := range said {
		stems := words.Index(text)
		if stems == "" {
			continue
		}
		before := len(tx.docs)
		tx.docs = slices.DeleteFunc(slices.Clone(tx.docs), func(d doc) bool { return d.kind == "case" && d.ref == ticket && holds(d, stems) })
		docs, err := tx.docsWith(ticket, stems)
		if err != nil {
			return fmt.Errorf("looking for what was taken back: %w", err)
		}
		if err := tx.forgetDocs(docs); err != nil {
			return err
		}
		held = held || len(docs) > 0 || len(tx.docs) < before
	}
	if !held { // a thumb up, say, by which nothing is found
		return nil
	}
	return tx.findAnew(ticket, subject)
}

// holds says whether a part of a record has all the stems.
func holds(d doc, stems string) bool {
	has := strings.Fields(d.head + " " + d.body)
	for s := range strings.FieldsSeq(stems) {
		if !slices.Contains(has, s) {
			return false
		}
	}
	return true
}

// docsWith gives the numbers of the search's rows of a case that have all the
// stems: of its messages, and of acts that repeat one.
func (tx *Tx) docsWith(ticket, stems string) ([]int64, error) {
	var terms []words.Term
	for s := range strings.FieldsSeq(stems) {
		terms = append(terms, words.Term{Stems: []string{s}})
	}
	found := "SELECT rowid FROM fts_case WHERE fts_case MATCH $1"
	if tx.s.dialect != sqliteDialect {
		found = "SELECT id FROM fts_case WHERE tsv @@ ($1::text)::tsquery"
	}
	return all(context.Background(), tx, func(scan scanner) (id int64, err error) { return id, scan(&id) },
		"SELECT id FROM doc WHERE id IN ("+found+") AND kind = 'case' AND ref = $2", tx.s.dialect.match(terms), ticket)
}

// findable is what the search finds of a message: how it came and how it reads
// now; nothing of one that was taken back or stands in another as its correction.
const findable = "CASE WHEN m.now_says = '' THEN '' ELSE m.said || ' ' || coalesce(m.now_says, '') END"

// findAnew makes a case findable anew by what it is, what its messages say and
// what was written in its acts.
func (tx *Tx) findAnew(ticket, subject string) error {
	ctx := context.Background()
	rows, err := all(ctx, tx, scanRow, "SELECT "+rowColumns+" FROM ticket t WHERE t.id = $1", ticket)
	if err != nil || len(rows) == 0 {
		return err
	}
	row := rows[0]
	row.Subject = subject
	said, err := all(ctx, tx, text1, "SELECT "+findable+" FROM message m LEFT JOIN outbox o ON o.id = m.outgoing WHERE "+inTicket+` AND coalesce(o.purpose, '') <> '`+string(tickets.PurposeAck)+`'
		UNION ALL SELECT f.name FROM message m JOIN file f ON f.message = m.id WHERE `+inTicket+` AND (m.now_says IS NULL OR m.now_says <> '')`, ticket)
	if err != nil {
		return err
	}
	events, err := all(ctx, tx, func(scan scanner) (e tickets.Event, err error) { return e, scan(object{&e}) }, "SELECT body FROM event WHERE ticket = $1 ORDER BY seq", ticket)
	if err != nil {
		return err
	}
	tx.index("case", ticket, row.indexed(), words.Index(strings.Join(said, "\n")))
	for i := range events {
		tx.indexEvent(ticket, &events[i])
	}
	return nil
}
