package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Several cases at once: POST /bandeja/lote. Each case is asked for its own
// record, is done in a transaction of its own, and says for itself what became
// of it; what was refused comes back with what was typed.

// maxBulk is how many cases go together; nobody reads more forms than that.
const maxBulk = 50

// bulkActs are the acts offered over marked cases, in order.
var bulkActs = []tickets.Act{tickets.ActTake, actDecide, tickets.ActAssign, tickets.ActSetFacts, tickets.ActFlag, tickets.ActNote}

type bulkData struct {
	Frame
	Act    tickets.Act
	Label  string
	All    []fieldView // what may be said once for all cases
	Cases  []bulkCase
	Forms  int // of them wait for their record
	Done   int
	Failed int
}

// bulkCase is one of the cases: its form, or what became of it.
type bulkCase struct {
	T    *tickets.Ticket
	Form *formView
	Done bool
	Own  bool   // it has something of its own where the rest is said for all
	Why  string // it cannot be done, or was refused
}

// bulkChoices are the acts that this person's role may do somewhere.
func bulkChoices(a tickets.Actor) []tickets.Act {
	desk := a.Is(tickets.Operador) || a.Is(tickets.Supervisor)
	unit := unitOf(a) != "" && unitOf(a) != tickets.AIT
	may := map[tickets.Act]bool{
		tickets.ActTake: unitOf(a) != "", actDecide: slices.Contains(a.Roles, tickets.Operador), tickets.ActAssign: unit || a.Is(tickets.Supervisor),
		tickets.ActSetFacts: desk, tickets.ActFlag: desk, tickets.ActNote: unitOf(a) != "",
	}
	return slices.DeleteFunc(slices.Clone(bulkActs), func(act tickets.Act) bool { return !may[act] })
}

func (c *Console) bulk(w http.ResponseWriter, r *http.Request, s *Session) error {
	if err := r.ParseForm(); err != nil {
		return &badRequest{"error.form"}
	}
	act, codes := tickets.Act(r.PostFormValue("acto")), r.PostForm["caso"]
	if !slices.Contains(bulkChoices(s.Actor), act) {
		return &badRequest{"error.form"}
	}
	if len(codes) == 0 || len(codes) > maxBulk {
		return &badRequest{"bulk.howmany"}
	}
	words := c.say(s)
	data := bulkData{Act: act, Label: words.T("act." + string(act))}
	if act == actDecide {
		data.Label = words.T("act.decidir.2")
	}
	for _, code := range codes {
		b, err := c.bulkCase(r, s, act, code)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		data.Cases = append(data.Cases, b)
		switch {
		case b.Done:
			data.Done++
		case b.Form != nil:
			data.Forms++
		default:
			data.Failed++
		}
	}
	if data.Done == len(data.Cases) && data.Done > 0 && data.Done == len(codes) {
		c.redirect(w, r, "/bandeja?hecho=bulk")
		return nil
	}
	data.sayOnce(r, words)
	shareLists(data.Cases)
	data.Frame = c.frame(r, s, data.Label, "/bandeja")
	return c.show(w, r, http.StatusOK, s.Language, "bulk", "content", data)
}

// bulkCase does the act on one case if its record came with the form, or asks for it.
func (c *Console) bulkCase(r *http.Request, s *Session, act tickets.Act, code string) (bulkCase, error) {
	t, err := c.openCode(r, s, code)
	if err != nil {
		return bulkCase{}, err
	}
	b, words := bulkCase{T: t}, c.say(s)
	version, err := strconv.ParseInt(r.PostFormValue(t.Code+".version"), 10, 64)
	typed := typedUnder(r, act, t.Code)
	form, ferr := c.form(r, s, t, act, map[bool]tickets.Record{true: typed}[err == nil])
	if ferr != nil {
		return b, ferr
	}
	if form == nil {
		b.Why = words.T("bulk.no") + " " + c.whyNot(r.Context(), words, t, s.Actor)
		return b, nil
	}
	form.within(t.Code, r.PostFormValue(narrowField))
	b.Form = form
	switch {
	case err != nil && len(form.Fields)+len(form.Parts) > 0:
		return b, nil // its record is to be asked for
	case r.PostForm.Has(narrowField):
		form.Version = version // what it was written in view of
		return b, nil
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		return tx.Update(t.ID, func(t *tickets.Ticket) error {
			if version != 0 && t.Version != version {
				return store.ErrStale
			}
			if act == actDecide {
				return decideAll(t, s.Actor, typed, c.now())
			}
			rec := withAll(r, act, typed)
			if err := resolve(tx, rec); err != nil {
				return err
			}
			if err := c.staffMeant(r.Context(), t, rec); err != nil {
				return err
			}
			return t.Do(act, s.Actor, rec, c.now())
		})
	})
	var refused *tickets.Refusal
	switch {
	case err == nil:
		b.Done, b.Form = true, nil
	case errors.Is(err, store.ErrStale):
		if b.T, err = c.openCode(r, s, code); err != nil {
			return b, err
		}
		form.Version, form.Wrong = b.T.Version, c.changed(r, s, b.T)
	case errors.As(err, &refused):
		form.Wrong = c.refusal(words, refused)
		form.mark(t.Code+"."+refused.Params["field"], words)
	default:
		return b, err
	}
	return b, nil
}

// typedUnder is the record that came with the form under a case's code.
func typedUnder(r *http.Request, act tickets.Act, code string) tickets.Record {
	typed := tickets.Record{}
	for name, v := range r.PostForm {
		if field, ok := strings.CutPrefix(name, code+"."); ok && v[0] != "" {
			typed[field] = typedIn(field, v, retells[act] || field == "problem")
		}
	}
	delete(typed, "version")
	delete(typed, findField)
	return typed
}

// within makes a form one of several on a page: its fields are called by the
// case; narrowed is the case whose list was narrowed last.
func (f *formView) within(code, narrowed string) {
	name := func(fields []fieldView) {
		for i := range fields {
			v := &fields[i]
			v.Name, v.ID = code+"."+v.Name, code+"-"+v.ID
			if v.Staff != nil {
				v.Staff.within(code, narrowed, v)
			}
			if v.When != "" {
				v.When = code + "." + v.When
			}
		}
	}
	name(f.Fields)
	for i := range f.Parts {
		name(f.Parts[i].Fields)
		if f.Parts[i].When != "" {
			f.Parts[i].When = code + "." + f.Parts[i].When
		}
	}
}

// shareLists leaves the names to choose from with the first form that has them:
// a page of many cases would hold the whole staff for each.
func shareLists(cases []bulkCase) {
	held := map[string]bool{}
	for _, b := range cases {
		if b.Form == nil {
			continue
		}
		for i := range b.Form.Fields {
			v := &b.Form.Fields[i]
			if v.List != "" && held[v.List] {
				v.Choices = nil
			}
			held[v.List] = true
		}
	}
}
