package phone

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// The words in which exchanges and their reports tell how a call ended and
// which way it went, in Spanish and English.

// plain writes letters small and without accents, and leaves the rest out.
func plain(s string) string {
	folded, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), s)
	if err != nil {
		folded = s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, folded)
}

// dispositions are asked in this order: "no contestada" is told from
// "contestada" by being asked first.
var dispositions = []struct {
	is    string
	words []string // beginnings of plain words
}{
	{"NO ANSWER", []string{"noanswer", "notanswer", "nocontest", "noatend", "norespon", "sinrespuesta", "sincontest", "perdida", "missed", "unanswered", "abandon"}},
	{"VOICEMAIL", []string{"voicemail", "buzon"}},
	{"ANSWERED", []string{"answered", "contestad", "atendid", "respondid", "completed", "completad", "connected", "conectad"}},
	{"BUSY", []string{"busy", "ocupad"}},
	{"CONGESTION", []string{"congestion"}},
	{"FAILED", []string{"failed", "fallid", "fallad", "error"}},
	{"CANCEL", []string{"cancel"}},
}

// disposition gives Asterisk's word in capitals for how a call ended, or
// VOICEMAIL; "" if it is none that is known.
func disposition(s string) string {
	s = plain(s)
	switch s {
	case "si", "yes":
		return "ANSWERED"
	case "no":
		return "NO ANSWER"
	}
	for _, d := range dispositions {
		for _, w := range d.words {
			if strings.HasPrefix(s, w) {
				return d.is
			}
		}
	}
	return ""
}

// directionOf gives "in", "out" or, between extensions, "" for an exchange's
// word; false if it is none that is known. "Local" and "internacional" say how far
// a call goes and not which way.
func directionOf(s string) (way string, ok bool) {
	if s = plain(s); strings.HasPrefix(s, "internac") || strings.HasPrefix(s, "internat") {
		return "", false
	}
	for _, d := range []struct {
		is    string
		words []string
	}{
		{"in", []string{"inbound", "incoming", "entrante", "recibid", "perdida", "missed"}},
		{"out", []string{"outbound", "outgoing", "saliente", "realizad", "efectuad", "emitid"}},
		{"", []string{"internal", "interna", "interno"}},
	} {
		for _, w := range d.words {
			if strings.HasPrefix(s, w) {
				return d.is, true
			}
		}
	}
	return s, s == "in" || s == "out"
}
