package main

import (
	"strings"

	"ventanilla/router/classify"
	"ventanilla/router/classify/learn"
)

// method is one line of the comparison.
type method struct {
	name  string
	train func([]*learn.Example) learn.Scorer
}

// linear makes a method of a way to train that gives a model.
func linear(name string, train func([]*learn.Example, learn.Options) *classify.Model, o learn.Options) method {
	return method{name, func(e []*learn.Example) learn.Scorer { return train(e, o) }}
}

// only keeps the features whose kind is in kinds.
func only(kinds string) learn.Options {
	return learn.Options{Keep: func(name string) bool { return strings.IndexByte(kinds, name[0]) >= 0 }}
}

const (
	noMeanings = "wbkcslda"       // words, pairs, letters, places in the text
	noKinds    = noMeanings + "m" // and the listed meanings
)

var methods = []method{
	linear("naive Bayes, words", learn.Bayes, only("w")),
	linear("naive Bayes, words, pairs and letters", learn.Bayes, only(noMeanings)),
	linear("naive Bayes, with meanings", learn.Bayes, only(noKinds)),
	linear("complement naive Bayes, with meanings", learn.ComplementBayes, only(noKinds)),
	linear("logistic regression, words", learn.Logistic, only("w")),
	linear("logistic regression, words, pairs and letters", learn.Logistic, only(noMeanings)),
	linear("logistic regression, with meanings", learn.Logistic, only(noKinds)),
	linear("logistic regression, with meanings and kinds", learn.Logistic, learn.Options{}),
	linear("linear support vector machine, all features", learn.SVM, learn.Options{}),
	{"network, 24 hidden cells, all features hashed", func(e []*learn.Example) learn.Scorer { return learn.NewNet(e) }},
	{"logistic regression + half naive Bayes (shipped)", func(e []*learn.Example) learn.Scorer { return learn.Train(e) }},
}
