package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Replies that wait for a number that is banned or lost, and the one act that
// sends them another way: to the person's mail, or as calls to be made.

type readdressData struct {
	Frame
	A     accountView
	List  []waitingReply
	Ready int // how many have another way
}

// waitingReply is a reply that waits, and the other way that it can go.
type waitingReply struct {
	store.Outgoing
	Shown string // whom it is for, on the number
	Other *otherWay
	Seen  bool // by this person: a restricted case is not
}

// readdressPage lists them: GET /canales/{name}/mover.
func (c *Console) readdressPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	a, err := c.account(r, s)
	if err != nil {
		return err
	}
	data := readdressData{Frame: c.frame(r, s, c.say(s).T("readdress.title"), "/canales"), A: a}
	data.List, err = c.waitingReplies(r.Context(), s, a.Name)
	if err != nil {
		return err
	}
	for _, o := range data.List {
		if o.Other != nil && o.Seen {
			data.Ready++
		}
	}
	return c.show(w, r, http.StatusOK, s.Language, "readdress", "content", data)
}

// readdress moves one of them, or all that have another way: POST /canales/{name}/mover.
func (c *Console) readdress(w http.ResponseWriter, r *http.Request, s *Session) error {
	a, err := c.account(r, s)
	if err != nil {
		return err
	}
	why := strings.TrimSpace(r.PostFormValue("reason"))
	if why == "" {
		return c.again(w, r, s, (*Console).readdressPage, &badRequest{"readdress.noreason"})
	}
	list, err := c.waitingReplies(r.Context(), s, a.Name)
	if err != nil {
		return err
	}
	only, moved := r.PostFormValue("reply"), 0
	for _, o := range list {
		if o.Other == nil || !o.Seen || only != "" && only != o.ID {
			continue
		}
		ok, err := c.readdressOne(r.Context(), s, o, why)
		if err != nil {
			return err
		}
		if ok {
			moved++
		}
	}
	if moved == 0 {
		return c.again(w, r, s, (*Console).readdressPage, &badRequest{"readdress.none"})
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "channel.readdress", Target: a.Name, Peer: c.peer(r), Details: map[string]string{"moved": itoa(int64(moved)), "reason": why}})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, a.Self+"/mover?hecho=readdress")
	return nil
}

// readdressOne moves one reply; false if it went out, or was moved, meanwhile.
func (c *Console) readdressOne(ctx context.Context, s *Session, o waitingReply, why string) (moved bool, err error) {
	to := tickets.Contact{Medium: o.Other.Medium, Value: o.Other.Value, Name: o.To.Name}
	for range 5 { // somebody else may write into the case at the same moment
		err = c.st.Write(ctx, func(tx *store.Tx) error {
			now, err := tx.Outgoing(o.ID)
			if err != nil || now.State != "queued" {
				return err
			}
			moved = true
			return tx.Update(o.Ticket, func(t *tickets.Ticket) error { return t.Readdress(decidedOn(o.Outgoing), to, why, s.Actor, tx.Now()) })
		})
		if !errors.Is(err, store.ErrStale) {
			break
		}
		moved = false
	}
	var refused *tickets.Refusal
	if errors.As(err, &refused) || errors.Is(err, store.ErrStale) {
		return false, nil
	}
	return moved && err == nil, err
}

// waitingReplies are all replies that wait for a number, oldest first.
func (c *Console) waitingReplies(ctx context.Context, s *Session, channel string) ([]waitingReply, error) {
	var out []waitingReply
	filter := store.OutboxFilter{State: "queued", Medium: "whatsapp", Channel: channel, Limit: 200}
	for {
		page, err := c.st.Outbox(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, o := range page {
			t, err := c.st.Ticket(ctx, o.Ticket)
			if err != nil {
				return nil, err
			}
			v := waitingReply{Outgoing: o, Shown: c.shown("whatsapp", o.To.Value), Seen: t.SeenBy(s.Actor)}
			if !v.Seen {
				v.Text, v.Shown = "", ""
			}
			if v.Other, err = c.otherWay(ctx, t.Person, o); err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		if len(page) < filter.Limit {
			slices.Reverse(out)
			return out, nil
		}
		filter.Before = page[len(page)-1].ID
	}
}

// otherWay is where else a person can be told than on a chat that is out of
// order: by mail where an address is known, else by telephone.
func (c *Console) otherWay(ctx context.Context, person string, o store.Outgoing) (*otherWay, error) {
	all, err := c.ways(ctx, person, o)
	for i := range all {
		if all[i].Medium != "whatsapp" {
			return &all[i], err
		}
	}
	return nil, err
}
