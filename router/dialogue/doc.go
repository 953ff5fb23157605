// Package dialogue decides which case a message belongs to, by what people say:
// whether it goes on with something they told the desk before, brings a matter
// of its own, or says nothing of any matter yet ("buenas tardes joven").
//
// People on a chat greet first, write in pieces, send a photo of the screen and
// a "?" at night, thank a day later, and come back with something else. A case
// is one incident that cannot be divided (cl. 5.c of the manual): what belongs
// to it must reach it, and a second problem must get a case of its own (rule
// G3). Ids that prove what a message answers come before anything here (RFC
// 5322 §3.6.4, a quoted message); this package is for what proves nothing.
//
// It is pure: no I/O, the same answer for the same words. Three word lists carry
// the knowledge: phrases.tsv (how people greet, thank, remind, go on, change the
// subject), matters.tsv (what a message may be about) and names.txt. Signs and
// words speak for going on or for something new, each with a weight (weigh.go,
// weights.tsv) that depends on where the talk stands: whether the desk asked,
// answered, or the person acknowledged the answer, and how long ago.
//
// # How good it is
//
// testdata holds 841 dialogues with the cases a careful operator would make of
// them. The weights are drawn from 705 of them (TestFit, logistic regression);
// apart.txt, kept.txt, newest.txt and last.txt are kept apart, and their mistakes
// were never looked at. kept was written and labelled before the last 400 that
// are learned from, newest after 300 of them, last after all. TestDialogues, and
// TestCollections of the replay on the whole way through the router, print and
// guard the shares; through the router, in per cent:
//
//	                           right number of cases  every message in the right one
//	apart   36, kept apart      97.2                   94.4
//	kept    40, kept apart      87.5                   85.0  (70.0 and 62.5 before the 400)
//	newest  30, kept apart      86.7                   86.7
//	last    30, kept apart      76.7                   73.3
//	the 705 learned from        99.1                   98.3
//
// What counts is kept, newest and last together: 84 and 82 of 100 dialogues
// that nothing was learned from (by chance alone it may be eight more or
// fewer elsewhere). Before
// mails without a subject were read like lines of a talk, which the router's
// mistakes on those learned from taught, they were 80 and 78.
// Cross-validated by dialogue, in three ways to part them (TestFit), the newer
// 400 are right in 85 and 84 per cent. What goes wrong is mostly a question right
// after an answer was acknowledged, which may be the rest of the same matter ("y
// lo aceptan impreso?") or another ("necesito conciliar 3 pagos"): that differs
// only by what it means, and people do not always agree on it.
package dialogue
