package tickets

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strconv"
	"strings"
	"time"
)

// PassFor is how long a citizen's link opens their case.
const PassFor = 180 * 24 * time.Hour

// A pass opens one case to its citizen, read-only, until a day: "<case id>.<day
// in base 36>.<proof>". Whoever has the message that it stands in has the pass;
// nobody makes one by guessing.
var (
	// ErrNoPass says that a pass was not made by this office.
	ErrNoPass = errors.New("tickets: no such pass")
	// ErrPassOver says that a pass was good once.
	ErrPassOver = errors.New("tickets: the pass is over")
)

var passCoding = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

const oneDay = 24 * time.Hour

// NewPass makes a pass for a case; the same for the same day.
func NewPass(key []byte, ticket string, until time.Time) string {
	body := ticket + "." + strconv.FormatInt(until.Unix()/int64(oneDay/time.Second), 36)
	return body + "." + passProof(key, body)
}

// OpenPass returns the case that a pass opens now.
func OpenPass(key []byte, pass string, now time.Time) (ticket string, err error) {
	i := strings.LastIndexByte(pass, '.')
	if i < 0 || !hmac.Equal([]byte(pass[i+1:]), []byte(passProof(key, pass[:i]))) {
		return "", ErrNoPass
	}
	ticket, last, _ := strings.Cut(pass[:i], ".")
	n, err := strconv.ParseInt(last, 36, 64)
	if err != nil {
		return "", ErrNoPass
	}
	if now.Unix()/int64(oneDay/time.Second) > n {
		return "", ErrPassOver
	}
	return ticket, nil
}

// passProof is 80 bits over the pass, apart from what else the key signs.
func passProof(key []byte, body string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("pass\n" + body))
	return passCoding.EncodeToString(mac.Sum(nil)[:10])
}
