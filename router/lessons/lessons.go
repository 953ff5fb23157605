// Package lessons lets an office's own decisions teach its classifier. Every
// decision of an operator at 9.1/3–4 is kept beside what had been suggested
// (store.Lesson). In the background, on one node at a time, a model is trained
// of the reports that the program brings along and of the lessons, except a
// quarter of them that no model ever learns from. It is put to use only if it
// is right at least as often on that quarter, for every class, as the model in
// use; and a person can always go back to an earlier one, or to the program's.
//
// The lessons' words are read from the cases each time, as they are shown there:
// without secrets, without restricted cases, and not at all once they are purged.
package lessons

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/router/classify"
	"ventanilla/router/classify/learn"
	"ventanilla/tickets/store"
)

// Options is what the learning needs.
type Options struct {
	Store *store.Store
	Log   zerolog.Logger
	Now   func() time.Time
	Node  string // names this node among those that share the database
}

// Learner classifies with the model in use on this desk and keeps it up to
// date. It is safe from several goroutines.
type Learner struct {
	o       Options
	own     func() ([]*learn.Example, error) // the reports that the program brings along
	current atomic.Pointer[using]

	mu sync.Mutex // one training or loading at a time
}

// using is a classifier and what it was made from.
type using struct {
	*classify.Classifier
	use       int64 // row of model_use
	model     *classify.Model
	id        int64 // of the model, 0 is the program's own
	catalogue string
}

// New loads the model in use. A model that cannot be read any more (it is of
// an older program) is left alone and the program's own serves.
func New(ctx context.Context, o Options) (*Learner, error) {
	l := &Learner{o: o, own: shipped}
	if err := l.load(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Classify reads a report with the model in use.
func (l *Learner) Classify(in classify.Input) classify.Result {
	return l.current.Load().Classify(in)
}

// Model is the number of the model in use on this node, 0 for the program's own.
func (l *Learner) Model() int64 { return l.current.Load().id }

const (
	look  = 3 * time.Second // how often a node looks whether another model was put to use
	study = time.Minute     // how often it looks whether there is enough to learn from
)

// Run follows the model in use and trains when there is enough to learn from,
// until ctx ends.
func (l *Learner) Run(ctx context.Context) {
	follow, learn := time.NewTicker(look), time.NewTicker(study)
	defer follow.Stop()
	defer learn.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-follow.C:
			err = l.load(ctx)
		case <-learn.C:
			_, err = l.Study(ctx)
		}
		if err != nil && ctx.Err() == nil {
			l.o.Log.Error().Err(err).Msg("the classifier's lessons wait")
		}
	}
}

// load puts the model in use to use here, if it is another than before, or if
// the catalogue of systems changed.
func (l *Learner) load(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	use, err := l.o.Store.ModelInUse(ctx)
	if err != nil {
		return fmt.Errorf("reading which model is in use: %w", err)
	}
	systems, catalogue, err := l.systems(ctx)
	if err != nil {
		return fmt.Errorf("reading the catalogue: %w", err)
	}
	was := l.current.Load()
	if was != nil && was.use == use.ID && was.catalogue == catalogue {
		return nil
	}
	now := &using{use: use.ID, id: use.Model, catalogue: catalogue}
	switch {
	case was != nil && was.use == use.ID:
		now.model, now.id = was.model, was.id
	case use.Model == 0:
		now.model, err = classify.Shipped()
	default:
		if now.model, err = l.read(ctx, use.Model); err != nil && ctx.Err() == nil {
			l.o.Log.Warn().Err(err).Int64("model", use.Model).Msg("the office's model cannot be read, the program's own serves")
			now.id = 0
			now.model, err = classify.Shipped()
		}
	}
	if err != nil {
		return err
	}
	if now.Classifier, err = classify.With(now.model, systems); err != nil {
		return err
	}
	l.current.Store(now)
	return nil
}

// systems gives the supported systems as the office's catalogue has them now,
// with the aliases that the program knows, and a text that changes with them.
func (l *Learner) systems(ctx context.Context) ([]classify.System, string, error) {
	rows, err := l.o.Store.Systems(ctx)
	if err != nil {
		return nil, "", err
	}
	known := map[string]classify.System{}
	for _, s := range classify.SeedSystems() {
		known[s.ID] = s
	}
	var out []classify.System
	print := ""
	for _, row := range rows {
		s, seeded := known[row.ID]
		if !seeded && (row.Owner != "" || row.ID == "otro") || !row.ValidTo.IsZero() && !l.o.Now().Before(row.ValidTo) {
			continue
		}
		if s.Name != row.Name {
			s.Aliases = append(s.Aliases, row.Name)
		}
		for alias := range strings.SplitSeq(row.Aliases, ",") {
			if alias = strings.TrimSpace(alias); len(alias) > 1 {
				s.Aliases = append(s.Aliases, alias)
			}
		}
		s.ID, s.Name = row.ID, row.Name
		out = append(out, s)
		print += row.ID + "\t" + row.Name + "\t" + row.Aliases + "\n"
	}
	return out, print, nil
}
