package tickets

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets/calendar"
)

// Case codes read AIT-2026-000123-K: the year of the report in La Paz, the
// case's number within it without a gap, and a check character.
//
// The check character is a pure system of ISO/IEC 7064 (one character, sum of
// digit × radix^position ≡ 1). The standard's own MOD 37,2 needs 37 symbols, I,
// O and * among them; those cannot be read out on a telephone. So the modulus
// is the greatest prime that the rest of the alphabet can carry, 31, over the
// digits and the letters without I, L, O (read as 1 and 0), Q and U, and the
// radix a primitive root of it, codeRadix. Modulus prime and radix ≢ 0, 1
// detect every single wrong character and every swap of neighbours, the check
// character's included; a primitive root also every swap at any distance below 30.
const (
	codeModulus  = 31
	codeRadix    = 3
	codeAlphabet = "0123456789ABCDEFGHJKMNPRSTVWXYZ"
)

// FormatCode is the code of the n-th case of a year.
func FormatCode(year int, n int64) string {
	digits := fmt.Sprintf("%04d%06d", year, n)
	return fmt.Sprintf("AIT-%s-%s-%c", digits[:4], digits[4:], checkCharacter(digits))
}

// CodeYear is the year that a report's code carries: by the clock of La Paz.
func CodeYear(at time.Time) int { return at.In(calendar.Zone).Year() }

func checkCharacter(digits string) byte {
	p := 0
	for _, c := range digits {
		p = (p + int(c-'0')) * codeRadix % codeModulus
	}
	return codeAlphabet[(codeModulus+1-p)%codeModulus]
}

// codePattern takes what people type and dictate: any case, spaces, dots or
// nothing for the hyphens, O for 0, I and L for 1, a number without its leading
// zeros if something parts it from the check character.
var codePattern = regexp.MustCompile(`(?i)\bA[\s.\-]*[I1][\s.\-]*T[\s.\-–—_/#:°]*` +
	`([0-9OIL]{4})[\s.\-–—_/]*(?:([0-9OIL]{6,12})[\s.\-–—_/]*|([0-9OIL]{1,12})[\s.\-–—_/]+)([0-9A-Z])\b`)

// FindCodes returns the case codes in a text, in their printed form, in order
// and once each. What looks like a code but fails its check is left out.
func FindCodes(text string) []string {
	if !mayHoldCode(text) {
		return nil
	}
	var codes []string
	seen := map[string]bool{}
	for _, m := range codePattern.FindAllStringSubmatch(text, -1) {
		code, ok := codeOf(m[1], m[2]+m[3], m[4])
		if ok && !seen[code] {
			seen[code] = true
			codes = append(codes, code)
		}
	}
	return codes
}

// mayHoldCode says whether a text has the letters that a code begins with: most
// have not, and searching for the whole pattern costs more than reading a letter.
func mayHoldCode(text string) bool {
	parts := func(c byte) bool {
		return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '.' || c == '-'
	}
	after := func(i int, letters string) int {
		for i < len(text) && parts(text[i]) {
			i++
		}
		if i < len(text) && strings.IndexByte(letters, text[i]) >= 0 {
			return i + 1
		}
		return 0
	}
	for i := range len(text) {
		if text[i]|0x20 != 'a' {
			continue
		}
		if k := after(i+1, "iI1"); k > 0 && after(k, "tT") > 0 {
			return true
		}
	}
	return false
}

// ParseCode reads one code as a person typed it, with or without "AIT", and
// returns its printed form; false if it is none or fails its check.
func ParseCode(s string) (string, bool) {
	s = strings.TrimSpace(s)
	m := codePattern.FindStringSubmatch(s)
	if m == nil || m[0] != s {
		s = "AIT-" + s
		if m = codePattern.FindStringSubmatch(s); m == nil || m[0] != s {
			return "", false
		}
	}
	return codeOf(m[1], m[2]+m[3], m[4])
}

var likeDigits = strings.NewReplacer("O", "0", "I", "1", "L", "1")

func codeOf(year, number, check string) (string, bool) {
	y, err := strconv.Atoi(likeDigits.Replace(strings.ToUpper(year)))
	if err != nil {
		return "", false
	}
	n, err := strconv.ParseInt(likeDigits.Replace(strings.ToUpper(number)), 10, 64)
	if err != nil || n < 1 {
		return "", false
	}
	code := FormatCode(y, n)
	return code, code[len(code)-1:] == likeDigits.Replace(strings.ToUpper(check))
}
