package dialogue

import (
	"slices"
	"strings"
	"time"
)

// Case is a matter of the person that the desk knows: open, or closed lately.
type Case struct {
	Said   []Message // oldest first
	System string    // id in the catalogue, if it is known
	Class  string    // decided or guessed, if it is known
	Likely float64   // how sure the class is, 0 to 1
	Asked  bool      // the desk waits for the person's answer
	Closed time.Time // zero while it is open
}

// New as Group.Case means that a case has to be opened.
const New = -1

// Group is messages that belong together.
type Group struct {
	Case     int   // index among the cases, or New
	Messages []int // indices in the burst, in order
	Sure     bool  // false: the signs point both ways, a person should be asked
	Why      Reason
}

// Reason says in one word why a group went where it went.
type Reason string

// Reasons, from the strongest.
const (
	First     Reason = "first"     // there was no other case
	Announced Reason = "announced" // "otra consulta"
	Else      Reason = "else"      // names another matter
	Someone   Reason = "someone"   // somebody else writes from the same address
	Later     Reason = "later"     // long after the last word, and about no known matter
	Settled   Reason = "settled"   // what came before was answered and acknowledged
	Unlike    Reason = "unlike"    // has little in common with what came before
	Answer    Reason = "answer"    // the desk had asked
	Goes      Reason = "goes_on"   // says so: "sigue igual", "lo de ayer"
	Matter    Reason = "matter"    // the same matter
	Courtesy  Reason = "courtesy"  // thanks, a reminder, a sticker: about the newest
	Near      Reason = "near"      // nothing speaks against the newest
)

// Outcome is what becomes of a burst.
type Outcome struct {
	Groups []Group
	// Held are messages that say nothing of a matter and came before none: a
	// greeting alone. What follows decides where they belong.
	Held []int
}

// Settled says whether everything went to cases that exist, without doubt:
// then nothing is gained by waiting for more.
func (o Outcome) Settled() bool {
	return len(o.Held) == 0 && !slices.ContainsFunc(o.Groups, func(g Group) bool { return g.Case == New || !g.Sure })
}

// Sort puts the messages of a burst, oldest first, where they belong.
func Sort(cases []Case, burst []Message) Outcome {
	s := sorter{burst: burst, current: -1}
	for i := range cases {
		s.topics = append(s.topics, topicOf(&cases[i]))
		s.groups = append(s.groups, Group{Case: i, Sure: true})
	}
	for i := range burst {
		s.place(i)
	}
	if s.current >= 0 {
		s.join(s.current, nil)
	}
	out := Outcome{Held: s.held}
	for _, g := range s.groups {
		if len(g.Messages) > 0 {
			slices.Sort(g.Messages)
			out.Groups = append(out.Groups, g)
		}
	}
	return out
}

type sorter struct {
	burst     []Message
	topics    []*topic
	groups    []Group // groups[i] is of topics[i]
	current   int     // where the last message of this burst went, -1 none yet
	held      []int
	heldSigns sign
	heldName  string
}

// place decides on one message.
func (s *sorter) place(i int) {
	m := &s.burst[i]
	r := read(m)
	announced := s.heldSigns&switches != 0
	latest := s.latest(r)
	switch {
	case r.role == opener,
		r.role == empty && (latest < 0 || len(s.held) > 0),
		(r.role == closer || r.role == nudge) && latest < 0,
		r.role == media && latest >= 0 && !announced && s.dormant(latest, m):
		s.hold(i, r)
	case r.role == empty, r.role == closer, r.role == nudge:
		s.put(latest, i, r, true, Courtesy)
	case r.role == media && latest >= 0 && !announced:
		s.put(latest, i, r, true, Near)
	default:
		s.speech(i, r, announced)
	}
}

// speech places a message that says something.
func (s *sorter) speech(i int, r *reading, announced bool) {
	m := &s.burst[i]
	if s.heldSigns&greets != 0 {
		r.fresh = true
	}
	if r.name == "" {
		r.name = s.heldName
	}
	r.signs |= s.heldSigns & others
	said := weights.of(r.stemmed)
	best, weight := -1, 0.0
	likes := likesOf(s.topics, r)
	for n, t := range s.topics {
		w := t.weigh(r, said, m, likes[n], rivalsOf(n, s.topics, likes))
		if best < 0 || w < weight {
			best, weight = n, w
		}
	}
	switch {
	case best < 0:
		s.open(i, r, true, First)
	case !announced && s.topics[best].hollow(m.At):
		s.put(best, i, r, true, Near)
	case announced && !r.has(goingOn), weight > 0:
		s.open(i, r, announced || weight > 1, whyNew(s.topics[best], r, m.At, announced))
	default:
		s.put(best, i, r, weight < -0.5, whySame(s.topics[best], r))
	}
}

