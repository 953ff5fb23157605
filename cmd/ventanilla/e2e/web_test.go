package e2e

import (
	"net/http"
	"net/http/cookiejar"
	"testing"
	"time"
)

// clientFor is a browser without a session.
func clientFor(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 20 * time.Second}
}
