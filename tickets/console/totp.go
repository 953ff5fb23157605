package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Time-based one-time passwords as RFC 6238 has them, with the parameters that
// every telephone's program understands: SHA-1, 30 seconds, six digits.

const (
	totpPeriod = 30
	totpDigits = 6
	totpSkew   = 1 // steps before and after now that are taken: clocks differ, and people type slowly (§5.2)
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// newFactorSecret returns 160 random bits (RFC 4226 §4, R6), as base32.
func newFactorSecret() string {
	var raw [20]byte
	rand.Read(raw[:]) // never fails
	return base32Plain.EncodeToString(raw[:])
}

// totp is the code of a time step (RFC 4226 §5.3).
func totp(key []byte, step int64, digits int) string {
	mac := hmac.New(sha1.New, key)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	mod := uint32(1)
	for range digits {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%mod)
}

// totpStep finds the time step around now that a code belongs to.
func totpStep(secret, code string, now time.Time) (int64, bool) {
	key, err := base32Plain.DecodeString(secret)
	code = strings.NewReplacer(" ", "", "-", "").Replace(code)
	if err != nil || len(code) != totpDigits {
		return 0, false
	}
	step, found := now.Unix()/totpPeriod, int64(0)
	for s := step - totpSkew; s <= step+totpSkew; s++ {
		if subtle.ConstantTimeCompare([]byte(totp(key, s, totpDigits)), []byte(code)) == 1 {
			found = s
		}
	}
	return found, found != 0
}

// factorAddress is what the QR code says to a telephone's program.
func factorAddress(secret, login string) string {
	q := url.Values{"secret": {secret}, "issuer": {"Ventanilla"}}
	return "otpauth://totp/Ventanilla:" + url.PathEscape(login) + "?" + q.Encode()
}

const recoveryCodes = 10

// newRecovery makes a person's recovery codes of 80 random bits each, and the
// hashes that are kept of them.
func newRecovery(staff string) (codes, hashes []string) {
	for range recoveryCodes {
		var raw [10]byte
		rand.Read(raw[:]) // never fails
		s := base32Plain.EncodeToString(raw[:])
		code := s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
		codes, hashes = append(codes, code), append(hashes, recoveryHash(staff, code))
	}
	return codes, hashes
}

// recoveryHash: the codes are random enough that a plain hash keeps them.
func recoveryHash(staff, code string) string {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
	sum := sha256.Sum256([]byte(staff + "\n" + code))
	return hex.EncodeToString(sum[:])
}
