package console

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
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

// common are passwords that satisfy the length and protect nothing.
var common = []string{"123456789012", "contraseña123", "contrasena123", "password1234", "ventanilla123", "qwertyuiop12", "administrador", "bolivia20252", "agetic202620", "111111111111"}

// weak returns the catalogue key of what is wrong with a new password, "" if
// nothing is. The rules are those of NIST SP 800-63B §3.1.1.2: length, not a
// well-known one, not the login; no rules of composition, no expiry.
func weak(password, login string) string {
	low := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < 12:
		return "password.short"
	case n > 256:
		return "password.long"
	case login != "" && strings.Contains(low, strings.ToLower(login)):
		return "password.login"
	case strings.Count(low, low[:1]) == n:
		return "password.common"
	}
	for _, c := range common {
		if strings.Contains(low, c) {
			return "password.common"
		}
	}
	return ""
}
