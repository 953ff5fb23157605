// Package desk puts the rooms together: from a configuration to a running
// desk. It holds no rule of its own; the program, the demo and the tests that
// need the whole house start it here.
package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email/oauth"
	"ventanilla/channels/phone"
	"ventanilla/channels/whatsapp"
	"ventanilla/config"
	"ventanilla/router"
	"ventanilla/router/classify"
	"ventanilla/router/facts"
	"ventanilla/router/lessons"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
)

// PhoneChannel is the channel that logged calls belong to.
const PhoneChannel = "telefono"

// Options are what a desk needs beside its configuration.
type Options struct {
	Version string
	Now     func() time.Time // nil means time.Now
	Log     zerolog.Logger
	// DemoPassword, if set, shows the demo's logins on the login page. Only for loopback.
	DemoPassword string
	// WhatsApp reaches WhatsApp; nil means the network. The demo gives its loopback server's client.
	WhatsApp *http.Client
}

// Desk is one node of the whole program.
type Desk struct {
	Store  *store.Store
	Router *router.Router

	cfg        config.Config
	log        zerolog.Logger
	now        func() time.Time
	channels   []channels.Channel
	accounts   []whatsapp.Line
	callLogs   []*phone.CDR
	webhooks   map[string]http.Handler
	grants     map[string]*oauth.Grant
	opened     time.Time
	mail       map[channels.Medium]channels.Sender // the ways out by mail
	supervisor *channels.Supervisor
	lessons    *lessons.Learner
	console    *console.Console
	registry   *prometheus.Registry
	listener   net.Listener
	closers    []func() error
	version    string
}

// Open prepares a desk: database, channels, router, console and its listening
// address. Nothing moves before Run. Close it.
func Open(ctx context.Context, cfg config.Config, o Options) (d *Desk, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	d = &Desk{cfg: cfg, log: o.Log, now: o.Now, version: o.Version, webhooks: map[string]http.Handler{}, opened: o.Now()}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if d.Store, err = OpenStore(ctx, cfg, o); err != nil {
		return d, err
	}
	d.closers = append(d.closers, d.Store.Close)
	d.keepCalendar(ctx) // before anything counts by it
	if err = d.openChannels(o); err != nil {
		return d, err
	}
	d.keepLayouts(ctx) // before any call is read
	if d.lessons, err = lessons.New(ctx, lessons.Options{Store: d.Store, Log: o.Log, Now: o.Now, Node: nodeName(cfg.Office.Node)}); err != nil {
		return d, err
	}
	if err = d.openRouter(ctx); err != nil {
		return d, err
	}
	d.supervisor = channels.NewSupervisor(d.Router.Desk(nodeName(cfg.Office.Node)), o.Log, o.Now)
	if err = d.openConsole(o); err != nil {
		return d, err
	}
	d.registry = newRegistry(d)
	if d.listener, err = listen(cfg.Console); err != nil {
		return d, err
	}
	d.closers = append(d.closers, ignoreClosed(d.listener.Close))
	return d, nil
}

func (d *Desk) openRouter(ctx context.Context) (err error) {
	senders, err := d.openSenders()
	if err != nil {
		return err
	}
	d.mail = senders
	d.Router, err = router.New(ctx, router.Options{
		Store: d.Store, Channels: d.channels, Senders: senders, Log: d.log, Now: d.now, Hours: tickets.Office,
		Quiet: time.Duration(d.cfg.Chat.Quiet), Longest: time.Duration(d.cfg.Chat.Longest),
		Office: d.cfg.Signature(), Domain: d.cfg.Domain(), Own: d.cfg.OwnAddresses(), Plus: d.cfg.Email.Plus,
		Verify: d.verifier(), Scanner: d.scanner(), Public: d.cfg.Console.PublicURL, Guess: d.lessons.Classify,
	})
	return err
}

func (d *Desk) openConsole(o Options) (err error) {
	plan := phone.Plan{Area: d.cfg.Phone.AreaCode}
	d.console, err = console.New(console.Options{
		Store: d.Store, Log: d.log, Now: d.now, Calendar: tickets.Office, Health: d.health,
		NormalizeNumber: func(raw string) (string, string, bool) {
			n := plan.Parse(raw)
			return n.E164, phone.Format(n.E164), n.OK()
		},
		Suggest: func(subject, text string) tickets.Suggestion {
			r := d.lessons.Classify(classify.Input{Medium: string(channels.Phone), Subject: subject, Text: text})
			return tickets.Suggestion{Class: tickets.Class(r.Class), Confidence: r.Confidence, Sure: r.Sure, Reasons: r.Reasons, System: r.System}
		},
		Facts: func(subject, text string) (list []console.Fact) {
			for _, f := range facts.Read(subject, text) {
				list = append(list, console.Fact{Kind: string(f.Kind), Value: f.Value, Reason: f.Reason})
			}
			return list
		},
		NextCall:     nextCall(tickets.Office),
		PhoneChannel: PhoneChannel,
		Release:      d.Router.Release,
		NoScanner:    router.ErrScannerDown,
		Preview:      d.preview,
		Letter:       d.letters(),
		CallLogs:     d.callLogs,
		Accounts:     d.linked,
		Pair:         d.pair,
		PairCode:     d.pairCode,
		Unlink:       d.unlink,
		CookieSecure: d.cfg.Console.TLSCert != "" || d.cfg.Console.TrustedProxy != "",
		Demo:         o.DemoPassword != "", DemoPassword: o.DemoPassword,
	})
	if err == nil {
		d.closers = append(d.closers, func() error { d.console.Close(); return nil })
	}
	return err
}

