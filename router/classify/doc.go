// Package classify makes the desk's first guess at a report: is it a matter of
// availability, of functional design, or ordinary support (9.1/3 to 9.1/5),
// which system is meant, and why. An operator confirms or corrects it; a
// Result with Sure false must be shown as "no estoy seguro".
//
// The package is pure: no I/O, nothing leaves the machine, the model is a text
// file built into the program. A report is read as stemmed words, pairs of
// words, parts of words and meanings: meaning.tsv lists in which words people
// say that many are affected, that a server failed, that an option is missing,
// that they ask how to. What a caller called his trouble ("Motivo declarado")
// counts less than what it was ("Detalle"). The model is linear (a
// multinomial logistic regression and a naive Bayes classifier added up), its
// probabilities calibrated by a temperature, and Sure begins where 98 % of cross-validated guesses were right.
//
// It is made from data/*.tsv, reports written for it (no real person's), by
//
//	go run ./router/classify/train
//
// which compares methods. Accuracy in per cent; ten-fold cross-validation
// keeps the wordings of one situation together, because a split by report
// flatters; "hard" are reports whose words mislead. 2,196 reports,
// 1,642 situations:
//
//	                              cross-validated  hard
//	naive Bayes, words            91.6             86.1
//	naive Bayes, words and pairs  92.9             87.7
//	naive Bayes, all              94.6             90.6
//	logistic, words               89.8             84.4
//	logistic, words and pairs     91.9             88.9
//	logistic, meanings alone      80.2             69.7
//	logistic, all but meanings    92.2             88.1
//	logistic, all                 94.4             90.2
//	logistic + ½ naive Bayes      95.6             92.2
//
// The sum of logistic regression and naive Bayes won and is shipped
// (learn.Train); either alone is as good as the other over all features, and
// what lifts both is the meanings beside the words. A difference under one
// point is chance. On the 60 reports of testdata/examples.tsv, which are not
// trained on, 59 are right, 19 of the 20 hard ones; that figure is kinder than
// it should be, since the meanings were listed by somebody who had read those
// reports. Cross-validation is the guide.
package classify
