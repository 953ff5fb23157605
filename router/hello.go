package router

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets/store"
)

const (
	helloSpan  = 12 * time.Hour // one answer to greetings in this time
	helloTries = 20
	helloLease = 2 * time.Minute
)

// hello answers a greeting that says nothing else, on the chat that it came on.
func (r *Router) hello(tx *store.Tx, a store.Assembly, rep *channels.Report) error {
	if rep.Kind != channels.Human || rep.NoReply || rep.Medium == channels.Phone {
		return nil
	}
	ok, err := tx.Allow("hello:"+string(a.Medium)+":"+a.Address, 1, helloSpan)
	if err != nil || !ok {
		return err
	}
	data := letter{Name: rep.From.Name, Office: r.office}
	if now := tx.Now(); !r.hours.Open(now) {
		data.NextOpen = longDate(r.hours.NextOpen(now), zone)
	}
	text, err := r.letters.write("chat_hello", data)
	if err != nil {
		return err
	}
	return tx.SayHello(store.Courtesy{Medium: a.Medium, Channel: a.Channel, To: rep.From, Text: text})
}

// courtesies sends what goes to people without a case, until ctx ends.
func (r *Router) courtesies(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := r.sendCourtesies(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Error().Err(err).Msg("answers to greetings could not be sent")
			pause(ctx, time.Second, nil)
		}
		if n == 0 {
			pause(ctx, outboxPoll, nil)
		}
	}
}

// sendCourtesies sends what is due and says how many that were. What cannot be
// tried within the claim any more is put back, and its try does not count.
func (r *Router) sendCourtesies(ctx context.Context) (int, error) {
	claimed := time.Now() // as in outbox
	due, err := r.store.ClaimCourtesies(ctx, outboxBatch, helloLease)
	if err != nil {
		return 0, fmt.Errorf("claiming answers to greetings: %w", err)
	}
	for _, c := range due {
		if ctx.Err() != nil || time.Since(claimed) > helloLease-sendTimeout {
			if err := r.store.RetryCourtesy(context.WithoutCancel(ctx), c, r.now(), false, "no alcanzó el tiempo"); err != nil {
				return len(due), fmt.Errorf("putting back an answer to a greeting: %w", err)
			}
			continue
		}
		if err := r.sendCourtesy(ctx, c); err != nil {
			return len(due), err
		}
	}
	return len(due), nil
}

// sendCourtesy tries one answer to a greeting. One that cannot go out is given
// up in the end: whoever greeted still waits for nothing but a word.
func (r *Router) sendCourtesy(ctx context.Context, c store.Courtesy) error {
	s := r.sender(store.Outgoing{Medium: c.Medium, Channel: c.Channel})
	if s == nil {
		return r.store.RetryCourtesy(ctx, c, r.now().Add(withoutSender), false, "no hay un servidor de salida configurado para este canal")
	}
	limited, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err := s.Send(limited, channels.Reply{ID: r.sign.messageID(c.ID), Channel: c.Channel, To: c.To, Text: c.Text, Auto: true, Tries: c.Tries - 1})
	ctx = context.WithoutCancel(ctx)
	var permanent *channels.PermanentError
	var later *channels.LaterError
	moved := func(state channels.State, why string) error {
		return r.store.Write(ctx, func(tx *store.Tx) error { return tx.CourtesyMoved(c.ID, state, why) })
	}
	switch {
	case err == nil:
		return moved(channels.Sent, "")
	case errors.As(err, &permanent), r.now().Sub(c.Created) > giveUpAfter:
		return moved(channels.Failed, err.Error())
	case errors.As(err, &later):
		return r.store.RetryCourtesy(ctx, c, later.At, false, later.Why)
	case errors.Is(err, channels.ErrNotHere):
		return r.store.RetryCourtesy(ctx, c, r.now().Add(notHerePause), false, err.Error())
	case c.Tries >= helloTries:
		return moved(channels.Failed, err.Error())
	}
	return r.store.RetryCourtesy(ctx, c, r.now().Add(firstPause), true, err.Error())
}
