package classify

import (
	_ "embed"
	"fmt"
	"strings"

	"ventanilla/tickets/words"
)

//go:embed concepts.tsv
var embeddedConcepts string

// concepts gives each known stem the kinds of word it is (concepts.tsv): a
// person among many, a part of a screen, a paper of one's own, a refusal.
type concepts map[string][]string

func parseConcepts(list string) (concepts, error) {
	c := concepts{}
	n := 0
	for line := range strings.SplitSeq(list, "\n") {
		n++
		if line == "" || line[0] == '#' {
			continue
		}
		id, members, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("line %d: no tab", n)
		}
		for w := range strings.FieldsSeq(members) {
			for _, tok := range words.Tokens(w) {
				s := words.Stem(tok)
				if k := c[s]; len(k) == 0 || k[len(k)-1] != id {
					c[s] = append(k, id)
				}
			}
		}
	}
	return c, nil
}

// kinds gives the kinds of the i-th token: those of its stem, and for a number
// from two on "num".
func (c concepts) kinds(t *text, i int) []string {
	switch s := t.stems[i]; s {
	case "#few", "#many":
		return numKind
	case "#5xx", "#4xx":
		return codeKind
	default:
		if numerals[t.tokens[i]] {
			return numKind
		}
		return c[s]
	}
}

var (
	numKind  = []string{"num"}
	codeKind = []string{"code"}
)

var numerals = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete
dieciocho diecinueve veinte veintiun veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve treinta cuarenta cincuenta
sesenta setenta ochenta noventa cien ciento doscientos doscientas trescientos trescientas cuatrocientos quinientos mil miles varios varias todos todas
muchos muchas ambas ambos`) {
		m[w] = true
	}
	return m
}()

// reach is how many tokens apart two kinds still count as a pair.
const reach = 4

// add puts the kinds of a text, and pairs of them in one sentence, into the bag:
// "n kind", "o kind" for the last sentence, "p kind kind".
func (c concepts) add(b *bag, t *text, last int) {
	type seen struct {
		at   int
		kind string
	}
	var recent []seen
	cities := map[string]bool{}
	for i := range t.stems {
		if t.stems[i] == "." || i >= t.declared[0] && i < t.declared[1] {
			recent = recent[:0]
			continue
		}
		for _, k := range c.kinds(t, i) {
			b.add(kindValue, "", "n", k)
			if i >= last {
				b.add(kindLastValue, "", "o", k)
			}
			for j := len(recent) - 1; j >= 0 && i-recent[j].at <= reach; j-- {
				if recent[j].at < i {
					b.add(kindPairValue, "", "p", recent[j].kind, k)
				}
			}
			if k == "city" {
				cities[t.stems[i]] = true
			}
			recent = append(recent, seen{i, k})
		}
	}
	if len(cities) > 1 {
		b.add(meaningValue, "", "m", "cities")
	}
}
