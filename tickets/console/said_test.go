package console

import (
	"testing"

	"ventanilla/tickets/store"
)

// TestChatKinds: what a chat brings that is no text is shown as what it is, and
// nothing that somebody merely typed becomes a link.
func TestChatKinds(t *testing.T) {
	const at = "https://www.openstreetmap.org/?mlat=-16.495500&mlon=-68.133600#map=17/-16.495500/-68.133600"
	picture := []fileView{{Name: "foto.jpg"}}
	for _, c := range []struct {
		said             string
		files            []fileView
		word, where, now string
	}{
		{"[Ubicación]\nPlaza Murillo\n" + at, nil, "Ubicación", at, "Plaza Murillo"},
		{"[Ubicación]\n" + at, nil, "Ubicación", at, ""},
		{"[Ubicación]\nhttps://otro.ejemplo/?mlat=1", nil, "Ubicación", "", "https://otro.ejemplo/?mlat=1"},
		{"[Contacto] Ana\n+591 71234567", nil, "Contacto", "", "Ana\n+591 71234567"},
		{"[Encuesta] ¿Abre?\n– Sí\n– No", nil, "Encuesta", "", "¿Abre?\n– Sí\n– No"},
		{"[Foto, 12 kB]\nesto me sale", picture, "", "", "esto me sale"},
		{"[Foto, 12 kB]\nesto me sale", nil, "", "", "[Foto, 12 kB]\nesto me sale"},
		{"[Nota de voz de 7 s, 9 kB]", picture, "Nota de voz de 7 s", "", ""},
		{"[sic] lo dijo", nil, "", "", "[sic] lo dijo"},
		{"[Ubicación sin cerrar", nil, "", "", "[Ubicación sin cerrar"},
	} {
		e := entry{Kind: "in", Text: c.said, Files: c.files}
		described(store.Message{Medium: "whatsapp", Direction: store.In}, &e)
		e.shown()
		got := whatView{}
		if e.What != nil {
			got = *e.What
		}
		if got.Word != c.word || got.Map != c.where || e.Text != c.now {
			t.Errorf("%q is shown as %+v %q", c.said, got, e.Text)
		}
	}
	e := entry{Kind: "in", Text: "[Contacto] Ana"}
	if described(store.Message{Medium: "email", Direction: store.In}, &e); e.What != nil {
		t.Error("a mail's brackets are read as a chat's")
	}
}
