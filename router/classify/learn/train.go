package learn

import "ventanilla/router/classify"

// share of the naive Bayes weights in Train's sum, chosen by cross-validation;
// from 0.2 to 1 it makes no difference that a thousand reports could show.
const bayesShare = 0.5

// Train makes the model that is shipped: the sum of a logistic regression and
// half a naive Bayes classifier, which does not see the kinds of words. The first weighs words against each other,
// the second keeps what it knows of the rare ones; both are linear, so that
// their sum is one model and costs no more than either.
func Train(examples []*Example) *classify.Model {
	m := Logistic(examples, Options{})
	for name, v := range Bayes(examples, Options{Keep: noKinds}).Weights {
		mean := (v[0] + v[1] + v[2]) / 3
		w := m.Weights[name]
		for k := range w {
			w[k] += bayesShare * (v[k] - mean)
		}
		m.Weights[name] = w
	}
	return m
}

// noKinds leaves out the kinds of words and their pairs: there are few, every
// report has many of them, and naive Bayes counts each as if it were alone.
func noKinds(name string) bool { return name[0] != 'n' && name[0] != 'o' && name[0] != 'p' }
