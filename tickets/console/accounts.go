package console

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"ventanilla/tickets/store"
)

// Account is a number linked as a device of the office's phone (WhatsApp).
type Account struct {
	Name    string
	State   string // "connected", "pairing", "unlinked", "banned", …: catalogue "linked.state.<state>" and "linked.do.<state>"
	Since   time.Time
	Until   time.Time // when it is tried again by itself
	Number  string    // E.164
	QR      string    // to be scanned while State is "pairing"
	Code    string    // to be typed into the phone instead; empty if nobody asked for it
	Held    time.Time // sends more slowly until then, because the far side asked for it
	LastIn  time.Time
	LastOut time.Time
	Work    int    // files to fetch, and messages that may still come
	Detail  string // in the far side's words
}

// accountView is an account as the page shows it.
type accountView struct {
	Account
	Self      string // its address
	Shown     string // the number as people read it
	Dot       string
	Picture   template.HTML
	Queue     int // replies that wait
	MayPair   bool
	MayOpen   bool // the page with the code
	MayUnlink bool
	MayMove   bool
}

// pairable are the states in which linking a phone is what helps, or trying again.
var pairable = []string{"unlinked", "logged_out", "replaced", "banned", "refused", "outdated"}

// unlinked are those in which no phone is linked.
var unlinked = []string{"unlinked", "logged_out", "pairing"}

// accounts are the linked numbers; the code is drawn for those who may link a phone.
func (c *Console) accounts(ctx context.Context, s *Session) ([]accountView, error) {
	if c.opt.Accounts == nil {
		return nil, nil
	}
	var out []accountView
	for _, a := range c.opt.Accounts() {
		v, err := c.accountView(ctx, s, a)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (c *Console) accountView(ctx context.Context, s *Session, a Account) (accountView, error) {
	may := route{who: keepers}.allows(s.Actor)
	v := accountView{
		Account: a, Self: "/canales/" + url.PathEscape(a.Name), Shown: c.shown("phone", a.Number), Dot: accountDot(a.State), MayOpen: may && a.State == "pairing",
		MayPair: may && c.opt.Pair != nil && slices.Contains(pairable, a.State), MayUnlink: may && c.opt.Unlink != nil && a.State == "connected",
	}
	waiting, err := c.st.Outbox(ctx, store.OutboxFilter{State: "queued", Medium: "whatsapp", Channel: a.Name, Limit: 200})
	if err != nil {
		return v, err
	}
	v.Queue = len(waiting)
	v.MayMove = v.Queue > 0 && route{who: deskRole}.allows(s.Actor)
	if a.QR != "" && may {
		v.Picture, err = qrPicture(a.QR, c.say(s).T("linked.qr"))
	}
	return v, err
}

func accountDot(state string) string {
	switch state {
	case "connected":
		return "ok"
	case "connecting", "pairing", "stopped":
		return "slow"
	}
	return "down"
}

// account gives the linked number of an address; ErrNotFound if there is none.
func (c *Console) account(r *http.Request, s *Session) (accountView, error) {
	if c.opt.Accounts != nil {
		for _, a := range c.opt.Accounts() {
			if a.Name == r.PathValue("name") {
				return c.accountView(r.Context(), s, a)
			}
		}
	}
	return accountView{}, store.ErrNotFound
}

type pairData struct {
	Frame
	A      accountView
	Linked bool
}

// pairPage is where a phone is linked, by its camera or by a code: GET /canales/{name}/vincular.
func (c *Console) pairPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	a, err := c.account(r, s)
	if err != nil {
		return err
	}
	data := pairData{Frame: c.frame(r, s, c.say(s).T("linked.pair"), "/canales"), A: a, Linked: !slices.Contains(unlinked, a.State)}
	return c.show(w, r, http.StatusOK, s.Language, "pair", "content", data)
}

// riskPage says what an unofficial client risks, and how to risk less: GET /canales/riesgo.
func (c *Console) riskPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.show(w, r, http.StatusOK, s.Language, "risk", "content", c.frame(r, s, c.say(s).T("risk.title"), "/canales"))
}

// pair asks for codes to link a phone: POST /canales/{name}/vincular.
func (c *Console) pair(w http.ResponseWriter, r *http.Request, s *Session) error {
	name := r.PathValue("name")
	if c.opt.Pair == nil || !c.opt.Pair(name) {
		return store.ErrNotFound
	}
	return c.linkedActed(w, r, s, "channel.pair", name, "/canales/"+url.PathEscape(name)+"/vincular")
}

// pairCode asks for a code to be typed into a phone whose camera is not at
// hand: POST /canales/{name}/codigo.
func (c *Console) pairCode(w http.ResponseWriter, r *http.Request, s *Session) error {
	a, err := c.account(r, s)
	if err != nil {
		return err
	}
	number := r.PostFormValue("number")
	if c.opt.NormalizeNumber != nil {
		e164, _, ok := c.opt.NormalizeNumber(number)
		if !ok {
			return &badRequest{"linked.badnumber"}
		}
		number = e164
	}
	if c.opt.PairCode == nil || !slices.Contains(unlinked, a.State) {
		return &badRequest{"linked.notnow"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	if err := c.opt.PairCode(ctx, a.Name, number); err != nil {
		c.log.Warn().Err(err).Str("channel", a.Name).Msg("no code to link a phone")
		return &badRequest{"linked.nocode"}
	}
	return c.linkedActed(w, r, s, "channel.code", a.Name, a.Self+"/vincular")
}

// unlink takes the desk off the phone's list of linked devices: POST /canales/{name}/desvincular.
func (c *Console) unlink(w http.ResponseWriter, r *http.Request, s *Session) error {
	a, err := c.account(r, s)
	if err != nil {
		return err
	}
	if c.opt.Unlink == nil || a.State != "connected" {
		return &badRequest{"linked.notnow"}
	}
	if r.PostFormValue("sure") != "yes" {
		return &badRequest{"linked.unsure"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	if err := c.opt.Unlink(ctx, a.Name); err != nil {
		c.log.Warn().Err(err).Str("channel", a.Name).Msg("a phone could not be unlinked")
		return &badRequest{"linked.notnow"}
	}
	return c.linkedActed(w, r, s, "channel.unlink", a.Name, "/canales?hecho=unlinked")
}

// linkedActed writes an act on a number into the audit log and goes on.
func (c *Console) linkedActed(w http.ResponseWriter, r *http.Request, s *Session, act, name, to string) error {
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: act, Target: name, Peer: c.peer(r)})
	})
	if err == nil {
		c.redirect(w, r, to)
	}
	return err
}
