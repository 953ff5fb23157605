package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"ventanilla/cmd/ventanilla/jsonl"
	"ventanilla/cmd/ventanilla/replay"
)

// replayLines plays dialogues, one line of JSON each, from the named files or
// from standard input, through the real router and prints which cases came of
// them, in order. A line that cannot be played gets one with its error.
func replayLines(ctx context.Context, c *call) (err error) {
	desks := make(chan *replay.Desk, runtime.GOMAXPROCS(0))
	for range cap(desks) {
		desk, err := replay.Open(ctx, nil)
		if err != nil {
			return err
		}
		defer desk.Close() // thrown away: what could fail there harms nobody
		desks <- desk
	}
	return c.eachFile(func(name string, out io.Writer) error { return replayFile(ctx, desks, name, out) })
}

// replayFile plays the lines of one file on all cores; people of different
// dialogues have nothing to do with each other.
func replayFile(ctx context.Context, desks chan *replay.Desk, name string, out io.Writer) error {
	b, err := readFile(name)
	if err != nil {
		return fmt.Errorf("no se pudo leer %s: %s", name, whyUnread(err))
	}
	lines := slices.Collect(splitLines(b))
	type played struct {
		result replay.Result
		err    error
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	inOrder(ctx, lines, func(line jsonl.Line) played {
		desk := <-desks
		defer func() { desks <- desk }()
		result, err := desk.Line(ctx, line)
		return played{result, err}
	}, func(p played) {
		if p.err == nil {
			p.err = enc.Encode(p.result)
		}
		err = errors.Join(err, p.err)
	})
	return errors.Join(err, ctx.Err())
}
