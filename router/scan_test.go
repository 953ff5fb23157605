package router_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/clamd"
	"ventanilla/channels/clamd/clamdtest"
	"ventanilla/channels/email/mailtest"
	"ventanilla/router"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// withFiles is a mail with files of the given words; each is from somebody else.
func withFiles(id string, files ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: Persona %s <%s@ciudadana.ejemplo>\nTo: %s\nSubject: Adjunto %s\nMessage-ID: <%s@ciudadana.ejemplo>\nDate: Mon, 23 Nov 2026 10:00:00 -0400\n", id, id, ours, id, id)
	b.WriteString("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=lim\n\n--lim\nContent-Type: text/plain; charset=utf-8\n\nLe envío lo que me pidió.\n")
	for i, f := range files {
		fmt.Fprintf(&b, "--lim\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"archivo%d.bin\"\nContent-Transfer-Encoding: base64\n\n%s\n", i, base64.StdEncoding.EncodeToString([]byte(f)))
	}
	return b.String() + "--lim--\n"
}

// TestNothingUnscannedIsShown: with the real scanner, an infected mail is held
// under its virus, one that came while the scanner was down is held and goes on
// by itself when it is back, and what a person lets in comes without the
// infected file.
func TestNothingUnscannedIsShown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		daemon := clamdtest.Start(t)
		h := &house{t: t, st: st, sink: mailtest.Sink(t), now: time.Now, scanner: clamd.New(clamd.Options{Network: "unix", Address: daemon.Socket, Timeout: 5 * time.Second})}
		h.start()
		if e := h.mail(withFiles("limpio", "una foto")); e.Fate != store.FateCase {
			t.Errorf("a clean mail: %s (%s)", e.Fate, e.Cause)
		}
		bad := h.mail(withFiles("malo", "una foto", "x"+clamdtest.Virus+"x"))
		if bad.Fate != store.FateHeld || bad.Cause != router.CauseVirus+":"+clamdtest.Name || bad.Ticket != "" {
			t.Fatalf("an infected mail: %s (%s)", bad.Fate, bad.Cause)
		}
		if e := h.mail(withFiles("grande", strings.Repeat("a", 5<<20))); e.Fate != store.FateHeld || e.Cause != router.CauseUnscanned+":size" {
			t.Errorf("a file that the scanner does not take: %s (%s)", e.Fate, e.Cause)
		}
		daemon.Stop()
		blind := h.mail(withFiles("ciego", "una foto"))
		if blind.Fate != store.FateHeld || blind.Cause != router.CauseScannerDown {
			t.Fatalf("without a scanner: %s (%s)", blind.Fate, blind.Cause)
		}
		h.until("the scanner is seen to be down", func() bool { return h.r.ScannerHealth().State == "waiting" })
		if err := h.r.Release(t.Context(), bad.ID, "", operator); !errors.Is(err, router.ErrScannerDown) {
			t.Errorf("let in without a scanner: %v", err)
		}
		daemon.Run()
		h.until("what waited for the scanner is a case", func() bool {
			e, err := st.LedgerEntry(t.Context(), blind.ID)
			return err == nil && e.Fate == store.FateCase
		})
		if err := h.r.Release(t.Context(), bad.ID, "", operator); err != nil {
			t.Fatal(err)
		}
		e, err := st.LedgerEntry(t.Context(), bad.ID)
		if err != nil || e.Fate != store.FateCase || e.Held == "" || e.By != operator.ID {
			t.Fatalf("%+v, %v", e, err)
		}
		thread, err := st.Thread(t.Context(), e.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		m := thread[0]
		if len(m.Files) != 1 || m.Files[0].Name != "archivo0.bin" || !strings.Contains(strings.Join(m.Defects, " "), router.DefectInfected+":"+clamdtest.Name) || !strings.Contains(m.Said, "Le envío") {
			t.Errorf("let in with the files %+v and the defects %v", m.Files, m.Defects)
		}
		lines, err := st.AuditLog(t.Context(), store.AuditFilter{})
		if err != nil || len(lines) != 1 || lines[0].Act != "held.accept" || lines[0].By != operator.ID {
			t.Errorf("audit: %+v, %v", lines, err)
		}
	})
}

// TestAnInfectedAnswerWaits: what a participant, or a machine, sends into a
// case is looked at too.
func TestAnInfectedAnswerWaits(t *testing.T) {
	daemon := clamdtest.Start(t)
	h := &house{t: t, st: storetest.Open(t, storetest.SQLite(t), nil), sink: mailtest.Sink(t), now: time.Now, scanner: clamd.New(clamd.Options{Network: "unix", Address: daemon.Socket})}
	h.start()
	c := h.mail(first)
	for _, extra := range []string{"", "Auto-Submitted: auto-replied\n"} {
		raw := extra + strings.Replace(withFiles("r"+fmt.Sprint(len(extra)), clamdtest.Virus), "Subject:", "In-Reply-To: <uno@ciudadana.ejemplo>\nSubject:", 1)
		if e := h.mail(raw); e.Fate != store.FateHeld || !strings.HasPrefix(e.Cause, router.CauseVirus) {
			t.Errorf("%q: %s (%s)", extra, e.Fate, e.Cause)
		}
	}
	thread, err := h.st.Thread(t.Context(), c.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range thread {
		if m.Kind != channels.Human {
			t.Errorf("in the thread: %+v", m)
		}
		if len(m.Files) > 0 {
			t.Errorf("a file came in: %+v", m.Files)
		}
	}
}
