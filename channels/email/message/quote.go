package message

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	ruler = regexp.MustCompile(`^\s*(?:_{5,}|-{5,}|={10,}|\*{10,})\s*$`)
	// the ruler above the footer of a mailing list
	listRuler = regexp.MustCompile(`^\s*(?:_{10,}|-{10,})\s*$`)
)

type quoteKind int

const (
	arrows quoteKind = iota // the quote's lines begin with ">"
	below                   // everything below is the quote
)

// quoteHead tells how many lines at i introduce a quote, 0 if they do not.
func quoteHead(lines []string, i int) (n int, kind quoteKind) {
	l := lines[i]
	switch lead := strings.TrimLeft(l, " \t*"); {
	case len(l) > maxLine || lead == "":
		return 0, 0
	case quoted(l):
		return 1, arrows
	case dash(lead) && isOriginal(l):
		return 1, below
	case strings.ContainsRune("-_=*", rune(lead[0])) && ruler.MatchString(l):
		if j := skipBlank(lines, i+1); j < len(lines) && headerBlock(lines, j) {
			return j - i + 1, below
		}
		return 0, 0
	case headerBlock(lines, i):
		return 1, below
	case strings.Contains(l, "##-") || len(l) < 150 && isReplyAbove(l):
		return 1, below
	}
	return introduced(lines, i)
}

func dash(l string) bool {
	r, _ := utf8.DecodeRuneInString(l)
	return r == '-' || r == '‐' || r == '–' || r == '—' || r == '_' || r == '='
}

func isReplyAbove(l string) bool {
	if !strings.Contains(l, " l") || !strings.Contains(l, "bove ") && !strings.Contains(l, "encima") && !strings.Contains(l, "dessus") && !strings.Contains(l, "oberhalb") && !strings.Contains(l, "acima") {
		return false
	}
	low := strings.ToLower(l)
	return slices.ContainsFunc(replyAbove, func(w string) bool { return strings.Contains(low, w) })
}
