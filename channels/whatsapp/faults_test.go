package whatsapp

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
)

// What the server does to a connection, and what becomes of it: connections
// that break come back by themselves and lose nothing.
func TestConnectionsThatBreak(t *testing.T) {
	h := newHouse(t)
	n := 0
	back := func(t *testing.T, what string, fault func()) {
		t.Helper()
		_, _, before := h.desk.Linked()
		h.says(what + " antes")
		fault()
		h.says(what + " después")
		h.until("the next login after "+what, func() bool { _, online, logins := h.desk.Linked(); return online == 1 && logins > before })
		n += 2
		h.accepted(n)
		h.is(Connected)
	}
	back(t, "TCP drop", h.desk.Drop)
	for _, code := range []string{"515", "503", "999", ""} {
		back(t, "stream error "+code, func() { h.desk.StreamError(code, "") })
	}
	for _, reason := range []int{500, 503} {
		back(t, fmt.Sprint("login failure ", reason), func() {
			h.server.Refuse(&loopback.Refusal{Reason: reason})
			h.desk.Drop()
			h.is(Connecting)
			h.server.Refuse(nil)
		})
	}
	back(t, "HTTP 503", func() {
		h.server.Away(true)
		h.desk.Drop()
		h.is(Connecting)
		h.server.Away(false)
	})
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	if got := len(h.host.reports()); got != n {
		t.Errorf("%d messages became %d", n, got)
	}
}

// A login that is refused for good logs the device out: it asks to be linked
// again, and does not knock.
func TestLoginRefusedForGood(t *testing.T) {
	for _, reason := range []int{401, 403, 406} {
		t.Run(fmt.Sprint(reason), func(t *testing.T) {
			h := newHouse(t)
			h.says("hola")
			h.accepted(1)
			h.server.Refuse(&loopback.Refusal{Reason: reason})
			h.desk.Drop()
			h.is(LoggedOut)
			h.server.Refuse(nil)
			h.desk.Unlink()
			h.link()
			h.says("¿siguen ahí?")
			h.accepted(2)
		})
	}
}

// A login that is refused for another reason is tried again later, the more
// seldom the more often; a person may try at once.
func TestLoginRefusedForNow(t *testing.T) {
	h := newHouse(t)
	for i, reason := range []int{400, 409, 415, 418, 429, 501} {
		h.server.Refuse(&loopback.Refusal{Reason: reason})
		h.desk.Drop()
		h.is(Refused)
		s := h.account.Status()
		if s.Until.Before(time.Now().Add(afterRefusal-time.Minute)) || !strings.Contains(s.Detail, fmt.Sprint(reason)) {
			t.Errorf("%d: tried again at %v, %q", reason, s.Until, s.Detail)
		}
		h.server.Refuse(nil)
		h.says(fmt.Sprint(i))
		h.account.StartPairing()
		h.is(Connected)
		h.accepted(i + 1)
	}
}

// A program that is called outdated claims the version that WhatsApp Web has
// now, once.
func TestOutdatedOnce(t *testing.T) {
	old := store.GetWAVersion()
	t.Cleanup(func() { store.SetWAVersion(old) }) // after the account's end
	h := newHouse(t)
	h.server.Require(old[2] + 1000)
	h.desk.Drop()
	h.until("another login", func() bool { _, _, logins := h.desk.Linked(); return logins == 2 })
	h.is(Connected)
	if v := store.GetWAVersion(); v[2] != old[2]+1000 {
		t.Errorf("the version is %v", v)
	}
	h.says("hola")
	h.accepted(1)
}

// hasteEnv has a process of this test keep connections alive in haste. The times
// are whatsmeow's, for the whole process, and read by every client that ever ran.
const hasteEnv = "VENTANILLA_TEST_HASTE"

func haste() {
	whatsmeow.KeepAliveIntervalMin, whatsmeow.KeepAliveIntervalMax = 200*time.Millisecond, 300*time.Millisecond
	whatsmeow.KeepAliveResponseDeadline, whatsmeow.KeepAliveMaxFailTime = 300*time.Millisecond, time.Second
}

// A line that is dead without having broken is noticed by its keep-alives, and
// begun anew.
func TestDeadLine(t *testing.T) {
	if os.Getenv(hasteEnv) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDeadLine$", "-test.v")
		cmd.Env = append(os.Environ(), hasteEnv+"=1")
		if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: TestDeadLine")) {
			t.Errorf("%v\n%s", err, out[max(0, len(out)-4000):])
		}
		return
	}
	h := newHouse(t)
	_, _, before := h.desk.Linked()
	h.server.IgnorePings(true)
	h.until("another login", func() bool { _, _, logins := h.desk.Linked(); return logins > before })
	h.server.IgnorePings(false)
	h.says("hola")
	h.accepted(1)
	h.is(Connected)
}

// The pauses between tries to connect grow to half a minute and no further.
func TestPauseHasACeiling(t *testing.T) {
	h := newHouse(t)
	h.account.mu.Lock()
	l := h.account.live
	h.account.mu.Unlock()
	h.stop()
	l.client.AutoReconnectErrors = 100
	if goesOn := l.client.AutoReconnectHook(errDown); !goesOn || l.client.AutoReconnectErrors > 15 {
		t.Errorf("goes on: %t, after %d pauses of two seconds", goesOn, l.client.AutoReconnectErrors)
	}
}

