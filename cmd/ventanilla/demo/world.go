package demo

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"
)

// world is everything outside the desk: the citizens' mail server, the mailbox
// that the desk reads, the road to its SMTP listener, the telephone exchange and
// WhatsApp.
type world struct {
	clock    *clock
	post     *post
	mailbox  *mailbox
	listener string // address of the desk's SMTP listener
	exchange *exchange
	chats    *chats
}

// openWorld starts the world's servers. Close it.
func openWorld(c *clock) (*world, error) {
	w := &world{clock: c}
	var err error
	if w.post, err = openPost(c.Now); err != nil {
		return nil, err
	}
	if w.mailbox, err = openMailbox(inbox, Password); err != nil {
		w.Close()
		return nil, err
	}
	if w.listener, err = freeAddress(); err != nil {
		w.Close()
		return nil, err
	}
	if w.chats, err = openChats(c.Now); err != nil {
		w.Close()
		return nil, err
	}
	w.post.bounce = w.bounce
	return w, nil
}

// Close stops the servers; their connections are cut.
func (w *world) Close() {
	if w.mailbox != nil {
		w.mailbox.Close() // nothing is lost that should be kept: the mailbox is in memory
	}
	if w.post != nil {
		w.post.Close()
	}
	if w.chats != nil {
		w.chats.Close()
	}
}

// freeAddress finds a loopback port that nobody listens on.
func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	return ln.Addr().String(), ln.Close()
}

// send lets a letter travel from a citizen to the desk: by SMTP to whoever
// receives for the address, or into the mailbox behind it.
func (w *world) send(ctx context.Context, l *letter) error {
	if l.ID == "" {
		_, domain, _ := strings.Cut(l.From.Address, "@")
		l.ID = newMessageID(domain)
	}
	raw, err := l.write()
	if err != nil {
		return err
	}
	l.Raw = raw
	for _, to := range append([]mail.Address{l.To}, l.Also...) {
		if err := w.carry(ctx, l.From.Address, to.Address, raw, l.At); err != nil {
			return err
		}
	}
	w.post.sent(l)
	return nil
}

// carry takes a mail to one recipient, each copy with its own trace line.
func (w *world) carry(ctx context.Context, from, to string, raw []byte, at time.Time) error {
	trace := fmt.Sprintf("Received: from %s by mx.%s for <%s>; %s\r\n", relayed, domain, to, at.Format(time.RFC1123Z))
	raw = slices.Concat([]byte(trace), raw)
	if strings.EqualFold(to, inbox) {
		return w.mailbox.deliver(slices.Concat([]byte("Return-Path: <"+from+">\r\nDelivered-To: "+inbox+"\r\n"), raw), at)
	}
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", w.listener)
	if err != nil {
		return fmt.Errorf("delivering by SMTP: %w", err)
	}
	c := smtp.NewClient(conn)
	defer c.Close()
	if err := c.Hello(relayed); err != nil {
		return fmt.Errorf("delivering by SMTP: %w", err)
	}
	if err := c.SendMail(from, []string{to}, bytes.NewReader(raw)); err != nil {
		return fmt.Errorf("delivering by SMTP: %w", err)
	}
	return c.Quit()
}

// bounce tells the desk that a letter which the citizens' server had taken did
// not fit into the mailbox.
func (w *world) bounce(l *letter, from, to string) {
	back := from
	if back == "" {
		return // a letter from nobody is not given back (RFC 5321 §6.1)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	now := w.clock.Now()
	w.carry(ctx, "", back, notDelivered(l, to, back, now), now) // a lost bounce shows in the play as a wait that ends
}
