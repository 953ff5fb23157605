package console_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// outageDay are three outages: one that nobody has decided on; one whose reports
// are being attached, with one refused; and one whose people were told and whose
// cases a supervisor is closing.
func (o *office) outageDay() (proposed, going, ending string) {
	o.t.Helper()
	proposed, _ = o.proposed("cd", "no puedo entrar a Ciudadanía Digital, se queda en «procesando»", 4)
	going, reports := o.proposed("interop", "el servicio de consulta responde 503", 7)
	o.confirm(going, reports[0])
	o.decided(reports[2], "no", "no", "Pide otra cosa: cambiar su correo.")
	o.attach(going, reports[1:4])
	o.work(10)

	ending, told := o.proposed("ppte", "la plataforma de pagos no da el comprobante", 5)
	o.confirm(ending, told[0])
	o.decided(told[0], "yes", "no", "La plataforma no da el comprobante.")
	o.do(told[0], "uit", tickets.ActAnalyse, "record", "Una versión con un defecto.")
	o.do(told[0], "uit", tickets.ActRoute, "to", "upat", "reason", "El defecto es del código.")
	o.do(told[0], "upat", tickets.ActAnalyse, "record", "Falta volver a la versión anterior.")
	o.repaired(told[0])
	o.attach(ending, told[1:])
	o.work(10)
	o.write(func(tx *store.Tx) error {
		_, err := tx.TellOutage(ending, "Ya funciona: pida el comprobante de nuevo. Disculpe la espera.", o.who["operador"])
		return err
	})
	o.work(10)
	for _, id := range told[1:4] {
		o.deliver(id)
	}
	o.write(func(tx *store.Tx) error {
		_, err := tx.CloseReports(ending, o.who["supervisor"])
		return err
	})
	o.work(1)
	o.attach(going, reports[4:5])
	return proposed, going, ending
}

// write writes into the store, or ends the test.
func (o *office) write(fn func(*store.Tx) error) {
	o.t.Helper()
	if err := o.st.Write(context.Background(), fn); err != nil {
		o.t.Fatal(err)
	}
}

var fictional = []string{"Ana Figurada", "Luis Ficticio", "Eva Inventada", "Pedro Muestra", "Sonia Ejemplar", "Juan Supuesto", "Carla Supuesta"}

// proposed is an outage that n people reported, one by WhatsApp of every two.
func (o *office) proposed(system, said string, n int) (outage string, reports []string) {
	o.t.Helper()
	for i := range n {
		medium, address := "email", fmt.Sprintf("persona%d@%s.ejemplo.bo", i, system)
		if i%2 == 1 {
			medium, address = "whatsapp", fmt.Sprintf("+5917100%s%02d", map[string]string{"cd": "10", "interop": "20", "ppte": "30"}[system], i)
		}
		ago := time.Duration(70-9*i) * time.Minute
		reports = append(reports, o.report(ago, medium, address, fictional[i%len(fictional)], map[string]string{"email": "Urgente: no funciona"}[medium],
			fmt.Sprintf("%s (lo intenté %d veces)", said, i+2), tickets.Suggestion{Class: tickets.Availability, Confidence: 0.9, Sure: true, System: system}))
	}
	out := store.Outage{System: system, State: store.OutageProposed, Found: o.time, Since: o.time.Add(-70 * time.Minute), Span: 70 * time.Minute, People: n, Expected: 0.4}
	o.write(func(tx *store.Tx) error {
		err := tx.SaveOutage(&out)
		for _, id := range reports {
			err = errors.Join(err, tx.ProposeReport(out.ID, id))
		}
		return err
	})
	return out.ID, reports
}

func (o *office) confirm(outage, principal string) {
	o.t.Helper()
	o.write(func(tx *store.Tx) error {
		return tx.ConfirmOutage(outage, principal, o.who["operador"], "Varias instituciones a la vez, con el mismo mensaje.")
	})
}

// attach decides that reports belong to an outage; work does it.
func (o *office) attach(outage string, reports []string) {
	o.t.Helper()
	words := map[string]string{}
	for _, id := range reports {
		words[id] = "No funciona desde la mañana."
	}
	o.write(func(tx *store.Tx) error {
		_, err := tx.AttachReports(outage, words, reports, o.who["operador"])
		return err
	})
}

// work does n items of what was decided on for many cases, as the router does.
func (o *office) work(n int) {
	o.t.Helper()
	after := map[tickets.Act]string{tickets.ActAttach: store.ReportAttached, tickets.ActTellOutage: store.ReportTold}
	_, err := o.st.WorkBatches(context.Background(), n, func(tx *store.Tx, i *store.BatchItem) error {
		err := tx.Update(i.Ticket, func(t *tickets.Ticket) error {
			for _, d := range i.Acts {
				if err := t.Do(d.Act, i.Batch.By, d.Record, tx.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if state := after[i.Acts[0].Act]; err == nil && state != "" {
			err = tx.SetReport(i.Batch.Outage, i.Ticket, state)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}
