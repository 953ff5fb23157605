package console

import (
	"strings"

	"ventanilla/tickets/store"
)

// What a message on a chat quotes stands above its text, as on a phone. The
// reader writes it as lines that begin with ">" (channels/whatsapp, content.go).

// citedView is what a chat's message quotes; Author is empty if nobody can be
// told to have said it.
type citedView struct{ Author, Said string }

// citedShort is how many characters of a quoted message are shown: two lines on
// a small phone. Of more, the rest is folded.
const citedShort = 64

// Short is the beginning, on one line and without the signs that format it.
func (v citedView) Short() string { return short(chatPlain(v.Said), citedShort) }

// Long says whether Short leaves something out.
func (v citedView) Long() bool { return short(chatPlain(v.Said), len(v.Said)) != v.Short() }

// speakers know who said what on a chat: names by what was said, empty where two
// said the same, and messages by their ids.
type speakers struct {
	names    map[string]string
	messages map[string]citedView
}

func newSpeakers() speakers { return speakers{map[string]string{}, map[string]citedView{}} }

// heard remembers who said a message.
func (p speakers) heard(m store.Message, author string) {
	key := plainSaid(m.Said)
	p.messages[m.ID] = citedView{author, m.Said}
	if known, ok := p.names[key]; ok && known != author {
		author = ""
	}
	p.names[key] = author
}

// cite turns the quote of a chat's message into what stands above its text. What
// went out names the message that was chosen; what came in has its words alone.
func (p speakers) cite(m store.Message, e *entry) {
	if chosen, ok := p.messages[m.Quotes]; ok && m.Quotes != "" {
		e.Cited = &chosen
		return
	}
	if !e.Chat || e.Whole || e.Quote == "" {
		return
	}
	lines := strings.Split(e.Quote, "\n")
	for i, l := range lines {
		rest, ok := strings.CutPrefix(l, ">")
		if !ok {
			return
		}
		lines[i] = strings.TrimPrefix(rest, " ")
	}
	said := strings.Join(lines, "\n")
	e.Cited, e.Quote = &citedView{p.names[plainSaid(said)], said}, ""
}

// plainSaid is a text by which a quote of it is known again: without the signs
// that format it, and no longer than a quote is kept.
func plainSaid(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("*_~`", r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSuffix(short(s, 600), "…")
}
