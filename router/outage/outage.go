// Package outage tells from the times of reports that a system fails for many
// people (rule G4). It is pure: a Watch is told of reports, learns what is usual
// for its system, and says when there are too many to be chance. It only
// proposes; an operator confirms.
//
// # How it judges
//
// Reports that have nothing to do with each other come like a Poisson stream
// whose rate depends on the hour. After each report the newest minutes, hours
// and day are looked at (spans): if so many people in so short a time would
// come by chance less often than once in Rarity looks, it is proposed. Short
// spans find a sudden outage after three or four reports, long ones a creeping
// one. Nobody counts twice: someone who writes ten times is one person.
// How well it does is measured on simulated months in the tests.
package outage

import (
	"math"
	"slices"
	"time"
)

// Rarity is one in how many looks chance alone may propose an outage. About
// twenty systems with some hundred reports a week make ten thousand looks, many
// of them alike.
const Rarity = 50_000

// Fewest is how many people must have reported before anything is proposed.
const Fewest = 3

// spans are the stretches of time that are looked at.
var spans = []time.Duration{10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour}

// kept is how long the usual rate remembers.
const kept = 35 * 24 * time.Hour

// What is believed of a system that nobody knows yet: one report of a failure
// in five hours, worth ten hours of watching.
const (
	priorRate  = 0.2
	priorHours = 10.0
)

// unsteady is by how much the rate may exceed its mean within a kind of hour
// (the morning's rush, a Monday).
const unsteady = 1.5

// most is how many of the newest reports are kept: far fewer decide, and a flood
// must not make each look slower than the one before.
const most = 1000

// Report is one report as far as it speaks for an outage.
type Report struct {
	At     time.Time
	Person string  // who reported; reports of one person within a span count once
	Weight float64 // how surely it tells of a failure, 0 to 1
}

// Finding is why an outage is proposed.
type Finding struct {
	Since    time.Time     // of the first report within the span
	Span     time.Duration // in which they came
	People   int
	Expected float64 // how many are usual in such a span at this hour
}

// Watch follows the reports of one system. It is not safe for several
// goroutines at once. The zero value knows nothing.
type Watch struct {
	begun  int64             // first hour it knows of
	hours  map[int64]float64 // hour since 1970 → weight of its reports
	set    map[int64]bool    // hours of known outages, from which nothing is learned
	recent []Report          // of the longest span, by time
	deaf   time.Time         // what came before was judged by a person
}

// Add tells of a report. Reports may come late and out of order, each once.
func (w *Watch) Add(r Report) {
	if w.hours == nil {
		w.hours, w.set = map[int64]float64{}, map[int64]bool{}
	}
	h := hour(r.At)
	if w.begun == 0 || h < w.begun {
		w.begun = h
	}
	w.hours[h] += r.Weight
	i, _ := slices.BinarySearchFunc(w.recent, r.At, func(o Report, at time.Time) int { return o.At.Compare(at) })
	w.recent = slices.Insert(w.recent, i, r)
	w.forget(w.recent[len(w.recent)-1].At)
}

func (w *Watch) forget(now time.Time) {
	first := slices.IndexFunc(w.recent, func(r Report) bool { return now.Sub(r.At) <= spans[len(spans)-1] })
	w.recent = w.recent[max(first, len(w.recent)-most):]
	for h := range w.hours {
		if h < hour(now.Add(-kept)) {
			delete(w.hours, h)
			delete(w.set, h)
		}
	}
	w.begun = max(w.begun, hour(now.Add(-kept)))
}

// Begin says since when the desk watches, so that a quiet time counts as known.
func (w *Watch) Begin(at time.Time) {
	if h := hour(at); w.begun == 0 || h < w.begun {
		w.begun = h
	}
}

// Judged says that a person decided on what came from since to until: it is
// not proposed again. Nothing is learned from these hours if it was an outage;
// if it was none, such hours are usual.
func (w *Watch) Judged(since, until time.Time, was bool) {
	if until.After(w.deaf) {
		w.deaf = until
	}
	for h := hour(since); was && w.set != nil && h <= hour(until); h++ {
		w.set[h] = true
	}
}

