package classify

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"ventanilla/tickets/words"
)

// meaningValue weighs a meaning against a word: a meaning is many words at
// once and was chosen by hand.
const meaningValue = 1.5

//go:embed meaning.tsv
var embeddedMeanings string

// meanings finds what is said, in whichever words: who is affected, which
// error, what is asked for. meaning.tsv is its list: id, reason for a person to
// read (empty: not a reason of its own), and phrases parted by "|". In a phrase
// "_" stands for any one word, "~" for up to three; every word is compared by its stem.
type meanings struct {
	reasons map[string]string
	byFirst map[string][]phrase

	concepts concepts
}

type phrase struct {
	id    string
	stems []string // without the first
}

var parsedMeanings = struct {
	once sync.Once
	m    *meanings
	err  error
}{}

// readMeanings parses the list once; it is the same for every classifier.
func readMeanings(list string) (*meanings, error) {
	p := &parsedMeanings
	p.once.Do(func() { p.m, p.err = parseMeanings(list) })
	return p.m, p.err
}

func parseMeanings(list string) (*meanings, error) {
	kinds, err := parseConcepts(embeddedConcepts)
	if err != nil {
		return nil, fmt.Errorf("concepts: %w", err)
	}
	m := &meanings{reasons: map[string]string{}, byFirst: map[string][]phrase{}, concepts: kinds}
	n := 0
	for line := range strings.SplitSeq(list, "\n") {
		n++
		if line == "" || line[0] == '#' {
			continue
		}
		cols := strings.Split(line, "\t")
		if len(cols) != 3 {
			return nil, fmt.Errorf("line %d: %d columns instead of 3", n, len(cols))
		}
		m.reasons[cols[0]] = cols[1]
		for ph := range strings.SplitSeq(cols[2], "|") {
			if err := m.addPhrase(cols[0], ph); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	return m, nil
}

func (m *meanings) addPhrase(id, ph string) error {
	var stems []string
	for w := range strings.FieldsSeq(ph) {
		if w == "_" || w == "~" || w[0] == '#' {
			stems = append(stems, w)
			continue
		}
		stems = append(stems, words.Stem(w))
	}
	if len(stems) == 0 || stems[0] == "_" || stems[0] == "~" {
		return fmt.Errorf("phrase %q does not begin with a word", ph)
	}
	m.byFirst[stems[0]] = append(m.byFirst[stems[0]], phrase{id, stems[1:]})
	return nil
}

// match calls found with the id of every meaning in t, possibly several times.
func (m *meanings) match(t *text, found func(id string)) {
	for i, s := range t.stems {
		if i >= t.declared[0] && i < t.declared[1] {
			continue
		}
		for _, p := range m.byFirst[s] {
			if follows(t.stems[i+1:], p.stems) {
				found(p.id)
			}
		}
	}
	for _, tok := range t.tokens {
		if orders(tok) {
			found("order")
		}
	}
	if t.past {
		found("past")
	}
	if t.wishes {
		found("wishes")
	}
	if t.question {
		found("question")
	}
	if t.lastAsks {
		found("ends_asking")
	}
	switch n := len(t.tokens) - t.subject; {
	case n < 12:
		found("short")
	case n > 60:
		found("long")
	}
}

// orders reports whether a word looks like an order to the office with its
// object attached: "cámbienlo", "pónganle", "sepárenlos".
func orders(tok string) bool {
	for _, end := range []string{"enlo", "enla", "enlos", "enlas", "enle", "enles", "anlo", "anla", "anlos", "anlas", "anle", "anles"} {
		if len(tok) > len(end)+2 && strings.HasSuffix(tok, end) {
			return true
		}
	}
	return false
}

// follows reports whether stems begin with the pattern.
func follows(stems, pattern []string) bool {
	for k, p := range pattern {
		if p == "~" {
			for gap := 0; gap <= 3 && gap <= len(stems); gap++ {
				if follows(stems[gap:], pattern[k+1:]) {
					return true
				}
				if gap < len(stems) && stems[gap] == "." {
					return false
				}
			}
			return false
		}
		if len(stems) == 0 || stems[0] == "." || p != "_" && stems[0] != p {
			return false
		}
		stems = stems[1:]
	}
	return true
}
