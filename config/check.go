package config

import (
	"fmt"
	"maps"
	"net"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// Check says what is wrong with the values, without reaching any server.
func (c *Config) Check() Problems {
	var k checks
	k.database(c.Database.URL)
	k.listen("console.listen", c.Console.Listen)
	k.pair("console", c.Console.TLSCert, c.Console.TLSKey)
	if c.Console.TLSCert == "" && !Loopback(c.Console.Listen) && c.Console.TrustedProxy == "" {
		k.add("console.listen", "la consola saldría a la red sin cifrar: dé tls_cert y tls_key, nombre el proxy en trusted_proxy, o escuche en 127.0.0.1")
	}
	if p := c.Console.PublicURL; p != "" {
		if u, err := url.Parse(p); err != nil || u.Host == "" {
			k.add("console.public_url", fmt.Sprintf("%q no es una dirección web completa, como https://ventanilla.ejemplo.bo", p))
		}
	}
	k.oneOf("log.level", c.Log.Level, "trace", "debug", "info", "warn", "error")
	k.oneOf("log.format", c.Log.Format, "auto", "json", "console")
	c.checkEmail(&k)
	c.checkPhone(&k)
	c.checkAntivirus(&k)
	if c.Chat.Quiet < 0 || c.Chat.Longest < c.Chat.Quiet {
		k.add("chat.longest", "debe ser al menos chat.quiet, y chat.quiet no puede ser negativo")
	}
	for _, w := range c.WhatsApp {
		k.name("whatsapp "+w.Name, w.Name)
	}
	return k.found
}

func (c *Config) checkEmail(k *checks) {
	e := c.Email
	if e.Address != "" {
		if _, err := mail.ParseAddress(e.Address); err != nil {
			k.add("email.address", fmt.Sprintf("%q no es una dirección de correo", e.Address))
		}
	} else if len(e.Mailboxes)+len(e.Listeners) > 0 || e.Relay.Host != "" {
		k.add("email.address", "falta: es la dirección desde la que se responde")
	}
	c.checkDKIM(k)
	c.checkOAuth(k)
	if logo := e.Letter.Logo; logo != "" {
		switch info, err := os.Stat(logo); {
		case err != nil:
			k.add("email.letterhead.logo", "no se puede leer "+logo+": "+err.Error())
		case info.Size() > 100_000:
			k.add("email.letterhead.logo", fmt.Sprintf("pesa %d kB y viajaría en cada correo: use una imagen de hasta 100 kB", info.Size()/1000))
		}
	}
	k.oneOf("email.verify", e.Verify, "auto", "always", "never")
	for _, m := range e.Mailboxes {
		at := "email.mailbox " + m.Name
		k.name(at, m.Name)
		k.need(at, "host", m.Host)
		k.need(at, "user", m.User)
		k.oneOf(at+" security", m.Security, "tls", "starttls", "plain")
		k.oneOf(at+" auth", m.Auth, "plain", "login", "xoauth2")
		k.plainOnlyHere(at, m.Security, m.Host)
		k.grant(c, at, m.Auth, m.OAuth, m.TokenCommand)
		if m.Auth != "xoauth2" && !m.Password.Set() {
			k.add(at, `falta password, por ejemplo "file:/etc/ventanilla/clave-correo"`)
		}
	}
	for _, l := range e.Listeners {
		at := "email.listener " + l.Name
		k.name(at, l.Name)
		k.listen(at+" listen", l.Listen)
		k.oneOf(at+" protocol", l.Protocol, "smtp", "lmtp")
		k.pair(at, l.TLSCert, l.TLSKey)
		if len(l.Recipients) == 0 {
			k.add(at, "falta recipients: las direcciones o dominios para los que se recibe; sin ellos no se recibe nada")
		}
	}
	if r := e.Relay; r.Host != "" {
		k.oneOf("email.relay security", r.Security, "tls", "starttls", "plain")
		k.plainOnlyHere("email.relay", r.Security, r.Host)
		k.oneOf("email.relay auth", r.Auth, "plain", "login", "xoauth2")
		k.grant(c, "email.relay", r.Auth, r.OAuth, nil)
	}
}

// maxScan is what package router gives to the scanning of one batch.
const maxScan = 20 * time.Second

func (c *Config) checkAntivirus(k *checks) {
	a := c.Antivirus
	if a.Address == "" {
		return
	}
	if network, address, ok := a.Dial(); !ok {
		k.add("antivirus.address", fmt.Sprintf("%q no vale; use unix:/run/clamav/clamd.ctl o tcp:127.0.0.1:3310", a.Address))
	} else if network == "tcp" {
		k.listen("antivirus.address", address)
	}
	if t := time.Duration(a.Timeout); t < time.Second || t > maxScan {
		k.add("antivirus.timeout", fmt.Sprintf("%s no vale; use entre 1s y %s", t, maxScan))
	}
	if a.MaxSizeMB < 1 {
		k.add("antivirus.max_size_mb", "debe ser 1 o más")
	}
}

func (c *Config) checkPhone(k *checks) {
	for _, p := range c.Phone.CDRs {
		at := "phone.cdr " + p.Name
		k.name(at, p.Name)
		k.need(at, "file", p.File)
		k.exchange(at, p.Exchange)
		if _, err := time.LoadLocation(p.TimeZone); err != nil {
			k.add(at, fmt.Sprintf("la zona horaria %q no existe; la de Bolivia es America/La_Paz", p.TimeZone))
		}
		for _, name := range slices.Sorted(maps.Keys(p.Columns)) {
			if !slices.Contains(CDRColumns, name) {
				k.add(at, unknownColumn(name))
			}
		}
	}
	for _, w := range c.Phone.Webhooks {
		at := "phone.webhook " + w.Name
		k.name(at, w.Name)
		k.exchange(at, w.Exchange)
		if !w.Token.Set() {
			k.add(at, "falta token: sin él cualquiera podría inventar llamadas")
		}
	}
}

// CDRColumns are the names that [phone.cdr.columns] knows: those of package
// channels/phone, in its order, and then the rest of Asterisk's, which nothing reads.
var CDRColumns = strings.Fields(`start time src dst disposition answer duration billsec agent uniqueid direction name
	clid dcontext channel dstchannel lastapp lastdata accountcode end amaflags userfield`)

func unknownColumn(name string) string {
	s := fmt.Sprintf("la columna %q no existe", name)
	if near := nearest(name, CDRColumns); near != "" {
		s += fmt.Sprintf("; ¿quiso decir %q?", near)
	}
	return s + "; hay: " + strings.Join(CDRColumns, ", ")
}

// checks gathers problems.
type checks struct {
	found Problems
	names []string
}

func (k *checks) add(where, what string) { k.found = append(k.found, Problem{where, what}) }

func (k *checks) name(where, name string) {
	if !nameForm.MatchString(name) {
		k.add(where, "name debe tener letras minúsculas, cifras y guiones (identifica al canal para siempre)")
	}
	if slices.Contains(k.names, name) {
		k.add(where, fmt.Sprintf("el nombre %q ya lo usa otro canal", name))
	}
	k.names = append(k.names, name)
}

// exchange checks the name of an exchange, which is left out where there is one.
func (k *checks) exchange(where, name string) {
	if name != "" && !nameForm.MatchString(name) {
		k.add(where, "exchange debe tener letras minúsculas, cifras y guiones")
	}
}

func (k *checks) need(where, key, value string) {
	if value == "" {
		k.add(where, "falta "+key)
	}
}

func (k *checks) oneOf(where, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		k.add(where, fmt.Sprintf("%q no vale; use %s", value, strings.Join(allowed, ", ")))
	}
}

