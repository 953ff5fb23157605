package email

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"ventanilla/channels"
	"ventanilla/channels/email/mailtest"
)

func mailbox(t testing.TB, s *mailtest.Server, change func(*MailboxOptions)) *Mailbox {
	t.Helper()
	o := MailboxOptions{
		Name: "mesa", Addr: s.Addr, Security: Plain, Auth: Auth{User: s.User, Password: s.Password},
		Own: []string{"soporte@agetic.gob.bo"}, Poll: time.Hour, Timeout: 20 * time.Second,
	}
	if change != nil {
		change(&o)
	}
	m, err := NewMailbox(o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func numbered(n int) []byte {
	return mailtest.Mail("Ana Quispe <ana@correo.bo>", "soporte@agetic.gob.bo", fmt.Sprintf("Consulta %d", n), fmt.Sprintf("n%d@correo.bo", n),
		"Señores: no puedo ingresar al sistema.\r\n"+strings.Repeat("Sigue el mismo error de ayer.\r\n", n%7))
}

func manyNumbered(from, to int) [][]byte {
	var l [][]byte
	for n := from; n < to; n++ {
		l = append(l, numbered(n))
	}
	return l
}

// flags reads the flags of every mail with a client of its own.
func flags(t *testing.T, s *mailtest.Server, folder string) (l [][]imap.Flag) {
	t.Helper()
	c, err := imapclient.DialInsecure(s.Addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(s.User, s.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	d, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if d.NumMessages == 0 {
		return nil
	}
	msgs, err := c.Fetch(imap.SeqSet{imap.SeqRange{Start: 1}}, &imap.FetchOptions{Flags: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range msgs {
		l = append(l, m.Flags)
	}
	return l
}

func TestMailboxIdle(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	s.Append(numbered(0))
	_, stop := supervise(t, mailbox(t, s, nil), h)
	h.wait(t, 1, 10*time.Second)
	eventually(t, 10*time.Second, "idle", func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.states) > 0 && h.states[len(h.states)-1] == "idle"
	})
	time.Sleep(200 * time.Millisecond)
	s.Append(numbered(1)) // the poll is an hour away: only IDLE can tell
	got := h.wait(t, 2, 10*time.Second)
	if !bytes.Equal(got[1].Body, numbered(1)) {
		t.Errorf("body changed on the way:\n%q\n%q", got[1].Body, numbered(1))
	}
	stop()
	for _, f := range flags(t, s, "INBOX") {
		for _, flag := range f {
			if flag == imap.FlagSeen {
				t.Error("a mail was marked as seen")
			}
		}
	}
}

func TestMailboxPoll(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	m := mailbox(t, s, func(o *MailboxOptions) { o.Poll = 300 * time.Millisecond })
	supervise(t, m, h)
	for n := range 3 {
		s.Append(numbered(n))
		h.wait(t, n+1, 10*time.Second)
	}
}

func TestMailboxTLS(t *testing.T) {
	s := mailtest.Dovecot(t)
	s.Append(numbered(0))
	script := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho token-de-prueba\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*MailboxOptions)
		want   error
	}{
		{"tls", func(o *MailboxOptions) { o.Addr, o.Security = s.AddrTLS, TLS }, nil},
		{"starttls", func(o *MailboxOptions) { o.Security = StartTLS }, nil},
		{"login", func(o *MailboxOptions) { o.Auth.Mechanism = "login" }, nil},
		{"untrusted", func(o *MailboxOptions) { o.Addr, o.Security, o.TLS = s.AddrTLS, TLS, nil }, ErrTLS},
		{"untrusted starttls", func(o *MailboxOptions) { o.Security, o.TLS = StartTLS, nil }, ErrTLS},
		{"tls to a plain port", func(o *MailboxOptions) { o.Security = TLS }, ErrTLS},
		{"wrong password", func(o *MailboxOptions) { o.Auth.Password = "otra" }, ErrAuth},
		// Dovecot here knows no tokens: it refuses, and the refusal arrives.
		{"xoauth2", func(o *MailboxOptions) { o.Auth.Mechanism, o.Auth.TokenCommand = "xoauth2", []string{script} }, ErrAuth},
		{"token command fails", func(o *MailboxOptions) { o.Auth.Mechanism, o.Auth.TokenCommand = "xoauth2", []string{"/bin/false"} }, ErrToken},
		{"missing folder", func(o *MailboxOptions) { o.Folder = "Archivo" }, ErrFolder},
		{"nobody there", func(o *MailboxOptions) { o.Addr = fmt.Sprintf("127.0.0.1:%d", mailtest.FreePort(t)) }, ErrConnect},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost()
			m := mailbox(t, s, func(o *MailboxOptions) { o.TLS = mailtest.Trust(t, s.CertFile); c.change(o) })
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- m.Run(ctx, h) }()
			if c.want == nil {
				h.wait(t, 1, 10*time.Second)
				return
			}
			select {
			case err := <-ended:
				if !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
				t.Log(err)
			case <-time.After(20 * time.Second):
				t.Error("no error")
			}
		})
	}
}

