package router

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// quoteAfter is how old a chat message is when an answer to it shows it again:
// by then the person has other things on the screen.
const quoteAfter = time.Hour

// quote is what a reply on a chat shows above its words, nil for nothing. Only
// what a person of the desk wrote quotes. What its writer did not choose is noted
// with the reply before it goes out, so that the case shows what the person sees.
func (r *Router) quote(ctx context.Context, o store.Outgoing) (*channels.Quote, error) {
	if o.Medium != channels.WhatsApp || o.Auto {
		return nil, nil
	}
	thread, err := r.store.Thread(ctx, o.Ticket)
	if err != nil {
		return nil, fmt.Errorf("reading what a reply answers: %w", err)
	}
	about := quoted(thread, o)
	if about == nil {
		return nil, nil
	}
	can, err := r.shows(ctx, o, about)
	if err != nil {
		return nil, err
	}
	shown := ""
	if can {
		shown = about.ID
	}
	if o.Quote != shown {
		if err := r.store.Write(ctx, func(tx *store.Tx) error { return tx.Quoted(o, shown) }); err != nil {
			return nil, fmt.Errorf("noting what a reply quotes: %w", err)
		}
	}
	if !can {
		return nil, nil
	}
	return quoteOf(about), nil
}

// shows says whether the person sees a message above a reply: not one that was
// said to another number of the office, or under an address that they left.
func (r *Router) shows(ctx context.Context, o store.Outgoing, about *store.Message) (bool, error) {
	if about.Channel != "" && o.Channel != "" && about.Channel != o.Channel {
		return false, nil
	}
	q, ok := r.sender(o).(channels.Quoter)
	if !ok {
		return true, nil
	}
	can, err := q.Quotes(ctx, o.To, about.ExternalID)
	if err != nil {
		return false, fmt.Errorf("asking whether a reply can quote: %w", err)
	}
	return can, nil
}

// quoted finds the message that a reply is about, nil for none: the one that its
// writer chose, unless it was deleted since; else for the notice of a solution
// what was reported, and for others what the person said last before it.
func quoted(thread []store.Message, o store.Outgoing) *store.Message {
	var about *store.Message
	if o.Quote != "" {
		i := slices.IndexFunc(thread, func(m store.Message) bool { return m.ID == o.Quote })
		if i < 0 || !thread[i].Quotable() {
			return nil
		}
		return &thread[i]
	}
	for i := range thread {
		m := &thread[i]
		if !m.Quotable() || m.At.After(o.Created) {
			continue
		}
		if about == nil || o.Purpose != tickets.PurposeNotice {
			about = m
		}
	}
	if about == nil || o.Created.Sub(about.At) < quoteAfter {
		return nil
	}
	return about
}

// quoteOf shows a message as it reads since its writer corrected it.
func quoteOf(m *store.Message) *channels.Quote {
	return &channels.Quote{ID: m.ExternalID, Said: cmp.Or(m.Now, m.Said)}
}
