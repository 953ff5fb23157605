package router_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email"
	"ventanilla/channels/email/mailtest"
	"ventanilla/router"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// What happens to mail between real servers, from the wire to the case.

// post is a desk with its own way in, which listens, and its own way out.
type post struct {
	*house
	address, in string
}

// open starts a desk at soporte@domain: mail comes in at in (by LMTP where lmtp
// is set) and goes out through relay.
func open(t *testing.T, domain, in, relay string, lmtp bool, now func() time.Time) *post {
	t.Helper()
	p := &post{&house{t: t, st: storetest.Open(t, storetest.SQLite(t), now), now: now}, "soporte@" + domain, in}
	out, err := email.NewRelay(email.RelayOptions{Addr: relay, Security: email.Plain, Plus: true, From: channels.Address{Medium: channels.Email, Value: p.address, Name: "Mesa de Ejemplo"}, Log: zerolog.Nop(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	l, err := email.NewListener(email.ListenerOptions{Name: "entrada", Addr: in, LMTP: lmtp, Domain: domain, Recipients: []string{p.address, "mesa@" + domain}, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	p.r, err = router.New(t.Context(), router.Options{
		Store: p.st, Channels: []channels.Channel{l}, Senders: map[channels.Medium]channels.Sender{channels.Email: out}, Log: zerolog.Nop(), Now: now,
		Hours: calendar.LaPaz(), Office: "AGETIC", Domain: domain, Own: []string{p.address, "mesa@" + domain}, Plus: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	sup := channels.NewSupervisor(p.r.Desk("prueba"), zerolog.Nop(), now)
	done := make(chan struct{})
	go func() { defer close(done); sup.Run(ctx, []channels.Channel{l}) }()
	routed := make(chan struct{})
	go func() { defer close(routed); p.r.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done; <-routed; out.Close() })
	p.until("the desk listens", func() bool {
		c, err := net.DialTimeout("tcp", in, time.Second)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return p
}

func loopback(t *testing.T) string { return fmt.Sprintf("127.0.0.1:%d", mailtest.FreePort(t)) }

// lines are the ledger's, oldest first, once there are n and all have their fate.
func (p *post) lines(n int) []store.Entry {
	p.t.Helper()
	var list []store.Entry
	p.until(fmt.Sprintf("%d mails have their fate", n), func() bool {
		var err error
		if list, err = p.st.Ledger(p.t.Context(), store.LedgerFilter{Limit: 200}); err != nil {
			p.t.Fatal(err)
		}
		for _, e := range list {
			if e.Fate == store.FatePending {
				return false
			}
		}
		return len(list) >= n
	})
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// hand gives a mail to an SMTP server.
func hand(t *testing.T, addr, from, raw string, to ...string) {
	t.Helper()
	if err := submit(addr, from, to, strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
}

func submit(addr, from string, to []string, raw io.Reader) error {
	c, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.SendMail(from, to, raw)
}

// TestPostfixBounceReopensTheDuty: an operator's notice goes to an address that
// does not exist; Postfix's own bounce opens the duty to notify again and
// whoever holds the case sees it (G7).
func TestPostfixBounceReopensTheDuty(t *testing.T) {
	in := loopback(t)
	mta := mailtest.Postfix(t, mailtest.PostfixOptions{Domain: "mesa.ejemplo", Deliver: "lmtp:" + in})
	p := open(t, "mesa.ejemplo", in, mta.Addr, true, time.Now)
	hand(t, mta.Addr, "nadie@local.test", "From: Nadie Ficticio <nadie@local.test>\nTo: soporte@mesa.ejemplo\nSubject: No puedo ingresar\nMessage-ID: <n1@local.test>\nDate: Mon, 23 Nov 2026 10:00:00 -0400\n\nOlvidé mi contraseña.\n", p.address)
	id := p.lines(1)[0].Ticket
	p.do(id, operator, tickets.ActTake, nil)
	p.toNotice(id)
	p.until("Postfix gave the notice back", func() bool { return p.ticket(id).Has(tickets.FlagUndelivered) })
	c := p.ticket(id)
	if c.Step != "9.1/7" || !c.Unread || c.Assignee != operator.ID || c.Notices[0].State != "failed" || !strings.Contains(c.Notices[0].Detail, "5.1.1") {
		t.Errorf("after the bounce: step %s, unread %v, with %q, notice %+v", c.Step, c.Unread, c.Assignee, c.Notices[0])
	}
	// the acknowledgement went to nobody too, with the null sender: nothing came back of it
	if list := p.lines(2); len(list) != 2 || list[1].Fate != store.FateBounce || list[1].Ticket != id {
		t.Errorf("ledger: %+v", list)
	}
}

// TestSieveVacationIsNoted: the person is away, and Dovecot's own Sieve says so:
// noted quietly in the case, nothing reopened, nobody answered; our automatic
// acknowledgement gets no absence note at all.
func TestSieveVacationIsNoted(t *testing.T) {
	in := loopback(t)
	relay := loopback(t)
	d := mailtest.DovecotWith(t, mailtest.DovecotOptions{Relay: relay, Sieve: "require [\"vacation\"];\nvacation :days 1 :addresses [\"mesa@dovecot.test\"] :subject \"Fuera de oficina\" \"Estoy de vacaciones hasta el lunes.\";\n"})
	mta := mailtest.Postfix(t, mailtest.PostfixOptions{Addr: relay, Domain: "mesa.ejemplo", Deliver: "lmtp:" + in, More: map[string]string{"dovecot.test": "lmtp:" + d.AddrLMTP}})
	p := open(t, "mesa.ejemplo", in, mta.Addr, true, time.Now)
	hand(t, mta.Addr, "mesa@dovecot.test", "From: Ana Figurada <mesa@dovecot.test>\nTo: soporte@mesa.ejemplo\nSubject: No puedo ingresar\nMessage-ID: <a1@dovecot.test>\nDate: Mon, 23 Nov 2026 10:00:00 -0400\n\nOlvidé mi contraseña.\n", p.address)
	id := p.lines(1)[0].Ticket
	p.toNotice(id)
	p.until("the notice is out", func() bool { return p.ticket(id).Step == "9.1/8" })
	list := p.lines(2)
	if len(list) != 2 || list[1].Fate != store.FateAuto || list[1].Ticket != id {
		t.Fatalf("ledger: %+v\n%s\n%s", list, mta.Log(), d.Log())
	}
	if !mta.Drained(10 * time.Second) {
		t.Error(mta.Log())
	}
	thread, err := p.st.Thread(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	last := thread[len(thread)-1]
	if last.Direction != store.Sys || !strings.Contains(last.Said, "vacaciones") {
		t.Errorf("the last in the thread: %+v", last)
	}
	if c := p.ticket(id); c.Step != "9.1/8" || len(c.Notices) != 1 {
		t.Errorf("the absence note moved the case to %s", c.Step)
	}
	if out, err := p.st.Outbox(t.Context(), store.OutboxFilter{}); err != nil || len(out) != 2 {
		t.Errorf("%d replies, %v; want the acknowledgement and the notice", len(out), err)
	}
}

// hourglass is a clock that tests turn by hand.
type hourglass struct{ at atomic.Int64 }

func (h *hourglass) now() time.Time { return time.Unix(h.at.Load(), 0).UTC() }

// forgetful is a mail server between two desks that loses some fields, as
// gateways do, and counts what passes.
func forgetful(t *testing.T, next string, passed *atomic.Int64, lost ...string) string {
	t.Helper()
	sink := mailtest.Sink(t)
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ; {
			for _, g := range sink.Got()[n:] {
				n++
				from := g.From
				var raw bytes.Buffer
				skip, body := false, false
				for line := range strings.Lines(string(g.Raw)) {
					if body && slices.Contains(lost, "body") {
						fmt.Fprintf(&raw, "Aviso %d\r\n", n)
						break
					}
					if body = body || strings.TrimSpace(line) == ""; !body {
						name, _, _ := strings.Cut(line, ":")
						if line[0] != ' ' && line[0] != '\t' {
							skip = slices.ContainsFunc(lost, func(l string) bool { return strings.EqualFold(name, l) })
						}
						if skip {
							continue
						}
					}
					raw.WriteString(line)
				}
				if from == "" && len(lost) > 0 {
					from = "gateway@pasarela.ejemplo"
				}
				if err := submit(next, from, g.To, &raw); err == nil {
					passed.Add(1)
				}
			}
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-done })
	return sink.Addr
}

// TestTwoDesksDoNotTalkForEver: two desks answer each other for an hour. With
// honest servers between them, and with ones that lose every mark of a machine,
// the second sends one acknowledgement at the most; where even the ids that an
// answer refers to are lost, the last wall holds.
func TestTwoDesksDoNotTalkForEver(t *testing.T) {
	marks := []string{"Auto-Submitted", "X-Auto-Response-Suppress", "X-Ventanilla-Loop", "X-Ventanilla-Case"}
	for _, tc := range []struct {
		name string
		lost []string
		most int64 // mails that may pass between the desks, either way
	}{
		{"honest servers", nil, 1},
		{"servers that lose the marks of a machine", marks, 2},
		{"servers that lose the threads too", append([]string{"In-Reply-To", "References", "Subject", "Reply-To"}, marks...), 2},
		{"servers that lose everything", append([]string{"In-Reply-To", "References", "Message-ID", "Subject", "Reply-To", "MIME-Version", "Content-Type", "body"}, marks...), 10},
	} {
		t.Run(tc.name, func(t *testing.T) {
			clock := &hourglass{}
			clock.at.Store(time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC).Unix())
			var passed atomic.Int64
			inA, inB := loopback(t), loopback(t)
			a := open(t, "uno.ejemplo", inA, forgetful(t, inB, &passed, tc.lost...), false, clock.now)
			b := open(t, "dos.ejemplo", inB, forgetful(t, inA, &passed, tc.lost...), false, clock.now)
			hand(t, inA, b.address, "From: Mesa Dos <"+b.address+">\nTo: "+a.address+"\nSubject: Consulta entre oficinas\nMessage-ID: <c1@dos.ejemplo>\nDate: Mon, 23 Nov 2026 10:00:00 -0400\n\nNo podemos ingresar al sistema.\n", a.address)
			a.lines(1)
			quiet := func() int {
				total := 0
				for _, p := range []*post{a, b} {
					queued, err := p.st.Outbox(t.Context(), store.OutboxFilter{State: "queued"})
					if err != nil {
						t.Fatal(err)
					}
					sum, err := p.st.Accounts(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					if len(queued) > 0 || sum.Pending > 0 {
						return -1
					}
					total += int(sum.Received)
				}
				return total
			}
			settle := func() {
				last, same := -1, 0
				a.until("both desks are quiet", func() bool {
					n := quiet()
					if n >= 0 && n == last && int64(n) == passed.Load()+1 {
						same++
					} else {
						last, same = n, 0
					}
					return same > 3
				})
			}
			settle()
			for range 12 {
				clock.at.Add(5 * 60)
				settle()
			}
			if n := passed.Load(); n > tc.most || n < 1 {
				t.Errorf("%d mails passed between the desks, want 1 to %d", n, tc.most)
			}
		})
	}
}

// TestWhereAMailBelongs: real mails through the listener find their case by the
// plus address alone, by the ids alone, under another subject, after the case
// was closed (G24), and once where they name two of our addresses.
func TestWhereAMailBelongs(t *testing.T) {
	in, sink := loopback(t), mailtest.Sink(t)
	p := open(t, "mesa.ejemplo", in, sink.Addr, false, time.Now)
	p.sink = sink
	mail := func(id, to, subject, more, text string) string {
		return fmt.Sprintf("From: Ana Figurada <ana@persona.ejemplo>\nTo: %s\nSubject: %s\nMessage-ID: <%s@persona.ejemplo>\n%sDate: Mon, 23 Nov 2026 10:00:00 -0400\n\n%s\n", to, subject, id, more, text)
	}
	// one mail to two of our addresses, handed over once for each
	both := mail("dos", p.address+", mesa@mesa.ejemplo", "No puedo ingresar", "", "Olvidé mi contraseña.")
	hand(t, in, "ana@persona.ejemplo", both, p.address)
	hand(t, in, "ana@persona.ejemplo", "Delivered-To: mesa@mesa.ejemplo\n"+both, "mesa@mesa.ejemplo")
	p.until("both were seen", func() bool {
		sum, err := p.st.Accounts(t.Context())
		return err == nil && sum.Duplicates == 1 && sum.Pending == 0
	})
	list := p.lines(1)
	if len(list) != 1 || list[0].Fate != store.FateCase || list[0].Sightings != 2 {
		t.Fatalf("one mail to two addresses: %+v", list)
	}
	id := list[0].Ticket
	ack := sink.Wait(t, 1, 10*time.Second)[0]
	if len(sink.Got()) != 1 {
		t.Errorf("%d acknowledgements", len(sink.Got()))
	}
	ref := messageID(t, ack.Raw)
	token, _, _ := strings.Cut(ref, "@")
	plus := strings.Replace(p.address, "@", "+"+token+"@", 1)
	if !bytes.Contains(ack.Raw, []byte("Reply-To: <"+plus+">")) {
		t.Fatalf("the acknowledgement does not ask for answers at %s:\n%s", plus, ack.Raw)
	}
	n := 1
	belongs := func(what, raw, to string, want store.Verdict, same bool) store.Entry {
		t.Helper()
		n++
		hand(t, in, "ana@persona.ejemplo", raw, to)
		e := p.lines(n)[n-1]
		if e.Fate != want || (e.Ticket == id) != same {
			t.Errorf("%s: %s (%s), case %q", what, e.Fate, e.Cause, e.Ticket)
		}
		return e
	}
	belongs("the plus address alone", mail("p", p.address, "otra vez", "", "sigue igual"), plus, store.FateMessage, true)
	belongs("the plus address in capitals", mail("p2", p.address, "otra vez", "", "sigue igual, segunda"), strings.ToUpper(plus), store.FateMessage, true)
	belongs("the ids alone, under another subject", mail("i", p.address, "Cambio de asunto: factura", "In-Reply-To: <"+ref+">\n", "aún no entro"), p.address, store.FateMessage, true)
	belongs("the references alone", mail("r", p.address, "x", "References: <nada@x> <"+ref+">\n", "nada todavía"), p.address, store.FateMessage, true)
	belongs("the same subject, no link", mail("s", p.address, "No puedo ingresar", "", "ahora el portal da error 502"), p.address, store.FateCase, false)
	belongs("a forged plus address", mail("f", p.address, "hola", "", "quiero saber algo del trámite"), strings.Replace(p.address, "@", "+"+id+".1.aaaaaaaaaaaaaaaa@", 1), store.FateCase, false)

	head := tickets.Actor{ID: "sup", Name: "Supervisora de Ejemplo", Roles: []tickets.Role{tickets.Supervisor}}
	p.toNotice(id)
	p.until("the notice is out", func() bool { return p.ticket(id).Step == "9.1/8" })
	p.do(id, operator, tickets.ActSubmit, nil)
	p.do(id, head, tickets.ActApprove, nil)
	p.do(id, head, tickets.ActClose, nil)
	sent := len(sink.Got())
	belongs("after the case was closed", mail("g", p.address, "Re: No puedo ingresar", "In-Reply-To: <"+ref+">\n", "otra vez no puedo"), p.address, store.FateMessage, true)
	c := p.ticket(id)
	if c.Step != tickets.Closed || !c.Unread {
		t.Errorf("after closing, a new message leaves the case at %s, unread %v; want it closed and unread, for a person to decide (G24)", c.Step, c.Unread)
	}
	if got := len(sink.Got()); got != sent {
		t.Errorf("%d mails went out of a message after the close", got-sent)
	}
}

// TestWhoInCopyIsRefused: the person gets the answer and one in copy does not:
// the duty is done, and the case says who did not get it.
func TestWhoInCopyIsRefused(t *testing.T) {
	in, sink := loopback(t), mailtest.Sink(t)
	sink.Refuse(func(stage, _, to string) error {
		if stage == "rcpt" && to == "jefe@persona.ejemplo" {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}
		return nil
	})
	p := open(t, "mesa.ejemplo", in, sink.Addr, false, time.Now)
	hand(t, in, "ana@persona.ejemplo", "From: ana@persona.ejemplo\nTo: "+p.address+"\nCc: jefe@persona.ejemplo\nSubject: No puedo ingresar\nMessage-ID: <c@persona.ejemplo>\nDate: Mon, 23 Nov 2026 10:00:00 -0400\n\nOlvidé mi clave.\n", p.address)
	id := p.lines(1)[0].Ticket
	p.do(id, operator, tickets.ActReply, tickets.Record{"text": "Estamos viendo su caso.", "copies": "yes"})
	p.until("the case says who did not get it", func() bool {
		thread, err := p.st.Thread(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		last := thread[len(thread)-1]
		return last.Direction == store.Sys && strings.Contains(last.Said, "jefe@persona.ejemplo") && strings.Contains(last.Said, "550 5.1.1 no such user")
	})
	out, err := p.st.Outbox(t.Context(), store.OutboxFilter{State: "sent"})
	if err != nil || len(out) != 2 {
		t.Errorf("sent: %+v, %v", out, err)
	}
}

// TestTooLargeIsToldOnce: what a person adds to a case is too large; they are
// told what to do, once; a machine is not.
func TestTooLargeIsToldOnce(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(first)
		ack := messageID(h.t, h.sink.Wait(h.t, 1, 10*time.Second)[0].Raw)
		h.env = map[string]string{"too_large": "62914560"}
		for i, more := range []string{"", "Auto-Submitted: auto-replied\n", "", ""} {
			if got := h.mail(more + answer("maria@ciudadana.ejemplo", fmt.Sprint("g", i), ack, "Re: fotos", "")); got.Ticket != e.Ticket {
				h.t.Fatalf("%+v", got)
			}
		}
		got := h.sink.Wait(h.t, 2, 10*time.Second)
		h.until("nothing waits to go out", func() bool {
			list, err := h.st.Outbox(h.t.Context(), store.OutboxFilter{State: "queued"})
			return err == nil && len(list) == 0
		})
		if got = h.sink.Got(); len(got) != 2 || !bytes.Contains(got[1].Raw, []byte("demasiado grande")) || !bytes.Contains(got[1].Raw, []byte("Auto-Submitted: auto-replied")) {
			h.t.Errorf("%d mails went out; the second:\n%s", len(got), got[1].Raw)
		}
	})
}

// TestOneCaseIsNotFlooded: a program that writes into one case again and again
// without saying that it is one is slowed; what is too much waits for a person.
func TestOneCaseIsNotFlooded(t *testing.T) {
	in := loopback(t)
	p := open(t, "mesa.ejemplo", in, mailtest.Sink(t).Addr, false, time.Now)
	mail := func(n int, answers string) string {
		return fmt.Sprintf("From: bucle@persona.ejemplo\nTo: %s\nSubject: Aviso\nMessage-ID: <b%d@persona.ejemplo>\n%sDate: Mon, 23 Nov 2026 10:00:00 -0400\n\nAviso %d\n", p.address, n, answers, n)
	}
	hand(t, in, "bucle@persona.ejemplo", mail(0, ""), p.address)
	p.lines(1)
	for n := 1; n <= 65; n++ {
		hand(t, in, "bucle@persona.ejemplo", mail(n, "In-Reply-To: <b0@persona.ejemplo>\n"), p.address)
	}
	fates := map[string]int{}
	for _, e := range p.lines(66) {
		fates[string(e.Fate)+" "+e.Cause]++
	}
	if fates["message "] != 60 || fates["held "+router.CauseFlood] != 5 {
		t.Errorf("fates: %v; want 60 messages and 5 held", fates)
	}
}
