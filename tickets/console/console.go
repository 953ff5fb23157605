package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels/phone"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Calendar measures working time; tickets/calendar is one.
type Calendar interface {
	// Between is the working time from a to b; zero if b is not after a.
	Between(a, b time.Time) time.Duration
}

// ChannelHealth is what the supervisor of channels knows of one of them.
type ChannelHealth struct {
	Name        string
	Medium      string // "email", "whatsapp", "phone"
	State       string // "running", "starting", "stopped", "failed", "elsewhere"
	Since       time.Time
	LastSuccess time.Time
	LastError   string
	ErrorAt     time.Time
	Backlog     int       // accepted, not yet read
	Elsewhere   string    // node that runs it, if not this one
	Listens     bool      // others come to it: silence is no trouble
	Expires     time.Time // when its right to sign in ends, zero if unknown
}

// Options is what the console needs of the rest of the program. Only Store is
// required; what is nil is left out of the screens.
type Options struct {
	Store *store.Store
	Log   zerolog.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Calendar measures ages in working time; nil means by the clock.
	Calendar Calendar
	// Health tells how the channels are.
	Health func() []ChannelHealth
	// NormalizeNumber reads a telephone number as people write it.
	NormalizeNumber func(raw string) (e164, shown string, ok bool)
	// NextCall proposes when to ring again after these tries, the zero time if
	// ringing that number is of no use; nil means in an hour.
	NextCall func(tries []store.Attempt, now time.Time) time.Time
	// Suggest classifies what was said on the telephone, for calls typed here.
	Suggest func(subject, text string) tickets.Suggestion
	// Facts reads out of a report what an operator would underline.
	Facts func(subject, text string) []Fact
	// PhoneChannel is the configured channel that logged calls belong to; "" means "telefono".
	PhoneChannel string
	// CookieSecure marks the session cookie Secure and sends HSTS: set it where the console is reached by TLS.
	CookieSecure bool
	// CallLogs are the exchanges' call logs that are followed.
	CallLogs []*phone.CDR
	// Accounts tells how the linked numbers are; Pair asks one for codes to link
	// a phone and is false if there is none of that name.
	Accounts func() []Account
	Pair     func(name string) bool
	// PairCode asks one for a code to be typed into the phone of number; it
	// stands in Account.Code afterwards. Unlink takes one off its phone.
	PairCode func(ctx context.Context, name, number string) error
	Unlink   func(ctx context.Context, name string) error
	// Release takes a held or quarantined report out of the ledger by a person's
	// decision: as a new case (ticket empty) or as a message in a case.
	Release func(ctx context.Context, ledger int64, ticket string, by tickets.Actor) error
	// NoScanner is what Release fails with while the malware scanner is down.
	NoScanner error
	// Preview reads a line of the ledger anew, for whoever decides on it.
	Preview func(ctx context.Context, ledger int64) (Preview, error)
	// Letter makes the mail that carries text to a person of that name in a case
	// of that code; nil where the office sends no mail.
	Letter func(name, code, subject, text string) (Letter, error)
	// Demo shows that nothing here is real, and the logins on the login page.
	Demo bool
	// DemoPassword is filled in by the login page's buttons; only with Demo.
	DemoPassword string
}

// Console is the handler of all screens; New makes it. Close ends its event streams.
type Console struct {
	opt      Options
	log      zerolog.Logger
	st       *store.Store
	clock    clock
	words    map[string]*words
	assets   *assets
	views    views
	names    names
	logins   *limiter // by login
	peers    *limiter // by address
	passes   *limiter // links that lead nowhere, by address; a login waits for none of them
	citizens rate     // pages of citizens, by address
	handler  http.Handler
	closing  chan struct{}
	once     sync.Once
}

// New puts the console together. It fails only if what was built into the
// program is broken: a template, a catalogue.
func New(o Options) (*Console, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.PhoneChannel == "" {
		o.PhoneChannel = "telefono"
	}
	c := &Console{opt: o, log: o.Log, st: o.Store, logins: newLimiter(5), peers: newLimiter(20), passes: newLimiter(20), closing: make(chan struct{})}
	c.clock = clock{now: o.Now, zone: laPaz}
	var err error
	if c.words, err = loadWords(); err != nil {
		return nil, err
	}
	if c.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if c.views, err = loadViews(c.words, c.clock, c.assets); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", c.assets)
	for _, r := range c.routes() {
		mux.Handle(r.pattern, c.serve(r))
	}
	mux.Handle("/", c.serve(route{"/", everyone, (*Console).nowhere}))
	c.handler = secured(mux, http.HandlerFunc(c.crossSite), o.CookieSecure)
	return c, nil
}

// laPaz is UTC−4 all year; it has had no summer time since 1932.
var laPaz = time.FixedZone("America/La_Paz", -4*3600)

func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Close ends the event streams, so that a server's Shutdown need not wait for them.
func (c *Console) Close() error {
	c.once.Do(func() { close(c.closing) })
	return nil
}

func (c *Console) now() time.Time { return c.opt.Now() }

// worked is the working time from a to now.
func (c *Console) worked(a, b time.Time) time.Duration {
	if c.opt.Calendar == nil {
		return max(0, b.Sub(a))
	}
	return c.opt.Calendar.Between(a, b)
}

// gone tells whether an error only says that the browser left.
func gone(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, context.Canceled)
}

var errForbidden = errors.New("console: not allowed")

// badRequest is an error in what a browser sent, with the catalogue key of its words.
type badRequest struct{ key string }

func (e *badRequest) Error() string { return fmt.Sprintf("bad request: %s", e.key) }
