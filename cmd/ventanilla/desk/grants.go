package desk

import (
	"fmt"

	"ventanilla/channels/email"
	"ventanilla/channels/email/oauth"
	"ventanilla/tickets/console"
)

// openGrants prepares what mailboxes and the relay sign in with at Microsoft
// 365 or Google. One that several use is one, so that its token is renewed once.
func (d *Desk) openGrants() error {
	d.grants = map[string]*oauth.Grant{}
	for _, o := range d.cfg.Email.OAuth {
		g, err := oauth.New(oauth.Options{
			Name: o.Name, TokenURL: o.TokenURL, ClientID: o.ClientID, ClientSecret: o.ClientSecret.Value(), Scopes: o.Scopes,
			RefreshToken: o.RefreshToken.Value(), SecretExpires: o.Ends(), Vault: d.Store.Grants(), Log: d.log, Now: d.now,
		})
		if err != nil {
			return fmt.Errorf("email.oauth %s: %w", o.Name, err)
		}
		d.grants[o.Name] = g
	}
	return nil
}

// tokens is nil where a mailbox signs in without OAuth.
func (d *Desk) tokens(name string) email.Tokens {
	if g := d.grants[name]; g != nil {
		return g
	}
	return nil
}

// relayTerm is a line for the relay among the channels, where its right to sign
// in may end and no mailbox with the same right tells of it.
func (d *Desk) relayTerm() (console.ChannelHealth, bool) {
	g := d.grants[d.cfg.Email.Relay.OAuth]
	if g == nil || g.Expires().IsZero() {
		return console.ChannelHealth{}, false
	}
	for _, m := range d.cfg.Email.Mailboxes {
		if m.OAuth == d.cfg.Email.Relay.OAuth {
			return console.ChannelHealth{}, false
		}
	}
	return console.ChannelHealth{Name: "salida", Medium: "email", State: "running", Since: d.opened, Listens: true, Expires: g.Expires()}, true
}
