package message

import (
	"regexp"
	"slices"
	"strings"
)

// Cutting serves showing and classifying only; Text stays whole. A quote left
// is a nuisance, a word lost is a damage: in doubt nothing is cut. All patterns
// are RE2 on single bounded lines, so a hostile mail costs its length.
var (
	// a clock time, or a year with a day: what tells it from prose that ends in "escribió:".
	dated = regexp.MustCompile(`\b\d{1,2}:\d{2}\b|\b(?:19|20)\d\d\b`)
	// "-----Mensaje original-----"
	original = regexp.MustCompile(`(?i)^\s*-{2,}\s*(?:mensaje original|original message|mensagem original|missatge original|mensaje citado)\s*-{2,}\s*$`)
	ruler    = regexp.MustCompile(`^\s*(?:_{10,}|-{20,})\s*$`)
	// a forward is said by the one who forwards: kept whole
	forwarded      = regexp.MustCompile(`(?i)^[>\s]*(?:-{3,}\s*(?:mensaje reenviado|forwarded message|mensagem encaminhada|missatge reenviat)\b.{0,20}|(?:begin forwarded message|inicio del mensaje reenviado)\s*:)\s*-*\s*$`)
	forwardSubject = regexp.MustCompile(`(?i)^\s*(?:fwd?|rv|reenv|enc|tr|wg)\s*:`)
	// what telephones and webmails add
	device = regexp.MustCompile(`(?i)^\s*(?:enviado desde (?:mi |el |my )?\S.{0,60}|enviado (?:con|mediante) .{0,60}|sent from .{0,60}|sent with .{0,60}|obtener outlook para .{0,60}|obt[eé]n outlook para .{0,60}|get outlook for .{0,60}|descargar outlook para .{0,60})$`)
)

const maxLine = 1000 // bytes of a line that patterns look at

// said cuts quotes and signatures of text.
func said(subject, text string) string {
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	if forwardSubject.MatchString(shorten(subject, 200)) || anyLine(lines, forwarded) {
		return text
	}
	end := quoteStart(lines)
	end = trimEnd(lines, end)
	if cut := signatureStart(lines[:end]); hasWords(lines[:cut]) {
		end = cut
	}
	out := strings.Trim(strings.Join(lines[:end], "\n"), "\n")
	if strings.TrimSpace(out) == "" {
		return text
	}
	return out
}

func anyLine(lines []string, re *regexp.Regexp) bool {
	for _, l := range lines {
		if len(l) <= maxLine && (strings.Contains(l, "---") || strings.HasSuffix(strings.TrimSpace(l), ":")) && re.MatchString(l) {
			return true
		}
	}
	return false
}

// quoteStart finds the line where the quoted mail begins; len(lines) if there
// is none, or if the person wrote into or below it.
func quoteStart(lines []string) int {
	for i := range lines {
		head, kind := quoteHead(lines, i)
		if head == 0 || !hasWords(lines[:i]) {
			if head > 0 && kind == arrows {
				return len(lines) // answered below
			}
			continue
		}
		if kind == arrows && !onlyQuoted(lines[i+head:]) {
			return len(lines)
		}
		return i
	}
	return len(lines)
}

type quoteKind int

const (
	arrows quoteKind = iota // the quote's lines begin with ">"
	below                   // everything below is the quote
)

// quoteHead tells how many lines at i introduce a quote, 0 if they do not.
func quoteHead(lines []string, i int) (n int, kind quoteKind) {
	l := lines[i]
	lead := strings.TrimLeft(l, " \t*")
	switch {
	case len(l) > maxLine || lead == "":
		return 0, 0
	case strings.HasPrefix(l, ">"):
		return 1, arrows
	case lead[0] == '-' && original.MatchString(l):
		return 1, below
	case (lead[0] == '-' || lead[0] == '_') && ruler.MatchString(l):
		if j := skipBlank(lines, i+1); j < len(lines) && outlookBlock(lines, j) {
			return j - i + 1, below
		}
		return 0, 0
	case outlookBlock(lines, i):
		return 1, below
	}
	if n := wroteLine(lines, i); n > 0 {
		next := skipBlank(lines, i+n)
		if next < len(lines) && strings.HasPrefix(lines[next], ">") {
			return n, arrows
		}
		if strings.Contains(strings.Join(lines[i:i+n], " "), "@") {
			return n, below
		}
	}
	return 0, 0
}

