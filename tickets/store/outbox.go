package store

import (
	"context"
	"regexp"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
)

// Outgoing is one reply on its way out. Its ID ("<case id>.<n>") is fixed
// before the first try.
type Outgoing struct {
	ID         string
	Ticket     string
	Code       string
	Message    string // its place in the thread
	Purpose    tickets.Purpose
	Medium     channels.Medium
	Channel    string
	To         channels.Address
	Cc         []channels.Address
	Subject    string
	Text       string
	InReplyTo  string
	Quote      string // id of the message that it shows above its words, as its writer or the router chose; empty for none
	References []string
	Token      string
	Auto       bool
	Files      []File
	By         string
	State      channels.State
	Tries      int
	NextTry    time.Time // when it may be tried (again), while queued
	Error      string    // last failure
	Detail     string    // what the far side said of its state
	Created    time.Time
	SentAt     time.Time
	StateAt    time.Time
	Claim      int64 // number of this claim; Sent and RetryLater refuse an older one
}

// messageOf is a reply's place in the case's thread.
func messageOf(t *tickets.Ticket, o *tickets.Outgoing) *Message {
	m := &Message{
		Direction: Out, Kind: channels.Human, Medium: channels.Medium(o.To.Medium), Channel: t.Channel, Author: o.By, Address: o.To.Value,
		Subject: t.Subject, Said: o.Text, Quiet: o.Purpose == tickets.PurposeAck, At: o.At, SentAt: o.At, Outgoing: o.ID,
	}
	for _, ref := range o.Files {
		f := tickets.ParseFileRef(ref)
		m.Files = append(m.Files, File{Hash: f.Hash, Type: f.Type, Name: f.Name, Size: f.Size})
	}
	return m
}

// enqueue writes a reply that an act decided on, and that stands in the thread
// as m, to the outbox. On a medium with message ids it answers the newest
// message of the person: first, if the case is new.
func (tx *Tx) enqueue(t *tickets.Ticket, o *tickets.Outgoing, m, first *Message) error {
	medium := channels.Medium(o.To.Medium)
	var ids []string
	var err error
	switch {
	case first == nil:
		ids, err = all(context.Background(), tx, text1,
			"SELECT m.external_id FROM message m WHERE "+inTicket+" AND m.direction = 'in' AND m.medium = $2 AND m.external_id <> '' ORDER BY m.seq DESC LIMIT 20", t.ID, medium)
	case first.Medium == medium && first.ExternalID != "":
		ids = []string{clean(first.ExternalID)}
	}
	if err != nil {
		return err
	}
	out := Outgoing{
		ID: o.ID, Ticket: t.ID, Code: t.Code, Message: m.ID, Purpose: o.Purpose, Medium: medium, Channel: t.Channel,
		To:      channels.Address{Medium: medium, Value: clean(o.To.Value), Name: short(o.To.Name, 200)},
		Subject: replySubject(t), Text: clean(o.Text), Auto: o.By == string(tickets.System) || o.Purpose == tickets.PurposeAck,
		Files: m.Files, Quote: o.Quote, By: o.By, Created: tx.now, StateAt: tx.now,
	}
	for _, c := range o.Copies {
		out.Cc = append(out.Cc, channels.Address{Medium: channels.Medium(c.Medium), Value: clean(c.Value), Name: short(c.Name, 200)})
	}
	for i := len(ids) - 1; i >= 0; i-- {
		out.References = append(out.References, ids[i])
	}
	if len(ids) > 0 {
		out.InReplyTo = ids[0]
	}
	return tx.insertOutgoing(&out)
}

// answered are the marks that mail programs put before a subject.
var answered = regexp.MustCompile(`(?i)^\s*(re|rv|fw|fwd|resp)\s*:\s*`)

// BareSubject is a subject without the marks of an answer or a forward.
func BareSubject(subject string) string {
	for answered.MatchString(subject) {
		subject = answered.ReplaceAllString(subject, "")
	}
	return subject
}

// replySubject is the case's subject as an answer, marked once, with the code
// that a person can quote on the phone.
func replySubject(t *tickets.Ticket) string {
	subject := BareSubject(short(t.Subject, 200))
	if subject == "" {
		subject = "Su consulta"
	}
	if !strings.Contains(subject, t.Code) {
		subject += " [" + t.Code + "]"
	}
	return "Re: " + subject
}

