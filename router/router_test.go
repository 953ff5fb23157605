package router_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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

const ours = "soporte@mesa.ejemplo.bo"

// house is a router on a real database with the real mail reader and a real
// SMTP server to send to.
type house struct {
	t    *testing.T
	st   *store.Store
	sink *mailtest.Mailsink
	r    *router.Router
	n    int
	now  func() time.Time

	verify  router.Verify
	scanner channels.Scanner
	env     map[string]string // of the mails
}

func each(t *testing.T, test func(*house)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		test(newHouse(t, st, nil))
	})
}

func newHouse(t *testing.T, st *store.Store, verify router.Verify) *house {
	h := &house{t: t, st: st, sink: mailtest.Sink(t), now: time.Now, verify: verify}
	h.start()
	return h
}

func (h *house) start() {
	h.t.Helper()
	relay, err := email.NewRelay(email.RelayOptions{Addr: h.sink.Addr, Security: email.Plain,
		From: channels.Address{Medium: channels.Email, Value: ours, Name: "Mesa de Ejemplo"}, Log: zerolog.Nop()})
	if err != nil {
		h.t.Fatal(err)
	}
	in, err := email.NewListener(email.ListenerOptions{Name: "entrada", Addr: "127.0.0.1:0", Domain: "mesa.ejemplo.bo", Recipients: []string{ours}, Log: zerolog.Nop()})
	if err != nil {
		h.t.Fatal(err)
	}
	h.r, err = router.New(h.t.Context(), router.Options{
		Store: h.st, Channels: []channels.Channel{in}, Senders: map[channels.Medium]channels.Sender{channels.Email: relay},
		Log: zerolog.Nop(), Now: h.now, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo", Own: []string{ours},
		Verify: h.verify, Scanner: h.scanner,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(h.t.Context())
	done := make(chan struct{})
	go func() { defer close(done); h.r.Run(ctx) }()
	h.t.Cleanup(func() { stop(); <-done; relay.Close() })
}

// mail accepts a mail and waits until it has its fate.
func (h *house) mail(raw string) store.Entry {
	h.t.Helper()
	h.n++
	id := fmt.Sprintf("1/%d", h.n)
	raw = strings.ReplaceAll(raw, "\n", "\r\n")
	err := h.st.Accept(h.t.Context(), "entrada", 0, channels.Batch{Raws: []channels.Raw{{
		Medium: channels.Email, ExternalID: id, Dedupe: id, Body: []byte(raw), Received: time.Now(), Envelope: h.env,
	}}})
	if err != nil {
		h.t.Fatal(err)
	}
	var last store.Entry
	h.until("the mail has its fate", func() bool {
		list, err := h.st.Ledger(h.t.Context(), store.LedgerFilter{Limit: 1})
		if err != nil {
			h.t.Fatal(err)
		}
		last = list[0]
		return last.ExternalID == id && last.Fate != store.FatePending
	})
	return last
}

func (h *house) until(what string, ok func() bool) {
	h.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	h.t.Fatal("never came true: " + what)
}

func (h *house) ticket(id string) *tickets.Ticket {
	h.t.Helper()
	t, err := h.st.Ticket(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

func (h *house) do(id string, by tickets.Actor, act tickets.Act, rec tickets.Record) {
	h.t.Helper()
	if err := h.st.Update(h.t.Context(), id, func(t *tickets.Ticket) error { return t.Do(act, by, rec, time.Now()) }); err != nil {
		h.t.Fatalf("%s: %v", act, err)
	}
}

// toNotice walks a case through 9.1 up to the notice and sends it.
func (h *house) toNotice(id string) {
	h.t.Helper()
	h.do(id, operator, tickets.ActRegister, tickets.Record{"problem": "No puede ingresar", "system": "ciudadania"})
	h.do(id, operator, tickets.ActDecideAvailability, tickets.Record{"availability": "no", "prior_uit": "no", "evidence": "ninguno"})
	h.do(id, operator, tickets.ActDecideDesign, tickets.Record{"design": "no"})
	h.do(id, operator, tickets.ActSolve, tickets.Record{"solution": "Se restableció el acceso.", "type": "resuelto"})
	h.do(id, operator, tickets.ActKB, tickets.Record{"decision": "not_needed", "reason": "caso corriente"})
	h.do(id, operator, tickets.ActNotify, tickets.Record{"text": "Ya puede ingresar con su nueva clave."})
}

var operator = tickets.Actor{ID: "op1", Name: "Operadora de Ejemplo", Roles: []tickets.Role{tickets.Operador}}

const first = `From: =?utf-8?q?Mar=C3=ADa_Ejemplo?= <maria@ciudadana.ejemplo>
To: soporte@mesa.ejemplo.bo
Subject: No puedo ingresar
Message-ID: <uno@ciudadana.ejemplo>
Date: Mon, 23 Nov 2026 10:00:00 -0400
Content-Type: text/plain; charset=utf-8

Buenos días, olvidé mi contraseña de Ciudadanía Digital y no puedo ingresar.
`

func TestAMailBecomesACaseAndIsAcknowledged(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(first)
		if e.Fate != store.FateCase {
			h.t.Fatalf("fate is %s (%s)", e.Fate, e.Cause)
		}
		c := h.ticket(e.Ticket)
		if c.Step != "9.1/2" || c.Contact.Value != "maria@ciudadana.ejemplo" || c.Subject != "No puedo ingresar" || c.Suggestion.Class != tickets.Support {
			h.t.Errorf("the case is %+v", c)
		}
		got := h.sink.Wait(h.t, 1, 10*time.Second)[0]
		for _, want := range []string{"Auto-Submitted: auto-replied", "In-Reply-To: <uno@ciudadana.ejemplo>", c.Code} {
			if !bytes.Contains(got.Raw, []byte(want)) {
				h.t.Errorf("the acknowledgement lacks %q:\n%s", want, got.Raw)
			}
		}
		if got.From != "" {
			h.t.Errorf("the acknowledgement's envelope sender is %q, not null (RFC 3834)", got.From)
		}
	})
}

// messageID is the Message-ID of a mail that the desk sent.
func messageID(t *testing.T, raw []byte) string {
	t.Helper()
	_, rest, ok := bytes.Cut(raw, []byte("Message-ID: <"))
	if !ok {
		_, rest, ok = bytes.Cut(raw, []byte("Message-Id: <"))
	}
	id, _, _ := bytes.Cut(rest, []byte(">"))
	if !ok || len(id) == 0 {
		t.Fatalf("no Message-ID in\n%s", raw)
	}
	return string(id)
}

func answer(from, id, to, subject, text string) string {
	return fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s>\nIn-Reply-To: <%s>\nDate: Mon, 23 Nov 2026 11:00:00 -0400\n\n%s\n", from, ours, subject, id, to, text)
}

func TestTheThreadingLadder(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(first)
		code := h.ticket(e.Ticket).Code
		ack := messageID(h.t, h.sink.Wait(h.t, 1, 10*time.Second)[0].Raw)
		maria, stranger := "maria@ciudadana.ejemplo", "intruso@otra.ejemplo"
		cases := []struct {
			name, raw string
			want      store.Verdict
			cause     string
		}{
			{"our signed id", answer(maria, "a1", ack, "otro asunto", "gracias"), store.FateMessage, ""},
			{"the person's own id", answer(maria, "a2", "uno@ciudadana.ejemplo", "sigo igual", "sigo igual"), store.FateMessage, ""},
			{"the code in the subject, badly typed", answer(maria, "a3", "nada@nada", "mi caso "+strings.ToLower(strings.ReplaceAll(code, "-", " ")), "hola"), store.FateMessage, ""},
			{"a stranger with our signed id", answer(stranger, "b1", ack, "otro asunto", "quiero saber"), store.FateHeld, router.CauseStranger},
			{"a stranger with the code", answer(stranger, "b2", "nada@nada", "caso "+code, "quiero saber"), store.FateHeld, router.CauseStranger},
			{"a forged id", answer(stranger, "b3", e.Ticket+".1.aaaaaaaaaaaaaaaa@mesa.ejemplo.bo", "hola", "no puedo ingresar al portal"), store.FateCase, ""},
			{"our mark in quoted words", answer(maria, "a5", "nada@nada", "sin nada", "sigue\n\n> Ref: "+strings.TrimSuffix(ack, "@mesa.ejemplo.bo")), store.FateMessage, ""},
			{"a stranger with our mark", answer(stranger, "b4", "nada@nada", "sin nada", "sigue\n\n> Ref: "+strings.TrimSuffix(ack, "@mesa.ejemplo.bo")), store.FateHeld, router.CauseStranger},
			{"a forged mark", answer(maria, "a6", "nada@nada", "sin nada", "el portal no abre\n\n> Ref: "+e.Ticket+".1.aaaaaaaaaaaaaaaa"), store.FateCase, ""},
			{"no link at all", answer(maria, "a4", "nada@nada", "otra cosa", "el portal no abre"), store.FateCase, ""},
		}
		for _, c := range cases {
			got := h.mail(c.raw)
			if got.Fate != c.want || got.Cause != c.cause {
				h.t.Errorf("%s: %s (%s), want %s", c.name, got.Fate, got.Cause, c.want)
			}
			if c.want != store.FateCase && got.Ticket != e.Ticket {
				h.t.Errorf("%s: went to case %q", c.name, got.Ticket)
			}
			if c.want == store.FateCase && got.Ticket == e.Ticket {
				h.t.Errorf("%s: joined the first case", c.name)
			}
		}
	})
}

