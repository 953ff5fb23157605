package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// exchange is the telephone exchange: it tells the desk of every call by its
// webhook, as a real one would.
type exchange struct {
	url, token string
	now        func() time.Time
	client     *http.Client

	mu    sync.Mutex
	calls []*ring
}

// ring is one call.
type ring struct {
	ID, Number, Name string
	Started          time.Time
	Answered, Ended  bool
}

func newExchange(console, token string, now func() time.Time) *exchange {
	return &exchange{url: console + "/central/" + exchangeName, token: token, now: now, client: &http.Client{Timeout: 10 * time.Second}}
}

// ring lets somebody call the desk's number.
func (x *exchange) ring(ctx context.Context, number, name string) (*ring, error) {
	c := &ring{ID: "demo-" + strings.ToLower(rand.Text()[:10]), Number: number, Name: name, Started: x.now()}
	if err := x.tell(ctx, c, "newCall", nil); err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls = append(x.calls, c)
	return c, nil
}

// answer lets the desk pick up, at an extension.
func (x *exchange) answer(ctx context.Context, id, extension string) error {
	return x.change(ctx, id, "answer", url.Values{"user": {extension}}, func(c *ring) { c.Answered = true })
}

// hangup ends a call; one that nobody answered is missed.
func (x *exchange) hangup(ctx context.Context, id string) error {
	c := x.find(id)
	if c == nil {
		return errNoCall
	}
	cause := "cancel"
	if c.Answered {
		cause = "normalClearing"
	}
	return x.change(ctx, id, "hangup", url.Values{"cause": {cause}}, func(c *ring) { c.Ended = true })
}

var errNoCall = fmt.Errorf("esa llamada no existe")

func (x *exchange) change(ctx context.Context, id, event string, more url.Values, done func(*ring)) error {
	c := x.find(id)
	if c == nil {
		return errNoCall
	}
	if err := x.tell(ctx, c, event, more); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, own := range x.calls {
		if own.ID == id {
			done(own)
		}
	}
	return nil
}

// find gives a copy of a call, nil if there is none of that id.
func (x *exchange) find(id string) *ring {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, c := range x.calls {
		if c.ID == id {
			found := *c
			return &found
		}
	}
	return nil
}

// recent lists the newest calls.
func (x *exchange) recent(n int) []ring {
	x.mu.Lock()
	defer x.mu.Unlock()
	var list []ring
	for _, c := range slices.Backward(x.calls) {
		if len(list) < n {
			list = append(list, *c)
		}
	}
	return list
}

// tell posts one event; 204 means that the desk has it on disk.
func (x *exchange) tell(ctx context.Context, c *ring, event string, more url.Values) error {
	form := url.Values{"event": {event}, "from": {c.Number}, "to": {"22000000"}, "direction": {"in"}, "callId": {c.ID}, "queue": {"soporte"}}
	for k, v := range more {
		form[k] = v
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, x.url, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("telling of a call: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+x.token)
	res, err := x.client.Do(req)
	if err != nil {
		return fmt.Errorf("telling of a call: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("telling of a call: the desk said %s", res.Status)
	}
	return nil
}
