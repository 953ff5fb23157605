package console

import (
	"slices"
	"strings"

	"ventanilla/tickets/store"
)

// What a chat brings that is no text comes in words, behind a word in brackets
// (channels/whatsapp, content.go); the thread shows it as what it is.

// whatView is what a message is, if it is no plain text; Map is where a place
// can be seen.
type whatView struct{ Icon, Word, Map string }

// mapsAt is how every address begins that a place brings: what else somebody
// may have written behind "[Ubicación]" is text and no link.
const mapsAt = "https://www.openstreetmap.org/?mlat="

// described takes out of a chat's message what kind of thing it is.
func described(m store.Message, e *entry) {
	if m.Medium != "whatsapp" || m.Direction != store.In || !strings.HasPrefix(e.Text, "[") {
		return
	}
	word, rest, ok := strings.Cut(e.Text[1:], "]")
	icon := map[string]string{"Ubicación": "place", "Contacto": "mine", "Encuesta": "report"}[word]
	if !ok || icon == "" {
		return
	}
	lines := strings.Split(strings.TrimSpace(rest), "\n")
	what := &whatView{Icon: icon, Word: word}
	if last := lines[len(lines)-1]; icon == "place" && strings.HasPrefix(last, mapsAt) {
		what.Map, lines = last, lines[:len(lines)-1]
	}
	e.What, e.Text = what, strings.Join(lines, "\n")
}

// placeholders begin the line that stands for a file; where the file itself is
// shown it says nothing more, but for how long a voice note is.
var placeholders = []string{"[Foto, ", "[Video, ", "[Audio, ", "[Sticker, ", "[Documento: ", "[Nota de voz "}

// shown takes the line away that stands for a file which is there.
func (e *entry) shown() {
	if len(e.Files) == 0 || e.Kind != "in" || !slices.ContainsFunc(placeholders, func(p string) bool { return strings.HasPrefix(e.Text, p) }) {
		return
	}
	line, rest, _ := strings.Cut(e.Text, "\n")
	if word, _, _ := strings.Cut(strings.Trim(line, "[]"), ","); strings.HasPrefix(word, "Nota de voz") {
		e.What = &whatView{Icon: "voice", Word: word}
	}
	e.Text = rest
}
