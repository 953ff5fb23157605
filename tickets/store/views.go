package store

import (
	"context"
	"time"
)

// SavedView is a queue that someone keeps under a name, for themselves or for
// everybody.
type SavedView struct {
	ID      string
	Name    string
	Address string // the queue's query string
	Owner   string // user id
	Shared  bool
	At      time.Time
}

// SaveView stores a view; an empty ID is filled in.
func (tx *Tx) SaveView(v *SavedView) error {
	if v.ID == "" {
		v.ID = tx.NewID()
	}
	_, err := tx.exec("INSERT INTO saved_view (id, name, address, owner, shared, at) VALUES ($1, $2, $3, $4, $5, $6)",
		v.ID, short(v.Name, 60), clean(v.Address), v.Owner, number(v.Shared), micros(tx.now))
	return err
}

// DropView forgets a view of its owner; ErrStale if they have none of that id.
func (tx *Tx) DropView(id, owner string) error {
	return tx.one("DELETE FROM saved_view WHERE id = $1 AND owner = $2", id, owner)
}

// Views lists a person's own views and the shared ones, by name.
func (s *Store) Views(ctx context.Context, owner string) ([]SavedView, error) {
	return all(ctx, s, func(scan scanner) (v SavedView, err error) {
		var shared int
		err = scan(&v.ID, &v.Name, &v.Address, &v.Owner, &shared, when{&v.At})
		v.Shared = shared == 1
		return v, err
	}, "SELECT id, name, address, owner, shared, at FROM saved_view WHERE owner = $1 OR shared = 1 ORDER BY name, id LIMIT 40", owner)
}
