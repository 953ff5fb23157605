package router

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/router/dialogue"
	"ventanilla/tickets/store"
)

const (
	gatherBatch = 20
	gatherLease = 30 * time.Second
	gatherPoll  = 250 * time.Millisecond
	gatherTries = 10 // claims of one burst without an end; then a person looks at it
	// A greeting of somebody with an open case waits this long for what follows
	// and then goes to that case; of somebody without, a day.
	restKnown   = 10 * time.Minute
	restUnknown = 24 * time.Hour
)

// gather decides bursts whose time has come, until ctx ends. Any node may: the
// burst is claimed, and what is made of it is one transaction with its end.
func (r *Router) gather(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := r.gatherDue(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Error().Err(err).Msg("bursts could not be decided")
			pause(ctx, time.Second, nil)
		}
		if n == 0 {
			pause(ctx, gatherPoll, r.settled)
		}
	}
}

// gatherDue decides what is due now and says how many bursts that were.
func (r *Router) gatherDue(ctx context.Context) (int, error) {
	due, err := r.store.ClaimAssemblies(ctx, gatherBatch, gatherLease)
	if err != nil {
		return 0, fmt.Errorf("claiming bursts: %w", err)
	}
	for _, a := range due {
		err := r.gatherOne(context.WithoutCancel(ctx), a)
		if err != nil && !errors.Is(err, store.ErrStale) { // more was said meanwhile: it comes again
			r.log.Warn().Err(err).Str("channel", a.Channel).Int("parts", len(a.Parts)).Int("tries", a.Tries).Msg("burst could not be decided")
		}
	}
	return len(due), nil
}

func (r *Router) gatherOne(ctx context.Context, a store.Assembly) error {
	if a.Tries > gatherTries {
		return r.store.Write(ctx, func(tx *store.Tx) error {
			return r.scatter(tx, a, store.Fate{Verdict: store.FateQuarantined, Cause: CauseUnjoined})
		})
	}
	parts := make([]reading, len(a.Parts))
	for i, id := range a.Parts {
		raw, err := r.store.RawOf(ctx, id)
		if err != nil {
			return fmt.Errorf("reading a part of a burst: %w", err)
		}
		if parts[i] = r.read(store.Pending{ID: id, Channel: a.Channel, Raw: raw}); parts[i].err != nil {
			return parts[i].err
		}
		if hidden := raw.Envelope["hidden"]; hidden == a.Address && hidden != "" {
			parts[i].standApart(raw.Envelope["number"], hidden) // as when it was put here
		}
		if i > 0 {
			parts[i].redactAfter(parts[i-1].report.Said)
		}
	}
	return r.store.Write(ctx, func(tx *store.Tx) error { return r.assemble(tx, a, parts) })
}

// scatter ends a burst with one fate for all its parts.
func (r *Router) scatter(tx *store.Tx, a store.Assembly, f store.Fate) error {
	if err := tx.Scatter(a); err != nil {
		return err
	}
	for _, id := range a.Parts {
		if err := tx.Gathered(id, f); err != nil {
			return err
		}
	}
	return nil
}

// burst is what waited, ready for the rules: corrections and deletions are
// applied, and what refers to a message of the same burst follows it.
type burst struct {
	parts   []reading
	heard   []dialogue.Message
	first   []int         // heard[i] is of parts[first[i]]
	follows map[int][]int // index in heard → parts that go with it
}

func newBurst(parts []reading) *burst {
	b := &burst{parts: parts, follows: map[int][]int{}}
	at := map[string]int{}         // external id → index in heard
	changed := map[int]time.Time{} // index in heard → when it came to say what it says
	for i := range parts {
		rep := &parts[i].report
		k := slices.IndexFunc(rep.Answers, func(id string) bool { _, ok := at[id]; return ok })
		if k < 0 {
			b.heard, b.first = append(b.heard, heard(&parts[i])), append(b.first, i)
			at[rep.ExternalID] = len(b.heard) - 1
			continue
		}
		n := at[rep.Answers[k]]
		at[rep.ExternalID] = n
		b.follows[n] = append(b.follows[n], i)
		if c := rep.Change; c != nil && !b.heard[n].Gone && (c.Deleted || !changedAt(rep).Before(changed[n])) {
			b.heard[n].Text, b.heard[n].Gone, changed[n] = c.Text, c.Deleted, changedAt(rep)
		}
	}
	return b
}

