package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// This file and imapfetch.go are all that speaks IMAP: the library is a beta.

// conn is a signed-in IMAP connection.
type conn struct {
	m    *Mailbox
	net  net.Conn
	imap *imapclient.Client
	news chan struct{} // the server told of new mail
	stop func() bool
}

// folder is what the server says of the selected folder.
type folder struct{ validity, next uint32 }

// connect dials, secures and signs in. The connection dies with ctx.
func (m *Mailbox) connect(ctx context.Context) (*conn, error) {
	auth, err := m.o.Auth.client(ctx)
	if err != nil {
		return nil, err
	}
	nc, cfg, err := dial(ctx, m.o.Addr, m.o.Security, m.o.TLS)
	if err != nil {
		return nil, err
	}
	c := &conn{m: m, net: nc, news: make(chan struct{}, 1)}
	c.stop = context.AfterFunc(ctx, func() { nc.Close() })
	err = c.within(m.o.Timeout, func() error {
		opts := &imapclient.Options{TLSConfig: cfg, UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: c.changed}}
		if m.o.Security == StartTLS {
			if c.imap, err = imapclient.NewStartTLS(nc, opts); err != nil {
				return fmt.Errorf("%w (%s: %v)", ErrTLS, m.o.Addr, err)
			}
		} else {
			c.imap = imapclient.New(nc, opts)
		}
		if err := c.imap.WaitGreeting(); err != nil {
			return fmt.Errorf("%w (%s: %v)", ErrConnect, m.o.Addr, err)
		}
		err := c.signIn(auth)
		if refused(err) || errors.Is(err, errTokenRefused) {
			m.o.Auth.refused()
			return fmt.Errorf("%w (%s as %s: %v)", ErrAuth, m.o.Addr, m.o.Auth.User, err)
		}
		return err
	})
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// signIn uses SASL; for a password also the LOGIN command, where it is asked
// for or the server knows nothing else (RFC 3501 §6.2.3).
func (c *conn) signIn(client sasl.Client) error {
	a := c.m.o.Auth
	mech := strings.ToLower(a.Mechanism)
	if mech == "login" || mech != "xoauth2" && !c.imap.Caps().Has(imap.AuthCap(sasl.Plain)) {
		return c.imap.Login(a.User, a.Password).Wait()
	}
	return c.imap.Authenticate(client)
}

func (c *conn) close() {
	c.stop()
	c.net.Close()
}

// within bounds f: when d is over the connection is cut, which ends whatever
// waits for the server. The library itself waits for ever for an answer.
func (c *conn) within(d time.Duration, f func() error) error {
	t := time.AfterFunc(d, func() { c.net.Close() })
	err := f()
	if !t.Stop() && err != nil {
		return fmt.Errorf("%s did not answer for %s: %w", c.m.o.Addr, d, err)
	}
	return err
}

// refused tells a NO or BAD of the server from a broken connection.
func refused(err error) bool {
	var e *imap.Error
	return errors.As(err, &e)
}

// changed is told of everything the server says on its own.
func (c *conn) changed(d *imapclient.UnilateralDataMailbox) {
	if d.NumMessages != nil {
		select {
		case c.news <- struct{}{}:
		default:
		}
	}
}

// open selects the folder, read-only unless mails are to be moved: nothing
// here can set \Seen.
func (c *conn) open() (f folder, err error) {
	err = c.within(c.m.o.Timeout, func() error {
		d, err := c.imap.Select(c.m.o.Folder, &imap.SelectOptions{ReadOnly: c.m.o.MoveTo == ""}).Wait()
		if refused(err) {
			return fmt.Errorf("%w (%q at %s: %v%s)", ErrFolder, c.m.o.Folder, c.m.o.Addr, err, c.folders())
		}
		if err != nil {
			return fmt.Errorf("opening folder %q: %w", c.m.o.Folder, err)
		}
		f = folder{d.UIDValidity, uint32(d.UIDNext)}
		return nil
	})
	return f, err
}

// folders lists what exists, for the message that a folder does not.
func (c *conn) folders() string {
	l, err := c.imap.List("", "*", nil).Collect()
	if err != nil || len(l) == 0 {
		return ""
	}
	var names []string
	for _, d := range l[:min(len(l), 20)] {
		names = append(names, d.Mailbox)
	}
	return "; there are: " + strings.Join(names, ", ")
}

// wait returns when there may be new mail: the server said so (IDLE), or poll
// is over. Polling goes on under IDLE, because servers and firewalls drop idle
// connections without a word.
func (c *conn) wait(ctx context.Context, poll time.Duration) error {
	timer := time.NewTimer(poll)
	defer timer.Stop()
	var idle *imapclient.IdleCommand
	if caps := c.imap.Caps(); caps.Has(imap.CapIdle) || caps.Has(imap.CapIMAP4rev2) {
		err := c.within(c.m.o.Timeout, func() (err error) { idle, err = c.imap.Idle(); return err })
		if err != nil {
			return fmt.Errorf("waiting for mail: %w", err)
		}
	}
	select {
	case <-c.news:
	case <-timer.C:
	case <-c.imap.Closed():
	case <-ctx.Done():
		return ctx.Err()
	}
	return c.within(c.m.o.Timeout, func() error {
		if idle != nil {
			if err := idle.Close(); err != nil {
				return fmt.Errorf("waiting for mail: %w", err)
			}
			if err := idle.Wait(); err != nil {
				return fmt.Errorf("waiting for mail: %w", err)
			}
			return nil
		}
		if err := c.imap.Noop().Wait(); err != nil {
			return fmt.Errorf("asking for mail: %w", err)
		}
		return nil
	})
}

// move moves mails to a folder, making it if it is missing. Where that fails
// they stay, and the log says why: the record is ours.
func (c *conn) move(uids []uint32, to string) error {
	caps := c.imap.Caps()
	if !caps.Has(imap.CapMove) && !caps.Has(imap.CapUIDPlus) && !caps.Has(imap.CapIMAP4rev2) {
		c.m.o.Log.Warn().Str("channel", c.m.o.Name).Msg("the server can neither MOVE nor UID EXPUNGE: read mails stay in the folder")
		return nil
	}
	for part := range slices.Chunk(uids, 500) {
		err := c.within(c.m.o.Timeout, func() error { return c.moveSome(part, to) })
		if refused(err) {
			c.m.o.Log.Warn().Err(err).Str("channel", c.m.o.Name).Msg("read mails stay in the folder")
			return nil
		}
		if err != nil {
			return fmt.Errorf("moving read mails: %w", err)
		}
	}
	return nil
}

func (c *conn) moveSome(uids []uint32, to string) error {
	_, err := c.imap.Move(uidSet(uids), to).Wait()
	var e *imap.Error
	if errors.As(err, &e) && (e.Code == imap.ResponseCodeTryCreate || e.Code == imap.ResponseCodeNonExistent) {
		if err := c.imap.Create(to, nil).Wait(); err != nil {
			return err
		}
		_, err = c.imap.Move(uidSet(uids), to).Wait()
	}
	return err
}

func uidSet(uids []uint32) imap.UIDSet {
	var s imap.UIDSet
	for _, uid := range uids {
		s.AddNum(imap.UID(uid))
	}
	return s
}

// readAll reads a literal of which at most limit bytes are kept.
func readAll(r imap.LiteralReader, limit int64) ([]byte, error) {
	if r == nil {
		return nil, nil
	}
	buf := make([]byte, min(r.Size(), limit))
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, err
	}
	_, err := io.Copy(io.Discard, r)
	return buf, err
}
