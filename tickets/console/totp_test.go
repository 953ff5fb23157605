package console

import (
	"strings"
	"testing"
	"time"
)

// TestTOTP: the vectors of RFC 6238, appendix B, for SHA-1.
func TestTOTP(t *testing.T) {
	key := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := totp(key, at/totpPeriod, 8); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	secret, now := base32Plain.EncodeToString(key), time.Unix(1234567890, 0)
	step := now.Unix() / totpPeriod
	for name, c := range map[string]struct {
		code string
		ok   bool
	}{
		"now": {totp(key, step, 6), true}, "typed with a space": {totp(key, step, 6)[:3] + " " + totp(key, step, 6)[3:], true},
		"the one before": {totp(key, step-1, 6), true}, "two before": {totp(key, step-2, 6), false}, "empty": {"", false}, "letters": {"abcdef", false}, "eight digits": {"89005924", false},
	} {
		if _, ok := totpStep(secret, c.code, now); ok != c.ok {
			t.Errorf("%s: taken is %v", name, ok)
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, hashes := newRecovery("eva")
	if len(codes) != recoveryCodes || recoveryHash("eva", strings.ToLower(strings.ReplaceAll(codes[0], "-", " "))) != hashes[0] {
		t.Error("a code typed in another way is another code")
	}
	if recoveryHash("ana", codes[0]) == hashes[0] {
		t.Error("a code of one person is good for another")
	}
}

func TestWeakPasswords(t *testing.T) {
	own := []string{"mquispe", "María Quispe Mamani"}
	for password, want := range map[string]string{
		"corta": "password.short", "12345678901": "password.short", strings.Repeat("largo ", 60): "password.long",
		"123456789012": "password.common", "contraseña123": "password.common", "Contrasena2026": "password.common", "Password12345": "password.common", "P@ssw0rd!!!!!!": "password.common",
		"qwertyuiop123": "password.common", "teamomucho2026": "password.common", "ventanilla2026": "password.common", "AGETIC-agetic-1": "password.common", "aaaaaaaaaaaaaaa": "password.common",
		"Bolivia.2025.": "password.common", "administrador1": "password.common", "realmadrid123456": "password.common", "enero-febrero-2026": "password.common",
		"MariaQuispe2026": "password.own", "mquispe-mquispe": "password.own", "Mamani.Mamani.1": "password.own",
		"una frase bien larga": "", "ceniza tambor vidrio": "", "el perro verde de mi abuela": "", "k7#mQ2vLx9pZ": "", "María fue al río sin zapatos": "",
	} {
		if got := weak(password, own...); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}
