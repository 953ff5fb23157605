package desk

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/clamd"
	"ventanilla/channels/email"
	"ventanilla/channels/email/authentic"
	"ventanilla/channels/email/message"
	"ventanilla/channels/phone"
	"ventanilla/channels/whatsapp"
	"ventanilla/config"
	"ventanilla/router"
)

// openChannels makes every configured channel.
func (d *Desk) openChannels(o Options) error {
	if err := d.openGrants(); err != nil {
		return err
	}
	own := d.cfg.OwnAddresses()
	for _, m := range d.cfg.Email.Mailboxes {
		roots, err := clientTLS(m.Host, m.CAFile)
		if err != nil {
			return fmt.Errorf("email.mailbox %s: %w", m.Name, err)
		}
		ch, err := email.NewMailbox(email.MailboxOptions{
			Name: m.Name, Addr: net.JoinHostPort(m.Host, strconv.Itoa(m.Port)), Security: security(m.Security), TLS: roots,
			Auth:   email.Auth{Mechanism: m.Auth, User: m.User, Password: m.Password.Value(), TokenCommand: m.TokenCommand, Tokens: d.tokens(m.OAuth)},
			Folder: m.Folder, MoveTo: m.MoveTo, Own: own, MaxBytes: megabytes(m.MaxSizeMB), Poll: time.Duration(m.Poll),
			Log: d.log, Now: d.now,
		})
		if err != nil {
			return fmt.Errorf("email.mailbox %s: %w", m.Name, err)
		}
		d.channels = append(d.channels, ch)
	}
	for _, l := range d.cfg.Email.Listeners {
		ch, err := d.newListener(l, own)
		if err != nil {
			return fmt.Errorf("email.listener %s: %w", l.Name, err)
		}
		d.channels = append(d.channels, ch)
	}
	if err := d.openWhatsApp(o); err != nil {
		return err
	}
	return d.openPhone()
}

// openWhatsApp makes the linked numbers. On SQLite each keeps its session in a
// file of its own beside the desk's database.
func (d *Desk) openWhatsApp(o Options) error {
	for _, w := range d.cfg.WhatsApp {
		session := filepath.Join(d.cfg.DataDir, "whatsapp-"+w.Name+".db")
		if d.Store.Engine() == "postgres" {
			var err error
			if session, err = d.cfg.DatabaseURL(); err != nil {
				return err
			}
		}
		a, err := whatsapp.New(whatsapp.Options{
			Name: w.Name, Database: session, MaxBytes: megabytes(w.MaxSizeMB), Pace: time.Duration(w.Pace),
			PerHour: w.PerHour, CallText: w.CallText,
			HTTP: o.WhatsApp, Log: d.log, Now: d.now,
		})
		if err != nil {
			return fmt.Errorf("whatsapp %s: %w", w.Name, err)
		}
		d.channels, d.accounts = append(d.channels, a), append(d.accounts, a)
	}
	return nil
}