func TestAPersonLetsAHeldReportIn(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(first)
		ack := messageID(h.t, h.sink.Wait(h.t, 1, 10*time.Second)[0].Raw)
		held := h.mail(answer("hijo@ciudadana.ejemplo", "h1", ack, "re", "soy su hijo"))
		other := h.mail(answer("vecino@otra.ejemplo", "v1", ack, "re", "tengo otro problema"))
		if held.Fate != store.FateHeld || other.Fate != store.FateHeld {
			h.t.Fatalf("not held: %s, %s", held.Fate, other.Fate)
		}
		if err := h.r.Release(h.t.Context(), held.ID, e.Ticket, operator); err != nil {
			h.t.Fatal(err)
		}
		if again := h.mail(answer("hijo@ciudadana.ejemplo", "h2", ack, "re", "otra vez yo")); again.Fate != store.FateMessage || again.Ticket != e.Ticket {
			h.t.Errorf("after joining, the same person is %s", again.Fate)
		}
		if err := h.r.Release(h.t.Context(), other.ID, "", operator); err != nil {
			h.t.Fatal(err)
		}
		got, err := h.st.LedgerEntry(h.t.Context(), other.ID)
		if err != nil || got.Fate != store.FateCase || got.Ticket == e.Ticket || got.By != operator.ID {
			h.t.Errorf("released to a case of its own: %+v, %v", got, err)
		}
		if err := h.r.Release(h.t.Context(), other.ID, "", operator); !errors.Is(err, store.ErrStale) {
			h.t.Errorf("releasing it twice: %v", err)
		}
	})
}

