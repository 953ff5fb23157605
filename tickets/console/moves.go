package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"ventanilla/tickets"
)

// The moves of a case as buttons, and the form that each of them opens.

type moveView struct {
	Act     tickets.Act
	Label   string
	Href    string // opens the form
	Post    string // does it at once, for acts that record nothing
	Version int64
	Primary bool
	Open    bool
	Next    []tickets.Step
}

// formView is the short form of one act: exactly the fields of its record.
type formView struct {
	Act        tickets.Act
	Action     string
	Version    int64
	Label      string
	Say        string // what the act means, in a sentence
	Button     string
	Draft      string
	Done       string // number of the form that was sent last
	Cancel     string
	Wrong      string
	Doubts     []string // why what was written is shown once more
	Seal       string   // names the text that these are about
	Seen       string   // the newest message and event that were there
	Kept       bool     // holds what was typed before and not sent
	Fields     []fieldView
	Parts      []formPart // the combined form of 9.1/2 to 9.1/4 has one part per activity
	Rules      []string
	Guess      *guess
	Precedents []reference
	Files      bool // the form carries files
	Extra      *linkView
}

type formPart struct {
	Step   tickets.Step
	Title  string
	When   string
	Fields []fieldView
}

type fieldView struct {
	ID, Name, Kind, Label, Help, Value, Wrong, When string
	Required                                        bool
	Choices                                         []choice
	Staff                                           *staffList // to choose from, if Kind is "staff"
	List                                            string     // names the choices, if others choose from the same
}

// actDecide is the combined form of 9.1/2 to 9.1/4; it is no act of its own.
const actDecide tickets.Act = "decidir"

// composerActs are done in the composer under the thread, not by a button.
var composerActs = []tickets.Act{tickets.ActReply, tickets.ActNote, tickets.ActUnsend}

// near are the acts outside the manual that get a button of their own.
var near = []tickets.Act{tickets.ActTake, tickets.ActMisderived, tickets.ActAsk, tickets.ActResume, tickets.ActAttempt, tickets.ActReopen}

// moves fills in what this person may do now.
func (c *Console) moves(r *http.Request, s *Session, v *caseView) {
	t, w := v.T, c.say(s)
	acts := t.Acts(s.Actor, c.now())
	open := tickets.Act(r.URL.Query().Get("acto"))
	if decidable(t, acts) {
		v.Moves = append(v.Moves, moveView{Act: actDecide, Label: w.T("act.decidir." + t.Step.Numeral()), Href: v.Self + "?acto=" + string(actDecide), Primary: true, Open: open == actDecide, Next: []tickets.Step{"9.1/5"}})
	}
	for _, m := range acts {
		if slices.Contains(composerActs, m.Act) || slices.Contains(tickets.OutageActs, m.Act) {
			continue
		}
		mv := moveView{Act: m.Act, Label: c.actLabel(w, m), Href: v.Self + "?acto=" + string(m.Act), Open: m.Act == open, Version: t.Version}
		if len(m.Steps) > 0 {
			mv.Next = append([]tickets.Step{m.To}, m.Or...)
			mv.Primary = m.Primary && len(v.Moves) == 0
		}
		if len(m.Fields) == 0 {
			mv.Post = v.Self + "/" + string(m.Act)
		}
		switch {
		case len(v.Moves) > 0 && v.Moves[0].Act == actDecide && slices.Contains([]tickets.Act{tickets.ActRegister, tickets.ActDecideAvailability, tickets.ActDecideDesign}, m.Act):
			v.Asides = append(v.Asides, mv)
		case len(m.Steps) > 0 || slices.Contains(near, m.Act):
			v.Moves = append(v.Moves, mv)
		default:
			v.Asides = append(v.Asides, mv)
		}
	}
	if len(v.Moves) == 0 && len(v.Asides) == 0 {
		v.NoMoves = c.whyNot(r.Context(), w, t, s.Actor)
	}
}

// decidable tells whether the combined form may be used: the operator stands at
// 9.1/2, 9.1/3 or 9.1/4 and may do that activity.
func decidable(t *tickets.Ticket, acts []tickets.Move) bool {
	at := map[tickets.Step]tickets.Act{"9.1/2": tickets.ActRegister, "9.1/3": tickets.ActDecideAvailability, "9.1/4": tickets.ActDecideDesign}
	return slices.ContainsFunc(acts, func(m tickets.Move) bool { return m.Act == at[t.Step] && len(m.Steps) > 0 })
}

// actLabel is the words on an act's button; an act may be called differently
// where it leads elsewhere: "act.derive.9.3/3.B.2".
func (c *Console) actLabel(w *words, m tickets.Move) string {
	if len(m.Steps) > 0 {
		if s := "act." + string(m.Act) + "." + string(m.Steps[0]); w.Has(s) {
			return w.T(s)
		}
	}
	if m.Act == tickets.ActTake && m.Unit != tickets.AIT {
		return w.T("act.take.unit")
	}
	return w.T("act." + string(m.Act))
}

