package demo

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// mailbox is an IMAP server with the one account that the desk reads.
type mailbox struct {
	host     string
	port     int
	user     string
	password string
	account  *imapmemserver.User
	server   *imapserver.Server
}

// openMailbox starts the server on a free loopback port. Close it.
func openMailbox(user, password string) (*mailbox, error) {
	m := &mailbox{user: user, password: password, account: imapmemserver.NewUser(user, password)}
	for _, folder := range []string{"INBOX", "Atendidos"} {
		if err := m.account.Create(folder, nil); err != nil {
			return nil, fmt.Errorf("making the mailbox: %w", err)
		}
	}
	memory := imapmemserver.New()
	memory.AddUser(m.account)
	m.server = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapIdle: {}, imap.CapMove: {}, imap.CapUIDPlus: {}, imap.CapNamespace: {}, imap.CapESearch: {},
		},
		InsecureAuth: true, // loopback only
		Logger:       quiet{},
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the IMAP server: %w", err)
	}
	host, port, err := net.SplitHostPort(ln.Addr().String())
	if err == nil {
		m.host = host
		m.port, err = strconv.Atoi(port)
	}
	if err != nil {
		return nil, fmt.Errorf("starting the IMAP server: %w", err)
	}
	go m.server.Serve(ln) // ends with Close
	return m, nil
}

// Close stops the server.
func (m *mailbox) Close() error { return m.server.Close() }

// deliver puts a mail into the inbox, as the server's own mail system would.
func (m *mailbox) deliver(raw []byte, at time.Time) error {
	if _, err := m.account.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{Time: at}); err != nil {
		return fmt.Errorf("delivering into the mailbox: %w", err)
	}
	return nil
}

// literal is a mail as the IMAP server takes it.
type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }
