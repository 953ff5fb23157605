package phone

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"ventanilla/channels"
)

// Sizes of a sample of a call log that a person shows.
const (
	SampleBytes = 64 << 10
	SampleLines = 20
	sampleLine  = 4 << 10 // of a longer line only its beginning is looked at
)

// Row is how a line of a sample would be read.
type Row struct {
	Line     int // from 1
	Text     string
	Report   channels.Report // Kind None: the line would be held for a person
	Problems []Problem
}

// Problem is something in a line that cannot be read, or is read with loss.
type Problem struct {
	Code  string // "start", "src", "short", "quotes", "charset", "nul", "disposition", "duration", "billsec", "answer"
	Value string // what stands there
}

// Sample is the beginning of the log itself, at most SampleBytes. It fails if
// this node cannot read it.
func (c *CDR) Sample() ([]byte, error) {
	f, err := os.Open(c.File)
	if err != nil {
		return nil, fmt.Errorf("opening the call log: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, SampleBytes))
	if err != nil {
		return nil, fmt.Errorf("reading the call log: %w", err)
	}
	return b, nil
}

// Lines are the first lines of a sample that are not blank, at most
// SampleLines. Lines of Windows-1252 are read as such.
func Lines(sample []byte) (lines []string) {
	for raw := range bytes.Lines(sample) {
		if line, _ := lineText(raw); strings.Trim(line, " \t\x00") != "" && len(lines) < SampleLines {
			lines = append(lines, strings.ToValidUTF8(line[:min(len(line), sampleLine)], ""))
		}
	}
	return lines
}

// Try reads the lines of a sample by a layout, as the channel would. Headings
// are no lines of calls.
func (c *CDR) Try(l Layout, lines []string) (rows []Row) {
	for i, line := range lines {
		if heading(l, []byte(line)) {
			continue
		}
		r := c.parseBy(l, []byte(line))
		rep := c.readBy(l, c.ID, channels.Raw{Body: []byte(line), Received: c.now()})
		rows = append(rows, Row{Line: i + 1, Text: line, Report: rep, Problems: r.problems()})
	}
	return rows
}

// problems tells what of a line cannot be read.
func (r *record) problems() (list []Problem) {
	add := func(code, value string) { list = append(list, Problem{code, clip(value, 60)}) }
	for _, d := range r.defects {
		add(strings.TrimPrefix(d, "call-"), "")
	}
	if last := r.layout.last(); last >= len(r.fields) {
		add("short", "")
	}
	start := strings.TrimSpace(r.at("start") + " " + r.at("time"))
	if r.time("start").IsZero() {
		add("start", start)
	}
	if r.at("src") == "" && r.at("clid") == "" {
		add("src", "")
	}
	if s := r.at("disposition"); s != "" && disposition(s) == "" {
		add("disposition", s)
	}
	if s := r.at("answer"); s != "" && r.time("answer").IsZero() && disposition(r.at("disposition")) == "" {
		add("answer", s)
	}
	for _, column := range []string{"duration", "billsec"} {
		if s := r.at(column); s != "" {
			if _, ok := spanOf(s); !ok {
				add(column, s)
			}
		}
	}
	return list
}

// last is the position of the rightmost column that is used.
func (l Layout) last() int {
	last := -1
	for _, at := range l.Columns {
		last = max(last, at)
	}
	return last
}
