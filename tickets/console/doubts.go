package console

import (
	"regexp"
	"slices"
	"strings"

	"ventanilla/tickets"
)

// What is about to leave the office is read once more: a text that looks
// internal, that carries data of somebody else, or whose slots are not filled
// is shown again with the reason. It is a question, no prohibition: sent once
// more as it stands, it goes out.

// doubt is one reason to read a text again: the catalogue's "doubt.<Kind>", and
// the words that it is about.
type doubt struct{ Kind, Found string }

var (
	slotLeft     = regexp.MustCompile(`\{[\p{L}_ ]{1,40}\}`)
	otherCode    = regexp.MustCompile(`\bAIT-\d{4}-\d{6,7}-[0-9A-Z]\b`)
	mailAddress  = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	mobileNumber = regexp.MustCompile(`(?:\+?591[ .-]?)?\b[67]\d{3}[ .-]?\d{4}\b`)
	identityCard = regexp.MustCompile(`(?i)\b(?:c\.? ?i\.?|carnet|c[ée]dula(?: de identidad)?)\b[^\d\n]{0,24}(\d{5,9})\b`)
	secretTold   = regexp.MustCompile(`(?i)\b(?:contrase(?:ñ|n)a|clave|pin)\b(?: \p{L}+){0,2} ?(?:es|:|=)\s*["«]?[^\s"«»]*\d[^\s"«»]*`)
	officeWords  = regexp.MustCompile(`\b(?:UIT|UPAT|ACGII|ADIT|ADT)\b|\b9\.[123]/\d[\w.]*|(?i)\bnota interna\b|\bno (?:le |les )?(?:dig\w+|decir\w*|avis\w+|coment\w+)(?: nada)? al (?:usuario|ciudadano|se[ñn]or)\w*`)
	innerHost    = regexp.MustCompile(`\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b|\b[\w-]+\.(?:local|lan|intranet|interno)\b`)
)

// doubts reads a text for the person of a case. known is what that person
// wrote and is reached by: what comes from there is their own.
func doubts(text string, t *tickets.Ticket, known string) []doubt {
	var out []doubt
	add := func(kind, found string) {
		d := doubt{kind, short(found, 60)}
		if !slices.Contains(out, d) && len(out) < 6 {
			out = append(out, d)
		}
	}
	theirs := strings.ToLower(known)
	digits := onlyDigits(known)
	for _, s := range slotLeft.FindAllString(text, -1) {
		add("slot", s)
	}
	for _, s := range otherCode.FindAllString(text, -1) {
		if s != t.Code && !strings.Contains(known, s) {
			add("code", s)
		}
	}
	for _, s := range mailAddress.FindAllString(text, -1) {
		if low := strings.ToLower(s); !strings.Contains(theirs, low) && !strings.HasSuffix(low, ".gob.bo") {
			add("person", s)
		}
	}
	for _, s := range mobileNumber.FindAllString(text, -1) {
		if n := onlyDigits(s); !strings.Contains(digits, n[len(n)-8:]) {
			add("person", s)
		}
	}
	for _, m := range identityCard.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(digits, m[1]) {
			add("person", m[0])
		}
	}
	for _, s := range secretTold.FindAllString(text, -1) {
		add("secret", s)
	}
	for _, expr := range []*regexp.Regexp{officeWords, innerHost} {
		for _, s := range expr.FindAllString(text, -1) {
			add("office", s)
		}
	}
	return out
}

// onlyDigits leaves the digits of a text, with a gap where anything but what
// people write inside a number stood between them.
func onlyDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" .-+()", r):
		default:
			b.WriteByte('/')
		}
	}
	return strings.Trim(b.String(), "/")
}
