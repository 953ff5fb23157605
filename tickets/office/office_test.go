package office_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email"
	"ventanilla/channels/email/mailtest"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/office"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// bench is an office on a real store with a clock of its own, whose alerts go to
// a real SMTP server.
type bench struct {
	t    *testing.T
	s    *store.Store
	now  time.Time
	who  map[string]tickets.Actor
	sink *mailtest.Mailsink
	*office.Office
}

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, calendar.Zone) // a Monday

func each(t *testing.T, test func(b *bench)) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		b := &bench{t: t, now: start, who: map[string]tickets.Actor{}, sink: mailtest.Sink(t)}
		b.s = storetest.Open(t, url, func() time.Time { return b.now })
		relay, err := email.NewRelay(email.RelayOptions{Addr: b.sink.Addr, Security: email.Plain, From: channels.Address{Medium: channels.Email, Value: "mesa@ejemplo.bo"}, Log: zerolog.Nop(), Now: func() time.Time { return b.now }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { relay.Close() })
		b.Office = office.New(office.Options{Store: b.s, Log: zerolog.Nop(), Now: func() time.Time { return b.now }, Hours: calendar.LaPaz(), Node: "a", Mail: relay, Public: "https://mesa.ejemplo.bo"})
		b.write(func(tx *store.Tx) error {
			for login, p := range map[string]struct {
				role   tickets.Role
				alerts string
			}{
				"rosa": {tickets.Operador, store.AlertNow}, "julio": {tickets.Supervisor, store.AlertDigest}, "ivan": {tickets.RoleUIT, store.AlertNow},
				"nilda": {tickets.RoleUPAT, store.AlertNow}, "hugo": {tickets.Jefatura, store.AlertNow}, "mudo": {tickets.RoleUIT, store.AlertNone},
			} {
				u := store.Staff{Login: login, Name: login, Roles: []tickets.Role{p.role}, Active: true, Language: "es", Mail: login + "@oficina.ejemplo.bo", Alerts: p.alerts}
				if err := tx.AddStaff(&u); err != nil {
					return err
				}
				b.who[login] = u.Actor(b.now)
			}
			return nil
		})
		test(b)
	})
}

func (b *bench) write(fn func(*store.Tx) error) {
	b.t.Helper()
	if err := b.s.Write(context.Background(), fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) open(name, subject string) (id string) {
	b.t.Helper()
	b.write(func(tx *store.Tx) error {
		c := tickets.Contact{Medium: "email", Value: name + "@ejemplo.bo", Name: name}
		person, err := tx.PersonOf(c)
		if err != nil {
			return err
		}
		n, err := tx.NextNumber(2026)
		if err != nil {
			return err
		}
		t := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(2026, n), Channel: "correo", Contact: c, Person: person, Subject: subject, Opened: b.now, Suggestion: tickets.Suggestion{Class: tickets.Availability, System: "interop"}})
		id = t.ID
		return tx.NewTicket(t, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Author: person, AuthorName: name, Address: c.Value, Subject: subject, Said: "Soy " + name, ReceivedAt: b.now, At: b.now})
	})
	return id
}

func (b *bench) do(id, login string, act tickets.Act, pairs ...string) {
	b.t.Helper()
	rec := tickets.Record{}
	for i := 0; i+1 < len(pairs); i += 2 {
		rec[pairs[i]] = pairs[i+1]
	}
	if err := b.s.Update(context.Background(), id, func(t *tickets.Ticket) error { return t.Do(act, b.who[login], rec, b.now) }); err != nil {
		b.t.Fatalf("%s by %s: %v", act, login, err)
	}
}

func (b *bench) pass() {
	b.t.Helper()
	if err := b.Pass(context.Background()); err != nil {
		b.t.Fatal(err)
	}
}

// later lets time pass and the office work.
func (b *bench) later(d time.Duration) {
	b.t.Helper()
	b.now = b.now.Add(d)
	b.pass()
}

