package whatsapp

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets/store"
)

// Corrections that overtake each other: the later one counts, whichever comes
// last, in a case and in a burst that is no case yet. What was deleted stays so.
func TestEditsOutOfOrder(t *testing.T) {
	h, st := newDesk(t)
	edit := func(id, words string, ago time.Duration) {
		t.Helper()
		if _, err := h.ana.EditAt(h.desk, id, words, time.Now().Add(-ago)); err != nil {
			t.Fatal(err)
		}
	}
	burst := h.says("El portal de trámites no abre, sale error 500")
	edit(burst, "El portal de trámites no abre, sale error 502", time.Minute)
	edit(burst, "El portal de trámites no abre, sale error 501", 2*time.Minute)
	ack, err := h.ana.Await(1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	ticket := settled(h, st, 3)[2].Ticket
	said, deleted := h.says("sale error 502 en Firefox"), h.says("sale error 502 en mi celular")
	settled(h, st, 5)
	edit(said, "sale error 502 en Chrome", time.Minute)
	edit(said, "sale error 502 en Opera", 2*time.Minute)
	if _, err := h.ana.Delete(h.desk, deleted); err != nil {
		t.Fatal(err)
	}
	settled(h, st, 8)
	edit(deleted, "sale error 502 en mi tableta", -time.Minute)
	settled(h, st, 9)
	thread, err := st.Thread(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	for id, now := range map[string]string{burst: "El portal de trámites no abre, sale error 502", said: "sale error 502 en Chrome", deleted: ""} {
		i := slices.IndexFunc(thread, func(m store.Message) bool { return strings.HasSuffix(m.ExternalID, "/"+id) })
		if i < 0 || thread[i].Now != now || thread[i].Gone != (now == "") {
			t.Errorf("%s does not read %q: %+v", id, now, thread)
		}
	}
	c, err := st.Ticket(t.Context(), ticket)
	if err != nil || !strings.Contains(c.Subject, "502") || !strings.Contains(ack[0].Text(), c.Code) {
		t.Errorf("the case is called %q, %v", c.Subject, err)
	}
	if _, quoted := h.casesOf(st, h.ana.Number()); len(quoted) != len(thread) {
		t.Error("more than one case")
	}
}

// An edit that is sealed with a secret of the edited message's is read like any
// other; with the wrong secret it says that it could not be.
func TestSealedEdit(t *testing.T) {
	h := newHouse(t)
	secret := bytes.Repeat([]byte{7}, 32)
	id, err := h.ana.Send(h.desk, loopback.Draft{Message: &waE2E.Message{
		Conversation: proto.String("sale error 502"), MessageContextInfo: &waE2E.MessageContextInfo{MessageSecret: secret}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range [][]byte{secret, bytes.Repeat([]byte{8}, 32)} {
		if _, err := h.ana.EditSealed(h.desk, id, "sale error 503", key); err != nil {
			t.Fatal(err)
		}
	}
	got := h.accepted(3)
	if c := got[1].Change; c == nil || c.Text != "sale error 503" || !slices.Contains(got[1].Answers, got[0].ExternalID) {
		t.Errorf("with the secret: %+v", got[1])
	}
	if got[2].Change != nil || !slices.Contains(got[2].Defects, Unread) || !strings.Contains(got[2].Said, "no se pudo descifrar") {
		t.Errorf("without: %+v", got[2])
	}
}
