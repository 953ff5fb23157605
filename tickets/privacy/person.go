package privacy

import (
	"regexp"
	"strings"
)

// What stands for a mark of a person.
const (
	personMark = "[persona]"
	emailMark  = "[correo]"
	phoneMark  = "[teléfono]"
	cardMark   = "[CI]"
)

// A CI has 4 to 10 digits, normally 6 to 8, and may have a complement of two
// characters and a place of issue (domain.md §4). It is known by the word
// before it or the place behind it.
var (
	cardNamed  = regexp.MustCompile(`(?i)\b(c\.?i\.?|carnet(?: de identidad)?|c[eé]dula(?: de identidad)?|documento de identidad)((?:\s*(?:n[°ºro]*\.?|n[uú]mero|es(?: el)?|con|:|#|E-))*\s*)(\d[\d.]{3,12}\d)(-?[0-9][A-Z]\b)?`)
	cardIssued = regexp.MustCompile(`\b(\d{5,10})(-?[0-9][A-Z])?([\s-]*(?:LP|CB|CBBA|SC|SCZ|OR|PT|PO|TJ|TJA|CH|BE|BN|PD|PA|QR)\b)`)
	emails     = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	phones     = regexp.MustCompile(`(?:\+?591[ -]?)?\b[67]\d{3}[ -]?\d{4}\b|\b[234]\d{6,7}\b|\+\d{9,14}\b`)
	figures    = regexp.MustCompile(`\b\d{7,}\b`)
)

// MaskCI leaves of the numbers of identity cards in a text the last two digits:
// for exports, where nobody needs the whole number.
func MaskCI(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	text = cardNamed.ReplaceAllStringFunc(text, func(m string) string {
		p := cardNamed.FindStringSubmatch(m)
		return p[1] + p[2] + masked(p[3])
	})
	return cardIssued.ReplaceAllStringFunc(text, func(m string) string {
		p := cardIssued.FindStringSubmatch(m)
		return masked(p[1]) + p[3]
	})
}

func masked(number string) string {
	return strings.Repeat("•", len(number)-2) + number[len(number)-2:]
}

// Anonymise takes out of a text what tells of whom it speaks: the names given,
// addresses, telephones, identity cards and other long numbers, and secrets.
// For what is made of a case and read by others: an article, a suggested answer.
func Anonymise(text string, names ...string) string {
	text, _ = Redact(text)
	text = emails.ReplaceAllString(text, emailMark)
	text = cardNamed.ReplaceAllString(text, "${1}${2}"+cardMark)
	text = cardIssued.ReplaceAllString(text, cardMark)
	text = phones.ReplaceAllString(text, phoneMark)
	text = figures.ReplaceAllString(text, "[número]")
	own := map[string]bool{}
	for _, name := range names {
		for _, w := range split(name) {
			if len(w.fold) >= 3 && !particles[w.fold] {
				own[w.fold] = true
			}
		}
	}
	if len(own) == 0 {
		return text
	}
	var spans []span
	for _, w := range split(text) {
		if !own[w.fold] {
			continue
		}
		if n := len(spans); n > 0 && strings.TrimSpace(text[spans[n-1].to:w.from]) == "" && !strings.Contains(text[spans[n-1].to:w.from], "\n") {
			spans[n-1].to = w.to // a whole name is one person
			continue
		}
		spans = append(spans, span{w.from, w.to, personMark})
	}
	return replace(text, spans)
}

// particles of names, and what stands where a name is not known.
var particles = set("del los las una san santa don dona senor senora ing lic gam gad mesa soporte persona sin nombre usuario")

// Cards gives the identity cards that a text names, as "4839201",
// "1234567-1K" or "4839201 LP".
func Cards(text string) (list []string) {
	add := func(number, complement, issued string) {
		card := strings.ReplaceAll(number, ".", "")
		if complement != "" {
			card += "-" + strings.ToUpper(strings.TrimPrefix(complement, "-"))
		}
		if issued = strings.Trim(issued, " -"); issued != "" {
			card += " " + issued
		}
		for i, known := range list {
			if strings.HasPrefix(known, card) {
				return
			}
			if strings.HasPrefix(card, known) {
				list[i] = card
				return
			}
		}
		list = append(list, card)
	}
	for _, m := range cardNamed.FindAllStringSubmatch(text, 8) {
		if n := len(strings.ReplaceAll(m[3], ".", "")); n >= 4 && n <= 10 {
			add(m[3], m[4], "")
		}
	}
	for _, m := range cardIssued.FindAllStringSubmatch(text, 8) {
		add(m[1], m[2], m[3])
	}
	return list
}
