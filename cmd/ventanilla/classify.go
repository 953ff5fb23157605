package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"

	"ventanilla/cmd/ventanilla/jsonl"
	"ventanilla/router/classify"
)

// reportLine is one report to classify. Other fields are left aside.
type reportLine struct {
	ID      jsonl.ID `json:"id"`
	Channel string   `json:"channel"`
	Subject string   `json:"subject"`
	Text    *string  `json:"text"`
}

// classLine is what was made of it. Class is always the best guess; Sure false
// means "no estoy seguro".
type classLine struct {
	ID         jsonl.ID `json:"id"`
	Class      string   `json:"class"`
	Sure       bool     `json:"sure"`
	Confidence float64  `json:"confidence"`
	System     string   `json:"system"`
	Reasons    []string `json:"reasons"`
	Error      string   `json:"error,omitempty"`
}

// Few reports are in memory at once, so that an archive of any length is read in
// the room of a short one.
const (
	atOnce      = 64      // lines
	atOnceBytes = 1 << 20 // or fewer lines of so many bytes together
	// collectEarly is the growth of the heap, in per cent, at which it is swept:
	// the model stays small beside the program itself.
	collectEarly = 10
)

// classifyLines reads JSON lines from the named files, or from standard input,
// and prints one line for each, in order. A line that is no report gets one
// with its error, and the next follows.
func classifyLines(ctx context.Context, c *call) error {
	defer debug.SetGCPercent(debug.SetGCPercent(collectEarly))
	guess, err := classify.New()
	if err != nil {
		return err
	}
	return c.eachFile(func(name string, out io.Writer) error { return classifyFile(ctx, guess, name, out) })
}

func classifyFile(ctx context.Context, guess *classify.Classifier, name string, out io.Writer) error {
	f, err := openFile(name)
	if err != nil {
		return fmt.Errorf("no se pudo leer %s: %s", name, whyUnread(err))
	}
	defer f.Close()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	in := &numbered{Scanner: bufio.NewScanner(f)}
	in.Buffer(nil, maxExplained)
	for lines := in.next(); len(lines) > 0 && ctx.Err() == nil; lines = in.next() {
		inOrder(ctx, lines, func(l jsonl.Line) classLine { return classifyLine(guess, l) }, func(l classLine) {
			err = errors.Join(err, enc.Encode(l))
		})
	}
	if e := in.Err(); e != nil {
		err = errors.Join(err, fmt.Errorf("no se pudo leer %s después de la línea %d: %s", name, in.n, whyUnread(e)))
	}
	return errors.Join(err, ctx.Err())
}

// numbered reads a file by lines and knows their numbers.
type numbered struct {
	*bufio.Scanner
	n int
}

// next gives the lines that follow and are not blank; none at the end.
func (in *numbered) next() (lines []jsonl.Line) {
	for size := 0; len(lines) < atOnce && size < atOnceBytes && in.Scan(); {
		in.n++
		if line := jsonl.Trim(in.n, in.Bytes()); len(line) > 0 {
			lines = append(lines, jsonl.Line{Number: in.n, Text: slices.Clone(line)})
			size += len(line)
		}
	}
	return lines
}

// classifyLine guesses at what could be read of a line, and says what is wrong
// with it.
func classifyLine(guess *classify.Classifier, line jsonl.Line) classLine {
	var in reportLine
	err := jsonl.Read(line.Text, &in)
	if err == nil && in.Text == nil && in.Subject == "" {
		err = errors.New("falta el campo text, con lo que dijo la persona")
	}
	report := classify.Input{Medium: in.Channel, Subject: in.Subject}
	if in.Text != nil {
		report.Text = *in.Text
	}
	g := guess.Classify(report)
	l := classLine{ID: in.ID, Class: g.Class, Sure: g.Sure, Confidence: g.Confidence, System: g.System, Reasons: append([]string{}, g.Reasons...)}
	if err != nil {
		l.Error = line.Wrong(err)
	}
	return l
}
