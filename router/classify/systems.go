package classify

import (
	_ "embed"
	"slices"
	"strings"

	"ventanilla/tickets/words"
)

// System is a row of the catalogue of supported systems as far as recognising
// it goes. Names and aliases are matched without accents, by their stems.
type System struct {
	ID, Name string
	Aliases  []string
}

//go:embed systems.tsv
var seedSystems string

// SeedSystems is the catalogue of the office's first day: one line per system,
// id, name and aliases parted by "|".
func SeedSystems() []System {
	var out []System
	for line := range strings.SplitSeq(seedSystems, "\n") {
		cols := strings.Split(line, "\t")
		if len(cols) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		out = append(out, System{ID: cols[0], Name: cols[1], Aliases: strings.Split(cols[2], "|")})
	}
	return out
}

// catalogue finds aliases in a text.
type catalogue struct {
	byFirst map[string][]alias
	firsts  map[byte][]name // by initial: first words long enough to be recognised mistyped
}

// name is a word of an alias: as it is written and its stem.
type name struct{ token, stem string }

type alias struct {
	id     string
	names  []name
	weight int
}

func newCatalogue(systems []System) *catalogue {
	c := &catalogue{byFirst: map[string][]alias{}, firsts: map[byte][]name{}}
	for _, s := range systems {
		for _, called := range append([]string{s.Name}, s.Aliases...) {
			a := alias{id: s.ID}
			for _, w := range words.Tokens(called) {
				a.names = append(a.names, name{w, words.Stem(w)})
				a.weight += len(w)
			}
			if len(a.names) == 0 {
				continue
			}
			first := a.names[0]
			if initial := first.token[0]; len(first.token) >= typoLength && !slices.Contains(c.firsts[initial], first) {
				c.firsts[initial] = append(c.firsts[initial], first)
			}
			c.byFirst[first.stem] = append(c.byFirst[first.stem], a)
		}
	}
	return c
}

// typoLength is the shortest word in which one wrong letter, not the first, is
// forgiven.
const typoLength = 7

// find gives the id of the system that is named most; "" if none. The longest
// alias counts at each place; the first named wins a tie.
func (c *catalogue) find(t *text) string {
	score := map[string]int{}
	best := ""
	for i := 0; i < len(t.stems); i++ {
		a := c.at(t.tokens[i:], t.stems[i:])
		if a.id == "" {
			continue
		}
		score[a.id] += a.weight
		if best == "" || score[a.id] > score[best] {
			best = a.id
		}
		i += len(a.names) - 1
	}
	return best
}

// at gives the longest alias that the text begins with.
func (c *catalogue) at(tokens, stems []string) (best alias) {
	candidates := c.byFirst[stems[0]]
	if candidates == nil && len(tokens[0]) >= typoLength {
		for _, first := range c.firsts[tokens[0][0]] {
			if first.is(tokens[0], stems[0]) {
				candidates = append(candidates, c.byFirst[first.stem]...)
			}
		}
	}
	for _, a := range candidates {
		if len(a.names) <= len(stems) && a.weight > best.weight && a.follows(tokens, stems) {
			best = a
		}
	}
	return best
}

// follows reports whether the words after the first are the alias's.
func (a alias) follows(tokens, stems []string) bool {
	for i, n := range a.names[1:] {
		if !n.is(tokens[i+1], stems[i+1]) {
			return false
		}
	}
	return true
}

// is reports whether a word is this one, in any form of it or with one letter
// wrong.
func (n name) is(token, stem string) bool {
	return stem == n.stem || len(n.token) >= typoLength && (words.Near(token, n.token) || words.Near(stem, n.stem))
}
