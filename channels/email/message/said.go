package message

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Cutting serves showing and classifying only; Text stays whole. A quote left
// is a nuisance, a word lost is a damage: in doubt nothing is cut. All patterns
// are RE2 on single bounded lines, so a hostile mail costs its length.

const (
	maxLine  = 1000   // bytes of a line that patterns look at
	maxLines = 20_000 // lines in which a quote is looked for
)

// said cuts quotes, signatures and legal notices of text. A forward is said by
// the one who forwards, and answers between the lines of a quote mean nothing
// without it: both are kept whole.
func said(subject, text string) string {
	if text == "" || forwards(subject) {
		return text
	}
	lines, forward := withoutQuote(strings.Split(text, "\n"))
	lines = lines[:trimEnd(lines, len(lines))]
	if end := signatureStart(lines); !forward && hasWords(lines[:end]) {
		lines = lines[:end]
	}
	out := strings.Trim(strings.Join(lines, "\n"), "\n")
	if strings.TrimSpace(out) == "" {
		return text
	}
	return out
}

// withoutQuote is lines without the mail that they answer; forward tells that
// they hold one that is forwarded, up to its end.
func withoutQuote(lines []string) (rest []string, forward bool) {
	words := false // above line i
	for i := range lines[:min(len(lines), maxLines)] {
		if isForward(lines[i]) {
			return lines, true
		}
		head, kind := quoteHead(lines, i)
		if head == 0 {
			words = words || strings.TrimSpace(lines[i]) != ""
			continue
		}
		if words && shown(lines, i) {
			return lines, true
		}
		if own := ownWords(lines[i]); own > 0 {
			apart := slices.Replace(slices.Clone(lines), i, i+1, lines[i][:own], lines[i][own:])
			if cut := withoutQuoteAt(apart, i+1, head, kind, true); len(cut) < len(apart) {
				return cut, false
			}
			return lines, false
		}
		return withoutQuoteAt(lines, i, head, kind, words), false
	}
	return lines, false
}

// shown tells whether the head of a mail at i is put forward by the line above
// it: words between dashes that no program puts above what is answered, or words
// that end in a colon, in whatever language.
func shown(lines []string, i int) bool {
	j := trimEnd(lines, i) - 1
	if j < 0 || i-j > 4 {
		return false
	}
	above := strings.Trim(shorten(lines[j], maxLine), "| \t\u00a0")
	framed := strings.HasPrefix(above, "---") && strings.HasSuffix(above, "---") && strings.IndexFunc(above, unicode.IsLetter) > 0
	if !framed && (!strings.HasSuffix(above, ":") || len(above) > 100 || len(strings.Fields(above)) < 2 || bidsFarewell(above)) {
		return false
	}
	head := lines[i:min(len(lines), i+12)]
	if quoted(head[0]) {
		head = slices.Clone(head)
		for k := range head {
			head[k] = strings.TrimLeft(head[k], "> \t")
		}
	}
	return headerBlock(head, 0)
}

// bidsFarewell tells whether a line begins like the end of a letter.
func bidsFarewell(l string) bool {
	low := strings.ToLower(l)
	return slices.ContainsFunc([]string{"saludo", "atentamente", "atte", "un saludo", "gracias", "cordial", "regards", "best ", "kind ", "thank"}, func(p string) bool { return strings.HasPrefix(low, p) })
}

// withoutQuoteAt is lines without the quote whose introduction stands at i and
// has intro lines; above tells whether there are words above it.
func withoutQuoteAt(lines []string, i, intro int, kind quoteKind, above bool) []string {
	switch {
	case kind == below && !above:
		return lines // no words above: a forward without a mark, or an answer that nothing tells apart
	case kind == below:
		return lines[:i]
	}
	return aroundQuote(lines, i, intro, above)
}

// aroundQuote decides what remains of a quote of lines that begin with ">",
// the introduction of which stands at i and has intro lines.
func aroundQuote(lines []string, i, intro int, above bool) []string {
	bare := quoted(lines[i]) // no introduction
	if bare && isForward(strings.TrimLeft(lines[i], "> \t")) {
		return lines // Yahoo puts what it forwards where it puts quotes
	}
	end, n := i+intro, 0
	for end < len(lines) && (quoted(lines[end]) || strings.TrimSpace(lines[end]) == "" || end > i && (linkOnly.MatchString(shorten(lines[end], maxLine)) || brokenLink(lines, end) || brokenLine(lines, end))) {
		if len(strings.Trim(lines[end], "> \t")) > 0 {
			n++
		}
		end++
	}
	tail := lines[end:]
	switch {
	case !hasWords(tail) || footer(tail):
		if !above || bare && n <= 5 && announced(lines[:i]) {
			return lines
		}
		return lines[:i]
	case anyQuoted(tail):
		return lines // answers between the lines
	case !above:
		return tail
	case !bare && (n > 4 || closing(tail) || standsAlone(tail)):
		return append(append(make([]string, 0, len(lines)), lines[:i]...), tail...)
	}
	return lines
}

