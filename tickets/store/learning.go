package store

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"ventanilla/tickets"
)

// Lesson is what an operator decided on a case at 9.1/3–4, beside what had been
// suggested. A case teaches what was decided on it last.
type Lesson struct {
	Ticket, Code  string
	At            time.Time
	By            string
	Class         tickets.Class // decided
	Suggested     tickets.Class // "" if nothing had been
	Confidence    float64       // of the suggestion, 0 to 1
	Sure          bool
	Medium        string
	Subject, Said string // the citizen's first message
}

// Corrected reports whether the operator decided otherwise than was suggested.
func (l Lesson) Corrected() bool { return l.Suggested != "" && l.Class != l.Suggested }

// learn keeps the decision of 9.1/3 or 9.1/4 as a lesson.
func (tx *Tx) learn(t *tickets.Ticket, e *tickets.Event) error {
	if e.Act != tickets.ActDecideAvailability && e.Act != tickets.ActDecideDesign || t.Class == "" {
		return nil
	}
	_, err := tx.exec(`INSERT INTO lesson (ticket, at, actor, class, suggested, confidence, sure) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (ticket) DO UPDATE SET at = excluded.at, actor = excluded.actor, class = excluded.class, suggested = excluded.suggested,
			confidence = excluded.confidence, sure = excluded.sure`,
		t.ID, micros(e.At), e.By, t.Class, t.Suggestion.Class, int64(math.Round(1000*t.Suggestion.Confidence)), number(t.Suggestion.Sure))
	return err
}

// Restricted cases (G33) and those of a security incident (G31) teach nothing:
// their words are for those who need them. Nor do cases whose texts are destroyed.
const teaches = "t.purged = 0 AND t.restricted = 0 AND t.flags NOT LIKE '%" + string(tickets.FlagSecurity) + "%'"

// Lessons lists the newest n lessons, the oldest of them first, with what the
// citizen wrote first. Restricted cases are left out.
func (s *Store) Lessons(ctx context.Context, n int) ([]Lesson, error) {
	list, err := s.lessons(ctx, " ORDER BY l.at DESC, l.ticket LIMIT $1", n)
	slices.Reverse(list)
	return list, err
}

// Corrections lists the newest lessons in which the suggestion was wrong.
func (s *Store) Corrections(ctx context.Context, n int) ([]Lesson, error) {
	return s.lessons(ctx, " AND l.suggested <> '' AND l.suggested <> l.class ORDER BY l.at DESC, l.ticket LIMIT $1", limit(n, 50))
}

func (s *Store) lessons(ctx context.Context, rest string, args ...any) ([]Lesson, error) {
	return all(ctx, s, func(scan scanner) (l Lesson, err error) {
		var thousandths int64
		var sure int
		err = scan(&l.Ticket, &l.Code, when{&l.At}, &l.By, &l.Class, &l.Suggested, &thousandths, &sure, &l.Medium, &l.Subject, &l.Said)
		l.Confidence, l.Sure = float64(thousandths)/1000, sure == 1
		return l, err
	}, `SELECT l.ticket, t.code, l.at, l.actor, l.class, l.suggested, l.confidence, l.sure, m.medium, m.subject, coalesce(m.now_says, CASE WHEN m.said = '' THEN m.full_text ELSE m.said END)
		FROM lesson l JOIN ticket t ON t.id = l.ticket
		JOIN message m ON m.id = (SELECT f.id FROM message f WHERE f.ticket = l.ticket AND f.direction = 'in' ORDER BY f.seq LIMIT 1)
		WHERE `+teaches+rest, args...)
}

// Taught counts the lessons given after a time, up to as many as are asked about.
func (s *Store) Taught(ctx context.Context, after time.Time, most int) (n int, err error) {
	return n, s.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM lesson l JOIN ticket t ON t.id = l.ticket WHERE l.at > $1 AND "+teaches+" LIMIT $2) AS few", micros(after), most).Scan(&n)
}

// Tally is how often, in a week, a class was decided where another (or the
// same) had been suggested.
type Tally struct {
	Week             time.Time // its first instant, counted from the epoch in sevens of days
	Class, Suggested tickets.Class
	N                int
}

const week = 7 * 24 * time.Hour

