package tickets

import "time"

// Class is what a report is about; it decides the procedure at 9.1/3 and 9.1/4.
type Class string

const (
	Availability     Class = "availability"      // disponibilidad de servicio → 9.2
	FunctionalDesign Class = "functional_design" // diseño funcional → 9.3
	Support          Class = "support"           // soporte ordinario → 9.1/5
)

// Unit is one of the manual's units (cl. 3 and the three procedures).
type Unit string

const (
	AIT   Unit = "AIT"   // Área de Implementación Tecnológica: the desk
	UIT   Unit = "UIT"   // Unidad de Infraestructura Tecnológica
	UPAT  Unit = "UPAT"  // Unidad de Producción y Actualización Tecnológica
	ACGII Unit = "ACGII" // Área Centro de Gestión de Incidentes Informáticos
	ADT   Unit = "ADT"   // Área de Diseño Tecnológico, printed ADIT in PR03 (rule G16)
)

// Role is what a person of the office may do. A person holds a set of roles.
type Role string

const (
	Operador      Role = "operador"      // Operador de Soporte Técnico (AIT)
	Supervisor    Role = "supervisor"    // Supervisor de Soporte Técnico (AIT)
	RoleUIT       Role = "uit"           // responsible "UIT"
	RoleUPAT      Role = "upat"          // responsible "UPAT"
	RoleACGII     Role = "acgii"         // responsible "ACGII"
	RoleADT       Role = "adt"           // responsible "ADIT"
	Telefonista   Role = "telefonista"   // ours: logs calls and call-backs
	Jefatura      Role = "jefatura"      // ours: reads and reports
	Auditor       Role = "auditor"       // ours: reads everything but ACGII's internal record
	Administrador Role = "administrador" // ours: people, catalogues, channels; no case acts
	System        Role = "system"        // the gateway itself, for what no person decides
	Usuario       Role = "usuario"       // the manual's user (cl. 5.a): the citizen, who has no login
)

// Step is an activity of the manual by its numeral, qualified by procedure:
// "9.2/3.B.1" and "9.3/3.B.1" are different activities. As Ticket.Step it is
// the activity that is due; Closed when nothing is.
type Step string

// Closed is the Step of a case after the supervisor's close.
const Closed Step = "closed"

// Actor is who does an act.
type Actor struct {
	ID    string
	Name  string
	Roles []Role
	// Suplencia is the act number under which this person stands in as
	// supervisor (rule G26); empty if none.
	Suplencia string
}

// Contact is where the person of a case is answered.
type Contact struct {
	Medium string `json:"medium"` // "email", "whatsapp", "phone"
	Value  string `json:"value"`  // canonical address; empty when hidden
	Name   string `json:"name,omitempty"`
}

// Suggestion is the router's guess at the class: evidence, never the decision.
type Suggestion struct {
	Class      Class    `json:"class"`
	Confidence float64  `json:"confidence"` // 0..1, calibrated
	Sure       bool     `json:"sure"`
	Reasons    []string `json:"reasons,omitempty"` // in Spanish words
	System     string   `json:"system,omitempty"`
}

// Ticket is a case: one incident (cl. 5.c) of one person. Its fields are read
// freely and changed only by Do and the few System methods of this package.
type Ticket struct {
	ID      string    `json:"id"`
	Code    string    `json:"code"`    // AIT-2026-000123-K
	Version int64     `json:"version"` // compare-and-swap; kept by the store
	Manual  string    `json:"manual"`  // version of the procedures' tables it was opened under
	Channel string    `json:"channel"` // configured channel it came in on
	Contact Contact   `json:"contact"`
	Copies  []Contact `json:"copies,omitempty"`
	Person  string    `json:"person"` // person id
	Subject string    `json:"subject"`
	Opened  time.Time `json:"opened"`
	Created time.Time `json:"created"` // entered in the program; later than Opened for a call noted on paper

	Step     Step   `json:"step"`
	Unit     Unit   `json:"unit"`     // whose desk it is on
	Assignee string `json:"assignee"` // user id; empty = the unit's queue
	Operator string `json:"operator"` // AIT operator who answers for it (9.2/5 → G25)
	// Desks is who last had the case in each role but the operator's; it returns to them.
	Desks   map[Role]string `json:"desks,omitempty"`
	Hands   []string        `json:"hands,omitempty"` // who did an operator's or a unit's work in it: they cannot review it (G26)
	Named   []string        `json:"named,omitempty"` // who may see it besides, when it is restricted (G33)
	Unread  bool            `json:"unread"`          // the citizen wrote, or a reply failed, and nobody acted since
	Waiting *Wait           `json:"waiting,omitempty"`
	Waits   []Wait          `json:"waits,omitempty"` // periods of waiting that ended

	Suggestion Suggestion `json:"suggestion"`
	Class      Class      `json:"class"` // decided at 9.1/3–4; empty before
	System     string     `json:"system,omitempty"`
	Entity     string     `json:"entity,omitempty"`
	Language   string     `json:"language,omitempty"` // es, qu, ay, gn, en
	Identity   *Identity  `json:"identity,omitempty"` // the proof that was seen, before an act on the person's account
	Priority   string     `json:"priority,omitempty"` // critica, alta, media, baja
	Flags      []Flag     `json:"flags,omitempty"`
	Formal     *Formal    `json:"formal,omitempty"`
	Ending     string     `json:"ending,omitempty"` // solution type that a sub-state of 9.1/2 leads to (G5)

	Problem      string        `json:"problem,omitempty"` // 9.1/2 registro
	Decision     *Decision     `json:"decision,omitempty"`
	Estimates    []Estimate    `json:"estimates,omitempty"`
	Solution     *Solution     `json:"solution,omitempty"`
	Knowledge    *Knowledge    `json:"knowledge,omitempty"`
	Notices      []Notice      `json:"notices,omitempty"`
	Attempts     []Attempt     `json:"attempts,omitempty"`
	Observations []Observation `json:"observations,omitempty"`
	Returns      int           `json:"returns"`
	Reopened     int           `json:"reopened"`
	ReturnedFrom string        `json:"returned_from,omitempty"` // "9.2": the clause whose reviewer sent it back, until the next decision (G9)
	Links        []Link        `json:"links,omitempty"`
	Trail        []Done        `json:"trail"` // every activity done, in order
	ClosedAt     time.Time     `json:"closed_at,omitzero"`
	ClosedBy     string        `json:"closed_by,omitempty"`
	Outcome      string        `json:"outcome,omitempty"` // solution type at close

	LastEvent Hash `json:"last_event"` // hash of the newest event; the next one carries it
	Events    int  `json:"events"`     // events so far
	Outgoing  int  `json:"outgoing"`   // replies so far; numbers their ids

	Fresh *Fresh `json:"fresh,omitempty"` // what may still be taken back

	Purged time.Time `json:"purged,omitzero"` // when what was written in it until then was destroyed

	events    []Event
	out       []Outgoing
	cancelled []string
	splits    []NewCase
}

