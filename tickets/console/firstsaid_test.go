package console

import (
	"testing"

	"ventanilla/channels"
	"ventanilla/tickets/store"
)

// TestFirstSaid: the registro begins with all that a person wrote in pieces until
// somebody answered, not with a greeting; a mail is whole.
func TestFirstSaid(t *testing.T) {
	in := func(medium channels.Medium, text string) store.Message {
		return store.Message{Direction: store.In, Kind: channels.Human, Medium: medium, Said: text}
	}
	auto, out := store.Message{Direction: store.Out, Author: "system", Said: "Recibimos"}, store.Message{Direction: store.Out, Author: "u1", Said: "¿Qué mensaje sale?"}
	wa := func(text string) store.Message { return in(channels.WhatsApp, text) }
	for _, c := range []struct {
		messages []store.Message
		want     string
	}{
		{nil, ""},
		{[]store.Message{in(channels.Email, " No puedo entrar. "), auto, in(channels.Email, "¿Y?")}, "No puedo entrar."},
		{[]store.Message{wa("buenas tardes joven"), auto, wa("mi cuenta está bloqueada"), wa("[Foto, 1 kB]\nesto me sale"), wa("[Ubicación]\nPlaza Murillo"), wa("[Contacto] Mi contador\n+591 72509999"), wa("[Archivo recibido] foto.png"), out, wa("ya está")},
			"buenas tardes joven\nmi cuenta está bloqueada\nesto me sale"},
		{[]store.Message{wa("[contraseña oculta] no me deja")}, "[contraseña oculta] no me deja"},
	} {
		if got := said(c.messages); got != c.want {
			t.Errorf("said %q, want %q", got, c.want)
		}
	}
}
