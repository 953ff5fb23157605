package tickets

import (
	"maps"
	"slices"
	"strings"
)

// check returns the record with blanks trimmed and empty fields left out, or
// the refusal of its first wrong field.
func check(fields []Field, rec Record) (Record, error) {
	out := Record{}
	for _, name := range slices.Sorted(maps.Keys(rec)) {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name }) {
			return nil, refuse(RefusedUnknown, "field", name)
		}
	}
	for _, f := range fields {
		v := strings.TrimSpace(clean(rec[f.Name]))
		if v == "" {
			if f.Required {
				return nil, refuse(RefusedField, "field", f.Name)
			}
			continue
		}
		if !f.takes(v) {
			return nil, refuse(RefusedValue, "field", f.Name, "value", v)
		}
		out[f.Name] = v
	}
	return out, nil
}

// clean makes text what every database keeps and every hash covers: valid UTF-8 without NUL.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

func (f Field) takes(v string) bool {
	switch f.Kind {
	case YesNo:
		return v == "yes" || v == "no"
	case Choice:
		return slices.Contains(f.Choices, v)
	case Duration:
		_, ok := WorkTime(v)
		return ok
	case CaseRef:
		_, ok := ParseCode(v)
		return ok
	}
	return true
}

// missing is the refusal of a field that this record needs.
func missing(name string) error { return refuse(RefusedField, "field", name) }

// offer fills a row's fields with what the case already knows.
func (t *Ticket) offer(row aside) []Field {
	fields := slices.Clone(row.Fields)
	for i := range fields {
		fields[i].Value = t.offered(row.Act, fields[i].Name)
	}
	return fields
}

func (t *Ticket) offered(act Act, field string) string {
	switch string(act) + "." + field {
	case "register.problem":
		return t.Problem
	case "register.system", "set_facts.system":
		if t.System == "" {
			return t.Suggestion.System
		}
		return t.System
	case "register.entity", "set_facts.entity":
		return t.Entity
	case "register.class", "reclassify.class":
		return string(t.guess())
	case "set_facts.subject":
		return t.Subject
	case "set_facts.language":
		return t.Language
	case "set_facts.priority", "classify_incident.priority":
		return t.Priority
	case "decide_availability.availability":
		return yesno(t.guess() == Availability)
	case "decide_design.design":
		return yesno(t.guess() == FunctionalDesign)
	case "solve.type":
		if t.Ending == "" {
			return Resolved
		}
		return t.Ending
	case "solve.solution":
		if t.Solution != nil {
			return t.Solution.Text
		}
	case "notify.text":
		if t.Solution != nil {
			return t.Solution.Text
		}
	case "notify.medium":
		return t.Contact.Medium
	case "reopen.to":
		if t.Has(FlagUndelivered) {
			return "notification"
		}
		return "triage"
	}
	return ""
}

// guess is the class decided, or else suggested.
func (t *Ticket) guess() Class {
	if t.Class != "" {
		return t.Class
	}
	return t.Suggestion.Class
}

func yesno(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
