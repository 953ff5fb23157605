package dialogue

import "time"

// topic is what a case is about, gathered from everything said in it.
type topic struct {
	matters  map[int]int
	stems    map[string]bool
	names    map[string]bool
	last     time.Time // anybody's last word
	worked   time.Time // the last word that was no mere thanks
	desk     bool      // the desk spoke last
	answered bool      // the desk has spoken
	asked    bool      // the desk's last word was a question
	thanked  bool      // the person gave thanks for an answer
	resolved bool      // the person said that it is solved
	closed   bool
	settled  bool // the person acknowledged an answer that was no question
	done     bool // the desk's last word tells that it is done
	wants    sign // the intents of the person
	class    string
	likely   float64         // how sure the class is
	turns    int             // how often the person said something of it
	replied  map[string]bool // stems of the desk's last words
	brief    bool            // they were few
	heard    map[string]bool // stems of the person's last words
	invited  bool            // the desk asked what it is about, and nothing has been said since
	several  bool            // the person told that more than one matter follows
	told     int             // words that the person has said of it
	ended    sign            // what the person's last word was, if it was a mere courtesy
}

func newTopic() *topic {
	return &topic{matters: map[int]int{}, stems: map[string]bool{}, names: map[string]bool{}}
}

// topicOf gathers a case from what was said in it.
func topicOf(c *Case) *topic {
	t := newTopic()
	for i := range c.Said {
		t.take(read(&c.Said[i]), &c.Said[i])
	}
	if n, ok := matterIndex(c.System); ok {
		t.matters[n] = 2
	}
	if c.Class != "" {
		t.class, t.likely = c.Class, c.Likely
	}
	if c.Asked {
		t.asked, t.desk = true, true
	}
	if !c.Closed.IsZero() {
		t.closed, t.resolved = true, true
	}
	return t
}

// take adds one message to a topic.
func (t *topic) take(r *reading, m *Message) {
	if m.At.After(t.last) {
		t.last = m.At
	}
	for n, weight := range r.matters {
		if m.Desk {
			if weight < 2 {
				continue // hints in an answer tell nothing of what the person meant
			}
			weight = 1
		}
		t.matters[n] = max(t.matters[n], weight)
	}
	for s := range r.stems {
		t.stems[s] = true
	}
	if m.Desk {
		t.desk, t.answered, t.worked = true, true, m.At
		t.asked = r.signs&asks != 0 && hasQuestion(m.Text) || r.has(demands)
		t.done = r.has(complete) && !hasQuestion(m.Text)
		t.invited = r.has(invites)
		t.replied, t.brief = r.stems, r.content <= 3
		return
	}
	switch {
	case r.signs&solved != 0 && t.answered:
		t.resolved = true
	case r.role == closer && r.signs&thanks != 0 && t.answered:
		t.thanked = true
	case r.role == speech && r.signs&(asks|continues|again) != 0:
		t.resolved, t.thanked = t.closed, false
	}
	if r.role != closer {
		t.worked = m.At
	}
	switch {
	case r.role == closer && t.desk && !t.asked, r.has(solved|cancels) && t.answered:
		t.settled = true
	case r.role == speech:
		t.settled = false
	}
	switch r.role {
	case closer:
		t.ended = r.signs & (thanks | acks | solved)
	case speech:
		t.ended, t.heard = r.signs&solved, r.stems
		t.turns++
	}
	t.wants |= r.signs & intents
	t.several = t.several || r.has(several)
	if r.role == speech {
		t.told += len(r.stems)
	}
	if r.role == speech && r.likely > t.likely {
		t.class, t.likely = r.class, r.likely
	}
	if r.name != "" {
		t.names[r.name] = true
	}
	t.desk, t.asked, t.invited = false, false, false
}

// likeness is what a message and a topic have in common.
type likeness struct {
	strong  bool    // a matter that both name
	any     bool    // a matter of one hinted at by the other
	foreign float64 // the message names a matter that the topic does not know, or has only hinted at
	clash   float64 // likewise, and the topic names others
	shared  int     // words
	novel   int     // words not heard before
	hinted  bool    // it hints at another matter than the topic's
	mineNew bool    // "mi buzón", of which nothing was said before
	mineOld bool
}

