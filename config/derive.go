package config

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// DatabaseURL is the database's URL with its password, for the one who opens it.
func (c *Config) DatabaseURL() (string, error) {
	if !c.Database.Secret.Set() {
		return c.Database.URL, nil
	}
	u, err := url.Parse(c.Database.URL)
	if err != nil {
		return "", fmt.Errorf("database.url: no se entiende")
	}
	u.User = url.UserPassword(u.User.Username(), c.Database.Secret.Value())
	return u.String(), nil
}

// Signature is how the desk signs towards citizens.
func (c *Config) Signature() string { return cmp.Or(c.Email.FromName, c.Office.Name) }

// Domain is the right-hand side of the desk's Message-IDs.
func (c *Config) Domain() string {
	if _, domain, ok := strings.Cut(c.Email.Address, "@"); ok {
		return strings.ToLower(domain)
	}
	return "ventanilla.invalid"
}

// OwnAddresses are the addresses at which the desk itself is reached, lower case.
func (c *Config) OwnAddresses() []string {
	var own []string
	add := func(a string) {
		if a = strings.ToLower(a); strings.Contains(a, "@") && !strings.HasPrefix(a, "@") && !slices.Contains(own, a) {
			own = append(own, a)
		}
	}
	add(c.Email.Address)
	for _, l := range c.Email.Lists {
		add(l)
	}
	for _, m := range c.Email.Mailboxes {
		add(m.User)
	}
	for _, l := range c.Email.Listeners {
		for _, r := range l.Recipients {
			add(r)
		}
	}
	return own
}