// standsAlone tells whether an answer says enough to be understood without the
// few lines that it answers: "Sí" does not.
func standsAlone(lines []string) bool {
	n := 0
	for _, l := range lines[:signatureStart(lines)] {
		n += len(strings.Fields(l))
	}
	return n >= 12
}

// brokenLine tells whether line i is the rest of a quoted line that was wrapped
// without its ">": it stands between two, goes on in the middle of a sentence,
// and the line above it is as long as programs make lines.
func brokenLine(lines []string, i int) bool {
	if i == 0 || i+1 >= len(lines) || !quoted(lines[i-1]) || !quoted(lines[i+1]) {
		return false
	}
	above := strings.TrimRight(lines[i-1], " \t")
	r, _ := utf8.DecodeRuneInString(lines[i])
	last, _ := utf8.DecodeLastRuneInString(above)
	return unicode.IsLower(r) && utf8.RuneCountInString(above) >= 70 && (unicode.IsLetter(last) || last == ',')
}

// brokenLink tells whether line i is the rest of a link that was wrapped without
// its ">".
func brokenLink(lines []string, i int) bool {
	if i == 0 || i+1 >= len(lines) || !quoted(lines[i-1]) || !quoted(lines[i+1]) || strings.ContainsAny(strings.TrimSpace(lines[i]), " \t") {
		return false
	}
	above := shorten(lines[i-1], maxLine)
	link := strings.LastIndex(above, "http")
	return link > 0 && !strings.ContainsAny(above[link:], " \t)>]")
}

// linkOnly is a link that the quoting program put on a line of its own.
var linkOnly = regexp.MustCompile(`^\s*[<(]https?://\S+[)>]?\s*>?\s*$`)

func quoted(l string) bool { return strings.HasPrefix(strings.TrimLeft(l, " \t"), ">") }

func anyQuoted(lines []string) bool {
	for _, l := range lines {
		if quoted(l) {
			return true
		}
	}
	return false
}

// announced tells whether the person introduced what follows: "el error dice:".
func announced(lines []string) bool {
	l := strings.TrimSpace(lines[trimEnd(lines, len(lines))-1])
	return strings.HasSuffix(l, ":") && len(l) <= maxLine && !strings.Contains(l, "@") && !dated(l)
}

// footer tells whether nothing of the person stands in lines: what telephones
// and lists add, a signature, a legal notice.
func footer(lines []string) bool {
	for i, l := range lines {
		short := shorten(l, maxLine)
		switch {
		case strings.TrimSpace(l) == "" || device(short):
		case len(lines)-i < 15 && (strings.TrimRight(l, " ") == "--" || listRuler.MatchString(short)):
			return true
		case legal(lines[i:paragraphEnd(lines, i)]):
			return footer(lines[paragraphEnd(lines, i):])
		default:
			return false
		}
	}
	return true
}

// closing tells whether lines are no more than a greeting and a name.
func closing(lines []string) bool {
	n := 0
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			if n++; n > 4 || len(l) > 40 || strings.ContainsAny(l, "?¿.:;0123456789") {
				return false
			}
		}
	}
	return n > 0
}

func paragraphEnd(lines []string, i int) int {
	for i < len(lines) && strings.TrimSpace(lines[i]) != "" {
		i++
	}
	return i
}

func skipBlank(lines []string, i int) int {
	for i < len(lines) && strings.TrimSpace(lines[i]) == "" {
		i++
	}
	return i
}

func trimEnd(lines []string, end int) int {
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	return end
}

// signatureStart finds where "-- " (RFC 3676 §4.3), a telephone's line or a
// legal notice ends what the person wrote.
func signatureStart(lines []string) int {
	end := len(lines)
	for {
		was := end
		end = trimEnd(lines, end)
		for end > 0 && device(shorten(lines[end-1], maxLine)) {
			end = trimEnd(lines, end-1)
		}
		start := end
		for start > 0 && end-start < 40 && strings.TrimSpace(lines[start-1]) != "" {
			start--
		}
		if start > 0 && legal(lines[start:end]) {
			end = start
		}
		if end == was {
			break
		}
	}
	for i := max(0, end-12); i < end; i++ {
		if l := lines[i]; l == "-- " || l == "--" {
			for _, s := range lines[i+1 : end] {
				if len(s) > 120 {
					return end
				}
			}
			return trimEnd(lines, i)
		}
	}
	return end
}

func hasWords(lines []string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			return true
		}
	}
	return false
}
