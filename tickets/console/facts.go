package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// What the machine read out of a report: shown beside the case with the words
// that show it, and taken over with one click where there is an act for it.
// Nothing of it holds before a person said so.

// Fact is one thing read out of what a person said; see package facts.
type Fact struct{ Kind, Value, Reason string }

type factsView struct {
	Signs   []signView
	Facts   []factView
	Hidden  bool // a secret was hidden: tell the person to change it
	Self    string
	Version int64
}

// signView is a sign that a case may need special treatment.
type signView struct {
	Kind, Title, Why string
	Lines            []string // what to look at or do first
	Speakers         string
	Act              tickets.Act // that takes it over; empty: none may be done now
	Fields           []recordLine
	Button           string
}

// factView is a plain fact.
type factView struct {
	Kind, Word, Value, Href string
	Act                     tickets.Act
	Fields                  []recordLine
}

// readMost is how much of what was said in a case is read for facts, in bytes.
const readMost = 6 << 10

// factsOf reads what the person said in a case.
func (c *Console) factsOf(ctx context.Context, s *Session, t *tickets.Ticket, messages []store.Message) (*factsView, error) {
	if c.opt.Facts == nil {
		return nil, nil
	}
	v := &factsView{Self: "/casos/" + t.Code, Version: t.Version}
	var said strings.Builder
	for _, m := range messages {
		if m.Direction != store.In {
			continue
		}
		v.Hidden = v.Hidden || privacy.Hides(m.Subject+m.Said)
		if said.Len() < readMost {
			said.WriteString(short(m.Said, readMost) + "\n")
		}
	}
	acts := t.Acts(s.Actor, c.now())
	may := func(a tickets.Act) tickets.Act {
		if slices.ContainsFunc(acts, func(m tickets.Move) bool { return m.Act == a }) {
			return a
		}
		return ""
	}
	for _, f := range c.opt.Facts(t.Subject, said.String()) {
		switch f.Kind {
		case "security", "sensitive", "formal", "preferential", "language", "intermediary":
			sign, err := c.sign(ctx, s, t, f, may)
			if err != nil {
				return nil, err
			}
			if sign != nil {
				v.Signs = append(v.Signs, *sign)
			}
		default:
			v.Facts = append(v.Facts, c.fact(s, t, f, may))
		}
	}
	if len(v.Signs)+len(v.Facts) == 0 && !v.Hidden {
		return nil, nil
	}
	return v, nil
}

// flagOf is the flag that a sign suggests.
var flagOf = map[string]tickets.Flag{"security": tickets.FlagSecurity, "sensitive": tickets.FlagRestricted, "formal": tickets.FlagFormal, "preferential": tickets.FlagPriority}

// sign is what a sign suggests, nil if the case has it already.
func (c *Console) sign(ctx context.Context, s *Session, t *tickets.Ticket, f Fact, may func(tickets.Act) tickets.Act) (*signView, error) {
	w := c.say(s)
	v := &signView{Kind: f.Kind, Title: w.T("facts.sign." + f.Kind), Why: f.Reason}
	switch {
	case flagOf[f.Kind] != "":
		flag := flagOf[f.Kind]
		if t.Has(flag) {
			return nil, nil
		}
		v.Act, v.Button = may(tickets.ActFlag), w.T("facts.accept."+f.Kind)
		if f.Kind == "security" {
			v.Lines = strings.Split(w.T("facts.security.list"), "|")
			if t.Step != "9.1/2" && t.Step != "9.1/3" {
				v.Act = "" // only while 9.1/3 is not decided (G31)
			}
		}
		v.Fields = []recordLine{{"flag", string(flag)}, {"reason", w.T("facts.reason", "words", cmp.Or(f.Reason, f.Value))}}
		if f.Kind == "formal" && f.Value != "" {
			v.Title += " · " + f.Value
			v.Fields = append(v.Fields, recordLine{"number", f.Value})
		}
	case f.Kind == "language":
		v.Title = w.T("facts.sign.language", "language", w.T("choice.language."+f.Value))
		ids, err := c.st.Speakers(ctx, f.Value)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, id := range ids {
			names = append(names, c.nameOf(ctx, id))
		}
		v.Speakers = w.T("facts.nospeaker")
		if len(names) > 0 {
			v.Speakers = w.T("facts.speakers", "names", strings.Join(names, ", "))
		}
		if t.Language != f.Value {
			v.Act, v.Button, v.Fields = may(tickets.ActSetFacts), w.T("facts.accept.language"), []recordLine{{"language", f.Value}}
		}
	}
	return v, nil
}

func (c *Console) fact(s *Session, t *tickets.Ticket, f Fact, may func(tickets.Act) tickets.Act) factView {
	v := factView{Kind: f.Kind, Word: c.say(s).T("facts.kind." + f.Kind), Value: f.Value}
	switch {
	case f.Kind == "case" && f.Value != t.Code:
		v.Href = "/casos/" + f.Value
	case f.Kind == "entity" && t.Entity == "":
		v.Act, v.Fields = may(tickets.ActSetFacts), []recordLine{{"entity", f.Value}}
	}
	return v
}

// attends are the languages besides Spanish that a person may say they speak.
var attends = []string{"qu", "ay", "gn", "en"}

type spokenView struct {
	choice
	Checked bool
}

// accountSpoken keeps which languages a person can attend in.
func (c *Console) accountSpoken(w http.ResponseWriter, r *http.Request, s *Session) error {
	if err := r.ParseForm(); err != nil {
		return &badRequest{"error.form"}
	}
	list := r.PostForm["habla"]
	for _, l := range list {
		if !slices.Contains(attends, l) {
			return &badRequest{"error.form"}
		}
	}
	if err := c.st.Write(r.Context(), func(tx *store.Tx) error { return tx.SetSpoken(s.Actor.ID, list) }); err != nil {
		return err
	}
	c.redirect(w, r, "/cuenta?hecho=spoken")
	return nil
}

func (c *Console) spokenBy(ctx context.Context, s *Session) ([]spokenView, error) {
	known, err := c.st.Spoken(ctx, s.Actor.ID)
	if err != nil {
		return nil, err
	}
	var list []spokenView
	for _, l := range attends {
		list = append(list, spokenView{choice{l, c.say(s).T("choice.language." + l)}, slices.Contains(known, l)})
	}
	return list, nil
}
