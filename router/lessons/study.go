package lessons

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"strings"
	"time"

	"ventanilla/router/classify"
	"ventanilla/router/classify/data"
	"ventanilla/router/classify/learn"
	"ventanilla/tickets/store"
)

const (
	lease    = "lessons"
	leaseFor = 15 * time.Minute // longer than any training takes

	fewest = 40   // lessons before an office has a model of its own
	news   = 20   // new lessons before another one is tried
	most   = 4000 // the newest lessons that are learned from
	part   = 4    // one in so many is held back
)

// Study trains a model if there is enough to learn from and no other node is
// at it, and puts it to use if it is not worse. It tells whether one was trained.
func (l *Learner) Study(ctx context.Context) (bool, error) {
	due, err := l.due(ctx)
	if err != nil || !due {
		return false, err
	}
	fence, held, err := l.o.Store.Lease(ctx, lease, l.o.Node, leaseFor)
	if err != nil || !held {
		return false, err
	}
	defer func() {
		if err := l.o.Store.Release(context.WithoutCancel(ctx), lease, fence); err != nil {
			l.o.Log.Error().Err(err).Msg("the lease of the lessons ends by itself")
		}
	}()
	if due, err = l.due(ctx); err != nil || !due { // another node was faster
		return false, err
	}
	if err := l.load(ctx); err != nil {
		return false, err
	}
	return true, l.study(ctx, fence)
}

// due says whether there are enough lessons that no model was tried with yet,
// or the program brings along another model than the last one was made beside.
func (l *Learner) due(ctx context.Context) (bool, error) {
	n, err := l.o.Store.Taught(ctx, time.Time{}, fewest)
	if err != nil || n < fewest {
		return false, err
	}
	last, err := l.o.Store.Models(ctx, 1)
	if err != nil || len(last) == 0 {
		return err == nil, err
	}
	m := last[0]
	if m.Base != classify.Fingerprint() {
		return true, nil
	}
	fresh, err := l.o.Store.Taught(ctx, m.Newest, news)
	return fresh >= news, err
}

// study trains and judges.
func (l *Learner) study(ctx context.Context, fence int64) error {
	own, err := l.own()
	if err != nil {
		return err
	}
	taught, held, newest, err := l.lessons(ctx)
	if err != nil {
		return fmt.Errorf("reading the lessons: %w", err)
	}
	began := time.Now()
	now := l.current.Load()
	candidate := learn.Train(append(own, taught...))
	candidate.Temperature, candidate.Threshold = now.model.Temperature, now.model.Threshold
	f := judge(now.model, candidate, held)
	use, err := l.o.Store.ModelInUse(ctx)
	if err != nil {
		return err
	}
	m := store.Model{Base: classify.Fingerprint(), Lessons: len(taught) + len(held), Newest: newest, Figures: f, Verdict: "refused"}
	if better(f, use.Reason == "chosen") {
		m.Verdict = "accepted"
		if m.Data, err = pack(candidate); err != nil {
			return err
		}
	}
	err = l.o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Holds(lease, fence); err != nil {
			return err
		}
		id, err := tx.SaveModel(m)
		if err != nil || m.Verdict != "accepted" {
			return err
		}
		return tx.UseModel(id, "system", "trained")
	})
	if err != nil {
		return fmt.Errorf("keeping the model: %w", err)
	}
	l.o.Log.Info().Int("lessons", m.Lessons).Int("held", f.Held).Ints("right_before", f.RightBefore[:]).Ints("right_after", f.RightAfter[:]).
		Str("verdict", m.Verdict).Dur("took", time.Since(began)).Msg("a model was trained on the office's lessons")
	return l.load(ctx)
}

// better reports whether no class is recognised less often than before. Over a
// model that a person chose the new one has to be right more often.
func better(f store.Figures, chosen bool) bool {
	before, after := 0, 0
	for k := range f.Of {
		if f.RightAfter[k] < f.RightBefore[k] {
			return false
		}
		before += f.RightBefore[k]
		after += f.RightAfter[k]
	}
	return !chosen || after > before
}

// judge lets both models guess the lessons that neither learned from.
func judge(before, after *classify.Model, held []*learn.Example) store.Figures {
	f := store.Figures{Held: len(held)}
	was, is := learn.Sum(learn.Test(before, held)), learn.Sum(learn.Test(after, held))
	for k := range f.Of {
		f.RightBefore[k], f.RightAfter[k] = was.Confusion[k][k], is.Confusion[k][k]
		for _, n := range is.Confusion[k] {
			f.Of[k] += n
		}
	}
	return f
}

// lessons gives the newest lessons in two parts. Which part a case is in hangs
// on its id alone, so that no model ever learns from what another is judged by.
func (l *Learner) lessons(ctx context.Context) (taught, held []*learn.Example, newest time.Time, err error) {
	list, err := l.o.Store.Lessons(ctx, most)
	for _, t := range list {
		newest = t.At
		e := &learn.Example{ID: t.Ticket, Situation: "case " + t.Ticket, Channel: t.Medium, Label: string(t.Class), Subject: t.Subject, Text: t.Said}
		if e.Class() < 0 {
			continue // a class of a later program
		}
		if strings.TrimSpace(t.Subject+t.Said) == "" {
			continue // taken back by who wrote it, or a file without words: there is nothing to learn from
		}
		if heldBack(t.Ticket) {
			held = append(held, e)
		} else {
			taught = append(taught, e)
		}
	}
	return taught, held, newest, err
}

func heldBack(ticket string) bool {
	h := fnv.New32a()
	io.WriteString(h, ticket) // a hash never fails
	return h.Sum32()%part == 0
}

// shipped reads the reports that the program brings along.
func shipped() (all []*learn.Example, err error) {
	err = fs.WalkDir(data.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := data.Files.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		examples, err := learn.ReadExamples(f)
		if err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
		all = append(all, examples...)
		return nil
	})
	return all, err
}

// pack compresses a model's text.
func pack(m *classify.Model) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := m.Write(z); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// biggest model that is unpacked; one is well under a tenth of it.
const biggest = 16 << 20

func (l *Learner) read(ctx context.Context, id int64) (*classify.Model, error) {
	b, err := l.o.Store.ModelData(ctx, id)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return classify.ReadModel(io.LimitReader(z, biggest))
}
