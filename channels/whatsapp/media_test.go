package whatsapp

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
)

func noise(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// A picture's message is safe at once; its file follows and joins it.
func TestFiles(t *testing.T) {
	h := newHouse(t)
	photo, voice, paper := noise(200_000), noise(9_000), noise(1_000)
	id, err := h.ana.SendImage(h.desk, photo, "image/png", "la pantalla")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.SendVoice(h.desk, voice, 7); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.SendDocument(h.desk, paper, "application/pdf", "../nota.pdf", "mi nota"); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, r := range h.accepted(6) {
		for _, f := range r.Files {
			files[f.Name] = f.Data
			if f.Type == "image/png" && !slices.Equal(r.Answers, []string{h.ana.Hidden() + "/" + id}) {
				t.Errorf("the picture joins %q", r.Answers)
			}
		}
	}
	for name, data := range map[string][]byte{"foto.png": photo, "nota.ogg": voice, "nota.pdf": paper} {
		if !bytes.Equal(files[name], data) {
			t.Errorf("%s: %d of %d bytes", name, len(files[name]), len(data))
		}
	}
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })
}

// A file that WhatsApp has no more is asked of the office's phone, also through a
// restart; what the phone does not have either is to be asked of the person, and
// so is what the phone never answers about.
func TestFilesThatExpired(t *testing.T) {
	h := newHouse(t)
	photo := noise(5_000)
	for _, kept := range []bool{true, false} {
		n := len(h.host.reports())
		h.stop()
		if _, err := h.ana.SendImage(h.desk, photo, "image/png", ""); err != nil {
			t.Fatal(err)
		}
		h.server.ExpireMedia(kept)
		h.start()
		r := h.accepted(n + 2)[n+1]
		if kept && (len(r.Files) != 1 || !bytes.Equal(r.Files[0].Data, photo)) {
			t.Errorf("not had from the phone: %+v", r)
		}
		if !kept && (len(r.Files) != 0 || !strings.Contains(r.Said, "pedirlo de nuevo")) {
			t.Errorf("had from nowhere: %+v", r)
		}
		h.until("no work left", func() bool { return h.account.Status().Work == 0 })
	}
}

// A voice note is fetched from WhatsApp's hosts only: another that the server
// names is not asked, and where there is no other the person is to be asked again.
func TestForeignHost(t *testing.T) {
	h := newHouse(t)
	for n, hosts := range [][]string{{"media.ejemplo.com", loopback.MediaHost}, {"media.ejemplo.com"}} {
		h.stop()
		h.server.MediaFrom(hosts...)
		before := h.server.Downloads()
		if _, err := h.ana.SendVoice(h.desk, noise(500), 3); err != nil {
			t.Fatal(err)
		}
		h.start()
		r := h.accepted(2 * (n + 1))[2*n+1]
		if got := h.server.Downloads() - before; got != len(hosts)-1 || len(r.Files) != got {
			t.Errorf("from %q: %d downloads, %+v", hosts, got, r)
		}
		if len(hosts) == 1 && (!strings.Contains(r.Said, "pedirlo de nuevo") || !slices.ContainsFunc(r.Defects, func(d string) bool { return strings.HasPrefix(d, defectNotFetched) })) {
			t.Errorf("from nowhere: %+v", r)
		}
	}
}

