package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// Looking for what is most like a case, among a million, in the time of a few
// index look-ups: the rarest of its words choose the candidates, a bounded
// number, the newest first, within its system; all of its words rank them,
// here, so that both engines give the same list.

const (
	likeTerms      = 64     // words of the question that count
	likeCandidates = 250    // precedents that are ranked
	likeSets       = 5      // conditions of which one must hold
	likeHits       = 300    // matches that they are expected to have together
	likeReach      = 50_000 // entries of the words' lists that are walked
	// LikeEnough is the likeness from which a precedent is taken for one of the
	// same matter.
	LikeEnough = 0.3
	likeShown  = 0.12 // below it nobody sees the likeness
)

// Like is the question: what is like this?
type Like struct {
	Subject, Text string
	System        string // the same system first; empty: any
	Class         tickets.Class
	Not           string // a case that is not wanted: the one that asks
	Limit         int    // 0 means 5
}

// Precedent is a closed case that is like the one asked for.
type Precedent struct {
	Row       Row
	Procedure string  // under which it was solved: PR01, PR02, PR03
	Likeness  float64 // 0..1: how much of the question it has, rare words counting more
}

// term is a word of the question.
type term struct {
	stem   string
	n      int64 // precedents that have it
	weight float64
}

// Precedents gives the closed cases most like the question, the best first;
// those of its system before those of others.
func (s *Store) Precedents(ctx context.Context, q Like) ([]Precedent, error) {
	n := limit(q.Limit, 5)
	terms, unknown, counts, err := s.terms(ctx, q)
	if err != nil || len(terms) == 0 {
		return nil, err
	}
	var found []candidate
	w := weigh(terms)
	w.all *= 1 + float64(unknown)/float64(len(terms)) // what no precedent has is not there either
	for _, system := range systemsOf(q) {
		list, err := s.candidates(ctx, terms, counts, system)
		if err != nil {
			return nil, fmt.Errorf("looking for precedents: %w", err)
		}
		for _, c := range list {
			if c.ticket != q.Not && !slices.ContainsFunc(found, func(f candidate) bool { return f.id == c.id }) {
				w.rank(&c, q)
				found = append(found, c)
			}
		}
		if found = best(found, n, q.System); len(found) == n && found[0].likeness >= LikeEnough {
			break
		}
	}
	return s.precedentRows(ctx, found)
}

// systemsOf are the systems to look in, "" being all of them.
func systemsOf(q Like) []string {
	if q.System == "" {
		return []string{""}
	}
	return []string{q.System, ""}
}

// terms are the question's words that precedents have, the rarest first, how
// many it has besides, and how many precedents there are, in all and by system.
func (s *Store) terms(ctx context.Context, q Like) (terms []term, unknown int, counts map[string]int64, err error) {
	subject := strings.Fields(stemSet(q.Subject, 20))
	stems := telling(stemSet(q.Subject+"\n"+q.Text, likeTerms))
	ask := newQuery("SELECT stem, n FROM stem")
	in(ask, "stem", append(stems, tagAll, tagSystem(q.System)))
	counts = map[string]int64{}
	_, err = all(ctx, s, func(scan scanner) (_ struct{}, err error) {
		var stem string
		var n int64
		err = scan(&stem, &n)
		counts[stem] = n
		return struct{}{}, err
	}, ask.text(), ask.args...)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("counting words: %w", err)
	}
	for _, stem := range stems {
		if n := counts[stem]; n > 0 {
			w := math.Log(1 + float64(counts[tagAll])/float64(n))
			if slices.Contains(subject, stem) {
				w *= 1.5
			}
			terms = append(terms, term{stem, n, w})
		}
	}
	slices.SortStableFunc(terms, func(a, b term) int { return cmp.Or(cmp.Compare(a.n, b.n), strings.Compare(a.stem, b.stem)) })
	return terms, len(stems) - len(terms), counts, nil
}

// filler are the stems of what people say in any report, whatever it is about.
// Where there are few precedents even these are rare, and two reports would be
// alike for their courtesy.
var filler = func() map[string]bool {
	m := map[string]bool{}
	for stem := range strings.FieldsSeq(words.Index(`hola ola buenas buenos día días tarde tardes noche noches saludos gracias favor porfa
		señor señores señora señorita joven estimado estimados disculpe atención ayuda ayúdeme urgente atentamente consulta pregunta
		quiero quisiera quiere necesito necesitamos pido pide solicito puedo puede pueden pudo poder debo debe tengo tiene dice dijo dicen
		hacer hago hace hice hacen estoy está están sale salió pasa pasó veces vez dos tres hoy ayer ahora anoche mañana rato horas desde
		después todo todos nada algo alguien solo mismo misma así pues persona personas varias también ir voy ver veo`)) {
		m[stem] = true
	}
	return m
}()

