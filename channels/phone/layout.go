package phone

import (
	"maps"
	"slices"
	"strings"
)

// Layout is how an exchange writes its call log: what parts the columns, in
// what order a date stands, and where each column is. A column that is not
// named is absent.
type Layout struct {
	Separator string         `json:"separator"`         // one of Separators
	Dates     DateOrder      `json:"dates"`             // of the columns start and answer
	Columns   map[string]int `json:"columns"`           // position, from 0, by one of Columns
	Heading   []string       `json:"heading,omitempty"` // names on the log's first line, if it has one
}

// Columns are what a line may tell of a call, in the order in which people are
// asked. All but the last group have any exchange's meaning; those of Asterisk
// are its own columns, by which direction, queue and extension are worked out.
var Columns = []string{
	"start", "time", "src", "dst", "disposition", "answer", "duration", "billsec", "agent", "uniqueid", "direction", "name",
	"clid", "dcontext", "channel", "dstchannel", "lastapp", "lastdata",
}

// Separators part the columns of a line.
var Separators = []string{",", ";", "\t", "|"}

// Set says whether there is a layout at all.
func (l Layout) Set() bool { return len(l.Columns) > 0 }

// Missing names the columns without which no line can be read: when a call
// began, and who called.
func (l Layout) Missing() (names []string) {
	if !l.has("start") {
		names = append(names, "start")
	}
	if !l.has("src") && !l.has("clid") {
		names = append(names, "src")
	}
	return names
}

func (l Layout) has(column string) bool {
	_, ok := l.Columns[column]
	return ok
}

// split parts a line into its columns. open means that a quote was not closed.
func (l Layout) split(line string) (fields []string, open bool) {
	sep := byte(',')
	if l.Separator != "" {
		sep = l.Separator[0]
	}
	return splitCSV(line, sep)
}

// names says whether a line holds the names of the columns and no call, or
// tells a spreadsheet what parts them ("sep=;").
func (l Layout) names(line string) bool {
	if strings.HasPrefix(strings.ToLower(line), "sep=") && len(line) <= 6 {
		return true
	}
	if len(l.Heading) == 0 {
		return false
	}
	fields, _ := l.split(line)
	return slices.EqualFunc(fields, l.Heading, func(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), b) })
}

// Own is the layout that the configuration gives: Asterisk's, with the
// columns that stand elsewhere.
func (c *CDR) Own() Layout {
	l := Layout{Separator: ",", Columns: maps.Clone(DefaultColumns)}
	maps.Copy(l.Columns, c.Columns)
	maps.DeleteFunc(l.Columns, func(_ string, at int) bool { return at < 0 })
	return l
}

// Use makes the log be read by a layout from now on, until the next Use. One
// that is not set gives the word back to the configuration.
func (c *CDR) Use(l Layout) {
	if !l.Set() {
		c.saved.Store(nil)
		return
	}
	c.saved.Store(&l)
}

// layout is what the log is read by: what was saved, or else what is configured.
func (c *CDR) layout() Layout {
	if l := c.saved.Load(); l != nil {
		return *l
	}
	return c.Own()
}
