package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"ventanilla/router/classify"
)

// reportLine is one report to classify.
type reportLine struct {
	ID      string `json:"id"`
	Channel string `json:"channel"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// classLine is what was made of it. Class is always the best guess; Sure false
// means "no estoy seguro".
type classLine struct {
	ID         string   `json:"id"`
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
	names := c.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	out := bufio.NewWriter(c.out)
	for _, name := range names {
		err = errors.Join(err, classifyFile(ctx, guess, name, out))
	}
	return errors.Join(err, out.Flush())
}

func classifyFile(ctx context.Context, guess *classify.Classifier, name string, out io.Writer) error {
	f, err := openFile(name)
	if err != nil {
		return fmt.Errorf("no se pudo leer %s: %w", name, err)
	}
	defer f.Close()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	in := bufio.NewScanner(f)
	in.Buffer(nil, maxExplained)
	for lines := nextLines(in); len(lines) > 0 && ctx.Err() == nil; lines = nextLines(in) {
		inOrder(ctx, lines, func(line []byte) classLine { return classifyLine(guess, line) }, func(l classLine) {
			err = errors.Join(err, enc.Encode(l))
		})
	}
	if e := in.Err(); e != nil {
		err = errors.Join(err, fmt.Errorf("no se pudo leer %s: %w", name, e))
	}
	return errors.Join(err, ctx.Err())
}

// nextLines gives the lines that follow and are not blank; none at the end.
func nextLines(in *bufio.Scanner) (lines [][]byte) {
	for n := 0; len(lines) < atOnce && n < atOnceBytes && in.Scan(); {
		if line := bytes.TrimSpace(in.Bytes()); len(line) > 0 {
			lines = append(lines, bytes.Clone(line))
			n += len(line)
		}
	}
	return lines
}

func classifyLine(guess *classify.Classifier, line []byte) classLine {
	var in reportLine
	err := json.Unmarshal(line, &in)
	g := guess.Classify(classify.Input{Medium: in.Channel, Subject: in.Subject, Text: in.Text})
	l := classLine{ID: in.ID, Class: g.Class, Sure: g.Sure, Confidence: g.Confidence, System: g.System, Reasons: append([]string{}, g.Reasons...)}
	if err != nil {
		l.Error = "la línea no es un reporte en JSON: " + err.Error()
	}
	return l
}