// nextCall says when to ring a person again, by the rules of package phone in
// the office's working time.
func nextCall(office *calendar.Live) func([]store.Attempt, time.Time) time.Time {
	workday := func(t time.Time) (string, bool) {
		return t.In(calendar.Zone).Format(time.DateOnly), office.Workday(t)
	}
	open := func(t time.Time) time.Time {
		if t = t.In(calendar.Zone); office.Open(t) {
			return t
		}
		return office.NextOpen(t).In(calendar.Zone)
	}
	return func(tries []store.Attempt, now time.Time) time.Time {
		var made []phone.Attempt
		for _, a := range tries {
			made = append(made, phone.Attempt{At: a.At, Outcome: phone.Outcome(a.Outcome)})
		}
		return phone.Next(made, now, workday, open)
	}
}

// health tells the console how the channels are.
func (d *Desk) health() []console.ChannelHealth {
	var all []console.ChannelHealth
	for _, h := range d.supervisor.Health() {
		all = append(all, console.ChannelHealth{
			Name: h.Name, Medium: string(h.Medium), State: h.State, Since: h.Since,
			LastSuccess: h.LastSuccess, LastError: h.LastError, ErrorAt: h.LastErrorAt, Listens: h.Listens, Expires: h.Expires,
		})
	}
	if h, ok := d.relayTerm(); ok {
		all = append(all, h)
	}
	if h := d.Router.ScannerHealth(); h.State != "" {
		all = append(all, console.ChannelHealth{Name: "antivirus", Medium: "antivirus", State: h.State, Since: h.Since, LastSuccess: h.LastSuccess, LastError: h.LastError, ErrorAt: h.LastErrorAt})
	}
	return all
}

// Run works until ctx ends: channels in, router, console. It returns when
// everything under way is finished or safely put back.
func (d *Desk) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var work, web sync.WaitGroup
	work.Go(func() { d.supervisor.Run(ctx, d.channels) })
	work.Go(func() { d.Router.Run(ctx) })
	work.Go(func() { d.followCalendar(ctx) })
	work.Go(func() { d.followLayouts(ctx) })
	work.Go(func() { d.lessons.Run(ctx) })
	work.Go(func() { d.office().Run(ctx) })
	web.Go(func() {
		if err := serve(ctx, d.listener, d.routes()); err != nil {
			cancel(err)
		}
	})
	if d.cfg.Console.Metrics != "" {
		web.Go(func() {
			if err := d.serveMetrics(ctx); err != nil {
				cancel(err)
			}
		})
	}
	d.log.Info().Str("version", d.version).Str("console", d.ConsoleURL()).Str("database", d.Store.Engine()).Int("channels", len(d.channels)).Msg("desk is open")
	<-ctx.Done()
	d.console.Close()
	work.Wait()
	web.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func (d *Desk) serveMetrics(ctx context.Context) error {
	l, err := net.Listen("tcp", d.cfg.Console.Metrics)
	if err != nil {
		return fmt.Errorf("opening metrics_listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", d.metrics())
	mux.HandleFunc("GET /healthz", d.healthz)
	return serve(ctx, l, mux)
}

// Close frees what Open took, the newest first.
func (d *Desk) Close() error {
	var errs []error
	for len(d.closers) > 0 {
		last := len(d.closers) - 1
		errs = append(errs, d.closers[last]())
		d.closers = d.closers[:last]
	}
	return errors.Join(errs...)
}

// ConsoleURL is where the console is reached on this machine.
func (d *Desk) ConsoleURL() string {
	scheme := "http"
	if d.cfg.Console.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + d.listener.Addr().String()
}

// Health is what the supervisor knows of the channels.
func (d *Desk) Health() []channels.Health { return d.supervisor.Health() }

// nodeName names this node among those that share the database, new at every
// start, so that a restarted node never mistakes an old lease for its own.
func nodeName(configured string) string {
	if configured == "" {
		configured, _ = os.Hostname() // a name for people; the random part makes it unique
	}
	return fmt.Sprintf("%s/%d/%s", configured, os.Getpid(), rand.Text()[:8])
}

func ignoreClosed(close func() error) func() error {
	return func() error {
		if err := close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}

// SetupLink is the one-time address that creates the administrator, "" when
// somebody can log in already.
func (d *Desk) SetupLink(ctx context.Context) (string, error) {
	path, err := d.console.SetupLink(ctx)
	if path == "" || err != nil {
		return "", err
	}
	base := d.cfg.Console.PublicURL
	if base == "" {
		base = d.ConsoleURL()
	}
	return strings.TrimRight(base, "/") + path, nil
}
