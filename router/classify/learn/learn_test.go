package learn

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ventanilla/router/classify"
	"ventanilla/tickets/words"
)

func load(t *testing.T, pattern string) []*Example {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples at %s", pattern)
	}
	var all []*Example
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		examples, err := ReadExamples(f)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, examples...)
	}
	return all
}

// The data as they should be: many, balanced, one label per situation, ids unique.
func TestData(t *testing.T) {
	data := load(t, "../data/*.tsv")
	ids, label := map[string]bool{}, map[string]string{}
	var count [3]int
	hard := 0
	for _, e := range data {
		if ids[e.ID] {
			t.Errorf("%s occurs twice", e.ID)
		}
		ids[e.ID] = true
		if l, ok := label[e.Situation]; ok && l != e.Label {
			t.Errorf("situation %s has two labels", e.Situation)
		}
		label[e.Situation] = e.Label
		count[e.Class()]++
		if e.Hard {
			hard++
		}
	}
	if len(data) < 900 || min(count[0], count[1], count[2])*4 < len(data) || hard*6 < len(data) {
		t.Errorf("%d reports, %v per class, %d hard", len(data), count, hard)
	}
}

// What is held out must not be in what is learned from, reworded or not.
func TestHeldOutIsApart(t *testing.T) {
	data := load(t, "../data/*.tsv")
	for _, h := range load(t, "../testdata/examples.tsv") {
		held := stems(h.Text)
		for _, e := range data {
			if s := overlap(held, stems(e.Text)); s > 0.5 {
				t.Errorf("%s and %s are alike (%.2f): %q, %q", h.ID, e.ID, s, h.Text, e.Text)
			}
		}
	}
}

func stems(s string) map[string]bool {
	m := map[string]bool{}
	for _, tok := range words.Tokens(s) {
		if !words.Stop(tok) {
			m[words.Stem(tok)] = true
		}
	}
	return m
}

func overlap(a, b map[string]bool) float64 {
	both := 0
	for s := range a {
		if b[s] {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// The floors are a little under what was reached when they were written (held
// out 98.3 %, cross-validation 95.6 %, hard 92.2 %): a change that falls below
// them made the classifier worse.
func TestFloors(t *testing.T) {
	c, err := classify.New()
	if err != nil {
		t.Fatal(err)
	}
	right, n, sure, wrong := 0, 0, 0, 0
	for _, e := range load(t, "../testdata/examples.tsv") {
		n++
		r := c.Classify(classify.Input{Medium: e.Channel, Subject: e.Subject, Text: e.Text})
		if r.Class == e.Label {
			right++
		}
		if r.Sure {
			sure++
			if r.Class != e.Label {
				t.Logf("sure and wrong: %s %s %.2f", e.ID, r.Class, r.Confidence)
				wrong++
			}
		}
	}
	if share(right, n) < 0.95 {
		t.Errorf("held out: %d of %d", right, n)
	}
	if share(sure, n) < 0.75 || share(wrong, sure) > 0.03 {
		t.Errorf("held out: sure of %d of %d, %d of them wrong", sure, n, wrong)
	}
	if testing.Short() {
		t.Skip("cross-validation")
	}
	out := Validate(load(t, "../data/*.tsv"), 10, Train)
	f := Sum(out)
	t.Logf("held out %d of %d, sure of %d; cross-validation %.1f %%, hard %.1f %%", right, n, sure, 100*f.Accuracy, 100*f.Hard)
	if f.Accuracy < 0.945 || f.Hard < 0.89 || min(f.PerClass[0], f.PerClass[1], f.PerClass[2]) < 0.92 {
		t.Errorf("cross-validation: %+v", f)
	}
	calibrated(t, out)
}

// calibrated asserts that probabilities mean what they say, within what a
// thousand reports can tell.
func calibrated(t *testing.T, out []Outcome) {
	t.Helper()
	temperature := Calibrate(out)
	said, right, n := 0.0, 0.0, 0.0
	for _, o := range out {
		p := probabilities(o.Score, temperature)[o.Guess()]
		if p < 0.9 {
			said += p
			n++
			if o.Right() {
				right++
			}
		}
	}
	if math.Abs(said-right)/n > 0.12 {
		t.Errorf("of %v doubtful guesses %v were right, %.0f were promised", n, right, said)
	}
}

// The shipped model is the one that the data give.
func TestModelIsCurrent(t *testing.T) {
	f, err := os.Open("../model.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	shipped, err := classify.ReadModel(f)
	if err != nil {
		t.Fatal(err)
	}
	fresh := Train(load(t, "../data/*.tsv"))
	for name, w := range fresh.Weights {
		for k := range w {
			if math.Abs(float64(w[k]-shipped.Weights[name][k])) > 0.01 {
				t.Fatalf("%q weighs %v in the shipped model and %v in the data: run go run ./router/classify/train", name, shipped.Weights[name], w)
			}
		}
	}
}

func TestReadExamplesRefuses(t *testing.T) {
	for _, s := range []string{"id\tlabel\ttext\n1\tnonsense\tx", "id\tlabel\ttext\n1\tsupport"} {
		if _, err := ReadExamples(strings.NewReader(s)); err == nil {
			t.Errorf("%q gives no error", s)
		}
	}
}

// A split by situation never has one situation on both sides.
func TestValidateSplitsBySituation(t *testing.T) {
	var data []*Example
	for i, label := range []string{classify.Availability, classify.Support, classify.FunctionalDesign, classify.Support} {
		for range 3 {
			data = append(data, &Example{Situation: string(rune('a' + i)), Label: label, Text: "texto"})
		}
	}
	seen := 0
	Validate(data, 2, func(in []*Example) *classify.Model {
		has := map[string]int{}
		for _, e := range in {
			has[e.Situation]++
		}
		for s, n := range has {
			if n != 3 {
				t.Errorf("%d of 3 wordings of %s are trained on", n, s)
			}
		}
		seen += len(in)
		return &classify.Model{}
	})
	if seen != len(data) {
		t.Errorf("%d of %d", seen, len(data))
	}
}
