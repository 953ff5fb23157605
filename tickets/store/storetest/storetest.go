// Package storetest gives tests a real database of each kind: a SQLite file in
// the test's folder, and a PostgreSQL server of the machine's own binaries,
// started privately for the test process and stopped at its end. Nothing is
// skipped when PostgreSQL is missing: the test fails and says what to install.
package storetest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/tickets/store"
)

// Each runs test on a new, empty store of each kind.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachURL(t, func(t *testing.T, url string) { test(t, Open(t, url, nil)) })
}

// EachURL runs test with the address of a new, empty database of each kind, for
// tests that open several stores on one database or bring their own clock.
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite gives the address of a database file that does not exist yet.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "ventanilla.db")
}

// Open opens a store and closes it at the end of the test. now may be nil.
func Open(t testing.TB, url string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{URL: url, Log: zerolog.Nop(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
