package words

import "strings"

// Index gives what a search engine stores for text: its stems in order,
// separated by one space. Words with ñ are followed by their form with n, and
// the words that every text has (Stop) are left out.
func Index(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, token := range Tokens(text) {
		if Stop(token) {
			continue
		}
		add(&b, Stem(token))
		if strings.Contains(token, "ñ") {
			add(&b, Stem(bare(token)))
		}
	}
	return b.String()
}

func add(b *strings.Builder, stem string) {
	if stem == "" {
		return
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(stem)
}

// bare writes n where the word has ñ.
func bare(token string) string { return strings.ReplaceAll(token, "ñ", "n") }

// Term is one word of a query: any of Stems matches it. Prefix is the word as
// it was typed if it may be unfinished, else empty.
type Term struct {
	Stems  []string
	Prefix string
}

// Query reads what a person typed into the search box; every Term must match.
// The last word may be unfinished unless a space follows it. Words that every
// text has are left out if anything else remains.
func Query(typed string) []Term {
	tokens := Tokens(typed)
	open := len(tokens) > 0 && strings.TrimRightFunc(typed, separates) != "" && !strings.HasSuffix(typed, " ")
	var terms []Term
	for i, token := range tokens {
		last := i == len(tokens)-1
		if Stop(token) && len(tokens) > 1 && !(last && open && len(terms) == 0) {
			continue
		}
		term := Term{Stems: []string{Stem(token)}}
		if stem := Stem(bare(token)); stem != term.Stems[0] {
			term.Stems = append(term.Stems, stem)
		}
		if last && open && len(token) > 1 {
			term.Prefix = token
		}
		terms = append(terms, term)
	}
	return terms
}

// Stop says whether a folded word is one of those that nearly every Spanish
// text has and that therefore find nothing.
func Stop(token string) bool { return stop[token] }

var stop = func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(`
a al ante aun bajo como con cual de del desde dicho e el ella ellas ellos en entre era eran es esa esas ese eso
esos esta estan estas este esto estos fue fueron ha han hasta hay he la las le les lo los mas me mi mis muy
no nos o para pero por porque que se segun ser si sin sobre son su sus tambien te tiene tu u un una uno unos
y ya yo usted ustedes`) {
		m[word] = true
	}
	return m
}()
