package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// chat is a case on WhatsApp with one message of each kind, in the words that
// channels/whatsapp has for them; last is the correction of a message.
func (o *office) chat() (id, corrected, last string) {
	o.t.Helper()
	id = o.report(2*time.Hour, "whatsapp", "+59171112223", "Carla Supuesta", "", "no puedo firmar el documento", tickets.Suggestion{Class: tickets.Support})
	c := o.ticket(id)
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		add := func(m store.Message) string {
			m.Medium, m.Author, m.AuthorName, m.Address, m.Kind = channels.WhatsApp, c.Person, "Carla Supuesta", c.Contact.Value, channels.Human
			if m.Direction == "" {
				m.Direction = store.In
			}
			if m.ExternalID == "" {
				m.ExternalID = "591/" + tx.NewID()
			}
			if err := tx.AddMessage(id, &m); err != nil {
				o.t.Fatal(err)
			}
			return m.ID
		}
		add(store.Message{Said: "[Nota de voz de 7 s, 9 kB]", Files: []store.File{{Name: "nota.ogg", Type: "audio/ogg; codecs=opus", Data: []byte("OggS\x00voz")}}})
		for ext, file := range map[string]store.Message{
			"kept": {Said: "[Archivo recibido] foto.png", Files: []store.File{{Name: "foto.png", Type: "image/png", Data: []byte("\x89PNG")}}, Defects: []string{"once-kept"}},
			"lost": {Said: "La foto era para ver una sola vez y WhatsApp ya no la tiene: hay que pedirla como foto común.", Defects: []string{"once-lost", "file-not-fetched:404"}},
		} {
			add(store.Message{ExternalID: "591/" + ext, Said: "[Foto para ver una sola vez, 2 kB]\nla pantalla que " + ext, Defects: []string{"once-photo"}})
			file.ExternalID = "591/" + ext + "#file"
			add(file)
		}
		add(store.Message{Said: "[Video para ver una sola vez: WhatsApp no lo entrega a esta mesa. Hay que pedirlo como video común.]", Defects: []string{"unread", "once-video", "once-lost"}})
		add(store.Message{Said: "[Encuesta] ¿Cuándo puedo llamar?\n– Por la mañana\n– Por la tarde"})
		add(store.Message{Said: "[Ubicación]\nPlaza Murillo\nhttps://www.openstreetmap.org/?mlat=-16.495500&mlon=-68.133600#map=17/-16.495500/-68.133600"})
		add(store.Message{Said: "[Contacto] Ana Figurada\n+591 71234567"})
		gone := add(store.Message{Said: "mi número de cuenta es el otro"})
		corrected = add(store.Message{Said: "me sale el herror 403"})
		last = add(store.Message{Said: "Corrigió un mensaje anterior. Ahora dice:\nme sale el error 403", Text: "Corrigió un mensaje anterior. Ahora dice:\nme sale el error 403"})
		deletion := add(store.Message{Direction: store.Sys, Said: "Borró un mensaje anterior", Defects: []string{"taken-back"}, Quiet: true})
		add(store.Message{Direction: store.Sys, Said: "Reaccionó con 👍", Defects: []string{"reaction"}, Quiet: true, About: id + "-1"})
		add(store.Message{Direction: store.Sys, Said: "Quitó su reacción", Defects: []string{"reaction"}, Quiet: true})
		add(store.Message{Said: "eso mismo", Text: "> no puedo firmar el documento\neso mismo"})
		long := strings.Repeat("primero abro el documento y después pulso firmar ", 6)
		add(store.Message{Said: long})
		add(store.Message{Said: "[Foto, 12 kB]\nasí se ve", Text: "> " + long + "\n[Foto, 12 kB]\nasí se ve"})
		if _, _, err := tx.Rewrite(id, gone, deletion, "", tx.Now()); err != nil {
			return err
		}
		_, _, err := tx.Rewrite(id, corrected, last, "me sale el error 403", tx.Now())
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return id, corrected, last
}

