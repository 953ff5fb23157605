// Package config is what the program needs in order to start: listeners,
// database, mailboxes, secrets. One TOML file and environment overrides become
// one typed struct; only cmd reads it. What an office changes while it works
// (people, templates, calendar, targets) is in the database with its history.
package config

import (
	"strings"
	"time"
)

// Config is the whole of the configuration file.
type Config struct {
	DataDir  string     `toml:"data_dir"`
	Office   Office     `toml:"office"`
	Database Database   `toml:"database"`
	Console  Console    `toml:"console"`
	Log      Log        `toml:"log"`
	Email    Email      `toml:"email"`
	Phone    Phone      `toml:"phone"`
	Chat     Chat       `toml:"chat"`
	WhatsApp []WhatsApp `toml:"whatsapp"`
	// Antivirus looks at what came in on any channel before it is shown.
	Antivirus Antivirus `toml:"antivirus"`
}

// Office names the office towards citizens.
type Office struct {
	Name string `toml:"name"`
	Node string `toml:"node"` // this node's name among several; empty = the host's
}

// Database chooses the records' home. An empty URL means SQLite in DataDir.
type Database struct {
	URL    string `toml:"url"`
	Secret Secret `toml:"password"` // PostgreSQL's password, when it is not in the URL
}

// Console is the operators' web console.
type Console struct {
	Listen    string `toml:"listen"`
	PublicURL string `toml:"public_url"`
	TLSCert   string `toml:"tls_cert"`
	TLSKey    string `toml:"tls_key"`
	// TrustedProxy is the address of the proxy in front, whose
	// X-Forwarded-For and X-Forwarded-Proto are believed; empty = none.
	TrustedProxy string `toml:"trusted_proxy"`
	// Metrics is a separate address for /metrics; empty = on Listen, for loopback peers only.
	Metrics string `toml:"metrics_listen"`
}

// Log is how the program logs: to standard error, as JSON or for a terminal.
type Log struct {
	Level  string `toml:"level"`
	Format string `toml:"format"`
}

// Email is every way in and out by mail.
type Email struct {
	Address   string     `toml:"address"` // the desk's own address, From of what goes out
	FromName  string     `toml:"from_name"`
	Lists     []string   `toml:"lists"`          // the office's mailing lists that carry reports to the desk
	Plus      bool       `toml:"plus_addresses"` // the mail server accepts local+token@domain
	Mailboxes []Mailbox  `toml:"mailbox"`
	Listeners []Listener `toml:"listener"`
	Relay     Relay      `toml:"relay"`
	DKIM      DKIM       `toml:"dkim"`
	OAuth     []OAuth    `toml:"oauth"`
	Letter    Letterhead `toml:"letterhead"`
	// Verify says which mails are checked for forged senders: "always", "never",
	// or "auto": where the sending server is a public one or TrustedAuthServ is set.
	Verify string `toml:"verify"`
	// TrustedAuthServ are the names at the start of the Authentication-Results
	// that the office's own servers write.
	TrustedAuthServ []string `toml:"trusted_authserv_ids"`
}

// Mailbox is one IMAP mailbox that is read.
type Mailbox struct {
	Name         string   `toml:"name"`
	Host         string   `toml:"host"`
	Port         int      `toml:"port"`
	Security     string   `toml:"security"` // tls, starttls, plain (loopback only)
	User         string   `toml:"user"`
	Password     Secret   `toml:"password"`
	Auth         string   `toml:"auth"` // plain, login, xoauth2
	TokenCommand []string `toml:"token_command"`
	OAuth        string   `toml:"oauth"` // name of an [[email.oauth]]
	Folder       string   `toml:"folder"`
	MoveTo       string   `toml:"move_to"`
	Poll         Duration `toml:"poll"`
	CAFile       string   `toml:"ca_file"`
	MaxSizeMB    int      `toml:"max_size_mb"`
}

// Listener is one address on which mail is taken by SMTP or LMTP.
type Listener struct {
	Name       string   `toml:"name"`
	Listen     string   `toml:"listen"`
	Protocol   string   `toml:"protocol"` // smtp, lmtp
	Recipients []string `toml:"recipients"`
	TLSCert    string   `toml:"tls_cert"`
	TLSKey     string   `toml:"tls_key"`
	MaxSizeMB  int      `toml:"max_size_mb"`
	PerPeer    int      `toml:"connections_per_peer"`
}

// Relay is the server that takes our mail. An empty Host means none: replies wait.
type Relay struct {
	Host     string `toml:"host"`
	Port     int    `toml:"port"`
	Security string `toml:"security"`
	User     string `toml:"user"`
	Password Secret `toml:"password"`
	Auth     string `toml:"auth"`
	OAuth    string `toml:"oauth"` // name of an [[email.oauth]]
	CAFile   string `toml:"ca_file"`
	Hello    string `toml:"hello"`
}

// Letterhead is how the mails to citizens look. All of it empty means plain letters.
type Letterhead struct {
	Name   string `toml:"name"`
	Logo   string `toml:"logo"`   // file: PNG, JPEG or GIF of at most 100 kB
	Footer string `toml:"footer"` // lines: address, hours, telephone
}

// Phone is what is known of calls.
type Phone struct {
	AreaCode string    `toml:"area_code"` // added to seven-digit local numbers
	CDRs     []CDR     `toml:"cdr"`
	Webhooks []Webhook `toml:"webhook"`
}

