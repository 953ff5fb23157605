package loopback

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"go.mau.fi/libsignal/logger"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"
)

func TestMain(m *testing.M) {
	TrustLoopback()
	var quiet logger.Loggable = silent{}
	logger.Setup(&quiet)
	os.Exit(m.Run())
}

// silent keeps libsignal from printing.
type silent struct{}

func (silent) Debug(string, string)   {}
func (silent) Info(string, string)    {}
func (silent) Warning(string, string) {}
func (silent) Error(string, string)   {}
func (silent) Configure(string)       {}

// client is a real whatsmeow client.
type client struct {
	*whatsmeow.Client
	messages chan *events.Message
	receipts chan *events.Receipt
	up       chan struct{}
	other    chan any
}

// newClient makes a client with a store of its own, not connected yet.
func newClient(t *testing.T, s *Server) *client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "client.db")
	container, err := sqlstore.New(t.Context(), "sqlite3", "file:"+path+"?_foreign_keys=on&_journal_mode=WAL&_txlock=immediate&_busy_timeout=10000", nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{
		Client:   whatsmeow.NewClient(container.NewDevice(), nil),
		messages: make(chan *events.Message, 2000), receipts: make(chan *events.Receipt, 2000), up: make(chan struct{}, 20), other: make(chan any, 2000),
	}
	h := s.HTTPClient()
	c.SetWebsocketHTTPClient(h)
	c.SetPreLoginHTTPClient(h)
	c.SetMediaHTTPClient(h)
	c.EnableDecryptedEventBuffer, c.SynchronousAck = true, true
	c.AddEventHandler(func(e any) {
		switch e := e.(type) {
		case *events.Message:
			c.messages <- e
		case *events.Receipt:
			c.receipts <- e
		case *events.Connected:
			c.up <- struct{}{}
		default:
			c.other <- e
		}
	})
	t.Cleanup(func() {
		c.Disconnect()
		container.Close()
		h.CloseIdleConnections()
	})
	return c
}

// pair links the client to a phone and waits until it is on line.
func (c *client) pair(t *testing.T, p *Phone) {
	t.Helper()
	codes, err := c.GetQRChannel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	for item := range codes {
		if item.Event == whatsmeow.QRChannelEventCode {
			if err := p.ScanQR(item.Code); err != nil {
				t.Fatal(err)
			}
		} else if item != whatsmeow.QRChannelSuccess {
			t.Fatalf("pairing ended with %+v", item)
		}
	}
	wait(t, c.up, "connection")
}

func wait[T any](t *testing.T, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Minute):
		t.Fatalf("no %s in a minute", what)
		panic("unreachable")
	}
}

func open(t *testing.T) *Server {
	t.Helper()
	s, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if testing.Verbose() {
		s.Trace(func(line string) {
			if len(line) > 400 {
				line = line[:400] + "…"
			}
			fmt.Println(time.Now().Format("05.000"), line)
		})
	}
	t.Cleanup(func() {
		s.Close()
		for _, u := range s.Unknown() {
			t.Errorf("the server did not know: %s", u)
		}
	})
	return s
}

