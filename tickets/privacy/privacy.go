// Package privacy takes out of a text what the desk must not show: passwords,
// PINs and one-time codes that people send though nobody asked (domain.md §3),
// and, for exports and articles, numbers of identity cards and other marks of
// a person.
//
// A secret is found by the word that announces it ("mi clave es …",
// "contraseña: …", "el código que me llegó es …", in every spelling) and by
// how what follows looks. In doubt it is hidden: the form as delivered stays
// sealed in the ledger, and whoever has the right can open it.
//
// The package is pure: no I/O, the same answer for the same text.
package privacy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ventanilla/tickets/words"
)

// What stands in a text where a secret stood.
const (
	PasswordMark = "[contraseña oculta]"
	PINMark      = "[PIN oculto]"
	CodeMark     = "[código oculto]"
)

// Hides says whether something was hidden in a text.
func Hides(text string) bool {
	return strings.Contains(text, PasswordMark) || strings.Contains(text, PINMark) || strings.Contains(text, CodeMark)
}

// Redact hides the secrets in a text and says how many there were.
func Redact(text string) (string, int) {
	var s Secrets
	return s.Redact(text), s.Found
}

// Secrets hides what several texts of one message hold: a secret that one of
// them announces is hidden in the others too. The zero value is ready.
type Secrets struct {
	Found  int
	values []known
}

// known is a secret that was announced and is unlike any ordinary word.
type known struct{ value, mark string }

// maxKnown is how many of them are looked for in the other texts of a message:
// each costs a walk through all of them.
const maxKnown = 50

// Redact hides the secrets in a text.
func (s *Secrets) Redact(text string) string { return replace(text, s.find(text)) }

// RedactAfter is Redact for a text said right after another one, which may have
// announced what this one holds: "mi contraseña es" and, in the next message, "Perrito12".
func (s *Secrets) RedactAfter(before, text string) string {
	head := tail(before) + "\n"
	var own []span
	for _, sp := range s.find(head + text) {
		if sp.from >= len(head) {
			own = append(own, span{sp.from - len(head), sp.to - len(head), sp.mark})
		}
	}
	return replace(text, own)
}

// tail is the last line of a text.
func tail(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// span is a part of a text to be replaced by mark.
type span struct {
	from, to int
	mark     string
}

func replace(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.from] + s.mark)
		at = s.to
	}
	b.WriteString(text[at:])
	return b.String()
}

// find gives the secrets of a text in their order, and remembers them.
func (s *Secrets) find(text string) []span {
	var spans []span
	if mayHold(text) {
		sc := &scan{text: text, words: split(text)}
		for i := range sc.words {
			sc.announced(i)
		}
		for i := range sc.words {
			sc.received(i)
		}
		spans = sc.spans
		s.remember(text, spans)
	}
	for _, k := range s.values {
		spans = append(spans, occurrences(text, k)...)
	}
	slices.SortFunc(spans, func(a, b span) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	end := 0
	spans = slices.DeleteFunc(spans, func(sp span) bool {
		inside := sp.from < end
		end = max(end, sp.to)
		return inside
	})
	s.Found += len(spans)
	return spans
}

func (s *Secrets) remember(text string, spans []span) {
	for _, sp := range spans {
		if len(s.values) == maxKnown {
			return
		}
		k := known{text[sp.from:sp.to], sp.mark}
		if len(k.value) >= 6 && strings.ContainsAny(k.value, "0123456789") && !slices.Contains(s.values, k) {
			s.values = append(s.values, k)
		}
	}
}

// occurrences finds a known secret that stands alone.
func occurrences(text string, k known) (spans []span) {
	for at := 0; ; {
		i := strings.Index(text[at:], k.value)
		if i < 0 {
			return spans
		}
		from := at + i
		to := from + len(k.value)
		before, _ := utf8.DecodeLastRuneInString(text[:from])
		after, _ := utf8.DecodeRuneInString(text[to:])
		if !alnum(before) && !alnum(after) {
			spans = append(spans, span{from, to, k.mark})
		}
		at = to
	}
}

// mayHold is the quick answer for most texts: none of the words that announce
// a secret is in it.
func mayHold(text string) bool {
	lower := strings.ToLower(text)
	for _, part := range []string{"ontr", "tras", "clav", "klav", "clab", "pas", "pw", "psw", "pin", "puk", "nip", "digo", "dico", "cod", "otp", "tok", "sms", "credencial"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}

// word is a run of letters and digits, folded, without ñ.
type word struct {
	from, to int
	fold     string
}

func alnum(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

func split(text string) []word {
	var list []word
	from := -1
	for i, r := range text {
		switch in := r != utf8.RuneError && alnum(r); {
		case in && from < 0:
			from = i
		case !in && from >= 0:
			list, from = append(list, word{from, i, plain(text[from:i])}), -1
		}
	}
	if from >= 0 {
		list = append(list, word{from, len(text), plain(text[from:])})
	}
	return list
}

func plain(s string) string {
	for i := 0; ; i++ {
		if i == len(s) {
			return s // most words
		}
		if c := s[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9') {
			break
		}
	}
	return strings.ReplaceAll(words.Fold(s), "ñ", "n")
}

// RedactName hides the secrets in the name of a file; its ending stays.
func (s *Secrets) RedactName(name string) string {
	ending := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 6 {
		name, ending = name[:i], name[i:]
	}
	return s.Redact(name) + ending
}
