package store

import (
	"context"
	"time"
)

// What a session is still short of (Session.Half).
const (
	Whole      = 0 // logged in
	WantsCode  = 1 // the password was right; the second factor is wanted
	MustEnroll = 2 // the person's role demands a second factor that they do not have yet
)

// Factor is a person's second factor: the secret that they share with the
// program in their telephone (RFC 6238).
type Factor struct {
	Secret    string // base32
	Confirmed time.Time
	LastStep  int64 // newest time step whose code was used
	Left      int   // recovery codes not used yet
}

// Factor gives a person's second factor; ErrNotFound if there is none.
func (s *Store) Factor(ctx context.Context, staff string) (f Factor, err error) {
	err = s.row(ctx, "SELECT secret, confirmed, last_step, (SELECT count(*) FROM recovery WHERE recovery.staff = factor.staff AND used = 0) FROM factor WHERE staff = $1", staff).
		Scan(&f.Secret, when{&f.Confirmed}, &f.LastStep, &f.Left)
	return f, err
}

// ProposeFactor stores a secret that its owner has not confirmed yet; one that
// is in force stays, and that is ErrExists.
func (tx *Tx) ProposeFactor(staff, secret string) error {
	n, err := tx.exec(`INSERT INTO factor (staff, secret, confirmed, last_step) VALUES ($1, $2, 0, 0)
		ON CONFLICT (staff) DO UPDATE SET secret = excluded.secret WHERE factor.confirmed = 0`, staff, secret)
	if err == nil && n == 0 {
		return ErrExists
	}
	return err
}

// UseFactor records that the code of a time step was used, and confirms the
// factor by it. ErrStale if that step or a later one was used already: a code is
// good once (RFC 6238 §5.2).
func (tx *Tx) UseFactor(staff string, step int64) error {
	return tx.one("UPDATE factor SET last_step = $2, confirmed = CASE WHEN confirmed = 0 THEN $3 ELSE confirmed END WHERE staff = $1 AND last_step < $2", staff, step, micros(tx.now))
}

// DropFactor takes a person's second factor and recovery codes away.
func (tx *Tx) DropFactor(staff string) error {
	if _, err := tx.exec("DELETE FROM recovery WHERE staff = $1", staff); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM factor WHERE staff = $1", staff)
	return err
}

// SetRecovery stores the hashes of new recovery codes; the old ones are void.
func (tx *Tx) SetRecovery(staff string, hashes []string) error {
	if _, err := tx.exec("DELETE FROM recovery WHERE staff = $1", staff); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.exec("INSERT INTO recovery (staff, hash, used) VALUES ($1, $2, 0)", staff, h); err != nil {
			return err
		}
	}
	return nil
}

// UseRecovery uses a recovery code up; ErrStale if it is unknown or used.
func (tx *Tx) UseRecovery(staff, hash string) error {
	return tx.one("UPDATE recovery SET used = $3 WHERE staff = $1 AND hash = $2 AND used = 0", staff, hash, micros(tx.now))
}

// CompleteSession makes a half session whole, until expires.
func (tx *Tx) CompleteSession(token string, expires time.Time) error {
	return tx.one("UPDATE session SET half = 0, expires = $2 WHERE token = $1", token, micros(expires))
}

// EndSessions ends a person's sessions, except the one of that token ("" ends all).
func (tx *Tx) EndSessions(staff, but string) error {
	_, err := tx.exec("DELETE FROM session WHERE staff = $1 AND token <> $2", staff, but)
	return err
}

// EndOne ends one session of a person; ErrNotFound if they have none of that token.
func (tx *Tx) EndOne(staff, token string) error {
	n, err := tx.exec("DELETE FROM session WHERE staff = $1 AND token = $2", staff, token)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}
