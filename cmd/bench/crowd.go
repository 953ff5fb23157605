package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	crowdSize    = 50
	crowdCases   = 100_000
	crowdRate    = 50 // reports a second
	crowdSenders = 4  // connections that they come over
	crowdTime    = 20 * time.Second
	settleTime   = 5 * time.Second // until the last report is on the screens
	pageLimit    = 50.0            // ms, of a queue page's p99
	screenLimit  = 1000.0          // ms, until a report is on every open screen
	// As the console's own script: what is heard is shown after a short while, each
	// desk's own, and no screen asks again sooner than the gap.
	crowdWait, crowdScatter, crowdGap = 100 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond
)

// crowd measures a full office: 50 operators with the queue open, each on a
// stream of its own, at 100,000 cases, while 50 reports a second come in. Every
// operator asks for the counters and the rows whenever the stream tells of a
// change, as the console's script does.
func crowd(b *bench) {
	b.aside(func(b *bench) {
		h := newHouse(b, "sqlite")
		s := newSeeder(b, h)
		s.operator()
		s.add(crowdCases, false)
		s.close()
		n := h.start()
		waitPort(b, h.smtp)
		c := &crowded{b: b, h: h, seen: map[int]int{}, sent: map[int]time.Time{}}
		ctx, stop := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for range crowdSize {
			client := logIn(b, h)
			wg.Go(func() { c.operator(ctx, client) })
		}
		n.calm() // the first count of the cases that it found, and fifty passwords
		began := n.used()
		c.reports(h.smtp)
		time.Sleep(settleTime)
		stop()
		wg.Wait()
		c.report()
		work := n.used() - began
		n.stop()
		b.report("crowd_desk_cpu", 100*work.Seconds()/(crowdTime+settleTime).Seconds(), "% of a core", "cores", 100*float64(runtime.NumCPU()))
	})
}

type crowded struct {
	b *bench
	h *house

	mu     sync.Mutex
	pages  []time.Duration
	sent   map[int]time.Time // report → when it was sent
	seen   map[int]int       // report → screens that have shown it or a newer one
	delays []time.Duration   // until the last screen shows it
}

type numbered struct {
	letter
	n int
}

// reports sends letters at a steady rate over some connections.
func (c *crowded) reports(addr string) {
	letters := make(chan numbered, crowdRate)
	var wg sync.WaitGroup
	for range crowdSenders {
		conn, err := smtp.Dial(addr)
		c.b.check(err)
		wg.Go(func() {
			defer conn.Close()
			for l := range letters {
				c.mu.Lock()
				c.sent[l.n] = time.Now()
				c.mu.Unlock()
				c.b.check(conn.SendMail(l.From, []string{deskAddress}, bytes.NewReader(l.Raw)))
			}
		})
	}
	w := newWriter(c.b)
	tick := time.NewTicker(time.Second / crowdRate)
	defer tick.Stop()
	for end := time.Now().Add(crowdTime); time.Now().Before(end); <-tick.C {
		l := w.next()
		l.Raw = bytes.Replace(l.Raw, []byte("Subject: "), fmt.Appendf(nil, "Subject: crowd-%d ", w.n), 1)
		letters <- numbered{l, w.n}
	}
	close(letters)
	wg.Wait()
}

// operator follows the stream and asks for the queue when it tells of a change.
func (c *crowded) operator(ctx context.Context, client *http.Client) {
	heard := make(chan struct{}, 1)
	go c.follow(ctx, client, heard)
	shown, last := 0, time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-heard:
		}
		time.Sleep(max(crowdWait+rand.N(crowdScatter), time.Until(last.Add(crowdGap))))
		last = time.Now()
		c.get(client, "/pulso", false)
		shown = c.show(c.get(client, "/bandeja?v=todos", true), shown)
	}
}

// follow reads the stream of events.
func (c *crowded) follow(ctx context.Context, client *http.Client, heard chan<- struct{}) {
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+c.h.console+"/eventos", nil)
	c.b.check(err)
	r, err := client.Do(req)
	if ctx.Err() != nil {
		return
	}
	c.b.check(err)
	defer r.Body.Close()
	for lines := bufio.NewScanner(r.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "data:") {
			select {
			case heard <- struct{}{}:
			default:
			}
		}
	}
}

func (c *crowded) get(client *http.Client, path string, timed bool) []byte {
	req, err := http.NewRequest("GET", "http://"+c.h.console+path, nil)
	c.b.check(err)
	req.Header.Set("HX-Request", "true")
	if timed {
		req.Header.Set("X-Pane", "rows")
	}
	began := time.Now()
	r, err := client.Do(req)
	c.b.check(err)
	body, err := io.ReadAll(r.Body)
	c.b.check(err)
	r.Body.Close()
	if r.StatusCode != 200 {
		c.b.fail(path, r.Status)
	}
	if timed {
		c.mu.Lock()
		c.pages = append(c.pages, time.Since(began))
		c.mu.Unlock()
	}
	return body
}

var crowdMark = regexp.MustCompile(`crowd-(\d+) `)

// show notes which reports this screen shows for the first time: those up to
// the newest on it, because at this rate a page holds a second.
func (c *crowded) show(page []byte, shown int) int {
	now, newest := time.Now(), shown
	for _, m := range crowdMark.FindAllSubmatch(page, -1) {
		n, err := strconv.Atoi(string(m[1]))
		c.b.check(err)
		newest = max(newest, n)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := shown + 1; n <= newest; n++ {
		if c.seen[n]++; c.seen[n] == crowdSize {
			c.delays = append(c.delays, now.Sub(c.sent[n]))
		}
	}
	return newest
}

func (c *crowded) report() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.delays) < len(c.sent)*9/10 {
		c.b.fail(fmt.Sprintf("only %d of %d reports came on every screen", len(c.delays), len(c.sent)))
	}
	c.b.report("crowd_queue_page_p50", percentile(c.pages, 0.5), "ms", "limit: 50 ms", pageLimit)
	c.b.report("crowd_queue_page_p99", percentile(c.pages, 0.99), "ms", "limit: 50 ms", pageLimit)
	c.b.report("crowd_every_screen_p50", percentile(c.delays, 0.5), "ms", "limit: 1 s", screenLimit)
	c.b.report("crowd_every_screen_p99", percentile(c.delays, 0.99), "ms", "limit: 1 s", screenLimit)
	c.b.report("crowd_rate", float64(len(c.sent))/crowdTime.Seconds(), "reports/s", "asked for", crowdRate)
}