// open begins a new topic.
func (s *sorter) open(i int, r *reading, sure bool, why Reason) {
	s.topics = append(s.topics, newTopic())
	s.groups = append(s.groups, Group{Case: New, Sure: sure, Why: why})
	s.put(len(s.topics)-1, i, r, sure, why)
}

// put adds a message, and what waited before it, to a topic.
func (s *sorter) put(n, i int, r *reading, sure bool, why Reason) {
	g := &s.groups[n]
	if g.Why == "" {
		g.Why = why
	}
	g.Sure = g.Sure && sure
	s.join(n, []int{i})
	s.topics[n].take(r, &s.burst[i])
	s.current = n
}

func (s *sorter) join(n int, more []int) {
	g := &s.groups[n]
	g.Messages = append(append(g.Messages, s.held...), more...)
	for _, h := range s.held {
		s.topics[n].take(read(&s.burst[h]), &s.burst[h])
	}
	s.held, s.heldSigns, s.heldName = nil, 0, ""
}

func (s *sorter) hold(i int, r *reading) {
	s.held = append(s.held, i)
	s.heldSigns |= r.signs
	if r.name != "" {
		s.heldName = r.name
	}
}

// latest is the topic that courtesies are about: the one whose matter they
// name, else where this burst went, else the last one that anybody spoke in.
func (s *sorter) latest(r *reading) int {
	best, named := s.current, -1
	for n, t := range s.topics {
		if r.role == closer && t.like(r).strong && (named < 0 || t.last.After(s.topics[named].last)) {
			named = n
		}
		if s.current < 0 && (best < 0 || t.last.After(s.topics[best].last)) {
			best = n
		}
	}
	if named >= 0 {
		return named
	}
	return best
}

// hollow says whether of a topic nothing was told yet but that somebody is there,
// or a photo was sent: what follows soon tells what it is about.
func (t *topic) hollow(at time.Time) bool {
	return t.told <= 2 && t.turns <= 2 && t.wants == 0 && len(t.matters) == 0 && !t.closed && !t.done && !t.settled && at.Sub(t.last) < late
}

// dormant says whether a topic is so far back that a photo without words may
// well begin another.
func (s *sorter) dormant(n int, m *Message) bool {
	t := s.topics[n]
	gap := m.At.Sub(t.last)
	return !(t.desk && t.asked) && (gap > late || t.resolved && gap > 10*time.Minute || len(s.held) > 0 && gap > time.Hour)
}

func whyNew(t *topic, r *reading, at time.Time, announced bool) Reason {
	switch l := t.like(r); {
	case announced || r.signs&switches != 0:
		return Announced
	case r.name != "" && !t.names[r.name] && len(t.names) > 0, r.signs&others != 0:
		return Someone
	case l.foreign > 0:
		return Else
	case at.Sub(t.last) > late:
		return Later
	case t.over():
		return Settled
	}
	return Unlike
}

func whySame(t *topic, r *reading) Reason {
	switch l := t.like(r); {
	case t.desk && t.asked:
		return Answer
	case r.has(goingOn):
		return Goes
	case l.strong || l.any:
		return Matter
	}
	return Near
}

// Answers says which of the cases a word of the desk most likely answers, -1
// if there is none: for records that do not say it.
func Answers(cases []Case, m Message) int {
	r := read(&m)
	best, high := -1, 0.0
	var newest time.Time
	for i := range cases {
		for k := range cases[i].Said {
			if c := &cases[i].Said[k]; !c.Desk && c.At.After(newest) {
				newest = c.At
			}
		}
	}
	for i := range cases {
		t := topicOf(&cases[i])
		l := t.like(r)
		w := float64(min(l.shared, 4))
		if l.strong {
			w += 2
		} else if l.any {
			w += 0.7
		}
		if !t.desk && t.ended == 0 {
			w += 2.5 // nobody answered what was said last
		}
		if !t.closed {
			w++
		}
		if k := len(cases[i].Said) - 1; k >= 0 && !cases[i].Said[k].Desk && !cases[i].Said[k].At.Before(newest) {
			w += 1.5 // what was just said
		}
		if best < 0 || w > high || w == high && t.last.After(topicOf(&cases[best]).last) {
			best, high = i, w
		}
	}
	return best
}

func hasQuestion(text string) bool { return strings.ContainsAny(text, "?¿") }

func matterIndex(system string) (int, bool) {
	n := slices.Index(matterNames, system)
	return n, n >= 0 && system != ""
}