// Flag marks a case for special treatment.
type Flag string

const (
	FlagSecurity   Flag = "security"   // posible incidente de seguridad (G31)
	FlagRestricted Flag = "restricted" // seen by named people only (G33)
	FlagFormal     Flag = "formal"     // nota formal, CITE or hoja de ruta (G34)
	FlagOutOfScope Flag = "out_of_scope"
	FlagDuplicate  Flag = "duplicate"
	FlagPriority   Flag = "preferential" // older adult, person with a disability (Leyes 369 and 223)
	// FlagUndelivered says "no entregado": the notice failed and the duty to notify is open (G7).
	FlagUndelivered Flag = "undelivered"
)

// Formal is what the agency's legal area says of a formal letter (G34). The
// program assumes no term.
type Formal struct {
	Number      string `json:"number,omitempty"` // CITE or hoja de ruta
	Responsible string `json:"responsible,omitempty"`
	Due         string `json:"due,omitempty"` // 2006-01-02
}

// Wait is a case waiting for the citizen inside its step (rule G5): the clock stands.
type Wait struct {
	Since     time.Time `json:"since"`
	Question  string    `json:"question"`
	Reminders int       `json:"reminders"`
	Next      time.Time `json:"next,omitzero"` // when the next reminder or the end is due
	Until     time.Time `json:"until,omitzero"`
	ReplyID   string    `json:"reply_id"` // the question's
}

// Decision is what the operator decided at 9.1/3 and 9.1/4, with its evidence (G1, G2).
type Decision struct {
	Availability bool     `json:"availability"`
	PriorUIT     bool     `json:"prior_uit"`          // handled before by UIT under 9.2
	Evidence     []string `json:"evidence,omitempty"` // articles and cases looked at; "ninguno" if none found
	Design       bool     `json:"design"`
	Reason       string   `json:"reason,omitempty"`
	Literal      string   `json:"literal"` // what the manual's literal text would have said (G1)
}

// Estimate is a unit's own estimate of the time to the solution.
type Estimate struct {
	Step   Step          `json:"step"`
	Unit   Unit          `json:"unit"`
	By     string        `json:"by"`
	At     time.Time     `json:"at"`
	Time   time.Duration `json:"time"` // working time
	Reason string        `json:"reason,omitempty"`
}

// Solution is what was registered at 9.1/5, 9.2/4, 9.3/3.A.2 or 9.3/3.B.7.
type Solution struct {
	Text   string    `json:"text"`
	Type   string    `json:"type"`             // solution type, see SolutionTypes
	Detail string    `json:"detail,omitempty"` // the reason of no_procede, the version of planificada (G27)
	Unit   Unit      `json:"unit"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Knowledge is the decision on the knowledge base (rule G19).
type Knowledge struct {
	Decision string `json:"decision"` // created, updated, existing, not_needed
	Article  string `json:"article,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// Notice is one try at notifying the solution to the person (9.1/7, 9.2/7, 9.3/5).
type Notice struct {
	ReplyID string    `json:"reply_id,omitempty"` // empty if waived or given up
	Medium  string    `json:"medium,omitempty"`
	To      string    `json:"to,omitempty"`
	Text    string    `json:"text,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	State   string    `json:"state"` // queued, sent, delivered, read, failed, cancelled, waived, no_contact
	Detail  string    `json:"detail,omitempty"`
	About   Hash      `json:"about"` // of the solution that it tells
}

// Attempt is one try to reach the person by telephone (G23).
type Attempt struct {
	ReplyID string    `json:"reply_id"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome"`
	Note    string    `json:"note,omitempty"`
}

// Observation is what the supervisor found when returning a case (9.1/9, G9).
type Observation struct {
	Text     string    `json:"text"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Resolved bool      `json:"resolved"`
}

// Link ties two cases. Undone links stay, marked.
type Link struct {
	Kind   string    `json:"kind"` // duplicate_of, split_from, related, merged_into, parent
	Case   string    `json:"case"` // case id
	Code   string    `json:"code"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Undone time.Time `json:"undone,omitzero"`
}

// Done is one activity of the manual done in this case.
type Done struct {
	Step Step      `json:"step"`
	By   string    `json:"by"`
	Unit Unit      `json:"unit"`
	At   time.Time `json:"at"`
}
