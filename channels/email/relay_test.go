package email

import (
	"context"
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ventanilla/channels"
	"ventanilla/channels/email/mailtest"
	"ventanilla/channels/email/message"
)

func relay(t testing.TB, addr string, change func(*RelayOptions)) *Relay {
	t.Helper()
	o := RelayOptions{
		Addr: addr, Security: Plain, Plus: true, Timeout: 10 * time.Second,
		From: channels.Address{Medium: channels.Email, Value: "soporte@agetic.gob.bo", Name: "Mesa de Ayuda AGETIC"},
	}
	if change != nil {
		change(&o)
	}
	r, err := NewRelay(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func reply(id string) channels.Reply {
	return channels.Reply{
		ID: id, To: channels.Address{Medium: channels.Email, Value: "ana@correo.bo", Name: "Ana Quispe"},
		Subject: "Re: Consulta", Text: "Estimada Ana:\n\nYa puede ingresar.", InReplyTo: "n1@correo.bo",
		References: []string{"n0@correo.bo", "n1@correo.bo"}, Token: "k7x", CaseCode: "AIT-2026-000123-K",
	}
}

func TestRelaySends(t *testing.T) {
	s := mailtest.Sink(t)
	r := relay(t, s.Addr, nil)
	ctx := context.Background()
	rep := reply("r1@agetic.gob.bo")
	rep.Cc = []channels.Address{{Value: "luis@correo.bo"}, {Value: "nadie@correo.bo"}}
	s.Refuse(func(stage, _, to string) error {
		if stage == "rcpt" && to == "nadie@correo.bo" {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}
		return nil
	})
	err := r.Send(ctx, rep)
	var partial *channels.PartialError
	if !errors.As(err, &partial) || len(partial.Refused) != 1 || partial.Refused[0] != (channels.Refusal{Recipient: "nadie@correo.bo", Code: "550 5.1.1", Detail: "no such user"}) {
		t.Fatalf("one in copy is refused: %v", err)
	}
	auto := reply("r2@agetic.gob.bo")
	auto.Auto = true
	if err := r.Send(ctx, auto); err != nil {
		t.Fatal(err)
	}
	got := s.Got()
	if got[0].From != "soporte+k7x@agetic.gob.bo" || strings.Join(got[0].To, " ") != "ana@correo.bo luis@correo.bo" {
		t.Errorf("envelope %q %q", got[0].From, got[0].To)
	}
	if got[1].From != "" {
		t.Errorf("an automatic reply must have the null sender, not %q", got[1].From)
	}
	if got[0].Conn != got[1].Conn {
		t.Error("the connection was not used again")
	}
	m := message.Parse(got[0].Raw, message.Options{})
	if m.MessageID != rep.ID || m.Subject != rep.Subject || m.Said != rep.Text+"\n\nRef: k7x" || m.ReplyTo[0].Value != "soporte+k7x@agetic.gob.bo" || m.From.Name != "Mesa de Ayuda AGETIC" {
		t.Errorf("%+v", m)
	}
	if strings.Contains(string(got[0].Raw), "Auto-Submitted") || !strings.Contains(string(got[1].Raw), "Auto-Submitted: auto-replied") {
		t.Error("Auto-Submitted belongs to automatic replies, and to them only")
	}
}

func TestRelayRefusals(t *testing.T) {
	s := mailtest.Sink(t)
	r := relay(t, s.Addr, nil)
	answer := func(stage string, code int) {
		s.Refuse(func(st, _, _ string) error {
			if st == stage {
				return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "because"}
			}
			return nil
		})
	}
	for _, c := range []struct {
		stage     string
		code      int
		permanent bool
	}{
		{"rcpt", 550, true}, {"rcpt", 450, false}, {"data", 554, true}, {"data", 451, false},
		{"mail", 550, false}, // the desk's own address is refused: no reply is to blame
		{"mail", 552, true}, {"mail", 451, false}, {"rcpt", 421, false},
	} {
		answer(c.stage, c.code)
		err := r.Send(context.Background(), reply("x@agetic.gob.bo"))
		var pe *channels.PermanentError
		if err == nil || errors.As(err, &pe) != c.permanent {
			t.Errorf("%d at %s: %v", c.code, c.stage, err)
		}
		if c.permanent && (!strings.HasPrefix(pe.Code, "55") || pe.Detail != "because") {
			t.Errorf("%d at %s: code %q detail %q", c.code, c.stage, pe.Code, pe.Detail)
		}
		s.Refuse(nil)
		if err := r.Send(context.Background(), reply("y@agetic.gob.bo")); err != nil {
			t.Errorf("after %d at %s: %v", c.code, c.stage, err)
		}
	}
	bad := reply("z@agetic.gob.bo")
	bad.To.Value = "no es un correo"
	var pe *channels.PermanentError
	if err := r.Send(context.Background(), bad); !errors.As(err, &pe) {
		t.Errorf("unusable address: %v", err)
	}
}

func TestRelayReconnects(t *testing.T) {
	s := mailtest.Sink(t)
	r := relay(t, s.Addr, nil)
	for i, id := range []string{"a@x", "b@x", "c@x"} {
		if err := r.Send(context.Background(), reply(id)); err != nil {
			t.Fatal(err)
		}
		s.Cut() // the next mail finds a dead connection
		time.Sleep(20 * time.Millisecond)
		if n := len(s.Got()); n != i+1 {
			t.Fatalf("%d mails after %d sends", n, i+1)
		}
	}
	if s.Conns() < 3 {
		t.Errorf("%d connections", s.Conns())
	}
	down := relay(t, "127.0.0.1:1", nil)
	if err := down.Send(context.Background(), reply("d@x")); !errors.Is(err, ErrConnect) {
		t.Errorf("relay down: %v", err)
	}
}

func TestRelayTLSAndAuth(t *testing.T) {
	dir := t.TempDir()
	cert := mailtest.SelfSigned(t, dir)
	pair, err := tls.LoadX509KeyPair(cert, dir+"/key.pem")
	if err != nil {
		t.Fatal(err)
	}
	s := mailtest.Sink(t, mailtest.SinkOptions{TLS: &tls.Config{Certificates: []tls.Certificate{pair}}, User: "mesa", Password: "clave"})
	plain := mailtest.Sink(t)
	script := filepath.Join(dir, "token")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho clave\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	trust := mailtest.Trust(t, cert)
	for _, c := range []struct {
		name string
		addr string
		o    RelayOptions
		want error
	}{
		{"plain", s.Addr, RelayOptions{Security: StartTLS, TLS: trust, Auth: Auth{User: "mesa", Password: "clave"}}, nil},
		{"login", s.Addr, RelayOptions{Security: StartTLS, TLS: trust, Auth: Auth{Mechanism: "login", User: "mesa", Password: "clave"}}, nil},
		{"xoauth2", s.Addr, RelayOptions{Security: StartTLS, TLS: trust, Auth: Auth{Mechanism: "xoauth2", User: "mesa", TokenCommand: []string{script}}}, nil},
		{"wrong password", s.Addr, RelayOptions{Security: StartTLS, TLS: trust, Auth: Auth{User: "mesa", Password: "otra"}}, ErrAuth},
		{"no sign-in", s.Addr, RelayOptions{Security: StartTLS, TLS: trust}, errors.New("refused")},
		{"untrusted", s.Addr, RelayOptions{Security: StartTLS, Auth: Auth{User: "mesa", Password: "clave"}}, ErrTLS},
		{"no STARTTLS offered", plain.Addr, RelayOptions{Security: StartTLS, TLS: trust}, ErrTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := relay(t, c.addr, func(o *RelayOptions) { o.Security, o.TLS, o.Auth = c.o.Security, c.o.TLS, c.o.Auth })
			err := r.Send(context.Background(), reply("x@agetic.gob.bo"))
			var pe *channels.PermanentError
			if errors.As(err, &pe) {
				t.Fatalf("a broken configuration condemned a reply: %v", err)
			}
			if c.want == nil && err != nil || c.want != nil && err == nil || c.want != nil && c.want.Error() != "refused" && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestRelayManySenders(t *testing.T) {
	s := mailtest.Sink(t)
	r := relay(t, s.Addr, nil)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range 10 {
				if err := r.Send(context.Background(), reply(strings.Repeat("i", i+1)+strings.Repeat("j", j+1)+"@x")); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, g := range s.Got() {
		ids[message.Parse(g.Raw, message.Options{}).MessageID] = true
	}
	if len(ids) != 80 || s.Conns() > 4 {
		t.Errorf("%d mails over %d connections", len(ids), s.Conns())
	}
}

func TestRelayStops(t *testing.T) {
	s := mailtest.Sink(t)
	block := make(chan struct{})
	defer close(block)
	s.Refuse(func(stage, _, _ string) error {
		if stage == "data" {
			<-block
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := relay(t, s.Addr, nil).Send(ctx, reply("x@y")); err == nil || time.Since(start) > 3*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}
