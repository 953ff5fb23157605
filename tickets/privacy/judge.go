package privacy

import (
	"regexp"
	"strings"
	"unicode"

	"ventanilla/tickets/words"
)

var (
	date    = regexp.MustCompile(`^\d{1,2}[/.-]\d{1,2}([/.-]\d{2,4})?$|^\d{4}-\d{2}-\d{2}$|^\d{1,2}:\d{2}(:\d{2})?$|^\d{1,3}([.,]\d+)?(%|hrs?|h|min|am|pm)?$`)
	address = regexp.MustCompile(`^[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-zA-Z]{2,}$`)
	mobile  = regexp.MustCompile(`^(\+?591)?[67]\d{7}$`)
	year    = regexp.MustCompile(`^(19|20)\d\d$`)
	casual  = regexp.MustCompile(`(?i)^(AIT-\d{4}-|HR-|https?:|www\.)`)
)

// longestDate in bytes; the expression is slow on what is long.
const longestDate = 32

// joiner puts together a number that was written in groups.
var joiner = strings.NewReplacer("-", "", " ", "")

// password judges what follows a word for password.
func (s *scan) password(i int, c chain, value string) bool {
	bare := strings.Trim(value, "*_~`.,;")
	switch {
	case bare == "" || len(value) > 128 || casual.MatchString(value):
		return false
	case address.MatchString(value) && !c.quoted:
		return false
	case strings.Trim(bare, "•●x") == "":
		return false // hidden by whoever wrote it
	}
	strong := looksSecret(value)
	switch {
	case c.sign || c.quoted && (c.verb || c.near):
		return strong || c.ordinal == 0 && len(bare) >= 3 && !s.sentence(c) || c.verb && s.clauseEnds(c.to) && !ordinary(plain(bare)) || c.lonely.to == c.to
	case c.verb:
		return strong || !c.paused && s.clauseEnds(c.to) && len(bare) >= 3 && !ordinary(plain(bare))
	case !c.near || !strong || year.MatchString(bare) || mobile.MatchString(bare):
		return false
	}
	return !numeric(bare) || own[s.fold(i-1)] || c.weak || len(bare) <= 6
}

// looksSecret says whether a token is unlike a word of a sentence: digits or
// signs between letters, capitals inside.
func looksSecret(v string) bool {
	v = strings.TrimRight(v, "?!")
	if len(v) < 4 || len(v) <= longestDate && date.MatchString(v) {
		return false
	}
	var digit, sign, inner bool
	lower := false
	for _, r := range v {
		digit = digit || unicode.IsDigit(r)
		sign = sign || strings.ContainsRune("!@#$%^&+=?\\", r)
		inner = inner || lower && unicode.IsUpper(r)
		lower = unicode.IsLower(r)
	}
	return digit || sign || inner
}

// sentence says whether what follows a colon is ordinary talk: "contraseña: no
// la recuerdo", "problema de contraseña: el usuario no puede ingresar".
func (s *scan) sentence(c chain) bool {
	w := s.wordAt(c.from)
	if w.to != c.to {
		return false
	}
	return ordinary(w.fold) || common[w.fold] && !s.clauseEnds(c.to)
}

// clauseEnds says whether nothing that belongs to the same thought follows.
func (s *scan) clauseEnds(at int) bool {
	rest := strings.TrimLeft(s.text[at:], " \t")
	if rest == "" || !alnum([]rune(rest[:min(len(rest), 8)])[0]) {
		return true
	}
	next := s.wordAt(len(s.text) - len(rest))
	return continues[next.fold]
}

// ordinary words are said about passwords; they are none.
func ordinary(w string) bool {
	if said[w] || said[strings.TrimSuffix(w, "s")] || len(w) < 3 {
		return true
	}
	for _, ending := range []string{"ado", "ada", "ido", "ida", "ados", "adas", "ando", "iendo", "ble", "orio", "oria", "mente", "cion"} {
		if len(w) > len(ending)+2 && strings.HasSuffix(w, ending) {
			return true
		}
	}
	return false
}

// pin judges what follows the word PIN. Pins of maps and plugs are none.
func (s *scan) pin(i int, c chain, value string) bool {
	for j := i - 4; j <= i+6; j++ {
		if pinsOfThings[s.fold(j)] {
			return false
		}
	}
	bare := joiner.Replace(value)
	if numeric(bare) {
		return len(bare) >= 4 && len(bare) <= 8 && !(mobile.MatchString(bare) && !c.sign && !c.verb)
	}
	return (c.sign || c.verb || c.quoted) && looksSecret(value)
}

