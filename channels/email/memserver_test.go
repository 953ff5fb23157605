package email

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// TestMailboxMemoryServer: the server that the demo carries within itself is
// read as Dovecot is. With and without IDLE, MOVE and UIDPLUS.
func TestMailboxMemoryServer(t *testing.T) {
	for name, caps := range map[string]imap.CapSet{
		"rev2":      {imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		"rev1 bare": {imap.CapIMAP4rev1: {}},
	} {
		t.Run(name, func(t *testing.T) {
			user := imapmemserver.NewUser("mesa", "clave")
			if err := user.Create("INBOX", nil); err != nil {
				t.Fatal(err)
			}
			mem := imapmemserver.New()
			mem.AddUser(user)
			srv := imapserver.New(&imapserver.Options{
				NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
					return mem.NewSession(), nil, nil
				},
				Caps: caps, InsecureAuth: true,
			})
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go srv.Serve(ln)
			t.Cleanup(func() { srv.Close() })
			put := func(n int) {
				b := numbered(n)
				if _, err := user.Append("INBOX", literal{bytes.NewReader(b), int64(len(b))}, &imap.AppendOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			put(0)
			put(1)
			h := newHost()
			m, err := NewMailbox(MailboxOptions{
				Name: "demo", Addr: ln.Addr().String(), Security: Plain, Auth: Auth{User: "mesa", Password: "clave"},
				Poll: 300 * time.Millisecond, Timeout: 5 * time.Second, MoveTo: "Procesados",
			})
			if err != nil {
				t.Fatal(err)
			}
			errs, _ := supervise(t, m, h)
			h.wait(t, 2, 10*time.Second)
			for n := 2; n < 5; n++ {
				put(n)
				h.wait(t, n+1, 10*time.Second)
			}
			if l := errs(); len(l) > 0 {
				t.Error(l)
			}
		})
	}
}

type literal struct {
	*bytes.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }
