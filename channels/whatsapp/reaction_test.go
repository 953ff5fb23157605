package whatsapp

import (
	"slices"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// A reaction is kept in the case with the message that it is to, whoever wrote
// that; taken off, that is kept too. One to a message that no case has goes with
// the person's open case, and opens none for who has none.
func TestReactions(t *testing.T) {
	h, st := newDesk(t)
	said := h.says("El portal de trámites no abre desde ayer, sale error 502")
	if _, err := h.ana.Await(1, time.Minute); err != nil { // the acknowledgement
		t.Fatal(err)
	}
	ticket := settled(h, st, 1)[0].Ticket
	steps := tickets.FileRef{Name: "pasos.pdf", Type: "application/pdf", Size: 9}
	err := st.Write(t.Context(), func(tx *store.Tx) (err error) {
		steps.Hash, err = tx.PutBlob([]byte("los pasos"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.replies(st, ticket, tickets.Record{"text": "Siga estos pasos.", "files": steps.String()})
	got, err := h.ana.Await(3, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	answer := ""
	h.until("the reply being noted as sent", func() bool {
		list, err := st.Outbox(t.Context(), store.OutboxFilter{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			if o.Purpose == tickets.PurposeReply {
				answer = o.Message
			}
		}
		return !slices.ContainsFunc(list, func(o store.Outgoing) bool { return o.SentAt.IsZero() })
	})

	reactions := []struct{ to, emoji, said, about string }{
		{got[1].ID, "👍", "Reaccionó con 👍", answer},
		{got[1].ID, "", "Quitó su reacción", answer},
		{got[2].ID, "🙏", "Reaccionó con 🙏", answer}, // its file
		{said, "😢", "Reaccionó con 😢", h.messageOf(st, ticket, said)},
		{"3EB0NOCASE", "❤️", "Reaccionó con ❤️", ""},
	}
	for i, r := range reactions {
		if _, err := h.ana.React(h.desk, r.to, r.emoji); err != nil {
			t.Fatal(err)
		}
		if e := settled(h, st, 2+i)[0]; e.Fate != store.FateMessage || e.Ticket != ticket {
			t.Errorf("%s: %s (%s) in %s", r.said, e.Fate, e.Cause, e.Ticket)
		}
	}
	thread, err := st.Thread(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	thread = slices.DeleteFunc(thread, func(m store.Message) bool { return m.Direction != store.Sys })
	if len(thread) != len(reactions) {
		t.Fatalf("%d lines for %d reactions: %+v", len(thread), len(reactions), thread)
	}
	for i, r := range reactions {
		if m := thread[i]; m.Said != r.said || m.About != r.about {
			t.Errorf("%q to %q, not %q to %q", m.Said, m.About, r.said, r.about)
		}
	}

	luis := h.server.Phone("+59170000099", "Luis")
	if _, err := luis.React(h.desk, got[1].ID, "👎"); err != nil { // to what was said to somebody else
		t.Fatal(err)
	}
	if _, err := luis.React(h.desk, "3EB0NOCASE", "👎"); err != nil {
		t.Fatal(err)
	}
	for _, e := range settled(h, st, 3+len(reactions))[:2] {
		if e.Fate != store.FateIgnored || e.Cause != asideReaction || e.Ticket != "" {
			t.Errorf("a stranger's: %s (%s) in %q", e.Fate, e.Cause, e.Ticket)
		}
	}
}
