package dialogue

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

var (
	fit      = flag.Bool("fit", false, "fit the weights, cross-validated")
	write    = flag.Bool("write", false, "and write weights.tsv, drawn from all that is learned from")
	pull     = flag.Float64("pull", 3, "how strongly the weights of features are drawn to none")
	pullAt   = flag.Float64("pullat", 10, "how strongly their difference from stand to stand is drawn to none")
	pullWord = flag.Float64("pullword", 4, "how strongly the weights of words are drawn to none")
	pullWAt  = flag.Float64("pullwat", 10, "how strongly their difference from stand to stand is")
	rounds   = flag.Int("rounds", 300, "how many steps down")
	folds    = flag.Int("folds", 10, "how many parts to cross-validate with; 0 leaves out all of one writer at a time")
	rare     = flag.Int("rare", 4, "how many dialogues a word must be in")
)

// writers are the files of testdata by who wrote them: what is learned from one
// part of a writer's dialogues is worth more on the other than it is elsewhere.
var writers = [][]string{{"first.txt", "second.txt", "fifth.txt"}, {"third.txt"}, {"fourth.txt"}, {"latest.txt"}, {"sixth.txt"}, {"seventh.txt"}, {"eighth.txt"}, {"ninth.txt", "fresh.txt"},
	{"tenth.txt"}, {"apart.txt"}, {"kept.txt"}, {"newest.txt"}, {"last.txt"}, {"eleventh.txt"}, {"twelfth.txt"}}

// learnedFrom are the files that the weights are drawn from; others of testdata
// are kept apart.
var learnedFrom = slices.Concat(writers...)

// tally counts dialogues with the right number of cases, those with every
// message in the right one, and all.
type tally struct{ count, exact, n int }

func (t *tally) add(count, exact, n int) { t.count, t.exact, t.n = t.count+count, t.exact+exact, t.n+n }

func (t *tally) String() string {
	return fmt.Sprintf("%d and %d of %d, %.1f and %.1f %%", t.count, t.exact, t.n, 100*float64(t.count)/float64(t.n), 100*float64(t.exact)/float64(t.n))
}

