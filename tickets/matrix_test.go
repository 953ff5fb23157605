package tickets

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// The expectations below were written by hand from the manual's tables and
// procedures.md, not taken from the code.

// always are the acts beside the manual that a role has on every open case of
// the matrix: it is not closed, does not wait, has no links and no flags.
var always = map[Role]string{
	Operador:      "link note reply set_facts flag declare_outage identify",
	Supervisor:    "link note assign set_facts flag declare_outage",
	RoleUIT:       "note",
	RoleUPAT:      "note",
	RoleACGII:     "note",
	RoleADT:       "note",
	Telefonista:   "note",
	Jefatura:      "",
	Auditor:       "",
	Administrador: "",
	System:        "",
}

// due is what besides may be done while an activity is due: the responsible
// role's acts, and others' after a semicolon, each with its role.
var due = []struct{ step, role, acts string }{
	{"9.1/2", "operador", "take register attach ask out_of_scope duplicate split merge; supervisor spam merge"},
	{"9.1/3", "operador", "decide_availability attach reclassify ask out_of_scope duplicate split merge; supervisor spam merge"},
	{"9.1/4", "operador", "decide_design reclassify ask out_of_scope duplicate split merge; supervisor spam merge"},
	{"9.1/5", "operador", "solve ask out_of_scope duplicate split merge; supervisor spam merge"},
	{"9.1/6", "operador", "kb"},
	{"9.1/7", "operador", "notify"},
	{"9.1/8", "operador", "submit"},
	{"9.1/9", "supervisor", "take approve return"},
	{"9.1/10", "supervisor", "close"},

	{"9.2/2", "uit", "take assign analyse misderived"},
	{"9.2/3", "uit", "assign route misderived"},
	{"9.2/3.A.1", "uit", "assign estimate misderived"},
	{"9.2/3.A.2", "uit", "assign manage reroute reestimate"},
	{"9.2/3.B.1", "upat", "take assign analyse misderived"},
	{"9.2/3.B.2", "upat", "assign estimate misderived"},
	{"9.2/3.B.3", "upat", "assign manage reestimate misderived"},
	{"9.2/3.B.4", "upat", "assign coordinate reestimate"},
	{"9.2/3.C.1", "acgii", "take assign analyse misderived"},
	{"9.2/3.C.2", "acgii", "assign classify_incident misderived"},
	{"9.2/3.C.3", "acgii", "assign respond misderived"},
	{"9.2/3.C.4", "acgii", "assign internal_result"},
	{"9.2/3.C.5", "acgii", "assign coordinate"},
	{"9.2/4", "uit", "assign solve reestimate"},
	{"9.2/5", "uit", "assign derive_solution"},
	{"9.2/6", "operador", "kb"},
	{"9.2/7", "operador", "notify"},
	{"9.2/8", "supervisor", "take approve return"},
	{"9.2/9", "supervisor", "close"},

	{"9.3/2", "adt", "take assign analyse misderived"},
	{"9.3/3", "adt", "assign route misderived"},
	{"9.3/3.A.1", "adt", "assign manage misderived"},
	{"9.3/3.A.2", "adt", "assign solve"},
	{"9.3/3.A.3", "adt", "assign derive_solution"},
	{"9.3/3.B.1", "adt", "assign derive misderived"},
	{"9.3/3.B.2", "upat", "take assign analyse misderived"},
	{"9.3/3.B.3", "upat", "assign estimate misderived"},
	{"9.3/3.B.4", "upat", "assign manage reestimate misderived"},
	{"9.3/3.B.5", "upat", "assign coordinate reestimate"},
	{"9.3/3.B.6", "uit", "take assign manage"},
	{"9.3/3.B.7", "uit", "assign solve"},
	{"9.3/3.B.8", "uit", "assign derive_solution"},
	{"9.3/4", "operador", "kb"},
	{"9.3/5", "operador", "notify"},
	{"9.3/6", "supervisor", "take approve return"},
	{"9.3/7", "supervisor", "close"},
}

