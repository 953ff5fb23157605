package tickets

import (
	"slices"
	"strings"
)

// RA0053 is the version of the procedures approved by R.A. AGETIC/RA/0053/2022
// of 17-06-2022: manual UGAT/AIT-M01, version 0.
const RA0053 = "0053-2022/0"

// CurrentManual is the version under which new cases are opened.
const CurrentManual = RA0053

// Manual is one approved version of the procedures. A new R.A. is a new value
// in the registry; cases keep the one they were opened under (Ticket.Manual).
type Manual struct {
	Version    string
	Code       string // code printed on the manual
	Title      string // as printed
	Approved   string // the act, as printed
	Procedures []Procedure

	asides []aside // the acts beside the tables, by the rules in force with this version
}

// Procedure is one of the manual's tables, line by line.
type Procedure struct {
	Numeral    string // "9.1": the clause; every step of it starts with it
	Code       string // "UGAT/AIT-PR01"
	Title      string // as printed in the heading of the clause
	Objective  string // as printed
	Activities []Activity
}

// Activity is a line of a procedure. Text, Note, Responsible and Output are
// printed as the manual has them, drift and slips included (rules G16, G17, G29).
type Activity struct {
	Step        Step
	Text        string
	Note        string // "Nota:" printed under the activity
	Responsible string
	Output      string // SALIDA
	Role        Role   // who does it in the program
	Unit        Unit   // on whose desk the case is
	Branch      string // "" on the main line; "3.A", "3.B", "3.C" off it
	Options     []Option
}

// Numeral is the activity's number as the manual prints it: "3.B.1".
func (a Activity) Numeral() string { return a.Step.Numeral() }

// Option is an act that completes an activity, or one of the ways on from it.
type Option struct {
	Act    Act
	To     Step    // the activity due afterwards
	Or     []Step  // where else the record may lead
	With   []Step  // activities that the act completes besides the due one (G6)
	Later  bool    // done only when the channel took the notice (G7)
	Fields []Field // the record that the activity names
	Rules  []string
}

// manuals is the registry of versions.
var manuals = map[string]*Manual{
	RA0053: {
		Version:    RA0053,
		Code:       "UGAT/AIT-M01",
		Title:      "MANUAL DE PROCEDIMIENTOS PARA LA ATENCIÓN AL USUARIO RESPECTO A INCIDENTES DE SOPORTE TÉCNICO",
		Approved:   "R.A. AGETIC/RA/0053/2022, de 17/06/2022",
		Procedures: []Procedure{PR01, PR02, PR03},
		asides:     slices.Concat(asides, outageRows),
	},
}

// known are all acts that any row of any version has.
var known = func() map[Act]bool {
	k := map[Act]bool{}
	for _, m := range manuals {
		for _, a := range m.asides {
			k[a.Act] = true
		}
		for _, p := range m.Procedures {
			for _, a := range p.Activities {
				for _, o := range a.Options {
					k[o.Act] = true
				}
			}
		}
	}
	return k
}()

// ManualOf returns the version of the procedures, nil if there is none of that name.
func ManualOf(version string) *Manual { return manuals[version] }

// Activity returns the line of a step; false for Closed and for steps that the manual does not have.
func (m *Manual) Activity(s Step) (Activity, bool) {
	if m == nil {
		return Activity{}, false
	}
	for _, p := range m.Procedures {
		if p.Numeral != s.Procedure() {
			continue
		}
		if i := slices.IndexFunc(p.Activities, func(a Activity) bool { return a.Step == s }); i >= 0 {
			return p.Activities[i], true
		}
	}
	return Activity{}, false
}

// Procedure returns the table of a clause, "9.2".
func (m *Manual) Procedure(numeral string) (Procedure, bool) {
	if m != nil {
		for _, p := range m.Procedures {
			if p.Numeral == numeral {
				return p, true
			}
		}
	}
	return Procedure{}, false
}

// Line returns the activities of the main line (branch "") or of one branch, in order.
func (p Procedure) Line(branch string) []Activity {
	var out []Activity
	for _, a := range p.Activities {
		if a.Branch == branch {
			out = append(out, a)
		}
	}
	return out
}

// Branches returns the procedure's branches in order: "3.A", "3.B", "3.C".
func (p Procedure) Branches() []string {
	var out []string
	for _, a := range p.Activities {
		if a.Branch != "" && !slices.Contains(out, a.Branch) {
			out = append(out, a.Branch)
		}
	}
	return out
}

// Procedure is the clause of a step: "9.2" of "9.2/3.B.1"; "" of Closed.
func (s Step) Procedure() string {
	p, _, ok := strings.Cut(string(s), "/")
	if !ok {
		return ""
	}
	return p
}

// Numeral is the number within the clause: "3.B.1" of "9.2/3.B.1".
func (s Step) Numeral() string {
	_, n, ok := strings.Cut(string(s), "/")
	if !ok {
		return string(s)
	}
	return n
}

// Activity returns the line that is due, by the manual that the case was opened under.
func (t *Ticket) Activity() (Activity, bool) { return ManualOf(t.Manual).Activity(t.Step) }

// notifying is the activity of each procedure that notifies the solution.
var notifying = map[string]Step{"9.1": "9.1/7", "9.2": "9.2/7", "9.3": "9.3/5"}

// reviewing are the supervisor's activities of each procedure, with the submission before them.
var afterNotice = map[Step]bool{
	"9.1/8": true, "9.1/9": true, "9.1/10": true,
	"9.2/8": true, "9.2/9": true, "9.3/6": true, "9.3/7": true,
}

func need(name string, k FieldKind, choices ...string) Field {
	return Field{Name: name, Kind: k, Required: true, Choices: choices}
}

func may(name string, k FieldKind, choices ...string) Field {
	return Field{Name: name, Kind: k, Choices: choices}
}
