package learn

import (
	"fmt"
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
	if len(data) < 2500 || min(count[0], count[1], count[2])*4 < len(data) || hard*6 < len(data) {
		t.Errorf("%d reports, %v per class, %d hard", len(data), count, hard)
	}
}

// What is held out must not be in what is learned from, reworded or not.
func TestHeldOutIsApart(t *testing.T) {
	data := load(t, "../data/*.tsv")
	for _, h := range load(t, "../testdata/[efhl]*.tsv") {
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

// What training wrote down (report.txt) is of the shipped model, and no figure
// fell below a floor a little under what was reached when it was set. To
// validate anew takes a minute: go run ./router/classify/train -quick.
func TestFloors(t *testing.T) {
	b, err := os.ReadFile("../report.txt")
	if err != nil {
		t.Fatal(err)
	}
	var print string
	var all, hard, examples, hardExamples float64
	var class [3]float64
	if _, err := fmt.Sscanf(string(b), "model %s\ncross-validated %f hard %f classes %f %f %f\nexamples %f hard %f\n",
		&print, &all, &hard, &class[0], &class[1], &class[2], &examples, &hardExamples); err != nil {
		t.Fatalf("report.txt: %v", err)
	}
	if print != classify.Fingerprint() {
		t.Errorf("report.txt is of model %s, the program carries %s: run go run ./router/classify/train -quick", print, classify.Fingerprint())
	}
	if all < 95.5 || hard < 92 || min(class[0], class[1], class[2]) < 94 || examples < 95 || hardExamples < 90 {
		t.Errorf("%.1f %%, hard %.1f %%, classes %.1f, examples %.1f %%, hard %.1f %%", all, hard, class, examples, hardExamples)
	}
}

// What is kept apart, as the program reads it: right, the hard ones among it nearly as
// often, and when it says that it is sure, nearly always.
func TestExamples(t *testing.T) {
	c, err := classify.New()
	if err != nil {
		t.Fatal(err)
	}
	right, n, sure, wrong, hardRight, hard := 0, 0, 0, 0, 0, 0
	for _, e := range load(t, "../testdata/[efhl]*.tsv") {
		n++
		if e.Hard {
			hard++
		}
		r := c.Classify(classify.Input{Medium: e.Channel, Subject: e.Subject, Text: e.Text})
		if r.Class == e.Label {
			right++
			if e.Hard {
				hardRight++
			}
		}
		if r.Sure {
			sure++
			if r.Class != e.Label {
				t.Logf("sure and wrong: %s %s %.2f", e.ID, r.Class, r.Confidence)
				wrong++
			}
		}
	}
	if share(right, n) < 0.95 || share(hardRight, hard) < 0.9 {
		t.Errorf("%d of %d right, %d of %d hard ones", right, n, hardRight, hard)
	}
	if share(sure, n) < 0.75 || share(wrong, sure) > 0.03 {
		t.Errorf("sure of %d of %d, %d of them wrong", sure, n, wrong)
	}
}

// Calibration makes probabilities say what they mean: of guesses that a
// temperature made bolder than they are, reliability tells, and Calibrate undoes it.
func TestCalibration(t *testing.T) {
	data := load(t, "../data/[ad]1.tsv")
	out := Validate(data, 3, func(e []*Example) Scorer { return Bayes(e, Options{}) })
	temperature := Calibrate(out)
	said, right, n := 0.0, 0.0, 0
	for _, b := range Reliability(out, temperature) {
		said += b.Said * float64(b.N)
		right += b.Right * float64(b.N)
		n += b.N
	}
	if n != len(data) || math.Abs(said-right)/float64(n) > 0.06 {
		t.Errorf("of %d guesses %.0f were promised and %.0f right", n, said, right)
	}
	threshold, reach := Sureness(out, temperature, 0.95)
	if reach < 0.3 || threshold < 0.5 {
		t.Errorf("sure from %.2f on: %.2f", threshold, reach)
	}
}

// Every method of the comparison learns something.
func TestMethods(t *testing.T) {
	data := load(t, "../data/[ab]1.tsv")
	for name, train := range map[string]func([]*Example) Scorer{
		"svm":        func(e []*Example) Scorer { return SVM(e, Options{Iterations: 60}) },
		"complement": func(e []*Example) Scorer { return ComplementBayes(e, Options{}) },
		"net":        func(e []*Example) Scorer { return NewNet(e) },
	} {
		if f := Sum(Validate(data, 2, train)); f.Accuracy < 0.7 {
			t.Errorf("%s: %.2f", name, f.Accuracy)
		}
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
	Validate(data, 2, func(in []*Example) Scorer {
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
