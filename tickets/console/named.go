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

// Who may see a restricted case besides those who work on it (G33) is chosen
// from the staff. A record holds their ids, separated by commas; a list too long
// to read is narrowed by the server, so that it works without script.

const (
	peopleField = "people"
	findField   = "buscar"  // what narrows the list
	narrowField = "filtrar" // the button that does it, and does nothing else

	// manyStaff is from how many people on the list can be narrowed.
	manyStaff = 30
)

// staffList is the staff who can be named in a case.
type staffList struct {
	Named  string // who is named already, and stays so
	Find   string // what the list was narrowed by
	Field  string // what narrows it
	Button string // the value of the button that does it
	Many   bool   // can be narrowed
	Asks   bool   // shows nobody before it is narrowed
	Focus  bool   // was narrowed just now
	Rows   []staffRow
}

// within makes the list one of several on a page: each has its own words to
// narrow it by, and a long one shows only who is chosen until it has some.
func (l *staffList) within(code, narrowed string, v *fieldView) {
	l.Field, l.Button, l.Focus = code+"."+findField, code, narrowed == code
	if l.Many && l.Find == "" {
		l.Asks = true
		l.Rows = slices.DeleteFunc(l.Rows, func(u staffRow) bool { return !v.Picked(u.ID) })
	}
}

// staffRow is one of them; Stays is why being named changes nothing for them.
type staffRow struct{ ID, Name, Roles, Stays string }

// Picked says whether someone is chosen in a field of ids.
func (v fieldView) Picked(id string) bool { return slices.Contains(idsOf(v.Value), id) }

func idsOf(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}

// typedIn is what a form says in a field: of the people every one that is
// ticked. A secret that is told again is hidden, if retold.
func typedIn(name string, values []string, retold bool) string {
	switch {
	case len(values) == 0:
		return ""
	case name == peopleField:
		return strings.Join(values, ",")
	case !retold:
		return values[0]
	}
	text, _ := privacy.Redact(values[0])
	return text
}

// nameable says whether someone can open cases at all: nobody else is named.
func nameable(u store.Staff) bool {
	return u.Active && slices.ContainsFunc(u.Roles, func(r tickets.Role) bool { return slices.Contains(readers, r) })
}

// staffList lists who can be named in a case, without those who see it anyway; picked are shown whatever find is.
func (c *Console) staffList(ctx context.Context, w *words, t *tickets.Ticket, find, picked string) (*staffList, error) {
	all, err := c.st.Staff(ctx)
	if err != nil {
		return nil, err
	}
	list, named := &staffList{Find: find, Field: findField, Button: "1", Focus: find != ""}, []string{}
	chosen, wanted, n := idsOf(picked), plainLetters(strings.TrimSpace(find)), 0
	for _, u := range all {
		if slices.Contains(t.Named, u.ID) {
			named = append(named, u.Name)
			continue
		}
		if !nameable(u) || seesAll(tickets.Actor{Roles: u.Roles}) {
			continue
		}
		row := staffRow{ID: u.ID, Name: u.Name, Roles: roleNames(w, u.Roles)}
		if n++; slices.Contains(chosen, u.ID) || strings.Contains(plainLetters(row.Name+" "+row.Roles), wanted) {
			list.Rows = append(list.Rows, row)
		}
	}
	list.Named, list.Many = strings.Join(named, ", "), n > manyStaff
	return list, nil
}

func roleNames(w *words, roles []tickets.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, w.Or("role."+string(r), string(r)))
	}
	return strings.Join(out, ", ")
}

// namedList lists who is named in a case, to be taken off again.
func (c *Console) namedList(ctx context.Context, w *words, t *tickets.Ticket) (*staffList, error) {
	all, err := c.st.Staff(ctx)
	if err != nil {
		return nil, err
	}
	list := &staffList{}
	for _, id := range t.Named {
		row := staffRow{ID: id, Name: id}
		if i := slices.IndexFunc(all, func(u store.Staff) bool { return u.ID == id }); i >= 0 {
			u := all[i]
			row.Name, row.Roles = u.Name, roleNames(w, u.Roles)
			if t.SeenUnnamed(u.Actor(c.now())) {
				row.Stays = w.T("staff.stays")
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return list, nil
}

// staffField makes a field of the form a list of the staff: of those who are
// named, if the act takes them off, else of those who can be.
func (c *Console) staffField(r *http.Request, w *words, t *tickets.Ticket, act tickets.Act, v *fieldView) {
	find := ""
	if r.PostForm.Has(narrowField) {
		find = cmp.Or(r.PostForm.Get(findField), r.PostForm.Get(t.Code+"."+findField))
	}
	list, err := (*staffList)(nil), error(nil)
	if act == tickets.ActUnname {
		list, err = c.namedList(r.Context(), w, t)
	} else {
		list, err = c.staffList(r.Context(), w, t, find, v.Value)
	}
	if err != nil {
		c.log.Error().Err(err).Str("case", t.Code).Msg("the staff could not be listed")
		list = &staffList{}
	}
	v.Kind, v.Staff = "staff", list
}

// narrowed is the form with its list narrowed, if that is what was asked for;
// else nil. What it was written in view of stays.
func (c *Console) narrowed(r *http.Request, s *Session, t *tickets.Ticket, act tickets.Act, version int64, rec tickets.Record) (*formView, error) {
	if !r.PostForm.Has(narrowField) {
		return nil, nil
	}
	f, err := c.form(r, s, t, act, rec)
	if f != nil {
		f.Version, f.Seen = version, r.PostFormValue("visto")
	}
	return f, err
}

// staffMeant puts the ids of people in a record in the place of their names, and
// refuses it if it means somebody who cannot be meant.
func (c *Console) staffMeant(ctx context.Context, t *tickets.Ticket, rec tickets.Record) error {
	if err := c.assignee(ctx, t, rec); err != nil {
		return err
	}
	return c.mayName(ctx, t, rec)
}

// mayName refuses a record that names somebody who cannot open cases, or who is
// not of the staff.
func (c *Console) mayName(ctx context.Context, t *tickets.Ticket, rec tickets.Record) error {
	ids := idsOf(rec[peopleField])
	if len(ids) == 0 {
		return nil
	}
	all, err := c.st.Staff(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		i := slices.IndexFunc(all, func(u store.Staff) bool { return u.ID == id })
		if slices.Contains(t.Named, id) || i >= 0 && nameable(all[i]) {
			continue
		}
		value := id
		if i >= 0 {
			value = all[i].Name
		}
		return &tickets.Refusal{Code: tickets.RefusedValue, Params: map[string]string{"field": peopleField, "value": value}}
	}
	return nil
}

// namesOf says a record's people by their names.
func (c *Console) namesOf(ctx context.Context, list string) string {
	var out []string
	for _, id := range idsOf(list) {
		out = append(out, c.nameOf(ctx, id))
	}
	return strings.Join(out, ", ")
}
