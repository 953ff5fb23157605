package router_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

var (
	technician = tickets.Actor{ID: "uit1", Name: "Técnico de Ejemplo", Roles: []tickets.Role{tickets.RoleUIT}}
	boss       = tickets.Actor{ID: "sup1", Name: "Supervisora de Ejemplo", Roles: []tickets.Role{tickets.Supervisor}}
)

func down(i int, text string) string {
	return fmt.Sprintf("From: persona%d@ejemplo.bo\nTo: %s\nSubject: Ciudadania Digital caida\nMessage-ID: <caida%d@ejemplo.bo>\n\n%s\n", i, ours, i, text)
}

var reports = []string{
	"Ciudadanía Digital no funciona desde las 9, sale error 502 a todos en la oficina.",
	"no abre ciudadania digital, da error 503 y a mis compañeros tambien",
	"El ingreso con Ciudadanía Digital está caído para todos los usuarios: error 500.",
	"Está caída Ciudadanía Digital, nadie puede ingresar, tiempo de espera agotado.",
	"ciudadania digital se cayo, varias personas con error 502 bad gateway",
}

// TestOutage walks an outage from the first reports to its end: it is proposed,
// confirmed, the next report is answered honestly, UIT works the principal once,
// every person is told on their own channel and every case is closed.
func TestOutage(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		var cases []string
		for i, text := range reports {
			cases = append(cases, h.mail(down(i, text)).Ticket)
		}
		var o store.Outage
		h.until("an outage is proposed", func() bool {
			list, err := h.st.Outages(ctx, false, 10)
			if err != nil {
				h.t.Fatal(err)
			}
			if len(list) == 1 {
				o = list[0]
			}
			return len(list) == 1
		})
		h.until("every report is proposed for it", func() bool {
			counts, err := h.st.OutageCounts(ctx, o.ID)
			return err == nil && counts[store.ReportProposed] == len(cases)
		})
		if o.State != store.OutageProposed || o.System != "ciudadania-digital" || o.People < 3 {
			h.t.Fatalf("proposed %+v", o)
		}

		write := func(fn func(*store.Tx) error) {
			h.t.Helper()
			if err := h.st.Write(ctx, fn); err != nil {
				h.t.Fatal(err)
			}
		}
		write(func(tx *store.Tx) error { return tx.ConfirmOutage(o.ID, cases[0], operator, "cinco avisos") })
		h.until("this node has heard of it", func() bool { return h.r.Confirmed(o.System) })
		late := h.mail(down(9, "No puedo entrar a Ciudadanía Digital, error 502, en mi oficina nadie puede."))
		if got := string(h.sink.Wait(h.t, 6, 20*time.Second)[5].Raw); !strings.Contains(got, "Otras personas nos avisaron") || strings.Contains(got, "lo revisar") {
			h.t.Errorf("the late report was not answered honestly:\n%s", got)
		}
		all := append(cases[1:], late.Ticket)
		records := map[string]string{}
		for _, id := range all {
			records[id] = "Sin ingreso a Ciudadanía Digital"
		}
		write(func(tx *store.Tx) error { _, err := tx.AttachReports(o.ID, records, all, operator); return err })
		h.until("all are attached", func() bool {
			counts, err := h.st.OutageCounts(ctx, o.ID)
			return err == nil && counts[store.ReportAttached] == 5 && counts["step:9.2/2"] == 5
		})

		err := h.st.Write(ctx, func(tx *store.Tx) error { _, err := tx.TellOutage(o.ID, "Ya funciona.", operator); return err })
		if _, ok := err.(*tickets.Refusal); !ok {
			h.t.Errorf("told before UIT had solved it: %v", err)
		}
		h.solveByUIT(cases[0])
		write(func(tx *store.Tx) error { _, err := tx.TellOutage(o.ID, "Ya puede ingresar.", operator); return err })
		write(func(tx *store.Tx) error { _, err := tx.TellOutage(o.ID, "Ya puede ingresar.", operator); return err }) // pressed twice
		h.until("all are told", func() bool {
			counts, err := h.st.OutageCounts(ctx, o.ID)
			return err == nil && counts[store.ReportTold] == 5 && counts["step:9.2/8"] == 5
		})
		told := map[string]int{}
		for _, got := range h.sink.Got() {
			if strings.Contains(string(got.Raw), "Ya puede ingresar.") {
				told[got.To[0]]++
			}
		}
		if len(told) != 6 {
			h.t.Errorf("told %v", told)
		}
		for to, n := range told {
			if n != 1 {
				h.t.Errorf("%s was told %d times", to, n)
			}
		}

		write(func(tx *store.Tx) error { _, err := tx.CloseReports(o.ID, boss); return err })
		h.do(cases[0], boss, tickets.ActApprove, nil)
		h.do(cases[0], boss, tickets.ActClose, nil)
		h.until("the outage is over", func() bool {
			got, err := h.st.Outage(ctx, o.ID)
			return err == nil && got.State == store.OutageOver
		})
		for _, id := range all {
			if c := h.ticket(id); c.Step != tickets.Closed || c.Outcome != tickets.Resolved || c.Solution.By != technician.ID {
				h.t.Errorf("%s: %s %s %+v", c.Code, c.Step, c.Outcome, c.Solution)
			}
		}
	})
}

