package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The knowledge base: what was solved, how, by which unit under which
// procedure. 9.1/3 asks it, 9.1/6, 9.2/6 and 9.3/4 feed it.

type articlesData struct {
	Frame
	Text, System, Class string
	Systems, Classes    []choice
	Articles            []articleView
	CanWrite            bool
}

type articleView struct {
	store.Article
	SystemName, Author string
	CaseCode           string
}

type articleData struct {
	Frame
	Article  articleView
	Versions []articleView
	CanWrite bool
}

type articleForm struct {
	Frame
	Article                                     store.Article
	Action, Case                                string
	Systems, Classes, Units, Procedures, Sights []choice
	States                                      []choice
	Doubles                                     []reference
}

// readable narrows a search to what a person may read: the desk's articles for
// everybody who works here, a unit's own for that unit.
func readable(a tickets.Actor) store.ArticleFilter {
	f := store.ArticleFilter{Desk: true}
	if u := unitOf(a); u != "" {
		f.Units = []tickets.Unit{u}
	}
	if a.Is(tickets.Auditor) {
		f.Units = []tickets.Unit{tickets.AIT, tickets.UIT, tickets.UPAT, tickets.ACGII, tickets.ADT}
	}
	return f
}

func mayRead(a tickets.Actor, art store.Article) bool {
	return art.Visibility != store.OwnUnit || slices.Contains(readable(a).Units, art.Unit)
}

func (c *Console) articlesPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	q, words := r.URL.Query(), c.say(s)
	data := articlesData{Frame: c.frame(r, s, words.T("kb.title"), "/conocimiento"), Text: q.Get("q"), System: q.Get("sistema"), Class: q.Get("clase"), CanWrite: route{who: deskRole}.allows(s.Actor)}
	var err error
	if data.Systems, err = c.systemChoices(r.Context()); err != nil {
		return err
	}
	data.Classes = classChoices(words)
	f := readable(s.Actor)
	f.Text, f.System, f.Class, f.Limit = data.Text, data.System, tickets.Class(data.Class), 60
	list, err := c.st.Articles(r.Context(), f)
	if err != nil {
		return err
	}
	for _, a := range list {
		data.Articles = append(data.Articles, c.articleView(r.Context(), a))
	}
	return c.show(w, r, http.StatusOK, s.Language, "articles", "content", data)
}

func (c *Console) articleView(ctx context.Context, a store.Article) articleView {
	v := articleView{Article: a, SystemName: c.systemName(ctx, a.System), Author: c.nameOf(ctx, a.By)}
	if a.Ticket != "" {
		if t, err := c.st.Ticket(ctx, a.Ticket); err == nil {
			v.CaseCode = t.Code
		}
	}
	return v
}

func (c *Console) articlePage(w http.ResponseWriter, r *http.Request, s *Session) error {
	a, err := c.article(r, s)
	if err != nil {
		return err
	}
	data := articleData{Frame: c.frame(r, s, a.Title, "/conocimiento"), Article: c.articleView(r.Context(), a), CanWrite: route{who: deskRole}.allows(s.Actor)}
	versions, err := c.st.ArticleHistory(r.Context(), a.ID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		data.Versions = append(data.Versions, c.articleView(r.Context(), v))
	}
	return c.show(w, r, http.StatusOK, s.Language, "article", "content", data)
}

func (c *Console) article(r *http.Request, s *Session) (store.Article, error) {
	a, err := c.st.Article(r.Context(), r.PathValue("id"))
	if err == nil && !mayRead(s.Actor, a) {
		err = store.ErrNotFound
	}
	return a, err
}

// articleNew offers an article made from a case: its problem and its solution.
func (c *Console) articleNew(w http.ResponseWriter, r *http.Request, s *Session) error {
	a := store.Article{Visibility: store.Desk, State: store.Published, Procedure: "PR01", Unit: tickets.AIT}
	code := r.URL.Query().Get("caso")
	if code != "" {
		t, err := c.st.TicketByCode(r.Context(), code)
		if err != nil {
			return err
		}
		if !t.SeenBy(s.Actor) {
			return store.ErrNotFound
		}
		a = c.draftOf(c.say(s), t)
	}
	return c.showArticleForm(w, r, s, http.StatusOK, a, code, nil)
}

func (c *Console) articleEdit(w http.ResponseWriter, r *http.Request, s *Session) error {
	a, err := c.article(r, s)
	if err != nil {
		return err
	}
	return c.showArticleForm(w, r, s, http.StatusOK, a, r.URL.Query().Get("caso"), nil)
}

func (c *Console) showArticleForm(w http.ResponseWriter, r *http.Request, s *Session, status int, a store.Article, code string, f *flash) error {
	words := c.say(s)
	data := articleForm{Article: a, Case: code, Action: "/conocimiento", Classes: classChoices(words),
		Units: []choice{{"AIT", "AIT"}, {"UIT", "UIT"}, {"UPAT", "UPAT"}, {"ACGII", "ACGII"}, {"ADT", "ADT"}}, Procedures: []choice{{"PR01", "PR01 (9.1)"}, {"PR02", "PR02 (9.2)"}, {"PR03", "PR03 (9.3)"}}}
	title := words.T("kb.new")
	if a.Version > 0 {
		data.Action, title = "/conocimiento/"+a.ID, words.T("kb.edit")
	}
	for _, v := range []string{store.Public, store.Desk, store.OwnUnit} {
		data.Sights = append(data.Sights, choice{v, words.T("kb.visibility." + v)})
	}
	for _, v := range []string{store.Draft, store.Published, store.Retired} {
		data.States = append(data.States, choice{v, words.T("kb.state." + v)})
	}
	var err error
	if data.Systems, err = c.systemChoices(r.Context()); err != nil {
		return err
	}
	if data.Doubles, err = c.doubles(r.Context(), s, a, code); err != nil {
		return err
	}
	data.Frame = c.frame(r, s, title, "/conocimiento")
	if f != nil {
		data.Flash = f
	}
	return c.show(w, r, status, s.Language, "articleform", "content", data)
}