// proper is a record that each act takes.
var proper = map[Act]Record{
	ActRegister:           {"problem": "no carga"},
	ActDecideAvailability: {"availability": "no", "prior_uit": "no", "evidence": "ninguno"},
	ActDecideDesign:       {"design": "no"},
	ActResumeKB:           {"reason": "solo el artículo"},
	ActReclassify:         {"class": "support", "reason": "otra cosa"},
	ActSolve:              {"solution": "listo", "type": "resuelto"},
	ActKB:                 {"decision": "created", "article": "KB-1"},
	ActNotify:             {"text": "listo"},
	ActWaiveNotice:        {"reason": "nada cambió"},
	ActNoContact:          {"reason": "no contesta"},
	ActAttempt:            {"outcome": "no_answer"},
	ActReturn:             {"observation": "falta"},
	ActAnalyse:            {"record": "visto"},
	ActRoute:              {"to": "upat", "reason": "código"},
	ActEstimate:           {"hours": "2"},
	ActReestimate:         {"hours": "3", "reason": "más"},
	ActReroute:            {"reason": "otra unidad"},
	ActMisderived:         {"reason": "no es nuestro"},
	ActClassifyIncident:   {"class": "phishing", "priority": "alta", "record": "visto"},
	ActRespond:            {"actions": "a", "impact": "i", "causes": "c"},
	ActInternalResult:     {"result": "r"},
	ActAsk:                {"question": "¿qué sistema?"},
	ActResume:             {"reason": "llamó"},
	ActOutOfScope:         {"reason": "es del SEGIP"},
	ActDuplicate:          {"case": FormatCode(2026, 7)},
	ActSplit:              {"subject": "otro", "problem": "otro"},
	ActSpam:               {"reason": "propaganda"},
	ActLink:               {"kind": "related", "case": FormatCode(2026, 8)},
	ActUnlink:             {"case": FormatCode(2026, 8)},
	ActMerge:              {"case": FormatCode(2026, 9)},
	ActUnmerge:            {"reason": "error"},
	ActIdentify:           {"proof": "se presentó con su cédula"},
	ActNote:               {"text": "nota"},
	ActReply:              {"text": "seguimos"},
	ActSetFacts:           {"system": "PPTE"},
	ActFlag:               {"flag": "formal", "reason": "trae CITE"},
	ActUnflag:             {"flag": "formal", "reason": "no trae"},
	ActUnname:             {"people": "ana", "reason": "cambió de unidad"},
	ActReopen:             {"reason": "sigue", "to": "triage"},
	ActDeclareOutage:      {"reason": "llegan muchos"},
	ActRecallOutage:       {"reason": "no era una caída"},
	ActAttach:             {"problem": "no carga", "case": FormatCode(2026, 6)},
	ActDetach:             {"reason": "es otra cosa"},
	ActTellOutage:         {"solution": "repuesto", "type": "resuelto", "by": "uit", "article": "KB-1", "text": "listo"},
}

func properFor(act Act, s Step) Record {
	switch {
	case act == ActManage && strings.Contains(string(s), "3.B.6"):
		return Record{"results": "en producción"}
	case act == ActManage:
		return Record{"actions": "corregido"}
	case act == ActCoordinate && s == "9.2/3.C.5":
		return Record{"record": "cerrar puerto", "summary": "repuesto"}
	case act == ActCoordinate:
		return Record{"record": "desplegar"}
	}
	return proper[act]
}

