package router

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

const (
	outboxBatch   = 20
	outboxLease   = 2 * time.Minute
	outboxPoll    = 500 * time.Millisecond
	sendTimeout   = 90 * time.Second
	sendAtOnce    = 4
	firstPause    = 30 * time.Second
	longestPause  = time.Hour
	giveUpAfter   = 3 * 24 * time.Hour // then a person must find another way
	notHerePause  = 5 * time.Second    // leaves a reply to the node that runs its channel
	withoutSender = time.Minute        // pause of a reply whose channel has no way out
)

// outbox sends what is due on a medium until ctx ends. Every medium has its
// own, so that a chat's slow pace does not hold up the mails.
func (r *Router) outbox(ctx context.Context, medium channels.Medium) {
	wake, end := r.store.Watch()
	defer end()
	for ctx.Err() == nil {
		claimed := time.Now() // how long a send takes is a matter of the machine's clock
		due, err := r.store.ClaimOutgoing(ctx, medium, outboxBatch, outboxLease)
		if err != nil && ctx.Err() == nil {
			r.log.Error().Err(err).Msg("replies could not be claimed")
			pause(ctx, time.Second, nil)
		}
		if len(due) == 0 {
			pause(ctx, outboxPoll, wake)
			continue
		}
		r.sendAll(ctx, due, claimed)
	}
}

// sendAll sends what was claimed, some at once. A slow far side may use up the
// claim: what could not be sent within it any more, or before ctx ended, is put
// back untried rather than sent by two nodes.
func (r *Router) sendAll(ctx context.Context, due []store.Outgoing, claimed time.Time) {
	slots := make(chan struct{}, sendAtOnce)
	var wg sync.WaitGroup
	for i, o := range due {
		slots <- struct{}{}
		if ctx.Err() != nil || time.Since(claimed) > outboxLease-sendTimeout {
			r.putOff(context.WithoutCancel(ctx), due[i:])
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			r.send(ctx, o)
		})
	}
	wg.Wait()
}

// putOff gives back claimed replies that nobody tried: they are due now, and
// the try does not count. One that cannot be given back is due, with a try too
// many, when its claim ends.
func (r *Router) putOff(ctx context.Context, rest []store.Outgoing) {
	for _, o := range rest {
		if err := ignoreStale(r.store.RetryLater(ctx, o, r.now(), false, o.Error)); err != nil {
			r.log.Warn().Err(err).Str("reply", o.ID).Msg("a reply that was not tried could not be put back")
		}
	}
}

// send tries one reply and records what came of it. When the record fails
// after the far side took the reply, the reply goes out again with the same
// id; that is the only way in which one can repeat.
func (r *Router) send(ctx context.Context, o store.Outgoing) {
	sender := r.sender(o)
	var err error
	if sender == nil {
		err = r.store.RetryLater(ctx, o, r.now().Add(withoutSender), false, "no hay un servidor de salida configurado para este canal")
	} else {
		err = r.record(context.WithoutCancel(ctx), o, r.try(ctx, sender, o))
	}
	if err != nil && !errors.Is(err, errClaimLost) {
		r.log.Error().Err(err).Str("reply", o.ID).Str("channel", o.Channel).Msg("the fate of a reply could not be recorded")
	}
}

// sender is the way out of a reply: the channel that its case came in on, if it
// is of the reply's medium and sends, else any way out of the medium.
func (r *Router) sender(o store.Outgoing) channels.Sender {
	if s := r.exits[exit{o.Medium, o.Channel}]; s != nil {
		return s
	}
	return r.senders[o.Medium]
}

func (r *Router) try(ctx context.Context, s channels.Sender, o store.Outgoing) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	reply, err := r.reply(ctx, o)
	if err != nil {
		return err
	}
	began := time.Now()
	err = s.Send(ctx, reply)
	r.log.Debug().Str("reply", o.ID).Str("channel", o.Channel).Int("tries", o.Tries).Dur("dur", time.Since(began)).Err(err).Msg("reply tried")
	return err
}