func (t *topic) like(r *reading) likeness {
	var l likeness
	known := false
	for n, weight := range r.matters {
		switch {
		case t.matters[n] == 2 && weight == 2:
			l.strong = true
		case t.matters[n] > 0 && (weight == 2 || t.matters[n] == 2):
			l.any = true
		}
		if weight == 2 && t.matters[n] < 2 {
			l.foreign = max(l.foreign, 1-0.4*float64(t.matters[n]))
		}
	}
	for n, weight := range t.matters {
		if weight == 2 {
			known = true
			if r.matters[n] > 0 {
				l.any = true
			}
		}
	}
	if known && !l.strong {
		l.clash = l.foreign
	}
	for s := range r.stems {
		if t.stems[s] {
			l.shared++
		} else {
			l.novel++
		}
	}
	for _, s := range r.mine {
		l.mineOld = l.mineOld || t.stems[s]
		l.mineNew = l.mineNew || !t.stems[s]
	}
	if known && !l.strong && !l.any && l.foreign == 0 {
		for n := range r.matters {
			l.hinted = l.hinted || t.matters[n] == 0
		}
	}
	return l
}

const day = 24 * time.Hour

// feature is something that speaks for a message being a matter of its own, or
// for its going on with a topic.
type feature int

const (
	base          feature = iota
	saysElse              // "otra consulta", and asks
	saysElseOnly          // "otra cosa", without asking
	addsToo               // "además", and asks
	addsFirst             // begins with it after the desk's answer
	clashAsks             // names a matter that the topic does not know, and asks
	clashTells            // names one without asking
	foreignToo            // likewise, where the topic has named none yet
	afterHours            // more than 12 hours after the last word
	afterDays             // more than 3 days
	afterWeeks            // more than 15 days
	overLong              // the matter was solved, and that is long ago
	overNow               // it was solved just now
	thankedAsks           // thanks were given, now a question
	greetsAnew            // greets, more than an hour after the last word
	tellsAnew             // greets and asks, 12 hours or more after an answer, without a word of going on
	otherName             // somebody with another name
	otherPerson           // "soy la compañera de", and asks
	unlike                // many words, none of them heard before
	goesOn                // "sigue igual"
	goesAgain             // "otra vez"
	goesSend              // "le mando"
	goesBack              // "me dijeron", "probé"
	goesOnElse            // that and "otra consulta" in one
	linked                // begins with "y", "pero"
	sameMatter            // both name it
	nearMatter            // one names what the other hints at
	sharedWords           // words heard before, up to 3
	answersAsked          // the desk had asked
	answersClash          // the desk had asked, but this names another matter
	shortSame             // few words
	shortClash            // few words that name another matter
	noMatter              // no word of any matter
	fragment              // in the same breath
	soon                  // within five minutes
	ofOthers              // about a relative or colleague
	relatesNew            // about one of whom nothing was said before
	novelWords            // words not heard before, up to 5
	novelMost             // nearly all of them are new
	novelAnswered         // both, after the desk's answer
	ownNew                // "mi buzón", of which nothing was said before
	ownOld                // "mi token", of which something was
	backRefers            // "eso", "así", "y donde"
	intentNew             // wants something of another kind than before
	wishNew               // wants it otherwise, after something else
	failsNew              // a service fails, after something else
	hintsElse             // hints at another matter
	settledAsks           // an answer was acknowledged, now a question
	settledLate           // likewise, hours later
	doneAsks              // the desk told that it was done
	soonSettled           // settled, within five minutes
	whole                 // long enough to stand alone, and asks, after an answer
	wholeSettled          // likewise, and settled
	calledOff             // "ya no es necesario"
	classNew              // is of another class than the case
	classNewOver          // likewise, and the case was settled
	classSame             // is of the same
	andShort              // "y se paga aparte?"
	tellsSolved           // "ya sale bien", after an answer
	older                 // others were spoken of later
	oldest                // two others or more
	firstTurn             // the person spoke of it once
	manyTurns             // more than thrice
	ofReply               // words of the desk's last answer, up to 3
	ofHeard               // words that the person said last, up to 3
	shareKnown            // how many of its words were heard before
	numberNew             // a number that was not heard before
	numberOld             // one that was
	words3                // three words or more
	words6                // six or more
	words10               // ten or more
	endedThanks           // the person's last word was thanks
	endedSolved           // that it is solved
	endedAck              // a mere "ok"
	withinMinutes         // 15 minutes at most since the last word
	withinHours           // 3 hours at most
	question              // has a question mark or asks how, where, how much
	twoSigns              // "gracias, ..." : thanks or tells that it works, and says more
	namesNew              // an article or "mi" before a word not heard before, up to 2
	namesOld              // before one that was, up to 2
	namesNone             // neither
	pronoun               // "ponerlo", "me lo", "la subi"
	replyDone             // the desk told that it was done
	replyBrief            // it told so, or anything, in three words at most
	wasLearning           // the person asked how or how much
	wasBlocked            // could not do something
	wasOrder              // asked for something to be done
	wasFailing            // told that a service fails
	nowLearns             // asks how or how much
	nowBlocked            // cannot do something
	nowOrders             // asks for something to be done
	nowWishes             // wants it otherwise
	nowChecks             // asks how far it is
	intentSame            // wants something of a kind that was wanted
	learnsOn              // asked how, and asks how again
	orderBlocked          // asked for something, and now cannot do something
	toldNothing           // of the topic nothing was said yet but a greeting, or a photo was sent
	wasInvited            // the desk asked what it is about
	nextOfMany            // more than one matter was announced, and this begins like the next
	goesShared            // "otra vez", and words heard before
	addsClash             // begins with "y" or "también", and names another matter
	rivalStrong           // another topic names its matter, this one does not
	aheadStrong           // this one alone does
	rivalShared           // how many more words another topic shares with it, up to 3
	aheadShared           // how many more this one does
	foundFaulty           // "viene sin sello", after an answer
	features
)

