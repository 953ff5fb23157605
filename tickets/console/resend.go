package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// A reply that did not arrive can be sent again, from its place in the thread,
// by another address that is known of the person: one button for each.

// resendView offers it beside the reply.
type resendView struct {
	Action, Reply string
	Version       int64
	Ways          []otherWay
}

// offerResend puts the offer beside every failed reply that this person may
// send again; messages and events are all of the case's.
func (c *Console) offerResend(r *http.Request, s *Session, v *caseView, messages []store.Message, events []tickets.Event) error {
	again := sentAgain(messages, events)
	for _, m := range messages {
		if m.State != "failed" || m.Outgoing == "" || again[m.Outgoing] {
			continue
		}
		o, err := c.st.Outgoing(r.Context(), m.Outgoing)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err != nil || o.Ticket != v.T.ID || v.T.MayResend(decidedOn(o), s.Actor, c.now()) != nil {
			continue
		}
		offer := &resendView{Action: v.Self + "/reenviar", Reply: o.ID, Version: v.T.Version}
		if offer.Ways, err = c.waysFor(r.Context(), c.say(s), v.T, o); err != nil {
			return err
		}
		v.again(m.ID, offer)
	}
	return nil
}

// again puts the offer at the message's place, and under the banner if it is
// the notice that did not arrive.
func (v *caseView) again(message string, offer *resendView) {
	for _, list := range [][]entry{v.First, v.Between, v.Thread} {
		if i := slices.IndexFunc(list, func(e entry) bool { return e.ID == message }); i >= 0 {
			list[i].Again = offer
		}
	}
	if n := len(v.T.Notices); n > 0 && v.T.Notices[n-1].ReplyID == offer.Reply && len(offer.Ways) > 0 {
		v.AgainAt = v.Self + "#m" + message
	}
}

// sentAgain are the replies that were sent again; what was taken back is not sent.
func sentAgain(messages []store.Message, events []tickets.Event) map[string]bool {
	out := map[string]bool{}
	for _, ev := range events {
		if ev.Act != tickets.ActResend {
			continue
		}
		taken := slices.ContainsFunc(messages, func(m store.Message) bool {
			return m.Outgoing == ev.Record["reply"] && m.State == "cancelled"
		})
		if !taken {
			out[ev.Record["resent"]] = true
		}
	}
	return out
}

// resend sends it: POST /casos/{code}/reenviar. The form says at which version
// of the case it was shown, so that whoever was slower is told.
func (c *Console) resend(w http.ResponseWriter, r *http.Request, s *Session) error {
	t, version, err := c.formOf(r, s)
	if err != nil {
		return err
	}
	o, err := c.st.Outgoing(r.Context(), r.PostFormValue("reply"))
	if err == nil && o.Ticket != t.ID {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	words := c.say(s)
	to, err := c.chosenWay(r, words, t, o)
	if err != nil {
		return c.acted(w, r, s, t, tickets.ActResend, nil, err)
	}
	refused, err := c.resendable(r.Context(), s, t, o)
	if err != nil {
		return err
	}
	err = c.do(r, s, t.ID, version, func(_ *store.Tx, t *tickets.Ticket) error {
		if refused != nil { // not before: the same form again is no error
			return refused
		}
		return t.Resend(decidedOn(o), to, cmp.Or(o.Error, words.T("state.failed")), s.Actor, c.now())
	})
	return c.acted(w, r, s, t, tickets.ActResend, nil, err)
}

// resendable refuses a reply that has not failed, or that was sent again. What
// it reads may be newer than the case; the act then refuses the case's version.
func (c *Console) resendable(ctx context.Context, s *Session, t *tickets.Ticket, o store.Outgoing) (*tickets.Refusal, error) {
	events, err := c.st.History(ctx, t.ID, s.Actor)
	if err != nil {
		return nil, err
	}
	messages, err := c.st.Thread(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	if o.State != "failed" || sentAgain(messages, events)[o.ID] {
		return &tickets.Refusal{Code: tickets.RefusedResend}, nil
	}
	return nil, nil
}

// chosenWay is the way that the form names, if it is one of the person's.
func (c *Console) chosenWay(r *http.Request, w *words, t *tickets.Ticket, o store.Outgoing) (tickets.Contact, error) {
	ways, err := c.waysFor(r.Context(), w, t, o)
	if err != nil {
		return tickets.Contact{}, err
	}
	for _, way := range ways {
		if way.Medium+" "+way.Value == r.PostFormValue("way") {
			return tickets.Contact{Medium: way.Medium, Value: way.Value, Name: o.To.Name}, nil
		}
	}
	return tickets.Contact{}, &tickets.Refusal{Code: tickets.RefusedEmpty}
}

// waysFor are the ways to a case's person other than the one that a reply took.
func (c *Console) waysFor(ctx context.Context, w *words, t *tickets.Ticket, o store.Outgoing) ([]otherWay, error) {
	ways, err := c.ways(ctx, t.Person, o)
	for i := range ways {
		ways[i].Shown = cmp.Or(ways[i].Shown, w.T("person.hidden"))
	}
	return ways, err
}
