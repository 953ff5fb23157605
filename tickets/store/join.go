package store

import (
	"context"
	"time"
)

// Join says that two records of persons are of one human, by a proof that an
// operator saw. Taken back, it stays on record.
type Join struct {
	ID            int64
	Person, Other string // Person is counted as Other
	Proof, Detail string
	By            string
	At, Undone    time.Time
}

// JoinPeople counts a person as another from now on, with all they ever wrote;
// ErrExists if they are one already.
func (tx *Tx) JoinPeople(j Join) error {
	var err error
	if j.Person, err = follow(tx, j.Person, j.Person); err != nil {
		return err
	}
	if j.Other, err = follow(tx, j.Other, j.Other); err != nil {
		return err
	}
	if j.Person == j.Other {
		return ErrExists
	}
	if err := tx.MergePerson(j.Person, j.Other); err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO person_join (person, other, proof, detail, actor, at) VALUES ($1, $2, $3, $4, $5, $6)",
		j.Person, j.Other, clean(j.Proof), short(j.Detail, 300), j.By, micros(tx.now))
	return err
}

// PartPeople takes a join back; ErrStale if that was done already.
func (tx *Tx) PartPeople(join int64, by string) error {
	var person string
	if err := tx.row(nil, "SELECT person FROM person_join WHERE id = $1 AND undone = 0", join).Scan(&person); err != nil {
		return err
	}
	if err := tx.one("UPDATE person_join SET undone = $2, undone_by = $3 WHERE id = $1 AND undone = 0", join, micros(tx.now), by); err != nil {
		return err
	}
	return tx.MergePerson(person, "")
}

// Same gives the ids under which a person wrote: the one all are counted as
// first. person may be any of them.
func (s *Store) Same(ctx context.Context, person string) ([]string, error) {
	root, err := follow(s, person, person)
	if err != nil {
		return nil, err
	}
	ids := []string{root}
	for next := ids; len(next) > 0; {
		q := newQuery("SELECT id FROM person")
		q.where("merged <> ''")
		in(q, "merged", next)
		if next, err = all(ctx, s, text1, q.text()+" ORDER BY id", q.args...); err != nil {
			return nil, err
		}
		ids = append(ids, next...)
	}
	return ids, nil
}

// Joins lists what ties the records of one person, the newest first.
func (s *Store) Joins(ctx context.Context, same []string) ([]Join, error) {
	q := newQuery("SELECT id, person, other, proof, detail, actor, at, undone FROM person_join")
	in(q, "person", same)
	return all(ctx, s, func(scan scanner) (j Join, err error) {
		return j, scan(&j.ID, &j.Person, &j.Other, &j.Proof, &j.Detail, &j.By, when{&j.At}, when{&j.Undone})
	}, q.text()+" ORDER BY id DESC", q.args...)
}

// PersonName is the name on one record of a person, whoever it is counted as.
func (s *Store) PersonName(ctx context.Context, id string) (name string, err error) {
	return name, s.row(ctx, "SELECT name FROM person WHERE id = $1", id).Scan(&name)
}

// PersonName is Store's, within the transaction.
func (tx *Tx) PersonName(id string) (name string, err error) {
	return name, tx.row(nil, "SELECT name FROM person WHERE id = $1", id).Scan(&name)
}
