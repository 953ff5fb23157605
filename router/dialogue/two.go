package dialogue

import (
	"regexp"
	"strings"
)

// cuts are where people go from one problem to the next within one message.
var cuts = regexp.MustCompile(`(?i)\n\s*(?:\d+\s*[.)-]|[-•*])\s|[.;,]?\s+(?:y\s+)?(?:adem[aá]s|tambi[eé]n|por otr[oa] (?:lado|parte)|aparte|asimismo|otra (?:consulta|cosa|pregunta|duda)|otro (?:tema|problema|asunto)|la otra es|aprovecho)\b`)

// twoBytes is how much of a message is read for a second problem: every mail
// passes here, and what people want stands at its beginning.
const twoBytes = 1000

// Two says whether one message tells of two problems: it changes the subject in
// the middle, and what follows names another matter than what came before (cl. 5.c).
func Two(text string) bool {
	if len(text) > twoBytes {
		text = strings.ToValidUTF8(text[:twoBytes], "")
	}
	if !mayCut(text) {
		return false
	}
	at := cuts.FindAllStringIndex(text, 2)
	for _, c := range at {
		before, after := strings.TrimSpace(text[:c[0]]), strings.TrimSpace(text[c[0]:])
		a, b := read(&Message{Text: before}), read(&Message{Text: after})
		if a.role != speech || b.role != speech || !a.has(asks) || !b.has(asks) {
			continue
		}
		t := newTopic()
		t.take(a, &Message{Text: before})
		if t.like(b).clash >= 1 {
			return true
		}
	}
	return false
}

// mayCut says whether a text has one of the words of cuts, or a line that may
// begin a list: most have not, and need not be searched.
func mayCut(text string) bool {
	low := strings.ToLower(text)
	for _, w := range []string{"adem", "tambi", "por otr", "aparte", "asimismo", "otra", "otro", "aprovecho"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	for {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			return false
		}
		if text = strings.TrimLeft(text[i+1:], " \t\n\f\r"); text == "" {
			return false
		}
		if text[0] >= '0' && text[0] <= '9' || text[0] == '-' || text[0] == '*' || strings.HasPrefix(text, "•") {
			return true
		}
	}
}
