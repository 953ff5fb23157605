package store

import "context"

// Grants keeps what lets a mailbox sign in, encrypted by the caller. A backup
// leaves it out: an old one would be refused, and might end the new one.
type Grants struct{ s *Store }

// Grants gives the store's grants.
func (s *Store) Grants() Grants { return Grants{s} }

// Kept gives what was kept under a name, nil if nothing.
func (g Grants) Kept(ctx context.Context, name string) ([]byte, error) {
	var sealed []byte
	err := g.s.row(ctx, "SELECT sealed FROM mail_grant WHERE name = $1", name).Scan(&sealed)
	if err == ErrNotFound {
		return nil, nil
	}
	return sealed, err
}

// Keep replaces what is kept under a name; it is durable on return.
func (g Grants) Keep(ctx context.Context, name string, sealed []byte) error {
	return g.s.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec("INSERT INTO mail_grant (name, sealed, at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, at = excluded.at", name, sealed, micros(tx.now))
		return err
	})
}
