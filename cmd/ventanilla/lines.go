package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"

	"ventanilla/cmd/ventanilla/jsonl"
)

// eachFile does something with each of the files that a call names, standard
// input if it names none, and goes on where one fails.
func (c *call) eachFile(do func(name string, out io.Writer) error) (err error) {
	names := c.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	out := bufio.NewWriter(c.out)
	for _, name := range names {
		err = errors.Join(err, do(name, out))
	}
	return errors.Join(err, out.Flush())
}

// splitLines gives the lines of b that are not blank, of any length.
func splitLines(b []byte) iter.Seq[jsonl.Line] {
	return func(yield func(jsonl.Line) bool) {
		n := 0
		for line := range bytes.Lines(b) {
			n++
			if line = jsonl.Trim(n, line); len(line) > 0 && !yield(jsonl.Line{Number: n, Text: line}) {
				return
			}
		}
	}
}
