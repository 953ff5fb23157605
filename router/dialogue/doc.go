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
// answered, or the person acknowledged the answer, and how long ago. What kind of
// thing was told before and is told now (act.go) speaks too: after a question more
// questions on it come, after a trouble that was mended a question is another matter.
//
// # How good it is
//
// testdata holds 1647 dialogues with the cases a careful operator would make of
// them. The weights are drawn from all but novel.txt (TestFit, logistic regression).
// novel is kept apart: drawn by lot from the dialogues of two writers who knew nothing
// of the rules, of which the other half (twelfth.txt) is learned from; each was read
// blind by the other writer, and what was read differently left out. Its mistakes were
// never looked at. Elsewhere the worth is told by leaving out all of one writer's
// dialogues in turn (TestFit with -folds 0); in per cent:
//
//	                                   right number of cases  every message in the right one
//	novel, kept apart             119   84.0                   74.8
//	novel, through the router     119   82.4                   73.9
//	left out by writer:
//	first, second, fifth          210   97.6                   97.1
//	third, fourth, latest          95   91.6                   91.6
//	sixth                         160   91.2                   89.4
//	seventh                       140   87.9                   87.9
//	eighth                        100   87.0                   87.0
//	apart, kept, newest, last     136   91.2                   89.7
//	ninth and fresh, of one hand  274   89.4                   87.6
//	tenth, of several turns       120   75.8                   75.0
//	eleventh, likewise            157   63.7                   59.9
//	twelfth, likewise             136   77.9                   69.9
//	all                          1528   86.0                   84.1
//
// Before twelfth was learned from, the two writers' 255 dialogues were right in 80.4
// and 71.8 per cent. Parted by lot rather than by writer it is hardly better: how a
// writer writes matters little, how many turns a dialogue has matters much. Twice as
// many dialogues to learn from are worth about one in a hundred.
// TestDialogues, and TestCollections of the replay on the whole way through the
// router, guard these shares.
// TestAnswers finds the case of the desk's own words among several in 99 per cent.
//
// What goes wrong is mostly a question right after an answer was acknowledged,
// which may be the rest of the same matter ("y lo aceptan impreso?") or another
// ("necesito conciliar 3 pagos"): that differs only by what it means, and people
// do not always agree on it. One in eight of these is wrong, about as many parted as
// joined. What was tried and earned nothing by writer: boosted trees over the
// features, words of the desk's answer, words by whether they were heard before,
// three words in a row, lists of what is asked after an answer (cost, hours, validity).
package dialogue
