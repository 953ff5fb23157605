package console

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Call-backs: what must be said to people who called, with every try, and the
// calls that nobody took.

type callbackData struct {
	Frame
	Tasks    []task
	Missed   []store.Call
	Open     []store.Call
	Outcomes []choice
	CanCall  bool
}

// task is one thing to tell somebody on the telephone.
type task struct {
	store.Outgoing
	Number  string
	Subject string
	Person  string
	Tries   []try
	Due     bool
}

type try struct {
	At            time.Time
	By, Word, Why string
}

func (c *Console) callbackPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, ctx := c.say(s), r.Context()
	data := callbackData{Frame: c.frame(r, s, words.T("callbacks.title"), "/devoluciones"), CanCall: route{who: callers}.allows(s.Actor)}
	for _, o := range tickets.Outcomes {
		data.Outcomes = append(data.Outcomes, choice{o, words.T("choice.outcome." + o)})
	}
	list, err := c.st.CallBacks(ctx, 100)
	if err != nil {
		return err
	}
	for _, o := range list {
		t, err := c.st.Ticket(ctx, o.Ticket)
		if err != nil || !t.SeenBy(s.Actor) {
			continue
		}
		k := task{Outgoing: o, Number: c.shown("phone", o.To.Value), Subject: t.Subject, Person: t.Contact.Name, Due: !o.NextTry.After(c.now())}
		attempts, err := c.st.Attempts(ctx, o.ID)
		if err != nil {
			return err
		}
		for _, a := range attempts {
			k.Tries = append(k.Tries, try{a.At, c.nameOf(ctx, a.By), words.Or("choice.outcome."+a.Outcome, a.Outcome), a.Note})
		}
		data.Tasks = append(data.Tasks, k)
	}
	if data.Missed, err = c.st.Calls(ctx, 50, store.CallMissed); err != nil {
		return err
	}
	if data.Open, err = c.st.Calls(ctx, 20, store.CallOpen); err != nil {
		return err
	}
	for _, calls := range [][]store.Call{data.Missed, data.Open} {
		for i := range calls {
			if calls[i].Number != "" {
				calls[i].Raw = c.shown("phone", calls[i].Number)
			}
		}
	}
	return c.show(w, r, http.StatusOK, s.Language, "callbacks", "content", data)
}

// callback records a try: POST /devoluciones/{id}. Only "told" notifies.
func (c *Console) callback(w http.ResponseWriter, r *http.Request, s *Session) error {
	outcome, note, now := r.PostFormValue("outcome"), r.PostFormValue("note"), c.now()
	if !slices.Contains(tickets.Outcomes, outcome) {
		return c.again(w, r, s, (*Console).callbackPage, &badRequest{"callbacks.nooutcome"})
	}
	o, err := c.st.Outgoing(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	tries, err := c.st.Attempts(r.Context(), o.ID)
	if err != nil {
		return err
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if ok, err := first(tx, r); !ok || err != nil {
			return err
		}
		if o.Medium != "phone" || o.State != "queued" {
			return &badRequest{"callbacks.over"}
		}
		err := tx.Update(o.Ticket, func(t *tickets.Ticket) error {
			if !t.SeenBy(s.Actor) {
				return store.ErrNotFound
			}
			if o.Purpose != tickets.PurposeNotice {
				return nil
			}
			rec := tickets.Record{"outcome": outcome}
			if note != "" {
				rec["note"] = note
			}
			return t.Do(tickets.ActAttempt, s.Actor, rec, now)
		})
		if err != nil {
			return err
		}
		made := store.Attempt{Reply: o.ID, By: s.Actor.ID, At: now, Outcome: outcome, Note: note}
		if err := tx.AddAttempt(made, c.nextCall(append(tries, made), now)); err != nil {
			return err
		}
		if outcome == tickets.Told {
			_, _, err = tx.Moved(o.ID, "delivered", now, "")
		}
		return err
	})
	var refused *tickets.Refusal
	if errors.As(err, &refused) && refused.Code == tickets.RefusedNotice {
		return &badRequest{"callbacks.over"}
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/devoluciones?hecho="+map[bool]string{true: "told", false: "tried"}[outcome == tickets.Told])
	return nil
}

// nextCall is when a call-back is due again.
func (c *Console) nextCall(tries []store.Attempt, now time.Time) time.Time {
	if c.opt.NextCall == nil {
		return now.Add(time.Hour)
	}
	return c.opt.NextCall(tries, now)
}

// missed settles a call that nobody took: someone dealt with it.
func (c *Console) missed(w http.ResponseWriter, r *http.Request, s *Session) error {
	call, err := c.st.Call(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SaveCall(store.Call{ID: call.ID, State: store.CallDone}); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "call.done", Target: call.ID, Details: map[string]string{"note": r.PostFormValue("note")}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/devoluciones?hecho=missed")
	return nil
}
