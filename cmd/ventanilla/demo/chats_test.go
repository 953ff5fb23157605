package demo

import (
	"bytes"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// writeChat fills in the form for a WhatsApp message, with a picture if asked.
func (s *site) writeChat(number, text string, picture *attachment, want int) string {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range map[string]string{"nombre": "Persona Ficticia", "numero": number, "texto": text} {
		if err := m.WriteField(k, v); err != nil {
			s.t.Fatal(err)
		}
	}
	if picture != nil {
		part, err := m.CreateFormFile("archivo", picture.Name)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := part.Write(picture.Data); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		s.t.Fatal(err)
	}
	res, err := http.Post(s.url+"/whatsapp", m.FormDataContentType(), &b)
	return s.body(res, err, want)
}

// What a citizen writes in pieces is one case; the ticks, the answer and its
// reading are known on both sides.
func TestCitizenChats(t *testing.T) {
	s := openSite(t)
	mine := "/whatsapp?yo=" + url.QueryEscape("+59176543210")
	s.writeChat("76543210", "buenas", nil, http.StatusOK)
	s.eventually(mine, `Cuéntenos qué sistema`) // a greeting alone opens no case
	s.writeChat("+591 7654 3210", "me sale esto", screenshot(), http.StatusOK)
	code := s.eventually(mine, `El código de su caso es \*?`+caseCode)[1]
	c, err := s.desk.Store.TicketByCode(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if c.Contact.Medium != string(channels.WhatsApp) || c.Contact.Value != "+59176543210" {
		t.Errorf("the case is of %+v", c.Contact)
	}
	thread := s.arrived(c.ID)
	if said := thread[0].Said; said != "buenas" {
		t.Errorf("the case begins with %q", said)
	}
	s.eventually(mine, `(?s)buenas.*✓✓ entregado.*me sale esto.*✓✓ entregado`)
	who := s.play.staff["operador"]
	err = s.desk.Store.Update(t.Context(), c.ID, func(c *tickets.Ticket) error {
		return c.Do(tickets.ActAsk, who, tickets.Record{"question": "¿Qué navegador usa?"}, time.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	s.eventually(mine, `¿Qué navegador usa\?`)
	err = s.play.until(t.Context(), "reading", func() (bool, error) {
		out, err := s.desk.Store.Outbox(t.Context(), store.OutboxFilter{State: channels.Read, Ticket: c.ID})
		return len(out) == 2, err // the acknowledgement and the question
	})
	if err != nil {
		t.Fatal(err)
	}
	if counts, err := s.desk.Store.Counts(t.Context()); err != nil || counts["open"] != 1 {
		t.Errorf("one conversation made %d cases, %v", counts["open"], err)
	}
	for _, u := range s.world.chats.server.Unknown() {
		t.Errorf("the server did not know: %s", u)
	}
}

// arrived waits until a case has a picture and gives its thread.
func (s *site) arrived(id string) (thread []store.Message) {
	s.t.Helper()
	err := s.play.until(s.t.Context(), "the picture", func() (bool, error) {
		var err error
		thread, err = s.desk.Store.Thread(s.t.Context(), id)
		for _, m := range thread {
			if len(m.Files) == 1 && m.Files[0].Type == "image/png" && m.Files[0].Size == int64(len(screenshot().Data)) {
				return true, err
			}
		}
		return false, err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return thread
}

func TestChatRefusals(t *testing.T) {
	s := openSite(t)
	for number, text := range map[string]string{"22500012": "hola", "": "hola", "71200000": "hola", "12": "hola", "71500001": "  "} {
		page := s.writeChat(number, text, nil, http.StatusBadRequest)
		if !strings.Contains(page, "ficticio, como") && !strings.Contains(page, "Escriba un mensaje") {
			t.Errorf("%q, %q: not told why", number, text)
		}
	}
	if n := len(s.world.chats.people()); n != 0 {
		t.Errorf("%d people wrote", n)
	}
}

func TestScreenshot(t *testing.T) {
	f := screenshot()
	if _, err := png.Decode(bytes.NewReader(f.Data)); err != nil || http.DetectContentType(f.Data) != f.Type {
		t.Errorf("no picture: %v, %s", err, http.DetectContentType(f.Data))
	}
}
