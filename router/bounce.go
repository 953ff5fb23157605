package router

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// bounced tells each case that the reply a server gave back did not arrive:
// the duty to notify is open again (rule G7). Delays change nothing.
func (r *Router) bounced(tx *store.Tx, rd *reading) (store.Fate, error) {
	fate := store.Fate{Verdict: store.FateBounce, Cause: CauseBounceUnknown}
	for _, b := range rd.report.Bounces {
		out, ok := r.sign.open(b.OriginalID)
		if !ok { // many servers quote nothing, but write back to the address that carries the token
			if out, ok = r.sign.open(rd.report.Token); !ok {
				continue
			}
		}
		ticket := ticketOf(out)
		m := message(rd, store.Sys)
		m.Quiet, m.ExternalID = true, ""
		m.Said = bounceWords(b)
		if err := tx.AddMessage(ticket, m); errors.Is(err, store.ErrNotFound) {
			continue
		} else if err != nil {
			return fate, err
		}
		fate = store.Fate{Verdict: store.FateBounce, Ticket: ticket, Message: m.ID}
		if !b.Final {
			continue
		}
		if err := r.failed(tx, out, b); err != nil {
			return fate, err
		}
	}
	return fate, nil
}

// failed marks a reply as not delivered when its main recipient did not get it.
func (r *Router) failed(tx *store.Tx, out string, b channels.BounceInfo) error {
	reason := strings.TrimSpace(b.Status + " " + b.Reason)
	o, err := tx.Outgoing(out)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if b.Recipient != "" && !strings.EqualFold(b.Recipient, o.To.Value) && copied(o, b.Recipient) {
		return nil
	}
	return r.moved(tx, out, channels.Failed, reason)
}

// copiesRefused says in the case who in copy does not get a reply that was sent:
// the person was told, so that the duty to notify is done.
func (r *Router) copiesRefused(tx *store.Tx, o store.Outgoing, refused []channels.Refusal) error {
	for _, f := range refused {
		m := &store.Message{Direction: store.Sys, Kind: channels.Bounce, Medium: o.Medium, Channel: o.Channel, Address: f.Recipient, Quiet: true,
			Said: "La respuesta salió, pero no para " + f.Recipient + ", que estaba en copia. Motivo que dio el servidor: " + cmp.Or(strings.TrimSpace(f.Code+" "+f.Detail), "ninguno") + "."}
		if err := tx.AddMessage(o.Ticket, m); err != nil {
			return fmt.Errorf("noting a refused copy: %w", err)
		}
	}
	return nil
}

func copied(o store.Outgoing, address string) bool {
	for _, c := range o.Cc {
		if strings.EqualFold(c.Value, address) {
			return true
		}
	}
	return false
}

// moved records how far a reply came, in the outbox and in its case at once.
func (r *Router) moved(tx *store.Tx, out string, state channels.State, detail string) error {
	o, news, err := tx.Moved(out, state, tx.Now(), detail)
	if errors.Is(err, store.ErrNotFound) {
		if err := tx.CourtesyMoved(out, state, detail); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	}
	if err == nil && !news {
		return nil
	}
	if err != nil {
		return fmt.Errorf("recording the fate of a reply: %w", err)
	}
	return tx.Update(o.Ticket, func(t *tickets.Ticket) error {
		return t.Delivery(out, string(state), tx.Now(), detail)
	})
}

func bounceWords(b channels.BounceInfo) string {
	what := "Un servidor avisa que el correo se demora"
	if b.Final {
		what = "El correo no llegó"
	}
	if b.Recipient != "" {
		what += " a " + b.Recipient
	}
	return what + ". Motivo que dio el servidor: " + cmp.Or(strings.TrimSpace(b.Status+" "+b.Reason), "ninguno") + "."
}
