package router_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/miekg/dns"

	"ventanilla/channels/email"
	"ventanilla/router"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// nameServer is a name server on loopback that knows records, and fails while
// broken is set.
func nameServer(t *testing.T, records map[string]string, broken *atomic.Bool) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(q)
		name := q.Question[0].Name
		if txt, ok := records[strings.TrimSuffix(strings.ToLower(name), ".")]; broken.Load() {
			m.Rcode = dns.RcodeServerFailure
		} else if ok && q.Question[0].Qtype == dns.TypeTXT {
			m.Answer = []dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: []string{txt}}}
		} else if !ok {
			m.Rcode = dns.RcodeNameError
		}
		w.WriteMsg(m)
	})}
	go srv.ActivateAndServe()
	t.Cleanup(func() { srv.Shutdown() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

func TestAForgedMailActsInNoCaseUnseen(t *testing.T) {
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var broken atomic.Bool
		judge := email.Authenticity{Resolver: nameServer(t, map[string]string{
			"_dmarc.ciudadana.ejemplo":       "v=DMARC1; p=reject",
			"s._domainkey.ciudadana.ejemplo": "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public),
		}, &broken)}
		h := newHouse(t, st, judge.Verify)
		h.env = map[string]string{email.EnvPeer: "203.0.113.9", email.EnvHelo: "mx.otra.ejemplo", email.EnvMailFrom: "x@otra.ejemplo"}
		signed := func(mail string) string {
			var b bytes.Buffer
			err := dkim.Sign(&b, strings.NewReader(strings.ReplaceAll(mail, "\n", "\r\n")), &dkim.SignOptions{Domain: "ciudadana.ejemplo", Selector: "s", Signer: secret})
			if err != nil {
				t.Fatal(err)
			}
			return strings.ReplaceAll(b.String(), "\r\n", "\n")
		}
		maria := "maria@ciudadana.ejemplo"

		e := h.mail(signed(first))
		ack := messageID(t, h.sink.Wait(t, 1, 10*time.Second)[0].Raw)
		if got := h.mail(signed(answer(maria, "g1", ack, "re", "gracias"))); got.Fate != store.FateMessage || got.Ticket != e.Ticket {
			t.Errorf("the person herself: %s (%s)", got.Fate, got.Cause)
		}
		if thread, err := st.Thread(t.Context(), e.Ticket); err != nil || thread[0].Authentic != "pass" {
			t.Errorf("a proved sender is kept as %q, %v", thread[0].Authentic, err)
		}
		held := h.mail(answer(maria, "f1", ack, "re", "ya no hace falta, cierren el caso"))
		if held.Fate != store.FateHeld || held.Cause != router.CauseForged || held.Ticket != e.Ticket {
			t.Errorf("forged answer: %s (%s) on case %q, want it held with the case as suggestion", held.Fate, held.Cause, held.Ticket)
		}
		absent := strings.Replace(answer(maria, "f2", ack, "Ausente", "cierren el caso"), "Date:", "Auto-Submitted: auto-replied\nDate:", 1)
		if got := h.mail(absent); got.Fate != store.FateIgnored {
			t.Errorf("forged absence note: %s", got.Fate)
		}

		forged := h.mail(answer(maria, "f3", "nada@nada", "otra cosa", "el portal no abre"))
		if forged.Fate != store.FateCase {
			t.Fatalf("forged mail without a case: %s (%s)", forged.Fate, forged.Cause)
		}
		h.wantDefect(forged, true)
		h.wantDefect(e, false)
		if err := h.r.Release(t.Context(), held.ID, e.Ticket, operator); err != nil {
			t.Fatal(err)
		}
		let, err := st.LedgerEntry(t.Context(), held.ID)
		if err != nil || let.Fate != store.FateMessage {
			t.Fatalf("let in by a person: %s, %v", let.Fate, err)
		}
		h.wantDefect(let, true)

		broken.Store(true)
		if got := h.mail(answer(maria, "n1", ack, "re", "sin nombres")); got.Fate != store.FateMessage {
			t.Errorf("while no names can be looked up: %s (%s)", got.Fate, got.Cause)
		}
		broken.Store(false)
		other := strings.NewReplacer("uno@", "dos@", "No puedo ingresar", "Dominio", "olvidé mi contraseña de Ciudadanía Digital y no puedo ingresar.", "¿qué requisitos pide el registro de un dominio gob.bo para nuestra alcaldía?")
		h.mail(signed(other.Replace(first))) // a new case: its acknowledgement is the second mail ever sent
		if sent := h.sink.Wait(t, 2, 10*time.Second); !bytes.Contains(sent[1].Raw, []byte("In-Reply-To: <dos@")) {
			t.Errorf("a forged mail was acknowledged:\n%s", sent[1].Raw)
		}
	})
}

// wantDefect looks at the message that e became.
func (h *house) wantDefect(e store.Entry, want bool) {
	h.t.Helper()
	list, err := h.st.Thread(h.t.Context(), e.Ticket)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, m := range list {
		if m.Ledger == e.ID {
			if got := strings.Contains(strings.Join(m.Defects, " "), router.DefectForged); got != want {
				h.t.Errorf("defects are %q, forged wanted %v", m.Defects, want)
			}
			return
		}
	}
	h.t.Errorf("no message of entry %d in its case", e.ID)
}