// A file that is gone is told of; one that cannot be had at the moment is
// tried again, also after a restart.
func TestFilesThatFail(t *testing.T) {
	wait := phoneWait
	phoneWait = 2 * time.Second
	defer func() { phoneWait = wait }()
	h := newHouse(t)
	n := 0
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusGone} {
		h.server.BreakMedia(status)
		if _, err := h.ana.SendImage(h.desk, noise(100), "image/png", ""); err != nil {
			t.Fatal(err)
		}
		if n += 2; len(h.accepted(n)[n-1].Files) != 0 || !strings.Contains(h.accepted(n)[n-1].Said, "pedirlo de nuevo") {
			t.Errorf("gone, %d: %+v", status, h.accepted(n)[n-1])
		}
	}
	before := h.server.Downloads()
	h.server.BreakMedia(http.StatusServiceUnavailable)
	if _, err := h.ana.SendImage(h.desk, noise(100), "image/png", ""); err != nil {
		t.Fatal(err)
	}
	h.until("the file being asked for", func() bool { return h.server.Downloads() > before })
	h.server.BreakMedia(0)
	if n += 2; len(h.accepted(n)[n-1].Files) != 1 {
		t.Errorf("after a moment without service: %+v", h.accepted(n)[n-1])
	}
	h.server.BreakMedia(http.StatusInternalServerError)
	if _, err := h.ana.SendImage(h.desk, noise(100), "image/png", ""); err != nil {
		t.Fatal(err)
	}
	h.accepted(n + 1)
	h.until("the file being tried", func() bool {
		list, err := h.account.live.session.db.Query("SELECT 1 FROM ventanilla_work WHERE tries > 0")
		if err != nil {
			return false
		}
		defer list.Close()
		return list.Next()
	})
	h.server.BreakMedia(0)
	h.stop()
	later := time.Now().Add(time.Hour)
	h.options.Now = func() time.Time { return later }
	h.start()
	if r := h.accepted(n + 2)[n+1]; len(r.Files) != 1 {
		t.Errorf("afterwards: %+v", r)
	}
}

// The sender's claims are not trusted: not the URL, not the path, not the size.
func TestHostileFiles(t *testing.T) {
	h := newHouse(t)
	huge := uint64(200 << 20)
	f, err := h.ana.Upload(noise(100), "WhatsApp Image Keys")
	if err != nil {
		t.Fatal(err)
	}
	image := func(change func(*waE2E.ImageMessage)) {
		t.Helper()
		m := &waE2E.ImageMessage{URL: proto.String("http://127.0.0.1:1/"), DirectPath: &f.DirectPath, MediaKey: f.Key, FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: &f.Size, Mimetype: proto.String("image/png")}
		change(m)
		if _, err := h.ana.Send(h.desk, loopback.Draft{Message: &waE2E.Message{ImageMessage: m}}); err != nil {
			t.Fatal(err)
		}
	}
	image(func(m *waE2E.ImageMessage) { m.FileLength = &huge })
	image(func(m *waE2E.ImageMessage) { m.DirectPath = proto.String("@127.0.0.1:1/x?") })
	image(func(m *waE2E.ImageMessage) { m.FileSHA256 = make([]byte, 32) })
	image(func(m *waE2E.ImageMessage) {}) // the URL alone does no harm
	reports := h.accepted(7)
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })
	var files, told int
	for _, r := range reports {
		files += len(r.Files)
		if strings.Contains(r.Said, "pedirlo de nuevo") || strings.Contains(r.Said, "pesa más") {
			told++
		}
	}
	if files != 1 || told != 3 {
		t.Errorf("%d files, %d told of: %+v", files, told, reports)
	}
}

// A file that is larger than its message claims is given up where the limit is,
// and not fetched again, for others wait.
func TestLargerThanItClaims(t *testing.T) {
	h := bareHouse(t)
	h.options.MaxBytes = 50_000
	h.start()
	h.link()
	f, err := h.ana.Upload(noise(200_000), whatsmeow.MediaDocument)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.ana.Send(h.desk, loopback.Draft{Message: &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{FileName: proto.String("a.pdf"), Mimetype: proto.String("application/pdf"),
		DirectPath: &f.DirectPath, MediaKey: f.Key, FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: proto.Uint64(100)}}})
	if err != nil {
		t.Fatal(err)
	}
	if r := h.accepted(2)[1]; len(r.Files) != 0 || !slices.ContainsFunc(r.Defects, func(d string) bool { return strings.Contains(d, errTooBig.Error()) }) {
		t.Errorf("%+v", r)
	}
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })
	if n := h.server.Downloads(); n != 1 {
		t.Errorf("fetched %d times", n)
	}
}