func TestMachinesAreNeverAnswered(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(first)
		ack := messageID(h.t, h.sink.Wait(h.t, 1, 10*time.Second)[0].Raw)
		headers := func(extra string) string {
			return strings.Replace(answer("maria@ciudadana.ejemplo", "m"+fmt.Sprint(h.n), ack, "Fuera de oficina", "Estaré de vacaciones."), "\nDate:", "\n"+extra+"\nDate:", 1)
		}
		if got := h.mail(headers("Auto-Submitted: auto-replied")); got.Fate != store.FateAuto || got.Ticket != e.Ticket {
			h.t.Errorf("out of office: %s in %q", got.Fate, got.Ticket)
		}
		lone := strings.Replace(headers("Auto-Submitted: auto-replied"), ack, "nada@nada", 1)
		if got := h.mail(lone); got.Fate != store.FateIgnored {
			h.t.Errorf("out of office for nobody: %s", got.Fate)
		}
		machine := func(mail string) string {
			return strings.Replace(mail, "Date:", "Auto-Submitted: auto-replied\nDate:", 1)
		}
		code := h.ticket(e.Ticket).Code
		if got := h.mail(machine(answer("intruso@otra.ejemplo", "m1", "nada@nada", "caso "+code, "cierren el caso"))); got.Fate != store.FateIgnored {
			h.t.Errorf("a stranger that calls itself a machine and knows the code: %s on %q", got.Fate, got.Ticket)
		}
		if got := h.mail(machine(answer("maria@ciudadana.ejemplo", "m2", "nada@nada", "Ausente: caso "+code, "estoy de viaje"))); got.Fate != store.FateAuto {
			h.t.Errorf("the person's absence note that only names the code: %s (%s)", got.Fate, got.Cause)
		}
		if got := h.mail(answer(ours, "o1", ack, "hola", "soy yo mismo")); got.Fate != store.FateLoop {
			h.t.Errorf("our own address: %s", got.Fate)
		}
		bulletin := strings.NewReplacer("maria@ciudadana", "boletin@noticias", "uno@ciudadana", "b1@noticias", "Date:", "List-Id: <boletin.noticias.ejemplo>\nList-Unsubscribe: <https://noticias.ejemplo/baja>\nDate:").Replace(first)
		if got := h.mail(bulletin); got.Fate != store.FateIgnored || got.Cause != router.CauseList {
			h.t.Errorf("mass mail: %s (%s)", got.Fate, got.Cause)
		}
		time.Sleep(700 * time.Millisecond) // more than the outbox waits between two looks
		if n := len(h.sink.Got()); n != 1 {
			h.t.Errorf("%d mails went out, want the first acknowledgement only", n)
		}
	})
}