// code judges what follows the word code. Codes of errors, cases and payments
// are no secrets: only those sent to the person are.
func (s *scan) code(i int, c *chain) bool {
	value := s.text[c.from:c.to]
	if g, rest, ok := strings.Cut(value, "-"); ok && strings.EqualFold(g, "g") {
		value = rest // as Google writes them
	}
	number := strings.ReplaceAll(value, "-", "")
	if to := s.threeMore(c.from, c.to); to > c.to {
		c.to = to
		number = strings.ReplaceAll(s.text[c.from:c.to], " ", "")
	}
	sent := c.sms || s.context(i, sentWords, 8, 10)
	switch {
	case casual.MatchString(value) || mobile.MatchString(number) || s.context(i, thingsWithCode, 3, 4):
		return false
	case numeric(number) && len(number) >= 4 && len(number) <= 8:
		return sent && !year.MatchString(number) || len(number) == 6 && (c.sign || c.verb || c.near)
	}
	return sent && (c.sign || c.verb || c.quoted) && len(value) >= 5 && len(value) <= 12 && looksSecret(value)
}

// threeMore is where a code written in two halves ends: "482 913".
func (s *scan) threeMore(from, to int) int {
	rest := s.text[to:]
	if to-from == 3 && numeric(s.text[from:to]) && len(rest) >= 4 && rest[0] == ' ' && numeric(rest[1:4]) && (len(rest) == 4 || !alnum(rune(rest[4]))) {
		return to + 4
	}
	return to
}

// context says whether one of the words stands near i, in the same line.
func (s *scan) context(i int, set map[string]bool, before, after int) bool {
	for j := i + 1; j <= min(i+after, len(s.words)-1); j++ {
		if strings.ContainsAny(s.text[s.words[j-1].to:s.words[j].from], "\n") {
			break
		}
		if set[s.words[j].fold] && !denied(s, j) {
			return true
		}
	}
	for j := i - 1; j >= max(0, i-before); j-- {
		if strings.ContainsAny(s.text[s.words[j].to:s.words[j+1].from], "\n") {
			break
		}
		if set[s.words[j].fold] && !denied(s, j) {
			return true
		}
	}
	return false
}

// denied: "no me llegó", "nunca llega".
func denied(s *scan, j int) bool {
	for k := j - 1; k >= max(0, j-3); k-- {
		if f := s.words[k].fold; f == "no" || f == "nunca" || f == "tampoco" || f == "sin" {
			return true
		}
	}
	return false
}

// received hides a number that the same line says was sent to the person as a
// code: "me llegó 482913", "482913 es tu código de verificación".
func (s *scan) received(i int) {
	w := s.words[i]
	if !numeric(w.fold) || s.hidden(w.from) {
		return
	}
	from, to := w.from, w.to
	if len(w.fold) == 3 {
		switch {
		case s.threeMore(from, to) > to:
			to = s.threeMore(from, to)
		case i+1 < len(s.words) && len(s.fold(i+1)) == 3 && numeric(s.fold(i+1)) && s.text[to:s.words[i+1].from] == "-":
			to = s.words[i+1].to
		default:
			return
		}
	}
	number := joiner.Replace(s.text[from:to])
	if len(number) < 4 || len(number) > 6 || year.MatchString(number) || s.glued(from, to) {
		return
	}
	for j := i - 1; j >= max(0, i-3); j-- {
		if numbered[s.fold(j)] {
			return
		}
	}
	if after := s.fold(i + 1); measured[after] && (after != "bs" || words.Greeting(number, s.fold(i+2)) == "") {
		return
	}
	if s.context(i, codeWords, 10, 6) && s.context(i, sentWords, 10, 8) && !s.context(i, thingsWithCode, 6, 3) && !s.context(i, deniedWords, 10, 0) {
		s.hide(from, to, CodeMark)
	}
}

// glued says whether a number is part of something longer: a date, an amount,
// an address, a code with dashes.
func (s *scan) glued(from, to int) bool {
	before, after := s.text[:from], s.text[to:]
	if strings.HasSuffix(before, "G-") {
		before = "" // as Google writes its codes
	}
	if len(before) > 1 && strings.ContainsAny(before[from-1:], "/.,-@_#") && alnum(rune(before[from-2])) {
		return true
	}
	return len(after) > 1 && strings.ContainsAny(after[:1], "/.,-@_:") && alnum(rune(after[1]))
}

func numeric(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