// A client pairs, gets a text in each of the four forms of addressing, answers
// it, and both sides see the ticks.
func TestConversation(t *testing.T) {
	for name, form := range map[string]Addressing{"hidden": ByHidden, "number": ByNumber, "hidden only": HiddenOnly, "number only": NumberOnly} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			desk, ana := s.Phone("+59171200000", "Mesa"), s.Phone("+59176543210", "Ana")
			ana.Addressing = form
			c := newClient(t, s)
			c.pair(t, desk)
			for i := range 3 {
				said, err := ana.Say(desk, fmt.Sprintf("no carga el portal %d", i))
				if err != nil {
					t.Fatal(err)
				}
				m := wait(t, c.messages, "message")
				if m.Info.ID != said || m.Message.GetConversation() != fmt.Sprintf("no carga el portal %d", i) || m.Info.PushName != "Ana" {
					t.Errorf("the client got %+v %v", m.Info, m.Message)
				}
				until(t, "the ticks of Ana's message", func() bool { return ana.Tick(said) == "delivered" && desk.Waiting() == 0 })
				answer, err := c.SendMessage(t.Context(), m.Info.Chat, &waE2E.Message{Conversation: proto.String("lo revisamos")})
				if err != nil {
					t.Fatal(err)
				}
				got, err := ana.Await(i+1, time.Minute)
				if err != nil || got[i].ID != answer.ID || got[i].Text() != "lo revisamos" || got[i].Times != 1 {
					t.Fatalf("Ana got %+v, %v", got, err)
				}
				if r := wait(t, c.receipts, "receipt"); r.Type != types.ReceiptTypeDelivered || r.MessageIDs[0] != answer.ID {
					t.Errorf("first receipt: %+v", r)
				}
				ana.ReadAll()
				if r := wait(t, c.receipts, "receipt"); r.Type != types.ReceiptTypeRead || r.MessageIDs[0] != answer.ID {
					t.Errorf("second receipt: %+v", r)
				}
				if err := c.MarkRead(t.Context(), []string{said}, time.Now(), m.Info.Chat, m.Info.Sender); err != nil {
					t.Fatal(err)
				}
				until(t, "Ana's message being read", func() bool { return ana.Tick(said) == "read" })
			}
		})
	}
}

// A real whatsmeow client as citizen: what the server passes between two of
// them is what they understand.
func TestRealCitizen(t *testing.T) {
	s := open(t)
	desk, ana := s.Phone("+59171200000", "Mesa"), s.Phone("+59176543210", "Ana")
	d, a := newClient(t, s), newClient(t, s)
	d.pair(t, desk)
	a.pair(t, ana)
	sent, err := a.SendMessage(t.Context(), desk.pn, &waE2E.Message{Conversation: proto.String("hola")})
	if err != nil {
		t.Fatal(err)
	}
	m := wait(t, d.messages, "message")
	if m.Info.ID != sent.ID || m.Message.GetConversation() != "hola" {
		t.Errorf("got %v", m.Message)
	}
	if r := wait(t, a.receipts, "receipt"); r.MessageIDs[0] != sent.ID {
		t.Errorf("receipt %+v", r)
	}
	if _, err := d.SendMessage(t.Context(), m.Info.Chat, &waE2E.Message{Conversation: proto.String("diga")}); err != nil {
		t.Fatal(err)
	}
	if m := wait(t, a.messages, "answer"); m.Message.GetConversation() != "diga" {
		t.Errorf("got %v", m.Message)
	}
	if _, err := ana.Await(1, time.Minute); err != nil { // her phone has it as well
		t.Error(err)
	}
}

// A client is linked by a code typed into the phone.
func TestCode(t *testing.T) {
	s := open(t)
	desk := s.Phone("+59171200000", "Mesa")
	c := newClient(t, s)
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	for !is[*events.QR](wait(t, c.other, "codes")) {
	}
	code, err := c.PairPhone(t.Context(), desk.Number(), true, whatsmeow.PairClientChrome, "Chrome (Linux)")
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.EnterCode(code); err != nil {
		t.Fatal(err)
	}
	wait(t, c.up, "connection")
}

