package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types/events"

	"ventanilla/channels/whatsapp"
	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/config"
	"ventanilla/tickets/store"
)

const (
	chatMessages = 1500
	chatPeople   = 20
	chatLooks    = 60
	chatRuns     = 3
	visibleLimit = 1000.0 // ms: an arriving message is on the screens within a second
	lookEvery    = 2 * time.Millisecond
	officeNumber = "+59171200000"
)

// chats measures WhatsApp with the real client over a loopback server: messages
// per second from the wire to a case on disk, when a backlog comes in at once,
// beside a bare client with the same session settings that commits a row of its
// own for each message; and how long a message takes from its arrival to the
// queue that operators see.
func chats(b *bench) {
	loopback.TrustLoopback()
	desk.CollectLater() // as the program runs; the bare client gains from it too
	b.aside(func(b *bench) {
		var ours, bare []float64
		var delays []time.Duration
		for range chatRuns {
			rate, seen := deskTakes(b)
			ours, delays = append(ours, rate), append(delays, seen...)
			bare = append(bare, bareTakes(b))
		}
		b.report("whatsapp_intake", median(ours), "messages/s", "a bare client with the same session settings and a commit of its own per message", median(bare))
		b.report("whatsapp_visible_p50", percentile(delays, 0.5), "ms", "limit", visibleLimit)
		b.report("whatsapp_visible_p99", percentile(delays, 0.99), "ms", "limit", visibleLimit)
	})
}

// chatHouse is a WhatsApp with the office's phone and citizens.
type chatHouse struct {
	*loopback.Server
	office *loopback.Phone
	people []*loopback.Phone
	client *http.Client
}

func newChatHouse(b *bench) *chatHouse {
	s, err := loopback.New(nil)
	b.check(err)
	h := &chatHouse{Server: s, office: s.Phone(officeNumber, "Mesa"), client: s.HTTPClient()}
	b.Cleanup(func() { h.client.CloseIdleConnections(); s.Close() })
	for i := range chatPeople {
		h.people = append(h.people, s.Phone(fmt.Sprintf("+591700%05d", i), "vecino "+strconv.Itoa(i)))
	}
	return h
}

// backlog has the citizens write while the office is off line.
func (h *chatHouse) backlog(b *bench) {
	for i := range chatMessages {
		_, err := h.people[i%len(h.people)].Say(h.office, fmt.Sprint("no puedo entrar a mi cuenta, es la vez ", i))
		b.check(err)
	}
}

func (h *chatHouse) online(n int) {
	for {
		if _, now, _ := h.office.Linked(); now == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// deskTakes links a desk, has a backlog wait for it, and takes the time from its
// start to the last message in a case. Then single messages on an idle line.
func deskTakes(b *bench) (rate float64, delays []time.Duration) {
	h := newChatHouse(b)
	cfg, err := config.Load("", true, func(string) string { return "" })
	b.check(err)
	cfg.DataDir = b.TempDir()
	cfg.Database.URL = "sqlite:" + cfg.DataDir + "/ventanilla.db"
	cfg.Console.Listen = address(b)
	cfg.Chat = config.Chat{} // what is measured is the program, not how long it waits for more
	cfg.WhatsApp = []config.WhatsApp{{Name: "whatsapp", MaxSizeMB: 25, Pace: -1}}
	d, stop := h.desk(b, cfg)
	line := d.Lines()[0]
	until(b, "the code", func() bool {
		line.(whatsapp.Linkable).StartPairing()
		return line.Status().State == whatsapp.Pairing
	})
	b.check(h.office.ScanQR(line.Status().QR))
	h.online(1)
	stop()
	h.online(0)
	h.backlog(b)
	defer b.profiling()()
	began := time.Now()
	d, stop = h.desk(b, cfg)
	defer stop()
	settled := func() (n int64) {
		counts, err := d.Store.Accounts(context.Background())
		b.check(err)
		return counts.ByFate[store.FateCase] + counts.ByFate[store.FateMessage]
	}
	until(b, "the backlog in cases", func() bool { return settled() >= chatMessages })
	rate = perSecond(chatMessages, time.Since(began))
	until(b, "the acknowledgements", func() bool { return len(h.people[chatPeople-1].Inbox()) > 0 })
	time.Sleep(time.Second) // an idle line
	for i := range chatLooks {
		words := fmt.Sprint("mensaje suelto ", i)
		p := h.Phone(fmt.Sprintf("+591720%05d", i), "otra vecina")
		_, err := p.Say(h.office, words)
		b.check(err)
		said := time.Now()
		until(b, "the message in the queue", func() bool {
			page, err := d.Store.List(context.Background(), store.Filter{Limit: 5})
			b.check(err)
			return slices.ContainsFunc(page.Rows, func(r store.Row) bool { return strings.Contains(r.Snippet, words) })
		})
		delays = append(delays, time.Since(said))
	}
	return rate, delays
}

// desk runs a desk in this process.
func (h *chatHouse) desk(b *bench, cfg config.Config) (d *desk.Desk, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	d, err := desk.Open(ctx, cfg, desk.Options{Log: zerolog.Nop(), WhatsApp: h.client})
	b.check(err)
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	return d, func() {
		cancel()
		b.check(<-done)
		b.check(d.Close())
	}
}

func until(b *bench, what string, ok func() bool) {
	for end := time.Now().Add(3 * time.Minute); !ok(); time.Sleep(lookEvery) {
		if time.Now().After(end) {
			b.fail("waited in vain for", what)
		}
	}
}

// bareTakes is the same backlog for a client that only keeps a row of each.
func bareTakes(b *bench) float64 {
	h := newChatHouse(b)
	open := func(name string) *sql.DB {
		db, err := sql.Open("sqlite3", whatsapp.SessionDSN(filepath.Join(b.TempDir(), name)))
		b.check(err)
		b.Cleanup(func() { db.Close() })
		return db
	}
	own := open("own.db")
	_, err := own.Exec("CREATE TABLE m (id TEXT PRIMARY KEY, said TEXT)")
	b.check(err)
	container := sqlstore.NewWithDB(open("wa.db"), "sqlite3", nil)
	b.check(container.Upgrade(context.Background()))
	c := whatsmeow.NewClient(container.NewDevice(), nil)
	c.SetWebsocketHTTPClient(h.client)
	c.SetPreLoginHTTPClient(h.client)
	c.EnableDecryptedEventBuffer, c.SynchronousAck = true, true
	var took atomic.Int64
	c.AddEventHandlerWithSuccessStatus(func(e any) bool {
		m, ok := e.(*events.Message)
		if !ok {
			return true
		}
		_, err := own.Exec("INSERT INTO m VALUES (?, ?) ON CONFLICT DO NOTHING", m.Info.Chat.String()+m.Info.ID, m.Message.GetConversation())
		if err == nil {
			took.Add(1)
		}
		return err == nil
	})
	codes, err := c.GetQRChannel(context.Background())
	b.check(err)
	b.check(c.Connect())
	b.check(h.office.ScanQR((<-codes).Code))
	h.online(1)
	c.Disconnect()
	h.online(0)
	h.backlog(b)
	began := time.Now()
	b.check(c.Connect())
	until(b, "the bare client's backlog", func() bool { return took.Load() >= chatMessages })
	rate := perSecond(chatMessages, time.Since(began))
	c.Disconnect()
	return rate
}