func (c *Console) articleSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	p, words := r.PostFormValue, c.say(s)
	a := store.Article{}
	if r.PathValue("id") != "" {
		var err error
		if a, err = c.article(r, s); err != nil {
			return err
		}
		if a.Version, err = formVersion(r); err != nil {
			return err
		}
	}
	a.Title, a.Body, a.System, a.Class = strings.TrimSpace(p("title")), strings.TrimSpace(p("body")), p("system"), tickets.Class(p("class"))
	a.Unit, a.Procedure, a.Visibility, a.State, a.By = tickets.Unit(p("unit")), p("procedure"), p("visibility"), p("state"), s.Actor.ID
	code := p("caso")
	if a.Title == "" || a.Body == "" || !slices.Contains([]string{store.Public, store.Desk, store.OwnUnit}, a.Visibility) || !slices.Contains([]string{store.Draft, store.Published, store.Retired}, a.State) {
		return c.showArticleForm(w, r, s, http.StatusUnprocessableEntity, a, code, &flash{Kind: "bad", Text: words.T("kb.incomplete")})
	}
	if code != "" && a.Version == 0 {
		if t, err := c.st.TicketByCode(r.Context(), code); err == nil && t.SeenBy(s.Actor) {
			a.Ticket = t.ID
		}
	}
	if a.ID == "" {
		a.ID = formID(r) // so that the form sent again leads to the article that it made
	}
	if doubles, err := c.doubles(r.Context(), s, a, code); err != nil {
		return err
	} else if len(doubles) > 0 && p("distinto") != "yes" {
		return c.showArticleForm(w, r, s, http.StatusConflict, a, code, nil)
	}
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if ok, err := first(tx, r); !ok || err != nil {
			return err
		}
		copied := a
		err := tx.SaveArticle(&copied)
		a.ID = copied.ID
		return err
	})
	if errors.Is(err, store.ErrStale) {
		fresh, ferr := c.st.Article(r.Context(), a.ID)
		if ferr != nil {
			return ferr
		}
		a.Version = fresh.Version
		return c.showArticleForm(w, r, s, http.StatusConflict, a, code, &flash{Kind: "bad", Title: words.T("error.stale.title"), Text: words.T("kb.stale", "name", c.nameOf(r.Context(), fresh.By), "at", c.clock.short(words, fresh.Updated))})
	}
	if err != nil {
		return err
	}
	to := "/conocimiento/" + a.ID + "?hecho=article"
	if code != "" {
		decision := "created"
		if r.PathValue("id") != "" {
			decision = "updated"
		}
		to = "/casos/" + url.PathEscape(code) + "?acto=kb&con.decision=" + decision + "&con.article=" + a.ID
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// articleChoices are the articles offered where an act asks for one.
func (c *Console) articleChoices(r *http.Request, s *Session, t *tickets.Ticket, chosen string) []choice {
	var out []choice
	add := func(a store.Article) {
		if !slices.ContainsFunc(out, func(o choice) bool { return o.Value == a.ID }) {
			out = append(out, choice{a.ID, short(a.Title, 80)})
		}
	}
	if chosen != "" {
		if a, err := c.st.Article(r.Context(), chosen); err == nil {
			add(a)
		}
	}
	f := readable(s.Actor)
	alike, err := c.st.AlikeArticles(r.Context(), store.Like{Subject: t.Subject, Text: t.Problem, System: t.System, Class: t.Class, Limit: 25}, f)
	if err != nil {
		return out
	}
	for _, a := range alike {
		add(a.Article)
	}
	f.Limit = 25
	list, err := c.st.Articles(r.Context(), f)
	if err != nil {
		return out
	}
	for _, a := range list {
		add(a)
	}
	return out
}

func classChoices(w *words) []choice {
	var out []choice
	for _, v := range []tickets.Class{tickets.Availability, tickets.FunctionalDesign, tickets.Support} {
		out = append(out, choice{string(v), w.T("class." + string(v))})
	}
	return out
}

// systemChoices are the systems of the catalogue that the agency answers for now.
func (c *Console) systemChoices(ctx context.Context) ([]choice, error) {
	list, err := c.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	var out []choice
	for _, sys := range list {
		if sys.ValidTo.IsZero() || sys.ValidTo.After(c.now()) {
			out = append(out, choice{sys.ID, sys.Name})
		}
	}
	return out, nil
}

// catalogue is the list of systems, remembered for a minute.
func (c *Console) catalogue(ctx context.Context) ([]store.Supported, error) {
	c.names.mu.Lock()
	defer c.names.mu.Unlock()
	if c.names.systems == nil || time.Since(c.names.systemsRead) > time.Minute {
		list, err := c.st.Systems(ctx)
		if err != nil {
			return nil, err
		}
		c.names.systems, c.names.systemsRead = list, time.Now()
	}
	return c.names.systems, nil
}

// systemName is what a system is called; what the catalogue does not have is
// called what it was written as.
func (c *Console) systemName(ctx context.Context, id string) string {
	list, err := c.catalogue(ctx)
	if err == nil {
		for _, sys := range list {
			if sys.ID == id {
				return sys.Name
			}
		}
	}
	return id
}
