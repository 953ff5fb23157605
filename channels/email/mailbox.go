package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
)

// MailboxOptions configure a Mailbox. Zero numbers mean their defaults.
type MailboxOptions struct {
	Name     string
	Addr     string // "imap.agetic.gob.bo:993"
	Security Security
	TLS      *tls.Config // nil: the system's roots
	Auth     Auth
	Folder   string // default INBOX
	// MoveTo, if set, is the folder that mails are moved to once they are
	// stored. It is a courtesy to people who look into the mailbox, never the
	// record; where the server has neither MOVE nor UIDPLUS they stay.
	MoveTo string
	// Own are the desk's addresses and domains, lower case.
	Own []string
	// MaxBytes of one mail, default 30 MB; of a larger one only the header is fetched.
	MaxBytes int64
	// BatchMails and BatchBytes bound what is stored at once, default 100 and 8 MB.
	BatchMails int
	BatchBytes int64
	// Poll is how often the folder is looked at without a word from the
	// server, default 60 s.
	Poll time.Duration
	// Timeout bounds one command, default 60 s; fetching a batch may take five
	// times as long.
	Timeout time.Duration
	Log     zerolog.Logger
	Now     func() time.Time
}

// Mailbox reads one folder of one IMAP account.
type Mailbox struct {
	o MailboxOptions
	// trouble remembers a mail at which the connection broke, so that the
	// next runs fetch it alone and at last go on without it.
	trouble trouble
}

var (
	_ channels.Channel  = (*Mailbox)(nil)
	_ channels.Reader   = (*Mailbox)(nil)
	_ channels.Expiring = (*Mailbox)(nil)
)

// NewMailbox checks o. It does not connect.
func NewMailbox(o MailboxOptions) (*Mailbox, error) {
	if _, _, err := net.SplitHostPort(o.Addr); err != nil {
		return nil, fmt.Errorf("mailbox address %q: %w", o.Addr, err)
	}
	if o.Auth.User == "" {
		return nil, errors.New("a mailbox needs a user name")
	}
	if o.Folder == "" {
		o.Folder = "INBOX"
	}
	if o.MoveTo == o.Folder {
		return nil, fmt.Errorf("mails cannot be moved from %q to itself", o.Folder)
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 30_000_000
	}
	if o.BatchMails <= 0 {
		o.BatchMails = 100
	}
	if o.BatchBytes <= 0 {
		o.BatchBytes = 8_000_000
	}
	if o.Poll <= 0 {
		o.Poll = time.Minute
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Mailbox{o: o}, nil
}

// Name is the configured name.
func (m *Mailbox) Name() string { return m.o.Name }

// Medium is Email.
func (m *Mailbox) Medium() channels.Medium { return channels.Email }

// Read reads a mail taken by any channel of this medium.
func (m *Mailbox) Read(channel string, r channels.Raw) channels.Report {
	return Read(channel, r, m.o.Own)
}

// Expires is when the right to sign in ends, zero if unknown.
func (m *Mailbox) Expires() time.Time {
	if m.o.Auth.Tokens == nil {
		return time.Time{}
	}
	return m.o.Auth.Tokens.Expires()
}

// Run reads what is new, then waits for more, until ctx ends or the connection
// or the store fails.
func (m *Mailbox) Run(ctx context.Context, h channels.Host) error {
	c, err := m.connect(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	defer c.close()
	f, err := c.open()
	if err != nil {
		return ended(ctx, err)
	}
	last, err := m.resume(ctx, h, f)
	if err != nil {
		return ended(ctx, err)
	}
	for {
		h.Progress("fetching")
		if last, err = m.catchUp(ctx, h, c, f, last); err != nil {
			return ended(ctx, err)
		}
		h.Progress("idle")
		if err := c.wait(ctx, m.o.Poll); err != nil {
			return ended(ctx, err)
		}
	}
}

// ended prefers the reason of ctx: the connection dies of it too.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// resume finds the UID up to which the folder was read. It starts anew when
// UIDVALIDITY changed (RFC 3501 §2.3.1.1), or when the server counts lower
// than we did: a mailbox restored from a backup. Dedupe absorbs what comes twice.
func (m *Mailbox) resume(ctx context.Context, h channels.Host, f folder) (uint32, error) {
	mark, err := h.Mark(ctx, m.o.Folder)
	if err != nil {
		return 0, fmt.Errorf("reading the mark of %s: %w", m.o.Folder, err)
	}
	validity, last := parseMark(mark)
	if mark != "" && (validity != f.validity || f.next != 0 && f.next <= last) {
		m.o.Log.Warn().Str("channel", m.o.Name).Str("mark", mark).Uint32("uidvalidity", f.validity).Uint32("uidnext", f.next).
			Msg("the folder was renumbered: reading all of it again")
		return 0, nil
	}
	return last, nil
}

func parseMark(s string) (validity, last uint32) {
	if _, err := fmt.Sscanf(s, "%d:%d", &validity, &last); err != nil {
		return 0, 0
	}
	return validity, last
}

func (m *Mailbox) raw(f folder, g fetched) channels.Raw {
	r := channels.Raw{
		Medium: channels.Email, Dedupe: message.Dedupe(g.body), Body: g.body,
		Envelope: map[string]string{}, Received: m.o.Now(),
	}
	// The content is part of the name: a server that numbers anew without
	// saying so must not make a new mail look like an old one.
	r.ExternalID = fmt.Sprintf("%d/%d/%s", f.validity, g.uid, r.Dedupe[:8])
	if !g.date.IsZero() {
		r.Envelope[EnvDate] = g.date.Format(time.RFC3339)
	}
	if g.cut {
		r.Envelope[EnvTooLarge] = fmt.Sprint(max(g.size, int64(len(g.body))))
	}
	return r
}

func (m *Mailbox) unreadable(f folder, uid uint32, why string) channels.Raw {
	id := fmt.Sprintf("%d/%d", f.validity, uid)
	return channels.Raw{
		Medium: channels.Email, ExternalID: id, Dedupe: m.o.Name + "/" + m.o.Folder + "/" + id, Received: m.o.Now(),
		Envelope: map[string]string{EnvUnread: strings.ToValidUTF8(why, "?")},
	}
}
