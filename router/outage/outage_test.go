package outage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, laPaz)

// month is a simulated month of one desk: noise of many systems, each with its
// own rate, uneven over the day, the week and from day to day, and outages of
// different sizes whose reports come fast or slowly.
type month struct {
	r       *rand.Rand
	reports []sim
	outages []*planted
}

type sim struct {
	Report
	system  int
	outage  *planted
	counted int // of its outage, so far
}

type planted struct {
	system, size int
	at           time.Time
	half         time.Duration // half of its reports come within it
	seen         int
	found        int
}

const (
	systems = 16
	burnIn  = 21 * 24 * time.Hour
	length  = 28 * 24 * time.Hour
)

// profile is how the rate runs over the day and the week.
func profile(t time.Time) float64 {
	h := float64(t.Hour()) + float64(t.Minute())/60
	day := 0.05 + math.Exp(-(h-10)*(h-10)/8) + 0.8*math.Exp(-(h-16)*(h-16)/8) + 0.3*math.Exp(-(h-21)*(h-21)/6)
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		day *= 0.25
	}
	return day
}

func simulate(seed uint64) *month {
	m := &month{r: rand.New(rand.NewPCG(seed, 4))}
	for system := range systems {
		base := 0.02 * math.Pow(40, m.r.Float64()) // 0.02 to 0.8 an hour at the day's best
		for day := monday; day.Before(monday.Add(burnIn + length)); day = day.Add(24 * time.Hour) {
			mood := math.Exp(0.35 * m.r.NormFloat64())
			for at := day; at.Before(day.Add(24 * time.Hour)); at = at.Add(time.Minute) {
				if m.r.Float64() < base*mood*profile(at)/60 {
					m.noise(system, at)
				}
			}
		}
	}
	for i := range 20 {
		size := int(8 * math.Pow(40, m.r.Float64())) // 8 to 320 reports
		half := time.Duration(float64(5*time.Minute) * math.Pow(36, m.r.Float64()))
		day := burnIn + time.Duration(float64(i)/20*float64(length))
		at := monday.Add(day.Truncate(24 * time.Hour)).Add(7*time.Hour + time.Duration(m.r.IntN(14*60))*time.Minute)
		o := &planted{system: i % systems, size: size, at: at, half: half}
		m.outages = append(m.outages, o)
		for range size {
			after := time.Duration(m.r.ExpFloat64() * float64(half) / math.Ln2)
			weight := 0.75 + 0.25*m.r.Float64()
			if m.r.Float64() < 0.12 {
				weight = 0.1 // the classifier took it for something else
			}
			m.add(sim{Report: Report{at.Add(after), fmt.Sprint("o", i, "-", m.r.IntN(size*20)), weight}, system: o.system, outage: o})
		}
	}
	slices.SortFunc(m.reports, func(a, b sim) int { return a.At.Compare(b.At) })
	return m
}

func (m *month) add(s sim) { m.reports = append(m.reports, s) }

// noise is a report of one person's own failure; some write again and again.
func (m *month) noise(system int, at time.Time) {
	person := fmt.Sprint("p", m.r.IntN(1_000_000))
	for n := 1 + m.r.IntN(10)/9*m.r.IntN(6); n > 0; n-- {
		m.add(sim{Report: Report{at, person, 0.4 + 0.6*m.r.Float64()}, system: system})
		at = at.Add(time.Duration(1+m.r.IntN(20)) * time.Minute)
	}
}

// play lets watches see the month; what they propose is confirmed or dismissed
// half an hour later, as an operator would.
func (m *month) play() (false_ int) {
	watch := map[int]*Watch{}
	for i := range systems {
		watch[i] = &Watch{}
		watch[i].Begin(monday)
	}
	quiet := map[int]time.Time{}
	for _, s := range m.reports {
		w := watch[s.system]
		w.Add(s.Report)
		if s.outage != nil {
			s.outage.seen++
		}
		if s.At.Before(quiet[s.system]) {
			continue
		}
		f, ok := w.Look(s.At)
		if !ok {
			continue
		}
		if o := m.running(s.system, s.At); o != nil {
			if o.found == 0 {
				o.found = o.seen
			}
			until := o.at.Add(8 * o.half)
			quiet[s.system] = until
			w.Judged(f.Since, until, true)
		} else {
			if s.At.After(monday.Add(burnIn)) {
				false_++
			}
			quiet[s.system] = s.At.Add(time.Hour)
			w.Judged(f.Since, s.At.Add(time.Hour), false)
		}
	}
	return false_
}

func (m *month) running(system int, at time.Time) *planted {
	for _, o := range m.outages {
		if o.system == system && !at.Before(o.at) && at.Before(o.at.Add(8*o.half)) {
			return o
		}
	}
	return nil
}

