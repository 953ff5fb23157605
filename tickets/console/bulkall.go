package console

import (
	"net/http"
	"slices"
	"strings"

	"ventanilla/tickets"
)

// One record for all marked cases: who gives many cases to somebody writes the
// name once. A case whose own fields say otherwise is an exception.

// allCases stands in the names of the fields for all where a case's code would.
const allCases = "todos"

// maySayOnce tells whether an act's record can be one for all cases.
func maySayOnce(act tickets.Act) bool { return act == tickets.ActAssign }

// withAll is a case's own record, with what it leaves blank as it is for all.
func withAll(r *http.Request, act tickets.Act, own tickets.Record) tickets.Record {
	rec := tickets.Record{}
	if maySayOnce(act) {
		rec = typedUnder(r, act, allCases)
	}
	for name, v := range own {
		rec[name] = v
	}
	return rec
}

// sayOnce gives the page the fields for all and folds those of each case. One
// case alone, of which nothing was said so yet, keeps its form as it is.
func (data *bulkData) sayOnce(r *http.Request, w *words) {
	said := typedUnder(r, data.Act, allCases)
	if !maySayOnce(data.Act) || data.Forms < 2 && len(said) == 0 {
		return
	}
	names := map[string]bool{}
	for i := range data.Cases {
		b := &data.Cases[i]
		if b.Form == nil || b.Done {
			continue
		}
		if data.All == nil {
			data.All = fieldsForAll(b.Form.Fields, b.T.Code, said)
		}
		for j := range b.Form.Fields {
			v := &b.Form.Fields[j]
			if v.Name == b.T.Code+"."+userField {
				v.byName(names)
			}
			v.Help, v.Required = w.T("bulk.own.help"), false
			b.Own = b.Own || v.Value != "" || v.Wrong != ""
		}
	}
	for i := range data.All {
		v := &data.All[i]
		if v.Name != allCases+"."+userField {
			continue
		}
		v.Help = w.T("bulk.all.help")
		v.byName(names)
		for name := range names {
			v.Choices = append(v.Choices, choice{Value: name})
		}
		slices.SortFunc(v.Choices, func(a, b choice) int { return strings.Compare(plainLetters(a.Value), plainLetters(b.Value)) })
	}
}

// fieldsForAll are the fields of a case's form as fields for all cases.
func fieldsForAll(fields []fieldView, code string, said tickets.Record) []fieldView {
	all := slices.Clone(fields)
	for i := range all {
		v, name := &all[i], strings.TrimPrefix(all[i].Name, code+".")
		v.Name, v.ID = allCases+"."+name, allCases+strings.TrimPrefix(v.ID, code)
		v.Value, v.Wrong = said[name], ""
	}
	return all
}

// byName makes a choice of people a line in which a name is written; the names
// it could be join the others of the page, which has one list of them.
func (v *fieldView) byName(names map[string]bool) {
	for _, c := range v.Choices {
		word := c.Word
		if v.Kind != "select" {
			word = c.Value
		}
		if v.Kind == "select" && c.Value == v.Value {
			v.Value = word
		}
		names[word] = true
	}
	v.Kind, v.List, v.Choices = "line", "staff-"+allCases, nil
}
