package whatsapp

import (
	"slices"
	"testing"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets/store"
)

// What is said in a group, as a status or in a channel that the number follows
// stays in the ledger, with its reason: it opens no case, joins none by what it
// says, and gives nobody the right to be written to.
func TestElsewhere(t *testing.T) {
	h, st := newDesk(t)
	m := &waE2E.Message{Conversation: proto.String("El portal de trámites no abre, sale error 502")}
	for _, chat := range []types.JID{types.NewJID("120363000000000001", types.GroupServer), types.StatusBroadcastJID} {
		if _, err := h.ana.Send(h.desk, loopback.Draft{Chat: chat, Message: m}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.server.Publish("120363000000000002", h.desk, m); err != nil {
		t.Fatal(err)
	}
	entries := settled(h, st, 3)
	var causes []string
	for _, e := range entries {
		if causes = append(causes, e.Cause); e.Fate != store.FateIgnored || e.Ticket != "" {
			t.Errorf("%s (%s) in %q", e.Fate, e.Cause, e.Ticket)
		}
	}
	slices.Sort(causes)
	if want := []string{asideBroadcast, asideGroup, asideNewsletter}; !slices.Equal(causes, want) {
		t.Errorf("causes %q, not %q", causes, want)
	}
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	if err := h.send("r1", "x"); err == nil {
		t.Error("somebody was answered who wrote in a group only")
	}
}
