package router

import (
	"ventanilla/channels"
	"ventanilla/tickets/store"
)

// call notes what an exchange told of a call. One that nobody answered waits
// for a call-back; one that was answered waits for what was said to be logged.
// Neither is a case yet: nobody has said anything that the desk knows of.
func (r *Router) call(tx *store.Tx, rd *reading) (store.Fate, error) {
	c := rd.report.Call
	switch {
	case c == nil || c.ID == "":
		return store.Fate{Verdict: store.FateHeld, Cause: CauseEmpty}, nil
	case c.Direction == "out", c.Direction == "" && c.Event == "cdr":
		return store.Fate{Verdict: store.FateIgnored, Cause: CauseCallNotIn}, nil
	}
	err := tx.SaveCall(store.Call{
		ID: c.ID, Channel: rd.Channel, Number: rd.report.From.Value, Raw: c.From, Name: rd.report.From.Name, Direction: c.Direction,
		Started: c.Started, Answered: c.Answered, Talk: c.Talk, Agent: c.Agent, Queue: c.Queue, State: callState(c),
	})
	return store.Fate{Verdict: store.FateCall}, err
}

// callState is where a call stands by this event alone; the store keeps what is
// further on, so that a hangup does not make an answered call a missed one.
func callState(c *channels.Call) store.CallState {
	switch {
	case c.Answered:
		return store.CallOpen
	case c.Event == "hangup" || c.Event == "cdr":
		return store.CallMissed
	}
	return store.CallRinging
}
