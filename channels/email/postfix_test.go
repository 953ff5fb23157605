package email

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/email/mailtest"
	"ventanilla/channels/email/message"
)

// TestPostfixDelivers: a real Postfix delivers by LMTP and by SMTP; what the
// desk stores is what was sent; with the store down Postfix keeps the mail and
// brings it again, once.
func TestPostfixDelivers(t *testing.T) {
	for _, kind := range []string{"lmtp", "smtp"} {
		t.Run(kind, func(t *testing.T) {
			h := newHost()
			l, addr := listen(t, h, func(o *ListenerOptions) { o.LMTP = kind == "lmtp" })
			mta := mailtest.Postfix(t, mailtest.PostfixOptions{Domain: "agetic.gob.bo", Deliver: kind + ":" + addr})
			c := client(t, mta.Addr, false)
			send := func(n int, to string) {
				if err := c.SendMail("ana@correo.bo", []string{to}, strings.NewReader(string(numbered(n)))); err != nil {
					t.Fatal(err)
				}
			}
			for n := range 50 {
				send(n, "soporte+abc@agetic.gob.bo")
			}
			got := h.wait(t, 50, 20*time.Second)
			rep := l.Read("entrada", got[0])
			if rep.From.Value != "ana@correo.bo" || rep.Token != "abc" || rep.Kind != channels.Human || rep.NoReply {
				t.Errorf("%+v\n%s", rep, got[0].Body)
			}
			down := true
			h.setBefore(func(channels.Batch) error {
				if down {
					return errors.New("disk full")
				}
				return nil
			})
			send(50, "soporte@agetic.gob.bo")
			time.Sleep(1500 * time.Millisecond)
			if len(h.messages()) != 50 || mta.Queue() != 1 {
				t.Fatalf("store down: %d mails here, %d in Postfix\n%s", len(h.messages()), mta.Queue(), mta.Log())
			}
			h.mu.Lock()
			down = false
			h.mu.Unlock()
			mta.Flush()
			h.wait(t, 51, 20*time.Second)
			if !mta.Drained(10 * time.Second) {
				t.Errorf("Postfix keeps a mail that was taken\n%s", mta.Log())
			}
			if n := h.sightings(); n != 51 {
				t.Errorf("%d sightings of 51 mails", n)
			}
		})
	}
}

// TestPostfixRoundTrip: a reply goes out through Postfix, cannot be delivered,
// and Postfix's own bounce comes back to the desk with our Message-ID in it.
func TestPostfixRoundTrip(t *testing.T) {
	h := newHost()
	l, addr := listen(t, h, func(o *ListenerOptions) { o.LMTP = true })
	sink := mailtest.Sink(t)
	mta := mailtest.Postfix(t, mailtest.PostfixOptions{Domain: "agetic.gob.bo", Deliver: "lmtp:" + addr, Relay: sink.Addr})
	r := relay(t, mta.Addr, nil)
	ctx := context.Background()
	if err := r.Send(ctx, reply("bien@agetic.gob.bo")); err != nil {
		t.Fatal(err)
	}
	got := sink.Wait(t, 1, 20*time.Second)
	if m := message.Parse(got[0].Raw, message.Options{Own: []string{"agetic.gob.bo"}}); m.MessageID != "bien@agetic.gob.bo" || m.Kind != channels.Loop {
		t.Errorf("%+v", m)
	}
	lost := reply("perdida@agetic.gob.bo")
	lost.To.Value = "nadie.de.aqui@local.test"
	if err := r.Send(ctx, lost); err != nil {
		t.Fatal(err)
	}
	raws := h.wait(t, 1, 20*time.Second)
	rep := l.Read("entrada", raws[0])
	if rep.Kind != channels.Bounce || !rep.NoReply || len(rep.Bounces) != 1 || rep.Token != "k7x" {
		t.Fatalf("%+v\n%s", rep, raws[0].Body)
	}
	b := rep.Bounces[0]
	if b.OriginalID != "perdida@agetic.gob.bo" || b.Recipient != "nadie.de.aqui@local.test" || b.Status != "5.1.1" || !b.Hard {
		t.Errorf("%+v", b)
	}
	// an automatic reply to nobody has the null sender: no bounce comes of it
	auto := reply("acuse@agetic.gob.bo")
	auto.Auto = true
	auto.To.Value = "nadie@local.test"
	if err := r.Send(ctx, auto); err != nil {
		t.Fatal(err)
	}
	if !mta.Drained(10 * time.Second) {
		t.Error(mta.Log())
	}
	if n := len(h.messages()); n != 1 {
		t.Errorf("%d mails: an automatic reply bounced", n)
	}
}

// TestPostfixDelayed: the sink says 450, later takes it: the mail arrives once.
func TestPostfixDelayed(t *testing.T) {
	sink := mailtest.Sink(t)
	mta := mailtest.Postfix(t, mailtest.PostfixOptions{Relay: sink.Addr})
	r := relay(t, mta.Addr, nil)
	for n := range 20 {
		if err := r.Send(context.Background(), reply(fmt.Sprintf("r%d@agetic.gob.bo", n))); err != nil {
			t.Fatal(err)
		}
	}
	if got := sink.Wait(t, 20, 20*time.Second); len(got) != 20 {
		t.Error(len(got))
	}
}
