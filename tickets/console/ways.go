package console

import (
	"context"
	"slices"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// otherWay is an address of a person at which a reply can be sent instead; a
// telephone number is for a call to be made.
type otherWay struct{ Medium, Value, Shown string }

// ways are where a person can be told something other than where a reply went:
// by mail, on WhatsApp, and by telephone, also on the number of a chat; of each
// what was learned last comes first. An acknowledgement is not worth a call.
func (c *Console) ways(ctx context.Context, person string, o store.Outgoing) ([]otherWay, error) {
	same, err := c.st.Same(ctx, person)
	if err != nil {
		return nil, err
	}
	known, err := c.addressesOf(ctx, same)
	if err != nil {
		return nil, err
	}
	of := map[string][]string{}
	for _, a := range slices.Backward(known) {
		if a.Undone.IsZero() && a.Value != "" {
			of[a.Kind] = append(of[a.Kind], a.Value)
		}
	}
	chats := of["whatsapp"]
	if o.Medium == "whatsapp" {
		chats = append([]string{o.To.Value}, chats...)
	}
	var out []otherWay
	add := func(medium string, values []string) {
		for _, v := range values {
			w := otherWay{medium, v, c.shown(medium, v)}
			if (string(o.Medium) != medium || o.To.Value != v) && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	add("email", of["email"])
	add("whatsapp", of["whatsapp"])
	if o.Purpose != tickets.PurposeAck {
		notCallable := func(v string) bool { return !strings.HasPrefix(v, "+") }
		add("phone", slices.DeleteFunc(slices.Concat(of["phone"], chats), notCallable))
	}
	return out, nil
}

// decidedOn is a reply of the outbox as the act that decided on it had it.
func decidedOn(o store.Outgoing) tickets.Outgoing {
	out := tickets.Outgoing{ID: o.ID, Purpose: o.Purpose, To: tickets.Contact{Medium: string(o.Medium), Value: o.To.Value, Name: o.To.Name}, Text: o.Text, Quote: o.Quote, By: o.By}
	for _, f := range o.Files {
		out.Files = append(out.Files, tickets.FileRef{Hash: f.Hash, Type: f.Type, Name: f.Name, Size: f.Size}.String())
	}
	return out
}