func TestARobotWithoutHeadersIsSlowed(t *testing.T) {
	each(t, func(h *house) {
		fates := map[store.Verdict]int{}
		for i, matter := range matters {
			e := h.mail(strings.NewReplacer("uno@", fmt.Sprintf("r%d@", i), "No puedo ingresar", fmt.Sprintf("Aviso %d", i), "olvidé mi contraseña de Ciudadanía Digital y no puedo ingresar.", matter).Replace(first))
			fates[e.Fate]++
		}
		if fates[store.FateCase] != 20 || fates[store.FateHeld] != 4 {
			h.t.Errorf("fates: %v", fates)
		}
		h.sink.Wait(h.t, 5, 10*time.Second)
		time.Sleep(700 * time.Millisecond)
		if n := len(h.sink.Got()); n != 5 {
			h.t.Errorf("%d acknowledgements went out, want 5", n)
		}
	})
}

// TestTheSameAgainIsOneCase: whoever sends the same words again and again has
// one case, and one acknowledgement.
func TestTheSameAgainIsOneCase(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(first)
		for i := range 5 {
			again := h.mail(strings.Replace(first, "uno@", fmt.Sprintf("r%d@", i), 1))
			if again.Fate != store.FateMessage || again.Ticket != e.Ticket {
				h.t.Errorf("the same mail with another id: %s in %q", again.Fate, again.Ticket)
			}
		}
		h.sink.Wait(h.t, 1, 10*time.Second)
	})
}

// matters are 24 things that have nothing to do with each other.
var matters = []string{
	"olvidé mi contraseña de Ciudadanía Digital.", "¿qué requisitos pide un dominio gob.bo?", "la firma digital vence y quiero renovarla.", "el geoportal no muestra la capa de municipios.",
	"pagué un trámite con QR y sigue pendiente.", "el almacén no deja registrar ingresos.", "pedimos una columna con el número de serie en activos fijos.", "¿cómo descargo los datos abiertos de precios?",
	"la videoconferencia no graba el audio.", "la hoja de ruta no aparece en correspondencia.", "el repositorio de software rechaza los envíos.", "la boleta de pago sale en dos hojas.",
	"la agenda propone la hora de otro país.", "¿dónde queda el punto de registro de Oruro?", "el buzón de notificaciones no abre.", "Interoperabilidad responde 503 a nuestras consultas.",
	"la nube institucional no entrega el servidor que pedimos.", "quisiera cambiar al responsable de bienes.", "el certificado de nacimiento sale con otro nombre.", "la página de trámites tiene un enlace roto.",
	"¿hasta qué hora atienden los sábados?", "la aplicación móvil se cierra sola.", "pedimos que el buscador encuentre sin tildes.", "la encuesta no deja elegir dos opciones.",
}

