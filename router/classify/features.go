package classify

import "unicode/utf8"

// Feature is one thing seen in a report. Names begin with the kind of feature:
// "w " a word, "b " a pair of words, "k " a pair with one word between, "c "
// letters within a word, "l " a word of the last sentence, "d " a word of the
// caller's own name for it, "s " a word of the subject, "m " a meaning.
type Feature struct {
	Name  string
	Value float64
	// word is the token behind a "w " feature, for reasons in words.
	word string
	// weights are the model's; nil: it does not know the feature, or none was asked.
	weights *[3]float32
}

// Extract gives the features of a report in a fixed order, each name once: what
// a model is trained on is what Classify reads.
func Extract(in Input) []Feature {
	m, err := readMeanings(embeddedMeanings)
	if err != nil {
		return nil
	}
	return m.features(read(in), nil).list
}

// weights of the kinds beside a plain word.
const (
	bigramValue   = 0.7
	skipValue     = 0.4
	charValue     = 0.35
	lastValue     = 0.4
	subjectValue  = 0.3
	declaredValue = 0.3
	kindValue     = 0.7
	kindLastValue = 0.4
	kindPairValue = 0.6
	afterValue    = 0.4
)

// bag gathers the features of one report, each once. With a model it keeps only
// those that the model knows, and meanings: the others count by their length.
type bag struct {
	known   *knowledge
	seen    hashes
	list    []Feature
	squares float64 // of the values of all, also those that are not kept
	buf     []byte
}

func (b *bag) add(value float64, word string, parts ...string) {
	b.buf = b.buf[:0]
	for i, p := range parts {
		if i > 0 {
			b.buf = append(b.buf, ' ')
		}
		b.buf = append(b.buf, p...)
	}
	h := hash(b.buf)
	if !b.seen.add(h) {
		return
	}
	b.squares += value * value
	f := Feature{Value: value, word: word}
	if b.known != nil {
		k := b.known.find(h)
		switch {
		case k != nil:
			f.Name, f.weights = k.name, &k.weights
		case parts[0] != "m":
			return
		}
	}
	if f.Name == "" {
		f.Name = string(b.buf)
	}
	b.list = append(b.list, f)
}

func (m *meanings) features(t *text, known *knowledge) *bag {
	b := &bag{known: known, seen: newHashes(8 * len(t.stems))}
	m.match(t, func(id string) { b.add(meaningValue, "", "m", id) })
	last := t.lastSentence()
	m.concepts.add(b, t, last)
	turn := t.turn()
	for i, s := range t.stems {
		if s == "." {
			continue
		}
		if i >= t.declared[0] && i < t.declared[1] {
			b.add(declaredValue, "", "d", s)
			continue
		}
		b.add(1, t.tokens[i], "w", s)
		if i < t.subject {
			b.add(subjectValue, "", "s", s)
		}
		if i >= last {
			b.add(lastValue, "", "l", s)
		}
		if i >= turn {
			b.add(afterValue, "", "a", s)
		}
		b.pairs(t, i)
		b.letters(s)
	}
	return b
}

func (b *bag) pairs(t *text, i int) {
	if i+1 >= len(t.stems) || t.stems[i+1] == "." {
		return
	}
	b.add(bigramValue, "", "b", t.stems[i], t.stems[i+1])
	if i+2 < len(t.stems) && t.stems[i+2] != "." {
		b.add(skipValue, "", "k", t.stems[i], t.stems[i+2])
	}
}

// letters adds the four-letter beginnings and insides of longer words: what is
// left of a mistyped or unknown word that the model can hold on to.
func (b *bag) letters(s string) {
	if len(s) < 5 || s[0] == '#' {
		return
	}
	for i := 0; i+4 <= len(s) && i < 6; i++ {
		if part := s[i : i+4]; utf8.ValidString(part) {
			b.add(charValue, "", "c", part)
		}
	}
}

// lastSentence gives the index of the first token of the last sentence of
// three words or more.
func (t *text) lastSentence() int {
	n, end := 0, len(t.stems)
	for i := end - 1; i >= t.subject; i-- {
		if t.stems[i] != "." {
			n++
			continue
		}
		if n >= 3 {
			return i + 1
		}
		n = 0
	}
	return t.subject
}

// turn gives the index behind the last word that takes back what was said
// before ("pero", "en realidad", "resulta que"); the length if there is none.
func (t *text) turn() int {
	for i := len(t.tokens) - 3; i > t.subject; i-- {
		switch t.tokens[i] {
		case "pero", "sino", "aunque", "realidad", "resulta", "resulto", "verdad", "cierto", "embargo", "lamentablemente":
			return i + 1
		}
	}
	return len(t.tokens)
}
