package classify

import (
	"slices"
	"strings"

	"ventanilla/tickets/words"
)

// minWordLean is how much a single word must speak for the class to be named.
const minWordLean = 0.4

// tells reports whether a word says something of the matter: no number, no
// word that every text has, no courtesy.
func tells(word string) bool {
	return len(word) > 3 && word[0] != '#' && !words.Stop(word) && !courtesy[word]
}

var courtesy = func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(`
buenas buenos tardes noches dias hola favor gracias saludos estimados estimado señor señora señores señorita atentamente
consideracion quiero quisiera estoy estamos tengo tenia tenga tenemos toda todo todos sale llamada motivo detalle declarado
solo hace cuando donde como cual tiene puede puedo pueden hacer nada algo otra otro asunto mayor mediante presente ante ahora`) {
		m[word] = true
	}
	return m
}()

// maxReasons is how many reasons an operator reads at a glance.
const maxReasons = 4

// reasons says in Spanish what spoke most for the class: first error codes,
// then meanings, then words.
func (c *Classifier) reasons(t *text, fs []Feature, class int, medium string) []string {
	type reason struct {
		text   string
		weight float64
	}
	var found []reason
	for _, f := range fs {
		w := lean(f, class)
		if w <= 0.05 {
			continue
		}
		if id, ok := strings.CutPrefix(f.Name, "m "); ok {
			if text := c.meaning.reasons[id]; text != "" {
				found = append(found, reason{c.fitted(id, text, medium, t), w + 1})
			}
		} else if w > minWordLean && tells(f.word) {
			found = append(found, reason{"menciona «" + f.word + "»", w})
		}
	}
	slices.SortStableFunc(found, func(a, b reason) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return strings.Compare(a.text, b.text)
	})
	var out []string
	for _, r := range found {
		if len(out) == maxReasons {
			break
		}
		if !slices.Contains(out, r.text) {
			out = append(out, r.text)
		}
	}
	return out
}

// lean is how much a feature speaks for one class against the other two.
func lean(f Feature, class int) float64 {
	if f.weights == nil {
		return 0
	}
	w := *f.weights
	other := max(w[(class+1)%3], w[(class+2)%3])
	return float64(w[class]-other) * f.Value
}

// fitted is a meaning's reason as it fits the report: with its error code, and
// without an operator where nobody was called.
func (c *Classifier) fitted(id, text, medium string, t *text) string {
	switch {
	case text == "error de servidor" && len(t.codes) > 0:
		return "error " + t.codes[0]
	case id == "solved" && medium != "phone":
		return "cuenta lo que ya se hizo"
	}
	return text
}
