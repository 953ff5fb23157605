package console

import (
	"regexp"
	"strings"
)

// What a chat brings that is no text is stored in Spanish words by whoever read
// it (channels/whatsapp: content.go, media.go, offers.go, once.go). They are no words of the
// person: whoever reads the console in another language has them in theirs. The
// Spanish catalogue holds them as they are stored, under "chat.".

// stockPhrase is one of these: its key, and how it begins a text.
type stockPhrase struct {
	key   string
	is    *regexp.Regexp
	names []string // of its parameters
	text  string
}

var parameter = regexp.MustCompile(`\\\{(\w+)\\\}`)

// stockPhrases reads them from the Spanish catalogue. What stands in brackets or
// before a colon may have more behind it; a sentence fills its line.
func stockPhrases(w *words) (out []stockPhrase) {
	for _, key := range w.keys() {
		if !strings.HasPrefix(key, "chat.") {
			continue
		}
		p := stockPhrase{key: key, text: w.text[key]}
		quoted := regexp.QuoteMeta(p.text)
		for _, m := range parameter.FindAllStringSubmatch(quoted, -1) {
			p.names = append(p.names, m[1])
		}
		ends := `(?:$|\n)`
		if strings.HasPrefix(p.text, "[") || strings.HasSuffix(p.text, ":") {
			ends = ""
		}
		p.is = regexp.MustCompile(`^` + parameter.ReplaceAllString(quoted, `(.+?)`) + ends)
		out = append(out, p)
	}
	return out
}

// chat is a text of a chat with the words of its reader in the reader's language.
func (w *words) chat(text string) string {
	if w.lang == languages[0] {
		return text
	}
	for _, p := range w.stock {
		if m := p.is.FindStringSubmatch(text); m != nil {
			said := strings.TrimSuffix(m[0], "\n")
			return w.filled(p, m[1:]) + text[len(said):]
		}
	}
	if begun, cut := strings.CutSuffix(text, "…"); cut {
		return w.cutShort(text, begun)
	}
	return text
}

func (w *words) filled(p stockPhrase, values []string) string {
	var params []any
	for i, name := range p.names {
		params = append(params, name, values[i])
	}
	return w.T(p.key, params...)
}

// cutShort is chat for a text that was cut short at begun, as a subject is.
func (w *words) cutShort(text, begun string) string {
	n := len(strings.Fields(begun))
	for _, p := range w.stock {
		if len(p.names) > 0 || n < 4 || !strings.HasPrefix(p.text, begun) {
			continue
		}
		all := strings.Fields(w.T(p.key))
		return strings.Join(all[:min(n, len(all))], " ") + "…"
	}
	return text
}

// noSubject is what the router calls a case that nobody gave one.
const noSubject = "(sin asunto)"

// about is what a list says of a case: its subject or its newest words.
func (w *words) about(medium, text string) string {
	switch {
	case w.lang != languages[0] && text == noSubject:
		return w.T("case.nosubject")
	case medium == "whatsapp":
		return w.chat(text)
	}
	return text
}

// spoken puts an entry of a chat into the reader's language, where its words are
// not the person's: lines in brackets, what was merely done, and what became of
// a file.
func (e *entry) spoken(w *words) {
	if e.Cited != nil {
		e.Cited.Said = w.chat(e.Cited.Said)
	}
	if !e.stock {
		return
	}
	lines := strings.Split(e.Text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "[") || strings.HasPrefix(l, "(") || len(e.Defects) > 0 {
			lines[i] = w.chat(l)
		}
	}
	e.Text, e.Title, e.Warn = strings.Join(lines, "\n"), w.chat(e.Title), w.chat(e.Warn)
	if e.What != nil {
		e.What.Word = strings.Trim(w.chat("["+e.What.Word+"]"), "[]")
	}
}
