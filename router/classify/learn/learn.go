// Package learn makes a classifier's model out of labelled reports and says
// honestly how good it is. It is pure: the same examples give the same model.
//
// Reports of one situation are wordings of the same event. They always stay on
// the same side of a split (Validate): a split by report would let the model
// recognise the event instead of understanding the report, and flatter itself.
package learn

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"ventanilla/router/classify"
)

// Example is one labelled report.
type Example struct {
	ID, Situation, Channel, Label, Subject, Text string
	Hard                                         bool // its words mislead

	features []classify.Feature
}

// Class gives the index of the label in classify.Classes, -1 if it is none.
func (e *Example) Class() int { return slices.Index(classify.Classes[:], e.Label) }

// Features gives the features of the report; they are computed once.
func (e *Example) Features() []classify.Feature {
	if e.features == nil {
		e.features = classify.Extract(classify.Input{Medium: e.Channel, Subject: e.Subject, Text: e.Text})
	}
	return e.features
}

// ReadExamples reads a table with a header line naming the columns id,
// channel, label, subject, text, hard and, where there is one, situation
// (without it each row is its own). A row that is not whole is an error.
func ReadExamples(r io.Reader) ([]*Example, error) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	s.Scan()
	column := map[string]int{}
	for i, name := range strings.Split(s.Text(), "\t") {
		column[name] = i
	}
	var out []*Example
	for n := 2; s.Scan(); n++ {
		cols := strings.Split(s.Text(), "\t")
		if len(cols) != len(column) {
			return nil, fmt.Errorf("line %d: %d columns instead of %d", n, len(cols), len(column))
		}
		at := func(name string) string {
			if i, ok := column[name]; ok {
				return cols[i]
			}
			return ""
		}
		e := &Example{ID: at("id"), Situation: at("situation"), Channel: at("channel"), Label: at("label"),
			Subject: at("subject"), Text: at("text"), Hard: at("hard") == "1"}
		if e.Situation == "" {
			e.Situation = e.ID
		}
		if e.Class() < 0 {
			return nil, fmt.Errorf("line %d: unknown label %q", n, e.Label)
		}
		out = append(out, e)
	}
	return out, s.Err()
}
