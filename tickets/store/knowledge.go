package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// Article is an entry of the knowledge base.
type Article struct {
	ID         string        `json:"id"`
	Version    int64         `json:"version"`
	Title      string        `json:"title"`
	Body       string        `json:"body"`
	System     string        `json:"system"`
	Class      tickets.Class `json:"class"`
	Unit       tickets.Unit  `json:"unit"`       // that solved it
	Procedure  string        `json:"procedure"`  // "PR01", "PR02", "PR03"
	Visibility string        `json:"visibility"` // Public, Desk or OwnUnit
	State      string        `json:"state"`      // Draft, Published or Retired
	Ticket     string        `json:"ticket"`     // the case it was made from; empty if none
	By         string        `json:"by"`         // who wrote this version
	Created    time.Time     `json:"created"`
	Updated    time.Time     `json:"updated"`
}

// Who may read an article, and whether it is in use.
const (
	Public  = "public"
	Desk    = "desk"
	OwnUnit = "unit"

	Draft     = "draft"
	Published = "published"
	Retired   = "retired"
)

// SaveArticle stores a new article (Version 0; ID and Version are filled in) or
// a new version of one: Version must be the one that was read, else ErrStale.
func (tx *Tx) SaveArticle(a *Article) error {
	a.Title, a.Body, a.System = short(a.Title, 300), clean(a.Body), clean(a.System)
	a.Version++
	a.Updated = tx.now
	var err error
	if a.Version == 1 {
		if a.ID == "" {
			a.ID = tx.NewID()
		}
		a.Created = tx.now
		_, err = tx.exec("INSERT INTO article ("+articleColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
			a.ID, a.Version, a.Title, a.Body, a.System, a.Class, a.Unit, a.Procedure, a.Visibility, a.State, a.Ticket, a.By, micros(a.Created), micros(a.Updated))
	} else {
		err = tx.one(`UPDATE article SET version = $2 + 1, title = $3, body = $4, system = $5, class = $6, unit = $7, procedure = $8, visibility = $9, state = $10, ticket = $11, actor = $12, updated = $13
			WHERE id = $1 AND version = $2`,
			a.ID, a.Version-1, a.Title, a.Body, a.System, a.Class, a.Unit, a.Procedure, a.Visibility, a.State, a.Ticket, a.By, micros(a.Updated))
	}
	if err != nil {
		a.Version--
		return err
	}
	if _, err := tx.exec("INSERT INTO article_history (article, version, body, actor, at) VALUES ($1, $2, $3, $4, $5)", a.ID, a.Version, encode(a), a.By, micros(tx.now)); err != nil {
		return fmt.Errorf("storing article: %w", err)
	}
	if err := tx.unindex(a.ID); err != nil {
		return err
	}
	tx.index("article", a.ID, words.Index(a.Title), words.Index(a.Body))
	return nil
}

const articleColumns = "id, version, title, body, system, class, unit, procedure, visibility, state, ticket, actor, created, updated"

func scanArticle(scan scanner) (a Article, err error) {
	return a, scan(&a.ID, &a.Version, &a.Title, &a.Body, &a.System, &a.Class, &a.Unit, &a.Procedure, &a.Visibility, &a.State, &a.Ticket, &a.By, when{&a.Created}, when{&a.Updated})
}

// Article gives the newest version of an article.
func (s *Store) Article(ctx context.Context, id string) (Article, error) {
	return single(all(ctx, s, scanArticle, "SELECT "+articleColumns+" FROM article WHERE id = $1", id))
}

// ArticleHistory gives every version of an article, the newest first.
func (s *Store) ArticleHistory(ctx context.Context, id string) ([]Article, error) {
	return all(ctx, s, func(scan scanner) (a Article, err error) {
		var body json.RawMessage
		if err = scan(object{&body}); err == nil {
			err = json.Unmarshal(body, &a)
		}
		return a, err
	}, "SELECT body FROM article_history WHERE article = $1 ORDER BY version DESC", id)
}

// ArticleFilter narrows the knowledge base; zero fields do not.
type ArticleFilter struct {
	Text   string
	System string
	Class  tickets.Class
	State  string
	// Desk shows what only the desk may read, Units what those units keep to
	// themselves. Without either only the public articles are given.
	Desk  bool
	Units []tickets.Unit
	Limit int // 0 means 50
}

// Articles searches or lists the knowledge base: the best match first, or the
// newest when there is no text.
func (s *Store) Articles(ctx context.Context, f ArticleFilter) ([]Article, error) {
	return s.articles(ctx, f, words.Query(f.Text))
}

// articles is Articles for a question that is already in terms.
func (s *Store) articles(ctx context.Context, f ArticleFilter, terms []words.Term) ([]Article, error) {
	columns, order := "a.id, a.version, a.title, a.body, a.system, a.class, a.unit, a.procedure, a.visibility, a.state, a.ticket, a.actor, a.created, a.updated", "a.updated DESC, a.id"
	q := newQuery("SELECT " + columns + " FROM article a")
	if len(terms) > 0 {
		q = newQuery("WITH hit AS (" + s.dialect.hits("article") + "), best AS (SELECT d.ref, min(h.score) AS score FROM hit h JOIN doc d ON d.id = h.id GROUP BY d.ref) SELECT " +
			columns + " FROM best JOIN article a ON a.id = best.ref")
		q.args = append(q.args, s.dialect.match(terms))
		order = "best.score, a.id"
	}
	for _, c := range []struct{ column, value string }{{"system", f.System}, {"class", string(f.Class)}, {"state", f.State}} {
		if c.value != "" {
			q.where("a."+c.column+" = ?", c.value)
		}
	}
	seen, args := "(a.visibility = 'public'", []any{}
	if f.Desk {
		seen += " OR a.visibility = 'desk'"
	}
	for _, unit := range f.Units {
		seen, args = seen+" OR a.visibility = 'unit' AND a.unit = ?", append(args, string(unit))
	}
	q.where(seen+")", args...)
	q.add(" ORDER BY "+order+" LIMIT ?", limit(f.Limit, 50))
	return ranked(ctx, s, scanArticle, q.text(), q.args...)
}