func TestMailboxRefusesPlainBeyondLoopback(t *testing.T) {
	var addr string
	ifs, _ := net.InterfaceAddrs()
	for _, a := range ifs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			addr = n.IP.String()
		}
	}
	if addr == "" {
		t.Log("this machine has no address beyond loopback: judged on the rule alone")
		if loopback(&net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}) || !loopback(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}) {
			t.Error("loopback rule")
		}
		return
	}
	ln, err := net.Listen("tcp", addr+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if _, _, err := dial(context.Background(), ln.Addr().String(), Plain, nil); !errors.Is(err, ErrInsecure) {
		t.Errorf("got %v", err)
	}
}

func TestMailboxRenumbered(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	s.Append(manyNumbered(0, 20)...)
	errs, _ := supervise(t, mailbox(t, s, nil), h)
	h.wait(t, 20, 10*time.Second)
	before := h.marks["INBOX"]
	time.Sleep(1100 * time.Millisecond) // UIDVALIDITY counts seconds
	s.Recreate()
	s.Append(manyNumbered(20, 25)...)
	h.wait(t, 25, 15*time.Second)
	if h.marks["INBOX"] == before || strings.Split(h.marks["INBOX"], ":")[0] == strings.Split(before, ":")[0] {
		t.Fatalf("mark %s after %s: the mailbox was not renumbered", h.marks["INBOX"], before)
	}
	if n := h.sightings(); n != 45 {
		t.Errorf("%d sightings, want 20 + 25: the folder was not read again", n)
	}
	if n := len(h.messages()); n != 25 {
		t.Errorf("%d mails, want 25: dedupe failed", n)
	}
	if len(errs()) == 0 {
		t.Error("the lost connection was not reported")
	}
}

func TestMailboxRestartInMidFetch(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	s.Append(manyNumbered(0, 400)...)
	batches := 0
	h.setBefore(func(channels.Batch) error {
		if batches++; batches == 3 {
			s.Kill()
			s.Start()
		}
		return nil
	})
	m := mailbox(t, s, func(o *MailboxOptions) { o.BatchMails = 25 })
	errs, _ := supervise(t, m, h)
	got := h.wait(t, 400, 30*time.Second)
	seen := map[string]int{}
	for _, r := range got {
		seen[Read("mesa", r, nil).ExternalID]++
	}
	for n := range 400 {
		if seen[fmt.Sprintf("n%d@correo.bo", n)] != 1 {
			t.Fatalf("mail %d seen %d times", n, seen[fmt.Sprintf("n%d@correo.bo", n)])
		}
	}
	if len(errs()) == 0 {
		t.Error("the connection did not break: nothing was tested")
	}
}

func TestMailboxStoreDown(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	s.Append(manyNumbered(0, 30)...)
	calls := 0
	h.setBefore(func(channels.Batch) error {
		if calls++; calls%2 == 0 {
			return errors.New("disk full")
		}
		return nil
	})
	m := mailbox(t, s, func(o *MailboxOptions) { o.BatchMails = 5 })
	supervise(t, m, h)
	h.wait(t, 30, 20*time.Second)
	if n := h.sightings(); n != 30 {
		t.Errorf("%d sightings of 30 mails: a failed batch moved the mark or was stored twice", n)
	}
}