// rivals are the other topics that a message may be of.
type rivals struct {
	any    bool
	later  int  // were spoken of later
	strong bool // one of them names the same matter
	shared int  // most words that one of them has in common with the message
}

// rivalsOf gathers what the topics other than number n have in common with a
// message; likes[i] is what topics[i] has.
func rivalsOf(n int, topics []*topic, likes []likeness) (v rivals) {
	for i, t := range topics {
		if i == n {
			continue
		}
		v.any = true
		if t.last.After(topics[n].last) {
			v.later++
		}
		v.strong, v.shared = v.strong || likes[i].strong, max(v.shared, likes[i].shared)
	}
	return v
}

// likesOf gives what every topic has in common with a message.
func likesOf(topics []*topic, r *reading) []likeness {
	likes := make([]likeness, len(topics))
	for i, t := range topics {
		likes[i] = t.like(r)
	}
	return likes
}

// weigh says how much speaks for a message being a matter of its own rather
// than going on with a topic; said is what the model knows of its words. Above 0
// it is.
func (t *topic) weigh(r *reading, said []*[stands]float64, m *Message, l likeness, o rivals) (sum float64) {
	k := t.stand(m, o)
	for i, v := range t.features(r, m, l, o) {
		sum += weights.dense[i][k] * v
	}
	for _, w := range said {
		sum += w[k]
	}
	return sum
}

func (t *topic) features(r *reading, m *Message, l likeness, o rivals) (f [features]float64) {
	gap := max(0, m.At.Sub(t.last))
	if t.resolved {
		gap = max(0, m.At.Sub(t.worked))
	}
	set := func(n feature, on bool) {
		if on {
			f[n] = 1
		}
	}
	set(base, true)
	t.signs(r, l, set)
	t.times(r, gap, set)
	switch {
	case l.clash > 0 && r.has(asks):
		f[clashAsks] = l.clash
	case l.clash > 0:
		f[clashTells] = l.clash
	case !l.strong:
		f[foreignToo] = l.foreign
	}
	set(unlike, r.content >= 4 && l.shared == 0)
	set(sameMatter, l.strong)
	set(nearMatter, l.any && !l.strong)
	f[sharedWords] = float64(min(3, l.shared))
	set(noMatter, len(r.matters) == 0)
	set(shortSame, r.content <= 3 && l.clash == 0)
	set(shortClash, r.content <= 3 && l.clash > 0)
	asked := t.desk && t.asked && gap < 3*day
	set(answersAsked, asked && l.clash == 0)
	set(answersClash, asked && l.clash > 0)
	t.content(r, l, gap, asked, set, &f)
	t.course(r, l, o.later, gap, set, &f)
	t.against(l, o, set, &f)
	return f
}

