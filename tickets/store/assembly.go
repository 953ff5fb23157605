package store

import (
	"context"
	"fmt"
	"time"

	"ventanilla/channels"
)

// Assembly is a burst: messages of one person on one chat that are decided
// together once the person has been quiet for a while.
type Assembly struct {
	Medium  channels.Medium
	Channel string
	Address string
	Began   time.Time
	Due     time.Time
	Latest  time.Time // the cap
	Greeted bool      // its greeting was answered
	Resting bool      // said nothing of a matter when it was looked at; nothing came since
	Tries   int       // claims without an end, this one included
	Version int64
	Parts   []int64 // ledger lines, in the order of their arrival
}

// Gather adds a ledger line to the burst of its sender, or begins one: it is
// decided at due, or at latest if others keep coming. The line's own fate must
// be settled as FateGathering in the same transaction.
func (tx *Tx) Gather(a Assembly, ledger int64) error {
	_, err := tx.exec(`INSERT INTO assembly (medium, channel, address, began, due, latest, greeted, resting, tries, version)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 1) ON CONFLICT (medium, channel, address) DO UPDATE SET version = assembly.version + 1, tries = 0, resting = 0,
		latest = CASE WHEN assembly.resting = 1 THEN excluded.latest ELSE assembly.latest END,
		due = CASE WHEN assembly.resting = 1 OR excluded.due < assembly.latest THEN excluded.due ELSE assembly.latest END`,
		a.Medium, a.Channel, clean(a.Address), micros(tx.now), micros(a.Due), micros(a.Latest))
	if err != nil {
		return fmt.Errorf("gathering a burst: %w", err)
	}
	_, err = tx.exec("INSERT INTO assembly_part (medium, channel, address, ledger) VALUES ($1, $2, $3, $4) ON CONFLICT (medium, channel, address, ledger) DO NOTHING",
		a.Medium, a.Channel, clean(a.Address), ledger)
	return err
}

// Gathering gives the burst of an address with its parts; ErrNotFound if there is none.
func (tx *Tx) Gathering(medium channels.Medium, channel, address string) (Assembly, error) {
	list, err := all(context.Background(), tx, scanAssembly, "SELECT "+assemblyColumns+" FROM assembly WHERE medium = $1 AND channel = $2 AND address = $3",
		medium, channel, clean(address))
	if err != nil || len(list) == 0 {
		if err == nil {
			err = ErrNotFound
		}
		return Assembly{}, err
	}
	list[0].Parts, err = partsOf(context.Background(), tx, list[0])
	return list[0], err
}

const assemblyColumns = "medium, channel, address, began, due, latest, greeted, resting, tries, version"

func scanAssembly(scan scanner) (a Assembly, err error) {
	var greeted, resting int
	err = scan(&a.Medium, &a.Channel, &a.Address, when{&a.Began}, when{&a.Due}, when{&a.Latest}, &greeted, &resting, &a.Tries, &a.Version)
	a.Greeted, a.Resting = greeted == 1, resting == 1
	return a, err
}

func partsOf(ctx context.Context, r reader, a Assembly) ([]int64, error) {
	return all(ctx, r, func(scan scanner) (id int64, err error) { return id, scan(&id) },
		"SELECT ledger FROM assembly_part WHERE medium = $1 AND channel = $2 AND address = $3 ORDER BY ledger", a.Medium, a.Channel, clean(a.Address))
}

// ClaimAssemblies hands out up to n bursts whose time has come. Nobody else
// gets them before lease has passed, unless more is said in them.
func (s *Store) ClaimAssemblies(ctx context.Context, n int, lease time.Duration) ([]Assembly, error) {
	var due int
	now := micros(s.Now())
	if err := s.row(ctx, "SELECT count(*) FROM assembly WHERE due <= $1", now).Scan(&due); err != nil || due == 0 {
		return nil, err
	}
	var list []Assembly
	err := s.Write(ctx, func(tx *Tx) (err error) {
		now := micros(tx.now)
		list, err = all(ctx, tx, scanAssembly, `UPDATE assembly SET due = $2, tries = tries + 1, version = version + 1
			WHERE (medium, channel, address) IN (SELECT medium, channel, address FROM assembly WHERE due <= $1 ORDER BY due LIMIT $3`+tx.s.dialect.skip+`)
			RETURNING `+assemblyColumns, now, now+lease.Microseconds(), n)
		for i := range list {
			if err == nil {
				list[i].Parts, err = partsOf(ctx, tx, list[i])
			}
		}
		return err
	})
	return list, err
}

// Scatter ends a burst; the fates of its lines must be given in the same
// transaction (Gathered). ErrStale if more was said since it was claimed, or
// another node has it: then it comes again.
func (tx *Tx) Scatter(a Assembly) error {
	if err := tx.one("DELETE FROM assembly WHERE medium = $1 AND channel = $2 AND address = $3 AND version = $4", a.Medium, a.Channel, clean(a.Address), a.Version); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM assembly_part WHERE medium = $1 AND channel = $2 AND address = $3", a.Medium, a.Channel, clean(a.Address))
	return err
}