// What was not receipted comes again, in order, at the next login.
func TestOfflineQueue(t *testing.T) {
	s := open(t)
	desk, ana := s.Phone("+59171200000", "Mesa"), s.Phone("+59176543210", "Ana")
	c := newClient(t, s)
	c.pair(t, desk)
	c.Disconnect()
	until(t, "the client to be gone", func() bool { _, online, _ := desk.Linked(); return online == 0 })
	for i := range 50 {
		if _, err := ana.Say(desk, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if desk.Waiting() != 50 {
		t.Fatalf("%d messages wait", desk.Waiting())
	}
	if err := c.Connect(); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if m := wait(t, c.messages, "message"); m.Message.GetConversation() != fmt.Sprint(i) {
			t.Fatalf("message %d is %v", i, m.Message)
		}
	}
	until(t, "receipts for all", func() bool { return desk.Waiting() == 0 })
}

// A message whose ciphertext was damaged is asked for again and comes.
func TestRetry(t *testing.T) {
	s := open(t)
	desk, ana := s.Phone("+59171200000", "Mesa"), s.Phone("+59176543210", "Ana")
	c := newClient(t, s)
	c.pair(t, desk)
	if _, err := ana.Say(desk, "primero"); err != nil {
		t.Fatal(err)
	}
	wait(t, c.messages, "message")
	id, err := ana.Send(desk, Draft{Message: &waE2E.Message{Conversation: proto.String("segundo")}, Garbled: true})
	if err != nil {
		t.Fatal(err)
	}
	if m := wait(t, c.messages, "message sent again"); m.Info.ID != id || m.Message.GetConversation() != "segundo" || m.RetryCount != 1 {
		t.Errorf("got %+v", m)
	}
}

// A client that runs out of one-time keys is told so and makes more; nobody who
// writes for the first time is lost meanwhile.
func TestKeysRunOut(t *testing.T) {
	s := open(t)
	desk := s.Phone("+59171200000", "Mesa")
	c := newClient(t, s)
	c.pair(t, desk)
	s.mu.Lock()
	d := desk.sorted()[0]
	d.prekeys = d.prekeys[:6]
	s.mu.Unlock()
	for i := range 12 {
		p := s.Phone(fmt.Sprintf("+5917000%04d", i), "vecino")
		if _, err := p.Say(desk, "hola"); err != nil {
			t.Fatal(err)
		}
		wait(t, c.messages, "message")
	}
	until(t, "more keys", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(d.prekeys) > 20
	})
}

// Files go up and down, and calls are rejected.
func TestMediaAndCalls(t *testing.T) {
	s := open(t)
	desk, ana := s.Phone("+59171200000", "Mesa"), s.Phone("+59176543210", "Ana")
	c := newClient(t, s)
	c.pair(t, desk)
	photo := make([]byte, 100_000)
	if _, err := ana.SendImage(desk, photo, "image/png", "la pantalla"); err != nil {
		t.Fatal(err)
	}
	m := wait(t, c.messages, "message")
	data, err := c.Download(t.Context(), m.Message.GetImageMessage())
	if err != nil || len(data) != len(photo) {
		t.Fatalf("downloaded %d bytes, %v", len(data), err)
	}
	if _, err := c.Upload(t.Context(), photo, whatsmeow.MediaImage); err != nil {
		t.Error(err)
	}
	call := ana.Call(desk)
	for {
		if offer, ok := wait(t, c.other, "call").(*events.CallOffer); ok {
			if err := c.RejectCall(context.Background(), offer.CallCreator, offer.CallID); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	until(t, "the call to be rejected", func() bool { return ana.Rejected(call) })
}

// Every way in which a session ends is seen by the client as what it is.
func TestEnds(t *testing.T) {
	ends := map[string]struct {
		do   func(*Server, *Phone)
		want func(any) bool
	}{
		"replaced":  {func(_ *Server, p *Phone) { p.StreamError("", "replaced") }, is[*events.StreamReplaced]},
		"unlinked":  {func(_ *Server, p *Phone) { p.Unlink() }, is[*events.LoggedOut]},
		"banned":    {func(s *Server, p *Phone) { s.Refuse(&Refusal{Reason: 402, Code: 101, Expire: time.Hour}); p.Drop() }, is[*events.TemporaryBan]},
		"outdated":  {func(s *Server, p *Phone) { s.Refuse(&Refusal{Reason: 405}); p.Drop() }, is[*events.ClientOutdated]},
		"forbidden": {func(s *Server, p *Phone) { s.Refuse(&Refusal{Reason: 403}); p.Drop() }, is[*events.LoggedOut]},
		"refused":   {func(s *Server, p *Phone) { s.Refuse(&Refusal{Reason: 429}); p.Drop() }, is[*events.ConnectFailure]},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			desk := s.Phone("+59171200000", "Mesa")
			c := newClient(t, s)
			c.pair(t, desk)
			end.do(s, desk)
			for !end.want(wait(t, c.other, name)) {
			}
		})
	}
}

func is[T any](e any) bool { _, ok := e.(T); return ok }

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited a minute for %s", what)
		}
	}
}
