package facts

import (
	_ "embed"
	"regexp"
	"strings"
	"time"
	"unicode"

	"ventanilla/tickets/words"
)

//go:embed entities.tsv
var entitiesFile string

// Organisation is an entity of the State as this package knows it.
type Organisation struct {
	Name    string
	Kind    string // ministerio, gobernacion, municipio, universidad, entidad
	Aliases []string
	From    time.Time // zero: since ever
	To      time.Time // zero: still
}

// Organisations is the list of entities with their dates, as data.
func Organisations() (list []Organisation) {
	for line := range strings.SplitSeq(entitiesFile, "\n") {
		cols := strings.Split(line, "\t")
		if len(cols) != 5 || strings.HasPrefix(line, "#") {
			continue
		}
		o := Organisation{Name: cols[0], Kind: cols[1], Aliases: strings.Split(cols[2], "|")}
		o.From, _ = time.Parse(time.DateOnly, cols[3]) // empty: since ever
		o.To, _ = time.Parse(time.DateOnly, cols[4])   // empty: still
		list = append(list, o)
	}
	return list
}

// called is one way in which an organisation is named.
type called struct {
	words []string
	exact string // acronyms count in capitals only: "SIN" is one, "sin" a word
	name  string
}

var calledBy = func() map[string][]called {
	m := map[string][]called{}
	for _, o := range Organisations() {
		for _, alias := range append([]string{o.Name}, o.Aliases...) {
			c := called{name: o.Name, words: words.Tokens(alias)}
			if len(c.words) == 0 {
				continue
			}
			if len(c.words) == 1 && strings.ToUpper(alias) == alias {
				c.exact = alias
			}
			m[c.words[0]] = append(m[c.words[0]], c)
		}
	}
	return m
}()

var municipal = regexp.MustCompile(`\b(?i:(G\.?A\.?M\.?|gobierno aut[oó]nomo municipal|alcald[ií]a(?: municipal)?|municipio)|(G\.?A\.?D\.?|gobierno aut[oó]nomo departamental|gobernaci[oó]n))\s+(?i:de la|de los|del?|de)?\s*((?:(?:San|Santa|Villa|La|El|Puerto|Santiago de|Santa Cruz de la)\s+)?\p{Lu}[\p{L}]{2,}(?:\s+(?:de\s+(?:la\s+)?)?\p{Lu}[\p{L}]{2,})?)`)

// entities finds the organisations that a report names: those of the list by
// the longest of their names, and any municipality or governorate by its title.
func (r *reading) entities() {
	titled := 0
	if r.has("gam", "gad", "g.a", "alcald", "gobern", "municip", "autonom") {
		titled = 4
	}
	for _, m := range municipal.FindAllStringSubmatch(r.text, titled) {
		prefix := "GAM de "
		if m[2] != "" {
			prefix = "GAD de "
		}
		r.add(Entity, prefix+m[3], m[0])
	}
	tokens := strings.FieldsFunc(r.text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	folded := make([]string, len(tokens))
	for i, t := range tokens {
		folded[i] = words.Fold(t)
	}
	for i := 0; i < len(tokens); i++ {
		var best called
		for _, c := range calledBy[folded[i]] {
			if len(c.words) > len(best.words) && i+len(c.words) <= len(tokens) && same(folded[i:], c.words) && (c.exact == "" || c.exact == tokens[i]) {
				best = c
			}
		}
		if best.name != "" {
			r.add(Entity, best.name, strings.Join(tokens[i:i+len(best.words)], " "))
			i += len(best.words) - 1
		}
	}
}

func same(tokens, want []string) bool {
	for i, w := range want {
		if tokens[i] != w {
			return false
		}
	}
	return true
}