// course are the features of how the talk went so far.
func (t *topic) course(r *reading, l likeness, later int, gap time.Duration, set func(feature, bool), f *[features]float64) {
	set(older, later > 0)
	set(oldest, later > 1)
	set(firstTurn, t.turns <= 1)
	set(manyTurns, t.turns > 3)
	reply, heard, known := 0, 0, 0
	for s := range r.stems {
		if t.replied[s] {
			reply++
		}
		if t.heard[s] {
			heard++
		}
		if t.stems[s] {
			known++
		}
		if s[0] >= '0' && s[0] <= '9' {
			set(numberNew, !t.stems[s])
			set(numberOld, t.stems[s])
		}
	}
	f[ofReply] = float64(min(3, reply))
	f[ofHeard] = float64(min(3, heard))
	if n := len(r.stems); n > 0 {
		f[shareKnown] = float64(known) / float64(n)
	}
	set(toldNothing, t.told <= 2 && t.wants == 0)
	set(wasInvited, t.desk && t.invited)
	set(nextOfMany, t.several && !t.answered && (r.and || r.more || r.has(switches)))
	set(addsClash, (r.and || r.more || r.has(switches)) && l.clash > 0)
	set(goesShared, r.has(continues|again) && !r.has(switches) && known > 0)
	set(foundFaulty, r.has(faulty) && t.answered)
	set(words3, r.content >= 3)
	set(words6, r.content >= 6)
	set(words10, r.content >= 10)
	set(endedThanks, t.ended&thanks != 0)
	set(endedSolved, t.ended&solved != 0)
	set(endedAck, t.ended&acks != 0 && t.ended&(thanks|solved) == 0)
	set(withinMinutes, gap <= 15*time.Minute)
	set(withinHours, gap <= 3*time.Hour)
	set(question, r.question)
	set(twoSigns, r.has(thanks|solved) && r.has(asks))
	t.named(r, set, f)
	t.intents(r, set)
}

// against are the features of what a message has in common with other topics.
func (t *topic) against(l likeness, o rivals, set func(feature, bool), f *[features]float64) {
	if !o.any {
		return
	}
	set(rivalStrong, o.strong && !l.strong)
	set(aheadStrong, l.strong && !o.strong)
	f[rivalShared] = float64(min(3, max(0, o.shared-l.shared)))
	f[aheadShared] = float64(min(3, max(0, l.shared-o.shared)))
}

// named are the features of what a message calls by a name of its own, and of
// what it leaves to be understood.
func (t *topic) named(r *reading, set func(feature, bool), f *[features]float64) {
	fresh, old := 0, 0
	for _, s := range r.named {
		if t.stems[s] {
			old++
		} else {
			fresh++
		}
	}
	f[namesNew], f[namesOld] = float64(min(2, fresh)), float64(min(2, old))
	set(namesNone, fresh+old == 0)
	set(pronoun, r.pronoun)
	set(replyDone, t.done)
	set(replyBrief, t.answered && t.brief)
}

// intents are the features of what is wanted, before and now.
func (t *topic) intents(r *reading, set func(feature, bool)) {
	set(wasLearning, t.wants&learns != 0)
	set(wasBlocked, t.wants&blocked != 0)
	set(wasOrder, t.wants&orders != 0)
	set(wasFailing, t.wants&fails != 0)
	set(nowLearns, r.has(learns))
	set(nowBlocked, r.has(blocked))
	set(nowOrders, r.has(orders))
	set(nowWishes, r.has(wishes))
	set(nowChecks, r.has(checks))
	set(intentSame, r.signs&t.wants&intents != 0)
	set(learnsOn, r.has(learns) && t.wants&learns != 0)
	set(orderBlocked, r.has(blocked) && t.wants&orders != 0)
}

