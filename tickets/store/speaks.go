package store

import "context"

// SetSpoken says which languages besides Spanish a person of the office can
// attend in (qu, ay, gn, en), instead of those said before.
func (tx *Tx) SetSpoken(staff string, languages []string) error {
	if _, err := tx.exec("DELETE FROM staff_speaks WHERE staff = $1", staff); err != nil {
		return err
	}
	for _, l := range languages {
		if _, err := tx.exec("INSERT INTO staff_speaks (staff, language) VALUES ($1, $2) ON CONFLICT (staff, language) DO NOTHING", staff, clean(l)); err != nil {
			return err
		}
	}
	return nil
}

// Spoken gives those languages of one person.
func (s *Store) Spoken(ctx context.Context, staff string) ([]string, error) {
	return all(ctx, s, text1, "SELECT language FROM staff_speaks WHERE staff = $1 ORDER BY language", staff)
}

// Speakers gives the ids of the active people who speak a language, by name.
func (s *Store) Speakers(ctx context.Context, language string) ([]string, error) {
	return all(ctx, s, text1, "SELECT u.id FROM staff_speaks l JOIN staff u ON u.id = l.staff WHERE l.language = $1 AND u.active = 1 ORDER BY u.name, u.id", language)
}