// Two programs on one session: the second has it, the first says so and waits.
func TestTwoPrograms(t *testing.T) {
	h := newHouse(t)
	first, stopFirst := h.account, h.stop
	h.start()
	h.is(Connected)
	h.until("the first to be replaced", func() bool { return first.Status().State == Replaced })
	if until := first.Status().Until; until.Before(time.Now().Add(5 * time.Minute)) {
		t.Errorf("the first tries again at %v: they would throw each other out for ever", until)
	}
	h.says("hola")
	h.accepted(1)
	stopSecond := h.stop
	stopFirst()
	h.stop = stopSecond
	h.is(Connected)
}

// A code that nobody reads ends; one that was signed with the wrong secret too.
// Both leave the account ready to try again.
func TestPairingThatFails(t *testing.T) {
	h := bareHouse(t)
	h.start()
	h.is(Unlinked)
	h.account.StartPairing()
	h.is(Pairing)
	if err := h.desk.ScanForged(h.account.Status().QR); err != nil {
		t.Fatal(err)
	}
	h.is(Unlinked)
	if d := h.account.Status().Detail; d == "" {
		t.Error("nothing is said of why")
	}
	h.account.StartPairing()
	h.is(Pairing)
	if err := h.desk.ScanMissigned(h.account.Status().QR); err != nil {
		t.Fatal(err)
	}
	h.is(Unlinked)
	if d := h.account.Status().Detail; d == "" {
		t.Error("nothing is said of a wrong signature")
	}
	limit := pairingEnds
	pairingEnds = 300 * time.Millisecond
	defer func() { pairingEnds = limit }()
	h.account.StartPairing()
	h.until("the codes to end", func() bool { return strings.Contains(h.account.Status().Detail, "a tiempo") })
	h.is(Unlinked)
	h.stop()
	pairingEnds = limit
	h.start()
	h.is(Unlinked)
	h.account.StartPairing()
	h.is(Pairing)
	h.desk.HangUpPairings()
	h.is(Unlinked)
	h.link()
	codes := []string{"a", "b", "c"}
	since := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]string{0: "a", 59 * time.Second: "a", 61 * time.Second: "b", 81 * time.Second: "c", 101 * time.Second: ""} {
		if got, _ := currentCode(codes, since, since.Add(after)); got != want {
			t.Errorf("after %v the code is %q, not %q", after, got, want)
		}
	}
}

// A receipt that is lost on its way makes WhatsApp deliver again: it is the
// same message, once.
func TestDeliveredTwice(t *testing.T) {
	h := newHouse(t)
	h.server.LoseReceipts(true)
	h.says("una vez")
	h.accepted(1)
	for range 3 {
		h.desk.Drop()
		h.until("the next login", func() bool { _, online, _ := h.desk.Linked(); return online == 1 })
	}
	h.server.LoseReceipts(false)
	h.desk.Drop()
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	if got := h.host.said(); !slices.Equal(got, []string{"una vez"}) {
		t.Errorf("accepted %q", got)
	}
}

// What never can be decrypted is told of, once; when the office's own phone
// has it after all, it takes that place.
func TestNeverDecrypted(t *testing.T) {
	wait := unreadWait
	unreadWait = 2 * time.Second
	defer func() { unreadWait = wait }()
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	if _, err := h.ana.Send(h.desk, loopback.Draft{Message: &waE2E.Message{Conversation: proto.String("nunca")}, Hopeless: true}); err != nil {
		t.Fatal(err)
	}
	r := h.accepted(2)[1]
	if r.Kind != channels.Human || !slices.Contains(r.Defects, Unread) || !strings.Contains(r.Said, "no se pudo descifrar") || r.From.Value != h.ana.Number() {
		t.Errorf("%+v", r)
	}
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })

	if _, err := h.desk.ShareKey(); err != nil { // so that device and phone have a session
		t.Fatal(err)
	}
	h.until("the shared settings", func() bool { return h.server.Collections() >= 5 })
	id, m := loopback.NewID(), &waE2E.Message{Conversation: proto.String("estaba en el teléfono")}
	if err := h.desk.Keep(h.ana, id, m); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.Send(h.desk, loopback.Draft{ID: id, Message: m, Hopeless: true}); err != nil {
		t.Fatal(err)
	}
	h.until("the phone's copy", func() bool {
		return slices.ContainsFunc(h.host.reports(), func(r channels.Report) bool {
			return r.Said == "estaba en el teléfono" && r.From.Value == h.ana.Number() && strings.HasSuffix(r.ExternalID, "/"+id)
		})
	})
}

// What was written before the link is not the desk's.
func TestHistoryIsNotTaken(t *testing.T) {
	h := newHouse(t)
	if _, err := h.desk.ShareHistory(h.ana, "esto fue ayer"); err != nil {
		t.Fatal(err)
	}
	h.says("esto es hoy")
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	for _, r := range h.accepted(1) {
		if strings.Contains(r.Text, "ayer") || r.Kind == channels.Human && r.Said != "esto es hoy" {
			t.Errorf("%+v", r)
		}
	}
}
