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
	firsts  []string // first words long enough to be recognised mistyped
}

type alias struct {
	id     string
	stems  []string
	weight int
}

func newCatalogue(systems []System) *catalogue {
	c := &catalogue{byFirst: map[string][]alias{}}
	for _, s := range systems {
		for _, name := range append([]string{s.Name}, s.Aliases...) {
			a := alias{id: s.ID}
			for _, w := range words.Tokens(name) {
				a.stems = append(a.stems, words.Stem(w))
				a.weight += len(w)
			}
			if len(a.stems) == 0 {
				continue
			}
			first := a.stems[0]
			if c.byFirst[first] == nil && len(first) >= typoLength {
				c.firsts = append(c.firsts, first)
			}
			c.byFirst[first] = append(c.byFirst[first], a)
		}
	}
	slices.Sort(c.firsts)
	return c
}

// typoLength is the shortest word in which one wrong letter is forgiven.
const typoLength = 7

// find gives the id of the system that is named most; "" if none. The longest
// alias counts at each place; the first named wins a tie.
func (c *catalogue) find(t *text) string {
	score := map[string]int{}
	best := ""
	for i := 0; i < len(t.stems); i++ {
		a := c.at(t.stems[i:])
		if a.id == "" {
			continue
		}
		score[a.id] += a.weight
		if best == "" || score[a.id] > score[best] {
			best = a.id
		}
		i += len(a.stems) - 1
	}
	return best
}

// at gives the longest alias that stems begin with.
func (c *catalogue) at(stems []string) (best alias) {
	candidates := c.byFirst[stems[0]]
	if candidates == nil && len(stems[0]) >= typoLength {
		for _, first := range c.firsts {
			if near(stems[0], first) {
				candidates = append(candidates, c.byFirst[first]...)
			}
		}
	}
	for _, a := range candidates {
		if len(a.stems) <= len(stems) && a.weight > best.weight && sameWords(stems[1:], a.stems[1:]) {
			best = a
		}
	}
	return best
}

func sameWords(stems, want []string) bool {
	for i, w := range want {
		if stems[i] != w && !(len(w) >= typoLength && near(stems[i], w)) {
			return false
		}
	}
	return true
}

// near reports whether a and b differ by one letter wrong, missing, too many
// or two neighbours exchanged.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
