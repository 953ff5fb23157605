package tickets

// The acts that complete activities of the manual.
const (
	ActRegister           Act = "register"
	ActDecideAvailability Act = "decide_availability"
	ActDecideDesign       Act = "decide_design"
	ActSolve              Act = "solve"
	ActKB                 Act = "kb"
	ActNotify             Act = "notify"
	ActWaiveNotice        Act = "waive_notice" // no second notice after a return that changed nothing (G7)
	ActNoContact          Act = "no_contact"   // three tries on two working days (G23)
	ActSubmit             Act = "submit"
	ActApprove            Act = "approve"
	ActReturn             Act = "return"
	ActClose              Act = "close"

	ActAnalyse          Act = "analyse"
	ActRoute            Act = "route"
	ActDerive           Act = "derive"
	ActEstimate         Act = "estimate"
	ActManage           Act = "manage"
	ActCoordinate       Act = "coordinate"
	ActClassifyIncident Act = "classify_incident"
	ActRespond          Act = "respond"
	ActInternalResult   Act = "internal_result"
	ActDeriveSolution   Act = "derive_solution"
)

// The acts outside the manual's tables; see asides.
const (
	ActMisderived Act = "misderived"
	ActIdentify   Act = "identify"
	ActReroute    Act = "reroute"
	ActResumeKB   Act = "resume_kb" // after a return from 9.2/8 or 9.3/6, straight to the knowledge base (G9)
	ActReestimate Act = "reestimate"
	ActReclassify Act = "reclassify"
	ActAttempt    Act = "attempt"
	ActAsk        Act = "ask"
	ActResume     Act = "resume"
	ActGiveUp     Act = "give_up"
	ActOutOfScope Act = "out_of_scope"
	ActDuplicate  Act = "duplicate"
	ActSplit      Act = "split"
	ActSpam       Act = "spam"
	ActLink       Act = "link"
	ActUnlink     Act = "unlink"
	ActMerge      Act = "merge"
	ActUnmerge    Act = "unmerge"
	ActTake       Act = "take"
	ActAssign     Act = "assign"
	ActNote       Act = "note"
	ActReply      Act = "reply"
	ActResend     Act = "resend" // sends what did not arrive by another way
	ActUnsend     Act = "unsend" // takes back what was sent a moment ago
	ActSetFacts   Act = "set_facts"
	ActFlag       Act = "flag"
	ActUnflag     Act = "unflag"
	ActUnname     Act = "unname" // takes back that somebody may see a restricted case (G33)
	ActReopen     Act = "reopen"
)

// What only the gateway writes into a case's history.
const (
	ActOpen         Act = "open"
	ActAcknowledge  Act = "acknowledge"
	ActDelivery     Act = "delivery"
	ActCitizenWrote Act = "citizen_wrote"
	ActRemind       Act = "remind"
	ActRelease      Act = "release"
	ActLinked       Act = "linked"
	ActJoined       Act = "joined"
	ActReaddress    Act = "readdress" // a reply that waited goes another way, because its channel is out of order
)

// The types of a solution (G5, G27); the type at the close is the case's outcome.
const (
	Resolved    = "resuelto"
	Orientation = "orientacion"   // out of scope: told whom to ask
	NoAnswer    = "sin_respuesta" // the citizen did not answer (G5)
	Duplicate   = "duplicado"
	NotAccepted = "no_procede"  // needs its reason (G27)
	Planned     = "planificada" // needs its version (G27)
	Spam        = "spam"        // a supervisor's call
)

// SolutionTypes in the order in which a screen offers them.
var SolutionTypes = []string{Resolved, Orientation, NoAnswer, Duplicate, NotAccepted, Planned, Spam}

// Priorities of a case, highest first (G21).
var Priorities = []string{"critica", "alta", "media", "baja"}

// Outcomes of a try to reach the person by telephone; Told is the only one that notifies.
var Outcomes = []string{Told, "no_answer", "busy", "wrong_number", "voicemail", "refused"}

// Told is the outcome "the person was told".
const Told = "told"

// LinkKinds are the kinds that a person may choose for a link.
var LinkKinds = []string{"related", "parent", "child"}

// Codes of refusals. The catalogue has their words under "refusal.<code>".
const (
	RefusedAct        = "unknown_act"
	RefusedStep       = "wrong_step"        // params act, step
	RefusedRole       = "wrong_role"        // params act, role
	RefusedRestricted = "restricted"        // the case is for named people (G33)
	RefusedWaiting    = "waiting"           // the case waits for the citizen (G5)
	RefusedAssignee   = "assigned_to_other" // params user
	RefusedOwnWork    = "own_work"          // G26
	RefusedField      = "field_missing"     // params field
	RefusedValue      = "field_value"       // params field, value
	RefusedUnknown    = "field_unknown"     // params field
	RefusedEvidence   = "evidence"          // "handled before" needs its precedent (G2)
	RefusedChoice     = "choose_uit"        // 9.2 may be chosen only over a precedent (G1)
	RefusedPending    = "notice_pending"    // the channel still has the last notice
	RefusedNotTold    = "not_told"          // nobody closes over an open duty to notify (G7)
	RefusedChanged    = "solution_changed"  // the new solution must be told (G7)
	RefusedIdentity   = "identity"          // nothing is done to an account before its person is known
	RefusedTries      = "tries"             // params tries, days (G23)
	RefusedReminders  = "reminders"         // the citizen still has time to answer (G5)
	RefusedObserved   = "observation_open"  // G9
	RefusedFlag       = "flag"              // params flag
	RefusedUnnamed    = "unnamed"           // nobody is named in the case, or it is not restricted (G33)
	RefusedLink       = "link"              // no such link, or a case linked to itself
	RefusedNotice     = "no_notice"         // there is no call-back to try
	RefusedLeft       = "left"              // what was sent cannot be taken back any more
	RefusedFailed     = "failed"            // something broke: the log of the program has it
	RefusedOutage     = "outage"            // the report waits for the principal of its outage (G4); params case
	RefusedQuoteGone  = "quote_gone"        // the message to be quoted was deleted by who wrote it
	RefusedQuote      = "quote"             // no message of this case that a reply can quote
	RefusedEmpty      = "no_address"        // the person cannot be reached by that medium
	RefusedResend     = "resend"            // only what did not arrive is sent again, and once
)

func refuse(code string, params ...string) error {
	r := &Refusal{Code: code}
	if len(params) > 0 {
		r.Params = map[string]string{}
		for i := 0; i+1 < len(params); i += 2 {
			r.Params[params[i]] = params[i+1]
		}
	}
	return r
}