// The guard lets nothing through but https to WhatsApp, and no more than allowed.
func TestGuard(t *testing.T) {
	g := &guard{max: 10}
	for _, url := range []string{"http://mmg.whatsapp.net/x", "https://127.0.0.1/x", "https://mmg.whatsapp.net@evil.example/x", "https://evilwhatsapp.net/x"} {
		r, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.RoundTrip(r); err != errNotHost {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// Pictures and documents go out after the text; the fate of the reply is that of its last part.
func TestReplyWithFiles(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	err := h.account.Send(t.Context(), channels.Reply{ID: "r1", To: channels.Address{Value: h.ana.Number()}, Text: "vea", Files: []channels.File{
		{Name: "guía.pdf", Type: "application/pdf", Data: noise(500)}, {Name: "a.png", Type: "image/png", Data: noise(500)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.ana.Await(3, time.Minute)
	if err != nil || got[0].Text() != "vea" || got[1].Message.GetDocumentMessage().GetFileName() != "guía.pdf" || got[2].Message.GetImageMessage() == nil {
		t.Fatalf("%v %+v", err, got)
	}
	h.until("delivery", func() bool { return len(h.host.states("r1")) > 0 })
	if s := h.host.states("r1#1"); len(s) != 0 {
		t.Errorf("a file is told of as a reply: %v", s)
	}
}

// A reply whose text has arrived and whose file could not go out yet has not
// arrived: it is sent on later, the text not again.
func TestReplyInParts(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	h.stop()
	h.options.PerHour = 1
	h.start()
	h.is(Connected)
	r := channels.Reply{ID: "r1", To: channels.Address{Value: h.ana.Number()}, Text: "vea", Files: []channels.File{{Name: "guía.pdf", Type: "application/pdf", Data: noise(500)}}}
	var later *channels.LaterError
	if err := h.account.Send(t.Context(), r); !errors.As(err, &later) {
		t.Fatalf("more than one message an hour: %v", err)
	}
	if _, err := h.ana.Await(1, time.Minute); err != nil {
		t.Fatal(err)
	}
	h.stop()
	h.options.PerHour = -1
	h.start()
	h.is(Connected)
	if err := h.send("r2", "otra cosa"); err != nil {
		t.Fatal(err)
	}
	h.until("a later receipt", func() bool { return len(h.host.states("r2")) > 0 })
	if s := h.host.states("r1"); len(s) != 0 {
		t.Fatalf("a reply without its file is %q", s)
	}
	if err := h.account.Send(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	h.until("delivery", func() bool { return slices.Equal(h.host.states("r1"), []channels.State{channels.Reached}) })
	if got := h.ana.Inbox(); len(got) != 3 || got[0].Times != 1 || got[2].Message.GetDocumentMessage() == nil {
		t.Errorf("Ana got %+v", got)
	}
}

// A call is rejected and becomes one to be given back.
func TestCall(t *testing.T) {
	h := newHouse(t)
	call := h.ana.Call(h.desk)
	r := h.accepted(1)[0]
	if r.Kind != channels.CallEvent || r.From.Value != h.ana.Number() || r.Call.ID != "wa-"+call || r.Call.Answered || r.Call.Direction != "in" {
		t.Errorf("%+v %+v", r, r.Call)
	}
	h.until("the rejection", func() bool { return h.ana.Rejected(call) })
	if got, err := h.ana.Await(1, time.Minute); err != nil || got[0].Text() != usualCallText {
		t.Fatalf("the caller was told %+v, %v", got, err)
	}
	h.ana.Call(h.desk)
	h.accepted(2)
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })
	if got := h.ana.Inbox(); len(got) != 1 || got[0].Times != 1 {
		t.Errorf("a second call was answered again: %+v", got)
	}
}

// What cannot be read is asked for again; what is not given to linked devices
// is told of at once, and when it never comes somebody learns of it.
func TestUnreadable(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	if _, err := h.ana.Send(h.desk, loopback.Draft{Message: &waE2E.Message{Conversation: proto.String("dañado")}, Garbled: true}); err != nil {
		t.Fatal(err)
	}
	if r := h.accepted(2)[1]; r.Said != "dañado" || len(r.Answers) != 1 {
		t.Errorf("sent again: %+v", r)
	}
	if _, err := h.ana.Send(h.desk, loopback.Draft{Message: &waE2E.Message{}, Unavailable: "other"}); err != nil {
		t.Fatal(err)
	}
	if r := h.accepted(3)[2]; r.Kind != channels.Human || !strings.Contains(r.Said, "no se pudo descifrar") || !slices.Equal(r.Defects, []string{Unread}) {
		t.Errorf("not given: %+v", r)
	}
	h.until("no work left", func() bool { return h.account.Status().Work == 0 })
}

// Reactions, edits and quotes name the message they are about, ours by our own id.
func TestReferences(t *testing.T) {
	h := newHouse(t)
	first := h.says("hola")
	h.accepted(1)
	if err := h.send("r1@mesa", "¿su número?"); err != nil {
		t.Fatal(err)
	}
	got, err := h.ana.Await(1, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.Answer(h.desk, got[0], "71234567"); err != nil {
		t.Fatal(err)
	}
	if r := h.accepted(2)[1]; len(r.Answers) != 2 || r.Answers[0] != "r1@mesa" {
		t.Errorf("quoting a reply: %q", r.Answers)
	}
	if _, err := h.ana.Delete(h.desk, first); err != nil {
		t.Fatal(err)
	}
	if r := h.accepted(3)[2]; r.Kind != channels.Aside || r.Answers[0] != h.ana.Hidden()+"/"+first {
		t.Errorf("deletion: %+v", r)
	}
}

// What the office answers on its own phone is told of as given outside, with
// whom it went to, and is no report.
func TestOwnPhone(t *testing.T) {
	h := newHouse(t)
	h.says("hola")
	h.accepted(1)
	if _, err := h.desk.SayHere(h.ana, "pase por la oficina"); err != nil {
		t.Fatal(err)
	}
	r := h.accepted(2)[1]
	if r.Kind != channels.Outside || r.Said != "pase por la oficina" || len(r.To) != 1 || r.To[0].Value != h.ana.Number() || r.From.Value != h.desk.Number() {
		t.Errorf("%+v", r)
	}
	if r.ExternalID == h.host.reports()[0].ExternalID || h.account.Status().LastIn.IsZero() {
		t.Error("taken for the citizen's")
	}
}

// An operator's reply shows the message that it answers; one of another chat
// cannot be shown.
func TestQuote(t *testing.T) {
	h := newHouse(t)
	h.says("¿cuánto cuesta?")
	asked := h.accepted(1)[0]
	to := channels.Address{Value: h.ana.Number()}
	for i, q := range []*channels.Quote{{ID: asked.ExternalID, Said: asked.Said}, {ID: "999/3A", Said: "otra cosa"}} {
		if err := h.account.Send(t.Context(), channels.Reply{ID: fmt.Sprint("r", i), To: to, Text: "**Nada**, es [gratuito](https://agetic.example/costos)", Quote: q}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := h.ana.Await(2, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	c := got[0].Message.GetExtendedTextMessage().GetContextInfo()
	if got[0].Text() != "*Nada*, es gratuito: https://agetic.example/costos" || ref("", c.GetStanzaID()) != asked.ExternalID[strings.IndexByte(asked.ExternalID, '/'):] ||
		c.GetQuotedMessage().GetConversation() != "¿cuánto cuesta?" || !strings.HasPrefix(c.GetParticipant(), h.ana.Hidden()) {
		t.Errorf("%v", got[0].Message)
	}
	if got[1].Message.GetConversation() == "" {
		t.Errorf("quotes what is not of this chat: %v", got[1].Message)
	}
}

// What a person does beside talking is taken over the wire as what it is; typing
// leaves nothing. A business is known by the name that WhatsApp vouches for.
func TestAsides(t *testing.T) {
	h := newHouse(t)
	h.ana.Business = "Notaría Figurada"
	all, n := kinds(), 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		k := all[name]
		if k.kind != channels.Aside {
			continue // TestKindsIntoCases
		}
		h.ana.Type(h.desk)
		id, err := h.ana.Send(h.desk, loopback.Draft{Message: k.m})
		if err != nil {
			t.Fatal(err)
		}
		n++
		if r := h.accepted(n)[n-1]; r.Kind != channels.Aside || r.Said != k.said || r.ExternalID != h.ana.Hidden()+"/"+id || r.From.Name != "Notaría Figurada" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
	if got := len(h.host.reports()); got != n || n < 8 {
		t.Errorf("%d raws of %d asides", got, n)
	}
}
