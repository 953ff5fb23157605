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
	first    act             // what kind of thing the person told first
	latest   act             // and last
	ended    sign            // what the person's last word was, if it was a mere courtesy
}

func newTopic() *topic {
	return &topic{matters: map[int]int{}, stems: map[string]bool{}, names: map[string]bool{}}
}

// topicOf gathers a case from what was said in it.
func topicOf(c *Case) *topic {
	t := newTopic()
	for i := range c.Said {
		t.take(readings.recall(&c.Said[i]), &c.Said[i])
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
		if t.first == tells {
			t.first = r.act
		}
		t.latest = r.act
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

// over says whether the person acknowledged an answer, or told that it is solved.
func (t *topic) over() bool { return t.settled || t.resolved || t.thanked }

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
	shortSame             // few words
	shortClash            // few words that name another matter
	noMatter              // no word of any matter
	fragment              // in the same breath
	soon                  // within five minutes
	ofOthers              // about a relative or colleague
	novelWords            // words not heard before, up to 5
	novelMost             // nearly all of them are new
	novelAnswered         // both, after the desk's answer
	ownNew                // "mi buzón", of which nothing was said before
	backRefers            // "eso", "así", "y donde"
	wishNew               // wants it otherwise, after something else
	failsNew              // a service fails, after something else
	hintsElse             // hints at another matter
	settledAsks           // an answer was acknowledged, now a question
	settledLate           // likewise, hours later
	soonSettled           // settled, within five minutes
	whole                 // long enough to stand alone, and asks, after an answer
	wholeSettled          // likewise, and settled
	classNew              // is of another class than the case
	classNewOver          // likewise, and the case was settled
	classSame             // is of the same
	andShort              // "y se paga aparte?"
	tellsSolved           // "ya sale bien", after an answer
	older                 // others were spoken of later
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
