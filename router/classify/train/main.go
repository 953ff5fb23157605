// Train builds router/classify/model.tsv from router/classify/data and prints
// how good it is. Run it in the module's root: go run ./router/classify/train
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ventanilla/router/classify"
	"ventanilla/router/classify/learn"
)

func main() {
	dir := flag.String("dir", "router/classify", "folder of the package classify")
	wrong := flag.Bool("wrong", false, "list the reports that cross-validation got wrong")
	quick := flag.Bool("quick", false, "leave the comparison of methods out")
	flag.Parse()
	if err := run(*dir, *wrong, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

const folds = 10

func run(dir string, wrong, quick bool) error {
	data, err := load(filepath.Join(dir, "data", "*.tsv"))
	if err != nil {
		return err
	}
	held, err := load(filepath.Join(dir, "testdata", "examples.tsv"))
	if err != nil {
		return err
	}
	fmt.Printf("%d reports for training, %d held out\n", len(data), len(held))
	if !quick {
		compare(data, held)
	}
	return write(dir, data, held, wrong)
}

// write trains the model that is shipped and calibrates it.
func write(dir string, data, held []*learn.Example, wrong bool) error {
	out := learn.Validate(data, folds, learn.Train)
	model := learn.Train(data)
	model.Temperature = learn.Calibrate(out)
	threshold, reach := learn.Sureness(out, model.Temperature, 0.98)
	model.Threshold = threshold
	print("shipped: cross-validation", learn.Sum(out))
	print("shipped: held out", learn.Sum(learn.Test(model, held)))
	fmt.Printf("temperature %.2f, sure from %.2f on: %.0f %% of reports, 98 %% of them right\n", model.Temperature, threshold, 100*reach)
	if wrong {
		list(out)
		fmt.Println("--- held out")
		list(learn.Test(model, held))
	}
	f, err := os.Create(filepath.Join(dir, "model.tsv"))
	if err != nil {
		return fmt.Errorf("writing the model: %w", err)
	}
	if err := model.Write(f); err != nil {
		return fmt.Errorf("writing the model: %w", err)
	}
	return f.Close()
}

// compare prints what each method and each kind of feature is worth.
func compare(data, held []*learn.Example) {
	only := func(kinds string) func(string) bool {
		return func(name string) bool { return strings.IndexByte(kinds, name[0]) >= 0 }
	}
	methods := []struct {
		name  string
		train func([]*learn.Example) *classify.Model
	}{
		{"naive Bayes, words", func(e []*learn.Example) *classify.Model { return learn.Bayes(e, learn.Options{Keep: only("w")}) }},
		{"naive Bayes, words and pairs", func(e []*learn.Example) *classify.Model { return learn.Bayes(e, learn.Options{Keep: only("wb")}) }},
		{"naive Bayes, all", func(e []*learn.Example) *classify.Model { return learn.Bayes(e, learn.Options{}) }},
		{"logistic, words", func(e []*learn.Example) *classify.Model { return learn.Logistic(e, learn.Options{Keep: only("w")}) }},
		{"logistic, words and pairs", func(e []*learn.Example) *classify.Model { return learn.Logistic(e, learn.Options{Keep: only("wb")}) }},
		{"logistic, meanings alone", func(e []*learn.Example) *classify.Model { return learn.Logistic(e, learn.Options{Keep: only("m")}) }},
		{"logistic, all but meanings", func(e []*learn.Example) *classify.Model {
			return learn.Logistic(e, learn.Options{Keep: only("wbkcslid")})
		}},
		{"logistic, all but letters", func(e []*learn.Example) *classify.Model {
			return learn.Logistic(e, learn.Options{Keep: only("wbkslmd")})
		}},
		{"logistic, all", func(e []*learn.Example) *classify.Model { return learn.Logistic(e, learn.Options{}) }},
	}
	for _, m := range methods {
		print(m.name+": cross-validation", learn.Sum(learn.Validate(data, folds, m.train)))
		print(m.name+": held out", learn.Sum(learn.Test(m.train(data), held)))
	}
}

func print(name string, f learn.Figures) {
	fmt.Printf("%-48s %5.1f %% of %d, hard %5.1f %% of %d, per class %.0f/%.0f/%.0f %v\n", name, 100*f.Accuracy, f.N, 100*f.Hard, f.HardN,
		100*f.PerClass[0], 100*f.PerClass[1], 100*f.PerClass[2], f.Confusion)
}

func list(out []learn.Outcome) {
	for _, o := range out {
		if !o.Right() {
			fmt.Printf("%s hard=%v %s taken for %s: %s | %s\n", o.Example.ID, o.Example.Hard, o.Example.Label, classify.Classes[o.Guess()], o.Example.Subject, o.Example.Text)
		}
	}
}

// load reads every table that matches, in the order of their names.
func load(pattern string) ([]*learn.Example, error) {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no examples at %s", pattern)
	}
	var all []*learn.Example
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		examples, err := learn.ReadExamples(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
		all = append(all, examples...)
	}
	return all, nil
}
