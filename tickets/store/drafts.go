package store

import (
	"context"
	"time"
)

// Unsent is what someone typed into a form and has not sent. It survives the
// browser, the session and the program.
type Unsent struct {
	Name   string // which form of which case
	Form   string // number of the form as it was shown
	Fields map[string]string
	At     time.Time
}

// keptDrafts is how long a draft that nobody came back to is kept.
const keptDrafts = 30 * 24 * time.Hour

// KeepUnsent keeps a draft in the place of an older one. Nothing typed drops it.
// What arrives from a form whose act was done (Tx.SentUnsent) comes too late and
// is left.
func (s *Store) KeepUnsent(ctx context.Context, staff string, d Unsent) error {
	return s.Write(ctx, func(tx *Tx) error {
		if len(d.Fields) == 0 {
			_, err := tx.exec("DELETE FROM draft WHERE staff = $1 AND name = $2 AND body <> ''", staff, clean(d.Name))
			return err
		}
		_, err := tx.exec(`INSERT INTO draft (staff, name, form, body, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (staff, name) DO UPDATE SET form = excluded.form, body = excluded.body, at = excluded.at
			WHERE NOT (draft.body = '' AND draft.form = excluded.form)`, staff, clean(d.Name), clean(d.Form), encode(d.Fields), micros(tx.now))
		return err
	})
}

// SentUnsent empties a draft because its act was done, and forgets what nobody
// came back to.
func (tx *Tx) SentUnsent(staff, name, form string) error {
	_, err := tx.exec(`INSERT INTO draft (staff, name, form, body, at) VALUES ($1, $2, $3, '', $4)
		ON CONFLICT (staff, name) DO UPDATE SET form = excluded.form, body = '', at = excluded.at`, staff, clean(name), clean(form), micros(tx.now))
	if err == nil {
		_, err = tx.exec("DELETE FROM draft WHERE staff = $1 AND at < $2", staff, micros(tx.now.Add(-keptDrafts)))
	}
	return err
}

// KeepUnsent is Store.KeepUnsent within a transaction, whatever was sent before: what
// was taken back is there to be written on.
func (tx *Tx) KeepUnsent(staff string, d Unsent) error {
	_, err := tx.exec(`INSERT INTO draft (staff, name, form, body, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (staff, name) DO UPDATE SET form = excluded.form, body = excluded.body, at = excluded.at`,
		staff, clean(d.Name), clean(d.Form), encode(d.Fields), micros(tx.now))
	return err
}

// Unsent gives what someone left in a form, or, without fields, the number of the
// one that was sent last; ErrNotFound if that is nothing.
func (s *Store) Unsent(ctx context.Context, staff, name string) (Unsent, error) {
	return single(all(ctx, s, func(scan scanner) (d Unsent, err error) {
		return d, scan(&d.Name, &d.Form, object{&d.Fields}, when{&d.At})
	}, "SELECT name, form, body, at FROM draft WHERE staff = $1 AND name = $2", staff, clean(name)))
}
