package console

import (
	"net/http"
	"time"

	"ventanilla/tickets/store"
)

// justNow is how long a call that came in is offered on every page.
const justNow = 5 * time.Minute

// ringing is a call that the exchange told of a moment ago: one click opens the
// call form with the caller's open cases.
type ringing struct {
	ID, Number, Name string
	Answered         bool
}

// ringing lists the calls of this moment for those who take calls. A page is
// not worth less without them: trouble is logged and the page is shown.
func (c *Console) ringing(r *http.Request, s *Session) []ringing {
	if !(route{who: callers}).allows(s.Actor) {
		return nil
	}
	calls, err := c.st.Calls(r.Context(), 5, store.CallRinging, store.CallOpen)
	if err != nil {
		c.log.Error().Err(err).Msg("calls could not be read")
		return nil
	}
	var out []ringing
	for _, call := range calls {
		if c.now().Sub(call.Started) > justNow {
			continue
		}
		number := call.Raw
		if call.Number != "" {
			number = c.shown("phone", call.Number)
		}
		out = append(out, ringing{ID: call.ID, Number: number, Name: call.Name, Answered: call.State == store.CallOpen})
	}
	return out
}
