package router

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/router/facts"
	"ventanilla/tickets/store"
)

// Hours is the office's working time.
type Hours interface {
	Open(t time.Time) bool
	NextOpen(t time.Time) time.Time
}

// Options is what a router needs.
type Options struct {
	Store    *store.Store
	Channels []channels.Channel
	Senders  map[channels.Medium]channels.Sender // ways out that are no channel: the mail relay
	Log      zerolog.Logger
	Now      func() time.Time
	Hours    Hours
	// Quiet is how long a person on a chat must be silent before what they wrote
	// is decided; nothing waits longer than Longest. 0 means at once.
	Quiet, Longest time.Duration
	Office         string           // how the desk signs
	Domain         string           // right-hand side of our Message-IDs
	Own            []string         // the desk's own addresses, which are never answered
	Plus           bool             // put reply tokens into plus addresses
	Verify         Verify           // nil: nothing is judged
	Scanner        channels.Scanner // nil: nothing is scanned for malware
	Public         string           // address at which citizens reach the console; empty: no link is sent
	// Guess classifies a report; nil: with the model that the program brings along.
	Guess func(classify.Input) classify.Result
}

// Router moves reports in and replies out. Run it once per node.
type Router struct {
	store   *store.Store
	log     zerolog.Logger
	now     func() time.Time
	hours   Hours
	office  string
	own     map[string]bool
	plus    bool
	judge   Verify
	scanner channels.Scanner
	// scanTime is how long the files of one batch may take; what was not looked
	// at by then comes again.
	scanTime time.Duration
	public   string
	quiet    time.Duration
	longest  time.Duration
	sign     signer
	letters  letters
	guess    func(classify.Input) classify.Result
	outages  outages

	readers map[string]channels.Reader          // by channel
	media   map[channels.Medium]channels.Reader // for channels no longer configured
	senders map[channels.Medium]channels.Sender
	exits   map[exit]channels.Sender // a chat is answered by the number that it came to

	arrived chan struct{} // a channel of this node handed something over
	settled chan struct{} // reports have their fates: a burst may be due

	mu            sync.Mutex
	scannerHealth channels.Health
}

// exit is a way out of the desk.
type exit struct {
	medium  channels.Medium
	channel string
}

// zone is La Paz, which has kept UTC−4 all year since 1932.
var zone = time.FixedZone("BOT", -4*60*60)

// New prepares a router. The key that signs reply ids is made at the first
// start and kept in the database, so that every node knows the same one.
func New(ctx context.Context, o Options) (*Router, error) {
	r := &Router{
		store: o.Store, log: o.Log, now: o.Now, hours: o.Hours, office: o.Office, plus: o.Plus, judge: o.Verify, scanner: o.Scanner, scanTime: scanTime, public: strings.TrimRight(o.Public, "/"),
		quiet: o.Quiet, longest: max(o.Quiet, o.Longest),
		own:     map[string]bool{},
		arrived: make(chan struct{}, 1), settled: make(chan struct{}, 1),
		readers: map[string]channels.Reader{}, media: map[channels.Medium]channels.Reader{},
		senders: map[channels.Medium]channels.Sender{}, exits: map[exit]channels.Sender{},
	}
	maps.Copy(r.senders, o.Senders)
	for _, a := range o.Own {
		r.own[strings.ToLower(a)] = true
	}
	for _, ch := range o.Channels {
		if rd, ok := ch.(channels.Reader); ok {
			r.readers[ch.Name()], r.media[ch.Medium()] = rd, rd
		}
		if s, ok := ch.(channels.Sender); ok {
			r.senders[ch.Medium()], r.exits[exit{ch.Medium(), ch.Name()}] = s, s
		}
	}
	var err error
	if r.letters, err = newLetters(); err != nil {
		return nil, err
	}
	if r.guess = o.Guess; r.guess == nil {
		own, err := classify.New()
		if err != nil {
			return nil, err
		}
		r.guess = own.Classify
	}
	model := r.guess
	r.guess = func(in classify.Input) classify.Result {
		in.Text = facts.WithoutPlaces(in.Text)
		return model(in)
	}
	key, err := o.Store.SigningKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the signing key: %w", err)
	}
	r.sign = signer{key: key, domain: strings.ToLower(o.Domain)}
	return r, nil
}

// Run moves reports and replies until ctx ends. What is under way then is
// finished or put back.
func (r *Router) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { r.intake(ctx) })
	wg.Go(func() { r.gather(ctx) })
	for _, m := range []channels.Medium{channels.Email, channels.WhatsApp} {
		wg.Go(func() { r.outbox(ctx, m) })
	}
	wg.Go(func() { r.courtesies(ctx) })
	wg.Go(func() { r.reminders(ctx) })
	wg.Go(func() { r.purge(ctx) })
	if r.scanner != nil {
		wg.Go(func() { r.rescan(ctx) })
	}
	wg.Go(func() { r.batches(ctx) })
	wg.Go(func() { r.watchOutages(ctx) })
	wg.Wait()
}

// tell wakes who waits on c; it never blocks.
func tell(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// pause waits until ctx ends, d is over or something was said on wake.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-wake:
	}
}