func TestTheNoticeIsDoneWhenTheRelayTookIt(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(first)
		h.sink.Wait(h.t, 1, 10*time.Second)
		h.toNotice(e.Ticket)
		h.until("9.1/7 is done", func() bool { return h.ticket(e.Ticket).Step == "9.1/8" })
		notice := h.sink.Wait(h.t, 2, 10*time.Second)[1]
		if bytes.Contains(notice.Raw, []byte("Auto-Submitted")) || notice.From == "" {
			h.t.Errorf("an operator's answer looks automatic:\n%s", notice.Raw)
		}
		bounce := "From: MAILER-DAEMON@mx.ejemplo\nTo: " + ours + "\nSubject: Undelivered Mail\nMessage-ID: <b@mx.ejemplo>\nMIME-Version: 1.0\n" +
			"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: text/plain\n\nno such user\n" +
			"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.ejemplo\n\nFinal-Recipient: rfc822; maria@ciudadana.ejemplo\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n\n" +
			"--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <" + messageID(h.t, notice.Raw) + ">\n\n--x--\n"
		got := h.mail(bounce)
		if got.Fate != store.FateBounce || got.Ticket != e.Ticket {
			h.t.Fatalf("the bounce is %s in %q (%s)", got.Fate, got.Ticket, got.Cause)
		}
		c := h.ticket(e.Ticket)
		if c.Step != "9.1/7" || c.Notices[0].State != "failed" {
			h.t.Errorf("after the bounce the case is at %s, the notice %s (G7)", c.Step, c.Notices[0].State)
		}
		err := h.st.Update(h.t.Context(), e.Ticket, func(t *tickets.Ticket) error { return t.Do(tickets.ActSubmit, operator, nil, time.Now()) })
		var no *tickets.Refusal
		if !errors.As(err, &no) {
			h.t.Errorf("the case could be submitted over a failed notice: %v", err)
		}
		h.sentAgain(e.Ticket, notice.Raw)
	})
}

// sentAgain sends the notice of a case, which bounced, to another address: the
// same words, another message, and the duty to notify is met.
func (h *house) sentAgain(id string, bounced []byte) {
	h.t.Helper()
	failed := h.ticket(id).Notices[0]
	old := tickets.Outgoing{ID: failed.ReplyID, Purpose: tickets.PurposeNotice, To: tickets.Contact{Medium: failed.Medium, Value: failed.To}, Text: failed.Text}
	other := tickets.Contact{Medium: "email", Value: "maria@trabajo.ejemplo"}
	err := h.st.Update(h.t.Context(), id, func(t *tickets.Ticket) error { return t.Resend(old, other, "550 no such user", operator, time.Now()) })
	if err != nil {
		h.t.Fatal(err)
	}
	h.until("the notice is done by the other address", func() bool { return h.ticket(id).Step == "9.1/8" })
	again := h.sink.Wait(h.t, 3, time.Minute)[2]
	if !slices.Equal(again.To, []string{other.Value}) || !bytes.Contains(again.Raw, []byte(failed.Text)) || messageID(h.t, again.Raw) == messageID(h.t, bounced) {
		h.t.Errorf("sent again to %v:\n%s", again.To, again.Raw)
	}
	first, err := h.st.Outgoing(h.t.Context(), failed.ReplyID)
	if err != nil || first.State != channels.Failed {
		h.t.Errorf("the one that bounced is %s (%v)", first.State, err)
	}
}

func TestARelayInTroubleIsTriedAgainWithTheSameID(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		h := &house{t: t, st: st, sink: mailtest.Sink(t), now: time.Now}
		var refused []string
		h.sink.Refuse(func(stage, _, _ string) error {
			if stage == "data" && len(refused) == 0 {
				refused = append(refused, stage)
				return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
			}
			return nil
		})
		h.start()
		h.mail(first)
		h.until("the first try failed", func() bool {
			list, err := st.Outbox(t.Context(), store.OutboxFilter{})
			if err != nil {
				t.Fatal(err)
			}
			return len(list) == 1 && list[0].Tries == 1 && list[0].Error != ""
		})
		list, err := st.Outbox(t.Context(), store.OutboxFilter{})
		if err != nil || list[0].State != channels.Queued || !list[0].NextTry.After(time.Now().Add(20*time.Second)) {
			t.Fatalf("after a 451: %+v, %v", list, err)
		}
		if err := st.TryNow(t.Context(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		got := h.sink.Wait(t, 1, 10*time.Second)
		if id := messageID(t, got[0].Raw); !strings.HasPrefix(id, list[0].ID+".") {
			t.Errorf("sent as %q, want the id of the row %q", id, list[0].ID)
		}
	})
}

func TestARefusedReplyIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		h := &house{t: t, st: st, sink: mailtest.Sink(t), now: time.Now}
		h.sink.Refuse(func(stage, from, _ string) error {
			if stage == "rcpt" && from != "" {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
			}
			return nil
		})
		h.start()
		e := h.mail(first)
		h.toNotice(e.Ticket)
		h.until("the notice failed", func() bool { return h.ticket(e.Ticket).Notices[0].State == "failed" })
		c := h.ticket(e.Ticket)
		if c.Step != "9.1/7" || !strings.Contains(c.Notices[0].Detail, "5.1.1") {
			t.Errorf("at %s, notice %+v", c.Step, c.Notices[0])
		}
	})
}
