package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/config"
	"ventanilla/tickets/calendar"
)

// Options say how the demo is played.
type Options struct {
	// Exit plays the day and ends: a temporary folder, free ports, one JSON line
	// per report on Out.
	Exit    bool
	Version string
	// Folder is for the data, made fresh each time; empty = temporary.
	Folder string
	// Database replaces the SQLite file in Folder (tests: PostgreSQL); it must be empty.
	Database string
	// Console and Citizens are the wanted loopback addresses of the two sites.
	Console, Citizens string
	// With Exit, Out gets the JSON lines and Err the progress and the desk's
	// warnings. Without it Out gets the progress and where to click; the desk's
	// log is ventanilla.log in Folder.
	Out, Err io.Writer
	// Ready, if set, is told the two sites' addresses when the day is over and
	// the newcomer may come in.
	Ready func(console, citizens string)
}

// Run plays the day. Without Exit it then stays until ctx ends. An error says,
// in Spanish, what did not go as the script has it.
func Run(ctx context.Context, o Options) (err error) {
	if o.Exit {
		o.Console, o.Citizens = "127.0.0.1:0", "127.0.0.1:0"
	}
	var places [2]string
	for i, wanted := range []struct{ flag, addr string }{{"--console", o.Console}, {"--citizens", o.Citizens}} {
		if places[i], err = place(wanted.flag, wanted.addr); err != nil {
			return err
		}
	}
	dir, err := freshFolder(o.Folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	log, err := dir.log(o)
	if err != nil {
		return err
	}
	defer log.Close()
	s := &stage{Options: o, tell: o.Out, clock: newClock(opening(time.Now())), folder: dir.path}
	s.log = zerolog.New(log).Level(zerolog.InfoLevel).With().Timestamp().Logger()
	if o.Exit {
		s.log, s.tell = s.log.Level(zerolog.WarnLevel), o.Err
	}
	if s.world, err = openWorld(s.clock); err != nil {
		return err
	}
	defer s.world.Close()
	return s.run(ctx, places[0], places[1])
}

// opening is 08:30 of the working day that is played: today when it is over,
// else the last one before, so that the play never ends in the future.
func opening(now time.Time) time.Time {
	office := calendar.LaPaz()
	day := now.In(laPaz)
	for {
		y, m, d := day.Date()
		closing := time.Date(y, m, d, 18, 30, 0, 0, laPaz)
		if office.Workday(day) && !now.Before(closing) {
			return time.Date(y, m, d, 8, 30, 0, 0, laPaz)
		}
		day = time.Date(y, m, d-1, 12, 0, 0, 0, laPaz)
	}
}

// stage is everything that one demo needs.
type stage struct {
	Options
	clock  *clock
	folder string
	log    zerolog.Logger
	tell   io.Writer // progress
	world  *world
	desk   *desk.Desk
}

func (s *stage) run(ctx context.Context, console, citizens string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	token := rand.Text()
	cfg, err := s.config(console, token)
	if err != nil {
		return err
	}
	s.desk, err = desk.Open(ctx, cfg, desk.Options{Version: s.Version, Now: s.clock.Now, Log: s.log, DemoPassword: Password, WhatsApp: s.world.chats.client})
	if err != nil {
		return fmt.Errorf("no se pudo abrir la mesa: %w", err)
	}
	s.world.exchange = newExchange(s.desk.ConsoleURL(), token, s.clock.Now)
	closed := make(chan error, 1)
	go func() {
		err := s.desk.Run(ctx)
		cancel(err)
		closed <- err
	}()
	err = s.perform(ctx, citizens)
	if err != nil && ctx.Err() != nil {
		err = nil // stopped from outside, or by the desk's own error, which follows
		if s.Exit {
			err = errors.New("la jornada se interrumpió antes de terminar")
		}
	}
	cancel(nil)
	return errors.Join(err, <-closed, s.desk.Close())
}

// config is the configuration that an office would write into its file.
func (s *stage) config(console, token string) (config.Config, error) {
	c := config.Default()
	c.DataDir = s.folder
	c.Database.URL = "sqlite:" + s.folder + "/ventanilla.db"
	if s.Database != "" {
		c.Database.URL = s.Database
	}
	c.Office.Name = "AGETIC"
	c.Console.Listen = console
	c.Console.PublicURL = "http://" + console // so that a citizen's link opens here
	host, port, err := net.SplitHostPort(s.world.post.addr)
	if err != nil {
		return c, err
	}
	c.Email.Address, c.Email.FromName, c.Email.Plus = support, "Soporte Técnico AGETIC", true
	c.Email.Mailboxes = []config.Mailbox{{
		Name: mailboxName, Host: s.world.mailbox.host, Port: s.world.mailbox.port, Security: "plain", Auth: "plain",
		User: inbox, Password: config.SecretOf(Password), Folder: "INBOX", MoveTo: "Atendidos", Poll: config.Duration(15 * time.Second), MaxSizeMB: 30,
	}}
	c.Email.Listeners = []config.Listener{{
		Name: listenerName, Listen: s.world.listener, Protocol: "smtp", Recipients: []string{support, inbox}, MaxSizeMB: 30, PerPeer: 20,
	}}
	c.Email.Relay = config.Relay{Host: host, Security: "plain", Auth: "plain"}
	if c.Email.Relay.Port, err = strconv.Atoi(port); err != nil {
		return c, err
	}
	c.Chat = config.Chat{Quiet: config.Duration(silence), Longest: config.Duration(10 * silence)}
	c.WhatsApp = []config.WhatsApp{{Name: numberName, MaxSizeMB: 25, Pace: -1}} // nobody bans here for writing fast
	c.Phone.Webhooks = []config.Webhook{{Name: exchangeName, Token: config.SecretOf(token)}}
	if ps := c.Check(); len(ps) > 0 {
		return c, fmt.Errorf("the demo's own configuration: %w", ps)
	}
	return c, nil
}

// perform plays the day and, for a newcomer, keeps the house open.
func (s *stage) perform(ctx context.Context, citizens string) error {
	p := &play{store: s.desk.Store, world: s.world, clock: s.clock, say: s.say, counter: newCounter(s.desk.ConsoleURL())}
	y, m, d := s.clock.Now().In(laPaz).Date()
	p.day = time.Date(y, m, d, 0, 0, 0, 0, laPaz)
	fmt.Fprintf(s.tell, "Ventanilla abre la mesa en %s y juega el día %s.\n\n", s.desk.ConsoleURL(), p.day.Format("02/01/2006"))
	if err := p.prepare(ctx, s.desk); err != nil {
		return err
	}
	script, extra := day(), len(leftOpen)
	if s.Exit {
		extra = 0
	}
	runs, err := p.perform(ctx, append(script, leftOpen[:extra]...))
	if err != nil {
		return err
	}
	if err := p.greet(ctx, ofelia, "buenas tardes joven"); err != nil {
		return err
	}
	if s.Exit {
		return p.account(ctx, runs, s.Out)
	}
	if err := p.verify(ctx, runs); err != nil {
		return err
	}
	s.clock.follow()
	return s.welcome(ctx, citizens)
}

// prepare opens the office: people, knowledge, and every channel running.
func (p *play) prepare(ctx context.Context, d *desk.Desk) (err error) {
	if p.staff, err = hire(ctx, p.store); err != nil {
		return err
	}
	if p.articles, err = stock(ctx, p.store, p.staff["supervisor"].ID); err != nil {
		return err
	}
	for _, a := range d.Lines() {
		if err := p.link(ctx, a); err != nil {
			return err
		}
	}
	return p.until(ctx, "que todos los canales estén en marcha", func() (bool, error) {
		all := d.Health()
		for _, h := range all {
			if h.State != "running" || h.LastSuccess.IsZero() {
				return false, nil
			}
		}
		return len(all) >= 4, nil
	})
}

// say prints one line of progress with the day's hour.
func (s *stage) say(at time.Time, line string) {
	fmt.Fprintf(s.tell, "%s  %s\n", at.In(laPaz).Format("15:04"), line)
}

// welcome opens the citizens' page and tells the newcomer where to click.
func (s *stage) welcome(ctx context.Context, citizens string) error {
	ln, err := net.Listen("tcp", citizens)
	if err != nil {
		return fmt.Errorf("no se pudo abrir la página de la ciudadanía en %s: %w", citizens, err)
	}
	page, err := newPage(s.desk.Store, s.world, s.desk.ConsoleURL())
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	url := "http://" + ln.Addr().String()
	fmt.Fprintf(s.tell, `
El día terminó y quedaron %d casos abiertos para usted.

  Mesa de soporte   %s
  La ciudadanía     %s   (escriba y llame desde aquí)

  Usuarios: `, len(leftOpen), s.desk.ConsoleURL(), url)
	for i, c := range staff {
		if i > 0 {
			fmt.Fprint(s.tell, ", ")
		}
		fmt.Fprint(s.tell, c.login)
	}
	fmt.Fprintf(s.tell, "\n  Clave de todos: %s\n\nEmpiece así: escriba un correo o un WhatsApp en La ciudadanía y atiéndalo en la mesa como «operador».\nCtrl-C para terminar.\n", Password)
	if s.Ready != nil {
		s.Ready(s.desk.ConsoleURL(), url)
	}
	return page.serve(ctx, ln)
}