// TestMonth holds the watch to its promise on several simulated months: an
// outage is found within ten reports on average, and no more than one false
// proposal comes in a week.
func TestMonth(t *testing.T) {
	months := 6
	if testing.Short() {
		months = 3
	}
	var reports, found, missed, wrong int
	for seed := range uint64(months) {
		m := simulate(seed)
		wrong += m.play()
		for _, o := range m.outages {
			if o.found == 0 {
				missed++
				t.Logf("month %d: missed an outage of %d reports, half of them within %s", seed, o.size, o.half.Round(time.Minute))
				continue
			}
			found++
			reports += o.found
		}
	}
	mean := float64(reports) / float64(found)
	weekly := float64(wrong) / float64(months) / (length.Hours() / 24 / 7)
	t.Logf("%d months: %d outages found after %.1f reports on average, %d missed, %.2f false proposals a week", months, found, mean, missed, weekly)
	if mean > 10 || weekly > 1 || missed*20 > found {
		t.Errorf("found after %.1f reports, %.2f false a week, %d of %d missed", mean, weekly, missed, found+missed)
	}
}

func reports(w *Watch, at time.Time, n int, every time.Duration, person func(int) string) (Finding, int) {
	for i := range n {
		r := Report{at.Add(time.Duration(i) * every), person(i), 0.95}
		w.Add(r)
		if f, ok := w.Look(r.At); ok {
			return f, i + 1
		}
	}
	return Finding{}, 0
}

func somebody(i int) string { return fmt.Sprint("p", i) }

func TestSudden(t *testing.T) {
	w := &Watch{}
	w.Begin(monday.Add(-30 * 24 * time.Hour))
	f, n := reports(w, monday.Add(10*time.Hour), 20, time.Minute, somebody)
	if n < Fewest || n > 4 {
		t.Errorf("a quiet system failed and %d reports were needed", n)
	}
	if f.People != n || f.Since != monday.Add(10*time.Hour) {
		t.Errorf("%+v", f)
	}
}

func TestOnePersonIsNoOutage(t *testing.T) {
	w := &Watch{}
	w.Begin(monday.Add(-30 * 24 * time.Hour))
	if f, n := reports(w, monday.Add(10*time.Hour), 40, time.Minute, func(int) string { return "insistente" }); n > 0 {
		t.Errorf("one person who writes a lot made an outage: %+v", f)
	}
}

// TestFirstDay: a desk that begins today must not cry at every report.
func TestFirstDay(t *testing.T) {
	w := &Watch{}
	if f, n := reports(w, monday.Add(8*time.Hour), 12, 2*time.Hour, somebody); n > 0 {
		t.Errorf("twelve reports over a day, nothing known before: %+v", f)
	}
}

// TestJudged: what a person decided on is not proposed again, and the next
// outage of the same system is.
func TestJudged(t *testing.T) {
	w := &Watch{}
	w.Begin(monday.Add(-30 * 24 * time.Hour))
	at := monday.Add(10 * time.Hour)
	f, n := reports(w, at, 20, time.Minute, somebody)
	if n == 0 {
		t.Fatal("not found")
	}
	end := at.Add(3 * time.Hour)
	w.Judged(f.Since, end, true)
	if _, n := reports(w, at.Add(time.Hour), 30, time.Minute, somebody); n > 0 {
		t.Error("proposed again")
	}
	if _, n := reports(w, end.Add(26*time.Hour), 30, time.Minute, somebody); n == 0 {
		t.Error("the next day's outage was not found")
	}
}

// TestLate: reports that arrive late and out of order count where they belong.
func TestLate(t *testing.T) {
	w := &Watch{}
	w.Begin(monday.Add(-30 * 24 * time.Hour))
	at := monday.Add(10 * time.Hour)
	for _, minute := range []int{9, 2, 7, 0, 4} {
		w.Add(Report{at.Add(time.Duration(minute) * time.Minute), fmt.Sprint(minute), 1})
	}
	f, ok := w.Look(at.Add(10 * time.Minute))
	if !ok || f.Since != at {
		t.Errorf("%v %+v", ok, f)
	}
	if _, ok := w.Look(at.Add(-time.Hour)); ok {
		t.Error("found before it began")
	}
}

// TestFlood: a flood of reports does not make each look slower.
func TestFlood(t *testing.T) {
	w := &Watch{}
	at := monday.Add(10 * time.Hour)
	for i := range 20 * most {
		w.Add(Report{at.Add(time.Duration(i) * time.Second), somebody(i), 0.9})
	}
	if len(w.recent) != most {
		t.Errorf("%d reports are kept", len(w.recent))
	}
	if _, ok := w.Look(at.Add(20 * most * time.Second)); !ok {
		t.Error("a flood is no outage")
	}
}

func TestTail(t *testing.T) {
	for _, c := range []struct {
		n    int
		mean float64
		want float64
	}{{0, 2, 1}, {1, 0.5, 1 - math.Exp(-0.5)}, {3, 0.05, 2.0067e-5}, {10, 1000, 1}, {5, 0, 0}} {
		if got := tail(c.n, c.mean); math.Abs(got-c.want) > 1e-3*c.want+1e-9 {
			t.Errorf("tail(%d, %g) = %g, want %g", c.n, c.mean, got, c.want)
		}
	}
}