func (d *Desk) newListener(l config.Listener, own []string) (*email.Listener, error) {
	var certs *tls.Config
	if l.TLSCert != "" {
		cert, err := tls.LoadX509KeyPair(l.TLSCert, l.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("reading its certificate: %w", err)
		}
		certs = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	return email.NewListener(email.ListenerOptions{
		Name: l.Name, Addr: l.Listen, LMTP: l.Protocol == "lmtp", Domain: d.cfg.Domain(), TLS: certs,
		Recipients: l.Recipients, Own: own, MaxBytes: megabytes(l.MaxSizeMB), MaxPeerConns: l.PerPeer,
		Log: d.log, Now: d.now,
	})
}

// openSenders makes the ways out. Without a relay, mails wait in the outbox.
func (d *Desk) openSenders() (map[channels.Medium]channels.Sender, error) {
	r := d.cfg.Email.Relay
	if r.Host == "" {
		return nil, nil
	}
	roots, err := clientTLS(r.Host, r.CAFile)
	if err != nil {
		return nil, fmt.Errorf("email.relay: %w", err)
	}
	sign, err := d.mailSigner()
	if err != nil {
		return nil, fmt.Errorf("email.dkim: %w", err)
	}
	head, err := d.letterhead()
	if err != nil {
		return nil, fmt.Errorf("email.letterhead: %w", err)
	}
	relay, err := email.NewRelay(email.RelayOptions{
		Addr: net.JoinHostPort(r.Host, strconv.Itoa(r.Port)), Security: security(r.Security), TLS: roots,
		Auth: email.Auth{Mechanism: r.Auth, User: r.User, Password: r.Password.Value(), Tokens: d.tokens(r.OAuth)},
		From: d.mailSender(),
		Plus: d.cfg.Email.Plus, Sign: sign, Letterhead: head, Hello: r.Hello, Log: d.log, Now: d.now,
	})
	if err != nil {
		return nil, fmt.Errorf("email.relay: %w", err)
	}
	d.closers = append(d.closers, relay.Close)
	return map[channels.Medium]channels.Sender{channels.Email: relay}, nil
}

// letterhead is nil where mails are plain letters.
func (d *Desk) letterhead() (*message.Letterhead, error) {
	l := d.cfg.Email.Letter
	if l == (config.Letterhead{}) {
		return nil, nil
	}
	var logo []byte
	if l.Logo != "" {
		var err error
		if logo, err = os.ReadFile(l.Logo); err != nil {
			return nil, fmt.Errorf("reading the logo: %w", err)
		}
	}
	return message.NewLetterhead(l.Name, l.Footer, logo)
}

// mailSigner is nil where the desk does not sign its mails itself.
func (d *Desk) mailSigner() (*email.Signer, error) {
	if d.cfg.Email.DKIM.Selector == "" {
		return nil, nil
	}
	key, err := d.cfg.Email.DKIM.Signer()
	if err != nil {
		return nil, err
	}
	return email.NewSigner(d.cfg.DKIMDomain(), d.cfg.Email.DKIM.Selector, key)
}

// verifier judges who really sent a mail, nil where nobody is to be judged.
func (d *Desk) verifier() router.Verify {
	e := d.cfg.Email
	if e.Verify == "never" {
		return nil
	}
	return email.Authenticity{
		Resolver: authentic.NewCache(net.DefaultResolver, d.now), Trusted: e.TrustedAuthServ, Always: e.Verify == "always",
	}.Verify
}

// scanner is nil where no malware scanner is configured.
func (d *Desk) scanner() channels.Scanner {
	network, address, ok := d.cfg.Antivirus.Dial()
	if !ok {
		return nil
	}
	return clamd.New(clamd.Options{
		Network: network, Address: address, Timeout: time.Duration(d.cfg.Antivirus.Timeout), MaxBytes: megabytes(d.cfg.Antivirus.MaxSizeMB),
	})
}

func (d *Desk) openPhone() error {
	plan := phone.Plan{Area: d.cfg.Phone.AreaCode}
	for _, p := range d.cfg.Phone.CDRs {
		zone, err := time.LoadLocation(p.TimeZone)
		if err != nil {
			return fmt.Errorf("phone.cdr %s: %w", p.Name, err)
		}
		log := &phone.CDR{
			ID: p.Name, Exchange: p.Exchange, File: p.File, Columns: p.Columns, Zone: zone, Inbound: p.Contexts, Plan: plan,
			Poll: time.Duration(p.Poll), Log: d.log, Now: d.now,
		}
		d.channels, d.callLogs = append(d.channels, log), append(d.callLogs, log)
	}
	for _, w := range d.cfg.Phone.Webhooks {
		ch := &phone.PBX{ID: w.Name, Exchange: w.Exchange, Token: w.Token.Value(), Plan: plan, Log: d.log, Now: d.now}
		d.channels = append(d.channels, ch)
		d.webhooks[w.Name] = ch
	}
	return nil
}

func security(s string) email.Security {
	if s == "plain" {
		return email.Plain
	}
	return email.Security(s)
}

func megabytes(n int) int64 { return int64(n) << 20 }

// clientTLS trusts the system's roots, or those of one file.
func clientTLS(host, caFile string) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("reading ca_file: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file %s holds no certificate", caFile)
	}
	return c, nil
}
