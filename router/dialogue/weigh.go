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
	others   bool // somebody else than its first writer has written in it
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
			weight = 1
		}
		t.matters[n] = max(t.matters[n], weight)
	}
	for s := range r.stems {
		t.stems[s] = true
	}
	if m.Desk {
		t.desk, t.answered, t.worked = true, true, m.At
		t.asked = r.signs&asks != 0 && hasQuestion(m.Text)
		return
	}
	switch {
	case r.signs&solved != 0 && t.answered:
		t.resolved = true
	case r.role == closer && r.signs&thanks != 0 && t.answered:
		t.thanked = true
	case r.role == speech && r.signs&(asks|continues) != 0:
		t.resolved, t.thanked = t.closed, false
	}
	if r.role != closer {
		t.worked = m.At
	}
	if r.name != "" {
		t.names[r.name] = true
	}
	t.desk, t.asked = false, false
}

// likeness is what a message and a topic have in common.
type likeness struct {
	strong  bool // a matter that both name
	any     bool // a matter of one hinted at by the other
	foreign bool // the message names a matter that the topic does not know
	clash   bool // foreign, and the topic names others that the message does not know
	shared  int  // words
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
		if weight == 2 && t.matters[n] == 0 {
			l.foreign = true
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
	l.clash = l.foreign && known && !l.strong
	for s := range r.stems {
		if t.stems[s] {
			l.shared++
		}
	}
	return l
}

const day = 24 * time.Hour

// weigh says how much speaks for a message being a matter of its own rather
// than going on with a topic: above 0 it is.
func (t *topic) weigh(r *reading, m *Message) float64 {
	l := t.like(r)
	gap := max(0, m.At.Sub(t.last))
	if t.resolved {
		gap = max(0, m.At.Sub(t.worked))
	}
	return t.fresh(r, l, gap) - t.same(r, l, gap)
}

// fresh is what speaks for something new.
func (t *topic) fresh(r *reading, l likeness, gap time.Duration) (w float64) {
	has := func(s sign) bool { return r.signs&s != 0 }
	if has(switches) {
		w += 3
	}
	if has(adds) && has(asks) {
		w++
		if r.more && t.answered {
			w += 1.2
		}
	}
	switch {
	case l.clash && has(asks):
		w += 3.2
	case l.clash:
		w += 2.2
	case l.foreign && !l.strong:
		w += 0.5
	}
	if r.role == speech && r.content >= 2 {
		switch {
		case gap > 15*day:
			w += 2.2
		case gap > 3*day:
			w += 1.3
		case gap > 12*time.Hour:
			w += 0.7
		}
		if has(asks) {
			w += t.over(r, gap)
		}
	}
	if r.fresh && gap > time.Hour && r.content >= 2 {
		w += 0.5
	}
	if r.name != "" && len(t.names) > 0 && !t.names[r.name] {
		w += 2
	}
	if has(others) && has(asks) {
		w += 1.5
	}
	if r.content >= 4 && l.shared == 0 {
		w += 0.8
	}
	return w
}

// over is what a topic's end speaks for something new: thanks may mean that the
// person goes and tries, "ya pude" that it is done.
func (t *topic) over(r *reading, gap time.Duration) float64 {
	switch {
	case t.resolved && gap > 12*time.Hour && r.signs&continues == 0:
		return 3.3
	case t.resolved:
		return 1.8
	case t.thanked:
		return 0.6
	}
	return 0
}

// same is what speaks for going on.
func (t *topic) same(r *reading, l likeness, gap time.Duration) float64 {
	has := func(s sign) bool { return r.signs&s != 0 }
	w := 1.0
	switch {
	case has(continues) && has(switches):
		w += 0.4
	case has(continues):
		w += 2
	}
	switch {
	case l.strong:
		w += 2
	case l.any:
		w++
	}
	w += min(2, 0.7*float64(l.shared))
	if t.desk && t.asked && gap < 3*day {
		w += 1
		if !l.clash {
			w++
		}
	}
	switch {
	case r.content <= 3 && !l.clash:
		w += 1.5
	case r.content <= 3:
		w += 0.5
	}
	if len(r.matters) == 0 {
		w += 1.2
	}
	switch {
	case gap < 3*time.Minute && !t.desk && !t.resolved:
		w += 2 // a fragment
	case gap < 5*time.Minute:
		w += 0.8
	}
	return w
}
