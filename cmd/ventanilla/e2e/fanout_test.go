package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

var (
	clerk = tickets.Actor{ID: "op", Name: "Operadora de Ejemplo", Roles: []tickets.Role{tickets.Operador}}
	infra = tickets.Actor{ID: "uit", Name: "Técnico de Ejemplo", Roles: []tickets.Role{tickets.RoleUIT}}
)

// notices is how many people an outage's solution is told to; FANOUT=5000 for
// the figure of the closing notes.
func notices(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("FANOUT"))
	if err != nil {
		return 300
	}
	return n
}

// TestFanout kills the program at random instants while the solution of an
// outage is told to many people on three channels. Afterwards each of them has
// one notice: sent once, or waiting once for its channel or a caller.
func TestFanout(t *testing.T) {
	n := notices(t)
	rnd := rand.New(rand.NewPCG(killSeed, uint64(n)))
	h := newHouse(t).whole("sqlite")
	h.configure()
	if err := os.MkdirAll(h.dir+"/data", 0o700); err != nil {
		t.Fatal(err)
	}
	outage := h.toldOutage(t, n)
	desk := h.start()
	const kills = 6
	for range kills {
		time.Sleep(time.Duration(rnd.IntN(max(n, 300)*1000/kills)) * time.Microsecond)
		desk.kill()
		h.ahead += time.Duration(5+rnd.IntN(30)) * time.Second
		desk = h.start()
	}
	desk.kill()
	h.ahead += time.Hour // whatever the dead held has lapsed, and every pause is over
	desk = h.start()
	emails := (n + 2) / 3 // every third, from the first on
	eventually(t, 2*time.Minute+time.Duration(n)*20*time.Millisecond, "every mail is sent", func() bool { return len(h.noticesByID()) >= emails })
	desk.stop()

	st := storetest.Open(t, h.database, nil)
	reports, err := st.OutageReports(t.Context(), outage, "", "", n+1)
	if err != nil || len(reports) != n {
		t.Fatalf("%v: %d reports", err, len(reports))
	}
	for _, r := range reports {
		c, err := st.Ticket(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := tickets.Step("9.2/7") // the call-back and the chat wait
		if c.Contact.Medium == "email" {
			want = "9.2/8"
		}
		if r.State != store.ReportTold || len(c.Notices) != 1 || c.Step != want || c.Outgoing != 1 {
			t.Fatalf("%s on %s: %s, %d notices, %d replies, at %s", r.Code, c.Contact.Medium, r.State, len(c.Notices), c.Outgoing, c.Step)
		}
		events, err := st.History(t.Context(), r.ID, tickets.Actor{ID: "a", Roles: []tickets.Role{tickets.Auditor}})
		if err != nil {
			t.Fatal(err)
		}
		if err := tickets.VerifyChain(events); err != nil {
			t.Errorf("%s: %v", r.Code, err)
		}
	}
	people, repeated := map[string]int{}, 0
	for _, to := range h.noticesByID() {
		people[to[0]]++
		repeated += len(to) - 1
	}
	for who, times := range people {
		if times != 1 {
			t.Errorf("%s got %d different notices", who, times)
		}
	}
	if len(people) != emails || repeated > 4*kills { // four replies are on their way at once
		t.Errorf("%d people of %d were told by mail, %d repetitions of a Message-ID in %d kills", len(people), emails, repeated, kills)
	}
	t.Logf("%d notices on three channels, %d kills: %d mails, %d repeated with the same id", n, kills, len(people), repeated)
}

// noticesByID are who got each notice by mail, by its Message-ID.
func (h *house) noticesByID() map[string][]string {
	ids := map[string][]string{}
	for _, got := range h.sink.Got() {
		if strings.Contains(string(got.Raw), "Ya puede ingresar otra vez.") {
			id := messageID(got.Raw)
			ids[id] = append(ids[id], got.To...)
		}
	}
	return ids
}

// toldOutage writes an outage with n attached reports on three channels, whose
// principal is solved, and decides to tell everybody.
func (h *house) toldOutage(t *testing.T, n int) string {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{URL: h.database})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	o := store.Outage{System: "ciudadania-digital", State: store.OutageConfirmed, Found: st.Now(), Since: st.Now()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(st.Write(ctx, func(tx *store.Tx) error {
		parent, err := opened(tx, tickets.Contact{Medium: "phone", Value: "+59171000000"})
		if err != nil {
			return err
		}
		o.Parent, o.Code = parent.ID, parent.Code
		if err := tx.Update(parent.ID, func(t *tickets.Ticket) error { return solved(t, tx.Now()) }); err != nil {
			return err
		}
		return tx.SaveOutage(&o)
	}))
	for i := 0; i < n; i += 100 {
		must(st.Write(ctx, func(tx *store.Tx) error {
			for k := i; k < min(i+100, n); k++ {
				if err := attached(tx, o, k); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	must(st.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.TellOutage(o.ID, "Ya puede ingresar otra vez.", clerk)
		return err
	}))
	return o.ID
}

func opened(tx *store.Tx, contact tickets.Contact) (*tickets.Ticket, error) {
	year := tickets.CodeYear(tx.Now())
	number, err := tx.NextNumber(year)
	if err != nil {
		return nil, err
	}
	person, err := tx.PersonOf(contact)
	if err != nil {
		return nil, err
	}
	t := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(year, number), Channel: "smtp", Contact: contact, Person: person, Subject: "no puedo ingresar", Opened: tx.Now()})
	return t, tx.NewTicket(t, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Medium(contact.Medium), Channel: "smtp", Said: "no puedo ingresar", At: tx.Now()})
}

func attached(tx *store.Tx, o store.Outage, k int) error {
	contact := []tickets.Contact{{Medium: "email", Value: fmt.Sprintf("persona%d@ejemplo.bo", k)}, {Medium: "whatsapp", Value: fmt.Sprintf("+5917%07d", k)}, {Medium: "phone", Value: fmt.Sprintf("+5916%07d", k)}}[k%3]
	t, err := opened(tx, contact)
	if err != nil {
		return err
	}
	err = tx.Update(t.ID, func(t *tickets.Ticket) error {
		return t.Do(tickets.ActAttach, clerk, tickets.Record{"problem": "no puede ingresar", "case": o.Code, "case_id": o.Parent}, tx.Now())
	})
	if err != nil {
		return err
	}
	return tx.SetReport(o.ID, t.ID, store.ReportAttached)
}

// solved walks the principal through 9.2 up to its notice.
func solved(t *tickets.Ticket, at time.Time) error {
	for _, step := range []struct {
		by  tickets.Actor
		act tickets.Act
		rec tickets.Record
	}{
		{clerk, tickets.ActRegister, tickets.Record{"problem": "Caída general"}},
		{clerk, tickets.ActDecideAvailability, tickets.Record{"availability": "yes", "prior_uit": "no", "evidence": "ninguno"}},
		{infra, tickets.ActAnalyse, tickets.Record{"record": "Servidor sin memoria"}},
		{infra, tickets.ActRoute, tickets.Record{"to": "uit", "reason": "es de infraestructura"}},
		{infra, tickets.ActEstimate, tickets.Record{"hours": "1"}},
		{infra, tickets.ActManage, nil},
		{infra, tickets.ActSolve, tickets.Record{"solution": "Se repuso el servicio.", "type": tickets.Resolved}},
		{infra, tickets.ActDeriveSolution, nil},
		{clerk, tickets.ActKB, tickets.Record{"decision": "created", "article": "KB-caida"}},
	} {
		if err := t.Do(step.act, step.by, step.rec, at); err != nil {
			return err
		}
	}
	return nil
}
