package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The citizen's page: who holds the link of a message sees, without an account,
// in which of the manual's three stages (cl. 8) the case is and what was said to
// them. It is read-only; what they want to add goes by their own channel. No
// unit, no internal word, nothing that the office wrote for itself stands on it.
// It needs no script and fits an old telephone.

type citizenData struct {
	Title, Office string
	Code, Subject string
	Opened        time.Time
	Reserved      bool // restricted: nothing but that it is being attended
	Stages        []stageView
	Waiting       bool
	Estimate      string
	Said          []saidView
	Medium        string
	Closed        bool
	ClosedAt      time.Time
	Ask, Thanks   bool
	Wrong         string
	Action        string
	Scores        []int
}

type stageView struct{ Key, State string } // State: done, now, later

type saidView struct {
	Text string
	At   time.Time
}

// citizenRate is how many pages one address may open in a minute: a family or an
// office behind one address, and no harvest.
const citizenRate = 60

func (c *Console) citizenPage(w http.ResponseWriter, r *http.Request, _ *Session) error {
	t, err := c.passed(w, r)
	if t == nil {
		return err
	}
	return c.showCitizen(w, r, http.StatusOK, t, "")
}

// passed finds the case of the link; nil with its answer given if there is none.
func (c *Console) passed(w http.ResponseWriter, r *http.Request) (*tickets.Ticket, error) {
	peer, now := c.peer(r), time.Now()
	if !c.citizens.take(peer, now, citizenRate) || c.passes.wait(peer, now) > 0 {
		w.Header().Set("Retry-After", "60")
		return nil, c.citizenSays(w, r, http.StatusTooManyRequests, "citizen.slow")
	}
	key, err := c.st.SigningKey(r.Context())
	if err != nil {
		return nil, err
	}
	id, err := tickets.OpenPass(key, r.PathValue("pass"), c.now())
	if errors.Is(err, tickets.ErrPassOver) {
		return nil, c.citizenSays(w, r, http.StatusGone, "citizen.over")
	}
	if err == nil {
		var t *tickets.Ticket
		if t, err = c.st.Ticket(r.Context(), id); err == nil {
			return t, nil
		}
	}
	if errors.Is(err, tickets.ErrNoPass) || errors.Is(err, store.ErrNotFound) {
		c.passes.failed(peer, now)
		return nil, c.citizenSays(w, r, http.StatusNotFound, "citizen.none")
	}
	return nil, err
}

func (c *Console) citizenSays(w http.ResponseWriter, r *http.Request, status int, key string) error {
	words := c.words[languages[0]]
	return c.show(w, r, status, words.lang, "citizen", "", citizenData{Title: words.T("citizen.title"), Wrong: words.T(key)})
}

var stages = []tickets.Stage{tickets.StageAnalysis, tickets.StageCoordination, tickets.StageNotice}

func (c *Console) showCitizen(w http.ResponseWriter, r *http.Request, status int, t *tickets.Ticket, wrong string) error {
	words := c.words[languages[0]]
	if other := c.words[t.Language]; other != nil {
		words = other
	}
	d := citizenData{Title: words.T("citizen.title"), Code: t.Code, Opened: t.Opened, Action: r.URL.Path, Wrong: wrong, Medium: t.Contact.Medium, Scores: []int{1, 2, 3, 4, 5}}
	if t.Has(tickets.FlagRestricted) {
		d.Reserved = true
		return c.show(w, r, status, words.lang, "citizen", "", d)
	}
	d.Subject, d.Waiting, d.Closed, d.ClosedAt = t.Subject, t.Waiting != nil, t.Step == tickets.Closed, t.ClosedAt
	stage := tickets.StageOf(t.Step)
	at := slices.Index(stages, stage)
	for i, s := range stages {
		state := "later"
		if i < at || d.Closed {
			state = "done"
		} else if i == at {
			state = "now"
		}
		d.Stages = append(d.Stages, stageView{string(s), state})
	}
	if n := len(t.Estimates); n > 0 && stage == tickets.StageCoordination {
		d.Estimate = words.work(t.Estimates[n-1].Time)
	}
	thread, err := c.st.Thread(r.Context(), t.ID)
	if err != nil {
		return err
	}
	for _, m := range thread {
		// only what a person of the office wrote to this person, and to nobody else
		if m.Direction == store.Out && m.Author != "system" && m.Address == t.Contact.Value && m.State != "failed" && m.State != "cancelled" {
			d.Said = append(d.Said, saidView{m.Said, m.At})
		}
	}
	if d.Closed {
		_, err := c.st.Opinion(r.Context(), t.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		d.Ask, d.Thanks = err != nil, err == nil
	}
	return c.show(w, r, status, words.lang, "citizen", "", d)
}

// opinion takes the answer to the question after closing, once.
func (c *Console) opinion(w http.ResponseWriter, r *http.Request, _ *Session) error {
	t, err := c.passed(w, r)
	if t == nil {
		return err
	}
	score, err := strconv.Atoi(r.PostFormValue("score"))
	if err != nil || score < 1 || score > 5 || t.Step != tickets.Closed || t.Has(tickets.FlagRestricted) {
		return c.showCitizen(w, r, http.StatusUnprocessableEntity, t, c.words[languages[0]].T("citizen.score"))
	}
	o := store.Opinion{Ticket: t.ID, Score: score, Comment: strings.TrimSpace(r.PostFormValue("comment"))}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error { return tx.AddOpinion(o) })
	if err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	http.Redirect(w, r, r.URL.Path, http.StatusSeeOther)
	return nil
}

// rate counts what each key does in a minute. It lives in memory and is bounded.
type rate struct {
	mu     sync.Mutex
	minute int64
	counts map[string]int
}

// take counts one for key and tells whether it stays within the limit.
func (r *rate) take(key string, now time.Time, limit int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := now.Unix() / 60; m != r.minute || r.counts == nil || len(r.counts) > limiterKeys {
		r.minute, r.counts = m, map[string]int{}
	}
	r.counts[key]++
	return r.counts[key] <= limit
}
