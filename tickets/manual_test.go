package tickets

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// testdata/manual.tsv are the lines of the three procedures cut out of the
// agency's document: numeral, ACTIVIDAD, RESPONSABLE, SALIDA.
func TestTablesAreTheManualWordForWord(t *testing.T) {
	b, err := os.ReadFile("testdata/manual.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var printed, ours [][]string
	for line := range strings.Lines(string(b)) {
		printed = append(printed, strings.Split(strings.TrimRight(line, "\n"), "\t"))
	}
	for _, p := range ManualOf(CurrentManual).Procedures {
		for _, a := range p.Activities {
			text := a.Text
			if a.Note != "" {
				text += " <b>Nota:</b> " + a.Note
			}
			ours = append(ours, []string{string(a.Step), text, a.Responsible, a.Output})
		}
	}
	if len(printed) != 48 || len(ours) != len(printed) {
		t.Fatalf("%d lines printed, %d ours", len(printed), len(ours))
	}
	for i := range printed {
		if !slices.Equal(printed[i], ours[i]) {
			t.Errorf("line %d\nprinted %q\n   ours %q", i+1, printed[i], ours[i])
		}
	}
}

func TestEveryWayLeadsToAnActivity(t *testing.T) {
	m := ManualOf(CurrentManual)
	for _, p := range m.Procedures {
		for _, a := range p.Activities {
			for _, o := range a.Options {
				for _, s := range append([]Step{o.To}, o.Or...) {
					if _, ok := m.Activity(s); !ok && s != Closed {
						t.Errorf("%s %s leads to %s", a.Step, o.Act, s)
					}
				}
				citesRules(t, o)
			}
		}
	}
	for _, r := range asides {
		citesRules(t, r.Option)
		for _, s := range append(slices.Clone(r.At), r.To) {
			if _, ok := m.Activity(s); !ok && s != "" {
				t.Errorf("%s names %s", r.Act, s)
			}
		}
	}
}

func citesRules(t *testing.T, o Option) {
	for _, id := range o.Rules {
		if _, ok := RuleOf(id); !ok {
			t.Errorf("%s cites %s", o.Act, id)
		}
	}
}

func TestRules(t *testing.T) {
	if len(Rules) != 34 {
		t.Errorf("%d rules", len(Rules))
	}
	for i, r := range Rules {
		if r.ID != "G"+strconv.Itoa(i+1) || r.Where == "" || r.Title == "" || r.Text == "" || r.Status != Proposed {
			t.Errorf("rule %d: %+v", i+1, r)
		}
	}
}

func TestLines(t *testing.T) {
	p, ok := ManualOf(RA0053).Procedure("9.2")
	if !ok || !slices.Equal(p.Branches(), []string{"3.A", "3.B", "3.C"}) {
		t.Fatal(p.Branches())
	}
	if n := len(p.Line("")); n != 9 {
		t.Errorf("%d on the main line", n)
	}
	if l := p.Line("3.C"); len(l) != 5 || l[0].Numeral() != "3.C.1" {
		t.Errorf("branch 3.C: %v", l)
	}
}

func TestAnUnknownVersionOffersNothing(t *testing.T) {
	p := opened(t)
	p.c.Manual = "1999/0"
	p.refused(RefusedStep, op, ActRegister, "problem", "x")
	if ManualOf("1999/0") != nil {
		t.Error("a manual that does not exist")
	}
}

// The three stages of clause 8 over every activity, by hand.
func TestStages(t *testing.T) {
	want := map[Stage]string{
		StageAnalysis:     "9.1/1 9.1/2 9.1/3 9.1/4 9.2/1 9.2/2 9.2/3 9.3/1 9.3/2 9.3/3",
		StageCoordination: "9.1/5 9.1/6 9.2/3.A.1 9.2/3.A.2 9.2/3.B.1 9.2/3.B.2 9.2/3.B.3 9.2/3.B.4 9.2/3.C.1 9.2/3.C.2 9.2/3.C.3 9.2/3.C.4 9.2/3.C.5 9.2/4 9.2/5 9.2/6 9.3/3.A.1 9.3/3.A.2 9.3/3.A.3 9.3/3.B.1 9.3/3.B.2 9.3/3.B.3 9.3/3.B.4 9.3/3.B.5 9.3/3.B.6 9.3/3.B.7 9.3/3.B.8 9.3/4",
		StageNotice:       "9.1/7 9.1/8 9.1/9 9.1/10 9.2/7 9.2/8 9.2/9 9.3/5 9.3/6 9.3/7 closed",
	}
	n := 0
	for stage, steps := range want {
		for _, s := range strings.Fields(steps) {
			n++
			if got := StageOf(Step(s)); got != stage {
				t.Errorf("%s is in %s, want %s", s, got, stage)
			}
		}
	}
	if n != 49 {
		t.Errorf("%d steps", n)
	}
}

// A new R.A. is a new version; a case opened under the old one keeps its steps.
func TestAnOpenCaseKeepsItsVersion(t *testing.T) {
	next := *ManualOf(RA0053)
	next.Version = "0001-2030/0"
	next.Procedures = slices.Clone(next.Procedures)
	pr := &next.Procedures[0]
	pr.Activities = slices.Clone(pr.Activities)
	pr.Activities[1].Text = "Registra."
	pr.Activities[1].Options = []Option{{Act: ActRegister, To: "9.1/5", Fields: []Field{need("problem", Text)}}}
	manuals[next.Version] = &next
	defer delete(manuals, next.Version)

	old, young := opened(t), opened(t)
	young.c.Manual = next.Version
	for p, want := range map[*play]Step{old: "9.1/3", young: "9.1/5"} {
		p.do(op, ActRegister, "problem", "x")
		p.stands(want)
	}
}

func TestRecordsAreWhatADatabaseKeeps(t *testing.T) {
	p := opened(t)
	p.do(op, ActNote, "text", " a\x00b\xffc ")
	if got := p.events[1].Record["text"]; got != "ab\uFFFDc" {
		t.Errorf("%q", got)
	}
	p.refused(RefusedField, op, ActNote, "text", " \x00 ")
}

func TestASplitOffCaseIsAsRestrictedAsItsOrigin(t *testing.T) {
	p := opened(t)
	p.do(op, ActFlag, "flag", "restricted", "reason", "denuncia", "people", "ana")
	p.do(op, ActSplit, "subject", "otro", "problem", "otro")
	n := p.c.TakeSplits()[0]
	n.ID = "c2"
	if c := Open(n); !c.Has(FlagRestricted) || !c.SeenBy(Actor{ID: "ana"}) || c.SeenBy(Actor{ID: "x", Roles: []Role{RoleUIT}}) {
		t.Errorf("%+v", c)
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		Open(NewCase{ID: "c", Code: FormatCode(2026, 1), Opened: day, Contact: Contact{Medium: "email", Value: "a@b.bo"}})
	}
}

func BenchmarkRegister(b *testing.B) {
	c := Open(NewCase{ID: "c", Code: FormatCode(2026, 1), Opened: day, Contact: Contact{Medium: "email", Value: "a@b.bo"}})
	for b.Loop() {
		x := c.clone()
		if err := x.Do(ActRegister, op, Record{"problem": "x"}, day); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkActs(b *testing.B) {
	c := Open(NewCase{ID: "c", Code: FormatCode(2026, 1), Opened: day, Contact: Contact{Medium: "email", Value: "a@b.bo"}})
	for b.Loop() {
		c.Acts(op, day)
	}
}
