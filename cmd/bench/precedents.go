package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

const (
	questions   = 1500
	sqliteLimit = 30.0 // ms, p99 at a million closed cases
	pgLimit     = 60.0
)

// closedCases is how many closed cases the precedents are looked for among;
// -million makes it a million, which takes several minutes to seed.
var closedCases = 50_000

// keptIn is a folder in which the SQLite file of closed cases stays for the
// next run; empty: it is made anew and removed.
var keptIn string

// precedentsOn measures the search behind 9.1/3 on one engine: new reports
// whose words are spread as those of a language are, most of them with a
// system, a third of them about what an old case was about; and reports made
// of the commonest words alone, the worst that can be asked. The rival is a
// look-up of one case by its code, in turns on the same database.
func precedentsOn(engine string, limit float64) func(b *bench) {
	return func(b *bench) {
		b.aside(func(b *bench) {
			file := fmt.Sprintf("%s/closed-%d.db", cmp.Or(keptIn, b.TempDir()), closedCases)
			url := "sqlite:" + file
			if engine == "postgres" {
				url = storetest.Postgres(b)
			}
			st, err := store.Open(context.Background(), store.Options{URL: url, Log: zerolog.Nop()})
			b.check(err)
			b.Cleanup(func() { b.check(st.Close()) })
			began := time.Now()
			w := newLanguage()
			if n, err := st.Row(context.Background(), fmt.Sprintf("c%09d", closedCases-1)); err != nil || n.ID == "" {
				seedClosed(b, engine, url, w, closedCases)
			}
			b.Logf("%s: %d closed cases in %v", engine, closedCases, time.Since(began).Round(time.Second))
			if engine == "sqlite" {
				defer b.profiling()()
			}
			askAll(b, st, engine, limit, w)
		})
	}
}

func askAll(b *bench, st *store.Store, engine string, most float64, w *language) {
	r := rand.New(rand.NewPCG(11, 12))
	ctx := context.Background()
	var rare, common, plain, work []time.Duration
	known, found := 0, 0
	for i := range questions + 50 {
		q, old := w.question(r)
		began, used := time.Now(), cpuTime()
		list, err := st.Precedents(ctx, q)
		took := time.Since(began)
		if engine == "sqlite" { // PostgreSQL works in a process of its own
			work = append(work, cpuTime()-used)
		}
		b.check(err)
		if old != "" {
			known++
			if slices.ContainsFunc(list, func(p store.Precedent) bool { return p.Row.Code == old }) {
				found++
			}
		}
		began = time.Now()
		_, err = st.TicketByCode(ctx, codeOf(1+r.IntN(closedCases)))
		simple := time.Since(began)
		b.check(err)
		if i >= 50 { // the first ones open files and prepare statements
			rare, plain = append(rare, took), append(plain, simple)
		}
		if i%5 == 0 {
			q := w.commonplace(r)
			began = time.Now()
			_, err = st.Precedents(ctx, q)
			b.check(err)
			common = append(common, time.Since(began))
		}
	}
	b.report(fmt.Sprintf("precedents_found_%d_%s", closedCases, engine), 100*float64(found)/float64(known), "% of reports whose like was closed before", "all of them", 100)
	if len(work) > 0 {
		b.report(fmt.Sprintf("precedents_cpu_p99_%d_%s", closedCases, engine), percentile(work, 0.99), "ms of one core", "p50", percentile(work, 0.5))
	}
	limit := fmt.Sprintf("limit: %.0f ms", most)
	b.report(fmt.Sprintf("precedents_p50_%d_%s", closedCases, engine), percentile(rare, 0.5), "ms", "a case by its code, p50", percentile(plain, 0.5))
	b.report(fmt.Sprintf("precedents_p99_%d_%s", closedCases, engine), percentile(rare, 0.99), "ms", "a case by its code, p99", percentile(plain, 0.99))
	b.report(fmt.Sprintf("precedents_p99_%d_%s_limit", closedCases, engine), percentile(rare, 0.99), "ms", limit, most)
	b.report(fmt.Sprintf("precedents_common_p99_%d_%s", closedCases, engine), percentile(common, 0.99), "ms", limit, most)
}

// language is a vocabulary whose words are as unequal as those of a real one.
type language struct {
	words   []string
	systems []string
}

func newLanguage() *language {
	syllables := strings.Fields("ba be bo ca co cu da de do fa fe ga go la le lo ma me mi na no pa pe po qui ra re ri sa se so ta te to va ve vi za")
	r := rand.New(rand.NewPCG(1, 9))
	w := &language{}
	seen := map[string]bool{}
	for len(w.words) < 60_000 {
		var b strings.Builder
		for range 2 + r.IntN(4) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		if word := b.String() + "k"; !seen[word] { // an ending that no stemmer takes off
			seen[word] = true
			w.words = append(w.words, word)
		}
	}
	for i := range 24 {
		w.systems = append(w.systems, fmt.Sprintf("sistema%c", 'a'+i))
	}
	return w
}

func (w *language) report(z *rand.Zipf, n int) []string {
	list := make([]string, 0, n)
	for range n {
		list = append(list, w.words[z.Uint64()])
	}
	return list
}

// zipf follows Zipf's law: the n-th commonest word has a share of about 1/n.
func (w *language) zipf(r *rand.Rand) *rand.Zipf {
	return rand.NewZipf(r, 1.05, 8, uint64(len(w.words)-1))
}

func (w *language) system(r *rand.Rand) string {
	f := r.Float64()
	return w.systems[int(f*f*float64(len(w.systems)))]
}

// question is a new report and the code of the closed case that it is like, "" if none.
func (w *language) question(r *rand.Rand) (q store.Like, old string) {
	text := w.report(w.zipf(r), 10+r.IntN(40))
	q = store.Like{Subject: strings.Join(text[:4], " "), System: w.system(r)}
	if r.IntN(3) == 0 {
		n := r.IntN(closedCases)
		said, system := w.closedCase(n)
		old, text, q.System = codeOf(n+1), append(said[:len(said)*2/3], text[:8]...), system
	}
	if r.IntN(5) == 0 {
		q.System = ""
	}
	q.Text = strings.Join(text, " ")
	return q, old
}

func (w *language) commonplace(r *rand.Rand) store.Like {
	var text []string
	for range 12 {
		text = append(text, w.words[r.IntN(60)])
	}
	q := store.Like{Subject: text[0], Text: strings.Join(text, " ")}
	if r.IntN(2) == 0 {
		q.System = w.system(r)
	}
	return q
}

// closedCase gives the words and the system of the n-th closed case, the same
// at every call.
func (w *language) closedCase(n int) ([]string, string) {
	r := rand.New(rand.NewPCG(5, uint64(n)))
	return w.report(w.zipf(r), 15+r.IntN(30)), w.system(r)
}

// cpuTime is what this process has used of the cores, which other processes
// of the machine do not lengthen.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
