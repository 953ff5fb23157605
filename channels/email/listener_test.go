package email

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ventanilla/channels"
	"ventanilla/channels/email/mailtest"
)

func listen(t testing.TB, h channels.Host, change func(*ListenerOptions)) (*Listener, string) {
	t.Helper()
	o := ListenerOptions{Name: "entrada", Addr: "127.0.0.1:0", Domain: "mesa.test", Recipients: []string{"soporte@agetic.gob.bo", "@mesa.agetic.gob.bo"}}
	if change != nil {
		change(&o)
	}
	l, err := NewListener(o)
	if err != nil {
		t.Fatal(err)
	}
	supervise(t, l, h)
	eventually(t, 5*time.Second, "the listener", func() bool { return l.BoundAddr() != nil })
	return l, l.BoundAddr().String()
}

func client(t testing.TB, addr string, lmtp bool) *smtp.Client {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClient(nc)
	if lmtp {
		c = smtp.NewClientLMTP(nc)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// code is the SMTP code of err, 250 for nil.
func code(err error) int {
	var se *smtp.SMTPError
	switch {
	case err == nil:
		return 250
	case errors.As(err, &se):
		return se.Code
	}
	return 0
}

func TestListenerTakes(t *testing.T) {
	h := newHost()
	l, addr := listen(t, h, nil)
	for _, c := range []struct {
		rcpt string
		want int
	}{
		{"soporte@agetic.gob.bo", 250}, {"Soporte+abc123@AGETIC.gob.bo", 250}, {"quien.sea@mesa.agetic.gob.bo", 250},
		{"otro@agetic.gob.bo", 550}, {"x@example.com", 550}, {"soporte@agetic.gob.bo.evil.com", 550}, {"sin-arroba", 501}, {"a@sub.mesa.agetic.gob.bo", 550},
	} {
		cl := client(t, addr, false)
		if err := cl.Mail("ana@correo.bo", nil); err != nil {
			t.Fatal(err)
		}
		if got := code(cl.Rcpt(c.rcpt, nil)); got != c.want {
			t.Errorf("RCPT %s: %d, want %d", c.rcpt, got, c.want)
		}
	}
	cl := client(t, addr, false)
	raw := numbered(1)
	if err := cl.SendMail("", []string{"soporte+tok9@agetic.gob.bo"}, bytes.NewReader(raw)); err != nil {
		t.Fatalf("null sender: %v", err)
	}
	got := h.messages()
	if len(got) != 1 || !bytes.Equal(got[0].Body, raw) {
		t.Fatalf("got %d mails", len(got))
	}
	env := got[0].Envelope
	if from, ok := env[EnvMailFrom]; !ok || from != "" || env[EnvRcptTo] != "soporte+tok9@agetic.gob.bo" || env[EnvPeer] != "127.0.0.1" {
		t.Errorf("envelope %v", env)
	}
	rep := l.Read("entrada", got[0])
	if rep.Token != "tok9" || !rep.NoReply {
		t.Errorf("token %q, no reply %v: a null sender must never be answered", rep.Token, rep.NoReply)
	}
}

// TestListenerAcknowledgesLast: not a byte of 250 before Accept has returned nil.
func TestListenerAcknowledgesLast(t *testing.T) {
	h := newHost()
	release := make(chan struct{})
	h.setBefore(func(channels.Batch) error { <-release; return nil })
	_, addr := listen(t, h, nil)
	var acked atomic.Bool
	done := make(chan error, 1)
	go func() {
		c := client(t, addr, false)
		err := c.SendMail("ana@correo.bo", []string{"soporte@agetic.gob.bo"}, bytes.NewReader(numbered(1)))
		acked.Store(true)
		done <- err
	}()
	time.Sleep(300 * time.Millisecond)
	if acked.Load() {
		t.Fatal("acknowledged before it was stored")
	}
	close(release)
	if err := <-done; err != nil || len(h.messages()) != 1 {
		t.Fatalf("%v, %d mails", err, len(h.messages()))
	}
	h.setBefore(func(channels.Batch) error { return errors.New("disk full") })
	err := client(t, addr, false).SendMail("ana@correo.bo", []string{"soporte@agetic.gob.bo"}, bytes.NewReader(numbered(2)))
	var se *smtp.SMTPError
	if !errors.As(err, &se) || se.Code != 451 || se.EnhancedCode != (smtp.EnhancedCode{4, 3, 0}) {
		t.Errorf("store down: %v", err)
	}
}

func TestListenerLMTP(t *testing.T) {
	h := newHost()
	_, addr := listen(t, h, func(o *ListenerOptions) { o.LMTP = true })
	c := client(t, addr, true)
	send := func(n int) error {
		if err := c.Mail("ana@correo.bo", nil); err != nil {
			t.Fatal(err)
		}
		for _, r := range []string{"soporte@agetic.gob.bo", "uno@mesa.agetic.gob.bo"} {
			if err := c.Rcpt(r, nil); err != nil {
				t.Fatal(err)
			}
		}
		if got := code(c.Rcpt("nadie@example.com", nil)); got != 550 {
			t.Errorf("unknown recipient: %d", got)
		}
		w, err := c.Data()
		if err != nil {
			t.Fatal(err)
		}
		w.Write(numbered(n))
		_, err = w.CloseWithLMTPResponse()
		return err
	}
	if err := send(1); err != nil {
		t.Fatal(err)
	}
	if got := h.messages(); len(got) != 1 || got[0].Envelope[EnvRcptTo] != "soporte@agetic.gob.bo,uno@mesa.agetic.gob.bo" {
		t.Errorf("%v", got)
	}
	h.setBefore(func(channels.Batch) error { return errors.New("disk full") })
	var le smtp.LMTPDataError
	if err := send(2); !errors.As(err, &le) || len(le) != 2 || le["uno@mesa.agetic.gob.bo"].Code != 451 {
		t.Errorf("store down: %v", err)
	}
}

func TestListenerLimits(t *testing.T) {
	h := newHost()
	_, addr := listen(t, h, func(o *ListenerOptions) { o.MaxBytes = 100_000; o.MaxConns = 3; o.IdleTimeout = 400 * time.Millisecond })
	c := client(t, addr, false)
	big := mailtest.Mail("a@b.bo", "soporte@agetic.gob.bo", "x", "y@z", strings.Repeat("palabra ", 20_000))
	if got := code(c.SendMail("a@b.bo", []string{"soporte@agetic.gob.bo"}, bytes.NewReader(big))); got != 552 {
		t.Errorf("too large, not declared: %d", got)
	}
	if got := code(client(t, addr, false).Mail("a@b.bo", &smtp.MailOptions{Size: 200_000})); got != 552 {
		t.Errorf("too large, declared: %d", got)
	}
	eventually(t, 5*time.Second, "idle connections to be dropped", func() bool {
		_, err := net.Dial("tcp", addr)
		return err == nil && code(client(t, addr, false).Mail("a@b.bo", nil)) == 250
	})
	var conns []net.Conn
	for range 6 {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		conns = append(conns, nc)
	}
	refused := 0
	for _, nc := range conns {
		buf := make([]byte, 100)
		nc.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		if n, _ := nc.Read(buf); strings.HasPrefix(string(buf[:n]), "421") {
			refused++
		}
	}
	if refused < 3 {
		t.Errorf("%d of 6 connections refused, at most 3 may be open", refused)
	}
	if len(h.messages()) != 0 {
		t.Error("a refused mail was stored")
	}
}

// TestListenerBrokenTransfer: half a mail is no mail.
func TestListenerBrokenTransfer(t *testing.T) {
	h := newHost()
	_, addr := listen(t, h, nil)
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	nc.Write([]byte("EHLO x\r\nMAIL FROM:<a@b.bo>\r\nRCPT TO:<soporte@agetic.gob.bo>\r\nDATA\r\nSubject: medio\r\n\r\nhola"))
	time.Sleep(200 * time.Millisecond)
	nc.Close()
	// smuggling: a bare LF before the dot does not end the message (CVE-2023-51764)
	nc, err = net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.Write([]byte("EHLO x\r\nMAIL FROM:<a@b.bo>\r\nRCPT TO:<soporte@agetic.gob.bo>\r\nDATA\r\nSubject: uno\r\n\r\nhola\n.\nMAIL FROM:<falso@agetic.gob.bo>\r\nRCPT TO:<soporte@agetic.gob.bo>\r\nDATA\r\nSubject: dos\r\n\r\nfalso\r\n.\r\nQUIT\r\n"))
	got := h.wait(t, 1, 5*time.Second)
	time.Sleep(200 * time.Millisecond)
	if got = h.messages(); len(got) != 1 || !bytes.Contains(got[0].Body, []byte("falso@")) {
		t.Errorf("%d mails: half a mail was stored, or one was smuggled in", len(got))
	}
}

func TestListenerStartTLS(t *testing.T) {
	dir := t.TempDir()
	cert := mailtest.SelfSigned(t, dir)
	pair, err := tls.LoadX509KeyPair(cert, dir+"/key.pem")
	if err != nil {
		t.Fatal(err)
	}
	h := newHost()
	_, addr := listen(t, h, func(o *ListenerOptions) { o.TLS = &tls.Config{Certificates: []tls.Certificate{pair}} })
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	cfg := mailtest.Trust(t, cert)
	cfg.ServerName = "localhost"
	c, err := smtp.NewClientStartTLS(nc, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SendMail("ana@correo.bo", []string{"soporte@agetic.gob.bo"}, bytes.NewReader(numbered(1))); err != nil {
		t.Fatal(err)
	}
}

// TestListenerEndsGently: a mail under way when the program is told to end is
// still taken, and answered.
func TestListenerEndsGently(t *testing.T) {
	h := newHost()
	l, err := NewListener(ListenerOptions{Name: "x", Addr: "127.0.0.1:0", Recipients: []string{"@agetic.gob.bo"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx, h) }()
	eventually(t, 5*time.Second, "the listener", func() bool { return l.BoundAddr() != nil })
	entered := make(chan struct{})
	h.setBefore(func(channels.Batch) error { close(entered); time.Sleep(500 * time.Millisecond); return nil })
	idle := client(t, l.BoundAddr().String(), false)
	if err := idle.Hello("x"); err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	go func() {
		sent <- client(t, l.BoundAddr().String(), false).SendMail("a@b.bo", []string{"s@agetic.gob.bo"}, bytes.NewReader(numbered(1)))
	}()
	<-entered
	start := time.Now()
	cancel()
	if err := <-sent; err != nil {
		t.Errorf("mail under way: %v", err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if d := time.Since(start); d > 4*time.Second {
		t.Errorf("took %s to end", d)
	}
	if len(h.messages()) != 1 {
		t.Error("not stored")
	}
}

func TestRates(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	r := newRates(2, func() time.Time { return now })
	a := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 1}
	b := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 1}
	if !r.allow(a) || !r.allow(a) || r.allow(a) || !r.allow(b) {
		t.Error("two a minute for each peer")
	}
	now = now.Add(time.Minute)
	if !r.allow(a) {
		t.Error("a new minute")
	}
}

func BenchmarkListener(b *testing.B) {
	h := newHost()
	_, addr := listen(b, h, nil)
	var wg sync.WaitGroup
	raw := numbered(3)
	b.ResetTimer()
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := client(b, addr, false)
			for i := w; i < b.N; i += 4 {
				if err := c.SendMail("a@b.bo", []string{"soporte@agetic.gob.bo"}, bytes.NewReader(raw)); err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
}
