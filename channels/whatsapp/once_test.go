package whatsapp

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
)

// What is to be seen once and is not given to linked devices says what it was,
// where WhatsApp names it, and is not taken for what could not be decrypted.
func TestOnceNotGiven(t *testing.T) {
	h := newHouse(t)
	for i, c := range []struct {
		m        *waE2E.Message
		begins   string
		defect   string
		asksWhat string
	}{
		{&waE2E.Message{ImageMessage: &waE2E.ImageMessage{}}, "[Foto para ver una sola vez:", "once-photo", "como foto común"},
		{&waE2E.Message{VideoMessage: &waE2E.VideoMessage{}}, "[Video para ver una sola vez:", "once-video", "como video común"},
		{&waE2E.Message{AudioMessage: &waE2E.AudioMessage{PTT: proto.Bool(true)}}, "[Nota de voz para escuchar una sola vez:", "once-voice", "como nota de voz común"},
		{&waE2E.Message{}, "[Foto, video o nota de voz para ver una sola vez:", "once-media", "como mensaje común"},
	} {
		if _, err := h.ana.Send(h.desk, loopback.Draft{Message: c.m, Unavailable: "view_once"}); err != nil {
			t.Fatal(err)
		}
		r := h.accepted(i + 1)[i]
		if r.Kind != channels.Human || !strings.HasPrefix(r.Said, c.begins) || !strings.Contains(r.Said, c.asksWhat) || !slices.Equal(r.Defects, []string{Unread, c.defect, defectOnceLost}) {
			t.Errorf("%+v", r)
		}
	}
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })
}

// What is given is kept, and the case is told; of what WhatsApp has no more it
// is told what it was.
func TestOnceGiven(t *testing.T) {
	h := newHouse(t)
	data := noise(3_000)
	for i, c := range []struct {
		kind       whatsmeow.MediaType
		wrap       func(loopback.File) *waE2E.Message
		said, lost string
		defect     string
	}{
		{whatsmeow.MediaImage, func(f loopback.File) *waE2E.Message {
			return &waE2E.Message{ViewOnceMessageV2: &waE2E.FutureProofMessage{Message: &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
				Mimetype: proto.String("image/png"), DirectPath: &f.DirectPath, MediaKey: f.Key, FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: &f.Size}}}}
		}, "[Foto para ver una sola vez, 3 kB]", "La foto era para ver una sola vez", "once-photo"},
		{whatsmeow.MediaVideo, func(f loopback.File) *waE2E.Message {
			return &waE2E.Message{VideoMessage: &waE2E.VideoMessage{ViewOnce: proto.Bool(true),
				Mimetype: proto.String("video/mp4"), DirectPath: &f.DirectPath, MediaKey: f.Key, FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: &f.Size}}
		}, "[Video para ver una sola vez, 3 kB]", "El video era para ver una sola vez", "once-video"},
		{whatsmeow.MediaAudio, func(f loopback.File) *waE2E.Message {
			return &waE2E.Message{ViewOnceMessageV2Extension: &waE2E.FutureProofMessage{Message: &waE2E.Message{AudioMessage: &waE2E.AudioMessage{PTT: proto.Bool(true), Seconds: proto.Uint32(4),
				Mimetype: proto.String("audio/ogg"), DirectPath: &f.DirectPath, MediaKey: f.Key, FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: &f.Size}}}}
		}, "[Nota de voz de 4 s para escuchar una sola vez, 3 kB]", "La nota de voz era para escuchar una sola vez", "once-voice"},
	} {
		f, err := h.ana.Upload(data, c.kind)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.ana.Send(h.desk, loopback.Draft{Message: c.wrap(f)}); err != nil {
			t.Fatal(err)
		}
		got := h.accepted(4*i + 2)[4*i:]
		if m := got[0]; m.Said != c.said || !slices.Equal(m.Defects, []string{c.defect}) {
			t.Errorf("the message: %+v", m)
		}
		if m := got[1]; len(m.Files) != 1 || !bytes.Equal(m.Files[0].Data, data) || !slices.Equal(m.Defects, []string{defectOnceKept}) {
			t.Errorf("its file: %+v", m)
		}
		f.DirectPath = "/v/nowhere?x"
		if _, err := h.ana.Send(h.desk, loopback.Draft{Message: c.wrap(f)}); err != nil {
			t.Fatal(err)
		}
		if m := h.accepted(4*i + 4)[4*i+3]; len(m.Files) != 0 || !strings.HasPrefix(m.Said, c.lost) || len(m.Defects) != 2 || m.Defects[0] != defectOnceLost {
			t.Errorf("its file that is gone: %+v", m)
		}
	}
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })
}