// Tallies counts the lessons since a time by week, class and suggestion, the
// restricted ones too: only numbers leave.
func (s *Store) Tallies(ctx context.Context, since time.Time) ([]Tally, error) {
	return all(ctx, s, func(scan scanner) (t Tally, err error) {
		var weeks int64
		err = scan(&weeks, &t.Class, &t.Suggested, &t.N)
		t.Week = time.UnixMicro(weeks * week.Microseconds())
		return t, err
	}, `SELECT at / $1, class, suggested, count(*) FROM lesson WHERE at >= $2 AND suggested <> ''
		GROUP BY at / $1, class, suggested ORDER BY at / $1, class, suggested`, week.Microseconds(), micros(since))
}

// Model is a classifier's model that the office's lessons gave.
type Model struct {
	ID      int64
	At      time.Time
	Base    string // fingerprint of what the program brought along
	Lessons int
	Newest  time.Time // when the newest of them was given
	Verdict string    // "accepted" or "refused"
	Figures Figures
	Data    []byte // the model's text, compressed; nil in lists and when it was refused
}

// Figures are what a model was judged by: lessons that no model learns from.
// Index k of an array is the k-th class.
type Figures struct {
	Held        int    `json:"held"`         // how many lessons were held back
	RightBefore [3]int `json:"right_before"` // by the model then in use
	RightAfter  [3]int `json:"right_after"`  // by this one
	Of          [3]int `json:"of"`
}

// ModelUse says which model was put to use when, by whom and why.
type ModelUse struct {
	ID     int64
	At     time.Time
	Model  int64 // 0: the one that the program brings along
	By     string
	Reason string // "trained" or "chosen"
}

// ErrNoModel is returned for a model that does not exist or was refused.
var ErrNoModel = errors.New("no such model")

// SaveModel keeps a model that was trained and gives its number.
func (tx *Tx) SaveModel(m Model) (id int64, err error) {
	if m.Data == nil {
		m.Data = []byte{}
	}
	err = tx.row(nil, "INSERT INTO model (at, base, lessons, newest, verdict, figures, data) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
		micros(tx.now), m.Base, m.Lessons, micros(m.Newest), m.Verdict, encode(m.Figures), m.Data).Scan(&id)
	return id, err
}

// UseModel puts a model to use on every node; 0 is the program's own.
func (tx *Tx) UseModel(id int64, by, reason string) error {
	if id != 0 {
		var n int
		if err := tx.row(nil, "SELECT count(*) FROM model WHERE id = $1 AND verdict = 'accepted'", id).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ErrNoModel
		}
	}
	_, err := tx.exec("INSERT INTO model_use (at, model, actor, reason) VALUES ($1, $2, $3, $4)", micros(tx.now), id, by, reason)
	return err
}

// ModelInUse is the newest choice of a model; ID 0 if there never was one.
func (s *Store) ModelInUse(ctx context.Context) (ModelUse, error) {
	list, err := s.ModelUses(ctx, 1)
	if err != nil || len(list) == 0 {
		return ModelUse{}, err
	}
	return list[0], nil
}

// ModelUses lists the newest choices of a model, the newest first.
func (s *Store) ModelUses(ctx context.Context, n int) ([]ModelUse, error) {
	return all(ctx, s, func(scan scanner) (u ModelUse, err error) {
		return u, scan(&u.ID, when{&u.At}, &u.Model, &u.By, &u.Reason)
	}, "SELECT id, at, model, actor, reason FROM model_use ORDER BY id DESC LIMIT $1", limit(n, 50))
}

// Models lists the newest models, the newest first, without their data.
func (s *Store) Models(ctx context.Context, n int) ([]Model, error) {
	return all(ctx, s, func(scan scanner) (m Model, err error) {
		return m, scan(&m.ID, when{&m.At}, &m.Base, &m.Lessons, when{&m.Newest}, &m.Verdict, object{&m.Figures})
	}, "SELECT id, at, base, lessons, newest, verdict, figures FROM model ORDER BY id DESC LIMIT $1", limit(n, 50))
}

// ModelData gives the compressed text of an accepted model.
func (s *Store) ModelData(ctx context.Context, id int64) (data []byte, err error) {
	err = s.row(ctx, "SELECT data FROM model WHERE id = $1 AND verdict = 'accepted'", id).Scan(&data)
	if err == ErrNotFound {
		err = ErrNoModel
	}
	return data, err
}
