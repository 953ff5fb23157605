package main

import (
	"runtime"
	"time"

	"ventanilla/router/classify"
	"ventanilla/tickets/words"
)

// guessing measures the classifier on one core: reports of the three channels
// and 3 kB letters, beside the mere reading of their words, and what it keeps
// in memory beside its limit.
func guessing(b *bench) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c, err := classify.New()
	b.check(err)
	runtime.GC()
	runtime.ReadMemStats(&after)
	w := newWriter(b)
	var long []string
	for range 200 {
		long = append(long, w.next().Text)
	}
	for _, set := range []struct {
		name  string
		texts []string
	}{{"report", w.texts}, {"letter of 3 kB", long}} {
		guess := each(set.texts, func(text string) { c.Classify(classify.Input{Medium: "email", Text: text}) })
		read := each(set.texts, func(text string) {
			for _, tok := range words.Tokens(text) {
				words.Stem(tok)
			}
		})
		b.report("classify a "+set.name+", one core", guess, "µs", "its words alone, stemmed", read)
	}
	b.report("classifier in memory", float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/(1<<20), "MB", "limit", 64)
	runtime.KeepAlive(c)
}

// each gives the median of five rounds of do over texts, in microseconds a text.
func each(texts []string, do func(string)) float64 {
	var rounds []float64
	for range 5 {
		began := time.Now()
		for _, t := range texts {
			do(t)
		}
		rounds = append(rounds, float64(time.Since(began).Microseconds())/float64(len(texts)))
	}
	return median(rounds)
}