// TestFit draws the weights from the dialogues that may be learned from, by
// logistic regression, and tells what that is worth on dialogues left out.
func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("run with -args -fit")
	}
	old := weights
	defer func() { weights = old }()
	by := map[string]*tally{}
	var all []talk
	var file []string
	for _, f := range learnedFrom {
		for _, d := range readTalks(t, f) {
			all, file = append(all, d), append(file, f)
		}
		by[f] = &tally{}
	}
	sum := &tally{}
	parts := *folds
	part := func(i int) int { return i % *folds }
	if parts == 0 {
		parts = len(writers)
		part = func(i int) int {
			return slices.IndexFunc(writers, func(list []string) bool { return slices.Contains(list, file[i]) })
		}
	}
	var q quality
	for k := range parts {
		var in, out []talk
		for i, d := range all {
			if part(i) != k {
				in = append(in, d)
			} else {
				out = append(out, d)
			}
		}
		if len(out) == 0 {
			continue
		}
		weights = fitted(in)
		q.add(out)
		for i := range all {
			if part(i) != k {
				continue
			}
			print := ""
			if *show == "cv" || *show == "cv "+file[i] {
				print = file[i]
			}
			count, exact, n := score(all[i:i+1], print)
			by[file[i]].add(count, exact, n)
			sum.add(count, exact, n)
		}
	}
	t.Logf("%v", &q)
	for _, f := range learnedFrom {
		t.Logf("cross-validated %s: %v", f, by[f])
	}
	t.Logf("cross-validated: %v", sum)
	if *write {
		weights = fitted(all)
		if err := os.WriteFile("weights.tsv", []byte(weights.text()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// quality is what a model says of every message against every topic, the talk
// before it as it should be.
type quality struct {
	loss                float64
	n                   int
	missed, joined, all [stands]int
}

func (q *quality) add(talks []talk) {
	for _, d := range talks {
		for _, p := range pairsOf(d) {
			w := weights.sum(&p)
			y := 2*p.new - 1
			q.loss += math.Log1p(math.Exp(-y * w))
			q.n++
			q.all[p.at]++
			if w > 0 && p.new == 0 {
				q.missed[p.at]++
			} else if w <= 0 && p.new == 1 {
				q.joined[p.at]++
			}
		}
	}
}

func (q *quality) String() string {
	return fmt.Sprintf("loss %.4f, of %d parted wrongly %v, joined wrongly %v", q.loss/float64(q.n), q.all, q.missed, q.joined)
}

func (m *model) sum(p *pair) (w float64) {
	for i, v := range p.f {
		w += v * m.dense[i][p.at]
	}
	for _, n := range p.words {
		if v := m.words[n]; v != nil {
			w += v[p.at]
		}
	}
	return w
}

// text is a model as weights.tsv has it, without words that say next to nothing.
func (w *model) text() string {
	var b strings.Builder
	b.WriteString("# Drawn by TestFit from dialogues of testdata: a feature (=) or words, and what\n# it speaks for in each stand of the talk.\n")
	row := func(name string, v [stands]float64) {
		b.WriteString(name)
		for _, x := range v {
			fmt.Fprintf(&b, "\t%.2f", x)
		}
		b.WriteString("\n")
	}
	for i, v := range w.dense {
		row("="+featureNames[i], v)
	}
	var names []string
	for n, v := range w.words {
		if slices.ContainsFunc(v[:], func(x float64) bool { return math.Abs(x) >= 0.05 }) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		row(n, *w.words[n])
	}
	return b.String()
}

// pair is one message against one topic.
type pair struct {
	f     [features]float64
	words []string
	at    stand
	new   float64
}

func pairsOf(d talk) (pairs []pair) {
	topics := map[int]*topic{}
	greeted := false
	for i := range d.lines {
		l := &d.lines[i]
		r := read(&l.Message)
		if !l.Desk && r.role == speech {
			r.fresh = r.fresh || greeted
			wants := slices.Sorted(maps.Keys(topics))
			var list []*topic
			for _, n := range wants {
				list = append(list, topics[n])
			}
			likes := likesOf(list, r)
			for i, top := range list {
				o := rivalsOf(i, list, likes)
				p := pair{f: top.features(r, &l.Message, likes[i], o), words: namesOf(top, r), at: top.stand(&l.Message, o)}
				if wants[i] != l.want {
					p.new = 1
				}
				pairs = append(pairs, p)
			}
		}
		greeted = !l.Desk && r.role == opener
		if l.want == 0 {
			continue
		}
		if topics[l.want] == nil {
			topics[l.want] = newTopic()
		}
		topics[l.want].take(r, &l.Message)
	}
	return pairs
}

// namesOf gives what the model may know of a message and of the step to it.
func namesOf(t *topic, r *reading) (list []string) {
	steps := t.steps(r)
	list = steps[:]
	telling(r.stemmed, func(w []byte) {
		if !slices.Contains(list, string(w)) {
			list = append(list, string(w))
		}
	})
	return list
}

// each is how many weights a feature or word has: one for all stands, and how
// much it differs in each; an earlier topic has its own.
const each = 1 + int(stands)

// item is a pair as the regression reads it.
type item struct {
	idx []int
	val []float64
	new float64
}

// fitted draws the weights from dialogues.
func fitted(talks []talk) model {
	var pairs []pair
	seen := map[string]int{}
	for _, d := range talks {
		own := map[string]bool{}
		for _, p := range pairsOf(d) {
			pairs = append(pairs, p)
			for _, w := range p.words {
				own[w] = true
			}
		}
		for w := range own {
			seen[w]++
		}
	}
	var names []string
	for w, n := range seen {
		if n >= *rare {
			names = append(names, w)
		}
	}
	slices.Sort(names)
	w := descend(itemsOf(pairs, names), int(features)+len(names))
	m := model{words: map[string]*[stands]float64{}}
	at := func(i int) (v [stands]float64) {
		for k := range v {
			v[k] = w[i*each+1+k]
			if stand(k) != earlier {
				v[k] += w[i*each]
			}
		}
		return v
	}
	for i := range m.dense {
		m.dense[i] = at(i)
	}
	for i, n := range names {
		v := at(int(features) + i)
		m.words[n] = &v
	}
	return m
}

func itemsOf(pairs []pair, names []string) (items []item) {
	at := map[string]int{}
	for i, w := range names {
		at[w] = int(features) + i
	}
	for _, p := range pairs {
		it := item{new: p.new}
		add := func(i int, v float64) {
			it.idx, it.val = append(it.idx, i*each+1+int(p.at)), append(it.val, v)
			if p.at != earlier {
				it.idx, it.val = append(it.idx, i*each), append(it.val, v)
			}
		}
		for i, v := range p.f {
			if v != 0 {
				add(i, v)
			}
		}
		for _, n := range p.words {
			if i, ok := at[n]; ok {
				add(i, 1)
			}
		}
		items = append(items, it)
	}
	return items
}

// descend finds the weights of n features and words, every weight by steps of
// its own (Adam: Kingma and Ba, 2015).
func descend(items []item, n int) []float64 {
	size := n * each
	w, lambda := make([]float64, size), make([]float64, size)
	for i := range n {
		one, differ := *pull, *pullAt
		if i >= int(features) {
			one, differ = *pullWord, *pullWAt
		}
		for k := range each {
			lambda[i*each+k] = differ
		}
		lambda[i*each], lambda[i*each+1+int(earlier)] = one, one
	}
	grad, mean, square := make([]float64, size), make([]float64, size), make([]float64, size)
	for e := range *rounds {
		for i := range grad {
			grad[i] = lambda[i] * w[i]
		}
		for _, it := range items {
			z := 0.0
			for j, i := range it.idx {
				z += w[i] * it.val[j]
			}
			g := 1/(1+math.Exp(-z)) - it.new
			for j, i := range it.idx {
				grad[i] += g * it.val[j]
			}
		}
		rate := 0.05 / (1 + float64(e)/60)
		b1, b2 := 1-math.Pow(0.9, float64(e+1)), 1-math.Pow(0.99, float64(e+1))
		for i := range w {
			mean[i] = 0.9*mean[i] + 0.1*grad[i]
			square[i] = 0.99*square[i] + 0.01*grad[i]*grad[i]
			w[i] -= rate * (mean[i] / b1) / (math.Sqrt(square[i]/b2) + 1e-6)
		}
	}
	return w
}
