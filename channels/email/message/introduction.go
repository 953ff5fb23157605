package message

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The line that introduces a quote: "El mar, 3 nov 2026 a las 10:12, Ana escribió:".

var (
	// "2026-11-03 10:12 GMT-04:00 Ana <ana@x>:", "3.11.2026, 10:12, Ana <ana@x>:", "вт, 3 нояб. 2026 г. в 10:12, Анна <a@x>:"
	dateFirst = regexp.MustCompile(`^(?:\pL{2,12}\.?,? )?\d{1,4}[ ./:年-].*[<(\[]\S+@\S+[>)\]]\s?[:：]$`)
	// the first without the colon; proves something only above a line with ">"
	dateFirstBare = regexp.MustCompile(`^\d{4}[/.-]\d{1,2}[/.-]\d{1,2} .*<\S+@\S+>$`)
)

// digits is the length of the run of digits at i.
func digits(s string, i int) int {
	n := 0
	for i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '9' {
		n++
	}
	return n
}

// clock finds a clock time: "10:12", "10.12", "10h12", "10時12分".
func clock(s string) bool {
	for i := 0; i < len(s); i++ {
		n := digits(s, i)
		if n == 0 {
			continue
		}
		i += n
		if i < len(s) && (n <= 2 && (s[i] == ':' || s[i] == '.' || s[i] == 'h') && digits(s, i+1) == 2 ||
			strings.HasPrefix(s[i:], "時") || strings.HasPrefix(s[i:], "时") || strings.HasPrefix(s[i:], "시")) {
			return true
		}
	}
	return false
}

// ownWords is how much of l the person wrote on the line on which the
// introduction of the quote begins: "Gracias. El mar, 3 nov 2026 …, Ana escribió:".
func ownWords(l string) int {
	if quoted(l) {
		return 0
	}
	l = shorten(l, maxLine)
	for _, first := range [...]string{" El ", " On ", " Em ", " Le ", " Am ", " Il ", " Op ", " Den "} {
		at := strings.Index(l, first)
		if at <= 0 || !dateSoon(l[at+len(first):]) {
			continue
		}
		own := strings.TrimRight(l[:at], " \t-")
		if strings.IndexFunc(own, unicode.IsLetter) >= 0 && !strings.ContainsAny(own, "@:<") && !dated(own) {
			return len(own)
		}
	}
	return 0
}

// dateSoon tells whether a number follows at once, or after the name of a day, a
// month or both: "mar, 3 nov 2026".
func dateSoon(s string) bool {
	for range 3 {
		word, rest, _ := strings.Cut(s, " ")
		switch {
		case digits(word, 0) > 0:
			return true
		case len(word) < 2 || len(word) > 14 || strings.IndexFunc(strings.TrimRight(word, ".,"), func(r rune) bool { return !unicode.IsLetter(r) }) >= 0:
			return false
		}
		s = rest
	}
	return false
}

// dated finds a clock time, a year or a date in figures: what tells an
// introduction from prose that ends in "escribió:".
func dated(s string) bool {
	for i := 0; i < len(s); i++ {
		n := digits(s, i)
		if n == 0 {
			continue
		}
		start := i
		i += n
		year := s[start : start+min(n, 2)]
		if n == 4 && (year == "19" || year == "20") {
			return true
		}
		if i >= len(s) {
			return false
		}
		if strings.HasPrefix(s[i:], "年") || strings.HasPrefix(s[i:], "년") {
			return true
		}
		if m := digits(s, i+1); n <= 2 && (s[i] == '/' || s[i] == '.' || s[i] == '-') && (m == 1 || m == 2) {
			if k := i + 1 + m; k < len(s) && (s[k] == '/' || s[k] == '.' || s[k] == '-') && digits(s, k+1) >= 2 {
				return true
			}
		}
	}
	return clock(s)
}

// bracketed finds "<ana@correo.bo>".
func bracketed(s string) bool {
	for {
		_, after, ok := strings.Cut(s, "<")
		if !ok {
			return false
		}
		inner, _, closed := strings.Cut(after, ">")
		if at := strings.IndexByte(inner, '@'); closed && at > 0 && at < len(inner)-1 && !strings.ContainsAny(inner, " \t<") {
			return true
		}
		s = after
	}
}

