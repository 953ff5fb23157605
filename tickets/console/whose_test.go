package console_test

import (
	"io"
	"strings"
	"testing"
)

// TestRowSaysWhoseTurnItIs: a case that waits for its review is the supervisor's to go on with, no operator's.
func TestRowSaysWhoseTurnItIs(t *testing.T) {
	o := open(t)
	o.day()
	for _, path := range []string{"/bandeja?v=abiertos", "/buscar?q=Ficticio"} {
		body, err := io.ReadAll(o.login("operador").get(path).Body)
		if err != nil {
			t.Fatal(err)
		}
		if page := string(body); !strings.Contains(page, "9.1/9 · Supervisor") || strings.Contains(page, "9.1/9 · AIT") {
			t.Errorf("%s does not say that 9.1/9 waits for the supervisor", path)
		}
	}
}