// whyNot says to someone without a move who is expected to do what.
func (c *Console) whyNot(ctx context.Context, w *words, t *tickets.Ticket, a tickets.Actor) string {
	if t.Step == tickets.Closed {
		return w.T("case.closed.moves")
	}
	who := string(t.Unit)
	if act, ok := t.Activity(); ok {
		who = w.T("role." + string(act.Role))
	}
	if t.Assignee != "" && t.Assignee != a.ID {
		return w.T("case.turn.other", "name", c.nameOf(ctx, t.Assignee), "who", who)
	}
	return w.T("case.turn", "who", who)
}

// form is the form of an act, nil if the person may not do it now. typed, if
// not nil, is what was typed before and takes the place of what is offered.
func (c *Console) form(r *http.Request, s *Session, t *tickets.Ticket, act tickets.Act, typed tickets.Record) (*formView, error) {
	w := c.say(s)
	acts := t.Acts(s.Actor, c.now())
	if act == actDecide {
		if !decidable(t, acts) {
			return nil, nil
		}
		return c.decideForm(r, s, t, typed)
	}
	i := slices.IndexFunc(acts, func(m tickets.Move) bool { return m.Act == act })
	if i < 0 {
		return nil, nil
	}
	m := acts[i]
	self := "/casos/" + t.Code
	f := &formView{Act: act, Action: self + "/" + string(act), Version: t.Version, Label: c.actLabel(w, m), Draft: t.Code + ":" + string(act), Cancel: self, Rules: m.Rules, Seen: s.seen,
		Say: w.Or("say."+string(act), ""), Button: w.Or("do."+string(act), c.actLabel(w, m))}
	for _, field := range m.Fields {
		fv := c.field(r, s, t, act, field, typed)
		f.Fields, f.Files = append(f.Fields, fv), f.Files || fv.Kind == "file"
	}
	if typed == nil {
		f.left(c.unsent(r, s, f.Draft))
	}
	if act == tickets.ActKB {
		f.Extra = &linkView{"/conocimiento/nuevo?caso=" + t.Code, w.T("kb.write")}
	}
	return f, nil
}

// when shows a field only where another one has one of the values: act.field → "other=a|b".
var when = map[string]string{
	"solve.detail": "type=no_procede|planificada", "kb.article": "decision=created|updated|existing", "kb.reason": "decision=not_needed",
	"flag.people": "flag=security|restricted", "flag.number": "flag=formal", "flag.responsible": "flag=formal", "flag.due": "flag=formal",
	"decidir.choose_uit": "prior_uit=yes", "decidir.reason": "choose_uit=yes", "decide_availability.choose_uit": "prior_uit=yes",
}

// field turns a record's field into one of a form.
func (c *Console) field(r *http.Request, s *Session, t *tickets.Ticket, act tickets.Act, f tickets.Field, typed tickets.Record) fieldView {
	w, name := c.say(s), string(act)+"."+f.Name
	v := fieldView{ID: "f-" + f.Name, Name: f.Name, Kind: string(f.Kind), Required: f.Required, Value: f.Value, When: when[name],
		Label: w.Or("field."+name, w.T("field.any."+f.Name)), Help: w.Or("help."+name, "")}
	if typed != nil {
		v.Value = typed[f.Name]
	} else if offered := r.URL.Query().Get("con." + f.Name); offered != "" {
		v.Value = offered
	}
	if text := c.taken(r, s); typed == nil && text != "" && name == "solve.solution" {
		v.Value = text
	}
	if typed == nil && v.Value == "" && name == "split.problem" {
		v.Value = c.firstWords(r, t) // the second problem is in it: the rest is taken out
	}
	for _, value := range f.Choices {
		v.Choices = append(v.Choices, choice{value, c.value(w, f.Name, value)})
	}
	switch {
	case f.Kind == tickets.YesNo:
		v.Choices = []choice{{"yes", w.T("choice.yes")}, {"no", w.T("choice.no")}}
	case f.Name == "system":
		if list, err := c.systemChoices(r.Context()); err == nil && len(list) > 0 {
			v.Kind, v.Choices = "select", list
		}
	case act == tickets.ActIdentify && f.Name == "proof":
		if list, err := c.proofs(r.Context()); err == nil {
			v.Kind, v.Choices = "select", nil
			for _, p := range list {
				v.Choices = append(v.Choices, choice{p, p})
			}
		}
	case act == tickets.ActUnflag && f.Name == "flag":
		v.Choices = slices.DeleteFunc(v.Choices, func(one choice) bool { return !t.Has(tickets.Flag(one.Value)) })
		if !t.Has(tickets.FlagRestricted) {
			break
		}
		v.Help = w.T("unflag.restricted")
		if names := c.namesOf(r.Context(), strings.Join(t.Named, ",")); names != "" {
			v.Help += " " + w.T("unflag.named", "names", names)
		}
	case f.Name == peopleField:
		c.staffField(r, w, t, act, &v)
	case f.Name == userField:
		c.assigneeField(r.Context(), t, &v)
	case f.Kind == tickets.Article:
		v.Kind, v.Choices = "select", c.articleChoices(r, s, t, v.Value)
	case act == tickets.ActNotify && (f.Name == "to" || f.Name == "reason"):
		var others []string
		for _, m := range []string{"email", "whatsapp", "phone"} {
			if m != t.Contact.Medium {
				others = append(others, m)
			}
		}
		v.When = "medium=" + strings.Join(others, "|")
	}
	if f.Name == "copies" && len(t.Copies) == 0 {
		v.Kind, v.Value = "hidden", ""
	}
	if f.Kind == tickets.Hidden {
		v.Kind = "hidden"
	}
	if f.Name == "files" {
		v.Kind, v.ID, v.When = "file", "f-archivo", "medium=email|whatsapp"
	}
	return v
}

