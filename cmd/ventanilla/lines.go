package main

import (
	"bytes"
	"iter"

	"ventanilla/cmd/ventanilla/jsonl"
)

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
