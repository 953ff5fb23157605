package console

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"ventanilla/tickets/store"
)

// A form that is sent twice is done once. A double click, or a browser that
// sends again because the answer was lost, must not say the same thing to a
// person twice or open two cases of one call. So every form that makes
// something new brings a random number, drawn when it was shown (the template
// function once). What counts is that number with everything that was typed:
// who goes back to a page and writes something else there has said something else.

// onceField is the hidden field with the number.
const onceField = "once"

// onceFor is for how long a form is remembered. Tx.Allow forgets at the
// boundaries of this span, so it is one that has none in a long life.
const onceFor = 200 * 365 * 24 * time.Hour

func onceNumber() string { return rand.Text() }

// formID names what was sent, the same for the same form sent again; empty for
// one without a number. Its body must have been read.
func formID(r *http.Request) string {
	if r.PostFormValue(onceField) == "" {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", r.URL.Path, r.PostForm.Encode())
	if r.MultipartForm != nil {
		for _, f := range r.MultipartForm.File["archivo"] {
			fmt.Fprintf(h, "%q %d\n", f.Filename, f.Size)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:13])
}

// first tells whether this form was never done before, and from now on it was,
// if the transaction holds.
func first(tx *store.Tx, r *http.Request) (bool, error) {
	id := formID(r)
	if id == "" {
		return true, nil
	}
	return tx.Allow("form:"+id, 1, onceFor)
}
