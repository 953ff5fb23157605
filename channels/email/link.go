package email

import (
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-smtp"
)

// link is one signed-in connection to the relay, between two mails.
type link struct {
	client *smtp.Client
	conn   net.Conn
	timer  *time.Timer // ends it when nobody takes it again
}

// drop cuts the connection. A nil link is none.
func (l *link) drop() {
	if l != nil {
		l.conn.Close()
	}
}

// quit ends the connection politely, but soon.
func (l *link) quit() {
	l.client.CommandTimeout = 2 * time.Second
	l.client.Quit()
	l.conn.Close()
}

// take gives the connection used last, nil if none is kept.
func (r *Relay) take() *link {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := len(r.free); n > 0; n = len(r.free) {
		l := r.free[n-1]
		r.free = r.free[:n-1]
		if l.timer.Stop() {
			return l
		}
	}
	return nil
}

// keep puts a connection aside for the next mail.
func (r *Relay) keep(l *link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shut {
		l.drop()
		return
	}
	l.timer = time.AfterFunc(r.o.Idle, func() {
		r.mu.Lock()
		r.free = slices.DeleteFunc(r.free, func(f *link) bool { return f == l })
		r.mu.Unlock()
		l.quit()
	})
	r.free = append(r.free, l)
}

// connect dials, secures and signs in.
func (r *Relay) connect(ctx context.Context) (*link, error) {
	conn, cfg, err := dial(ctx, r.o.Addr, r.o.Security, r.o.TLS)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	l := &link{conn: conn}
	if r.o.Security == StartTLS {
		conn.SetDeadline(time.Now().Add(r.o.Timeout))
		if l.client, err = smtp.NewClientStartTLS(conn, cfg); err != nil {
			conn.Close()
			return nil, fmt.Errorf("%w (%s: %v)", ErrTLS, r.o.Addr, err)
		}
	} else {
		l.client = smtp.NewClient(conn)
	}
	l.client.CommandTimeout, l.client.SubmissionTimeout = r.o.Timeout, 5*r.o.Timeout
	err = l.client.Hello(r.o.Hello)
	switch {
	case err != nil && r.o.Security == StartTLS && !isSMTP(err): // the first bytes over TLS
		err = fmt.Errorf("%w (%s: %v)", ErrTLS, r.o.Addr, err)
	case err != nil:
		err = &connectError{fmt.Errorf("greeting %s: %w", r.o.Addr, err)}
	default:
		err = r.signIn(ctx, l.client)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return l, nil
}

func (r *Relay) signIn(ctx context.Context, c *smtp.Client) error {
	a, err := r.o.Auth.client(ctx)
	if err != nil || a == nil {
		return err
	}
	if err := c.Auth(a); err != nil {
		r.o.Auth.refused()
		return &connectError{fmt.Errorf("%w (%s as %s: %v)", ErrAuth, r.o.Addr, r.o.Auth.User, err)}
	}
	return nil
}
