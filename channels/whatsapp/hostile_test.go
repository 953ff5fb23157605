package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// oddText is written from right to left and back, with a family of one sign and a null.
const oddText = "مرحبا \u202eabc\u202c 👩‍👩‍👧‍👦 \u0000fin"

// hostile is bad input as phones can send it, and words by which it is known again.
func hostile() []struct {
	loopback.Draft
	other bool // from a second person
	says  string
} {
	long := strings.Repeat("á", 65_536)
	size := uint64(200 << 20)
	bomb := "BEGIN:VCARD\n" + strings.Repeat("TEL:"+strings.Repeat("9", 500)+"\n", 2_000)
	text := func(s string) *waE2E.Message { return &waE2E.Message{Conversation: &s} }
	return []struct {
		loopback.Draft
		other bool
		says  string
	}{
		{Draft: loopback.Draft{Message: text(long)}, says: long},
		{Draft: loopback.Draft{Message: text(oddText)}, says: "👩‍👩‍👧‍👦 "},
		{Draft: loopback.Draft{Message: &waE2E.Message{VideoMessage: &waE2E.VideoMessage{FileLength: &size, Mimetype: proto.String("video/mp4"), DirectPath: proto.String("/v/x?y")}}}, says: "pesa más de lo permitido"},
		{Draft: loopback.Draft{Message: &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{FileName: proto.String(`..\..\../etc/passwd`), Mimetype: proto.String("text/plain"), FileLength: proto.Uint64(3)}}}, says: "[Documento: passwd, 1 kB]"},
		{Draft: loopback.Draft{Message: &waE2E.Message{ContactMessage: &waE2E.ContactMessage{DisplayName: proto.String("x"), Vcard: &bomb}}}, says: "[Contacto] x"},
		{Draft: loopback.Draft{Message: text("viejo"), At: time.Unix(86_400, 0)}, says: "viejo"},
		{Draft: loopback.Draft{Message: text("el mismo id"), ID: "3AAAAA"}, says: "el mismo id"},
		{Draft: loopback.Draft{Message: text("el mismo id, otro"), ID: "3AAAAA"}, other: true, says: "el mismo id, otro"},
	}
}

// Bad input on the wire is handled, shown, and nothing of it is lost.
func TestHostileMessages(t *testing.T) {
	h := newHouse(t)
	luis := h.server.Phone("12345678901234567890", "Veinte cifras")
	luis.Addressing = loopback.NumberOnly
	for _, d := range hostile() {
		from := h.ana
		if d.other {
			from = luis
		}
		if _, err := from.Send(h.desk, d.Draft); err != nil {
			t.Fatal(err)
		}
	}
	h.until("the last one", func() bool { return slices.Contains(h.host.said(), "el mismo id, otro") })
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	got := h.accepted(8)
	said := func(part string) channels.Report {
		i := slices.IndexFunc(got, func(r channels.Report) bool { return strings.Contains(r.Said, part) })
		if i < 0 {
			t.Fatalf("nothing says %.40q", part)
		}
		return got[i]
	}
	if r := said("ááá"); r.Said != strings.Repeat("á", 65_536) {
		t.Errorf("%d bytes", len(r.Said))
	}
	if r := said("200.0 MB"); !strings.Contains(r.Said, "pesa más de lo permitido") {
		t.Errorf("the video: %q", r.Said)
	}
	if r := said("passwd"); strings.ContainsAny(r.Said, `/\`) {
		t.Errorf("a path: %q", r.Said)
	}
	if r := said("[Contacto]"); len(r.Said) > 1000 {
		t.Errorf("the vCard is %d bytes long", len(r.Said))
	}
	if r := said("viejo"); r.SentAt.Year() != 1970 || time.Since(r.ReceivedAt) > time.Hour {
		t.Errorf("sent %v, received %v", r.SentAt, r.ReceivedAt)
	}
	if r := said("fin"); r.Said != oddText {
		t.Errorf("%q", r.Said)
	}
	if r := said("id, otro"); !strings.HasPrefix(r.From.Value, "wa:") {
		t.Errorf("twenty digits are %q", r.From.Value)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := h.account.Send(ctx, channels.Reply{ID: "r1", To: said("id, otro").From, Text: "le respondemos igual"}); err != nil {
		t.Errorf("twenty digits are not answered: %v", err)
	}
}

// The same ends in cases, each in its sender's, none of which is from 1970.
func TestHostileIntoCases(t *testing.T) {
	h, st := newDesk(t)
	type sent struct{ address, says string }
	var all []sent
	for i, d := range hostile() {
		p, address := h.server.Phone(fmt.Sprintf("+591740%05d", i), "Vecina"), ""
		if address = p.Number(); d.other {
			p, address = h.server.Phone("12345678901234567890", "Veinte cifras"), "wa:12345678901234567890"
			p.Addressing = loopback.NumberOnly
		}
		if _, err := p.Send(h.desk, loopback.Draft{Message: &waE2E.Message{Conversation: proto.String("El portal de trámites no abre, sale error 502")}, At: d.At}); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Send(h.desk, d.Draft); err != nil {
			t.Fatal(err)
		}
		all = append(all, sent{address, d.says})
	}
	began := time.Now().Add(-time.Hour)
	for _, s := range all {
		h.until("a case that says "+s.says[:min(len(s.says), 60)], func() bool {
			list, thread := h.casesOf(st, s.address)
			for _, row := range list {
				if row.Opened.Before(began) {
					t.Fatalf("a case of %v", row.Opened)
				}
			}
			return slices.ContainsFunc(thread, func(m store.Message) bool { return m.Direction == store.In && strings.Contains(m.Said, s.says) })
		})
	}
}

// casesOf gives the open cases of an address, and all that was said in them.
func (h *house) casesOf(st *store.Store, address string) (list []store.Row, said []store.Message) {
	h.Helper()
	err := st.Write(h.Context(), func(tx *store.Tx) error {
		person, err := tx.FindPerson(tickets.Contact{Medium: "whatsapp", Value: address})
		if err == nil {
			list, err = tx.OpenOf(person, address, 10)
		}
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		h.Fatal(err)
	}
	for _, row := range list {
		thread, err := st.Thread(h.Context(), row.ID)
		if err != nil {
			h.Fatal(err)
		}
		said = append(said, thread...)
	}
	return list, said
}
