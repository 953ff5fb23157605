package tickets

import (
	"slices"
	"time"
)

// NewCase is what is known when a case is opened. ID and Code are given by the
// store; Opened is when the person reported, Created (default: Opened) when it
// was entered.
type NewCase struct {
	ID, Code   string
	Channel    string
	Contact    Contact
	Copies     []Contact
	Person     string
	Subject    string
	Problem    string
	System     string
	Entity     string
	Language   string
	Opened     time.Time
	Created    time.Time
	Suggestion Suggestion
	Flags      []Flag
	Named      []string
	Links      []Link
	// By is who logged a call. An operator's note is the registro: 9.1/1 and
	// 9.1/2 at once. Someone who only takes calls leaves 9.1/2 to an operator.
	// The zero Actor opens a pre-registro: only 9.1/1 is done, by the citizen.
	By Actor
	// Reason is why a call noted on paper was entered later.
	Reason string
}

// gateway is the program itself as an actor.
var gateway = Actor{ID: "system", Name: "Ventanilla", Roles: []Role{System}}

// Open opens a case under CurrentManual and writes its first event.
func Open(n NewCase) *Ticket {
	if n.Created.IsZero() {
		n.Created = n.Opened
	}
	t := &Ticket{
		ID: n.ID, Code: n.Code, Manual: CurrentManual, Channel: n.Channel, Contact: n.Contact,
		Copies: slices.Clone(n.Copies), Person: n.Person, Subject: n.Subject, Problem: n.Problem,
		System: n.System, Entity: n.Entity, Language: n.Language,
		Opened: stamp(n.Opened), Created: stamp(n.Created), Suggestion: n.Suggestion,
		Flags: slices.Clone(n.Flags), Named: slices.Clone(n.Named), Links: slices.Clone(n.Links),
		Step: "9.1/2", Unit: AIT,
	}
	by, role := gateway, System
	steps := []Step{"9.1/1"}
	t.Trail = []Done{{Step: "9.1/1", By: "citizen", Unit: "", At: t.Opened}}
	if n.By.ID != "" {
		by, role = n.By, n.By.as([]Role{Operador, Telefonista, Supervisor})
	}
	var rules []string
	if role == Operador {
		rules = []string{"G30"}
		t.Step = "9.1/3"
		t.Operator, t.Assignee, t.Hands = by.ID, by.ID, []string{by.ID}
		steps = append(steps, "9.1/2")
		t.Trail = append(t.Trail, Done{Step: "9.1/2", By: by.ID, Unit: AIT, At: t.Created})
	}
	rec := Record{"case": t.ID, "code": t.Code, "channel": t.Channel, "medium": t.Contact.Medium}
	for k, v := range map[string]string{"problem": n.Problem, "system": n.System, "entity": n.Entity, "reason": n.Reason, "manual": t.Manual} {
		if v != "" {
			rec[k] = v
		}
	}
	t.append(Event{
		At: t.Created, By: by.ID, Name: by.Name, Role: role, Act: ActOpen, Steps: steps,
		From: "9.1/1", To: t.Step, FromUnit: AIT, ToUnit: AIT, Rules: rules, Record: rec,
	})
	return t
}
