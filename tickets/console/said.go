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

// correction begins a message that says what an earlier one says now.
const correction = "Corrigió un mensaje anterior. Ahora dice:\n"

// chatDeeds are why a chat's message says nothing new but that something was
// done on the phone (channels/whatsapp, defects.go): one line is enough.
var chatDeeds = []string{"reaction", "taken-back", "vote", "chat-setting", "empty-edit", "foreign-change"}

// deed makes one line of what was merely done on a phone.
func deed(m store.Message, e *entry) {
	if m.Medium == "whatsapp" && m.Direction == store.Sys && len(m.Defects) == 1 && slices.Contains(chatDeeds, m.Defects[0]) && len(m.Files) == 0 && m.Said != "" {
		*e = entry{Kind: "sys", ID: m.ID, At: m.At, Title: m.Said, Author: m.AuthorName}
	}
}

// target shows what somebody reacted to, in its first words.
func (p speakers) target(m store.Message, e *entry) {
	if about, ok := p.messages[m.About]; ok && e.Kind == "sys" && slices.Contains(m.Defects, "reaction") {
		e.Text = "«" + about.Short() + "»"
	}
}

// changed says whether its writer took a message back or corrected it, in the
// catalogue's words; a correction itself is shown as one.
func changed(w *words, m store.Message, e *entry) {
	if m.Direction != store.In {
		return
	}
	rest, corrects := strings.CutPrefix(m.Said, correction)
	switch {
	case m.Medium == "whatsapp" && corrects:
		e.What, e.Text = &whatView{Icon: "pen", Word: w.T("msg.correction")}, rest
	case m.Gone:
		e.Defects = append(e.Defects, w.T("msg.deleted"))
	case m.Now != "":
		e.Defects = append(e.Defects, w.T("msg.corrected"))
	}
}

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
var placeholders = []string{"[Foto, ", "[Foto para ver ", "[Foto en mejor ", "[Video, ", "[Video para ver ", "[Video en mejor ", "[Audio, ", "[Audio para escuchar ", "[Sticker, ", "[Documento: ", "[Nota de voz "}

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