// wroteLine matches "El … escribió:", which programs wrap over up to 3 lines.
func wroteLine(lines []string, i int) int {
	joined := ""
	for n := 1; n <= 3 && i+n <= len(lines); n++ {
		l := lines[i+n-1]
		if len(l) > 300 || strings.TrimSpace(l) == "" || strings.HasPrefix(l, ">") {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + l)
		if strings.HasSuffix(joined, ":") && isWrote(joined) {
			return n
		}
	}
	return 0
}

// What "El … escribió:" begins and ends with, in the languages seen here.
var (
	wroteFirst = []string{"el ", "on ", "em ", "en ", "a ", "no dia ", "le ", "am ", "il ", "día ", "dia "}
	wroteLast  = []string{"escribió", "escribio", "wrote", "ha escrit", "ha escrito", "escreveu", "a écrit", "schrieb", "ha scritto"}
)

// isWrote matches "El mar, 3 nov 2026 a las 10:12, X (<x@y>) escribió:".
func isWrote(s string) bool {
	s = strings.ToLower(strings.TrimRight(s, ": "))
	return slices.ContainsFunc(wroteFirst, func(p string) bool { return strings.HasPrefix(s, p) }) &&
		slices.ContainsFunc(wroteLast, func(v string) bool { return strings.HasSuffix(s, v) }) && dated.MatchString(s)
}

// The labels of the block that Outlook puts above what is answered.
var (
	blockFrom  = map[string]bool{"de": true, "from": true, "von": true, "da": true}
	blockDate  = map[string]bool{"enviado": true, "enviado el": true, "enviat": true, "sent": true, "fecha": true, "date": true, "data": true}
	blockOther = map[string]bool{"para": true, "to": true, "cc": true, "asunto": true, "subject": true, "assumpte": true, "assunto": true}
)

// blockLabel is what stands before the colon of "*De:* …", lower case; "" if
// that is no short word.
func blockLabel(l string) string {
	l = strings.TrimLeft(l[:min(len(l), 40)], " \t*")
	i := strings.IndexByte(l, ':')
	if i <= 0 || i > 12 {
		return ""
	}
	return strings.ToLower(strings.TrimRight(l[:i], " *"))
}

// outlookBlock matches "De: … / Enviado: … / Para: … / Asunto: …": a sender and
// at least two more fields, one of them the date, within the next six lines.
func outlookBlock(lines []string, i int) bool {
	if !blockFrom[blockLabel(lines[i])] {
		return false
	}
	fields, date := 0, false
	for _, l := range lines[i+1 : min(len(lines), i+7)] {
		switch label := blockLabel(l); {
		case blockDate[label]:
			fields, date = fields+1, true
		case blockOther[label]:
			fields++
		}
	}
	return fields >= 2 && date
}

// onlyQuoted tells whether nothing below is the person's: quoted and blank
// lines, and at most a signature of a telephone.
func onlyQuoted(lines []string) bool {
	for i, l := range lines {
		if strings.HasPrefix(strings.TrimLeft(l, " "), ">") || strings.TrimSpace(l) == "" || device.MatchString(shorten(l, maxLine)) {
			continue
		}
		if strings.TrimRight(l, " ") == "--" && len(lines)-i < 15 {
			return true
		}
		return false
	}
	return true
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

// signatureStart finds where "-- " (RFC 3676 §4.3) or a telephone's line ends
// what the person wrote.
func signatureStart(lines []string) int {
	end := trimEnd(lines, len(lines))
	for end > 0 && len(lines[end-1]) < 120 && device.MatchString(lines[end-1]) {
		end = trimEnd(lines, end-1)
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
