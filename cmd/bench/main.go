// Command bench measures the desk, each figure beside its rival or limit in the
// same run and on the same machine: an absolute number from a shared machine
// says little, a ratio to what the machine can do at most says how much the
// desk costs. It prints one JSON line per figure. Run it from the repository:
//
//	make bench
//	go run ./cmd/bench -only 'intake|replies'
//	go run ./cmd/bench -only precedents -million          # precedents among a million closed cases
//	go run ./cmd/bench -only intake -profile /tmp/prof    # /tmp/prof.1, .2, …: where each desk's time goes
//
// The desk is the real program in a process of its own, between a real Dovecot,
// a real PostgreSQL that syncs, and SMTP on loopback. It needs what make test
// needs, and takes less than ten minutes on two cores.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// figure is one line of the result.
type figure struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Against rival   `json:"against"`
	Ratio   float64 `json:"ratio"` // value / against
}

// rival is what a figure is held against: something measured, or a limit set.
type rival struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

// suite is one group of figures.
type suite struct {
	name string
	run  func(b *bench)
}

var suites = []suite{
	{"start", starting},
	{"reader", reading},
	{"classifier", guessing},
	{"intake", intake},
	{"whatsapp", chats},
	{"replies", replies},
	{"pages", pages},
	{"precedents-sqlite", precedentsOn("sqlite", sqliteLimit)},
	{"precedents-postgres", precedentsOn("postgres", pgLimit)},
	{"crowd", crowd},
}

func suiteNames() (names []string) {
	for _, s := range suites {
		names = append(names, s.name)
	}
	return names
}

func main() {
	if file := os.Getenv(nodeConfig); file != "" {
		os.Exit(profiled(file))
	}
	only := flag.String("only", "", "run the suites that match: "+strings.Join(suiteNames(), ", "))
	profile := flag.String("profile", "", "write a CPU profile of every desk into this file, with a number added")
	quick := flag.Bool("quick", false, "leave the 100,000 cases out")
	million := flag.Bool("million", false, "look for precedents among a million closed cases, and at pages with a million open ones; seeding takes minutes")
	flag.StringVar(&keptIn, "keep", "", "a folder in which the seeded cases of pages and precedents (SQLite) are kept and found again")
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	os.Setenv("STORETEST_FSYNC", "on")
	b := newBench(*profile)
	go func() {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
		<-stop
		b.fail("interrupted")
	}()
	defer b.clean()
	if *million {
		closedCases, sizes = 1_000_000, append(sizes, 1_000_000)
	}
	if *quick {
		sizes = sizes[:1]
	}
	for _, s := range suites {
		if match.MatchString(s.name) {
			began := time.Now()
			s.run(b)
			fmt.Fprintf(os.Stderr, "%s: %v\n", s.name, time.Since(began).Round(time.Second))
		}
	}
}

// report prints a figure.
func (b *bench) report(name string, value float64, unit, against string, other float64) {
	line, err := json.Marshal(figure{name, rounded(value), unit, rival{against, rounded(other)}, rounded(value / other)})
	if err != nil {
		b.fail(err)
	}
	fmt.Println(string(line))
}

// rounded keeps what such a measure can mean: three decimals below ten, one below a thousand.
func rounded(v float64) float64 {
	unit := 1.0
	switch {
	case v < 10:
		unit = 1000
	case v < 1000:
		unit = 10
	}
	return float64(int64(v*unit+0.5)) / unit
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// percentile of durations, in milliseconds.
func percentile(all []time.Duration, p float64) float64 {
	slices.Sort(all)
	i := min(int(p*float64(len(all))), len(all)-1)
	return float64(all[i].Microseconds()) / 1000
}