// of gives the parts of a group in the order in which they came.
func (b *burst) of(g dialogue.Group) (list []*reading) {
	var order []int
	for _, n := range g.Messages {
		order = append(append(order, b.first[n]), b.follows[n]...)
	}
	slices.Sort(order)
	for _, i := range order {
		list = append(list, &b.parts[i])
	}
	return list
}

// text is what a group says, and its subject the first words that tell something.
func (b *burst) text(g dialogue.Group) (subject, text string) {
	var all []string
	for _, n := range g.Messages {
		m := b.heard[n]
		if m.Gone || strings.TrimSpace(m.Text) == "" {
			continue
		}
		all = append(all, m.Text)
		if subject == "" && dialogue.Telling(m) {
			subject = m.Text
		}
	}
	if subject == "" {
		subject = b.parts[b.first[g.Messages[len(g.Messages)-1]]].report.Said
	}
	return subject, strings.Join(all, "\n")
}

// assemble makes of a burst what it is: messages in known cases, new cases, or
// a greeting that waits for its matter.
func (r *Router) assemble(tx *store.Tx, a store.Assembly, parts []reading) error {
	from := &parts[len(parts)-1].report
	known, err := r.casesOf(tx, &parts[len(parts)-1])
	if err != nil {
		return err
	}
	b := newBurst(parts)
	out := dialogue.Sort(known.cases, b.heard)
	if len(out.Groups) == 0 {
		newest := known.newest()
		if newest < 0 || !a.Resting {
			return r.rest(tx, a, from, newest >= 0)
		}
		out.Groups = []dialogue.Group{{Case: newest, Messages: out.Held, Sure: true, Why: dialogue.Courtesy}}
	}
	if err := tx.Scatter(a); err != nil {
		return err
	}
	for _, g := range out.Groups {
		if err := r.settleGroup(tx, known, b, g); err != nil {
			return err
		}
	}
	return nil
}

// rest answers a greeting alone, once, and leaves it until its matter comes.
// One that stayed alone for a day is only counted.
func (r *Router) rest(tx *store.Tx, a store.Assembly, rep *channels.Report, known bool) error {
	if a.Resting {
		return r.scatter(tx, a, store.Fate{Verdict: store.FateIgnored, Cause: CauseGreeting})
	}
	if known {
		return tx.Rest(a, tx.Now().Add(restKnown))
	}
	if !a.Greeted {
		if err := r.hello(tx, a, rep); err != nil {
			return err
		}
		a.Greeted = true
	}
	return tx.Rest(a, tx.Now().Add(restUnknown))
}

// settleGroup gives every part of a group its place.
func (r *Router) settleGroup(tx *store.Tx, known *knownTo, b *burst, g dialogue.Group) error {
	parts := b.of(g)
	if g.Case == dialogue.New {
		fates, err := r.openBurst(tx, known, b, g, parts)
		if err != nil {
			return err
		}
		for i, f := range fates {
			f.Secrets = parts[i].hidden
			if err := tx.Gathered(parts[i].ID, f); err != nil {
				return err
			}
		}
		return nil
	}
	row := known.rows[g.Case]
	for i, p := range parts {
		f, err := r.goOn(tx, row.ID, p, nil)
		if err != nil {
			return err
		}
		f.Secrets = p.hidden
		if err := tx.Gathered(p.ID, f); err != nil {
			return err
		}
		if i == 0 {
			if err := r.suggestJoined(tx, row, g, f.Message); err != nil {
				return err
			}
		}
	}
	return nil
}

// openBurst opens a case of a group, or holds it where its sender opens too many.
func (r *Router) openBurst(tx *store.Tx, known *knownTo, b *burst, g dialogue.Group, parts []*reading) ([]store.Fate, error) {
	ok, err := r.mayOpen(tx, &parts[0].report)
	if err != nil {
		return nil, err
	}
	if !ok {
		held := store.Fate{Verdict: store.FateHeld, Cause: CauseFlood}
		return slices.Repeat([]store.Fate{held}, len(parts)), nil
	}
	subject, text := b.text(g)
	rep := &parts[0].report
	guess := r.guess(classify.Input{Medium: string(rep.Medium), Subject: rep.Subject, Text: text})
	fates, err := r.open(tx, opening{parts: parts, guess: guess, subject: firstWords(rep.Subject, subject)})
	if err != nil {
		return nil, err
	}
	return fates, r.suggestOpened(tx, known, g, fates[0], text)
}
