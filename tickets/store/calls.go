package store

import (
	"context"
	"time"
)

// Call is a telephone call, seen by the exchange or logged by a person.
type Call struct {
	ID        string // the exchange's id, or our own
	Channel   string
	Number    string // E.164 of the other side; empty if hidden or unreadable
	Raw       string // as the exchange gave it
	Name      string
	Direction string // "in" or "out"
	Started   time.Time
	Answered  bool
	Talk      time.Duration
	Agent     string // extension or user id that answered
	Queue     string
	Ticket    string    // the case that came of it
	State     CallState // where it stands
	Updated   time.Time
}

// CallState is where a call stands on the desk.
type CallState string

const (
	CallRinging CallState = "ringing"
	CallOpen    CallState = "open"          // answered; what was said is not logged yet
	CallLogged  CallState = "logged"        // is a case, or a message in one
	CallMissed  CallState = "missed"        // nobody answered: call back
	CallDone    CallState = "callback_done" // missed, and dealt with
)

// order of the call states: an event that comes late, or the CDR after the
// webhook, does not take a call back.
var callOrder = map[CallState]int{CallRinging: 1, CallMissed: 2, CallOpen: 3, CallLogged: 4, CallDone: 4}

// SaveCall stores what is known of a call. Told twice, or out of order, it
// keeps what is further on; fields that are empty in c keep what was known.
func (tx *Tx) SaveCall(c Call) error {
	known, err := all(context.Background(), tx, scanCall, "SELECT "+callColumns+" FROM call WHERE id = $1"+tx.s.dialect.forUpdate, c.ID)
	if err != nil {
		return err
	}
	if len(known) == 1 {
		c = known[0].with(c)
	}
	_, err = tx.exec("INSERT INTO call ("+callColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET channel = excluded.channel, number = excluded.number, raw = excluded.raw, name = excluded.name, direction = excluded.direction,
			started = excluded.started, answered = excluded.answered, talk = excluded.talk, agent = excluded.agent, queue = excluded.queue, ticket = excluded.ticket,
			state = excluded.state, updated = excluded.updated`,
		clean(c.ID), c.Channel, clean(c.Number), clean(c.Raw), short(c.Name, 200), c.Direction, micros(c.Started), number(c.Answered), c.Talk.Microseconds(),
		clean(c.Agent), clean(c.Queue), c.Ticket, c.State, micros(tx.now))
	if err == nil {
		tx.change(c.Ticket, "call", "")
	}
	return err
}

// with is what is known after news of the same call.
func (c Call) with(news Call) Call {
	for _, f := range []struct{ old, new *string }{
		{&c.Channel, &news.Channel}, {&c.Number, &news.Number}, {&c.Raw, &news.Raw}, {&c.Name, &news.Name},
		{&c.Direction, &news.Direction}, {&c.Agent, &news.Agent}, {&c.Queue, &news.Queue}, {&c.Ticket, &news.Ticket},
	} {
		if *f.new != "" {
			*f.old = *f.new
		}
	}
	if c.Started.IsZero() || !news.Started.IsZero() && news.Started.Before(c.Started) {
		c.Started = news.Started
	}
	c.Answered, c.Talk = c.Answered || news.Answered, max(c.Talk, news.Talk)
	if callOrder[news.State] > callOrder[c.State] {
		c.State = news.State
	}
	return c
}

const callColumns = "id, channel, number, raw, name, direction, started, answered, talk, agent, queue, ticket, state, updated"

func scanCall(scan scanner) (c Call, err error) {
	var answered int
	var talk int64
	err = scan(&c.ID, &c.Channel, &c.Number, &c.Raw, &c.Name, &c.Direction, when{&c.Started}, &answered, &talk, &c.Agent, &c.Queue, &c.Ticket, &c.State, when{&c.Updated})
	c.Answered, c.Talk = answered == 1, time.Duration(talk)*time.Microsecond
	return c, err
}

// Call gives one call.
func (s *Store) Call(ctx context.Context, id string) (Call, error) {
	return single(all(ctx, s, scanCall, "SELECT "+callColumns+" FROM call WHERE id = $1", id))
}

// Calls lists the calls in the given states (none: in any), the newest first.
func (s *Store) Calls(ctx context.Context, n int, states ...CallState) ([]Call, error) {
	q := newQuery("SELECT " + callColumns + " FROM call")
	if len(states) > 0 {
		in(q, "state", states)
	}
	q.add(" ORDER BY started DESC, id LIMIT ?", limit(n, 100))
	return all(ctx, s, scanCall, q.text(), q.args...)
}

// CallsOf lists the calls from and to a number, the newest first.
func (s *Store) CallsOf(ctx context.Context, number string, n int) ([]Call, error) {
	return all(ctx, s, scanCall, "SELECT "+callColumns+" FROM call WHERE number = $1 AND number <> '' ORDER BY started DESC, id LIMIT $2", number, limit(n, 50))
}