// content are the features of what is new in what is said, and of where the
// talk stood: whoever was answered and acknowledged it has finished.
func (t *topic) content(r *reading, l likeness, gap time.Duration, asked bool, set func(feature, bool), f *[features]float64) {
	going := r.has(goingOn | cancels)
	f[novelWords] = float64(min(5, l.novel)) / 5
	most := l.novel >= 2 && l.shared*3 <= l.novel
	set(novelMost, most)
	set(novelAnswered, most && t.answered && !asked && !going)
	set(ownNew, l.mineNew && !l.mineOld)
	set(ownOld, l.mineOld)
	set(backRefers, r.has(refers))
	wants := r.signs & intents
	set(intentNew, wants != 0 && t.wants != 0 && wants&t.wants == 0 && t.answered)
	set(wishNew, r.has(wishes) && t.wants&wishes == 0 && (t.wants != 0 || t.answered))
	set(failsNew, r.has(fails) && t.wants&fails == 0 && (t.wants != 0 || t.answered))
	set(hintsElse, l.hinted)
	over := t.settled || t.resolved || t.thanked
	set(settledAsks, over && r.has(asks) && !going)
	set(settledLate, over && r.has(asks) && !going && gap > 12*time.Hour)
	set(doneAsks, t.done && r.has(asks) && !going)
	set(soonSettled, over && gap < 5*time.Minute)
	self := r.content >= 4 && r.has(asks) && !going && !r.has(refers) && t.answered && !asked
	set(whole, self)
	set(wholeSettled, self && over)
	set(andShort, r.and && r.content <= 3)
	set(calledOff, r.has(cancels))
	set(tellsSolved, r.has(solved) && t.answered && !t.resolved)
	if both := r.likely * t.likely; r.class != t.class {
		f[classNew] = both
		if over {
			f[classNewOver] = both
		}
	} else {
		f[classSame] = both
	}
	set(relatesNew, r.has(relates) && r.has(asks) && over)
}

// goingOn are the signs of a message that goes on with something.
const goingOn = continues | again | sends | back

// signs are the features of how it is said.
func (t *topic) signs(r *reading, l likeness, set func(feature, bool)) {
	set(saysElse, r.has(switches) && r.has(asks))
	set(saysElseOnly, r.has(switches) && !r.has(asks))
	set(addsToo, r.has(adds) && r.has(asks))
	set(addsFirst, r.more && t.answered && r.has(asks))
	set(goesOn, r.has(continues) && !r.has(switches))
	set(goesAgain, r.has(again) && !r.has(switches))
	set(goesSend, r.has(sends) && !r.has(switches))
	set(goesBack, r.has(back) && !r.has(switches))
	set(goesOnElse, r.has(goingOn) && r.has(switches))
	set(linked, r.has(links) && !r.has(goingOn))
	set(otherName, r.name != "" && len(t.names) > 0 && !t.names[r.name])
	set(otherPerson, r.has(others) && r.has(asks))
	set(ofOthers, r.has(relates) && r.has(asks))
	set(thankedAsks, t.thanked && !t.resolved && r.has(asks))
}

// times are the features of how long ago the last word was. Thanks may mean that
// the person goes and tries, "ya pude" that it is done.
func (t *topic) times(r *reading, gap time.Duration, set func(feature, bool)) {
	told := r.content >= 2
	late := gap > 12*time.Hour
	set(afterHours, told && late)
	set(afterDays, told && gap > 3*day)
	set(afterWeeks, told && gap > 15*day)
	set(overLong, told && t.resolved && late && r.has(asks) && !r.has(goingOn))
	set(overNow, told && t.resolved && r.has(asks) && (!late || r.has(goingOn)))
	set(greetsAnew, told && r.fresh && gap > time.Hour)
	set(tellsAnew, told && r.fresh && late && r.has(asks) && !r.has(goingOn) && t.answered)
	set(fragment, gap < 3*time.Minute && !t.desk && !t.resolved)
	set(soon, gap < 5*time.Minute)
}
