// Package replay plays recorded dialogues through the real router, by a clock of
// its own and on a throw-away database, and tells which cases came of them.
package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/cmd/ventanilla/jsonl"
	"ventanilla/router"
	"ventanilla/router/classify"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
)

// Case is what the desk made of some messages of a dialogue.
type Case struct {
	Class    string            `json:"class"`
	System   string            `json:"system"`
	Messages []json.RawMessage `json:"messages"` // their numbers, as they were given
}

// Result is what came of one dialogue.
type Result struct {
	ID    jsonl.ID `json:"id"`
	Cases []Case   `json:"cases"`
	Error string   `json:"error,omitempty"` // why the line could not be played
}

// Quiet and Longest are the window of the desk that is played: the program's own.
const (
	Quiet   = 75 * time.Second
	Longest = 5 * time.Minute
)

// Desk is a desk that nobody else uses. Close it.
type Desk struct {
	store  *store.Store
	router *router.Router
	folder string
	played int

	mu  sync.Mutex
	now time.Time
}

// Open makes an empty desk. guess classifies; nil means with the program's model.
func Open(ctx context.Context, guess func(classify.Input) classify.Result) (*Desk, error) {
	folder, err := os.MkdirTemp("", "ventanilla-replay-")
	if err != nil {
		return nil, err
	}
	d := &Desk{folder: folder, now: start}
	d.store, err = store.Open(ctx, store.Options{URL: "sqlite:" + filepath.Join(folder, "replay.db"), Log: zerolog.Nop(), Now: d.clock, Throwaway: true})
	if err == nil {
		d.router, err = router.New(ctx, router.Options{Store: d.store, Channels: []channels.Channel{line{channels.WhatsApp}, line{channels.Email}, line{channels.Phone}},
			Log: zerolog.Nop(), Now: d.clock, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo", Quiet: Quiet, Longest: Longest, Guess: guess})
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Close throws the desk away.
func (d *Desk) Close() error {
	var err error
	if d.store != nil {
		err = d.store.Close()
	}
	if e := os.RemoveAll(d.folder); err == nil {
		err = e
	}
	return err
}

func (d *Desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *Desk) set(t time.Time) {
	d.mu.Lock()
	d.now = t
	d.mu.Unlock()
}

// forward moves the clock; it never goes back within a dialogue.
func (d *Desk) forward(t time.Time) {
	if t.After(d.clock()) {
		d.set(t)
	}
}

// Line plays one line of JSON. What is wrong with it is told in the result; an
// error is the desk's own.
func (d *Desk) Line(ctx context.Context, line jsonl.Line) (Result, error) {
	talk, err := read(line.Text)
	if err != nil {
		return Result{ID: talk.ID, Cases: []Case{}, Error: line.Wrong(err)}, nil
	}
	d.played++
	p := &play{Desk: d, talk: talk, person: d.played, place: make([]string, len(talk.said))}
	if err := p.all(ctx); err != nil {
		return Result{}, fmt.Errorf("playing dialogue %s: %w", talk.ID, err)
	}
	return p.result(ctx)
}

// play is one dialogue on its way.
type play struct {
	*Desk
	talk
	person  int
	place   []string // the case of every message
	waiting []int    // words of the desk that answer a greeting
	raws    int
}

func (p *play) all(ctx context.Context) error {
	p.set(p.said[0].at)
	for i := range p.said {
		m := &p.said[i]
		if err := p.until(ctx, m.at); err != nil {
			return err
		}
		var err error
		if m.desk {
			err = p.answer(ctx, i)
		} else {
			err = p.write(ctx, i)
		}
		if err != nil {
			return err
		}
	}
	// whatever still waits is decided in its time
	for range 8 {
		due, err := p.store.Assemblies(ctx)
		if err != nil {
			return err
		}
		if len(due) == 0 {
			break
		}
		p.forward(due[0].Due)
		if err := p.router.Step(ctx); err != nil {
			return err
		}
	}
	return p.look(ctx)
}

// until lets the desk work until an instant.
func (p *play) until(ctx context.Context, at time.Time) error {
	for range 8 {
		waits, err := p.store.Assemblies(ctx)
		if err != nil {
			return err
		}
		if len(waits) == 0 || waits[0].Due.After(at) {
			break
		}
		p.forward(waits[0].Due)
		if err := p.router.Step(ctx); err != nil {
			return err
		}
	}
	p.forward(at)
	return nil
}

// write lets the person write message i.
func (p *play) write(ctx context.Context, i int) error {
	var batch channels.Batch
	for _, w := range p.wire(i) {
		body, err := json.Marshal(w)
		if err != nil {
			return err
		}
		batch.Raws = append(batch.Raws, channels.Raw{Medium: p.medium, ExternalID: w.ID, Dedupe: w.ID, Body: body, Received: p.clock()})
	}
	p.raws += len(batch.Raws)
	if err := p.store.Accept(ctx, string(p.medium), 0, batch); err != nil {
		return err
	}
	return p.router.Step(ctx)
}

// answer lets the desk speak: it has read what came in by then.
func (p *play) answer(ctx context.Context, i int) error {
	waits, err := p.store.Assemblies(ctx)
	if err != nil {
		return err
	}
	if len(waits) > 0 && !waits[0].Resting {
		p.forward(waits[0].Due)
		if err := p.router.Step(ctx); err != nil {
			return err
		}
		if waits, err = p.store.Assemblies(ctx); err != nil {
			return err
		}
	}
	if err := p.look(ctx); err != nil {
		return err
	}
	id, err := p.answered(ctx, i)
	if err != nil {
		return err
	}
	if len(waits) > 0 || id == "" {
		p.waiting = append(p.waiting, i)
		return nil
	}
	return p.reply(ctx, i, id)
}

var operator = tickets.Actor{ID: "replay", Name: "Mesa", Roles: []tickets.Role{tickets.Operador}}

// reply sends word i of the desk in a case.
func (p *play) reply(ctx context.Context, i int, id string) error {
	p.place[i] = id
	text := p.said[i].text
	if strings.TrimSpace(text) == "" {
		text = "[" + p.said[i].kind + "]"
	}
	return p.store.Update(ctx, id, func(t *tickets.Ticket) error {
		return t.Do(tickets.ActReply, operator, tickets.Record{"text": text}, p.clock())
	})
}

// look learns where the person's messages are, and lets the answers to a
// greeting go where the greeting went.
func (p *play) look(ctx context.Context) error {
	if p.raws == 0 {
		return nil
	}
	list, err := p.store.Ledger(ctx, store.LedgerFilter{Limit: p.raws})
	if err != nil {
		return err
	}
	for _, e := range list {
		if i, ok := p.index(e.ExternalID); ok && e.Ticket != "" {
			p.place[i] = e.Ticket
		}
	}
	var left []int
	for _, i := range p.waiting {
		if id := p.around(i); id != "" {
			if err := p.reply(ctx, i, id); err != nil {
				return err
			}
			continue
		}
		left = append(left, i)
	}
	p.waiting = left
	return nil
}

// around is the case of the message before a word of the desk, else of the one after.
func (p *play) around(i int) string {
	for k := i - 1; k >= 0; k-- {
		if !p.said[k].desk {
			if p.place[k] != "" {
				return p.place[k]
			}
			return ""
		}
	}
	for k := i + 1; k < len(p.said); k++ {
		if p.place[k] != "" {
			return p.place[k]
		}
	}
	return ""
}

// result lists the cases in the order of their first messages.
func (p *play) result(ctx context.Context) (Result, error) {
	r := Result{ID: p.ID, Cases: []Case{}}
	at := map[string]int{}
	for i, id := range p.place {
		if id == "" {
			continue
		}
		if _, ok := at[id]; !ok {
			t, err := p.store.Ticket(ctx, id)
			if err != nil {
				return r, err
			}
			at[id] = len(r.Cases)
			r.Cases = append(r.Cases, Case{Class: string(t.Suggestion.Class), System: t.System})
		}
		c := &r.Cases[at[id]]
		c.Messages = append(c.Messages, p.said[i].n)
	}
	return r, nil
}
