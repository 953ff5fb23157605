package whatsapp

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types/events"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// BenchmarkBacklog takes a backlog of b.N messages from eight people: the
// account with the program's real store, and beside it a bare client of the
// library with the same session settings and one commit of its own per message.
func BenchmarkBacklog(b *testing.B) {
	b.Run("account", func(b *testing.B) { benchmark(b, benchAccount) })
	b.Run("bare", func(b *testing.B) { benchmark(b, benchBare) })
}

// taker takes messages: it links itself to the phone, goes off line, and comes
// back when run again; took counts what is durable.
type taker func(b *testing.B, s *loopback.Server, desk *loopback.Phone) (run func() (stop func()), took *atomic.Int64)

func benchmark(b *testing.B, make taker) {
	s, err := loopback.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	desk := s.Phone("+59171200000", "Mesa")
	run, took := make(b, s, desk)
	var people []*loopback.Phone
	for i := range 8 {
		people = append(people, s.Phone(fmt.Sprintf("+5917000000%d", i), "vecino"))
	}
	for i := range b.N {
		if _, err := people[i%len(people)].Say(desk, fmt.Sprint("mensaje ", i)); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	stop := run()
	for took.Load() < int64(b.N) {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	stop()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

// counting is the program's store as a host.
type counting struct {
	*memHost
	st   *store.Store
	took atomic.Int64
}

func (c *counting) Accept(ctx context.Context, b channels.Batch) error {
	err := c.st.Accept(ctx, "whatsapp", 0, b)
	if err == nil {
		c.took.Add(1)
	}
	return err
}

func benchAccount(b *testing.B, s *loopback.Server, desk *loopback.Phone) (func() func(), *atomic.Int64) {
	host := &counting{memHost: newHost(), st: storetest.Open(b, storetest.SQLite(b), nil)}
	a, err := New(Options{Name: "whatsapp", Database: filepath.Join(b.TempDir(), "wa.db"), Log: zerolog.Nop(), Pace: -1, HTTP: s.HTTPClient()})
	if err != nil {
		b.Fatal(err)
	}
	run := func() func() {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			if err := a.Run(ctx, host); err != nil {
				b.Error(err)
			}
		}()
		return func() { cancel(); <-done }
	}
	stop := run()
	a.StartPairing()
	for a.Status().State != Pairing {
		time.Sleep(time.Millisecond)
	}
	if err := desk.ScanQR(a.Status().QR); err != nil {
		b.Fatal(err)
	}
	online(desk, 1)
	stop()
	online(desk, 0)
	return run, &host.took
}

func benchBare(b *testing.B, s *loopback.Server, desk *loopback.Phone) (func() func(), *atomic.Int64) {
	own, err := openFile(filepath.Join(b.TempDir(), "own.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { own.Close() })
	if _, err := own.Exec("CREATE TABLE m (id TEXT PRIMARY KEY, said TEXT)"); err != nil {
		b.Fatal(err)
	}
	db, err := openFile(filepath.Join(b.TempDir(), "wa.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	container := sqlstore.NewWithDB(db, "sqlite3", nil)
	if err := container.Upgrade(b.Context()); err != nil {
		b.Fatal(err)
	}
	took := new(atomic.Int64)
	c := whatsmeow.NewClient(container.NewDevice(), nil)
	bare(c, s, own, took)
	codes, err := c.GetQRChannel(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Connect(); err != nil {
		b.Fatal(err)
	}
	if err := desk.ScanQR((<-codes).Code); err != nil {
		b.Fatal(err)
	}
	online(desk, 1)
	c.Disconnect()
	online(desk, 0)
	return func() func() {
		if err := c.Connect(); err != nil {
			b.Error(err)
		}
		return c.Disconnect
	}, took
}

func bare(c *whatsmeow.Client, s *loopback.Server, own *sql.DB, took *atomic.Int64) {
	h := s.HTTPClient()
	c.SetWebsocketHTTPClient(h)
	c.SetPreLoginHTTPClient(h)
	c.EnableDecryptedEventBuffer, c.SynchronousAck = true, true
	c.AddEventHandlerWithSuccessStatus(func(e any) bool {
		m, ok := e.(*events.Message)
		if !ok {
			return true
		}
		if _, err := own.Exec("INSERT INTO m VALUES (?, ?) ON CONFLICT DO NOTHING", m.Info.Chat.String()+m.Info.ID, m.Message.GetConversation()); err != nil {
			return false
		}
		took.Add(1)
		return true
	})
}

func online(desk *loopback.Phone, n int) {
	for {
		if _, now, _ := desk.Linked(); now == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
