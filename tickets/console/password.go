package console

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id: OWASP's first choice for servers (46 MiB, one pass,
// one lane). At most two hashes run at once, so that logins cannot take the
// machine's memory.
const (
	argonMemory = 46 * 1024 // KiB
	argonTime   = 1
	argonLanes  = 1
	argonKey    = 32
)

var argonSlots = make(chan struct{}, 2)

// HashPassword returns password as an argon2id string in the PHC form. It is
// what the store keeps for a user.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails: crypto/rand ends the program rather than return an error
	key := stretch(password, salt, argonTime, argonMemory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func stretch(password string, salt []byte, time, memory uint32, lanes uint8, size uint32) []byte {
	argonSlots <- struct{}{}
	defer func() { <-argonSlots }()
	return argon2.IDKey([]byte(password), salt, time, memory, lanes, size)
}

// decoy is checked when a login does not exist, so that a guess costs the same.
var decoy = "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// samePassword tells whether password is the one that hash was made of. A hash
// that cannot be read matches nothing.
func samePassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var memory, time uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &lanes); err != nil || memory > 1<<20 || time == 0 || lanes == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(key) == 0 {
		return false
	}
	return subtle.ConstantTimeCompare(key, stretch(password, salt, time, memory, lanes, uint32(len(key)))) == 1
}

//go:embed common_passwords.txt
var commonPasswords string

// commonWords are the words of well-known passwords, the longest first, so that
// taking one away does not leave the rest of a longer one behind.
var commonWords = sync.OnceValue(func() []string {
	var words []string
	for line := range strings.Lines(commonPasswords) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			words = append(words, plainLetters(line))
		}
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(words)
})

// Bounds of a password, in characters. NIST asks for 8 at least; a password that
// may stand alone is better longer, and a phrase is easier to remember.
const (
	passwordMin  = 12
	passwordMax  = 256
	passwordRest = 5 // characters that must be left of it beside what anybody would guess
)

// weak returns the catalogue key of what is wrong with a new password, "" if
// nothing is. The rules are those of NIST SP 800-63B §3.1.1.2: length, not a
// well-known one, nothing that follows from the service or the person (login and
// names are own); no rules of composition, no expiry. A well-known word with a
// few digits after it is as well known: what counts is what is left of the
// password when such words, digits in a row and signs are taken away.
func weak(password string, own ...string) string {
	switch n := utf8.RuneCountInString(password); {
	case n < passwordMin:
		return "password.short"
	case n > passwordMax:
		return "password.long"
	}
	rest, mine := plainLetters(password), false
	for _, name := range own {
		for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if word = plainLetters(word); len(word) >= 3 && strings.Contains(rest, word) {
				rest, mine = strings.ReplaceAll(rest, word, " "), true
			}
		}
	}
	if mine && distinct(rest) < passwordRest {
		return "password.own"
	}
	for _, word := range commonWords() {
		if len(word) >= 4 || len(rest) == len(word) {
			rest = strings.ReplaceAll(rest, word, " ")
		}
	}
	if distinct(rest) < passwordRest {
		return "password.common"
	}
	return ""
}

// plainLetters folds a password or a name for comparison: lower case, no accents, the
// usual digits for letters read as letters, signs left out.
func plainLetters(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case strings.ContainsRune("áàäâ@", r):
			r = 'a'
		case strings.ContainsRune("éèëê", r):
			r = 'e'
		case strings.ContainsRune("íìïî", r):
			r = 'i'
		case strings.ContainsRune("óòöô", r):
			r = 'o'
		case strings.ContainsRune("úùüû", r):
			r = 'u'
		case r == 'ñ':
			r = 'n'
		case r == '$':
			r = 's'
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// distinct counts what a guesser must still find: characters that do not follow
// from the one before them by standing still or by counting.
func distinct(s string) int {
	n, last := 0, rune(0)
	for _, r := range s {
		if r != ' ' && r != last && r != last+1 && r != last-1 {
			n++
		}
		last = r
	}
	return n
}
