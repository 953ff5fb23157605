package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Audited is one line of the audit log: who did what to what, beside the cases'
// own histories. It is only ever added to.
type Audited struct {
	ID      int64
	At      time.Time
	By      string // user id
	Act     string // "login", "raw.open", "staff.save", …
	Target  string // id of what it was done to
	Details map[string]string
	Peer    string
}

// Audit adds a line to the audit log. No secrets in Details.
func (tx *Tx) Audit(a Audited) error {
	_, err := tx.exec("INSERT INTO audit (at, actor, act, target, details, peer) VALUES ($1, $2, $3, $4, $5, $6)",
		micros(tx.now), a.By, a.Act, clean(a.Target), encode(a.Details), short(a.Peer, 100))
	return err
}

// AuditFilter narrows the audit log; zero fields do not.
type AuditFilter struct {
	By, Act, Target string
	From, To        time.Time // To excluded
	Before          int64     // the last ID of the page before
	Limit           int       // 0 means 100
}

// AuditLog lists the audit log, newest first.
func (s *Store) AuditLog(ctx context.Context, f AuditFilter) ([]Audited, error) {
	q := newQuery("SELECT id, at, actor, act, target, details, peer FROM audit")
	if f.By != "" {
		q.where("actor = ?", f.By)
	}
	if f.Act != "" {
		q.where("act = ?", f.Act)
	}
	if f.Target != "" {
		q.where("target = ?", f.Target)
	}
	if !f.From.IsZero() {
		q.where("at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		q.where("at < ?", micros(f.To))
	}
	if f.Before > 0 {
		q.where("id < ?", f.Before)
	}
	q.add(" ORDER BY id DESC LIMIT ?", limit(f.Limit, 100))
	return all(ctx, s, func(scan scanner) (a Audited, err error) {
		return a, scan(&a.ID, when{&a.At}, &a.By, &a.Act, &a.Target, object{&a.Details}, &a.Peer)
	}, q.text(), q.args...)
}

// AuditActs lists the acts that the audit log holds, by name.
func (s *Store) AuditActs(ctx context.Context) ([]string, error) {
	return all(ctx, s, text1, "SELECT DISTINCT act FROM audit ORDER BY act")
}

// SetSetting stores a setting of the office as JSON and keeps the one before.
func (tx *Tx) SetSetting(name string, value any, by string) error {
	text := encode(value)
	var version int64
	err := tx.row(nil, `INSERT INTO setting (name, version, value, actor, at) VALUES ($1, 1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET version = setting.version + 1, value = excluded.value, actor = excluded.actor, at = excluded.at RETURNING version`,
		name, text, by, micros(tx.now)).Scan(&version)
	if err != nil {
		return fmt.Errorf("storing setting: %w", err)
	}
	_, err = tx.exec("INSERT INTO setting_history (name, version, value, actor, at) VALUES ($1, $2, $3, $4, $5)", name, version, text, by, micros(tx.now))
	return err
}

// Setting reads a setting into value; false if it was never set, and value is
// left as it is.
func (s *Store) Setting(ctx context.Context, name string, value any) (bool, error) {
	return setting(ctx, s, name, value)
}

// Setting is Store.Setting within a transaction.
func (tx *Tx) Setting(name string, value any) (bool, error) {
	return setting(context.Background(), tx, name, value)
}

func setting(ctx context.Context, r reader, name string, value any) (bool, error) {
	err := r.row(ctx, "SELECT value FROM setting WHERE name = $1", name).Scan(object{value})
	if err == ErrNotFound {
		return false, nil
	}
	return err == nil, err
}

// SettingVersion is one state that a setting had.
type SettingVersion struct {
	Version int64
	Value   json.RawMessage
	By      string
	At      time.Time
}

// SettingHistory lists the states of a setting, the newest first.
func (s *Store) SettingHistory(ctx context.Context, name string) ([]SettingVersion, error) {
	return all(ctx, s, func(scan scanner) (v SettingVersion, err error) {
		return v, scan(&v.Version, object{&v.Value}, &v.By, when{&v.At})
	}, "SELECT version, value, actor, at FROM setting_history WHERE name = $1 ORDER BY version DESC", name)
}

// Supported is a system of the catalogue: what the agency answers for, since
// when, until when and on what legal basis.
type Supported struct {
	ID        string // short word, "ciudadania-digital"; the same that package classify gives
	Name      string
	About     string
	Reports   string // what is typically reported
	Aliases   string // other names that people write, parted by commas
	Basis     string // legal basis; empty if not known
	Status    string // "verified" in public sources, or "unverified" professional knowledge
	Owner     string // entity that answers for it; empty = AGETIC; anything else is out of scope
	ValidFrom time.Time
	ValidTo   time.Time // zero: still valid
	Place     int       // order in lists
}

// Holds says whether the agency answers for the system at a time.
func (c Supported) Holds(at time.Time) bool {
	return c.Owner == "" && !at.Before(c.ValidFrom) && (c.ValidTo.IsZero() || at.Before(c.ValidTo))
}

// SaveSystem stores a row of the catalogue, new or changed.
func (tx *Tx) SaveSystem(c Supported) error {
	_, err := tx.exec(`INSERT INTO catalogue (id, name, about, reports, basis, status, owner, valid_from, valid_to, place, updated, aliases) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about, reports = excluded.reports, basis = excluded.basis, status = excluded.status,
			owner = excluded.owner, valid_from = excluded.valid_from, valid_to = excluded.valid_to, place = excluded.place, updated = excluded.updated, aliases = excluded.aliases`,
		clean(c.ID), short(c.Name, 200), clean(c.About), clean(c.Reports), clean(c.Basis), c.Status, clean(c.Owner), micros(c.ValidFrom), micros(c.ValidTo), c.Place, micros(tx.now), short(clean(c.Aliases), 1000))
	return err
}

// Systems lists the catalogue in its order.
func (s *Store) Systems(ctx context.Context) ([]Supported, error) {
	return all(ctx, s, func(scan scanner) (c Supported, err error) {
		return c, scan(&c.ID, &c.Name, &c.About, &c.Reports, &c.Basis, &c.Status, &c.Owner, when{&c.ValidFrom}, when{&c.ValidTo}, &c.Place, &c.Aliases)
	}, "SELECT id, name, about, reports, basis, status, owner, valid_from, valid_to, place, aliases FROM catalogue ORDER BY place, id")
}
