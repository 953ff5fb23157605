package console

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// Precedents: what 9.1/3 asks for. The articles and closed cases most like this
// one, whether UIT handled its like under 9.2 (G2), what of it was used as
// evidence, and the solutions that can be taken over.

type precedentView struct {
	Articles, Cases []reference
	Verdict         string // whether UIT handled its like, in words
	UIT             bool
	Evidence        []string    // ids of what is alike enough, for the decision
	Used            []reference // the decision's evidence
	None            bool        // the decision says that none was found
}

// precedentsOf looks for what is most like a case; said is what the person said first.
func (c *Console) precedentsOf(r *http.Request, s *Session, t *tickets.Ticket, said string) (*precedentView, error) {
	w, ctx := c.say(s), r.Context()
	q := store.Like{Subject: t.Subject, Text: cmp.Or(t.Problem, said), System: cmp.Or(t.System, t.Suggestion.System), Class: cmp.Or(t.Class, t.Suggestion.Class), Not: t.ID, Limit: 4}
	v := &precedentView{}
	take := c.takeHref(t, s)
	f := readable(s.Actor)
	f.State = store.Published
	articles, err := c.st.AlikeArticles(ctx, q, f)
	if err != nil {
		return nil, err
	}
	for _, a := range articles {
		ref := reference{Href: "/conocimiento/" + a.ID, Title: a.Title, Text: short(a.Body, 110), ID: articleSign + a.ID, Take: take(a.ID)}
		v.add(&v.Articles, ref, a.Procedure, a.System, q.System, a.Likeness)
	}
	cases, err := c.st.Precedents(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, p := range cases {
		ref := c.reference(w, p.Row)
		ref.Take = take(p.Row.Code)
		list := &v.Cases
		if onlyCalls(s.Actor) && p.Row.Medium != "phone" {
			list = &[]reference{} // it counts for the verdict and is not theirs to read
		}
		v.add(list, ref, p.Procedure, p.Row.System, q.System, p.Likeness)
	}
	switch {
	case v.UIT:
		v.Verdict = w.T("precedent.uit")
	case len(v.Evidence) > 0:
		v.Verdict = w.T("precedent.nouit")
	default:
		v.Verdict = w.T("precedent.none")
	}
	if t.Decision != nil {
		v.Used, v.None = c.evidence(ctx, s, t.Decision.Evidence)
	}
	return v, nil
}

// add lists something alike; from LikeEnough on, in the same system where that
// is known, it is evidence, and of UIT if it was solved under 9.2 (G2).
func (v *precedentView) add(list *[]reference, ref reference, procedure, system, asked string, likeness float64) {
	ref.Percent = int(likeness*100 + 0.5)
	if store.Evident(likeness, system, asked) {
		ref.UIT = procedure == "PR02"
		v.UIT = v.UIT || ref.UIT
		v.Evidence = append(v.Evidence, ref.ID)
	}
	ref.Procedure = procedure
	*list = append(*list, ref)
}

// articleSign marks an article's id among the evidence, where cases stand by their code.
const articleSign = "artículo:"

// evidence finds the articles and cases that a decision names. What is no id
// is shown as it was written; "ninguno" says that none was found.
func (c *Console) evidence(ctx context.Context, s *Session, ids []string) (used []reference, none bool) {
	for _, id := range ids {
		ref := reference{Title: id}
		if code, ok := tickets.ParseCode(id); ok {
			ref = reference{Title: code}
			if t, err := c.st.TicketByCode(ctx, code); err == nil && mayOpen(s.Actor, t) {
				ref.Href = "/casos/" + code
			}
		} else if key, ok := strings.CutPrefix(id, articleSign); ok {
			if a, err := c.st.Article(ctx, key); err == nil && mayRead(s.Actor, a) {
				ref = reference{Href: "/conocimiento/" + a.ID, Title: a.Title}
			}
		}
		used = append(used, ref)
	}
	return used, len(ids) == 1 && tickets.NoEvidence(ids[0])
}

// evidenceNames are the titles of what was looked at, as people read them.
func (c *Console) evidenceNames(ctx context.Context, s *Session, ids []string) (names []string) {
	used, _ := c.evidence(ctx, s, ids)
	for _, ref := range used {
		names = append(names, ref.Title)
	}
	return names
}

// takeHref gives where the solution of a precedent is taken over: into the
// form of the solution where that is due, else into the answer being written;
// nowhere for those who can do neither.
func (c *Console) takeHref(t *tickets.Ticket, s *Session) func(id string) string {
	place := ""
	for _, m := range t.Acts(s.Actor, c.now()) {
		if m.Act == tickets.ActSolve && len(m.Steps) > 0 {
			place = "?acto=" + string(tickets.ActSolve)
			break
		}
		if m.Act == tickets.ActReply {
			place = "?escribir=respuesta"
		}
	}
	return func(id string) string {
		if place == "" {
			return ""
		}
		return "/casos/" + t.Code + place + "&tomar=" + id
	}
}

// taken is the solution that a person takes over from an article or a closed
// case, without what tells of whom that was.
func (c *Console) taken(r *http.Request, s *Session) string {
	id := r.URL.Query().Get("tomar")
	if id == "" {
		return ""
	}
	if code, ok := tickets.ParseCode(id); ok {
		t, err := c.st.TicketByCode(r.Context(), code)
		if err != nil || !t.SeenBy(s.Actor) || onlyCalls(s.Actor) || t.Solution == nil {
			return ""
		}
		return privacy.Anonymise(t.Solution.Text, namesOf(t)...)
	}
	a, err := c.st.Article(r.Context(), id)
	if err != nil || !mayRead(s.Actor, a) {
		return ""
	}
	for _, lang := range languages {
		if _, solution, ok := strings.Cut(a.Body, c.words[lang].T("kb.solution")); ok {
			return strings.TrimSpace(solution)
		}
	}
	return a.Body
}

func namesOf(t *tickets.Ticket) []string {
	names := []string{t.Contact.Name}
	for _, o := range t.Copies {
		names = append(names, o.Name)
	}
	return names
}

// saidAtMost is how many letters of the pieces of a chat are taken for what was said first.
const saidAtMost = 1500

// said is what a person said first in a case: a mail or a call whole; on
// WhatsApp, where people write in pieces and greet first, every piece until
// somebody answered.
func said(messages []store.Message) string {
	var parts []string
	letters := 0
	for _, m := range messages {
		if m.Direction == store.Out && m.Author != "system" || letters > saidAtMost {
			break
		}
		if m.Direction != store.In {
			continue
		}
		text := strings.TrimSpace(m.Said)
		if m.Medium != channels.WhatsApp {
			return cmp.Or(strings.Join(parts, "\n"), text)
		}
		if text = ownWords(m, text); text != "" {
			parts, letters = append(parts, text), letters+len(text)
		}
	}
	return strings.Join(parts, "\n")
}

// ownWords are a piece of a chat without the line that stands for a file; what
// stands for a place, a contact or a deed is none of a person's words.
func ownWords(m store.Message, text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	switch {
	case !strings.HasPrefix(first, "["), strings.Contains(first, "ocult") && !strings.HasSuffix(first, "]"): // a secret that was hidden is no file
		return text
	case strings.HasSuffix(first, "]") && !strings.HasPrefix(first, "[Ubicación"):
		return strings.TrimSpace(rest)
	}
	return ""
}

// draftOf makes an article of a case: its problem and its solution, of the
// system, class, unit and procedure that they were of, without personal data.
func (c *Console) draftOf(w *words, t *tickets.Ticket) store.Article {
	names := namesOf(t)
	a := store.Article{Visibility: store.Desk, State: store.Published, Procedure: "PR01", Unit: tickets.AIT, Ticket: t.ID,
		Title: privacy.Anonymise(t.Subject, names...), System: cmp.Or(t.System, t.Suggestion.System), Class: t.Class}
	a.Body = w.T("kb.problem") + "\n" + privacy.Anonymise(t.Problem, names...)
	if t.Solution != nil {
		a.Unit = t.Solution.Unit
		a.Body += "\n\n" + w.T("kb.solution") + "\n" + privacy.Anonymise(t.Solution.Text, names...)
	}
	a.Procedure = cmp.Or(map[string]string{"9.2": "PR02", "9.3": "PR03"}[t.Step.Procedure()], a.Procedure)
	return a
}

// doubleEnough is the likeness from which a new article says what another says.
const doubleEnough = 0.45

// doubles are the articles that say what a new one would say.
func (c *Console) doubles(ctx context.Context, s *Session, a store.Article, code string) ([]reference, error) {
	if a.Version > 0 || strings.TrimSpace(a.Title+a.Body) == "" {
		return nil, nil
	}
	list, err := c.st.AlikeArticles(ctx, store.Like{Subject: a.Title, Text: a.Body, System: a.System, Class: a.Class, Not: a.ID, Limit: 3}, readable(s.Actor))
	if err != nil {
		return nil, err
	}
	var out []reference
	for _, o := range list {
		if o.Likeness < doubleEnough || o.State == store.Retired {
			continue
		}
		href := "/conocimiento/" + o.ID + "/editar"
		if code != "" {
			href += "?caso=" + code
		}
		out = append(out, reference{Href: "/conocimiento/" + o.ID, Title: o.Title, Text: short(o.Body, 160), Percent: int(o.Likeness*100 + 0.5), Take: href})
	}
	return out, nil
}