func (tx *Tx) insertOutgoing(o *Outgoing) error {
	_, err := tx.exec(`INSERT INTO outbox (id, ticket, code, message, purpose, medium, channel, to_value, to_name, cc, subject, body, in_reply_to, refs, token, auto, files,
		actor, state, tries, due, claim, error, detail, created, sent_at, state_at, quote)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 'queued', 0, $19, 0, '', '', $19, 0, $19, $20)`,
		o.ID, o.Ticket, o.Code, o.Message, o.Purpose, o.Medium, o.Channel, o.To.Value, o.To.Name, encode(o.Cc), o.Subject, o.Text, o.InReplyTo,
		encode(o.References), o.Token, number(o.Auto), encode(o.Files), o.By, micros(tx.now), clean(o.Quote))
	tx.count("outbox:"+string(channels.Queued), 1)
	return err
}

// ClaimOutgoing hands out up to n replies that are due on a medium ("": on
// every one), the longest waiting first. Nobody else gets them
// before lease has passed; a row whose lease ended, because its node died, is
// handed out again under the same ID. Telephone replies are tasks for people
// and are never claimed. Where nothing is due it only reads: it is asked after
// every commit.
func (s *Store) ClaimOutgoing(ctx context.Context, medium channels.Medium, n int, lease time.Duration) (list []Outgoing, err error) {
	some, err := s.some(ctx, "SELECT 1 FROM outbox WHERE state = 'queued' AND medium <> 'phone' AND due <= $1 AND ($2 = '' OR medium = $2) LIMIT 1", micros(s.Now()), medium)
	if err != nil || !some {
		return nil, err
	}
	err = s.Write(ctx, func(tx *Tx) (err error) {
		q := newQuery("UPDATE outbox SET claim = claim + 1, tries = tries + 1, due = ")
		q.add("? WHERE id IN (SELECT id FROM outbox", micros(tx.now.Add(lease)))
		q.where("state = 'queued' AND medium <> 'phone' AND due <= ?", micros(tx.now))
		if medium != "" {
			q.where("medium = ?", medium)
		}
		q.add(" ORDER BY due, id LIMIT ?", n)
		q.add(s.dialect.skip + ") RETURNING " + outgoingColumns)
		list, err = all(ctx, tx, scanOutgoing, q.text(), q.args...)
		return err
	})
	return list, err
}

const outgoingColumns = `id, ticket, code, message, purpose, medium, channel, to_value, to_name, cc, subject, body, in_reply_to, refs, token, auto, files,
	actor, state, tries, due, claim, error, detail, created, sent_at, state_at, quote`

func scanOutgoing(scan scanner) (o Outgoing, err error) {
	var auto int
	err = scan(&o.ID, &o.Ticket, &o.Code, &o.Message, &o.Purpose, &o.Medium, &o.Channel, &o.To.Value, &o.To.Name, object{&o.Cc}, &o.Subject, &o.Text, &o.InReplyTo,
		object{&o.References}, &o.Token, &auto, object{&o.Files}, &o.By, &o.State, &o.Tries, when{&o.NextTry}, &o.Claim, &o.Error, &o.Detail, when{&o.Created}, when{&o.SentAt}, when{&o.StateAt}, &o.Quote)
	o.To.Medium, o.Auto = o.Medium, auto == 1
	return o, err
}

// Sent records that the far side took a claimed reply. Idempotent; ErrStale if
// another node has claimed it since (and will send it again under the same ID).
func (s *Store) Sent(ctx context.Context, o Outgoing, detail string) error {
	return s.Write(ctx, func(tx *Tx) error { return tx.Sent(o, detail) })
}

// Sent is Store.Sent within a transaction.
func (tx *Tx) Sent(o Outgoing, detail string) error {
	err := tx.one("UPDATE outbox SET state = 'sent', error = '', detail = $3, sent_at = $4, state_at = $4 WHERE id = $1 AND claim = $2 AND state = 'queued'",
		o.ID, o.Claim, clean(detail), micros(tx.now))
	if err == nil {
		tx.moved(&o, channels.Sent)
	}
	return err
}

// Quoted notes which message a claimed reply shows above its words where its
// writer chose none.
func (tx *Tx) Quoted(o Outgoing, message string) error {
	return tx.one("UPDATE outbox SET quote = $3 WHERE id = $1 AND claim = $2 AND state = 'queued'", o.ID, o.Claim, message)
}

// RetryLater puts a claimed reply back until next, with what went wrong. When
// the reply was not even tried (no relay configured, channel down), tried is
// false and the try is not counted.
func (s *Store) RetryLater(ctx context.Context, o Outgoing, next time.Time, tried bool, cause string) error {
	return s.Write(ctx, func(tx *Tx) error {
		return tx.one("UPDATE outbox SET due = $3, error = $4, tries = tries - $5 WHERE id = $1 AND claim = $2 AND state = 'queued'",
			o.ID, o.Claim, micros(next), clean(cause), number(!tried))
	})
}

