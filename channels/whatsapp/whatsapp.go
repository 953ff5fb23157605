// Package whatsapp lets citizens write to the office's WhatsApp number: a
// linked device of that number (whatsmeow, an unofficial client of WhatsApp
// Web) seen as a channel.
//
// Nothing that a person wrote may be lost, and the library makes that
// possible only in one way: decrypted messages are buffered in the session
// database, receipts are sent after the handler, the handler says whether it
// succeeded (EnableDecryptedEventBuffer, SynchronousAck,
// AddEventHandlerWithSuccessStatus). Here the handler does one thing: it writes
// the event into the session's database and succeeds when that is durable. From
// there it goes through Host.Accept, many at a time (taken.go). What is
// not acknowledged WhatsApp delivers again at the next login, and the ids make
// a second time harmless. A panic in a handler would count as success: it is
// caught and counts as failure.
//
// A message is understood later, by Read, from the protobuf bytes that were
// kept. Files are fetched by a worker (media.go), after the message is safe,
// by direct path from allowed hosts only: the URL in a message is the sender's
// and is never fetched.
//
// The session lives in a database of its own, because it must never be
// restored from a backup (the ratchets would roll back): after a loss the
// number is linked again. Beside whatsmeow's tables it holds ours: what came and
// is on its way to the desk (a moment's worth, while all is well); replies sent (so that a repetition has the same id, receipts find their
// reply, and a phone that could not decrypt gets another copy), and work that
// is left (files to fetch, messages that could not be read yet).
//
// A person is known by number where WhatsApp tells it, else by the hidden id
// ("lid:…"), which is not a number and is never shown as one. Replies go to the
// account that wrote, whoever has its number by then; nobody is written to who
// did not write first, to the number that is linked now (chat.go).
//
// WhatsApp refuses versions of its web program that are some months old (405,
// the state Outdated): docs/whatsapp.md has the monthly routine, with the tests
// of this package and of loopback as the gate.
package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"go.mau.fi/libsignal/logger"
	"go.mau.fi/whatsmeow/proto/waCompanionReg"
	"go.mau.fi/whatsmeow/store"

	"ventanilla/channels"
)

// Options is what an account needs. Name and Database are required.
type Options struct {
	Name string // of the channel
	// Database holds the session: the path of an SQLite file of its own, or a
	// postgres:// URL, in which a schema named after the channel is used.
	Database string
	Log      zerolog.Logger
	Now      func() time.Time // nil means time.Now
	// MaxBytes bounds files that are fetched; 0 means 25 MB.
	MaxBytes int64
	// Pace is the mean pause between two messages that go out, spread by half;
	// 0 means 2 s, negative none (tests and the demo).
	Pace time.Duration
	// PerHour bounds how many messages go out in an hour; 0 means 200, negative
	// no bound, here and for a chat.
	PerHour int
	// CallText is sent to whoever calls, once in six hours; "" means a usual one.
	CallText string
	// HTTP reaches WhatsApp; nil means the network, as the environment's proxy
	// settings say. Tests give the client of a loopback server.
	HTTP *http.Client
}

// State is where an account stands.
type State string

const (
	Stopped    State = "stopped"    // not run by this node
	Connecting State = "connecting" // linked, no connection at the moment
	Connected  State = "connected"
	Unlinked   State = "unlinked" // no phone is linked: start pairing
	Pairing    State = "pairing"  // waits for the phone; Status.QR holds the code
	LoggedOut  State = "logged_out"
	Banned     State = "banned"   // until Status.Until
	Replaced   State = "replaced" // another program runs the same session
	Outdated   State = "outdated" // WhatsApp refuses this version of the program
	Refused    State = "refused"  // WhatsApp refuses the login for another reason
)

// Status is what is known of an account, for the console.
type Status struct {
	State   State
	Since   time.Time
	Until   time.Time // when it is tried again by itself; zero if only a person can help
	Number  string    // the linked number in E.164; empty if unknown
	QR      string    // to be shown as a QR code while State is Pairing
	QRUntil time.Time // when the next code follows
	Code    string    // to be typed into the phone instead, while State is Pairing; empty if not asked for
	Held    time.Time // WhatsApp asked to send more slowly until then; zero if it did not
	Detail  string    // what WhatsApp said, for logs and experts
	LastIn  time.Time
	LastOut time.Time
	Work    int // files to fetch and unread messages that are waited for
}

// Account is one linked number. It is a Channel, Reader and Sender; run it on
// one node at a time.
type Account struct {
	o     Options
	media *http.Client
	stuck time.Duration // stuckLimit, but in tests

	mu     sync.Mutex
	status Status
	codes  []string // QR codes, the first valid from qrAt
	qrAt   time.Time
	live   *live         // while Run is under way
	pair   chan struct{} // a wish to pair, or to try again at once
	took   chan struct{} // something was taken that the desk has not yet
	pace   sync.Mutex    // held by the reply that goes out
	last   time.Time     // when the last one went out
	outgo  outgo
	// refusals in a row; like what stands above pair, guarded by mu.
	refusals int
}

// Line is a number on WhatsApp as the rest of the program knows it, whichever
// way it is reached: this package's Account is a device linked to a phone; the
// official Cloud API would be another.
type Line interface {
	channels.Channel
	channels.Reader
	channels.Sender
	Status() Status
}

// Linkable is the add-on of a Line that is linked to a phone by a person.
type Linkable interface {
	StartPairing()
	PairingCode(ctx context.Context, number string) (string, error)
	Unlink(ctx context.Context) error
}

