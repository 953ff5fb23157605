package console

import (
	"html/template"
	"net/http"
	"slices"
	"time"

	"ventanilla/tickets/store"
)

// Account is a number linked as a device of the office's phone (WhatsApp).
type Account struct {
	Name    string
	State   string // "connected", "pairing", "unlinked", "banned", …: catalogue "linked.state.<state>"
	Since   time.Time
	Until   time.Time // when it is tried again by itself
	Number  string    // E.164
	QR      string    // to be scanned while State is "pairing"
	LastIn  time.Time
	LastOut time.Time
	Detail  string // in the far side's words
}

// accountView is an account as the page shows it.
type accountView struct {
	Account
	Shown   string // the number as people read it
	Picture template.HTML
	MayPair bool
}

// pairable are the states in which linking a phone is what helps.
var pairable = []string{"unlinked", "logged_out", "replaced", "banned", "refused", "outdated"}

// accounts are the linked numbers; the code is drawn for those who may link a phone.
func (c *Console) accounts(s *Session) ([]accountView, error) {
	if c.opt.Accounts == nil {
		return nil, nil
	}
	may := route{who: keepers}.allows(s.Actor)
	var out []accountView
	for _, a := range c.opt.Accounts() {
		v := accountView{Account: a, Shown: c.shown("phone", a.Number), MayPair: may && c.opt.Pair != nil && slices.Contains(pairable, a.State)}
		if a.QR != "" && may {
			var err error
			if v.Picture, err = qrPicture(a.QR, c.say(s).T("linked.qr")); err != nil {
				return nil, err
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// pair asks for codes to link a phone: POST /canales/{name}/vincular.
func (c *Console) pair(w http.ResponseWriter, r *http.Request, s *Session) error {
	name := r.PathValue("name")
	if c.opt.Pair == nil || !c.opt.Pair(name) {
		return store.ErrNotFound
	}
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "channel.pair", Target: name, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/canales")
	return nil
}
