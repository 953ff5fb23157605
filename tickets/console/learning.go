package console

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The learning report: how often operators agree with what is suggested to
// them, where they do not, and which model makes the suggestions.

type learningData struct {
	Frame
	Lessons, Agreed int
	Plot            *accuracy
	Confusion       []confusionRow
	Classes         []tickets.Class
	Wrong           []store.Lesson
	Models          []modelRow
	InUse           int64
	MayChoose       bool
	MayRead         bool // what citizens wrote
}

type confusionRow struct {
	Class tickets.Class
	Cells []confusionCell
	Total int
	Share int // per cent recognised
}

type confusionCell struct {
	N     int
	Right bool
}

// modelRow is one line of the history of models: the program's own is ID 0.
type modelRow struct {
	store.Model
	Uses   []modelUse
	InUse  bool
	Before int // right of the lessons held back, with the model then in use
	After  int
}

type modelUse struct {
	At     time.Time
	Reason string
	Name   string
}

var ticketClasses = []tickets.Class{tickets.Availability, tickets.FunctionalDesign, tickets.Support}

// accuracyWeeks is how far back the report looks.
const accuracyWeeks = 26

func (c *Console) learningPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, ctx := c.say(s), r.Context()
	data := learningData{Frame: c.frame(r, s, words.T("learning.title"), "/aprendizaje"), Classes: ticketClasses, MayChoose: route{who: choosers}.allows(s.Actor)}
	sums, err := c.st.Tallies(ctx, c.now().AddDate(0, 0, -7*accuracyWeeks))
	if err != nil {
		return err
	}
	data.Confusion = confusion(sums)
	for _, row := range data.Confusion {
		data.Lessons += row.Total
		for _, cell := range row.Cells {
			if cell.Right {
				data.Agreed += cell.N
			}
		}
	}
	data.Plot = accuracyOf(sums, c.shortDay)
	if data.MayRead = (route{who: readers}).allows(s.Actor); data.MayRead { // the citizens' words
		if data.Wrong, err = c.st.Corrections(ctx, 20); err != nil {
			return err
		}
	}
	for i := range data.Wrong {
		data.Wrong[i].Said = beginning(data.Wrong[i].Said, 160)
	}
	if data.Models, data.InUse, err = c.models(r); err != nil {
		return err
	}
	return c.show(w, r, http.StatusOK, s.Language, "learning", "content", data)
}

// shortDay is a day of the office, "02/03".
func (c *Console) shortDay(t time.Time) string { return c.clock.in(t).Format("02/01") }

// beginning is a text's first n runes or fewer, on one line.
func beginning(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// confusion counts what was decided (rows) by what had been suggested (cells).
func confusion(sums []store.Tally) []confusionRow {
	rows := make([]confusionRow, len(ticketClasses))
	for i, class := range ticketClasses {
		row := confusionRow{Class: class}
		for _, suggested := range ticketClasses {
			cell := confusionCell{Right: suggested == class}
			for _, t := range sums {
				if t.Class == class && t.Suggested == suggested {
					cell.N += t.N
				}
			}
			row.Total += cell.N
			row.Cells = append(row.Cells, cell)
			if cell.Right {
				row.Share = cell.N
			}
		}
		row.Share = percent(row.Share, row.Total)
		rows[i] = row
	}
	return rows
}

func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return (200*part + whole) / (2 * whole)
}

// models lists the models with the times at which they were put to use.
func (c *Console) models(r *http.Request) (rows []modelRow, inUse int64, err error) {
	models, err := c.st.Models(r.Context(), 20)
	if err != nil {
		return nil, 0, err
	}
	uses, err := c.st.ModelUses(r.Context(), 60)
	if err != nil {
		return nil, 0, err
	}
	if len(uses) > 0 {
		inUse = uses[0].Model
	}
	for _, m := range append(models, store.Model{Verdict: "accepted"}) {
		row := modelRow{Model: m, InUse: m.ID == inUse}
		for k := range m.Figures.Of {
			row.Before += m.Figures.RightBefore[k]
			row.After += m.Figures.RightAfter[k]
		}
		for _, u := range uses {
			if u.Model == m.ID {
				row.Uses = append(row.Uses, modelUse{u.At, u.Reason, c.nameOf(r.Context(), u.By)})
			}
		}
		rows = append(rows, row)
	}
	return rows, inUse, nil
}

// learningChoose puts another model to use, on every node.
func (c *Console) learningChoose(w http.ResponseWriter, r *http.Request, s *Session) error {
	id, err := strconv.ParseInt(r.PostFormValue("modelo"), 10, 64)
	if err != nil {
		return &badRequest{"error.form"}
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.UseModel(id, s.Actor.ID, "chosen"); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "model.choose", Target: fmt.Sprint(id), Peer: c.peer(r)})
	})
	if errors.Is(err, store.ErrNoModel) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/aprendizaje?hecho=model")
	return nil
}
