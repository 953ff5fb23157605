package store

import (
	"context"
	"slices"
	"time"

	"ventanilla/tickets"
)

// Staff is a person of the office who may log in.
type Staff struct {
	ID       string
	Login    string // lower case
	Name     string
	Hash     string // of the password; opaque here (argon2id)
	Roles    []tickets.Role
	Unit     tickets.Unit
	Active   bool
	Language string // of the console: "es", "en"
	// Suplencia is the act under which they stand in as supervisor (G26), and when.
	Suplencia                   string
	SuplenciaFrom, SuplenciaTo  time.Time
	Mail                        string // where they are alerted; empty: nowhere
	Alerts                      string // AlertNow, AlertDigest, AlertNone
	Failed                      int    // wrong passwords since the last right one
	FailedAt, Created, Modified time.Time
	Entered                     time.Time // last sign-in, with the second factor where one is asked for; zero: never
}

// Actor gives the person as the rules know them at a time: with the stand-in
// act only while it holds.
func (u Staff) Actor(at time.Time) tickets.Actor {
	a := tickets.Actor{ID: u.ID, Name: u.Name, Roles: slices.Clone(u.Roles)}
	if u.Suplencia != "" && !at.Before(u.SuplenciaFrom) && (u.SuplenciaTo.IsZero() || at.Before(u.SuplenciaTo)) {
		a.Suplencia = u.Suplencia
	}
	return a
}

// How a person is alerted by mail.
const (
	AlertNow    = "now"
	AlertDigest = "digest" // once a day, when the office opens
	AlertNone   = "none"
)

const staffColumns = `id, login, name, hash, roles, unit, active, language, suplencia, suplencia_from, suplencia_to, failed, failed_at, created, updated, mail, alerts, entered`

func scanStaff(scan scanner) (u Staff, err error) {
	var active int
	err = scan(&u.ID, &u.Login, &u.Name, &u.Hash, object{&u.Roles}, &u.Unit, &active, &u.Language, &u.Suplencia, when{&u.SuplenciaFrom}, when{&u.SuplenciaTo},
		&u.Failed, when{&u.FailedAt}, when{&u.Created}, when{&u.Modified}, &u.Mail, &u.Alerts, when{&u.Entered})
	u.Active = active == 1
	return u, err
}

