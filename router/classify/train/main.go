// Train builds router/classify/model.tsv from router/classify/data, and
// router/classify/report.txt, which says how good it is and what other methods
// reach. Run it in the module's root: go run ./router/classify/train
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"ventanilla/router/classify"
	"ventanilla/router/classify/learn"
)

func main() {
	dir := flag.String("dir", "router/classify", "folder of the package classify")
	wrong := flag.Bool("wrong", false, "list the reports that cross-validation got wrong")
	quick := flag.Bool("quick", false, "keep the old comparison of methods: it takes minutes")
	flag.Parse()
	if err := run(*dir, *wrong, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

const (
	folds     = 10
	precision = 0.98 // of the guesses on hard reports that are called sure
)

func run(dir string, wrong, quick bool) error {
	data, err := load(filepath.Join(dir, "data", "*.tsv"))
	if err != nil {
		return err
	}
	held, err := load(filepath.Join(dir, "testdata", "examples.tsv"))
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "report.txt")
	table, err := comparison(path, data, quick)
	if err != nil {
		return err
	}
	out := learn.Validate(data, folds, func(e []*learn.Example) learn.Scorer { return learn.Train(e) })
	model := learn.Train(data)
	model.Temperature = learn.Calibrate(out)
	var reach float64
	model.Threshold, reach = learn.Sureness(out, model.Temperature, precision)
	print, err := writeModel(filepath.Join(dir, "model.tsv"), model)
	if err != nil {
		return err
	}
	var b strings.Builder
	report(&b, print, data, out, learn.Test(model, held), model, reach)
	b.WriteString(table)
	fmt.Print(b.String())
	if wrong {
		list(out)
		list(learn.Test(model, held))
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

func writeModel(path string, model *classify.Model) (fingerprint string, err error) {
	var b strings.Builder
	if err := model.Write(&b); err != nil {
		return "", err
	}
	return classify.FingerprintOf(b.String()), os.WriteFile(path, []byte(b.String()), 0o644)
}

// report says how good the model is. Its first three lines are read by a test.
func report(w io.Writer, print string, data []*learn.Example, out, held []learn.Outcome, model *classify.Model, reach float64) {
	f, h := learn.Sum(out), learn.Sum(held)
	situations := map[string]bool{}
	for _, e := range data {
		situations[e.Situation] = true
	}
	fmt.Fprintf(w, "model %s\n", print)
	fmt.Fprintf(w, "cross-validated %.1f hard %.1f classes %.1f %.1f %.1f\n", 100*f.Accuracy, 100*f.Hard, 100*f.PerClass[0], 100*f.PerClass[1], 100*f.PerClass[2])
	fmt.Fprintf(w, "examples %.1f hard %.1f\n\n", 100*h.Accuracy, 100*h.Hard)
	fmt.Fprintf(w, "%d reports (%d hard) of %d situations; %d folds, no situation on both sides of a split.\n", f.N, f.HardN, len(situations), folds)
	fmt.Fprintf(w, "The %d examples kept apart are not trained on.\n\n", h.N)
	fmt.Fprintf(w, "Decided (rows) and guessed, cross-validated: availability, functional design, support\n")
	for k, row := range f.Confusion {
		fmt.Fprintf(w, "  %-18s %5d %5d %5d\n", classify.Classes[k], row[0], row[1], row[2])
	}
	fmt.Fprintf(w, "\nTemperature %.2f. Sure from %.2f on: %.1f %% of the reports; of the hard ones among them at least %.0f %% are right.\n", model.Temperature, model.Threshold, 100*reach, 100*precision)
	fmt.Fprintf(w, "Probability from, mean, right, reports\n")
	for _, b := range learn.Reliability(out, model.Temperature) {
		fmt.Fprintf(w, "  %.2f  %5.1f  %5.1f  %5d\n", b.From, 100*b.Said, 100*b.Right, b.N)
	}
}

const heading = "\nMethods, cross-validated alike: all, hard, each class\n"

// comparison gives the table of methods, newly made or as it stands in the report.
func comparison(path string, data []*learn.Example, quick bool) (string, error) {
	if quick {
		old, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return "", nil
		}
		_, table, _ := strings.Cut(string(old), heading)
		return heading + table, err
	}
	var b strings.Builder
	b.WriteString(heading)
	for _, m := range methods {
		f := learn.Sum(learn.Validate(data, folds, m.train))
		line := fmt.Sprintf("  %-52s %5.1f %5.1f   %5.1f %5.1f %5.1f\n", m.name, 100*f.Accuracy, 100*f.Hard, 100*f.PerClass[0], 100*f.PerClass[1], 100*f.PerClass[2])
		fmt.Fprint(os.Stderr, line)
		b.WriteString(line)
	}
	return b.String(), nil
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