// introduced matches "El … escribió:" and its like, which programs wrap over up
// to four lines.
func introduced(lines []string, i int) (n int, kind quoteKind) {
	joined := ""
	if len(lines[i]) < 5 {
		return 0, 0
	}
	for n := 1; n <= 4 && i+n <= len(lines); n++ {
		l := lines[i+n-1]
		if len(l) > 300 || strings.TrimSpace(l) == "" || quoted(l) && !closesAddress(joined, l) {
			return 0, 0
		}
		joined = wrapped(joined, strings.TrimSpace(l))
		if n == 1 && !mayIntroduce(joined) {
			return 0, 0
		}
		if n == 2 && !beginsIntroduction(lines[i]) {
			return 0, 0
		}
		if n > 1 && startsAnew(lines[i+n-1:]) {
			return 0, 0 // the line above it is the person's own
		}
		if !introductionEnds(joined) {
			continue
		}
		next := skipBlank(lines, i+n)
		if next < len(lines) && omission(lines[next]) {
			if after := skipBlank(lines, next+1); after < len(lines) && quoted(lines[after]) {
				n, next = after-i, after
			}
		}
		marked := next < len(lines) && quoted(lines[next])
		switch proof := introduction(joined); {
		case marked && (proof > 0 || dateFirstBare.MatchString(joined)):
			return n, arrows
		case proof == 2 && (n > 1 || next > i+n || next == len(lines) || strings.Contains(joined, "@")):
			return n, below
		case proof > 0:
			return 0, 0
		}
	}
	return 0, 0
}

// wrapped puts the two parts of a wrapped line together; an address that was
// cut after "<" or before ">" is one word again.
func wrapped(a, b string) string {
	if a == "" || strings.HasSuffix(a, "<") || strings.HasPrefix(b, ">") {
		return a + b
	}
	return a + " " + b
}

// closesAddress tells whether l, although it begins with ">", is the end of the
// introduction that so far is joined: "… <ana@correo.bo" and then "> escribió:".
func closesAddress(joined, l string) bool {
	open := strings.LastIndexByte(joined, '<')
	return open >= 0 && !strings.Contains(joined[open:], ">") && introductionEnds(l) && !strings.HasSuffix(strings.TrimSpace(l), ">")
}

// startsAnew tells whether an introduction begins with the first of lines.
func startsAnew(lines []string) bool {
	first := strings.TrimLeft(lines[0], " \t*-_")
	r, _ := utf8.DecodeRuneInString(first)
	low := strings.ToLower(first)
	if !unicode.IsUpper(r) || !dated(first) || !slices.ContainsFunc(wroteFirst, func(p string) bool { return strings.HasPrefix(low, p) }) {
		return false
	}
	joined := ""
	for _, l := range lines[:min(len(lines), 4)] {
		if len(l) > 300 || strings.TrimSpace(l) == "" {
			return false
		}
		if joined = wrapped(joined, strings.TrimSpace(l)); introductionEnds(joined) {
			return introduction(joined) > 0
		}
	}
	return false
}

// mayIntroduce is a quick look at the first line of an introduction.
func mayIntroduce(l string) bool {
	r, _ := utf8.DecodeRuneInString(l)
	return !unicode.IsLower(r) || strings.ContainsAny(l, "0123456789@")
}

// beginsIntroduction tells whether the first of several lines is of one, and
// not the last of the person's own.
func beginsIntroduction(l string) bool {
	if end := strings.TrimRight(l, " "); !strings.Contains(l, "@") && !dated(l) && strings.ContainsRune(".!?", rune(end[len(end)-1])) {
		return false // a sentence
	}
	low := strings.ToLower(strings.TrimLeft(l, " \t*-_"))
	return strings.Contains(l, "@") || slices.ContainsFunc(wroteFirst, func(p string) bool { return strings.HasPrefix(low, p) }) || dated(l)
}

// introductionEnds is a quick look at the end of an introduction.
func introductionEnds(l string) bool {
	l = strings.TrimRight(l, " *\u00a0")
	r, _ := utf8.DecodeLastRuneInString(l)
	return strings.ContainsRune(":：-–—‐>", r)
}