// Look judges the reports up to an instant.
func (w *Watch) Look(at time.Time) (Finding, bool) {
	for _, span := range spans {
		since := at.Add(-span)
		people := map[string]float64{}
		first := at
		for _, r := range w.recent {
			if r.At.After(at) || r.At.Before(since) || !r.At.After(w.deaf) {
				continue
			}
			people[r.Person] = max(people[r.Person], r.Weight)
			if r.At.Before(first) {
				first = r.At
			}
		}
		var sum float64
		for _, weight := range people {
			sum += weight
		}
		n := int(sum + 0.2) // four good reports at 0.95 are four
		if n < Fewest {
			continue
		}
		expected := unsteady * w.expected(since, at)
		if tail(n, expected) < 1.0/Rarity {
			return Finding{Since: first, Span: span, People: len(people), Expected: expected / unsteady}, true
		}
	}
	return Finding{}, false
}

// kind of an hour: the rate of a Sunday night is not that of a Monday morning.
func kindOf(h int64) int {
	t := time.Unix(h*3600, 0).In(laPaz)
	weekend := t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
	switch c := t.Hour(); {
	case c < 7 || c >= 23:
		return 0
	case weekend:
		return 1
	case c < 8 || c >= 19:
		return 2
	}
	return 3
}

const kinds = 4

// laPaz has kept UTC−4 all year since 1932.
var laPaz = time.FixedZone("BOT", -4*60*60)

// expected is how many reports are usual between two instants, by what is known
// of the hours before the day that ends now: what is being judged must not make
// itself usual.
func (w *Watch) expected(since, until time.Time) float64 {
	rates := w.rates(hour(until.Add(-24 * time.Hour)))
	var sum float64
	for at := since; at.Before(until); {
		next := at.Truncate(time.Hour).Add(time.Hour)
		if next.After(until) {
			next = until
		}
		sum += rates[kindOf(hour(at))] * next.Sub(at).Hours()
		at = next
	}
	return sum
}

// rates are reports an hour by kind of hour, learned before an hour. What a
// kind lacks in hours is lent by all, and what all lack by the prior. An hour
// that stands out by far counts as a busy one only, so that an outage that
// nobody confirmed does not hide the next.
func (w *Watch) rates(before int64) (rates [kinds]float64) {
	var sum, known [kinds]float64
	for h := w.begun; h < before; h++ {
		if !w.set[h] {
			known[kindOf(h)]++
		}
	}
	busy := w.busy(before)
	for h, n := range w.hours {
		if h < before && !w.set[h] {
			sum[kindOf(h)] += min(n, busy)
		}
	}
	all := priorRate * priorHours
	hours := priorHours
	for k := range kinds {
		all, hours = all+sum[k], hours+known[k]
	}
	for k := range kinds {
		rates[k] = (sum[k] + all/hours*priorHours) / (known[k] + priorHours)
	}
	return rates
}

// busy is the most that one hour teaches: four deviations above the mean of
// the hours in which something came.
func (w *Watch) busy(before int64) float64 {
	var sum, n float64
	for h, count := range w.hours {
		if h < before && !w.set[h] {
			sum, n = sum+math.Min(count, 10), n+1
		}
	}
	if n == 0 {
		return 3
	}
	mean := sum / n
	return math.Max(3, mean+4*math.Sqrt(mean))
}

func hour(t time.Time) int64 { return t.Unix() / 3600 }

// tail is the chance that a Poisson stream with that mean brings n or more; for
// what is no more than the mean, which never matters here, it is just 1.
func tail(n int, mean float64) float64 {
	if float64(n) <= mean {
		return 1
	}
	term := math.Exp(-mean)
	for i := 1; i <= n; i++ {
		term *= mean / float64(i)
	}
	var sum float64
	for i := n; term > sum*1e-12 && i < n+1000; i++ {
		sum += term
		term *= mean / float64(i+1)
	}
	return math.Min(sum, 1)
}