// Rest leaves a burst that says nothing of a matter until more is said, or
// until due. ErrStale as in Scatter.
func (tx *Tx) Rest(a Assembly, due time.Time) error {
	return tx.one(`UPDATE assembly SET due = $5, resting = 1, greeted = $6, tries = 0, version = version + 1
		WHERE medium = $1 AND channel = $2 AND address = $3 AND version = $4`, a.Medium, a.Channel, clean(a.Address), a.Version, micros(due), number(a.Greeted))
}

// Gathered gives a line of a burst its final fate; a secret may show only
// beside the other messages.
func (tx *Tx) Gathered(ledger int64, f Fate) error {
	return tx.refate(ledger, []Verdict{FateGathering}, f)
}

// Courtesy is a message to somebody who has no case.
type Courtesy struct {
	ID      string
	Medium  channels.Medium
	Channel string
	To      channels.Address
	Text    string
	Tries   int
	Created time.Time
}

// SayHello queues a courtesy.
func (tx *Tx) SayHello(c Courtesy) error {
	_, err := tx.exec("INSERT INTO courtesy (id, medium, channel, address, name, body, state, tries, due, error, created) VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, $7, '', $7)",
		tx.NewID(), c.Medium, c.Channel, clean(c.To.Value), short(c.To.Name, 200), clean(c.Text), micros(tx.now))
	return err
}

const courtesyColumns = "id, medium, channel, address, name, body, tries, created"

func scanCourtesy(scan scanner) (c Courtesy, err error) {
	err = scan(&c.ID, &c.Medium, &c.Channel, &c.To.Value, &c.To.Name, &c.Text, &c.Tries, when{&c.Created})
	c.To.Medium = c.Medium
	return c, err
}

// ClaimCourtesies hands out what is due; nobody else gets it before lease has passed.
func (s *Store) ClaimCourtesies(ctx context.Context, n int, lease time.Duration) ([]Courtesy, error) {
	var due int
	if err := s.row(ctx, "SELECT count(*) FROM courtesy WHERE state = 'queued' AND due <= $1", micros(s.Now())).Scan(&due); err != nil || due == 0 {
		return nil, err
	}
	var list []Courtesy
	err := s.Write(ctx, func(tx *Tx) (err error) {
		now := micros(tx.now)
		list, err = all(ctx, tx, scanCourtesy, `UPDATE courtesy SET tries = tries + 1, due = $2 WHERE id IN (SELECT id FROM courtesy WHERE state = 'queued' AND due <= $1 ORDER BY due LIMIT $3`+tx.s.dialect.skip+`)
			RETURNING `+courtesyColumns, now, now+lease.Microseconds(), n)
		return err
	})
	return list, err
}

// CourtesyMoved records how far a courtesy came; ErrNotFound if there is no
// such one. A later one than the known state changes nothing.
func (tx *Tx) CourtesyMoved(id string, state channels.State, detail string) error {
	n, err := tx.exec("UPDATE courtesy SET state = $2, error = $3 WHERE id = $1 AND state IN ('queued', 'sent', 'delivered')", id, state, clean(detail))
	if err == nil && n == 0 {
		err = tx.row(nil, "SELECT state FROM courtesy WHERE id = $1", id).Scan(&state)
	}
	return err
}

// RetryCourtesy leaves a courtesy that could not be sent until at.
func (s *Store) RetryCourtesy(ctx context.Context, c Courtesy, at time.Time, counts bool, why string) error {
	return s.Write(ctx, func(tx *Tx) error {
		tries := c.Tries
		if !counts {
			tries--
		}
		_, err := tx.exec("UPDATE courtesy SET due = $2, tries = $3, error = $4 WHERE id = $1 AND state = 'queued'", c.ID, micros(at), tries, clean(why))
		return err
	})
}

// Assemblies lists the bursts that are under way, oldest first, for tests and
// for whoever wants to see what waits.
func (s *Store) Assemblies(ctx context.Context) ([]Assembly, error) {
	list, err := all(ctx, s, scanAssembly, "SELECT "+assemblyColumns+" FROM assembly ORDER BY began LIMIT 1000")
	for i := range list {
		if err == nil {
			list[i].Parts, err = partsOf(ctx, s, list[i])
		}
	}
	return list, err
}

// Courtesies lists what was said to an address without a case, oldest first.
func (s *Store) Courtesies(ctx context.Context, address string) ([]Courtesy, error) {
	return all(ctx, s, scanCourtesy, "SELECT "+courtesyColumns+" FROM courtesy WHERE address = $1 ORDER BY id", clean(address))
}
