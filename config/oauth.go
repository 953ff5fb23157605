package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OAuth is the right to sign in at a mail server that wants OAuth 2.0: with a
// refresh token that a person obtained once, or, without one, with the
// program's own credentials. Mailboxes and the relay name it.
type OAuth struct {
	Name         string   `toml:"name"`
	Provider     string   `toml:"provider"` // microsoft, google; empty with TokenURL
	Tenant       string   `toml:"tenant"`   // of microsoft
	TokenURL     string   `toml:"token_url"`
	AuthURL      string   `toml:"auth_url"` // where a person signs in, for "ventanilla oauth"
	ClientID     string   `toml:"client_id"`
	ClientSecret Secret   `toml:"client_secret"`
	RefreshToken Secret   `toml:"refresh_token"`
	Scopes       []string `toml:"scopes"`
	// SecretExpires is the day on which the client secret ends, "2027-05-31":
	// the server tells nobody, so that the console can only warn of what stands here.
	SecretExpires string `toml:"client_secret_expires"`
}

// authOf is the mechanism that goes without saying.
func authOf(grant string) string {
	if grant != "" {
		return "xoauth2"
	}
	return "plain"
}

// complete fills in what follows from the provider.
func (o *OAuth) complete() {
	switch {
	case o.Provider == "microsoft" && !o.RefreshToken.Set():
		o.scopes("https://outlook.office365.com/.default")
	case o.Provider == "microsoft":
		o.scopes("https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access")
	case o.Provider == "google":
		o.scopes("https://mail.google.com/")
		o.TokenURL = or(o.TokenURL, "https://oauth2.googleapis.com/token")
		o.AuthURL = or(o.AuthURL, "https://accounts.google.com/o/oauth2/v2/auth")
	}
	if o.Provider == "microsoft" && o.Tenant != "" {
		base := "https://login.microsoftonline.com/" + url.PathEscape(o.Tenant) + "/oauth2/v2.0/"
		o.TokenURL, o.AuthURL = or(o.TokenURL, base+"token"), or(o.AuthURL, base+"authorize")
	}
}

func (o *OAuth) scopes(usual ...string) {
	if len(o.Scopes) == 0 {
		o.Scopes = usual
	}
}

// Ends is SecretExpires as a time, zero if it is not known.
func (o OAuth) Ends() time.Time {
	t, err := time.Parse(time.DateOnly, o.SecretExpires)
	if err != nil { // said by Check
		return time.Time{}
	}
	return t
}

// GrantNamed finds a grant.
func (c *Config) GrantNamed(name string) (OAuth, bool) {
	i := slices.IndexFunc(c.Email.OAuth, func(o OAuth) bool { return o.Name == name })
	if i < 0 {
		return OAuth{}, false
	}
	return c.Email.OAuth[i], true
}

func (c *Config) checkOAuth(k *checks) {
	var names []string
	for _, o := range c.Email.OAuth {
		at := "email.oauth " + o.Name
		if !nameForm.MatchString(o.Name) || slices.Contains(names, o.Name) {
			k.add(at, "name debe ser único y tener letras minúsculas, cifras y guiones")
		}
		names = append(names, o.Name)
		k.need(at, "client_id", o.ClientID)
		switch {
		case o.Provider == "microsoft" && o.Tenant == "" && o.TokenURL == "":
			k.add(at, "falta tenant: el identificador de su organización en Microsoft Entra")
		case o.Provider == "" && o.TokenURL == "":
			k.add(at, `falta provider ("microsoft" o "google") o token_url`)
		case o.Provider != "" && o.Provider != "microsoft" && o.Provider != "google":
			k.oneOf(at+" provider", o.Provider, "microsoft", "google")
		}
		if u, err := url.Parse(o.TokenURL); o.TokenURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !Loopback(hostPort(u))) {
			k.add(at+" token_url", fmt.Sprintf("%q no es una dirección https", o.TokenURL))
		}
		if !o.ClientSecret.Set() && !o.RefreshToken.Set() {
			k.add(at, "falta refresh_token, o client_secret para entrar con las credenciales de la aplicación")
		}
		if o.Provider == "google" && !o.RefreshToken.Set() {
			k.add(at, "Google necesita refresh_token")
		}
		if o.SecretExpires != "" && o.Ends().IsZero() {
			k.add(at+" client_secret_expires", fmt.Sprintf("%q no es una fecha como 2027-05-31", o.SecretExpires))
		}
	}
}

func hostPort(u *url.URL) string {
	if u.Port() == "" {
		return u.Host + ":0"
	}
	return u.Host
}

// grant checks how a mailbox or the relay signs in by OAuth.
func (k *checks) grant(c *Config, at, auth, name string, command []string) {
	if auth != "xoauth2" {
		if name != "" {
			k.add(at, "oauth pide auth = \"xoauth2\"")
		}
		return
	}
	if name == "" && len(command) == 0 {
		k.add(at, "con auth = \"xoauth2\" hace falta oauth, el nombre de un bloque [[email.oauth]], o token_command, la orden que escribe el token")
	}
	if _, ok := c.GrantNamed(name); name != "" && !ok {
		var names []string
		for _, o := range c.Email.OAuth {
			names = append(names, o.Name)
		}
		k.add(at, fmt.Sprintf("no hay ningún [[email.oauth]] llamado %q; hay: %s", name, or(strings.Join(names, ", "), "ninguno")))
	}
}
