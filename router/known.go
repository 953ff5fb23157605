package router

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/router/dialogue"
	"ventanilla/tickets/store"
)

const (
	knownCases  = 8                   // open cases of one person that are looked at, the newest
	closedCases = 3                   // closed ones
	closedSince = 15 * 24 * time.Hour // after which a message is no word on a closed case any more
	heardFirst  = 8                   // messages of a case that are read: its first
	heardLast   = 24                  // and its last
)

// knownTo is what the desk already has of a person, with what was said there.
type knownTo struct {
	rows  []store.Row
	cases []dialogue.Case // cases[i] is rows[i]
	said  [][]int         // said[i][k] is the number of cases[i].Said[k] in its case
}

// casesOf gives the cases of who sent a report, by the person and by the address:
// a telephone number is the same person's on WhatsApp.
func (r *Router) casesOf(tx *store.Tx, rd *reading) (*knownTo, error) {
	rep := &rd.report
	person, err := rd.known(tx, rep.From)
	if hidden := rd.Raw.Envelope["hidden"]; err == nil && person == "" && hidden != "" {
		person, err = rd.known(tx, channels.Address{Medium: rep.Medium, Value: hidden})
	}
	if err != nil {
		return nil, fmt.Errorf("finding the person: %w", err)
	}
	if person == "" && rep.Medium == channels.Email {
		return &knownTo{}, nil // whoever writes for the first time has no case
	}
	return rd.sitting.casesOf(tx, person, rep.From)
}

func casesOf(tx *store.Tx, person string, from channels.Address) (*knownTo, error) {
	k := &knownTo{}
	open, err := tx.OpenOf(person, from.Value, knownCases)
	if err != nil {
		return nil, fmt.Errorf("looking for open cases: %w", err)
	}
	closed, err := tx.ClosedOf(person, from.Value, tx.Now().Add(-closedSince), closedCases)
	if err != nil {
		return nil, fmt.Errorf("looking for closed cases: %w", err)
	}
	for _, row := range slices.Concat(open, closed) {
		if row.Person != person && !sameNumber(row.Medium, from.Medium) {
			continue
		}
		said, err := tx.Heard(row.ID, heardFirst, row.Messages-heardLast)
		if err != nil {
			return nil, fmt.Errorf("reading an open case: %w", err)
		}
		k.rows, k.cases, k.said = append(k.rows, row), append(k.cases, dialogue.Case{}), append(k.said, nil)
		i := len(k.rows) - 1
		k.refresh(i)
		for n := range said {
			k.hear(i, &said[n])
		}
	}
	return k, nil
}

// refresh tells of a case what its row says.
func (k *knownTo) refresh(i int) {
	row, c := &k.rows[i], &k.cases[i]
	c.System, c.Class, c.Likely, c.Asked, c.Closed = row.System, string(row.Suggested), row.Confidence, row.Waiting, row.Closed
	if row.Class != "" {
		c.Class, c.Likely = string(row.Class), 1
	}
}

// hear adds what was said in a case.
func (k *knownTo) hear(i int, m *store.Message) {
	k.cases[i].Said, k.said[i] = append(k.cases[i].Said, recalled(m)), append(k.said[i], m.Seq)
}

// sameNumber says whether two media reach a person by the same number.
func sameNumber(a, b channels.Medium) bool {
	return a == b || a != channels.Email && b != channels.Email
}

// newest is the case that anybody spoke in last; -1 if there is none that is open.
func (k *knownTo) newest() int {
	best := -1
	for i := range k.rows {
		if k.rows[i].Closed.IsZero() && (best < 0 || k.rows[i].Updated.After(k.rows[best].Updated)) {
			best = i
		}
	}
	return best
}

// heard is a report as the rules of dialogues read it.
func heard(rd *reading) dialogue.Message {
	rep := &rd.report
	m := dialogue.Message{Text: rep.Said, At: spokenAt(rep.SentAt, rep.ReceivedAt), Media: len(rep.Files) > 0, System: rd.guess.System, Class: rd.guess.Class, Likely: rd.guess.Confidence}
	if m.Text == "" {
		m.Text = rep.Text
	}
	if rep.Medium == channels.Email && rep.Subject != "" {
		m.Text = rep.Subject + "\n" + m.Text
	}
	strip(&m)
	if rep.Change != nil {
		m.Text, m.Gone = rep.Change.Text, rep.Change.Deleted
	}
	return m
}

// recalled is a stored message as the rules of dialogues read it.
func recalled(s *store.Message) dialogue.Message {
	m := dialogue.Message{Text: s.Said, At: spokenAt(s.SentAt, s.ReceivedAt), Desk: s.Direction == store.Out, Media: len(s.Files) > 0 && !s.Gone, Gone: s.Gone}
	if m.Desk {
		m.At = s.At
	}
	strip(&m)
	return m
}

// strip takes away what the reader wrote in the place of a file ("[Foto, 80 kB]").
func strip(m *dialogue.Message) {
	if !strings.HasPrefix(m.Text, "[") {
		return
	}
	label, rest, ok := strings.Cut(m.Text, "]")
	if !ok {
		return
	}
	m.Text = strings.TrimSpace(rest)
	m.Media = m.Media || !strings.HasPrefix(label, "[Sticker")
}

// spokenAt is when something was said: when it was sent, if that can be true.
func spokenAt(sent, received time.Time) time.Time {
	if sent.IsZero() || sent.After(received.Add(5*time.Minute)) || sent.Before(received.Add(-closedSince)) {
		return received
	}
	return sent
}