// TestChangedOnThePhone: a corrected message says so, its correction is no deleted
// message, a deleted one is, and what was merely done on the phone is one line.
func TestChangedOnThePhone(t *testing.T) {
	o := open(t)
	id, corrected, last := o.chat()
	page := body(t, o.login("operador").get("/casos/"+o.code(id)))
	entryOf := func(message string) string {
		t.Helper()
		_, rest, ok := strings.Cut(page, `id="m`+message+`"`)
		if !ok {
			t.Fatalf("the thread lacks %s", message)
		}
		entry, _, _ := strings.Cut(rest, "</article>")
		return entry
	}
	if e := entryOf(corrected); !strings.Contains(e, "La persona lo corrigió después") || strings.Contains(e, "borró") {
		t.Error("the corrected message does not say so")
	}
	if e := entryOf(last); !strings.Contains(e, "<b>Corrección</b>") || !strings.Contains(e, ">me sale el error 403</div>") || strings.Contains(e, "borró") || strings.Contains(e, "Ver el mensaje completo") {
		t.Errorf("the correction is not shown as one: %s", e)
	}
	if n := strings.Count(page, "La persona borró este mensaje"); n != 1 {
		t.Errorf("%d messages are said to be deleted, not 1", n)
	}
	for done, to := range map[string]string{"Reaccionó con 👍": " — «no puedo firmar el documento»", "Quitó su reacción": "", "Borró un mensaje anterior": ""} {
		if !strings.Contains(page, "<b>"+done+"</b> · Carla Supuesta"+to+"</span>") {
			t.Errorf("%q is no line of the thread", done)
		}
	}
	if strings.Contains(page, "Mensaje automático") {
		t.Error("what a person did is called automatic")
	}
}

// TestSeenOnce: what was sent to be seen once says what it is and whether the
// desk has it, and is told apart from what could not be decrypted.
func TestSeenOnce(t *testing.T) {
	o := open(t)
	id, _, _ := o.chat()
	page := body(t, o.login("operador").get("/casos/"+o.code(id)))
	entryOf := func(words string) string {
		t.Helper()
		before, after, ok := strings.Cut(page, words)
		if !ok {
			t.Fatalf("the thread lacks %q", words)
		}
		rest, _, _ := strings.Cut(after, "</article>")
		return before[strings.LastIndex(before, "<article"):] + words + rest
	}
	if e := entryOf("la pantalla que kept"); !strings.Contains(e, "Foto para ver una sola vez · La mesa guardó una copia") || strings.Contains(e, "[Foto") || !strings.Contains(e, "foto.png") {
		t.Errorf("the one that is kept: %s", e)
	}
	if e := entryOf("la pantalla que lost"); !strings.Contains(e, "Foto para ver una sola vez · No se pudo obtener el archivo · El archivo no se pudo descargar de WhatsApp (404)") || !strings.Contains(e, "hay que pedirla como foto común") {
		t.Errorf("the one that is lost: %s", e)
	}
	if e := entryOf("[Video para ver una sola vez: WhatsApp no lo entrega a esta mesa."); !strings.Contains(e, "Video para ver una sola vez · No se pudo obtener el archivo") {
		t.Errorf("the one that was not given: %s", e)
	}
}

// TestChatInEnglish: somebody who reads the console in English has the words of
// the channel in English, in the thread and in the queue; what is stored stays.
func TestChatInEnglish(t *testing.T) {
	o := open(t)
	id, _, _ := o.chat()
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		c := o.ticket(id)
		if err := tx.AddMessage(id, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.WhatsApp, Author: c.Person, Address: c.Contact.Value, Said: "[Foto, 12 kB]\nla última"}); err != nil {
			return err
		}
		u := store.Staff{Login: "english", Name: "Edith Inglés", Hash: hashed(), Roles: []tickets.Role{tickets.Operador}, Active: true, Language: "en"}
		return tx.AddStaff(&u)
	})
	if err != nil {
		t.Fatal(err)
	}
	b := o.login("english")
	page := body(t, b.get("/casos/"+o.code(id)))
	queue := body(t, b.get("/bandeja"))
	for _, want := range []string{"<b>Location</b>", "<b>Contact</b>", "<b>Poll</b>", "<b>Voice note of 7 s</b>", "Reacted with 👍", "[Photo, 12 kB]"} {
		if !strings.Contains(page, want) {
			t.Errorf("the thread lacks %s", want)
		}
	}
	for _, never := range []string{"Ubicación", "Contacto", "Encuesta", "Nota de voz", "Reaccionó", "[Foto"} {
		if strings.Contains(page, never) || strings.Contains(queue, never) {
			t.Errorf("%s is shown to somebody who reads English", never)
		}
	}
	if !strings.Contains(queue, "[Photo, 12 kB] la última") {
		t.Error("the queue lacks the newest words")
	}
}
