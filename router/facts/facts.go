// Package facts reads out of a report what an operator would underline: the
// entity, error codes, addresses, case codes, papers (CITE, hoja de ruta),
// telephones, identity cards, the language, and the signs that a case may need
// special treatment: a security incident (G31), a formal letter (G34), a
// sensitive matter (G33), an older or disabled person, someone who speaks for
// another.
//
// All of it is a suggestion with its reason; people decide. The package is
// pure: no I/O, the same answer for the same text, and it never fails: where
// nothing is recognised there is nothing to suggest.
package facts

import (
	"regexp"
	"slices"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/words"
)

// Kind is what a fact is about.
type Kind string

// The kinds, in the order in which Read gives them.
const (
	Security     Kind = "security"     // possible incident of computer security (G31)
	Sensitive    Kind = "sensitive"    // corruption, harassment, minors (G33)
	Formal       Kind = "formal"       // formal letter (G34); Value is its CITE or hoja de ruta
	Preferential Kind = "preferential" // older or disabled person (Leyes 369 and 223)
	Language     Kind = "language"     // Value is its code: qu, ay, gn, en
	Intermediary Kind = "intermediary" // speaks for somebody else
	Entity       Kind = "entity"
	CaseCode     Kind = "case"
	Status       Kind = "status" // HTTP status
	ErrorCode    Kind = "error"
	URL          Kind = "url"
	Route        Kind = "route" // hoja de ruta
	Cite         Kind = "cite"
	Phone        Kind = "phone" // E.164
	Card         Kind = "ci"
	Email        Kind = "email"
)

// Fact is one thing read out of a report.
type Fact struct {
	Kind   Kind
	Value  string // canonical; empty for signs that have none
	Reason string // the words of the report that show it
}

// most is how much of a report is read: what matters stands near its beginning.
const most = 64 << 10

// Read gives what a report holds, at most a handful of each kind.
func Read(subject, text string) []Fact {
	whole := subject + "\n" + WithoutPlaces(text)
	if len(whole) > most {
		whole = strings.ToValidUTF8(whole[:most], "")
	}
	r := &reading{text: whole, fold: strings.ReplaceAll(words.Fold(words.Greetings(whole)), "ñ", "n")}
	r.signs()
	r.papers()
	if lang := LanguageOf(whole); lang != "" && lang != "es" {
		r.add(Language, lang, "")
	}
	r.entities()
	for _, code := range tickets.FindCodes(whole) {
		r.add(CaseCode, code, "")
	}
	r.errors()
	r.addresses()
	for _, card := range privacy.Cards(whole) {
		r.add(Card, card, "")
	}
	slices.SortStableFunc(r.facts, func(a, b Fact) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return r.facts
}

var order = []Kind{Security, Sensitive, Formal, Preferential, Language, Intermediary, Entity, CaseCode, Status, ErrorCode, URL, Route, Cite, Phone, Card, Email}

type reading struct {
	text  string
	fold  string // folded, with n for ñ
	facts []Fact
}

// add notes a fact, once, and no more than five of a kind.
func (r *reading) add(k Kind, value, reason string) {
	n := 0
	for _, f := range r.facts {
		if f.Kind == k {
			n++
			if f.Value == value {
				return
			}
		}
	}
	if n < 5 {
		r.facts = append(r.facts, Fact{k, value, strings.Join(strings.Fields(reason), " ")})
	}
}

var (
	cite = regexp.MustCompile(`\b[A-ZÑ]{2,}(?:[-/.][A-ZÑ0-9]{1,12}){0,5}[-/]\s?(?:N[°º]?\s*)?\d{1,6}[/-](?:19|20)\d{2}\b`)
	// after the word itself anything that looks like a number of a paper counts
	citeNamed  = regexp.MustCompile(`(?i)\bcite\s*(?:n[°º]|nro\.?|no\.?)?\s*:?\s*([A-ZÑ0-9][\w°º./-]*\d[\w/-]*)`)
	resolution = regexp.MustCompile(`(?:^|[/.-])(?:RA|RM|RS|DS|RES|LEY)(?:[/.-]|$)`)
	routeNamed = regexp.MustCompile(`(?i)\b(?:hoja de ruta|h\.\s?r\.)\s*(?:externa|interna|n[°º]|nro\.?|no\.?|:|#|\s)*(?:HR-?)?(\d{1,6}(?:[/-]\d{3,6})?)`)
	routeShort = regexp.MustCompile(`(?i)\bh\.?r\.?[ -]*(?:n[°º]|nro\.?|:)?\s*((?:19|20)\d{2}-\d{1,6}|\d{1,6}[/-](?:19|20)\d{2})\b`)
	courtesies = regexp.MustCompile(`de (?:mi|nuestra) mayor consideracion|mediante la presente|por medio de la presente|tengo a bien|distinguid[oa] (?:senor|director|licenciad)|con (?:las|mis) consideraciones|sin otro particular|cc\.? ?/?archivo|me dirijo a su autoridad`)
)

// papers reads the numbers of official papers, and whether the report is a
// formal letter: it has one, or two of the turns of phrase of such letters.
func (r *reading) papers() {
	number := ""
	for _, m := range findIf(r, cite, "/19", "/20", "-19", "-20") {
		if !resolution.MatchString(m) && !strings.HasPrefix(m, "HR") {
			r.add(Cite, m, m)
			number = m
		}
	}
	if r.has("cite") {
		for _, m := range citeNamed.FindAllStringSubmatch(r.text, 4) {
			number = strings.TrimRight(m[1], ".-/")
			r.add(Cite, number, m[0])
		}
	}
	for _, re := range []*regexp.Regexp{routeNamed, routeShort} {
		if !r.has("ruta", "h.", "hr") {
			break
		}
		for _, m := range re.FindAllStringSubmatch(r.text, 4) {
			r.add(Route, m[1], m[0])
			if number == "" {
				number = "HR " + m[1]
			}
		}
	}
	var polite []string
	if r.has("consideraci", "presente", "tengo a bien", "distinguid", "particular", "archivo", "autoridad") {
		polite = courtesies.FindAllString(r.fold, 4)
	}
	switch {
	case number != "":
		r.add(Formal, number, number)
	case len(polite) >= 2:
		r.add(Formal, "", polite[0])
	}
}

var (
	status      = regexp.MustCompile(`\b(?:error|http|codigo|status|estado|responde|contesta|devuelve|sale|da|bota|muestra|lanza|mensaje)(?:[ :"'(-]+(?:http|error|un|una|el|con|de|codigo|servidor|del|es|siempre|al|:|n[ro.°]*)){0,3}[ :"'(#-]*([45]\d\d)\b|\b([45]\d\d)\s+(?:bad gateway|service unavailable|gateway time-?out|internal server|not found|forbidden|unauthorized|too many|proxy|bad request)`)
	named       = regexp.MustCompile(`\b(?:NET::)?(?:ERR|DNS_PROBE|SSL_ERROR|SEC_ERROR|PR)_[A-Z0-9_]{3,40}\b|\bE(?:CONNREFUSED|CONNRESET|TIMEDOUT|HOSTUNREACH|NOTFOUND|PIPE)\b|\bORA-\d{4,5}\b|\bSQLSTATE\[?\w{5}\]?|\b0x[0-9A-Fa-f]{8}\b|\b(?:redirect_uri_mismatch|invalid_(?:grant|client|request|scope|token)|access_denied|unauthorized_client)\b`)
	threeDigits = regexp.MustCompile(`[45]\d\d`)
	units       = regexp.MustCompile(`^\s*(?:bs|bolivianos|metros|personas|usuarios|tramites|veces|kb|mb|%|\$)`)

	link    = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"'\])]+|\b(?:[a-z0-9-]+\.)+(?:gob|edu|org|com|net|mil)?\.?bo\b(?:/[^\s<>"'\])]*)?`)
	mail    = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	mobiles = regexp.MustCompile(`(?:\+?591[ -]?)?\b([67](?:\d{3}[ -]?\d{4}|\d{2}[ -](?:\d{5}|\d{2}[ -]\d{3}|\d{3}[ -]\d{2})))\b`)
	fixed   = regexp.MustCompile(`\b(?:tel|telf|telefono|fono|fijo|llamar al|numero)\.?:?\s*(?:\(?0?([234])\)?[ -]?)?([234]?\d{3}[ -]?\d{4})\b`)
)

var statuses = []string{"400", "401", "402", "403", "404", "405", "408", "409", "410", "413", "415", "422", "429", "431", "451", "495", "496", "499", "500", "501", "502", "503", "504", "505", "507", "508", "511", "520", "521", "522", "523", "524", "525", "526"}

func (r *reading) errors() {
	if !threeDigits.MatchString(r.fold) {
		r.codes()
		return
	}
	for _, m := range status.FindAllStringSubmatchIndex(r.fold, 8) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		if code := r.fold[from:to]; slices.Contains(statuses, code) && !units.MatchString(r.fold[to:]) {
			r.add(Status, code, r.fold[m[0]:m[1]])
		}
	}
	r.codes()
}

