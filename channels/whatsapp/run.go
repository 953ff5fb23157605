package whatsapp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/appstate"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	waLog "go.mau.fi/whatsmeow/util/log"

	"ventanilla/channels"
)

// Pauses before a login that was refused is tried again.
const (
	afterRefusal  = 5 * time.Minute // doubles with every further refusal
	refusalEnds   = time.Hour
	afterOutdated = 6 * time.Hour
	afterReplaced = 10 * time.Minute
	connectLimit  = 30 * time.Second // a pairing that brought no connection by then is tried anew
	stuckLimit    = 90 * time.Second // without a connection; longer than any pause of whatsmeow's
	longestPause  = 15               // × 2 s: the longest pause between two tries to connect
)

// pairingEnds is how long codes are shown. Tests shorten it.
var pairingEnds = firstCode + 5*nextCode

// live is an account while it runs.
type live struct {
	*Account
	ctx     context.Context
	host    channels.Host
	session *session
	client  *whatsmeow.Client
	log     zerolog.Logger

	end    chan ending   // why the connection ended for good
	up     chan struct{} // connected
	work   chan struct{} // there is something to do
	gate   sync.RWMutex  // held for reading by handlers under way
	closed bool

	// guarded by the account's lock
	resets    int // in a row
	resetting bool
	marks     map[string]string // chats known to be stored
	office    string            // the linked account, as officeOf names it
}

// ending is an end of a session that whatsmeow does not mend by itself.
type ending struct {
	state  State
	pause  time.Duration // 0: a person must act
	detail string
}