// copyOf is a case as a store gives it back.
func copyOf(t *testing.T, c *Ticket) *Ticket {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out := &Ticket{}
	if err := json.Unmarshal(b, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// stations are the cases that due describes: as each activity is first reached.
func stations(t *testing.T) map[Step]*Ticket {
	out := map[Step]*Ticket{}
	walk := func(route string, branches ...string) {
		p := opened(t)
		for p.c.Step != Closed {
			if _, ok := out[p.c.Step]; !ok {
				out[p.c.Step] = copyOf(t, p.c)
			}
			step(p, route, branches)
		}
		out[Closed] = copyOf(t, p.c)
	}
	walk("support")
	walk("availability", "uit")
	walk("availability", "upat")
	walk("availability", "acgii")
	walk("functional_design", "adt")
	walk("functional_design", "upat")
	return out
}

// step does the usual act of the due activity.
func step(p *play, class string, branches []string) {
	p.Helper()
	a, _ := p.c.Activity()
	by := map[Role]Actor{Operador: op, Supervisor: sup, RoleUIT: uit, RoleUPAT: upat, RoleACGII: cgii, RoleADT: adt}[a.Role]
	act := a.Options[0].Act
	rec := properFor(act, p.c.Step)
	switch act {
	case ActDecideAvailability:
		rec = Record{"availability": yesno(class == "availability"), "prior_uit": "no", "evidence": "ninguno"}
	case ActDecideDesign:
		rec = Record{"design": yesno(class == "functional_design")}
	case ActRoute:
		rec = Record{"to": branches[0], "reason": "así"}
	}
	var fields []string
	for k, v := range rec {
		fields = append(fields, k, v)
	}
	p.do(by, act, fields...)
	if act == ActNotify {
		p.delivery("sent")
	}
}

// TestMatrix is every (activity due, act, role): allowed or refused, by Do and
// by Acts alike.
func TestMatrix(t *testing.T) {
	cases := stations(t)
	people := map[Role]Actor{Operador: op, Supervisor: sup, RoleUIT: uit, RoleUPAT: upat, RoleACGII: cgii, RoleADT: adt, Telefonista: tel}
	tried := 0
	for _, row := range due {
		c := cases[Step(row.step)]
		if c == nil {
			t.Fatalf("no walk reaches %s", row.step)
		}
		want := map[Role][]string{}
		for r, acts := range always {
			want[r] = strings.Fields(acts)
		}
		for i, part := range strings.Split(row.acts, ";") {
			words := strings.Fields(part)
			role := Role(row.role)
			if i > 0 {
				role, words = Role(words[0]), words[1:]
			}
			want[role] = append(want[role], words...)
		}
		for role := range always {
			by, ok := people[role]
			if !ok {
				by = Actor{ID: string(role), Name: string(role), Roles: []Role{role}}
			}
			tried += checkActs(t, c, by, want[role])
		}
	}
	if steps := len(due); steps != 45 {
		t.Errorf("%d activities in the table", steps)
	}
	t.Logf("%d combinations", tried)
}

func TestMatrixClosed(t *testing.T) {
	c := stations(t)[Closed]
	for role := range always {
		want := ""
		switch role {
		case Operador:
			want = "note link"
		case Supervisor:
			want = "note link reopen"
		case RoleUIT, RoleUPAT, RoleACGII, RoleADT, Telefonista:
			want = "note"
		}
		checkActs(t, c, Actor{ID: "x", Roles: []Role{role}}, strings.Fields(want))
	}
}

// checkActs holds one case and one person against the acts that they may do.
func checkActs(t *testing.T, c *Ticket, by Actor, want []string) int {
	t.Helper()
	var offered []string
	for _, m := range c.Acts(by, day) {
		offered = append(offered, string(m.Act))
	}
	for act := range known {
		before := copyOf(t, c)
		err := before.Do(act, by, properFor(act, c.Step), day)
		allowed := slices.Contains(want, string(act))
		if (err == nil) != allowed {
			t.Errorf("%s: %s by %v: %v, want allowed=%v", c.Step, act, by.Roles, err, allowed)
		}
		if slices.Contains(offered, string(act)) != allowed {
			t.Errorf("%s: %s offered to %v: %v, want %v", c.Step, act, by.Roles, !allowed, allowed)
		}
	}
	return len(known)
}