// TestOutageRecalled: a false alarm is undone in one act and nothing stays set aside.
func TestOutageRecalled(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		a, b := h.mail(down(0, reports[0])).Ticket, h.mail(down(1, reports[1])).Ticket
		o := store.Outage{System: "ciudadania-digital", State: store.OutageProposed, Found: time.Now(), Since: time.Now()}
		for _, step := range []func(*store.Tx) error{
			func(tx *store.Tx) error { return tx.SaveOutage(&o) },
			func(tx *store.Tx) error { return tx.ConfirmOutage(o.ID, a, operator, "parece") },
			func(tx *store.Tx) error {
				_, err := tx.AttachReports(o.ID, map[string]string{b: "no abre"}, []string{b}, operator)
				return err
			},
		} {
			if err := h.st.Write(ctx, step); err != nil {
				h.t.Fatal(err)
			}
		}
		h.until("it is attached", func() bool { return h.ticket(b).Aside() })
		if err := h.st.Write(ctx, func(tx *store.Tx) error { _, err := tx.RecallOutage(o.ID, operator, "era otra cosa"); return err }); err != nil {
			h.t.Fatal(err)
		}
		h.until("it is detached", func() bool { return h.ticket(b).Step == "9.1/3" })
		if c := h.ticket(a); c.Has(tickets.FlagOutage) || c.Step != "9.1/2" {
			h.t.Errorf("the principal: %s %v", c.Step, c.Flags)
		}
		if err := h.st.Write(ctx, func(tx *store.Tx) error { return tx.DismissOutage(o.ID, operator, "x") }); err != store.ErrStale {
			h.t.Errorf("dismissing it afterwards: %v", err)
		}
	})
}

// TestOutageRecalledWhileTold: of a false alarm that people are being told of,
// what has not left yet does not leave, and its case is triaged on its own;
// who was told keeps their record.
func TestOutageRecalledWhileTold(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		write := func(fn func(*store.Tx) error) {
			h.t.Helper()
			if err := h.st.Write(ctx, fn); err != nil {
				h.t.Fatal(err)
			}
		}
		a, told := h.mail(down(0, reports[0])).Ticket, h.mail(down(1, reports[1])).Ticket
		waiting := ""
		write(func(tx *store.Tx) error { // a call that somebody has still to make
			from := tickets.Contact{Medium: "phone", Value: "+59170000042", Name: "Luz Ficticia"}
			person, err := tx.PersonOf(from)
			if err != nil {
				return err
			}
			c := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(2026, 4242), Channel: "fono", Contact: from, Person: person, Subject: "caida", Opened: tx.Now(), Created: tx.Now()})
			waiting = c.ID
			return tx.NewTicket(c, &store.Message{Direction: store.In, Medium: channels.Phone, Said: reports[2]})
		})
		o := store.Outage{System: "ciudadania-digital", State: store.OutageProposed, Found: time.Now(), Since: time.Now()}
		write(func(tx *store.Tx) error { return tx.SaveOutage(&o) })
		write(func(tx *store.Tx) error { return tx.ConfirmOutage(o.ID, a, operator, "parece") })
		write(func(tx *store.Tx) error {
			_, err := tx.AttachReports(o.ID, map[string]string{told: "no abre", waiting: "no abre"}, []string{told, waiting}, operator)
			return err
		})
		h.until("both are attached", func() bool { return h.ticket(told).Aside() && h.ticket(waiting).Aside() })
		h.solveByUIT(a)
		write(func(tx *store.Tx) error { _, err := tx.TellOutage(o.ID, "Ya puede ingresar.", operator); return err })
		h.until("one is told and the other waits its turn", func() bool { return h.ticket(told).Step == "9.2/8" && h.ticket(waiting).Step == "9.2/7" })
		notice := h.ticket(waiting).Unheard()
		if notice == "" {
			h.t.Fatal("no notice waits")
		}
		write(func(tx *store.Tx) error { _, err := tx.RecallOutage(o.ID, operator, "era otra cosa"); return err })
		h.until("the other is detached", func() bool { return h.ticket(waiting).Step == "9.1/3" })
		if c := h.ticket(waiting); c.Solution != nil || c.Outage() != "" || c.Unheard() != "" {
			h.t.Errorf("%+v in %q", c.Solution, c.Outage())
		}
		if out, err := h.st.Outgoing(ctx, notice); err != nil || out.State != channels.Cancelled {
			h.t.Errorf("the notice is %s, %v", out.State, err)
		}
		events, err := h.st.History(ctx, waiting, boss)
		if err != nil || events[len(events)-1].Record["cause"] != tickets.FalseAlarm {
			h.t.Errorf("the history does not say that it was a false alarm: %v", err)
		}
		if c := h.ticket(told); c.Step != "9.2/8" || c.Solution == nil || c.Outage() == "" {
			h.t.Errorf("who was told: %s %+v", c.Step, c.Solution)
		}
	})
}

// solveByUIT walks a case through 9.2 up to its notice and sends it.
func (h *house) solveByUIT(id string) {
	h.t.Helper()
	h.do(id, operator, tickets.ActRegister, tickets.Record{"problem": "Caída general"})
	h.do(id, operator, tickets.ActDecideAvailability, tickets.Record{"availability": "yes", "prior_uit": "no", "evidence": "ninguno"})
	h.do(id, technician, tickets.ActAnalyse, tickets.Record{"record": "Servidor sin memoria"})
	h.do(id, technician, tickets.ActRoute, tickets.Record{"to": "uit", "reason": "es de infraestructura"})
	h.do(id, technician, tickets.ActEstimate, tickets.Record{"hours": "1"})
	h.do(id, technician, tickets.ActManage, nil)
	h.do(id, technician, tickets.ActSolve, tickets.Record{"solution": "Se repuso el servicio.", "type": tickets.Resolved})
	h.do(id, technician, tickets.ActDeriveSolution, nil)
	h.do(id, operator, tickets.ActKB, tickets.Record{"decision": "created", "article": "KB-caida"})
	h.do(id, operator, tickets.ActNotify, tickets.Record{"text": "Ya puede ingresar."})
	h.until("the notice is taken", func() bool { return h.ticket(id).Step == "9.2/8" })
}