// rank orders the states; a reply only moves up, except that Failed may follow
// Sent (a bounce).
var rank = map[channels.State]int{channels.Queued: 0, channels.Sent: 1, channels.Reached: 2, channels.Read: 3, channels.Failed: 4, channels.Cancelled: 4}

// Moved records a later state of a reply, known by its ID: delivered, read, or
// failed. It gives the reply as it is now and whether the state was news;
// a step backwards and an unknown ID are not (ErrNotFound for the latter). The
// caller tells the case (Tx.Update) in the same transaction.
func (tx *Tx) Moved(id string, state channels.State, at time.Time, detail string) (Outgoing, bool, error) {
	list, err := all(context.Background(), tx, scanOutgoing, "SELECT "+outgoingColumns+" FROM outbox WHERE id = $1"+tx.s.dialect.forUpdate, id)
	if err != nil {
		return Outgoing{}, false, err
	}
	if len(list) == 0 {
		return Outgoing{}, false, ErrNotFound
	}
	o := list[0]
	if !forward(o.State, state) {
		return o, false, nil
	}
	if at.IsZero() {
		at = tx.now
	}
	sent := o.SentAt
	if sent.IsZero() && state != channels.Failed && state != channels.Cancelled {
		sent = at
	}
	cause := ""
	if state == channels.Failed {
		cause = detail
	}
	_, err = tx.exec("UPDATE outbox SET state = $2, detail = $3, error = $4, sent_at = $5, state_at = $6 WHERE id = $1",
		id, state, clean(detail), clean(cause), micros(sent), micros(at))
	if err != nil {
		return o, false, err
	}
	tx.moved(&o, state)
	o.State, o.Detail, o.Error, o.SentAt, o.StateAt = state, detail, cause, sent, at
	return o, true, nil
}

// Outgoing gives one reply; ErrNotFound if there is none.
func (tx *Tx) Outgoing(id string) (Outgoing, error) {
	list, err := all(context.Background(), tx, scanOutgoing, "SELECT "+outgoingColumns+" FROM outbox WHERE id = $1", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Outgoing{}, err
	}
	return list[0], nil
}

func forward(from, to channels.State) bool {
	if from == channels.Failed || from == channels.Cancelled {
		return false
	}
	if to == channels.Failed {
		return from == channels.Queued || from == channels.Sent
	}
	if to == channels.Cancelled {
		return from == channels.Queued
	}
	return rank[to] > rank[from]
}

// moved keeps the counters and the change feed.
func (tx *Tx) moved(o *Outgoing, to channels.State) {
	tx.count("outbox:"+string(o.State), -1)
	tx.count("outbox:"+string(to), 1)
	tx.change(o.Ticket, "reply", "")
}

// Delivered records what a channel learned of a reply. Unknown ids and steps
// backwards are ignored.
func (s *Store) Delivered(ctx context.Context, d channels.Delivery) error {
	err := s.Write(ctx, func(tx *Tx) error {
		_, _, err := tx.Moved(d.ReplyID, d.State, d.At, d.Detail)
		return err
	})
	if err == ErrNotFound {
		return nil
	}
	return err
}

// Failed records that a reply will never arrive, with the far side's reason.
func (s *Store) Failed(ctx context.Context, id, reason string) error {
	return s.Delivered(ctx, channels.Delivery{ReplyID: id, State: channels.Failed, Detail: reason})
}

// TryNow makes a waiting reply due at once, because a person asked for it.
func (s *Store) TryNow(ctx context.Context, id string) error {
	return s.Write(ctx, func(tx *Tx) error {
		return tx.one("UPDATE outbox SET due = $2 WHERE id = $1 AND state = 'queued'", id, micros(tx.now))
	})
}

// Hold keeps a reply that nobody has claimed from going out before a while has
// passed, so that it can be taken back.
func (tx *Tx) Hold(id string, d time.Duration) error {
	return tx.one("UPDATE outbox SET due = $2 WHERE id = $1 AND state = 'queued' AND claim = 0", id, micros(tx.now.Add(d)))
}

// Withhold locks a reply that nobody has claimed, so that nobody does before
// this transaction ends; ErrStale if it is on its way already.
func (tx *Tx) Withhold(id string) (Outgoing, error) {
	if err := tx.one("UPDATE outbox SET due = due WHERE id = $1 AND state = 'queued' AND claim = 0", id); err != nil {
		return Outgoing{}, err
	}
	return tx.Outgoing(id)
}
