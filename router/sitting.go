package router

import (
	"cmp"
	"slices"
	"time"

	"ventanilla/channels"
	"ventanilla/router/dialogue"
	"ventanilla/tickets/store"
)

// sitting is what is in hand while a batch of reports is settled in one
// transaction: the persons who wrote, the cases they have, what was said there.
// A backlog has many lines of few people; each is looked up once and each case is
// written once, and the outcome is that of one line after the other. Only plain
// lines of a talk use it. Before anything else is settled, all in hand is
// written and put away, for that may change whatever is known. A nil sitting
// keeps nothing in hand.
type sitting struct {
	r       *Router
	tx      *store.Tx
	persons map[channels.Address]string
	talks   map[talker]*knownTo
	cases   map[string]*store.Case
	taken   []*store.Case // cases, in the order in which they were taken
}

// talker is a person by one of their addresses.
type talker struct {
	person string
	from   channels.Address
}

func newSitting(r *Router, tx *store.Tx) *sitting {
	s := &sitting{r: r, tx: tx}
	s.clear()
	return s
}

func (s *sitting) clear() {
	s.persons, s.talks, s.cases, s.taken = map[channels.Address]string{}, map[talker]*knownTo{}, map[string]*store.Case{}, nil
}

// plain says whether a report is no more than what somebody said in a talk.
func plain(rd *reading) bool {
	rep := &rd.report
	return rep.Kind == channels.Human && talks(rep) && rep.Change == nil && len(rep.Answers) == 0 && rep.Token == "" && len(rd.codes) == 0 &&
		rd.scan.virus == "" && rd.scan.unscanned == "" && !rd.scan.down
}

// settle gives a report its fate.
func (s *sitting) settle(rd *reading) error {
	if rd.err != nil {
		return rd.err
	}
	if !plain(rd) {
		if err := s.end(); err != nil {
			return err
		}
		return s.r.conclude(s.tx, rd)
	}
	rd.sitting = s
	defer func() { rd.sitting = nil }()
	return s.r.conclude(s.tx, rd)
}

// save writes what is in hand; it stays in hand.
func (s *sitting) save() error {
	for _, c := range s.taken {
		if err := c.Save(); err != nil {
			return err
		}
	}
	return nil
}

// end writes what is in hand and puts it away.
func (s *sitting) end() error {
	if s == nil {
		return nil
	}
	err := s.save()
	s.clear()
	return err
}

// known is the person of an address, "" if nobody is known there.
func (rd *reading) known(tx *store.Tx, a channels.Address) (string, error) {
	s := rd.sitting
	if s == nil {
		return known(tx, a)
	}
	a.Name = ""
	if person, ok := s.persons[a]; ok {
		return person, nil
	}
	person, err := known(tx, a)
	if err == nil {
		s.persons[a] = person
	}
	return person, err
}

// casesOf gives the cases of a person who wrote from an address.
func (s *sitting) casesOf(tx *store.Tx, person string, from channels.Address) (*knownTo, error) {
	if s == nil {
		return casesOf(tx, person, from)
	}
	from.Name = ""
	who := talker{person, from}
	if k := s.talks[who]; k != nil {
		return k, nil
	}
	if err := s.save(); err != nil {
		return nil, err
	}
	k, err := casesOf(tx, person, from)
	if err == nil {
		s.talks[who] = k
	}
	return k, err
}

// take gives the case that stands for one; store.ErrNotFound if there is none.
func (s *sitting) take(tx *store.Tx, id string) (*store.Case, error) {
	if s == nil {
		return stands(tx, tx.Case, id)
	}
	return stands(tx, func(id string) (*store.Case, error) {
		if c := s.cases[id]; c != nil {
			return c, nil
		}
		c, err := tx.Case(id)
		if err == nil {
			s.cases[id], s.taken = c, append(s.taken, c)
		}
		return c, err
	}, id)
}

// put gives back a case in which m was said.
func (s *sitting) put(c *store.Case, m *store.Message) error {
	if s == nil {
		return c.Save()
	}
	row := c.Row()
	for who, k := range s.talks {
		i := slices.IndexFunc(k.rows, func(r store.Row) bool { return r.ID == row.ID })
		if i < 0 {
			if row.Person == who.person || row.Address == who.from.Value { // one too many to be looked at, until now
				delete(s.talks, who)
			}
			continue
		}
		if !k.rows[i].Closed.Equal(row.Closed) {
			delete(s.talks, who)
			continue
		}
		k.rows[i] = row
		k.refresh(i)
		k.hear(i, asRead(m))
		k.cut(i)
		k.sort()
	}
	return nil
}

// asRead is a message that was stored as it will be read.
func asRead(m *store.Message) *store.Message {
	read := *m
	read.SentAt, read.ReceivedAt = m.SentAt.UTC().Truncate(time.Microsecond), m.ReceivedAt.UTC().Truncate(time.Microsecond)
	return &read
}

// cut leaves the first and the last messages of a case, as casesOf reads them.
func (k *knownTo) cut(i int) {
	said, numbers := k.cases[i].Said[:0], k.said[i][:0]
	for n, seq := range k.said[i] {
		if seq <= heardFirst || seq > k.rows[i].Messages-heardLast {
			said, numbers = append(said, k.cases[i].Said[n]), append(numbers, seq)
		}
	}
	k.cases[i].Said, k.said[i] = said, numbers
}

// sort brings the cases into the order of casesOf: the open ones first, in each
// half the one that was touched last.
func (k *knownTo) sort() {
	order := make([]int, len(k.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &k.rows[a], &k.rows[b]
		if x.Closed.IsZero() != y.Closed.IsZero() {
			if x.Closed.IsZero() {
				return -1
			}
			return 1
		}
		return cmp.Or(y.Updated.Compare(x.Updated), cmp.Compare(y.ID, x.ID))
	})
	if slices.IsSorted(order) {
		return
	}
	rows, cases, said := make([]store.Row, len(order)), make([]dialogue.Case, len(order)), make([][]int, len(order))
	for to, from := range order {
		rows[to], cases[to], said[to] = k.rows[from], k.cases[from], k.said[from]
	}
	k.rows, k.cases, k.said = rows, cases, said
}