var (
	_ Line            = (*Account)(nil)
	_ channels.Quoter = (*Account)(nil)
	_ Linkable        = (*Account)(nil)
)

// once sets what whatsmeow and libsignal keep per process.
var once sync.Once

// New checks the options; the session is opened by Run.
func New(o Options) (*Account, error) {
	if o.Name == "" || o.Database == "" {
		return nil, errors.New("whatsapp: a name and a session database are needed")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 25 << 20
	}
	if o.Pace == 0 {
		o.Pace = 2 * time.Second
	}
	if o.PerHour == 0 {
		o.PerHour = perHour
		if o.Pace < 0 {
			o.PerHour = -1
		}
	}
	if o.CallText == "" {
		o.CallText = usualCallText
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	o.Log = o.Log.With().Str("channel", o.Name).Logger()
	once.Do(func() {
		var quiet logger.Loggable = silent{}
		logger.Setup(&quiet) // libsignal prints to standard output otherwise
		store.SetOSInfo("Ventanilla", [3]uint32{1, 0, 0})
		store.DeviceProps.PlatformType = waCompanionReg.DeviceProps_DESKTOP.Enum()
		store.DeviceProps.RequireFullSync = new(bool)
	})
	a := &Account{o: o, pair: make(chan struct{}, 1), took: make(chan struct{}, 1), stuck: stuckLimit}
	a.media = &http.Client{Transport: &guard{next: o.HTTP.Transport, max: o.MaxBytes + 64}}
	a.status = Status{State: Stopped, Since: o.Now()}
	return a, nil
}

// Name implements channels.Channel.
func (a *Account) Name() string { return a.o.Name }

// Medium implements channels.Channel.
func (a *Account) Medium() channels.Medium { return channels.WhatsApp }

// StartPairing asks WhatsApp for codes: from soon on, for 160 seconds, Status
// shows one after the other. For an account that is stopped by a ban, another
// program or a refusal it means "try again now". It does nothing while connected.
func (a *Account) StartPairing() {
	select {
	case a.pair <- struct{}{}:
	default:
	}
}

// Status tells how the account is.
func (a *Account) Status() Status {
	a.mu.Lock()
	s, l := a.status, a.live
	if a.outgo.held.After(a.o.Now()) {
		s.Held = a.outgo.held
	}
	if s.State == Pairing {
		s.QR, s.QRUntil = currentCode(a.codes, a.qrAt, a.o.Now())
	}
	a.mu.Unlock()
	if l != nil {
		s.Work = l.session.open()
	}
	return s
}

// The first code is valid for a minute, the others for 20 seconds each.
const (
	firstCode = 60 * time.Second
	nextCode  = 20 * time.Second
)

func currentCode(codes []string, since, now time.Time) (string, time.Time) {
	end := since.Add(firstCode)
	for _, c := range codes {
		if now.Before(end) {
			return c, end
		}
		end = end.Add(nextCode)
	}
	return "", time.Time{}
}

// set changes the state and logs the change.
func (a *Account) set(s State, until time.Time, detail string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s == a.status.State && detail == a.status.Detail {
		a.status.Until = until
		return
	}
	a.status.State, a.status.Since, a.status.Until, a.status.Detail = s, a.o.Now(), until, detail
	if s != Pairing {
		a.status.Code = ""
	}
	a.o.Log.Info().Str("state", string(s)).Str("detail", detail).Msg("WhatsApp account changed state")
}

func (a *Account) note(f func(*Status)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f(&a.status)
}

// running gives the account's session, or an error that says why there is none
// and when to come again.
func (a *Account) running() (*live, error) {
	a.mu.Lock()
	l := a.live
	stopped := a.status.State == Stopped
	a.mu.Unlock()
	switch {
	case l == nil && stopped:
		return nil, fmt.Errorf("la cuenta de WhatsApp no la atiende este nodo: %w", channels.ErrNotHere)
	case l == nil || !l.online():
		return nil, a.notOnline()
	}
	return l, nil
}

// Pauses of a reply whose account is not connected.
const (
	soon    = 10 * time.Second // a connection that comes back by itself
	someday = 2 * time.Minute  // a person has to do something first
)

// notOnline says why nothing can go out now.
func (a *Account) notOnline() *channels.LaterError {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.o.Now()
	e := &channels.LaterError{At: now.Add(someday), Why: "la cuenta de WhatsApp no está conectada: " + a.status.State.Spanish()}
	switch s := a.status.State; {
	case s == Connecting || s == Connected:
		e.At = now.Add(soon)
	case s == Banned && a.status.Until.After(now):
		e.At = a.status.Until
	}
	return e
}

// Spanish is the state as a person reads it.
func (s State) Spanish() string {
	switch s {
	case Connecting:
		return "conectando"
	case Connected:
		return "conectada"
	case Unlinked:
		return "falta vincular un teléfono"
	case Pairing:
		return "espera que se lea el código con el teléfono"
	case LoggedOut:
		return "el teléfono la desvinculó; hay que vincularla de nuevo"
	case Banned:
		return "WhatsApp la suspendió por un tiempo"
	case Replaced:
		return "otro programa usa la misma sesión"
	case Outdated:
		return "WhatsApp pide una versión más nueva de este programa"
	case Refused:
		return "WhatsApp no acepta la conexión"
	}
	return "detenida"
}

// silent drops what libsignal prints.
type silent struct{}

func (silent) Debug(string, string)   {}
func (silent) Info(string, string)    {}
func (silent) Warning(string, string) {}
func (silent) Error(string, string)   {}
func (silent) Configure(string)       {}
