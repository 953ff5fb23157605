package store

import (
	"context"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// Person is someone who reports. Two records of one human are merged by a
// pointer, which can be taken back; nothing is rewritten.
type Person struct {
	ID      string
	Name    string
	Entity  string // where they work, if they report for it
	Note    string
	Merged  string // the person this one is now counted as; empty if itself
	Created time.Time
}

// Address is where a person was reached, and on what grounds it is theirs.
type Address struct {
	ID      int64
	Kind    string // medium: "email", "whatsapp", "phone"
	Value   string // canonical
	Name    string // as the far side gave it; never trusted
	Person  string
	Proof   string // "seen" for the first sender of it, else what an operator wrote
	By      string
	At      time.Time
	Undone  time.Time
	LinkID  int64
	Created time.Time
}

// PersonOf finds the person of an address, or makes one. A shared address
// gives the person it was linked with last. A contact without a value (hidden
// number) always makes a new person.
func (tx *Tx) PersonOf(c tickets.Contact) (person string, err error) {
	name, value := short(c.Name, 200), clean(c.Value)
	if value == "" {
		return tx.newPerson(name, "")
	}
	if person, err = tx.known(c.Medium, value); err != ErrNotFound {
		return person, err
	}
	address, err := tx.address(c.Medium, value, name)
	if err != nil {
		return "", err
	}
	if tx.s.dialect.writers > 1 { // another may have been faster; now its commit can be seen
		if person, err = tx.known(c.Medium, value); err != ErrNotFound {
			return person, err
		}
	}
	if person, err = tx.newPerson(name, value); err != nil {
		return "", err
	}
	return person, tx.link(person, address, "seen", string(tickets.System))
}

// FindPerson finds the person of an address and makes none: ErrNotFound.
func (tx *Tx) FindPerson(c tickets.Contact) (person string, err error) {
	return tx.known(c.Medium, clean(c.Value))
}

// known gives the person that an address was linked with last.
func (tx *Tx) known(kind, value string) (person string, err error) {
	var merged string
	err = tx.row(nil, `SELECT p.id, p.merged FROM address a JOIN person_address l ON l.address = a.id AND l.undone = 0 JOIN person p ON p.id = l.person
		WHERE a.kind = $1 AND a.value = $2 ORDER BY l.id DESC LIMIT 1`, kind, value).Scan(&person, &merged)
	if err != nil {
		return "", err
	}
	return follow(tx, person, merged)
}

// address finds or makes the row of an address; it stays locked until the
// commit, so that two nodes do not make two persons of one sender.
func (tx *Tx) address(kind, value, name string) (id int64, err error) {
	return id, tx.row(nil, "INSERT INTO address (kind, value, name, created) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, value) DO UPDATE SET value = excluded.value RETURNING id",
		kind, value, name, micros(tx.now)).Scan(&id)
}

func (tx *Tx) newPerson(name, value string) (string, error) {
	id := tx.NewID()
	if _, err := tx.exec("INSERT INTO person (id, name, created) VALUES ($1, $2, $3)", id, name, micros(tx.now)); err != nil {
		return "", err
	}
	tx.index("person", id, words.Index(name), words.Index(value)+numberForms(value))
	return id, nil
}

func (tx *Tx) link(person string, address int64, proof, by string) error {
	_, err := tx.exec("INSERT INTO person_address (person, address, proof, actor, at) VALUES ($1, $2, $3, $4, $5)", person, address, clean(proof), by, micros(tx.now))
	return err
}

// follow walks the merge pointers; a circle, which Merge refuses, would end at
// the hundredth.
func follow(r reader, person, merged string) (string, error) {
	for range 100 {
		if merged == "" {
			break
		}
		person = merged
		if err := r.row(context.Background(), "SELECT merged FROM person WHERE id = $1", person).Scan(&merged); err != nil {
			return "", err
		}
	}
	return person, nil
}

// SamePerson says whether two records are of one human by now.
func (tx *Tx) SamePerson(a, b string) (bool, error) {
	if a == "" || b == "" {
		return false, nil
	}
	a, err := follow(tx, a, a)
	if err != nil {
		return false, err
	}
	b, err = follow(tx, b, b)
	return a == b, err
}

// LinkAddress says that an address is also (or rather) this person's, with the
// proof that the operator saw.
func (tx *Tx) LinkAddress(person string, c tickets.Contact, proof, by string) error {
	value := clean(c.Value)
	address, err := tx.address(c.Medium, value, short(c.Name, 200))
	if err != nil {
		return err
	}
	if err := tx.link(person, address, proof, by); err != nil {
		return err
	}
	tx.index("person", person, "", words.Index(value)+numberForms(value))
	return nil
}

// UnlinkAddress takes a link back; it stays on record.
func (tx *Tx) UnlinkAddress(link int64, by string) error {
	return tx.one("UPDATE person_address SET undone = $2, undone_by = $3 WHERE id = $1 AND undone = 0", link, micros(tx.now), by)
}

// MergePerson counts person as into from now on; into "" takes it back.
// ErrStale if that would make a circle.
func (tx *Tx) MergePerson(person, into string) error {
	if into != "" {
		end, err := follow(tx, into, into)
		if err != nil {
			return err
		}
		if end == person {
			return ErrStale
		}
		into = end
	}
	return tx.one("UPDATE person SET merged = $2 WHERE id = $1", person, into)
}

// SavePerson writes what an operator corrected: name, entity and note.
func (tx *Tx) SavePerson(p Person) error {
	if err := tx.one("UPDATE person SET name = $2, entity = $3, note = $4 WHERE id = $1", p.ID, short(p.Name, 200), short(p.Entity, 200), clean(p.Note)); err != nil {
		return err
	}
	tx.index("person", p.ID, words.Index(p.Name), words.Index(p.Entity))
	return nil
}

// Person gives one person, following merges.
func (s *Store) Person(ctx context.Context, id string) (Person, error) {
	for range 100 {
		list, err := all(ctx, s, scanPerson, "SELECT "+personColumns+" FROM person WHERE id = $1", id)
		if err != nil {
			return Person{}, err
		}
		if len(list) == 0 {
			return Person{}, ErrNotFound
		}
		if list[0].Merged == "" {
			return list[0], nil
		}
		id = list[0].Merged
	}
	return Person{}, ErrNotFound
}

const personColumns = "id, name, entity, note, merged, created"

func scanPerson(scan scanner) (p Person, err error) {
	return p, scan(&p.ID, &p.Name, &p.Entity, &p.Note, &p.Merged, when{&p.Created})
}

// Addresses lists the addresses of a person and of those merged into it,
// undone links too.
func (s *Store) Addresses(ctx context.Context, person string) ([]Address, error) {
	return all(ctx, s, func(scan scanner) (a Address, err error) {
		return a, scan(&a.ID, &a.Kind, &a.Value, &a.Name, &a.Person, &a.Proof, &a.By, when{&a.At}, when{&a.Undone}, &a.LinkID, when{&a.Created})
	}, `SELECT a.id, a.kind, a.value, a.name, l.person, l.proof, l.actor, l.at, l.undone, l.id, a.created
		FROM person_address l JOIN address a ON a.id = l.address
		WHERE l.person IN (SELECT $1 UNION ALL SELECT id FROM person WHERE merged = $1 AND merged <> '') ORDER BY l.id`, person)
}

// HiddenOf gives the hidden ids of WhatsApp by which a person is known, those of
// the records that were merged into it too.
func (tx *Tx) HiddenOf(person string) ([]string, error) {
	return all(context.Background(), tx, text1, `SELECT a.value FROM person_address l JOIN address a ON a.id = l.address
		WHERE l.undone = 0 AND a.kind = 'whatsapp' AND a.value LIKE 'lid:%' AND l.person IN (SELECT $1 UNION ALL SELECT id FROM person WHERE merged = $1 AND merged <> '')`, person)
}

// numberForms gives the forms of a telephone number that people type: without
// the plus, and without Bolivia's 591.
func numberForms(value string) string {
	digits, ok := strings.CutPrefix(value, "+")
	if !ok {
		return ""
	}
	if short, ok := strings.CutPrefix(digits, "591"); ok {
		return " " + short
	}
	return ""
}
