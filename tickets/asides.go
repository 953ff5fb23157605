package tickets

import (
	"slices"
	"time"
)

// aside is an act that the manual's tables do not have: it keeps the due
// activity due, or leaves it undone. Each rests on a settlement rule.
type aside struct {
	Option
	Roles   []Role // any of them
	At      []Step // due activities at which it may be done; nil = any
	Closed  bool   // after the close only
	Always  bool   // before and after the close
	Waiting bool   // while the case waits for the citizen too
	Own     bool   // only by the one who has the case
	step    bool   // completes the due activity: a row of the manual
}

// guard is a condition of the case and the actor, whatever the record says.
type guard func(t *Ticket, by Actor, at time.Time) error

var (
	desk      = []Role{Operador, Supervisor}
	units     = []Role{RoleUIT, RoleUPAT, RoleACGII, RoleADT}
	everybody = []Role{Operador, Supervisor, RoleUIT, RoleUPAT, RoleACGII, RoleADT, Telefonista}
	notices   = []Step{"9.1/7", "9.2/7", "9.3/5"}
	early     = []Step{"9.1/2", "9.1/3", "9.1/4", "9.1/5"}
)

// asides in the order in which a screen offers them.
var asides = []aside{
	// A unit that finds a case not to be its own sends it back (G10).
	{Option: Option{Act: ActMisderived, To: "9.1/3", Fields: reason, Rules: []string{"G10"}},
		Roles: []Role{RoleUIT}, At: []Step{"9.2/2", "9.2/3", "9.2/3.A.1"}, Own: true},
	{Option: Option{Act: ActMisderived, To: "9.2/3", Fields: reason, Rules: []string{"G10"}},
		Roles: []Role{RoleUPAT}, At: []Step{"9.2/3.B.1", "9.2/3.B.2", "9.2/3.B.3"}, Own: true},
	{Option: Option{Act: ActMisderived, To: "9.2/3", Fields: reason, Rules: []string{"G10"}},
		Roles: []Role{RoleACGII}, At: []Step{"9.2/3.C.1", "9.2/3.C.2", "9.2/3.C.3"}, Own: true},
	{Option: Option{Act: ActMisderived, To: "9.1/3", Fields: reason, Rules: []string{"G10"}},
		Roles: []Role{RoleADT}, At: []Step{"9.3/2", "9.3/3", "9.3/3.A.1", "9.3/3.B.1"}, Own: true},
	{Option: Option{Act: ActMisderived, To: "9.3/3", Fields: reason, Rules: []string{"G10"}},
		Roles: []Role{RoleUPAT}, At: []Step{"9.3/3.B.2", "9.3/3.B.3", "9.3/3.B.4"}, Own: true},

	// UIT may find that another unit is needed too (G11).
	{Option: Option{Act: ActReroute, To: "9.2/3", Fields: reason, Rules: []string{"G11"}},
		Roles: []Role{RoleUIT}, At: []Step{"9.2/3.A.2"}, Own: true},
	// What the reviewer of 9.2 or 9.3 returned for its article or notice alone
	// need not be triaged again (G9).
	{Option: Option{Act: ActResumeKB, To: "9.2/6", Or: []Step{"9.3/4"}, Fields: reason, Rules: []string{"G9"}},
		Roles: []Role{Operador}, At: []Step{"9.1/3"}, Own: true},

	// An estimate may change; after UPAT or ACGII UIT's own is optional (G12).
	{Option: Option{Act: ActEstimate, Fields: estimate, Rules: []string{"G12"}},
		Roles: []Role{RoleUIT}, At: []Step{"9.2/3.A.2"}, Own: true},
	{Option: Option{Act: ActReestimate, Fields: []Field{need("hours", Duration), need("reason", Text)}},
		Roles: []Role{RoleUIT}, At: []Step{"9.2/3.A.2", "9.2/4"}, Own: true},
	{Option: Option{Act: ActReestimate, Fields: []Field{need("hours", Duration), need("reason", Text)}},
		Roles: []Role{RoleUPAT}, At: []Step{"9.2/3.B.3", "9.2/3.B.4", "9.3/3.B.4", "9.3/3.B.5"}, Own: true},

	{Option: Option{Act: ActReclassify, To: "9.1/3", Rules: []string{"G28"}, Fields: []Field{need("class", Choice, classes...), need("reason", Text)}},
		Roles: []Role{Operador}, At: []Step{"9.1/3", "9.1/4"}, Own: true},

	{Option: Option{Act: ActAttempt, Rules: []string{"G23"}, Fields: []Field{need("outcome", Choice, Outcomes...), may("note", Text)}},
		Roles: []Role{Operador, Telefonista}, At: notices},

	// The sub-states of 9.1/2 (G5).
	{Option: Option{Act: ActAsk, Fields: []Field{need("question", Text)}, Rules: []string{"G5"}},
		Roles: []Role{Operador}, At: early, Own: true},
	{Option: Option{Act: ActResume, Fields: reason, Rules: []string{"G5"}},
		Roles: []Role{Operador}, At: early, Own: true, Waiting: true},
	{Option: Option{Act: ActGiveUp, Fields: []Field{may("note", Text)}, Rules: []string{"G5"}},
		Roles: []Role{Operador}, At: early, Own: true, Waiting: true},
	{Option: Option{Act: ActOutOfScope, Fields: reason, Rules: []string{"G5"}},
		Roles: []Role{Operador}, At: early, Own: true},
	{Option: Option{Act: ActDuplicate, Fields: other, Rules: []string{"G5"}},
		Roles: []Role{Operador}, At: early, Own: true},
	{Option: Option{Act: ActSplit, Fields: []Field{need("subject", Line), need("problem", Text)}, Rules: []string{"G3"}},
		Roles: []Role{Operador}, At: early, Own: true},
	{Option: Option{Act: ActSpam, Fields: reason, Rules: []string{"G5"}},
		Roles: []Role{Supervisor}, At: early, Waiting: true},

	{Option: Option{Act: ActLink, Fields: append([]Field{need("kind", Choice, LinkKinds...)}, other...), Rules: []string{"G4"}},
		Roles: desk, Always: true, Waiting: true},
	{Option: Option{Act: ActUnlink, Fields: []Field{need("case", CaseRef), may("reason", Text)}},
		Roles: desk, Always: true, Waiting: true},
	{Option: Option{Act: ActMerge, Fields: other, Rules: []string{"G5"}},
		Roles: desk, At: early},
	{Option: Option{Act: ActUnmerge, Fields: reason, Rules: []string{"G5"}},
		Roles: desk, Waiting: true},

	{Option: Option{Act: ActTake}, Roles: everybody, Waiting: true},
	{Option: Option{Act: ActAssign, Fields: []Field{may("user", Line), may("reason", Text)}},
		Roles: append([]Role{Supervisor}, units...), Waiting: true},
	{Option: Option{Act: ActNote, Fields: []Field{need("text", Text)}},
		Roles: everybody, Always: true, Waiting: true},
	{Option: Option{Act: ActReply, Fields: []Field{need("text", Text), may("copies", YesNo), may("files", Hidden), may("quote", Hidden)}},
		Roles: []Role{Operador}, Waiting: true},
	{Option: Option{Act: ActIdentify, Fields: []Field{need("proof", Line), may("detail", Line), may("intermediary", Line)}},
		Roles: []Role{Operador}, Waiting: true},
	{Option: Option{Act: ActUnsend}, Roles: []Role{Operador}, Always: true, Waiting: true},
	{Option: Option{Act: ActSetFacts, Fields: []Field{
		may("subject", Line), may("system", Line), may("entity", Line),
		may("language", Choice, Languages...), may("priority", Choice, Priorities...)}},
		Roles: desk, Waiting: true},
	{Option: Option{Act: ActFlag, Fields: []Field{
		need("flag", Choice, flagNames...), need("reason", Text), may("people", Line),
		may("number", Line), may("responsible", Line), may("due", Line)}},
		Roles: desk, Waiting: true},
	{Option: Option{Act: ActUnflag, Fields: []Field{
		need("flag", Choice, append(slices.Clone(flagNames), string(FlagOutOfScope))...), need("reason", Text)}},
		Roles: desk, Waiting: true},
	{Option: Option{Act: ActUnname, Rules: []string{"G33"}, Fields: []Field{need("people", Line), need("reason", Text)}},
		Roles: desk, Always: true, Waiting: true},

	{Option: Option{Act: ActReopen, To: "9.1/3", Or: []Step{"9.1/7", "9.2/7", "9.3/5"}, Rules: []string{"G24"}, Fields: []Field{
		need("reason", Text), need("to", Choice, "triage", "notification")}},
		Roles: []Role{Supervisor}, Closed: true},
}

var (
	reason = []Field{need("reason", Text)}
	other  = []Field{need("case", CaseRef), may("case_id", Hidden), may("reason", Text)}

	// Languages in which a case may be attended (Ley 269), by their codes.
	Languages = []string{"es", "qu", "ay", "gn", "en"}
	flagNames = []string{string(FlagSecurity), string(FlagRestricted), string(FlagFormal), string(FlagPriority)}
)
