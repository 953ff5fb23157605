package console_test

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/email"
	"ventanilla/router"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
)

// held is an office whose console decides through the real router, and what the
// router made of mails.
func held(t *testing.T) *office {
	return open(t, func(o *office, opt *console.Options) {
		in, err := email.NewListener(email.ListenerOptions{Name: "entrada", Addr: "127.0.0.1:0", Recipients: []string{"mesa@ejemplo.bo"}, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		r, err := router.New(t.Context(), router.Options{Store: o.st, Channels: []channels.Channel{in}, Log: zerolog.Nop(), Now: time.Now, Hours: calendar.LaPaz(), Office: "Mesa", Domain: "ejemplo.bo", Own: []string{"mesa@ejemplo.bo"}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		t.Cleanup(func() { stop(); <-done })
		opt.Release, opt.NoScanner = r.Release, router.ErrScannerDown
		opt.Preview = func(ctx context.Context, id int64) (console.Preview, error) {
			rep, err := r.Preview(ctx, id)
			return console.Preview{From: rep.From.Value, Subject: rep.Subject, Said: cmp.Or(rep.Said, rep.Text), Text: rep.Text, Defects: rep.Defects}, err
		}
	})
}

// mails takes mails in and waits until all have their fate; it gives their lines.
func (o *office) mails(raws ...string) []store.Entry {
	o.t.Helper()
	var batch channels.Batch
	for i, raw := range raws {
		id := fmt.Sprintf("%d/%d", time.Now().UnixNano(), i)
		batch.Raws = append(batch.Raws, channels.Raw{Medium: channels.Email, ExternalID: id, Dedupe: id, Body: []byte(raw), Received: time.Now()})
	}
	if err := o.st.Accept(o.t.Context(), "entrada", 0, batch); err != nil {
		o.t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		list, err := o.st.Ledger(o.t.Context(), store.LedgerFilter{Limit: len(raws)})
		if err != nil {
			o.t.Fatal(err)
		}
		settled := 0
		for _, e := range list {
			if e.Fate != store.FatePending {
				settled++
			}
		}
		if settled == len(raws) {
			return list
		}
	}
	o.t.Fatal("mails without a fate")
	return nil
}

func letter(from, id, subject, said string) string {
	return fmt.Sprintf("From: %s\r\nTo: mesa@ejemplo.bo\r\nSubject: %s\r\nMessage-ID: <%s@x.ejemplo>\r\nDate: Mon, 23 Nov 2026 10:00:00 -0400\r\n\r\n%s\r\n", from, subject, id, said)
}

func (o *office) line(id int64) store.Entry {
	o.t.Helper()
	e, err := o.st.LedgerEntry(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return e
}

// TestAPersonDecidesOnWhatIsHeld: a stranger in a case is held with the case as
// suggestion; an operator reads it and joins it by its code; a head discards
// another and takes it back; each step is in the audit log.
func TestAPersonDecidesOnWhatIsHeld(t *testing.T) {
	o := held(t)
	c := o.mails(letter("Ana Figurada <ana@persona.ejemplo>", "uno", "No puedo ingresar", "olvidé mi clave"))[0]
	list := o.mails(letter("hijo@persona.ejemplo", "dos", "caso "+c.Code, "soy su hijo, sigue igual"), letter("raro@otra.ejemplo", "tres", "caso "+c.Code, "<script>alert(1)</script> quiero saber"))
	son, odd := list[1], list[0]
	if son.Cause != router.CauseStranger || odd.Cause != router.CauseStranger {
		t.Fatalf("%+v\n%+v", son, odd)
	}
	op := o.login("operador")
	text := body(t, op.get("/retenidos"))
	for _, want := range []string{"hijo@persona.ejemplo", "raro@otra.ejemplo", c.Code, "Un desconocido escribe en un caso"} {
		if !strings.Contains(text, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	one := fmt.Sprintf("/retenidos/%d", son.ID)
	text = body(t, op.get(one))
	if !strings.Contains(text, "soy su hijo, sigue igual") || !strings.Contains(text, `value="`+c.Code+`"`) {
		t.Errorf("the page lacks the words or the suggested case:\n%s", text)
	}
	if strings.Contains(body(t, op.get(fmt.Sprintf("/retenidos/%d", odd.ID))), "<script>alert") {
		t.Error("a stranger's markup is not escaped")
	}
	if res := op.post(one, "accion", "unir", "code", "AIT-2026-999999-0"); res.StatusCode != 422 || !strings.Contains(body(t, res), "soy su hijo") {
		t.Errorf("joined to no case: %d, want 422 and the page again", res.StatusCode)
	}
	if res := op.post(one, "accion", "unir", "code", strings.ToLower(c.Code)); res.StatusCode != 303 || res.Header.Get("Location") != "/casos/"+c.Code {
		t.Errorf("joining: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if e := o.line(son.ID); e.Fate != store.FateMessage || e.Ticket != c.Ticket || e.By != o.who["operador"].ID {
		t.Errorf("joined: %+v", e)
	}
	if res := op.post(one, "accion", "abrir"); res.StatusCode != 422 {
		t.Errorf("decided twice: %d, want 422", res.StatusCode)
	}
	head, two := o.login("supervisor"), fmt.Sprintf("/retenidos/%d", odd.ID)
	if res := head.post(two, "accion", "descartar", "reason", " "); res.StatusCode != 422 {
		t.Errorf("discarded without a reason: %d", res.StatusCode)
	}
	head.post(two, "accion", "descartar", "reason", "es publicidad")
	if e := o.line(odd.ID); e.Fate != store.FateDiscarded || e.Cause != "es publicidad" {
		t.Errorf("discarded: %+v", e)
	}
	if text := body(t, head.get("/retenidos?v=descartados")); !strings.Contains(text, "es publicidad") {
		t.Error("what was discarded is not listed with its reason")
	}
	head.post(two, "accion", "recuperar")
	if e := o.line(odd.ID); e.Fate != store.FateHeld || e.Cause != router.CauseStranger {
		t.Errorf("taken back: %+v", e)
	}
	lines, err := o.st.AuditLog(t.Context(), store.AuditFilter{Target: fmt.Sprint(odd.ID)})
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, l := range lines {
		acts = append(acts, l.Act)
	}
	if got := strings.Join(acts, " "); got != "held.restore held.discard held.open held.open" {
		t.Errorf("audit log: %s", got)
	}
}

// TestHeldOfARestrictedCase: lists and bulk acts show and do nothing of a line
// whose case is restricted, but that it is there; who may see the case sees it.
func TestHeldOfARestrictedCase(t *testing.T) {
	o := held(t)
	c := o.mails(letter("Ana Figurada <ana@persona.ejemplo>", "uno", "Denuncia de "+secretWord, "hola"))[0]
	odd := o.mails(letter("raro@otra.ejemplo", "dos", secretWord+" "+c.Code, "quiero saber"))[0]
	if odd.Cause != router.CauseStranger {
		t.Fatalf("%+v", odd)
	}
	o.do(c.Ticket, "supervisor", tickets.ActFlag, "flag", "restricted", "reason", "denuncia")
	o.do(c.Ticket, "supervisor", tickets.ActAssign, "user", o.who["supervisor"].ID)
	op, head := o.login("operador"), o.login("supervisor")
	for _, path := range []string{"/retenidos", "/libro"} {
		text := body(t, op.get(path))
		if strings.Contains(text, secretWord) || strings.Contains(text, "raro@otra") || strings.Contains(text, c.Code) || !strings.Contains(text, "De un caso reservado") {
			t.Errorf("%s tells of a restricted case, or not that there is one", path)
		}
		if text := body(t, head.get(path)); !strings.Contains(text, secretWord) || !strings.Contains(text, "raro@otra") {
			t.Errorf("%s hides from the supervisor", path)
		}
	}
	op.post("/retenidos", "de", "raro@otra.ejemplo", "accion", "abrir")
	if e := o.line(odd.ID); e.Fate != store.FateHeld {
		t.Errorf("decided by somebody who may not see it: %+v", e)
	}
}

// TestAFloodIsSlowedAndNotLost: what is above an hour's measure waits, is seen
// under its sender, and comes in by one act.
func TestAFloodIsSlowedAndNotLost(t *testing.T) {
	o := held(t)
	var raws []string
	for i := range 30 {
		raws = append(raws, letter("insistente@persona.ejemplo", fmt.Sprint("f", i), fmt.Sprintf("Problema %d", i), fmt.Sprintf("el trámite %d no avanza", i)))
	}
	o.mails(raws...)
	counts, err := o.st.Held(t.Context())
	if err != nil || counts[router.CauseFlood] != 10 {
		t.Fatalf("held: %v, %v; want 10 of 30", counts, err)
	}
	op := o.login("operador")
	text := body(t, op.get("/retenidos"))
	if !strings.Contains(text, "y 9 más de este remitente") || !strings.Contains(text, `href="/retenidos?de=insistente%40persona.ejemplo"`) {
		t.Error("the list does not say how many more there are of the sender")
	}
	if text := body(t, op.get("/retenidos?de=insistente%40persona.ejemplo")); !strings.Contains(text, "Esperan 10 mensajes") {
		t.Error("the sender's page does not say how many wait")
	}
	if res := op.post("/retenidos", "de", "insistente@persona.ejemplo", "accion", "descartar", "reason", "x"); res.StatusCode != 403 {
		t.Errorf("an operator discards: %d", res.StatusCode)
	}
	op.post("/retenidos", "de", "insistente@persona.ejemplo", "accion", "abrir")
	sum, err := o.st.Accounts(t.Context())
	if err != nil || sum.ByFate[store.FateCase] != 30 || sum.ByFate[store.FateHeld] != 0 {
		t.Errorf("after accepting all: %+v, %v", sum, err)
	}
}
