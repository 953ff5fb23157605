package main

import (
	"os/exec"
	"time"
)

const startRuns = 3

// starting measures the empty desk: how long until its console answers, and
// the memory it rests in. The rival of a start is a process that only prints
// its version.
func starting(b *bench) {
	b.aside(func(b *bench) {
		h := newHouse(b, "sqlite")
		first := h.start()
		b.report("start_first", milliseconds(first.Ready), "ms", "a process that prints its version", bareProcess(b))
		first.stop()
		b.report("start_empty", h.startTime(), "ms", "a process that prints its version", bareProcess(b))
		n := h.start()
		time.Sleep(3 * time.Second)
		b.report("memory_idle", n.resident(), "MB", "limit: 100 MB", 100)
	})
}

// startTime is the median time until the console answers, in milliseconds.
func (h *house) startTime() float64 {
	var all []float64
	for range startRuns {
		n := h.start()
		all = append(all, milliseconds(n.Ready))
		n.stop()
	}
	return median(all)
}

func bareProcess(b *bench) float64 {
	var all []float64
	for range startRuns {
		began := time.Now()
		b.check(exec.Command(program, "version").Run())
		all = append(all, milliseconds(time.Since(began)))
	}
	return median(all)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