// introduction tells whether a line introduces a quote: 0 no, 1 if a line with
// ">" follows, 2 in any case.
func introduction(l string) int {
	bare := strings.Trim(l, " \t-–—*_‐")
	framed := len(bare) < len(l) && dash(l) // "---- On … wrote ----"
	low := strings.ToLower(bare)
	if !framed && !strings.HasSuffix(low, ":") && !strings.HasSuffix(low, "：") {
		return 0
	}
	hasAddress := strings.Contains(low, "@")
	hasDate := strings.ContainsAny(low, "0123456789") && dated(low)
	if hasDate && hasAddress && (dateFirst.MatchString(bare) || clock(low) && bracketed(bare)) {
		return 2 // whatever the language
	}
	words := strings.TrimRight(low, " *:：\u00a0")
	atEnd := slices.ContainsFunc(wroteVerbs, func(v string) bool { return strings.HasSuffix(words, v) })
	if !atEnd && !slices.ContainsFunc(wroteInside, func(v string) bool { return strings.Contains(words, v) }) {
		if len(words) < 200 && slices.ContainsFunc(quotingFirst, func(p string) bool { return strings.HasPrefix(low, p) }) || nameAndVerb(strings.TrimRight(bare, " *:：\u00a0")) || nameAlone(strings.TrimRight(bare, " *:：\u00a0")) {
			return 1
		}
		return 0
	}
	first := slices.ContainsFunc(wroteFirst, func(p string) bool { return strings.HasPrefix(low, p) })
	switch {
	case slices.ContainsFunc(toldVerbs, func(v string) bool { return strings.HasSuffix(words, v) }):
		return 0 // "el técnico me escribió:"
	case hasDate && hasAddress:
		return 2
	case hasAddress && strings.ContainsAny(low, "<([") && atEnd:
		return 2
	case hasDate && clock(low) && (first || framed) && (strings.ContainsAny(low, ",，") || !atEnd):
		return 2
	case hasDate && (first || framed || !unicode.IsLetter(rune(low[0]))):
		return 1
	case atEnd && len(low) < 80:
		return 1
	}
	return 0
}

// omission tells whether l says that a part of the quote was left out: "[...]".
func omission(l string) bool {
	if len(l) > 40 {
		return false
	}
	switch strings.ToLower(strings.Trim(l, " \t.…[](){}<>-_*")) {
	case "", "snip", "cut", "recorte", "recortado", "omitido", "coupé", "schnipp":
		return true
	}
	return false
}

// nameAlone tells whether s is the whole name of a person and nothing else:
// "Juan Mamani", "Mesa de Soporte <mesa@entidad.bo>". One word is prose as well.
func nameAlone(s string) bool {
	fields := strings.Fields(s)
	if len(fields) < 2 || len(fields) > 6 || len(s) > 80 {
		return false
	}
	capital := 0
	for _, w := range fields {
		bare := strings.Trim(w, "\"'()<>[],.")
		if low := strings.ToLower(bare); slices.ContainsFunc(headingWords, func(p string) bool { return strings.HasPrefix(low, p) }) {
			return false
		}
		switch r, _ := utf8.DecodeRuneInString(bare); {
		case strings.Contains(w, "@"), nameParticles[w]:
		case unicode.IsUpper(r) && strings.IndexFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' }) < 0 && !wholeUpper(bare):
			capital++
		default:
			return false
		}
	}
	return capital >= 2
}

// wholeUpper tells an abbreviation or a shout, "URL", from a name; an initial is of a name.
func wholeUpper(w string) bool { return utf8.RuneCountInString(w) > 1 && strings.ToUpper(w) == w }

// nameAndVerb tells whether s is no more than who and one word of what he did,
// whatever the language: "Ana Prueba dice", "On 3 Nov 2026 10:12, Ana Prueba
// remarked", "ana@correo.bo (Ana Prueba) writes". A name is two words at least,
// or has an address: "Carlos dice" is prose as well.
func nameAndVerb(s string) bool {
	fields := strings.Fields(s)
	if len(fields) < 2 || len(fields) > 16 || len(s) > 200 {
		return false
	}
	verb, names := fields[len(fields)-1], fields[:len(fields)-1]
	if len(verb) < 3 || strings.IndexFunc(verb, func(r rune) bool { return !unicode.IsLower(r) }) >= 0 {
		return false
	}
	capital := 0
	if dated(s) && slices.Contains(wroteFirst, strings.ToLower(names[0])+" ") {
		names, capital = names[max(1, len(names)-2):], 1 // between the date and the verb
	}
	for _, w := range names {
		switch r, _ := utf8.DecodeRuneInString(strings.Trim(w, "\"'()<>[]")); {
		case strings.Contains(w, "@"):
			capital += 2
		case unicode.IsUpper(r):
			capital++
		case nameParticles[w]:
		default:
			return false
		}
	}
	return capital >= 2
}
