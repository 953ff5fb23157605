package dialogue

import "time"

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
	for _, n := range t.steps(r) {
		if v := weights.words[n]; v != nil {
			sum += v[k]
		}
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
	t.content(r, l, gap, asked, set, &f)
	t.course(r, l, o.later, gap, set, &f)
	t.against(l, o, set, &f)
	return f
}

// course are the features of how the talk went so far.
func (t *topic) course(r *reading, l likeness, later int, gap time.Duration, set func(feature, bool), f *[features]float64) {
	set(older, later > 0)
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
	set(backRefers, r.has(refers))
	set(wishNew, r.has(wishes) && t.wants&wishes == 0 && (t.wants != 0 || t.answered))
	set(failsNew, r.has(fails) && t.wants&fails == 0 && (t.wants != 0 || t.answered))
	set(hintsElse, l.hinted)
	over := t.over()
	set(settledAsks, over && r.has(asks) && !going)
	set(settledLate, over && r.has(asks) && !going && gap > late)
	set(soonSettled, over && gap < 5*time.Minute)
	self := r.content >= 4 && r.has(asks) && !going && !r.has(refers) && t.answered && !asked
	set(whole, self)
	set(wholeSettled, self && over)
	set(andShort, r.and && r.content <= 3)
	set(tellsSolved, r.has(solved) && t.answered && !t.resolved)
	if both := r.likely * t.likely; r.class != t.class {
		f[classNew] = both
		if over {
			f[classNewOver] = both
		}
	} else {
		f[classSame] = both
	}
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
	late := gap > late
	set(afterHours, told && late)
	set(overNow, told && t.resolved && r.has(asks) && (!late || r.has(goingOn)))
	set(greetsAnew, told && r.fresh && gap > time.Hour)
	set(tellsAnew, told && r.fresh && late && r.has(asks) && !r.has(goingOn) && t.answered)
	set(fragment, gap < 3*time.Minute && !t.desk && !t.resolved)
	set(soon, gap < 5*time.Minute)
}
