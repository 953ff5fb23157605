package learn

import (
	"math"

	"ventanilla/router/classify"
)

// Outcome is what a model that never saw an example's situation made of it.
type Outcome struct {
	Example *Example
	Score   [3]float64
}

// Guess is the class with the highest score.
func (o Outcome) Guess() int {
	best := 0
	for k := range o.Score {
		if o.Score[k] > o.Score[best] {
			best = k
		}
	}
	return best
}

// Right reports whether the guess is the label.
func (o Outcome) Right() bool { return o.Guess() == o.Example.Class() }

// Test applies a model to examples.
func Test(m Scorer, examples []*Example) []Outcome {
	out := make([]Outcome, len(examples))
	for i, e := range examples {
		out[i] = Outcome{e, m.Score(e.Features())}
	}
	return out
}

// Validate trains as often as there are folds, each time without one fold of
// situations, and tests on that fold. Situations go to the folds in their order.
func Validate(examples []*Example, folds int, train func([]*Example) Scorer) []Outcome {
	fold := map[string]int{}
	for _, e := range examples {
		if _, ok := fold[e.Situation]; !ok {
			fold[e.Situation] = len(fold) % folds
		}
	}
	var out []Outcome
	for f := range folds {
		var in, held []*Example
		for _, e := range examples {
			if fold[e.Situation] == f {
				held = append(held, e)
			} else {
				in = append(in, e)
			}
		}
		out = append(out, Test(train(in), held)...)
	}
	return out
}

// Figures sums up outcomes; every share is from 0 to 1.
type Figures struct {
	N, HardN       int
	Accuracy, Hard float64
	PerClass       [3]float64 // share of each class that was recognised
	Confusion      [3][3]int  // [label][guess]
}

// Sum gives the figures of some outcomes.
func Sum(out []Outcome) Figures {
	var f Figures
	right, hard := 0, 0
	for _, o := range out {
		f.N++
		f.Confusion[o.Example.Class()][o.Guess()]++
		if o.Right() {
			right++
		}
		if o.Example.Hard {
			f.HardN++
			if o.Right() {
				hard++
			}
		}
	}
	f.Accuracy = share(right, f.N)
	f.Hard = share(hard, f.HardN)
	for k, row := range f.Confusion {
		f.PerClass[k] = share(row[k], row[0]+row[1]+row[2])
	}
	return f
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Bin is one row of a reliability table: guesses whose probability lies from
// From on up to the next row's.
type Bin struct {
	From, Said, Right float64 // Said: mean probability; Right: share that was right
	N                 int
}

// Reliability compares what probabilities promise with what was right.
func Reliability(out []Outcome, temperature float64) []Bin {
	var bins []Bin
	edges := []float64{0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 2}
	for i, from := range edges[:len(edges)-1] {
		b := Bin{From: from}
		for _, o := range out {
			p := classify.Softmax(o.Score, temperature)[o.Guess()]
			if p < from || p >= edges[i+1] {
				continue
			}
			b.N++
			b.Said += p
			if o.Right() {
				b.Right++
			}
		}
		if b.N > 0 {
			b.Said, b.Right = b.Said/float64(b.N), b.Right/float64(b.N)
			bins = append(bins, b)
		}
	}
	return bins
}

// Calibrate gives the temperature under which the probabilities of outcomes
// that the model did not learn from are most nearly the truth (least log loss).
func Calibrate(out []Outcome) float64 {
	best, least := 1.0, math.Inf(1)
	for t := 0.3; t < 4; t *= 1.02 {
		loss := 0.0
		for _, o := range out {
			loss -= math.Log(max(classify.Softmax(o.Score, t)[o.Example.Class()], 1e-9))
		}
		if loss < least {
			best, least = t, loss
		}
	}
	return best
}

// Sureness gives the lowest probability from which on at least precision of
// the guesses on hard reports are right, and the share of all reports that reach
// it. The easy ones are left out: they are right nearly always, and would let
// the desk be sure of the others too soon.
func Sureness(out []Outcome, temperature, precision float64) (threshold, reach float64) {
	for threshold = 0.5; threshold < 0.99; threshold += 0.01 {
		reached, hard, right := 0, 0, 0
		for _, o := range out {
			if classify.Softmax(o.Score, temperature)[o.Guess()] < threshold {
				continue
			}
			reached++
			if o.Example.Hard {
				hard++
				if o.Right() {
					right++
				}
			}
		}
		if hard > 0 && share(right, hard) >= precision {
			return threshold, share(reached, len(out))
		}
	}
	return threshold, 0
}
