package console

import (
	"strings"
	"testing"

	"ventanilla/tickets/store"
)

// TestCited: what a chat's message quotes stands above its text with the name of
// who said it, where that is certain; a long quote is cut and folded; a mail's
// quote and what is no quote stay behind their fold.
func TestCited(t *testing.T) {
	long := strings.Repeat("muy largo ", 12)
	said := newSpeakers()
	said.heard(store.Message{Said: "**Pruebe** de nuevo"}, "Operadora")
	said.heard(store.Message{Said: "no abre\nel sistema"}, "Vecina")
	said.heard(store.Message{Said: "ok"}, "Operadora")
	said.heard(store.Message{Said: "ok"}, "Vecina")
	said.heard(store.Message{Said: "ok"}, "Vecina")
	said.heard(store.Message{Said: strings.Repeat("x", 2000)}, "Vecina")
	for _, c := range []struct {
		quote             string
		whole, mail       bool
		author, short, is string // is: Quote afterwards
		folded            bool
	}{
		{quote: "> *Pruebe* de nuevo", author: "Operadora", short: "Pruebe de nuevo"},
		{quote: "> no abre\n> el sistema", author: "Vecina", short: "no abre el sistema"},
		{quote: "> no abre\n>\n> el sistema", author: "Vecina", short: "no abre el sistema"},
		{quote: "> _no_ *entra* ~ya~ ```404``` de 2*3*4", short: "no entra ya 404 de 2*3*4"},
		{quote: "> *" + strings.Repeat("ya ", 21) + "fin*", short: strings.Repeat("ya ", 21) + "f…", folded: true},
		{quote: "> ok", short: "ok"},
		{quote: "> nunca dicho", short: "nunca dicho"},
		{quote: "> " + strings.Repeat("x", 1000) + "…", author: "Vecina", short: strings.Repeat("x", citedShort) + "…", folded: true},
		{quote: "> " + long, short: strings.TrimSpace(long[:citedShort]) + "…", folded: true},
		{quote: "> ok", mail: true, is: "> ok"},
		{quote: "> ok", whole: true, is: "> ok"},
		{quote: "> ok\n-- \nAna", is: "> ok\n-- \nAna"},
	} {
		e := entry{Chat: !c.mail, Whole: c.whole, Quote: c.quote}
		said.cite(store.Message{}, &e)
		got := citedView{}
		if e.Cited != nil {
			got = *e.Cited
		}
		if got.Author != c.author || got.Short() != c.short || got.Long() != c.folded || e.Quote != c.is {
			t.Errorf("%q: %q says %q (folded: %v), and %q stays", c.quote, got.Author, got.Short(), got.Long(), e.Quote)
		}
	}
}