func (k *checks) listen(where, addr string) {
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		k.add(where, fmt.Sprintf("%q no es una dirección para escuchar, como 127.0.0.1:8080", addr))
	}
}

func (k *checks) pair(where, cert, key string) {
	if (cert == "") != (key == "") {
		k.add(where, "tls_cert y tls_key van juntos: falta uno")
		return
	}
	for _, f := range []string{cert, key} {
		if f == "" {
			continue
		}
		if _, err := os.Stat(f); err != nil {
			k.add(where, "no se puede leer "+f+": "+err.Error())
		}
	}
}

func (k *checks) plainOnlyHere(where, security, host string) {
	if security == "plain" && !Loopback(net.JoinHostPort(host, "0")) {
		k.add(where, fmt.Sprintf("security = \"plain\" enviaría la clave sin cifrar a %s; use tls o starttls", host))
	}
}

func (k *checks) database(u string) {
	switch {
	case strings.HasPrefix(u, "sqlite:"):
		if u == "sqlite:" {
			k.add("database.url", "falta el archivo: sqlite:/ruta/ventanilla.db")
		}
	case strings.HasPrefix(u, "postgres://"), strings.HasPrefix(u, "postgresql://"):
		if _, err := url.Parse(u); err != nil {
			k.add("database.url", "no se entiende la dirección de PostgreSQL (¿un signo sin codificar en la clave?)")
		}
	default:
		k.add("database.url", `debe empezar con "sqlite:" o "postgres://"`)
	}
}

// Loopback reports whether a host:port is on this machine only.
func Loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
