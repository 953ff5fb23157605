package store

import (
	"context"
	"time"
)

// Alert is one thing that a person of the office is told by mail.
type Alert struct {
	ID      string
	Staff   string // empty: the address on call
	Address string
	Ticket  string
	Code    string // empty for a restricted case: nothing is named
	Kind    string
	Step    string
	Mark    string // what it tells of: one alert each
	At, Due time.Time
	Since   time.Time // when it was due first
	State   string    // AlertQueued, AlertSent, AlertFailed
	Tries   int
	Error   string
	Sent    time.Time
}

// States of an alert.
const (
	AlertQueued = "queued"
	AlertSent   = "sent"
	AlertFailed = "failed"
)

const alertColumns = "id, staff, address, ticket, code, kind, step, mark, at, due, state, tries, error, sent, since"

func scanAlert(scan scanner) (a Alert, err error) {
	return a, scan(&a.ID, &a.Staff, &a.Address, &a.Ticket, &a.Code, &a.Kind, &a.Step, &a.Mark, when{&a.At}, when{&a.Due}, &a.State, &a.Tries, &a.Error, when{&a.Sent}, when{&a.Since})
}

// AddAlert queues an alert; one that tells of the same again is left out.
func (tx *Tx) AddAlert(a Alert) error {
	_, err := tx.exec("INSERT INTO alert ("+alertColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'queued', 0, '', 0, $10) ON CONFLICT (staff, ticket, kind, mark) DO NOTHING",
		tx.NewID(), a.Staff, short(a.Address, 300), a.Ticket, a.Code, a.Kind, a.Step, a.Mark, micros(tx.now), micros(a.Due))
	return err
}

// DueAlerts lists what is due, the longest due first.
func (s *Store) DueAlerts(ctx context.Context, n int) ([]Alert, error) {
	return all(ctx, s, scanAlert, "SELECT "+alertColumns+" FROM alert WHERE state = 'queued' AND due <= $1 ORDER BY due, id LIMIT $2", micros(s.Now()), n)
}

// ClaimAlerts takes due alerts for sending until a time, at which they are due
// again if their sender died, and gives those that nobody else took.
func (tx *Tx) ClaimAlerts(list []Alert, until time.Time) (mine []Alert, err error) {
	for _, a := range list {
		n, err := tx.exec("UPDATE alert SET due = $2 WHERE id = $1 AND state = 'queued' AND due = $3", a.ID, micros(until), micros(a.Due))
		if err != nil {
			return nil, err
		}
		if n == 1 {
			mine = append(mine, a)
		}
	}
	return mine, nil
}

// DropAlerts deletes up to n alerts that were settled and are older than a time.
// An open case keeps that of its estimate, or it would be told of anew.
func (tx *Tx) DropAlerts(before time.Time, n int) error {
	_, err := tx.exec(`DELETE FROM alert WHERE id IN (SELECT a.id FROM alert a WHERE a.at < $1 AND a.state <> 'queued'
		AND NOT (a.kind = 'estimate' AND EXISTS (SELECT 1 FROM ticket t WHERE t.id = a.ticket AND t.closed = 0)) ORDER BY a.at, a.id LIMIT $2)`, micros(before), n)
	return err
}

// Alerts lists the newest alerts, of one state or all.
func (s *Store) Alerts(ctx context.Context, state string, n int) ([]Alert, error) {
	q := newQuery("SELECT " + alertColumns + " FROM alert")
	if state != "" {
		q.where("state = ?", state)
	}
	q.add(" ORDER BY at DESC, id DESC LIMIT ?", limit(n, 100))
	return all(ctx, s, scanAlert, q.text(), q.args...)
}

// SettleAlerts records what became of alerts that went out in one mail: sent, or
// tried again at due, or given up.
func (tx *Tx) SettleAlerts(ids []string, state, cause string, due time.Time) error {
	sent := time.Time{}
	if due.IsZero() {
		due = tx.now
	}
	if state == AlertSent {
		sent = tx.now
	}
	for _, id := range ids {
		if _, err := tx.exec("UPDATE alert SET state = $2, error = $3, due = $4, tries = tries + 1, sent = $5 WHERE id = $1 AND state = 'queued'",
			id, state, short(cause, 300), micros(due), micros(sent)); err != nil {
			return err
		}
	}
	return nil
}

// Overdue is an open case whose estimate is over.
type Overdue struct {
	Ticket string
	Due    time.Time
}

// EstimatesOver lists open cases without an alert whose estimate ended before a
// time, the longest over first, those after the last of the page before.
func (s *Store) EstimatesOver(ctx context.Context, before time.Time, after Overdue, n int) ([]Overdue, error) {
	return all(ctx, s, func(scan scanner) (o Overdue, err error) { return o, scan(&o.Ticket, when{&o.Due}) },
		`SELECT f.ticket, f.due FROM fact f JOIN ticket t ON t.id = f.ticket WHERE f.due > 0 AND f.due <= $1 AND t.closed = 0
		AND (f.due > $2 OR f.due = $2 AND f.ticket > $3)
		AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.ticket = f.ticket AND a.kind = 'estimate' AND a.at >= f.due) ORDER BY f.due, f.ticket LIMIT $4`,
		micros(before), micros(after.Due), after.Ticket, n)
}
