package tickets

import (
	"slices"
	"time"
)

// Kinds of links between cases.
const (
	DuplicateOf = "duplicate_of"
	SplitFrom   = "split_from"
	SplitInto   = "split_into"
	MergedInto  = "merged_into"
)

// tie adds a link to the case that the record names.
func (d *deed) tie(kind string) error {
	t := d.t
	code, _ := ParseCode(d.rec["case"])
	if code == t.Code || d.rec["case_id"] == t.ID {
		return refuse(RefusedLink, "case", code)
	}
	d.rec["case"] = code
	t.Links = append(t.Links, Link{Kind: kind, Case: d.rec["case_id"], Code: code, By: d.by.ID, At: d.at})
	return nil
}

// tied finds a link that stands; code "" finds any of the kind, kind "" any
// that a person may take back by itself.
func (t *Ticket) tied(kind, code string) int {
	return slices.IndexFunc(t.Links, func(l Link) bool {
		if !l.Undone.IsZero() || code != "" && l.Code != code {
			return false
		}
		return l.Kind == kind || kind == "" && l.Kind != MergedInto && l.Kind != OutageOf
	})
}

func link(d *deed) error { return d.tie(d.rec["kind"]) }

func duplicate(d *deed) error {
	d.t.Ending = Duplicate
	d.t.raise(FlagDuplicate)
	return d.tie(DuplicateOf)
}

// merge points at the case that goes on; both keep their records and this one
// still walks to its close.
func merge(d *deed) error {
	d.t.Ending = Duplicate
	return d.tie(MergedInto)
}

func mayUnmerge(t *Ticket, _ Actor, _ time.Time) error {
	if t.tied(MergedInto, "") < 0 {
		return refuse(RefusedLink)
	}
	return nil
}

func unmerge(d *deed) error {
	d.undo(d.t.tied(MergedInto, ""))
	return nil
}

func mayUnlink(t *Ticket, _ Actor, _ time.Time) error {
	if t.tied("", "") < 0 {
		return refuse(RefusedLink)
	}
	return nil
}

func unlink(d *deed) error {
	code, _ := ParseCode(d.rec["case"])
	i := d.t.tied("", code)
	if i < 0 {
		return refuse(RefusedLink, "case", code)
	}
	d.undo(i)
	return nil
}

// undo marks a link as undone; the ending that rested on it goes with it.
func (d *deed) undo(i int) {
	t := d.t
	l := &t.Links[i]
	l.Undone = d.at
	if l.Kind == DuplicateOf {
		t.drop(FlagDuplicate)
	}
	if (l.Kind == DuplicateOf || l.Kind == MergedInto) && t.Ending == Duplicate {
		t.Ending = ""
	}
}

// split leaves the data of the second incident in TakeSplits (G3, cl. 5.c).
func split(d *deed) error {
	t := d.t
	d.t.splits = append(d.t.splits, NewCase{
		Channel: t.Channel, Contact: t.Contact, Copies: slices.Clone(t.Copies), Person: t.Person,
		Subject: d.rec["subject"], Problem: d.rec["problem"], Language: t.Language, Entity: t.Entity,
		Opened: t.Opened, Created: d.at, Flags: t.inherited(), Named: slices.Clone(t.Named),
		Links: []Link{{Kind: SplitFrom, Case: t.ID, Code: t.Code, By: d.by.ID, At: d.at}},
	})
	return nil
}

// inherited are the flags that a case split off keeps.
func (t *Ticket) inherited() []Flag {
	var out []Flag
	for _, f := range t.Flags {
		if f == FlagRestricted || f == FlagPriority || f == FlagFormal {
			out = append(out, f)
		}
	}
	return out
}

// MergedInto is the code of the case that goes on in this one's place, "" if
// it was not merged.
func (t *Ticket) MergedInto() string {
	if i := t.tied(MergedInto, ""); i >= 0 {
		return t.Links[i].Code
	}
	return ""
}
