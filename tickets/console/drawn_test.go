package console

import (
	"bytes"
	"fmt"
	"testing"

	"ventanilla/tickets"
)

// TestDrawnRows: a row that was drawn is not drawn again; one that differs in
// anything is, also where texts run into each other's fields.
func TestDrawnRows(t *testing.T) {
	drawn := 0
	d := &drawnRows{draw: func(b *bytes.Buffer, v rowView) error {
		drawn++
		_, err := fmt.Fprintf(b, "<%s|%s>", v.Person, v.Subject)
		return err
	}}
	see := func(v rowView, want string, times int) {
		t.Helper()
		got, err := d.row(v)
		if err != nil || string(got) != want || drawn != times {
			t.Errorf("%q after %d drawings (%v), want %q after %d", got, drawn, err, want, times)
		}
	}
	see(rowView{Person: "Ana", Subject: "uno"}, "<Ana|uno>", 1)
	see(rowView{Person: "Ana", Subject: "uno"}, "<Ana|uno>", 1)
	see(rowView{Person: `Ana" "uno`}, `<Ana" "uno|>`, 2)
	see(rowView{Person: "Ana", Subject: "uno", Unread: true}, "<Ana|uno>", 3)
	see(rowView{Person: "Ana", Subject: "uno", Flags: []tickets.Flag{"x"}}, "<Ana|uno>", 4)
	for i := range 3 * drawnMany {
		see(rowView{ID: fmt.Sprint(i)}, "<|>", 5+i)
		see(rowView{Person: "Ana", Subject: "uno"}, "<Ana|uno>", 5+i) // asked for again and again, it stays
	}
	if n := len(d.new) + len(d.old); n > 2*drawnMany {
		t.Errorf("%d rows are kept", n)
	}
}