// record writes down what came of a try.
func (r *Router) record(ctx context.Context, o store.Outgoing, err error) error {
	var permanent *channels.PermanentError
	var partial *channels.PartialError
	var later *channels.LaterError
	switch {
	case err == nil:
		return r.writeAgain(ctx, func(tx *store.Tx) error { return r.sent(tx, o) })
	case errors.As(err, &partial):
		return r.writeAgain(ctx, func(tx *store.Tx) error {
			if err := r.sent(tx, o); err != nil {
				return err
			}
			return r.copiesRefused(tx, o, partial.Refused)
		})
	case errors.As(err, &permanent):
		return r.giveUp(ctx, o, permanent.Code+" "+permanent.Detail)
	case errors.As(err, &later): // no try: its turn has not come, however long that takes
		return r.store.RetryLater(ctx, o, later.At, false, later.Why)
	case errors.Is(err, channels.ErrNotHere):
		return r.store.RetryLater(ctx, o, r.now().Add(notHerePause), false, err.Error())
	case r.now().Sub(o.Created) > giveUpAfter:
		return r.giveUp(ctx, o, "se intentó durante tres días: "+err.Error())
	}
	wait := min(firstPause<<min(o.Tries-1, 10), longestPause)
	return r.store.RetryLater(ctx, o, r.now().Add(wait+rand.N(wait/4)), true, err.Error())
}

// errClaimLost says that another node has claimed the reply since.
var errClaimLost = errors.New("router: another node has the reply by now")

// writeAgain writes, and again when another node changed the case in between:
// what the far side took must be on record, or it would go out twice.
func (r *Router) writeAgain(ctx context.Context, fn func(*store.Tx) error) error {
	var err error
	for range 10 {
		if err = r.store.Write(ctx, fn); !errors.Is(err, store.ErrStale) {
			return err
		}
	}
	return err
}

// sent records that the far side took a reply; its case's notice is done (G7).
func (r *Router) sent(tx *store.Tx, o store.Outgoing) error {
	err := tx.Sent(o, "")
	told := false // the far side was faster and told how far it came
	if errors.Is(err, store.ErrStale) {
		var now store.Outgoing
		if now, err = tx.Outgoing(o.ID); err == nil && now.Claim != o.Claim {
			return errClaimLost
		}
		told = true
	}
	if err != nil {
		return err
	}
	if err := tx.AddRef(o.Medium, r.sign.messageID(o.ID), o.Ticket, o.Message); err != nil {
		return err
	}
	if told || o.Purpose == tickets.PurposeAck {
		return nil
	}
	return tx.Update(o.Ticket, func(t *tickets.Ticket) error {
		return t.Delivery(o.ID, string(channels.Sent), tx.Now(), "")
	})
}

func (r *Router) giveUp(ctx context.Context, o store.Outgoing, reason string) error {
	r.log.Warn().Str("reply", o.ID).Str("channel", o.Channel).Int("tries", o.Tries).Msg("reply refused for good")
	return r.writeAgain(ctx, func(tx *store.Tx) error {
		return r.moved(tx, o.ID, channels.Failed, reason)
	})
}

// reply dresses an outbox row for its channel: the same row always gives the
// same message, so that a second try is the same mail.
func (r *Router) reply(ctx context.Context, o store.Outgoing) (channels.Reply, error) {
	text := o.Text
	if !o.Auto {
		var err error
		data := letter{Name: o.To.Name, Code: o.Code, Office: r.office, Text: o.Text}
		if o.Purpose == tickets.PurposeNotice {
			data.Link = r.link(o.Ticket, o.Created)
		}
		text, err = r.letters.write(r.letters.on(o.Medium, "message"), data)
		if err != nil {
			return channels.Reply{}, err
		}
	}
	rep := channels.Reply{
		ID: r.sign.messageID(o.ID), Channel: o.Channel, To: o.To, Cc: o.Cc, Subject: o.Subject, Text: text,
		InReplyTo: o.InReplyTo, References: o.References, Auto: o.Auto, CaseCode: o.Code, Tries: o.Tries - 1,
	}
	var err error
	if rep.Quote, err = r.quote(ctx, o); err != nil {
		return rep, err
	}
	if r.plus {
		rep.Token = r.sign.token(o.ID)
	}
	for _, f := range o.Files {
		data, err := r.store.Blob(ctx, f.Hash)
		if err != nil {
			return rep, fmt.Errorf("reading a file of the reply: %w", err)
		}
		rep.Files = append(rep.Files, channels.File{Name: f.Name, Type: f.Type, Data: data})
	}
	return rep, nil
}

// Delivered records what a channel learned later of a reply that it sent.
func (r *Router) Delivered(ctx context.Context, d channels.Delivery) error {
	out, ok := r.sign.open(d.ReplyID)
	if !ok {
		return nil
	}
	return r.writeAgain(ctx, func(tx *store.Tx) error { return r.moved(tx, out, d.State, d.Detail) })
}