// decideForm is the combined form: registers, decides on availability and, if
// it is not that, on functional design. What is suggested is filled in beforehand
// where the machine is sure of it.
func (c *Console) decideForm(r *http.Request, s *Session, t *tickets.Ticket, typed tickets.Record) (*formView, error) {
	w, self := c.say(s), "/casos/"+t.Code
	f := &formView{Act: actDecide, Action: self + "/decidir", Version: t.Version, Label: w.T("act.decidir." + t.Step.Numeral()), Draft: t.Code + ":decidir", Cancel: self,
		Say: w.T("say.decidir"), Button: w.T("do.decidir"), Rules: []string{"G1", "G2"}, Guess: guessOf(t)}
	guessed := cmp.Or(t.Class, t.Suggestion.Class)
	if t.Class == "" && !t.Suggestion.Sure { // left to the operator, with nothing marked to be confirmed unread
		guessed, f.Say = "", w.T("say.decidir.unsure")
	}
	part := func(step tickets.Step, fields ...tickets.Field) {
		p := formPart{Step: step, Title: w.T("decide.part." + step.Numeral())}
		for _, field := range fields {
			p.Fields = append(p.Fields, c.field(r, s, t, actDecide, field, typed))
		}
		f.Parts = append(f.Parts, p)
	}
	yesno := func(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }
	first := c.firstWords(r, t)
	found, err := c.precedentsOf(r, s, t, first)
	if err != nil {
		return nil, err
	}
	f.Precedents = slices.Concat(found.Articles, found.Cases)
	if t.Step == "9.1/2" {
		problem := cmp.Or(t.Problem, first)
		part("9.1/2", tickets.Field{Name: "problem", Kind: tickets.Text, Required: true, Value: problem},
			tickets.Field{Name: "system", Kind: tickets.Line, Value: cmp.Or(t.System, t.Suggestion.System)}, tickets.Field{Name: "entity", Kind: tickets.Line, Value: t.Entity})
	}
	if t.Step == "9.1/2" || t.Step == "9.1/3" {
		part("9.1/3", tickets.Field{Name: "availability", Kind: tickets.YesNo, Required: true, Value: map[bool]string{true: yesno(guessed == tickets.Availability)}[guessed != ""]},
			tickets.Field{Name: "prior_uit", Kind: tickets.YesNo, Required: true, Value: yesno(found.UIT)},
			tickets.Field{Name: "evidence", Kind: tickets.Line, Required: true, Value: cmp.Or(strings.Join(found.Evidence, ", "), w.T("decide.none"))})
	}
	if len(found.Evidence) > 0 && t.Step != "9.1/4" {
		fields := f.Parts[len(f.Parts)-1].Fields
		fields[len(fields)-1].Help = w.T("decide.evidence", "names", strings.Join(c.evidenceNames(r.Context(), s, found.Evidence), ", "))
	}
	part("9.1/4", tickets.Field{Name: "design", Kind: tickets.YesNo, Value: map[bool]string{true: yesno(guessed == tickets.FunctionalDesign)}[guessed != "" && guessed != tickets.Availability]},
		tickets.Field{Name: "choose_uit", Kind: tickets.YesNo, Value: "no"}, tickets.Field{Name: "reason", Kind: tickets.Text})
	if typed == nil {
		f.left(c.unsent(r, s, f.Draft))
	}
	last := &f.Parts[len(f.Parts)-1]
	if t.Step != "9.1/4" {
		last.When = "availability=no"
		return f, nil
	}
	for i := range last.Fields {
		last.Fields[i].When = ""
	}
	return f, nil
}

// firstWords is what the person said first: where the registro begins.
func (c *Console) firstWords(r *http.Request, t *tickets.Ticket) string {
	messages, err := c.st.Thread(r.Context(), t.ID)
	if err != nil {
		return ""
	}
	return said(messages)
}