func TestMailboxTooLarge(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	big := mailtest.Mail("Ana <ana@correo.bo>", "soporte@agetic.gob.bo", "Video del error", "grande@correo.bo", strings.Repeat(strings.Repeat("x", 76)+"\r\n", 60_000_000/78))
	s.Append(numbered(0), big, numbered(1))
	supervise(t, mailbox(t, s, nil), h)
	got := h.wait(t, 3, 60*time.Second)
	r := got[1]
	if r.Envelope[EnvTooLarge] == "" || len(r.Body) > 10_000 {
		t.Fatalf("envelope %v, %d bytes", r.Envelope, len(r.Body))
	}
	rep := Read("mesa", r, nil)
	if rep.Subject != "Video del error" || rep.From.Value != "ana@correo.bo" || !strings.Contains(rep.Text, "MB") || rep.ExternalID != "grande@correo.bo" {
		t.Errorf("%+v", rep)
	}
}

func TestMailboxMove(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	s.Append(manyNumbered(0, 30)...)
	m := mailbox(t, s, func(o *MailboxOptions) { o.MoveTo = "Procesados" })
	supervise(t, m, h)
	h.wait(t, 30, 10*time.Second)
	eventually(t, 10*time.Second, "an empty INBOX", func() bool { return len(flags(t, s, "INBOX")) == 0 })
	if n := len(flags(t, s, "Procesados")); n != 30 {
		t.Errorf("%d mails in the folder", n)
	}
	s.Append(numbered(30)) // gaps in the numbers change nothing
	h.wait(t, 31, 10*time.Second)
}

func TestMailboxVanishes(t *testing.T) {
	s := mailtest.Dovecot(t)
	h := newHost()
	s.Append(numbered(0))
	errs, _ := supervise(t, mailbox(t, s, nil), h)
	h.wait(t, 1, 10*time.Second)
	s.Stop()
	eventually(t, 10*time.Second, "an error", func() bool {
		for _, err := range errs() {
			if errors.Is(err, ErrConnect) {
				return true
			}
		}
		return false
	})
	s.Start()
	s.Append(numbered(1))
	h.wait(t, 2, 15*time.Second)
}

// TestMailboxSpoiltMail: a mail that the server itself cannot read does not
// keep the others back, and is not passed over in silence.
func TestMailboxSpoiltMail(t *testing.T) {
	s := mailtest.Dovecot(t)
	s.Append(manyNumbered(0, 12)...)
	s.Spoil(5)
	h := newHost()
	errs, _ := supervise(t, mailbox(t, s, func(o *MailboxOptions) { o.BatchMails = 4; o.Poll = 200 * time.Millisecond }), h)
	got := h.wait(t, 12, 30*time.Second)
	unread := 0
	for _, r := range got {
		if r.Envelope[EnvUnread] != "" {
			unread++
			if rep := Read("mesa", r, nil); rep.Kind != channels.None || rep.Text == "" {
				t.Errorf("%+v", rep)
			}
		}
	}
	if unread != 1 {
		t.Errorf("%d unreadable mails, want 1", unread)
	}
	t.Log(len(errs()), "broken connections;", s.Log())
	s.Append(numbered(12))
	h.wait(t, 13, 15*time.Second)
}

// TestMailboxSilentServer: a server that stops answering must not hold the
// channel for ever.
func TestMailboxSilentServer(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			c.Write([]byte("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n"))
			defer c.Close()
		}
	}()
	m, err := NewMailbox(MailboxOptions{Name: "m", Addr: ln.Addr().String(), Security: Plain, Auth: Auth{User: "u", Password: "p"}, Timeout: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	err = m.Run(context.Background(), newHost())
	if err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}

func TestMailbox5000(t *testing.T) {
	s := mailtest.Dovecot(t)
	var list [][]byte
	for n := range 5000 {
		list = append(list, mailtest.Mail("Ana <ana@correo.bo>", "soporte@agetic.gob.bo", fmt.Sprint("Consulta ", n), fmt.Sprintf("n%d@correo.bo", n), strings.Repeat("No puedo ingresar al sistema desde ayer en la tarde.\r\n", 50)))
	}
	s.Append(list...)
	h := newHost()
	start := time.Now()
	supervise(t, mailbox(t, s, nil), h)
	h.wait(t, 5000, 60*time.Second)
	d := time.Since(start)
	if h.batches > 60 {
		t.Errorf("%d batches", h.batches)
	}
	t.Logf("5000 mails in %s: %.0f/s", d, 5000/d.Seconds())
}