func (r *reading) codes() {
	if !r.has("err", "_", "econn", "etimed", "ehost", "enot", "epipe", "ora-", "sqlstate", "0x") {
		return
	}
	for _, m := range named.FindAllString(r.text, 8) {
		r.add(ErrorCode, m, m)
	}
}

// has says whether the folded text has one of the parts.
func (r *reading) has(parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(r.fold, p) })
}

// findIf finds up to eight matches in the text, if it has one of the parts
// without which there is none.
func findIf(r *reading, re *regexp.Regexp, parts ...string) []string {
	if !r.has(parts...) {
		return nil
	}
	return re.FindAllString(r.text, 8)
}

// Contacts are the mail addresses and telephone numbers in a text, as Read finds
// them, for the cost of looking for these alone.
func Contacts(text string) []Fact {
	text = WithoutPlaces(text)
	r := &reading{text: text, fold: strings.ReplaceAll(words.Fold(text), "ñ", "n")}
	r.addresses()
	return slices.DeleteFunc(r.facts, func(f Fact) bool { return f.Kind != Phone && f.Kind != Email })
}

func (r *reading) addresses() {
	for _, m := range findIf(r, mail, "@") {
		r.add(Email, strings.ToLower(strings.TrimRight(m, ".-")), "")
	}
	for _, at := range link.FindAllStringIndex(r.text, 8*min(1, strings.Count(r.fold, ".bo")+strings.Count(r.fold, "http"))) {
		if at[0] > 0 && r.text[at[0]-1] == '@' {
			continue
		}
		address := strings.TrimRight(r.text[at[0]:at[1]], ".,;:!?*_")
		address, _, _ = strings.Cut(address, "?") // what follows may be a token
		address, _, _ = strings.Cut(address, "#")
		if strings.Contains(address, ".") {
			r.add(URL, address, "")
		}
	}
	digits := strings.NewReplacer(" ", "", "-", "")
	if !strings.ContainsAny(r.text, "23467") {
		return
	}
	for _, m := range mobiles.FindAllStringSubmatch(r.text, 8) {
		r.add(Phone, "+591"+digits.Replace(m[1]), "")
	}
	for _, m := range fixed.FindAllStringSubmatch(r.fold, 4) {
		if n := m[1] + digits.Replace(m[2]); len(n) == 8 {
			r.add(Phone, "+591"+n, "")
		}
	}
}