// mails are those to a person so far.
func (b *bench) mails(login string) (out []string) {
	for _, g := range b.sink.Got() {
		if g.To[0] == login+"@oficina.ejemplo.bo" {
			out = append(out, string(g.Raw))
		}
	}
	return out
}

func (b *bench) code(id string) string {
	t, err := b.s.Ticket(context.Background(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return t.Code
}

// toUIT registers a case and derives it.
func (b *bench) toUIT(id string) {
	b.do(id, "rosa", tickets.ActRegister, "problem", "No responde")
	b.do(id, "rosa", tickets.ActDecideAvailability, "availability", "yes", "prior_uit", "no", "evidence", "ninguno")
}

// TestAlerts: whoever a case lands on is told once, at once or in the morning, by
// code and step and without a word of the citizen's; nobody of what they did.
func TestAlerts(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open("Zenobia Secreta", "Asunto confidencial")
		b.toUIT(id)
		b.pass()
		if n := len(b.sink.Got()); n != 0 {
			t.Errorf("%d mails before the burst is over", n)
		}
		b.later(2 * time.Minute)
		b.later(2 * time.Minute)
		got := b.mails("ivan")
		if len(got) != 1 || !strings.Contains(got[0], b.code(id)) || !strings.Contains(got[0], "9.2/") || !strings.Contains(got[0], "Auto-Submitted: auto-") {
			t.Fatalf("the unit got %q", got)
		}
		for _, word := range []string{"Zenobia", "confidencial", "No responde", "ejemplo.bo\r\nsoy"} {
			if strings.Contains(got[0], word) {
				t.Errorf("the alert says %q", word)
			}
		}
		if len(b.mails("rosa"))+len(b.mails("mudo"))+len(b.mails("nilda")) != 0 {
			t.Error("people were told who wanted nothing, or on whom nothing landed")
		}
		b.do(id, "ivan", tickets.ActAnalyse, "record", "Se revisó")
		b.do(id, "ivan", tickets.ActRoute, "to", "uit", "reason", "Es de la UIT")
		b.do(id, "ivan", tickets.ActEstimate, "hours", "2")
		b.later(30 * time.Minute)
		if len(b.mails("ivan")) != 1 {
			t.Error("the unit was told of its own acts")
		}
		b.later(2 * time.Hour)
		b.later(2 * time.Minute)
		b.later(2 * time.Minute)
		if got := b.mails("ivan"); len(got) != 2 || !strings.Contains(got[1], "estim") {
			t.Fatalf("after the estimate ran out the unit got %q", got)
		}
		b.do(id, "ivan", tickets.ActManage)
		b.do(id, "ivan", tickets.ActSolve, "solution", "Ya responde", "type", tickets.Resolved)
		b.do(id, "ivan", tickets.ActDeriveSolution)
		b.later(2 * time.Minute)
		b.later(2 * time.Minute)
		if got := b.mails("rosa"); len(got) != 1 {
			t.Errorf("the operator got %q", got)
		}
	})
}

// TestDigestAndRestricted: a supervisor who wants one mail a day gets it when the
// office opens; of a restricted case it names nothing.
func TestDigestAndRestricted(t *testing.T) {
	each(t, func(b *bench) {
		for _, name := range []string{"Ana", "Eva"} {
			id := b.open(name, "Ayuda")
			b.pass()
			b.do(id, "rosa", tickets.ActRegister, "problem", "x")
			b.do(id, "rosa", tickets.ActDecideAvailability, "availability", "no", "prior_uit", "no", "evidence", "ninguno")
			b.do(id, "rosa", tickets.ActDecideDesign, "design", "no")
			b.do(id, "rosa", tickets.ActSolve, "type", tickets.Resolved, "solution", "y")
			b.do(id, "rosa", tickets.ActKB, "decision", "not_needed", "reason", "z")
			b.do(id, "rosa", tickets.ActNotify, "text", "w")
			reply := ""
			if err := b.s.Update(context.Background(), id, func(t *tickets.Ticket) error {
				reply = t.Notices[0].ReplyID
				return t.Delivery(reply, "sent", b.now, "")
			}); err != nil {
				t.Fatal(err)
			}
			if name == "Eva" {
				b.do(id, "julio", tickets.ActFlag, "flag", "restricted", "reason", "x")
			}
			b.do(id, "rosa", tickets.ActSubmit)
			b.now = b.now.Add(5 * time.Minute)
		}
		b.later(3 * time.Hour)
		if n := len(b.mails("julio")); n != 0 {
			t.Errorf("%d mails on the same day", n)
		}
		b.now = time.Date(2026, 11, 24, 8, 31, 0, 0, calendar.Zone)
		b.pass()
		got := b.mails("julio")
		if len(got) != 1 || strings.Count(got[0], "AIT-2026-000001") == 0 || strings.Contains(got[0], "AIT-2026-000002") || !strings.Contains(got[0], "reservado") {
			t.Errorf("in the morning the supervisor got %q", got)
		}
	})
}

