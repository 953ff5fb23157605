package whatsapp

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"go.mau.fi/whatsmeow/types"

	"ventanilla/channels"
)

// Unlike machines, people do not answer ten chats in a second, and WhatsApp
// restricts numbers that do. What goes out keeps three measures: a pause with
// somebody seen typing before each message, a few messages a minute in one
// chat, and so many in an hour from the number. What is over a limit waits in
// the outbox, with the time when it goes on.
const (
	perMinute   = 6   // messages to one chat
	perHour     = 200 // messages of one number, unless the options say otherwise
	restOnLimit = 10 * time.Minute
)

// outgo remembers when messages went out. The account's lock guards it; at a
// start it is read from the replies that the session keeps.
type outgo struct {
	times []time.Time // within the last hour, oldest first
	chats []string    // where each went
	held  time.Time   // WhatsApp asked to slow down until then
}

// room says when a message to chat may go: now, or the time it must wait for,
// and why.
func (o *outgo) room(chat string, now time.Time, hourly int) (time.Time, string) {
	old := 0
	for old < len(o.times) && now.Sub(o.times[old]) >= time.Hour {
		old++
	}
	o.times, o.chats = o.times[old:], o.chats[old:]
	if now.Before(o.held) {
		return o.held, "WhatsApp pidió enviar más despacio"
	}
	if n := len(o.times); n >= hourly {
		return o.times[n-hourly].Add(time.Hour), fmt.Sprintf("el número ya envió %d mensajes en una hora: más podrían parecer envíos masivos", hourly)
	}
	sent := 0
	for i := len(o.times) - 1; i >= 0 && now.Sub(o.times[i]) < time.Minute; i-- {
		if o.chats[i] != chat {
			continue
		}
		if sent++; sent == perMinute {
			return o.times[i].Add(time.Minute), "van muchos mensajes seguidos a este chat"
		}
	}
	return now, ""
}

func (o *outgo) note(chat string, now time.Time) {
	o.times, o.chats = append(o.times, now), append(o.chats, chat)
}

// recollect reads what went out within the last hour: a restart gives no leave
// to send more.
func (a *Account) recollect(ctx context.Context, s *session) error {
	rows, err := s.db.QueryContext(ctx, s.q(`SELECT chat, acked FROM ventanilla_sent WHERE acked > $1 ORDER BY acked`), a.o.Now().Add(-time.Hour).Unix())
	if err != nil {
		return fmt.Errorf("reading what went out: %w", err)
	}
	defer rows.Close()
	var o outgo
	for rows.Next() {
		var chat string
		var at int64
		if err := rows.Scan(&chat, &at); err != nil {
			return fmt.Errorf("reading what went out: %w", err)
		}
		o.note(chat, time.Unix(at, 0))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	o.held = a.outgo.held
	a.outgo = o
	return rows.Err()
}

// mayGo is nil when a message to chat may go now, else a *channels.LaterError.
func (a *Account) mayGo(chat string) error {
	if a.o.PerHour < 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.o.Now()
	if at, why := a.outgo.room(chat, now, a.o.PerHour); at.After(now) {
		return &channels.LaterError{At: at, Why: why}
	}
	return nil
}

// slowDown stops what goes out for a while, because WhatsApp asked for it.
func (a *Account) slowDown() *channels.LaterError {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.outgo.held = a.o.Now().Add(restOnLimit)
	return &channels.LaterError{At: a.outgo.held, Why: "WhatsApp pidió enviar más despacio"}
}

// breathe keeps the pace of a person who types.
func (l *live) breathe(ctx context.Context, to types.JID) error {
	if l.o.Pace < 0 {
		return nil
	}
	if err := l.client.SendChatPresence(ctx, to, types.ChatPresenceComposing, types.ChatPresenceMediaText); err != nil {
		return l.refusal(err)
	}
	wait := l.o.Pace/2 + rand.N(l.o.Pace)
	if free := time.Since(l.last); l.last.IsZero() || free > 4*wait {
		wait /= 2
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
	}
	l.last = time.Now()
	return nil
}
