package tickets

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Act names something that a person (or the gateway) does to a case.
type Act string

// Record is what an act writes down: the manual's SALIDA, field by field. The
// fields that an act asks for are declared in the procedures' tables.
type Record map[string]string

// FieldKind tells a screen how to ask for a field.
type FieldKind string

const (
	Line     FieldKind = "line"
	Text     FieldKind = "text"
	Choice   FieldKind = "choice"
	YesNo    FieldKind = "yesno"    // "yes" or "no"
	Duration FieldKind = "duration" // working time as WorkTime reads it, "1.5" hours or "2 días"
	CaseRef  FieldKind = "case"     // a case code
	Article  FieldKind = "article"  // a knowledge-base article id
	Hidden   FieldKind = "hidden"
)

// Field is one part of the record that an act asks for. Labels and help come
// from the message catalogue under "field.<act>.<name>", choices under "choice.<name>.<value>".
type Field struct {
	Name     string
	Kind     FieldKind
	Required bool
	Choices  []string
	Value    string // what is offered beforehand
}

// Move is an act that someone may do now.
type Move struct {
	Act     Act
	Steps   []Step // activities it completes, by numeral; empty for acts outside the manual
	To      Step   // the activity due afterwards
	Or      []Step // where else the record may lead
	Unit    Unit   // the unit whose desk it is on afterwards
	Fields  []Field
	Primary bool     // the usual next move
	Rules   []string // settlement rules it rests on, "G9"
}

// Refusal is a rule that says no. Code is stable; the catalogue has its words
// under "refusal.<code>"; Params fill them.
type Refusal struct {
	Code   string
	Params map[string]string
}

func (r *Refusal) Error() string {
	s := "refused: " + r.Code
	for k, v := range r.Params {
		s += " " + k + "=" + v
	}
	return s
}

// Hash is a hex SHA-256.
type Hash string

// Event is one line of a case's history. Events are append-only; each carries
// the hash of the one before it in its case, over its metadata and the hash of
// its body, so that a purge of a body keeps the chain whole. The hash is over
// its JSON: a field added later must be omitempty, or old chains no longer verify.
type Event struct {
	Seq      int       `json:"seq"` // 1, 2, … within the case
	At       time.Time `json:"at"`
	By       string    `json:"by"`   // user id; "system" for the gateway
	Name     string    `json:"name"` // as it was shown then
	Role     Role      `json:"role"`
	Act      Act       `json:"act"`
	Steps    []Step    `json:"steps,omitempty"` // activities completed, in order: 9.1/3, 9.2/1 (G6)
	From     Step      `json:"from"`
	To       Step      `json:"to"`
	FromUnit Unit      `json:"from_unit"`
	ToUnit   Unit      `json:"to_unit"`
	Rules    []string  `json:"rules,omitempty"`
	// Sealed names the only unit that may read Record (G20: ACGII); empty = everyone with the case.
	Sealed   Unit   `json:"sealed,omitempty"`
	Record   Record `json:"record,omitempty"`
	BodyHash Hash   `json:"body_hash"`
	Prev     Hash   `json:"prev"`
	Hash     Hash   `json:"hash"`
}

// Purpose says why a reply goes out.
type Purpose string

const (
	PurposeAck      Purpose = "ack"      // acknowledgement with the case code
	PurposeNotice   Purpose = "notice"   // notification of the solution
	PurposeQuestion Purpose = "question" // asks the citizen; the case waits
	PurposeReply    Purpose = "reply"    // anything else an operator says
	PurposeReminder Purpose = "reminder"
)

// Outgoing is a reply that an act decided on; the store writes it to the
// outbox in the same transaction as the event.
type Outgoing struct {
	ID      string // "<ticket id>.<n>": the same for every try
	Purpose Purpose
	To      Contact
	Copies  []Contact
	Text    string
	Files   []string // FileRef, as String writes it
	Quote   string   // id of the person's message that it shows above its words; empty for none chosen
	By      string
	At      time.Time
}

// FileRef names a stored file that a reply carries. In a record, several are
// separated by commas, each written by String.
type FileRef struct {
	Hash string // hex SHA-256
	Type string // MIME type
	Name string
	Size int64 // bytes
}

// String writes the reference in one word, its parts escaped.
func (f FileRef) String() string {
	return f.Hash + ":" + strconv.FormatInt(f.Size, 10) + ":" + url.QueryEscape(f.Type) + ":" + url.QueryEscape(f.Name)
}

// ParseFileRef reads what String wrote; of anything else it keeps what there is.
func ParseFileRef(s string) (f FileRef) {
	parts := append(strings.SplitN(s, ":", 4), "", "", "")
	f.Hash = parts[0]
	f.Size, _ = strconv.ParseInt(parts[1], 10, 64) // only shown
	f.Type, _ = url.QueryUnescape(parts[2])
	f.Name, _ = url.QueryUnescape(parts[3])
	return f
}