// telling are those of a text's stems that say what it is about.
func telling(stems string) []string {
	return slices.DeleteFunc(strings.Fields(stems), func(stem string) bool { return filler[stem] })
}

// conditions are sets of words of which one must be there whole: each begins
// with the rarest word not yet used and takes further ones until few matches
// are expected. window is the newest part of all precedents in which they can
// be looked for without walking more than likeReach entries of the words' lists.
func conditions(terms []term, total, part float64) (sets [][]string, window float64) {
	var expected, walked float64
	window = 1
	for i := 0; i < len(terms) && len(sets) < likeSets && expected < likeHits; i++ {
		n := float64(terms[i].n)
		set, hits, length := []string{terms[i].stem}, n*part, n
		for j := i + 1; j < len(terms) && len(set) < 4 && hits > likeHits; j++ {
			set = append(set, terms[j].stem)
			hits *= float64(terms[j].n) / total
			length += float64(terms[j].n)
		}
		if i == 0 {
			window = min(1, likeReach/length)
		} else if walked+length*window > likeReach {
			break
		}
		sets = append(sets, set)
		expected, walked = expected+hits*window, walked+length*window
	}
	return sets, window
}

// candidate is a precedent before it is ranked.
type candidate struct {
	id                                        int64
	ticket, system, class, procedure, subject string
	stems                                     string
	likeness, score                           float64
}

func scanCandidate(scan scanner) (c candidate, err error) {
	return c, scan(&c.id, &c.ticket, &c.system, &c.class, &c.procedure, &c.subject, &c.stems)
}

// candidates asks the search engine for the newest precedents that meet one of
// the conditions. Where even the rarest word is common, only the newer part of
// its list is walked.
func (s *Store) candidates(ctx context.Context, terms []term, counts map[string]int64, system string) ([]candidate, error) {
	total, part := float64(counts[tagAll]), 1.0
	tag := ""
	if system != "" {
		tag = tagSystem(system)
		part = float64(counts[tag]) / total
		if part == 0 {
			return nil, nil
		}
	}
	sets, window := conditions(terms, total, part)
	var from int64
	if window < 1 {
		var last int64
		if err := s.row(ctx, "SELECT coalesce(max(id), 0) FROM precedent").Scan(&last); err != nil {
			return nil, err
		}
		from = max(0, last-int64(total*window)) / epochSize * epochSize
	}
	const columns = "p.id, p.ticket, p.system, p.class, p.procedure, p.subject, p.stems"
	if s.dialect == sqliteDialect {
		return all(ctx, s, scanCandidate, "SELECT "+columns+` FROM (SELECT rowid AS place FROM fts_precedent WHERE fts_precedent MATCH $1 AND rowid <= $2
			ORDER BY rowid LIMIT $3) f JOIN precedent p ON p.id = $4 - f.place`, matchSets(sets, tag), newestFirst-from, likeCandidates, newestFirst)
	}
	q := newQuery("WITH p AS MATERIALIZED (SELECT * FROM precedent WHERE ")
	for i, set := range sets {
		if i > 0 {
			q.add(" OR ")
		}
		if tag != "" {
			set = append(set, tag)
		}
		q.add("(string_to_array(stems, ' ') @> ?", set)
		if from > 0 {
			q.add(" AND string_to_array(stems, ' ') && ?", epochs(from, counts[tagAll]))
		}
		q.add(")")
	}
	q.add(") SELECT "+columns+" FROM p ORDER BY p.id DESC LIMIT ?", likeCandidates)
	return ranked(ctx, s, scanCandidate, q.text(), q.args...)
}

// epochs are the tags of the precedents from an id on. There are no more of
// them than there are ids, and some more for those that were opened again.
func epochs(from, total int64) (tags []string) {
	for e := from / epochSize; e <= from/epochSize+total/epochSize+2 && len(tags) < 256; e++ {
		tags = append(tags, tagEpoch+strconv.FormatInt(e, 10))
	}
	return tags
}

// matchSets writes the conditions for FTS5.
func matchSets(sets [][]string, tag string) string {
	var any []string
	for _, set := range sets {
		any = append(any, `("`+strings.Join(set, `" AND "`)+`")`)
	}
	text := strings.Join(any, " OR ")
	if tag != "" {
		text = `"` + tag + `" AND (` + text + ")"
	}
	return text
}

// rank weighs what a candidate has of the question. The subject's words weigh
// half as much again.
func (w *weights) rank(c *candidate, q Like) {
	got, n := w.of(c.stems)
	if n < 2 && len(w.terms) > 1 || w.all == 0 {
		return // one word in common is chance
	}
	extra, _ := w.of(c.subject)
	c.likeness = got / w.all
	c.score = (got + extra/2) / w.all
	if q.System != "" && c.system == q.System {
		c.score *= 1.25
	}
	if q.Class != "" && c.class == string(q.Class) {
		c.score *= 1.15
	}
}

