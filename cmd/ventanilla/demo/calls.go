package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/phone"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// counter is the console as the staff use it for calls: they log in and fill in
// its forms over HTTP.
type counter struct {
	base     string
	browsers map[string]*http.Client // by login
}

func newCounter(base string) *counter {
	return &counter{base: base, browsers: map[string]*http.Client{}}
}

// browser gives the logged-in browser of someone of the staff.
func (c *counter) browser(ctx context.Context, login string) (*http.Client, error) {
	if b := c.browsers[login]; b != nil {
		return b, nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	b := &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if _, err := c.post(ctx, b, "/entrar", url.Values{"login": {login}, "password": {Password}}); err != nil {
		return nil, fmt.Errorf("logging in as %s: %w", login, err)
	}
	c.browsers[login] = b
	return b, nil
}

// post sends a form; it gives the page that the console leads on to.
func (c *counter) post(ctx context.Context, b *http.Client, path string, form url.Values) (*url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := b.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		return nil, fmt.Errorf("the console answered %s to %s", res.Status, path)
	}
	return res.Location()
}

// callForm fills in the call form; it gives the code of the case.
func (c *counter) callForm(ctx context.Context, login string, form url.Values) (string, error) {
	b, err := c.browser(ctx, login)
	if err != nil {
		return "", err
	}
	to, err := c.post(ctx, b, "/llamada", form)
	if err != nil {
		return "", err
	}
	code, ok := strings.CutPrefix(to.Path, "/casos/")
	if !ok {
		return "", fmt.Errorf("the call form led to %s", to.Path)
	}
	return code, nil
}

// callBack records a try at telling an answer by telephone.
func (c *counter) callBack(ctx context.Context, login, reply, outcome, note string) error {
	b, err := c.browser(ctx, login)
	if err != nil {
		return err
	}
	_, err = c.post(ctx, b, "/devoluciones/"+url.PathEscape(reply), url.Values{"outcome": {outcome}, "note": {note}})
	return err
}

// taker is who answers the telephone in a story.
func (r *run) taker() string {
	if r.by != "" {
		return r.by
	}
	return r.desk
}

// call plays a call: the exchange tells of it, somebody picks up and writes
// down what is said.
func (p *play) call(ctx context.Context, r *run) error {
	c, err := p.world.exchange.ring(ctx, r.who.phone, r.who.name)
	if err != nil {
		return err
	}
	if err := p.world.exchange.answer(ctx, c.ID, deskPhone); err != nil {
		return err
	}
	known, err := p.known(ctx, r, store.CallOpen)
	if err != nil {
		return err
	}
	if err := p.log(ctx, r, known.ID); err != nil {
		return err
	}
	p.say(p.clock.Now(), fmt.Sprintf("%s llama por teléfono: «%s» → %s", r.who.name, r.subject, r.code))
	return p.world.exchange.hangup(ctx, c.ID)
}

// miss plays a call that nobody takes.
func (p *play) miss(ctx context.Context, r *run) error {
	c, err := p.world.exchange.ring(ctx, r.who.phone, r.who.name)
	if err != nil {
		return err
	}
	if err := p.world.exchange.hangup(ctx, c.ID); err != nil {
		return err
	}
	if _, err := p.known(ctx, r, store.CallMissed); err != nil {
		return err
	}
	p.say(p.clock.Now(), r.who.name+" llama por teléfono y nadie contesta: queda por devolver la llamada")
	return nil
}

// returnCall plays the call-back of a missed call, and what comes of it.
func (p *play) returnCall(ctx context.Context, r *run) error {
	known, err := p.known(ctx, r, store.CallMissed)
	if err != nil {
		return err
	}
	if err := p.log(ctx, r, known.ID); err != nil {
		return err
	}
	p.say(p.clock.Now(), fmt.Sprintf("Se devuelve la llamada a %s: «%s» → %s", r.who.name, r.subject, r.code))
	return nil
}

// known waits until the desk knows the newest call of a number to be in a state.
func (p *play) known(ctx context.Context, r *run, want store.CallState) (store.Call, error) {
	number := (phone.Plan{Area: "2"}).Parse(r.who.phone).E164
	var found store.Call
	err := p.until(ctx, "que la mesa sepa de la llamada de "+r.who.name, func() (bool, error) {
		calls, err := p.store.CallsOf(ctx, number, 1)
		if err != nil || len(calls) == 0 || calls[0].State != want {
			return false, err
		}
		found = calls[0]
		return true, nil
	})
	return found, err
}

// log fills in the call form for a call that the exchange told of.
func (p *play) log(ctx context.Context, r *run, call string) error {
	code, err := p.counter.callForm(ctx, r.taker(), url.Values{
		"llamada": {call}, "numero": {r.who.phone}, "nombre": {r.who.name}, "sistema": {r.system}, "asunto": {r.subject}, "dicho": {r.said},
	})
	if err != nil {
		return fmt.Errorf("logging the call of %s: %w", r.who.name, err)
	}
	t, err := p.store.TicketByCode(ctx, code)
	if err != nil {
		return fmt.Errorf("logging the call of %s: %w", r.who.name, err)
	}
	r.id, r.code = t.ID, t.Code
	return nil
}

var errNoCallBack = errors.New("no hay nada que decir por teléfono")

// told records a try at telling the answer of a case by telephone.
func (p *play) told(ctx context.Context, r *run, who tickets.Actor, outcome, note string) error {
	t, err := p.store.Ticket(ctx, r.id)
	if err != nil {
		return err
	}
	if len(t.Notices) == 0 || t.Notices[len(t.Notices)-1].Medium != string(channels.Phone) {
		return fmt.Errorf("%s: %w", r.code, errNoCallBack)
	}
	if err := p.counter.callBack(ctx, r.taker(), t.Notices[len(t.Notices)-1].ReplyID, outcome, note); err != nil {
		return fmt.Errorf("%s: recording a call-back: %w", r.code, err)
	}
	if outcome == tickets.Told {
		p.say(p.clock.Now(), fmt.Sprintf("%s le dice la respuesta a %s por teléfono (%s)", who.Name, r.who.name, r.code))
	}
	return nil
}