// Run implements channels.Channel. It returns an error only when the session's
// database is in trouble: everything that WhatsApp refuses is a state, in which
// it waits.
func (a *Account) Run(ctx context.Context, h channels.Host) error {
	s, err := openSession(ctx, a.o)
	if err != nil {
		return err
	}
	defer a.set(Stopped, time.Time{}, "")
	until, detail, err := s.ban(ctx)
	if err == nil {
		err = a.recollect(ctx, s)
	}
	if err == nil && !until.IsZero() { // a restart is no reason to knock again
		a.rest(ctx, ending{Banned, until.Sub(a.o.Now()), detail})
	}
	handing, stop := context.WithCancel(ctx)
	var hands sync.WaitGroup
	hands.Go(func() { a.hand(handing, h, s) })
	for ctx.Err() == nil && err == nil {
		err = a.round(ctx, h, s)
	}
	stop()
	hands.Wait()
	if cerr := s.close(); err == nil && cerr != nil {
		err = fmt.Errorf("closing the WhatsApp session: %w", cerr)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// round runs one client from its first connection to its end.
func (a *Account) round(ctx context.Context, h channels.Host, s *session) error {
	device, err := s.device(ctx)
	if err != nil {
		return err
	}
	outer := ctx
	ctx, cancel := context.WithCancel(outer)
	defer cancel()
	l := &live{Account: a, ctx: ctx, host: h, session: s, log: a.o.Log, end: make(chan ending, 1), up: make(chan struct{}, 1)}
	linked := device.ID != nil
	if !linked && !l.wished() {
		return nil
	}
	if linked {
		l.office = officeOf(*device.ID, device.LID)
	}
	l.client = l.newClient(device)
	a.mu.Lock()
	a.live = l
	a.mu.Unlock()
	var worker sync.WaitGroup
	worker.Go(func() { l.doWork(false) })
	worker.Go(func() { l.doWork(true) })
	e := l.connected(linked)
	a.mu.Lock()
	a.live = nil
	a.mu.Unlock()
	l.client.Disconnect()
	cancel()
	l.gate.Lock() // waits for the handlers
	l.closed = true
	l.gate.Unlock()
	worker.Wait()
	switch e.state {
	case "":
		return nil
	case LoggedOut:
		if err := s.forget(outer); err != nil && outer.Err() == nil {
			return err
		}
	case Refused:
		e.pause = min(afterRefusal<<min(a.refusals, 10), refusalEnds)
		a.refusals++
	case Banned:
		if err := s.banned(outer, a.o.Now().Add(e.pause), e.detail); err != nil && outer.Err() == nil {
			return fmt.Errorf("noting the ban: %w", err)
		}
	}
	a.rest(outer, e)
	return nil
}

// officeOf names an account of the office's: by its hidden id, which outlives a
// change of number, or by the number where it has none.
func officeOf(number, hidden types.JID) string { return cmp.Or(hidden.User, number.User) }

// wished waits until somebody wants to link a phone; false when the account stops.
func (l *live) wished() bool {
	l.mu.Lock()
	was := l.status.State
	l.mu.Unlock()
	if was != LoggedOut && was != Unlinked { // whose detail says why
		l.set(Unlinked, time.Time{}, "")
	}
	select {
	case <-l.ctx.Done():
		return false
	case <-l.pair:
		return true
	}
}

// connected keeps the client connected until it ends or the account stops.
func (l *live) connected(linked bool) ending {
	select {
	case <-l.pair: // an old wish
	default:
	}
	if linked {
		l.set(Connecting, time.Time{}, "")
	}
	if err := l.client.ConnectContext(l.ctx); err != nil && l.ctx.Err() == nil {
		if linked {
			return ending{Connecting, time.Minute, err.Error()}
		}
		return ending{Unlinked, time.Second, err.Error()}
	}
	limit := time.NewTimer(pairingEnds)
	defer limit.Stop()
	if linked {
		limit.Stop()
	}
	for {
		select {
		case <-l.ctx.Done():
			return ending{}
		case e := <-l.end:
			return e
		case <-l.up:
			limit.Stop()
		case <-limit.C:
			return ending{Unlinked, 0, "ningún teléfono leyó el código a tiempo"}
		}
	}
}

// rest waits after an end, as long as it says or until a person wants to try.
func (a *Account) rest(ctx context.Context, e ending) {
	var until time.Time
	var wake <-chan time.Time
	if e.pause > 0 {
		until = a.o.Now().Add(e.pause)
		t := time.NewTimer(e.pause)
		defer t.Stop()
		wake = t.C
	}
	a.set(e.state, until, e.detail)
	if e.state == LoggedOut || e.state == Unlinked {
		return // the next round waits for a wish to pair
	}
	select {
	case <-ctx.Done():
	case <-wake:
	case <-a.pair:
	}
}

// newClient makes a client that loses nothing.
func (l *live) newClient(d *store.Device) *whatsmeow.Client {
	c := whatsmeow.NewClient(d, quiet{l.log})
	c.SetWebsocketHTTPClient(l.o.HTTP)
	c.SetPreLoginHTTPClient(l.o.HTTP)
	c.SetMediaHTTPClient(l.Account.media)
	c.BackgroundEventCtx = l.ctx
	c.EnableDecryptedEventBuffer = true
	c.SynchronousAck = true
	c.InitialAutoReconnect = true
	c.ManualHistorySyncDownload = true // what was written before the link is not ours
	c.AutomaticMessageRerequestFromPhone = true
	c.SetForceActiveDeliveryReceipts(true) // two ticks for the citizen
	c.GetMessageForRetry = l.again
	c.AutoReconnectHook = func(error) bool {
		c.AutoReconnectErrors = min(c.AutoReconnectErrors, longestPause)
		l.set(Connecting, time.Time{}, "")
		return true
	}
	c.AddEventHandlerWithSuccessStatus(l.handle)
	return c
}

// online says whether the client is connected and logged in now.
func (l *live) online() bool { return l.client.IsConnected() && l.client.IsLoggedIn() }

// ended notes the first end of a session.
func (l *live) ended(e ending) {
	select {
	case l.end <- e:
	default:
	}
}

// state follows the events that tell how the connection is.
func (l *live) state(event any) {
	switch e := event.(type) {
	case *events.QR:
		l.mu.Lock()
		l.codes, l.qrAt = e.Codes, l.o.Now()
		l.mu.Unlock()
		l.set(Pairing, l.o.Now().Add(pairingEnds), "")
	case *events.PairSuccess:
		l.set(Connecting, time.Time{}, "")
		time.AfterFunc(connectLimit, l.unstick)
		l.note(func(s *Status) { s.Number, l.office = e164(e.ID.User), officeOf(e.ID, e.LID) })
	case *events.PairError:
		l.ended(ending{Unlinked, 0, e.Error.Error()})
	case *events.Connected:
		number := e164(l.client.Store.GetJID().User)
		l.note(func(s *Status) {
			s.Number = number
			l.refusals = 0
		})
		if err := l.session.banned(l.ctx, time.Time{}, ""); err != nil && l.ctx.Err() == nil {
			l.log.Warn().Err(err).Msg("the end of a ban could not be noted")
		}
		l.set(Connected, time.Time{}, "")
		l.host.Progress("connected")
		l.introduce()
		select {
		case l.up <- struct{}{}:
		default:
		}
	case *events.PushNameSetting: // a new name
		l.introduce()
	case *events.AppStateSyncComplete: // after the link the phone tells its settings, the name in the first collection
		if e.Name == appstate.WAPatchCriticalBlock {
			l.introduce()
		}
	case *events.Disconnected:
		if l.Status().State == Pairing {
			l.ended(ending{Unlinked, 0, "se cortó la conexión mientras se mostraba el código"})
		} else if !l.online() { // the event may come after the next login
			l.set(Connecting, time.Time{}, "")
		}
	case *events.LoggedOut:
		l.ended(ending{LoggedOut, 0, e.Reason.String()})
	case *events.StreamReplaced:
		l.ended(ending{Replaced, afterReplaced, ""})
	case *events.TemporaryBan:
		l.ended(ending{Banned, max(e.Expire, time.Minute), e.Code.String()})
	case *events.ClientOutdated:
		l.ended(ending{Outdated, l.renew(), store.GetWAVersion().String()})
	case *events.ConnectFailure:
		l.ended(ending{Refused, afterRefusal, fmt.Sprintf("%s %s", e.Reason, e.Message)})
	}
}

// introduce tells WhatsApp the account's name, for whoever has not saved the
// number: they would see "-". It claims no presence, so the phone goes on ringing.
func (l *live) introduce() {
	err := l.client.SendPresence(l.ctx, types.PresenceUnavailable)
	if err != nil && !errors.Is(err, whatsmeow.ErrNoPushName) && l.ctx.Err() == nil {
		l.log.Warn().Err(err).Msg("the account's name could not be told to WhatsApp")
	}
}

// PairingCode is StartPairing for a phone whose camera is not at hand: it
// returns eight characters to be typed into the phone of that number (E.164),
// under linked devices. The wait for WhatsApp is bounded by ctx.
func (a *Account) PairingCode(ctx context.Context, number string) (string, error) {
	if s := a.Status(); s.State == Connected || s.State == Connecting {
		return "", errors.New("la cuenta ya está vinculada")
	} else if s.State != Pairing {
		a.StartPairing()
	}
	for {
		a.mu.Lock()
		l, state := a.live, a.status.State
		a.mu.Unlock()
		if l != nil && state == Pairing {
			code, err := l.client.PairPhone(ctx, number, true, whatsmeow.PairClientChrome, "Chrome (Linux)")
			if err != nil {
				return "", fmt.Errorf("WhatsApp no dio un código: %w", err)
			}
			l.note(func(s *Status) { s.Code = code })
			return code, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Unlink takes the account off the phone's list of linked devices and forgets
// its keys. What was not delivered yet is lost to it: WhatsApp keeps it on the phone.
func (a *Account) Unlink(ctx context.Context) error {
	l, err := a.running()
	if err != nil {
		return err
	}
	if err := l.client.Logout(ctx); err != nil {
		return fmt.Errorf("unlinking from WhatsApp: %w", err)
	}
	l.ended(ending{LoggedOut, 0, "desvinculado desde la consola"})
	return nil
}

// unstick helps a pairing whose last step was lost on the way.
func (l *live) unstick() {
	if l.ctx.Err() == nil && !l.online() {
		l.ended(ending{Connecting, time.Second, "vinculado, pero todavía sin conexión"})
	}
}

// watch helps a client that nobody connects any more: when a connection breaks
// between the handshake and whatsmeow's taking note of it, no event follows. It
// is told when the client was online last, and returns that.
func (l *live) watch(last time.Time, tell bool) time.Time {
	switch state := l.Status().State; {
	case l.online():
		if tell {
			l.set(Connected, time.Time{}, "")
			l.host.Progress("connected")
		}
		return time.Now()
	case state != Connected && state != Connecting:
		return time.Now()
	case time.Since(last) > l.stuck:
		l.ended(ending{Connecting, time.Second, "sin conexión desde hace un rato"})
	}
	return last
}

// renew claims the version that WhatsApp Web has now, once; the true cure for
// an outdated client is a newer library. It returns when to try again.
func (l *live) renew() time.Duration {
	ctx, cancel := context.WithTimeout(l.ctx, 20*time.Second)
	defer cancel()
	v, err := whatsmeow.GetLatestVersion(ctx, l.o.HTTP)
	if err != nil || !store.GetWAVersion().LessThan(*v) {
		return afterOutdated
	}
	store.SetWAVersion(*v)
	return time.Second
}

// quiet writes the library's log at trace level only: its lines name people.
type quiet struct{ log zerolog.Logger }

var _ waLog.Logger = quiet{}

func (q quiet) Debugf(text string, args ...any) {}
func (q quiet) Infof(text string, args ...any)  { q.log.Trace().Msgf(text, args...) }
func (q quiet) Warnf(text string, args ...any)  { q.log.Trace().Msgf(text, args...) }
func (q quiet) Errorf(text string, args ...any) { q.log.Trace().Msgf(text, args...) }
func (q quiet) Sub(string) waLog.Logger         { return q }

// errStopped says that the account stops before something was done.
var errStopped = errors.New("whatsapp: stopping")