// weights are the question's words by how much each counts.
type weights struct {
	terms map[string]float64
	all   float64
}

func weigh(terms []term) *weights {
	w := &weights{terms: make(map[string]float64, len(terms))}
	for _, t := range terms {
		w.terms[t.stem] = t.weight
		w.all += t.weight
	}
	return w
}

// of sums the weights of those words that are among different stems.
func (w *weights) of(stems string) (sum float64, n int) {
	for stem := range strings.FieldsSeq(stems) {
		if weight, ok := w.terms[stem]; ok {
			sum, n = sum+weight, n+1
		}
	}
	return sum, n
}

// best gives the n best of a list. One that UIT solved under 9.2 and that is
// evidence of it is among them if there is any, in the place of the last: 9.1/3
// asks whether UIT handled its like, however often support has since (G2).
func best(list []candidate, n int, system string) []candidate {
	list = slices.DeleteFunc(list, func(c candidate) bool { return c.likeness < likeShown })
	slices.SortFunc(list, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.id, a.id)) })
	if len(list) <= n {
		return list
	}
	uit := slices.IndexFunc(list, func(c candidate) bool { return c.procedure == "PR02" && Evident(c.likeness, c.system, system) })
	if uit >= n {
		list[n-1] = list[uit]
	}
	return list[:n]
}

// Evident tells whether an article or closed case is so like a case, and of its
// system where that is known, that it is evidence at 9.1/3.
func Evident(likeness float64, system, asked string) bool {
	return likeness >= LikeEnough && (asked == "" || system == asked)
}

// precedentRows reads what lists show of the cases found, in their order.
func (s *Store) precedentRows(ctx context.Context, found []candidate) ([]Precedent, error) {
	if len(found) == 0 {
		return nil, nil
	}
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.ticket
	}
	q := newQuery("SELECT " + rowColumns + " FROM ticket t")
	in(q, "t.id", ids)
	rows, err := all(ctx, s, scanRow, q.text(), q.args...)
	if err != nil {
		return nil, err
	}
	var list []Precedent
	for _, c := range found {
		if i := slices.IndexFunc(rows, func(r Row) bool { return r.ID == c.ticket }); i >= 0 && !rows[i].Restricted {
			list = append(list, Precedent{rows[i], c.procedure, c.likeness})
		}
	}
	return list, nil
}

// AlikeArticle is an article that is like what was asked for.
type AlikeArticle struct {
	Article
	Likeness float64
}

// AlikeArticles gives the articles most like the question, among those that
// the filter lets through (its Text is not used), the best first.
func (s *Store) AlikeArticles(ctx context.Context, q Like, f ArticleFilter) ([]AlikeArticle, error) {
	terms, err := s.articleTerms(ctx, q)
	if err != nil || len(terms) == 0 {
		return nil, err
	}
	any := words.Term{}
	for _, t := range terms[:min(16, len(terms))] {
		any.Stems = append(any.Stems, t.stem)
	}
	f.Limit = 60
	list, err := s.articles(ctx, f, []words.Term{any})
	if err != nil {
		return nil, fmt.Errorf("looking for articles: %w", err)
	}
	var found []candidate
	w := weigh(terms)
	for i, a := range list {
		if a.ID == q.Not {
			continue
		}
		c := candidate{id: int64(-i), system: a.System, procedure: a.Procedure, class: string(a.Class), subject: stemSet(a.Title, 30), stems: stemSet(a.Title+"\n"+a.Body, 400)}
		w.rank(&c, q)
		found = append(found, c)
	}
	var out []AlikeArticle
	for _, c := range best(found, limit(q.Limit, 5), q.System) {
		out = append(out, AlikeArticle{list[-c.id], c.likeness})
	}
	return out, nil
}

// articleTerms are the question's words, the rarest among the precedents
// first; those that no precedent has are the rarest of all, for an article may
// be about what never was a case.
func (s *Store) articleTerms(ctx context.Context, q Like) ([]term, error) {
	known, _, counts, err := s.terms(ctx, q)
	if err != nil {
		return nil, err
	}
	var terms []term
	for _, stem := range telling(stemSet(q.Subject+"\n"+q.Text, likeTerms)) {
		if i := slices.IndexFunc(known, func(t term) bool { return t.stem == stem }); i >= 0 {
			terms = append(terms, known[i])
		} else {
			terms = append(terms, term{stem, 0, math.Log(2 + float64(counts[tagAll])/2)})
		}
	}
	slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(a.n, b.n) })
	return terms, nil
}