// CDR is one call log of an exchange, followed as it grows.
type CDR struct {
	Name     string         `toml:"name"`
	File     string         `toml:"file"`
	Exchange string         `toml:"exchange"` // where there are several; the webhook of the same one says the same
	Columns  map[string]int `toml:"columns"`
	TimeZone string         `toml:"time_zone"`
	Contexts []string       `toml:"inbound_contexts"`
	Poll     Duration       `toml:"poll"`
}

// Webhook is one exchange that tells of calls by HTTP.
type Webhook struct {
	Name     string `toml:"name"`
	Token    Secret `toml:"token"`
	Exchange string `toml:"exchange"` // as in CDR
}

// Chat is how the desk takes what people write in pieces.
type Chat struct {
	Quiet   Duration `toml:"quiet"`   // silence after which a burst is decided
	Longest Duration `toml:"longest"` // nothing waits longer
}

// WhatsApp is one number linked as a device of the office's phone. The session
// is kept in DataDir (or a schema of its own on PostgreSQL) and in no backup.
type WhatsApp struct {
	Name      string   `toml:"name"`
	MaxSizeMB int      `toml:"max_size_mb"` // of a file that is fetched
	Pace      Duration `toml:"pace"`        // mean pause between two messages that go out
	PerHour   int      `toml:"per_hour"`    // messages that go out in an hour
	CallText  string   `toml:"call_text"`   // what whoever calls the number reads
}

// Antivirus is a clamd. An empty Address means that nothing is scanned.
type Antivirus struct {
	Address   string   `toml:"address"` // unix:/run/clamav/clamd.ctl, or tcp:127.0.0.1:3310
	Timeout   Duration `toml:"timeout"`
	MaxSizeMB int      `toml:"max_size_mb"` // not above clamd's StreamMaxLength
}

// Dial splits the address as net.Dial wants it.
func (a Antivirus) Dial() (network, address string, ok bool) {
	network, address, ok = strings.Cut(a.Address, ":")
	return network, address, ok && address != "" && (network == "unix" || network == "tcp")
}

// Duration is a time.Duration written "90s" or "5m".
type Duration time.Duration

// UnmarshalText reads "90s", "5m", "1h30m".
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return err
	}
	*d = Duration(v)
	return nil
}

// Default is the configuration of a program started without a file: SQLite and
// the console on loopback, no channels but the telephone form.
func Default() Config {
	return Config{
		DataDir: "data",
		Office:  Office{Name: "AGETIC"},
		Console: Console{Listen: "127.0.0.1:8080"},
		Log:     Log{Level: "info", Format: "auto"},
		Email:   Email{Verify: "auto"},
		Phone:   Phone{AreaCode: "2"},
		Chat:    Chat{Quiet: Duration(75 * time.Second), Longest: Duration(5 * time.Minute)},
	}
}

// complete fills what a list entry left out.
func (c *Config) complete() {
	for i := range c.Email.Mailboxes {
		m := &c.Email.Mailboxes[i]
		m.Security = or(m.Security, "tls")
		m.Auth = or(m.Auth, authOf(m.OAuth))
		m.Folder = or(m.Folder, "INBOX")
		m.Port = orPort(m.Port, m.Security, 993, 143)
		m.Poll = orDuration(m.Poll, time.Minute)
		m.MaxSizeMB = orInt(m.MaxSizeMB, 30)
	}
	for i := range c.Email.Listeners {
		l := &c.Email.Listeners[i]
		l.Protocol = or(l.Protocol, "smtp")
		l.MaxSizeMB = orInt(l.MaxSizeMB, 30)
		l.PerPeer = orInt(l.PerPeer, 20)
	}
	if r := &c.Email.Relay; r.Host != "" {
		r.Security = or(r.Security, "starttls")
		r.Auth = or(r.Auth, authOf(r.OAuth))
		r.Port = orPort(r.Port, r.Security, 465, 587)
	}
	for i := range c.Phone.CDRs {
		p := &c.Phone.CDRs[i]
		p.TimeZone = or(p.TimeZone, "America/La_Paz")
		p.Poll = orDuration(p.Poll, time.Second)
	}
	for i := range c.WhatsApp {
		w := &c.WhatsApp[i]
		w.MaxSizeMB = orInt(w.MaxSizeMB, 25)
		w.Pace = orDuration(w.Pace, 2*time.Second)
		if w.Pace > 0 { // a pace below zero is no pace, and bounds nothing
			w.PerHour = orInt(w.PerHour, 200)
		}
	}
	for i := range c.Email.OAuth {
		c.Email.OAuth[i].complete()
	}
	if a := &c.Antivirus; a.Address != "" {
		a.Timeout = orDuration(a.Timeout, 15*time.Second)
		a.MaxSizeMB = orInt(a.MaxSizeMB, 25)
	}
	if c.Database.URL == "" {
		c.Database.URL = "sqlite:" + c.DataDir + "/ventanilla.db"
	}
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func orInt(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}

func orDuration(d Duration, fallback time.Duration) Duration {
	if d == 0 {
		return Duration(fallback)
	}
	return d
}

func orPort(port int, security string, tls, other int) int {
	switch {
	case port != 0:
		return port
	case security == "tls":
		return tls
	default:
		return other
	}
}
