// Package words reads Spanish as people of Bolivia type it: without accents,
// without ñ, in capitals, run together. It turns text into folded words and
// their stems, and it is the only place that does, so that what the search
// indexes, what a person types into the search box and what the classifier
// counts are the same words on both databases.
//
// ñ stays apart from n ("año" is not "ano"), but a text is indexed under both
// forms and a query asks for both, because many keyboards have no ñ.
//
// The package is pure: no I/O, the same answer for the same text, safe from
// several goroutines.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxToken is the longest word, in runes, that Tokens gives: what is longer
// (base64, URLs without separators) is cut, since nobody searches for its tail.
const MaxToken = 48

// Fold gives text in lower case and without accents; ñ is kept. Everything
// else (digits, punctuation, other scripts) stays where it is.
func Fold(text string) string {
	if plain(text) {
		return strings.ToLower(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, " ")) {
		b.WriteRune(foldRune(r))
	}
	return stripMarks(b.String())
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// folded maps the letters that Spanish, Portuguese, German and French carry.
var folded = func() map[rune]rune {
	m := map[rune]rune{}
	for _, pair := range []string{"aàáâãäåā", "eèéêëē", "iìíîïī", "oòóôõöōø", "uùúûüū", "cç", "yýÿ", "sš", "zž"} {
		rs := []rune(pair)
		for _, r := range rs[1:] {
			m[r] = rs[0]
		}
	}
	return m
}()

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	r = unicode.ToLower(r)
	if f, ok := folded[r]; ok {
		return f
	}
	return r
}

// stripMarks drops what accents are left after the composed letters are folded.
func stripMarks(s string) string {
	if strings.IndexFunc(s, isMark) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isMark(r) {
			return -1
		}
		return r
	}, s)
}

func isMark(r rune) bool { return r > utf8.RuneSelf && unicode.Is(unicode.Mn, r) }

// Tokens gives the folded words of text in their order: runs of letters and
// digits, at most MaxToken runes each.
func Tokens(text string) []string {
	text = Fold(text)
	tokens := make([]string, 0, len(text)/6+1)
	for word := range strings.FieldsFuncSeq(text, separates) {
		tokens = append(tokens, cut(word))
	}
	return tokens
}

func separates(r rune) bool {
	if r < utf8.RuneSelf {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
	}
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func cut(word string) string {
	if len(word) <= MaxToken || utf8.RuneCountInString(word) <= MaxToken {
		return word
	}
	return string([]rune(word)[:MaxToken])
}
