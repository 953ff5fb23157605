package phone

import (
	"strings"
	"unicode"
)

// NumberKind says what sort of number was understood.
type NumberKind string

const (
	Mobile    NumberKind = "mobile"    // Bolivian mobile, 8 digits from 6 or 7
	Fixed     NumberKind = "fixed"     // Bolivian fixed line, 8 digits from 2, 3 or 4
	TollFree  NumberKind = "toll_free" // 8001[07]xxxx
	Foreign   NumberKind = "foreign"   // any other country, E.164
	Extension NumberKind = "extension" // 2 to 6 digits: an inner line or a short code
	Hidden    NumberKind = "hidden"    // the caller's number was withheld
	Unknown   NumberKind = "unknown"   // not a telephone number as far as can be told
)

// Number is a telephone number as it was given and as it was understood.
type Number struct {
	Raw  string // exactly what was given
	E164 string // "+59171234567"; empty unless OK
	Kind NumberKind
	// Inner is the inner line asked for after the number ("int. 12"), or the
	// extension itself when Kind is Extension; digits only, empty if none.
	Inner string
	// Others are further numbers found in the same field ("2184026 / 71234567"), E.164.
	Others []string
}

// OK reports whether the number is complete: it can be dialled from anywhere.
func (n Number) OK() bool { return n.E164 != "" }

// Plan is what must be known of a place to read numbers as they are written
// there. The zero Plan is La Paz.
type Plan struct {
	// Area is the digit before a 7-digit local number: "2" La Paz, Oruro and
	// Potosí, "3" Santa Cruz, Beni and Pando, "4" Cochabamba, Chuquisaca and
	// Tarija. Empty means "2", "-" that local numbers are not completed.
	Area string
}

// maxRaw bounds what is read of a field; a telephone number is never longer.
const maxRaw = 256

// Parse understands a number as people, exchanges and SIP trunks write it:
// national, with country code after + or 00, with trunk prefix 0 and carrier
// 1x, as SIP or WhatsApp address, with words around it. It never fails: what
// it cannot read is Unknown, and Raw holds it.
func (p Plan) Parse(raw string) Number {
	n := Number{Raw: raw, Kind: Unknown}
	s := raw
	if len(s) > maxRaw {
		s = s[:maxRaw]
	}
	s = address(strings.ToLower(strings.TrimSpace(s)))
	if hidden(s) {
		n.Kind = Hidden
		return n
	}
	s, n.Inner = cutInner(s)
	parts := alternatives(s)
	// "2184026/71234567" is two numbers, "2/2184026" and "591/71234567" are one:
	// the parts only count as numbers of their own if the first one is one.
	if len(parts) > 1 {
		if first := p.parseOne(parts[0]); !first.OK() {
			if whole := p.parseOne(strings.Join(parts, "")); whole.OK() {
				parts = []string{strings.Join(parts, "")}
			}
		}
	}
	for _, part := range parts {
		one := p.parseOne(part)
		switch {
		case one.OK() && n.OK():
			n.Others = append(n.Others, one.E164)
		case one.OK():
			n.E164, n.Kind = one.E164, one.Kind
		case !n.OK() && n.Kind == Unknown && one.Kind == Extension:
			n.Kind, n.Inner = Extension, one.Inner
		}
	}
	return n
}

// parseOne reads one number without alternatives.
func (p Plan) parseOne(s string) Number {
	digits, plus := digitsOf(s)
	switch {
	case plus:
		return international(digits)
	case strings.HasPrefix(digits, "00"):
		return outgoing(digits[2:])
	case len(digits) >= 2 && len(digits) <= 6:
		if digits[0] == '0' {
			return Number{Kind: Unknown}
		}
		return Number{Kind: Extension, Inner: digits}
	}
	if n := national(digits); n.OK() {
		return n
	}
	if rest, ok := strings.CutPrefix(digits, "591"); ok && len(rest) >= 8 {
		if n := national(rest); n.OK() {
			return n
		}
	}
	if area := p.area(); len(digits) == 7 && digits[0] >= '2' && area != "" {
		return national(area + digits)
	}
	return bareForeign(digits)
}

func (p Plan) area() string {
	switch p.Area {
	case "":
		return "2"
	case "2", "3", "4":
		return p.Area
	}
	return ""
}

// national reads the digits after the country code: an optional trunk prefix 0
// with an optional carrier 1x, then a complete national number.
func national(d string) Number {
	if rest, ok := strings.CutPrefix(d, "0"); ok {
		d = rest
		if len(d) > 9 && d[0] == '1' {
			d = d[2:]
		}
	}
	switch {
	case len(d) == 8 && (d[0] == '6' || d[0] == '7'):
		return Number{E164: "+591" + d, Kind: Mobile}
	case len(d) == 8 && d[0] >= '2' && d[0] <= '4':
		return Number{E164: "+591" + d, Kind: Fixed}
	case len(d) == 9 && (strings.HasPrefix(d, "80010") || strings.HasPrefix(d, "80017")):
		return Number{E164: "+591" + d, Kind: TollFree}
	}
	return Number{Kind: Unknown}
}

// international reads the digits after a plus sign. ITU-T E.164: at most 15,
// and no country code begins with 0.
func international(d string) Number {
	if rest, ok := strings.CutPrefix(d, "591"); ok {
		return national(rest)
	}
	if len(d) < 7 || len(d) > 15 || d[0] == '0' {
		return Number{Kind: Unknown}
	}
	return Number{E164: "+" + d, Kind: Foreign}
}

