package whatsapp

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// TestLongBacklog: what heaps up while the desk cannot take anything goes to it
// in the end, however much it is and though no message comes meanwhile; a
// statement has room for some 32,000 arguments.
func TestLongBacklog(t *testing.T) {
	const n = 40_000
	ctx := context.Background()
	o := Options{Name: "mesa", Database: filepath.Join(t.TempDir(), "session.db"), Log: zerolog.Nop(), Now: time.Now}
	s, err := openSession(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	err = s.exec(ctx, `WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < $1)
		INSERT INTO ventanilla_taken (external, body, received, envelope, mark_key, mark) SELECT 'm' || i, 'x', 0, '{}', '', '' FROM many`, n)
	if err != nil {
		t.Fatal(err)
	}
	a, h := &Account{o: o}, newHost()
	for given := 1; given > 0; {
		if given, err = a.handSome(ctx, h, s); err != nil {
			t.Fatalf("after %d messages: %v", len(h.raws), err)
		}
		if held := len(s.had.list()); held > mostHad {
			t.Fatalf("after %d messages the session still holds %d that the desk has", len(h.raws), held)
		}
	}
	a.forget(ctx, s)
	if open := s.open(); len(h.raws) != n || open != 0 {
		t.Errorf("the desk has %d messages of %d, the session %d", len(h.raws), n, open)
	}
}
