package console

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"ventanilla/tickets"
)

// Whom a case is given to: a short list is chosen from; in a long one a name is
// written, which the browser completes and the server looks up.

const userField = "user"

// The refusals of a name that stands for nobody, or for several.
const (
	refusedNobody  = "nobody_called"  // params field, value
	refusedSeveral = "several_called" // params field, value, names
)

// assigneeField makes a field of the form a choice among those to whom the case may be given.
func (c *Console) assigneeField(ctx context.Context, t *tickets.Ticket, v *fieldView) {
	list, role, err := c.people(ctx, t)
	if err != nil {
		c.log.Error().Err(err).Str("case", t.Code).Msg("the staff could not be listed")
	}
	if len(list) <= manyStaff {
		v.Kind, v.Choices = "select", list
		return
	}
	v.Kind, v.List = "line", "staff-"+string(role)
	for _, who := range list {
		if who.Value == v.Value {
			v.Value = who.Word
		}
		v.Choices = append(v.Choices, choice{Value: who.Word})
	}
}

// people are those to whom a case may be given at its present activity, and the
// role that they have. Who shares a name is told apart by the name they enter with.
func (c *Console) people(ctx context.Context, t *tickets.Ticket) (out []choice, role tickets.Role, err error) {
	role = tickets.Operador
	if a, ok := t.Activity(); ok && t.Step.Numeral() != "9" && a.Role != tickets.Supervisor {
		role = a.Role
	}
	all, err := c.st.Staff(ctx)
	if err != nil {
		return nil, role, err
	}
	called := map[string]int{}
	for _, u := range all {
		called[plainLetters(u.Name)]++
	}
	for _, u := range all {
		if !u.Active || !slices.Contains(u.Roles, role) {
			continue
		}
		word := u.Name
		if called[plainLetters(u.Name)] > 1 {
			word += " (" + u.Login + ")"
		}
		out = append(out, choice{u.ID, word})
	}
	slices.SortStableFunc(out, func(a, b choice) int { return strings.Compare(plainLetters(a.Word), plainLetters(b.Word)) })
	return out, role, nil
}

// assignee puts the id of whoever a record names in the place of the name. A
// beginning of each name will do where it fits one person only.
func (c *Console) assignee(ctx context.Context, t *tickets.Ticket, rec tickets.Record) error {
	typed := strings.TrimSpace(rec[userField])
	if typed == "" {
		return nil
	}
	list, _, err := c.people(ctx, t)
	if err != nil {
		return err
	}
	var fit []choice
	for _, who := range list {
		if who.Value == typed || plainLetters(who.Word) == plainLetters(typed) {
			rec[userField] = who.Value
			return nil
		}
		if begins(who.Word, typed) {
			fit = append(fit, who)
		}
	}
	params := map[string]string{"field": userField, "value": typed}
	switch {
	case len(fit) == 1:
		rec[userField] = fit[0].Value
		return nil
	case len(fit) == 0:
		return &tickets.Refusal{Code: refusedNobody, Params: params}
	}
	names := make([]string, 0, maxNames+1)
	for _, who := range fit[:min(maxNames, len(fit))] {
		names = append(names, who.Word)
	}
	if len(fit) > maxNames {
		names = append(names, "…")
	}
	params["names"] = strings.Join(names, ", ")
	return &tickets.Refusal{Code: refusedSeveral, Params: params}
}

// maxNames is how many people a refusal names.
const maxNames = 5

// begins says whether each word of typed begins a word of name.
func begins(name, typed string) bool {
	split := func(s string) []string {
		return strings.FieldsFunc(plainLetters(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	have, want := split(name), split(typed)
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return len(want) > 0
}