// AddStaff stores a new person of the office; an empty ID is filled in.
// ErrExists if the login is taken.
func (tx *Tx) AddStaff(u *Staff) error {
	if u.ID == "" {
		u.ID = tx.NewID()
	}
	if u.Alerts == "" {
		u.Alerts = AlertNow
	}
	if u.Roles == nil {
		u.Roles = []tickets.Role{}
	}
	n, err := tx.exec(`INSERT INTO staff (`+staffColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, $12, $13, $14, 0) ON CONFLICT (login) DO NOTHING`,
		u.ID, clean(u.Login), short(u.Name, 200), u.Hash, encode(u.Roles), u.Unit, number(u.Active), u.Language, clean(u.Suplencia),
		micros(u.SuplenciaFrom), micros(u.SuplenciaTo), micros(tx.now), short(u.Mail, 300), u.Alerts)
	if err == nil && n == 0 {
		return ErrExists
	}
	u.Created, u.Modified = tx.now, tx.now
	return err
}

// SaveStaff writes what an administrator changed of a person; the password
// stays (SetPassword). Someone who is no longer active loses their sessions.
func (tx *Tx) SaveStaff(u Staff) error {
	err := tx.one(`UPDATE staff SET login = $2, name = $3, roles = $4, unit = $5, active = $6, language = $7, suplencia = $8, suplencia_from = $9, suplencia_to = $10, updated = $11, mail = $12, alerts = $13 WHERE id = $1`,
		u.ID, clean(u.Login), short(u.Name, 200), encode(u.Roles), u.Unit, number(u.Active), u.Language, clean(u.Suplencia), micros(u.SuplenciaFrom), micros(u.SuplenciaTo), micros(tx.now), short(u.Mail, 300), u.Alerts)
	if duplicate(err) {
		return ErrExists
	}
	if err == nil && !u.Active {
		_, err = tx.exec("DELETE FROM session WHERE staff = $1", u.ID)
	}
	return err
}

// SetPassword stores a new password hash and ends the person's sessions.
func (tx *Tx) SetPassword(id, hash string) error {
	if err := tx.one("UPDATE staff SET hash = $2, failed = 0, updated = $3 WHERE id = $1", id, hash, micros(tx.now)); err != nil {
		return err
	}
	_, err := tx.exec("DELETE FROM session WHERE staff = $1", id)
	return err
}

// Login records whether somebody signed in: failures are counted in the
// database, so that every node sees them, and a sign-in sets them back.
func (tx *Tx) Login(id string, right bool) error {
	if right {
		return tx.one("UPDATE staff SET failed = 0, entered = $2 WHERE id = $1", id, micros(tx.now))
	}
	return tx.one("UPDATE staff SET failed = failed + 1, failed_at = $2 WHERE id = $1", id, micros(tx.now))
}

// Staff lists everybody of the office by name.
func (s *Store) Staff(ctx context.Context) ([]Staff, error) {
	return all(ctx, s, scanStaff, "SELECT "+staffColumns+" FROM staff ORDER BY name, id")
}

// StaffByID gives one person of the office.
func (s *Store) StaffByID(ctx context.Context, id string) (Staff, error) {
	return s.staff(ctx, "id", id)
}

// StaffByLogin gives the person who logs in under that name.
func (s *Store) StaffByLogin(ctx context.Context, login string) (Staff, error) {
	return s.staff(ctx, "login", clean(login))
}

func (s *Store) staff(ctx context.Context, column, value string) (Staff, error) {
	return single(all(ctx, s, scanStaff, "SELECT "+staffColumns+" FROM staff WHERE "+column+" = $1", value))
}

// single gives the one row of a list; ErrNotFound if it is empty.
func single[T any](list []T, err error) (T, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return list[0], nil
}

// Session is a logged-in browser. Token is the hash of what the cookie holds.
type Session struct {
	Token   string
	Staff   string // id
	Created time.Time
	Seen    time.Time
	Expires time.Time
	Peer    string // address it was opened from
	Agent   string // browser, as it calls itself
	Half    int    // Whole, WantsCode or MustEnroll
}

// AddSession stores a session; old ones of everybody are swept out.
func (tx *Tx) AddSession(n Session) error {
	if _, err := tx.exec("DELETE FROM session WHERE expires <= $1", micros(tx.now)); err != nil {
		return err
	}
	_, err := tx.exec("INSERT INTO session (token, staff, created, seen, expires, peer, agent, half) VALUES ($1, $2, $3, $3, $4, $5, $6, $7)",
		n.Token, n.Staff, micros(tx.now), micros(n.Expires), short(n.Peer, 100), short(n.Agent, 300), n.Half)
	return err
}

// Session gives a session that has not ended and the active person it is of.
func (s *Store) Session(ctx context.Context, token string) (Session, Staff, error) {
	n, err := single(all(ctx, s, scanSession, "SELECT "+sessionColumns+" FROM session WHERE token = $1 AND expires > $2", token, micros(s.Now())))
	if err != nil {
		return Session{}, Staff{}, err
	}
	u, err := s.StaffByID(ctx, n.Staff)
	if err == nil && !u.Active {
		err = ErrNotFound
	}
	return n, u, err
}

const sessionColumns = "token, staff, created, seen, expires, peer, agent, half"

func scanSession(scan scanner) (n Session, err error) {
	return n, scan(&n.Token, &n.Staff, when{&n.Created}, when{&n.Seen}, when{&n.Expires}, &n.Peer, &n.Agent, &n.Half)
}

// Sessions lists a person's sessions, the last used first.
func (s *Store) Sessions(ctx context.Context, staff string) ([]Session, error) {
	return all(ctx, s, scanSession, "SELECT "+sessionColumns+" FROM session WHERE staff = $1 AND expires > $2 ORDER BY seen DESC", staff, micros(s.Now()))
}

// TouchSession moves a session's end; call it once in some minutes, not on
// every request.
func (s *Store) TouchSession(ctx context.Context, token string, expires time.Time) error {
	return s.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE session SET seen = $2, expires = $3 WHERE token = $1", token, micros(tx.now), micros(expires))
		return err
	})
}

// EndSession logs a browser out.
func (s *Store) EndSession(ctx context.Context, token string) error {
	return s.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec("DELETE FROM session WHERE token = $1", token)
		return err
	})
}

// AddOnce stores the hash of a token that is good once until it expires, for a
// purpose such as "admin" (the link that creates the administrator).
func (tx *Tx) AddOnce(purpose, token string, expires time.Time) error {
	if _, err := tx.exec("DELETE FROM once WHERE purpose = $1 AND used = 0", purpose); err != nil {
		return err
	}
	_, err := tx.exec("INSERT INTO once (token, purpose, created, expires) VALUES ($1, $2, $3, $4)", token, purpose, micros(tx.now), micros(expires))
	return err
}

// UseOnce uses such a token up; ErrNotFound if it is unknown, used or expired.
func (tx *Tx) UseOnce(purpose, token string) error {
	err := tx.one("UPDATE once SET used = $3 WHERE token = $1 AND purpose = $2 AND used = 0 AND expires > $3", token, purpose, micros(tx.now))
	if err == ErrStale {
		return ErrNotFound
	}
	return err
}

// OnceValid says whether such a token could be used now.
func (s *Store) OnceValid(ctx context.Context, purpose, token string) (bool, error) {
	var n int
	err := s.row(ctx, "SELECT count(*) FROM once WHERE token = $1 AND purpose = $2 AND used = 0 AND expires > $3", token, purpose, micros(s.Now())).Scan(&n)
	return n == 1, err
}
