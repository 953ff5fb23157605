package whatsapp

import (
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets/store"
)

// The photos of an album belong together, however late the last of them comes and
// whatever the person wrote about meanwhile; so does a photo in better quality.
func TestAlbumThatComesLate(t *testing.T) {
	h, st := newDesk(t)
	size := uint64(1000)
	send := func(m *waE2E.Message) string {
		t.Helper()
		id, err := h.ana.Send(h.desk, loopback.Draft{Message: m})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	child := func(kind waE2E.MessageAssociation_AssociationType, parent, caption string) *waE2E.Message {
		return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{FileLength: &size, Caption: &caption}, MessageContextInfo: &waE2E.MessageContextInfo{
			MessageAssociation: &waE2E.MessageAssociation{AssociationType: kind.Enum(), ParentMessageKey: &waCommon.MessageKey{ID: &parent, FromMe: proto.Bool(true)}}}}
	}
	album := send(&waE2E.Message{AlbumMessage: &waE2E.AlbumMessage{ExpectedImageCount: proto.Uint32(3)}})
	first := send(child(waE2E.MessageAssociation_MEDIA_ALBUM, album, "El portal de trámites no abre desde ayer, sale error 502"))
	if _, err := h.ana.Await(1, time.Minute); err != nil {
		t.Fatal(err)
	}
	ticket := caseOf(h, st, first)
	second := h.says("Otra cosa, aparte de eso: no me llega el código de verificación de Ciudadanía Digital por SMS")
	if _, err := h.ana.Await(2, time.Minute); err != nil {
		t.Fatal(err)
	}
	if other := caseOf(h, st, second); other == ticket {
		t.Fatal("one case of two matters")
	}
	for _, m := range []*waE2E.Message{
		child(waE2E.MessageAssociation_MEDIA_ALBUM, album, ""),
		{AssociatedChildMessage: &waE2E.FutureProofMessage{Message: child(waE2E.MessageAssociation_HD_IMAGE_DUAL_UPLOAD, first, "")}},
	} {
		if id := send(m); caseOf(h, st, id) != ticket {
			t.Errorf("a photo of the album is in another case: %v", m)
		}
	}
}

// caseOf waits until what the person said under an id of WhatsApp's is in a case.
func caseOf(h *house, st *store.Store, id string) (ticket string) {
	h.Helper()
	h.until("a case", func() bool {
		err := st.Write(h.Context(), func(tx *store.Tx) (err error) {
			ticket, _, err = tx.FindRef("whatsapp", ref(h.ana.Hidden()+"@lid", id))
			if err == store.ErrNotFound {
				err = nil
			}
			return err
		})
		if err != nil {
			h.Fatal(err)
		}
		return ticket != ""
	})
	return ticket
}