// TestAlertsSurviveTheRelay: a relay that refuses for now is tried again, one
// that refuses for good is seen, and what was sent is never sent again.
func TestAlertsSurviveTheRelay(t *testing.T) {
	each(t, func(b *bench) {
		b.sink.Refuse(func(stage, _, to string) error {
			if stage == "rcpt" {
				return &smtp.SMTPError{Code: 451, Message: "later"}
			}
			return nil
		})
		b.pass()
		b.toUIT(b.open("Ana", "Ayuda"))
		b.pass()
		b.later(2 * time.Minute)
		list, err := b.s.Alerts(context.Background(), store.AlertQueued, 10)
		if err != nil || len(list) != 1 || list[0].Tries != 1 || list[0].Error == "" {
			t.Fatalf("%+v, %v", list, err)
		}
		b.sink.Refuse(nil)
		b.later(10 * time.Minute)
		b.later(10 * time.Minute)
		if n := len(b.mails("ivan")); n != 1 {
			t.Errorf("%d mails after the relay came back", n)
		}
		b.sink.Refuse(func(stage, _, _ string) error {
			if stage == "rcpt" {
				return &smtp.SMTPError{Code: 550, Message: "no such user"}
			}
			return nil
		})
		b.toUIT(b.open("Eva", "Ayuda"))
		b.pass()
		b.later(2 * time.Minute)
		if list, err := b.s.Alerts(context.Background(), store.AlertFailed, 10); err != nil || len(list) != 1 || !strings.Contains(list[0].Error, "550") {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// TestEstimatesOfAUnitWithoutMail: cases on which nobody wants to be told stand in
// nobody's way, however many are over before.
func TestEstimatesOfAUnitWithoutMail(t *testing.T) {
	each(t, func(b *bench) {
		if testing.Short() {
			t.Skip("slow")
		}
		over := func(name string) string {
			id := b.open(name, "Ayuda")
			b.toUIT(id)
			b.do(id, "ivan", tickets.ActAnalyse, "record", "x")
			b.do(id, "ivan", tickets.ActRoute, "to", "uit", "reason", "x")
			b.do(id, "ivan", tickets.ActEstimate, "hours", "1")
			return id
		}
		for i := range 210 { // more than a page
			b.do(over(fmt.Sprintf("Ana %d", i)), "julio", tickets.ActAssign, "user", b.who["mudo"].ID)
		}
		b.now = b.now.Add(time.Minute)
		last := over("Eva")
		b.later(3 * time.Hour)
		b.later(3 * time.Minute)
		if got := strings.Join(b.mails("ivan"), ""); !strings.Contains(got, b.code(last)+" (9.2/") || !strings.Contains(got, "estim") {
			t.Errorf("the unit was not told of the last estimate: %d bytes of mail", len(got))
		}
		b.later(91 * 24 * time.Hour)
		list, err := b.s.Alerts(context.Background(), store.AlertSent, 500)
		if err != nil || len(list) != 1 || list[0].Kind != office.AlertEstimate {
			t.Errorf("after 90 days %d alerts are left, want that of the estimate that is still over; %v", len(list), err)
		}
	})
}

// TestRestrictedBeforeTheDigest: a case that was restricted while its alert waited
// is not named, and not told of to whoever may no longer see it; what two nodes
// try to send is sent once.
func TestRestrictedBeforeTheDigest(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open("Ana", "Ayuda")
		b.pass()
		b.toUIT(id)
		b.pass()
		b.do(id, "julio", tickets.ActFlag, "flag", "restricted", "reason", "x")
		b.do(id, "julio", tickets.ActAssign, "user", b.who["nilda"].ID)
		b.later(2 * time.Minute)
		if got := b.mails("ivan"); len(got) != 0 {
			t.Errorf("the unit got %q", got)
		}
		due, err := b.s.DueAlerts(context.Background(), 10)
		if err != nil || len(due) != 0 {
			t.Errorf("%+v still wait, %v", due, err)
		}
		b.write(func(tx *store.Tx) error {
			return tx.AddAlert(store.Alert{Address: "guardia@oficina.ejemplo.bo", Kind: office.AlertOutage, Mark: "x", Due: b.now})
		})
		due, err = b.s.DueAlerts(context.Background(), 10)
		if err != nil || len(due) != 1 || !due[0].Since.Equal(b.now) {
			t.Fatalf("%+v, %v", due, err)
		}
		for _, want := range []int{1, 0} {
			b.write(func(tx *store.Tx) error {
				mine, err := tx.ClaimAlerts(due, b.now.Add(time.Minute))
				if len(mine) != want {
					t.Errorf("claimed %d, want %d", len(mine), want)
				}
				return err
			})
		}
	})
}

// TestFacts: what reports count of a case that went through UIT.
func TestFacts(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open("Ana", "Ayuda")
		b.now = b.now.Add(30 * time.Minute)
		b.toUIT(id)
		b.now = b.now.Add(time.Hour)
		b.do(id, "ivan", tickets.ActAnalyse, "record", "x")
		b.do(id, "ivan", tickets.ActRoute, "to", "uit", "reason", "x")
		b.do(id, "ivan", tickets.ActEstimate, "hours", "1")
		b.now = b.now.Add(90 * time.Minute)
		b.do(id, "ivan", tickets.ActManage)
		b.pass()
		b.pass()
		var got []store.Fact
		err := b.s.Facts(context.Background(), store.FactFilter{From: 20261123, To: 20261123, Medium: "email"}, func(f *store.Fact) error { got = append(got, *f); return nil })
		if err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		f := got[0]
		if f.Register != 30 || f.UIT != 150 || f.AIT != 30 || f.Procedure != "9.2" || f.Demanded != 1 || f.Omitted != 0 || f.Estimated != 1 || f.Overrun != 1 || !f.Due.IsZero() || f.Precedent != 0 || !f.Evidence || f.Class != tickets.Availability || f.Target != 16*60 {
			t.Errorf("%+v", f)
		}
		wrong := b.open("Eva", "Ayuda")
		b.toUIT(wrong)
		b.do(wrong, "ivan", tickets.ActMisderived, "reason", "no es nuestro")
		b.pass()
		err = b.s.Facts(context.Background(), store.FactFilter{From: 20261123}, func(f *store.Fact) error {
			if f.Ticket == wrong && (f.Misrouted != 1 || f.Returned != 0 || f.Reopened != 0) || f.Ticket == id && f.Misrouted != 0 {
				t.Errorf("a wrong derivation is counted as %+v", f)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := b.s.Facts(context.Background(), store.FactFilter{From: 20261124}, func(*store.Fact) error { return errors.New("a day too late") }); err != nil {
			t.Error(err)
		}
		if rest, err := b.s.StaleFacts(context.Background(), false, time.Time{}, 10); err != nil || len(rest) != 0 {
			t.Errorf("%d cases are still to be counted, %v", len(rest), err)
		}
	})
}