// outgoing reads the digits after 00, between which and the country code a
// Bolivian line puts the carrier 1x. North American area codes begin at 2, so
// a 1 that belongs to a carrier is told from the country code 1.
func outgoing(d string) Number {
	if len(d) > 9 && d[0] == '1' && (d[1] < '2' || len(d) != 11) {
		d = d[2:]
	}
	return international(d)
}

// countries are those whose numbers may come without a plus (SIP trunks,
// WhatsApp ids) because Bolivians live there: the national length must fit
// exactly, otherwise a mistyped local number would become a foreign one.
var countries = []struct {
	code     string
	min, max int    // digits after the code
	first    string // digits a national number may begin with
	groups   []int  // how the national part is shown
}{
	{"34", 9, 9, "6789", []int{3, 3, 3}},
	{"54", 10, 11, "12369", []int{2, 4, 4}},
	{"55", 10, 11, "123456789", []int{2, 5, 4}},
	{"56", 9, 9, "23456789", []int{1, 4, 4}},
	{"51", 9, 9, "9", []int{3, 3, 3}},
	{"595", 9, 9, "9", []int{3, 3, 3}},
	{"39", 10, 10, "3", []int{3, 3, 4}},
	{"1", 10, 10, "23456789", []int{3, 3, 4}},
}

func bareForeign(d string) Number {
	for _, c := range countries {
		rest, ok := strings.CutPrefix(d, c.code)
		if ok && len(rest) >= c.min && len(rest) <= c.max && strings.IndexByte(c.first, rest[0]) >= 0 {
			return Number{E164: "+" + d, Kind: Foreign}
		}
	}
	return Number{Kind: Unknown}
}

// address takes the user part out of a SIP, tel or WhatsApp address and out of
// a caller id with a name: `"Ana" <71234567>`, "sip:7…@host;user=phone".
func address(s string) string {
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		if j := strings.IndexByte(s[i:], '>'); j > 0 {
			s = s[i+1 : i+j]
		}
	}
	for _, scheme := range []string{"sip:", "sips:", "tel:", "whatsapp:"} {
		s = strings.TrimPrefix(s, scheme)
	}
	if user, _, ok := strings.Cut(s, "@"); ok {
		user, _, _ = strings.Cut(user, ":") // device of a WhatsApp id
		return user
	}
	if number, _, ok := strings.Cut(s, ";phone-context"); ok {
		return number
	}
	return s
}

var hiddenWords = []string{"anonym", "anonim", "anónim", "privad", "private", "ocult", "hidden", "desconocid",
	"unknown", "restring", "restrict", "unavailable", "no disponible", "withheld", "sin número", "sin numero"}

// hidden reports whether the exchange said that there is no number.
// "266696687" spells ANONYMOUS on a keypad; some gateways send it so.
func hidden(s string) bool {
	if s == "" || s == "s" || strings.TrimLeft(s, "+") == "266696687" {
		return true
	}
	for _, w := range hiddenWords {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// cutInner splits off "int. 12", "interno 12", "ext 12", "x12".
func cutInner(s string) (number, inner string) {
	for _, w := range []string{"interno", "int.", "int ", "int:", "extensión", "extension", "ext.", "ext ", "ext:", "anexo", " x"} {
		i := strings.Index(s, w)
		if i <= 0 {
			continue
		}
		if d, _ := digitsOf(s[i:]); d != "" && len(d) <= 6 {
			return s[:i], d
		}
	}
	return s, ""
}

// alternatives splits a field that may hold several numbers.
func alternatives(s string) []string {
	s = strings.NewReplacer(" o ", "/", " y ", "/", " ó ", "/", ";", "/", ",", "/", "\n", "/", "|", "/").Replace(s)
	var parts []string
	for part := range strings.SplitSeq(s, "/") {
		if d, _ := digitsOf(part); d != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// digitsOf returns the decimal digits of s, whatever their script, and whether
// a plus sign stands before the first of them.
func digitsOf(s string) (digits string, plus bool) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９': // full width, from some keyboards
			b.WriteRune('0' + r - '０')
		case (r == '+' || r == '＋') && b.Len() == 0:
			plus = true
		case unicode.IsLetter(r) && b.Len() == 0:
			plus = false // a plus sign among words is no prefix
		}
	}
	return b.String(), plus
}

// Format shows an E.164 number as people read it ("+591 7123 4567"). What is
// no E.164 number is returned as it is.
func Format(e164 string) string {
	d, ok := strings.CutPrefix(e164, "+")
	if !ok || strings.Trim(d, "0123456789") != "" {
		return e164
	}
	if rest, ok := strings.CutPrefix(d, "591"); ok {
		switch n := national(rest); n.Kind {
		case Mobile:
			return "+591 " + rest[:4] + " " + rest[4:]
		case Fixed:
			return "+591 " + rest[:1] + " " + rest[1:4] + " " + rest[4:]
		case TollFree:
			return rest[:3] + " " + rest[3:5] + " " + rest[5:]
		}
		return e164
	}
	for _, c := range countries {
		if rest, ok := strings.CutPrefix(d, c.code); ok && len(rest) >= c.min && len(rest) <= c.max {
			return "+" + c.code + " " + grouped(rest, c.groups)
		}
	}
	return e164
}

// grouped splits digits from the right by groups; what is over stands first.
func grouped(d string, groups []int) string {
	var parts []string
	for i := len(groups) - 1; i >= 0 && len(d) > groups[i]; i-- {
		cut := len(d) - groups[i]
		parts = append([]string{d[cut:]}, parts...)
		d = d[:cut]
	}
	return strings.Join(append([]string{d}, parts...), " ")
}
