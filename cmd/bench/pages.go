package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"ventanilla/tickets/store"
)

const (
	looks       = 300
	searches    = 40
	commonWord  = "sistema"
	searchLimit = 200.0 // ms: a person at the desk does not notice it
)

// sizes are the numbers of open cases at which pages are measured.
var sizes = []int{10_000, 100_000}

// pages measures what an operator waits for, through real HTTP with a session,
// at 10,000 and 100,000 open cases (with -million also at as many): the queue,
// its first page and one in the middle, a case, a search for a word that
// most cases have. The rival of a page is one bare SELECT by an index that
// gives the rows the page shows.
func pages(b *bench) {
	b.aside(func(b *bench) {
		h := newHouse(b, "sqlite")
		if keptIn != "" {
			h.database = "sqlite:" + keptIn + "/open.db"
		}
		s := newSeeder(b, h)
		if s.found(); len(s.codes) == 0 {
			s.operator()
		}
		for _, size := range sizes {
			if size < len(s.codes) {
				continue
			}
			s.add(size-len(s.codes), false)
			pagesAt(b, h, s, size)
		}
		s.close()
		b.report(fmt.Sprintf("start_%d", len(s.codes)), h.startTime(), "ms", "a process that prints its version", bareProcess(b))
	})
}

func pagesAt(b *bench, h *house, s *seeder, size int) {
	n := h.start()
	c := logIn(b, h)
	rnd := rand.New(rand.NewPCG(3, uint64(size)))
	queue, cases := bareSelects(b, h, s.codes, rnd)
	measure := func(name, against string, other float64, times int, path func() string) {
		var all []time.Duration
		for range times {
			began := time.Now()
			look(b, c, "http://"+h.console+path())
			all = append(all, time.Since(began))
		}
		b.report(fmt.Sprintf("%s_p50_%d", name, size), percentile(all, 0.5), "ms", against, other)
		b.report(fmt.Sprintf("%s_p99_%d", name, size), percentile(all, 0.99), "ms", against, other)
	}
	measure("queue_page", "bare SELECT of 50 rows by index", queue, looks, func() string { return "/bandeja" })
	middle := "/bandeja?desde=" + url.QueryEscape(cursorAt(b, h, size/2))
	measure("queue_page_middle", "bare SELECT of 50 rows by index", queue, looks, func() string { return middle })
	// The first look of the unit marks the case as read, which is a commit.
	seen, i := make([]string, looks), 0
	for i := range seen {
		seen[i] = s.codes[(i*len(s.codes)/looks+size/7)%len(s.codes)]
	}
	next := func() string { i++; return "/casos/" + seen[i%looks] }
	measure("case_page_unread", "bare SELECT of a row by index", cases, looks, next)
	measure("case_page", "bare SELECT of a row by index", cases, looks, next)
	measure("search_common", "limit: 200 ms", searchLimit, searches, func() string { return "/buscar?q=" + commonWord })
	b.report(fmt.Sprintf("memory_%d", size), n.resident(), "MB", "limit: 250 MB", 250)
	n.stop()
}

func logIn(b *bench, h *house) *http.Client {
	jar, err := cookiejar.New(nil)
	b.check(err)
	c := &http.Client{Jar: jar}
	r, err := c.PostForm("http://"+h.console+"/entrar", url.Values{"login": {"ana"}, "password": {password}})
	b.check(err)
	r.Body.Close()
	if r.StatusCode != 200 || r.Request.URL.Path == "/entrar" {
		b.fail("logging in failed:", r.Status)
	}
	return c
}

func look(b *bench, c *http.Client, address string) {
	r, err := c.Get(address)
	b.check(err)
	body, err := io.ReadAll(r.Body)
	b.check(err)
	r.Body.Close()
	if r.StatusCode != 200 || !bytes.Contains(body, []byte("AIT-2026-")) {
		b.fail(address, r.Status, "or no case on it")
	}
}

// cursorAt is where a page of the queue begins that has n cases before it.
func cursorAt(b *bench, h *house, n int) string {
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(h.database, "sqlite:")+"?_query_only=1")
	b.check(err)
	defer db.Close()
	var c store.Cursor
	b.check(db.QueryRow("SELECT updated, id FROM ticket WHERE closed = 0 ORDER BY updated DESC, id DESC LIMIT 1 OFFSET $1", n).Scan(&c.At, &c.ID))
	return c.String()
}

// bareSelects times the queries behind the pages without a desk around them:
// medians, in milliseconds.
func bareSelects(b *bench, h *house, codes []string, rnd *rand.Rand) (queue, one float64) {
	db, err := sql.Open("sqlite3", "file:"+strings.TrimPrefix(h.database, "sqlite:")+"?_query_only=1")
	b.check(err)
	defer db.Close()
	timed := func(query string, args func() []any) float64 {
		stmt, err := db.Prepare(query)
		b.check(err)
		defer stmt.Close()
		var all []float64
		for range looks {
			began := time.Now()
			rows, err := stmt.Query(args()...)
			b.check(err)
			var code, subject, snippet string
			for rows.Next() {
				b.check(rows.Scan(&code, &subject, &snippet))
			}
			b.check(rows.Err())
			rows.Close()
			all = append(all, milliseconds(time.Since(began)))
		}
		return median(all)
	}
	queue = timed("SELECT code, subject, snippet FROM ticket WHERE closed = 0 ORDER BY updated DESC, id DESC LIMIT 50", func() []any { return nil })
	one = timed("SELECT code, subject, snippet FROM ticket WHERE code = $1", func() []any { return []any{pick(rnd, codes)} })
	return queue, one
}
