package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The channels' health, and the replies that wait or failed.

type channelsData struct {
	Frame
	Channels []channelView
	Accounts []accountView
	Sums     []recordLine
	Waiting  []store.Outgoing
	NoRelay  []string // channels whose replies wait because none is configured to send them
	Failed   []store.Outgoing
	MayRetry bool
}

type channelView struct {
	ChannelHealth
	weather
}

// noRelay is what the outbox says of a reply that nothing is configured to send.
const noRelay = "no hay un servidor de salida configurado para este canal"

// waitingFor says why a reply is still here; what the far side said is left as
// it is.
func waitingFor(w *words, cause string) string {
	if cause == noRelay {
		return w.T("outbox.norelay")
	}
	return cause
}

func (c *Console) channelsPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, ctx := c.say(s), r.Context()
	data := channelsData{Frame: c.frame(r, s, words.T("channels.title"), "/canales"), MayRetry: route{who: keepers}.allows(s.Actor)}
	if c.opt.Health != nil {
		for _, h := range c.opt.Health() {
			data.Channels = append(data.Channels, channelView{h, weatherOf(h, c.now())})
		}
	}
	var err error
	if data.Accounts, err = c.accounts(ctx, s); err != nil {
		return err
	}
	counts, err := c.st.OutboxCounts(ctx)
	if err != nil {
		return err
	}
	for state, n := range counts {
		if n > 0 {
			data.Sums = append(data.Sums, recordLine{string(state), itoa(n)})
		}
	}
	sortLines(data.Sums)
	queued, err := c.st.Outbox(ctx, store.OutboxFilter{State: "queued", Limit: 60})
	if err != nil {
		return err
	}
	for _, o := range queued {
		if o.Medium == "phone" {
			continue
		}
		if o.Error == noRelay && !slices.Contains(data.NoRelay, o.Channel) {
			data.NoRelay = append(data.NoRelay, o.Channel)
		}
		o.Error = waitingFor(words, o.Error)
		data.Waiting = append(data.Waiting, o)
	}
	data.Failed, err = c.st.Outbox(ctx, store.OutboxFilter{State: "failed", Limit: 40})
	if err = errors.Join(err, c.hideOutgoing(ctx, s.Actor, data.Waiting), c.hideOutgoing(ctx, s.Actor, data.Failed)); err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, s.Language, "channels", "content", data)
}

// hideOutgoing takes code and address off the replies of cases that this person may not see.
func (c *Console) hideOutgoing(ctx context.Context, a tickets.Actor, list []store.Outgoing) error {
	for i := range list {
		hidden, err := c.hides(ctx, a, list[i].Ticket)
		if err != nil {
			return err
		}
		if hidden {
			list[i].Code, list[i].To.Value, list[i].To.Name = "", "", ""
		}
	}
	return nil
}

// Name, Last and Error stand in both halves of a channelView; templates use these.
func (v channelView) Title() string        { return v.ChannelHealth.Name }
func (v channelView) Success() time.Time   { return v.ChannelHealth.LastSuccess }
func (v channelView) Trouble() string      { return v.ChannelHealth.LastError }
func (v channelView) Condition() string    { return v.weather.State }
func (v channelView) TroubleAt() time.Time { return v.ChannelHealth.ErrorAt }

// retryOutgoing makes a waiting reply due at once.
func (c *Console) retryOutgoing(w http.ResponseWriter, r *http.Request, s *Session) error {
	err := c.st.TryNow(r.Context(), r.PathValue("id"))
	if errors.Is(err, store.ErrStale) {
		return &badRequest{"channels.settled"}
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/canales?hecho=again")
	return nil
}
