package demo

import "ventanilla/tickets"

// way is how a citizen reaches the desk.
type way string

const (
	bySMTP  way = "smtp"  // a mail to the address whose server delivers into the listener
	byIMAP  way = "imap"  // a mail to the address whose mailbox is read
	byBoth  way = "both"  // one mail to both addresses: one report
	byPhone way = "phone" // a call that somebody answers and writes down
	missed  way = "missed"

	byWhatsApp way = "whatsapp" // a chat; every paragraph is a message
)

// road is a way through the manual.
type road string

const (
	plain        road = "9.1"
	returned     road = "9.1 returned"
	viaUIT       road = "9.2 UIT"
	viaUPAT      road = "9.2 UPAT"
	viaACGII     road = "9.2 ACGII"
	design       road = "9.3 ADT"
	designByUPAT road = "9.3 UPAT"
)

// story is one report and what becomes of it: the citizen's words, the road
// and what the staff write down on it. Empty fields are not needed on its road.
type story struct {
	at   string // when it arrives, La Paz
	who  citizen
	way  way
	road road
	desk string // login of the operator who attends it
	by   string // who takes the call: login, "" = the operator

	subject string
	said    string // the mail, or the call in the words of whoever noted it
	file    *attachment

	system  string // id in the catalogue
	problem string // 9.1/2
	known   string // key of the article that shows the precedent; "" = none found

	analysis     string // UIT's or ADT's
	why          string // why it goes to the unit that solves it
	second       string // UPAT's or ACGII's analysis
	hours        string // the estimate, working hours
	actions      string // what was done
	coordination string // what UIT is told, and does
	incident     incident

	solution string
	kind     string // solution type; "" = resolved
	detail   string
	article  string // key of an article that already has it; "" = a new one (its title is the subject)
	notice   string // what the citizen is told

	again  *second     // after the supervisor's return
	asides []aside     // what else happens, and after which act
	until  tickets.Act // left open before this act, for the newcomer; "" = played to its close
}

// incident is what ACGII writes down (9.2/3.C.2–3.C.5).
type incident struct {
	class, priority, record string
	impact, causes, result  string
	summary                 string
}

// second is the operator's second round after the supervisor's return.
type second struct {
	observation      string
	solution, notice string
}

// aside is something that happens beside the road, after an act of it.
type aside struct {
	after   tickets.Act
	minutes int
	what    happening
	text    string
}

// happening is a thing that the world does, or the desk outside its tables.
type happening string

const (
	followUp   happening = "writes again"       // a mail in the same thread, answering the last letter
	asked      happening = "is asked"           // the operator asks; the case waits
	answers    happening = "answers"            // the citizen answers the question
	away       happening = "is out of office"   // a machine answers
	mailFull   happening = "has a full mailbox" // letters to them bounce from here on
	mailEmpty  happening = "has room again"     // letters reach them again
	tellAgain  happening = "is told once more"  // the notice goes out a second time
	flagged    happening = "is flagged"         // possible security incident (G31)
	unanswered happening = "does not pick up"   // a call-back that nobody answers
	reads      happening = "opens the chat"     // and sees what the desk answered
	corrects   happening = "corrects the chat"  // edits what was said last
	showsMore  happening = "sends other things" // a photo, a place, a contact, a quote
	apart      happening = "is answered apart"  // on the office's own phone
	rings      happening = "rings the chat"     // a call by WhatsApp, which nobody can take there
)

// move is an act by the person who has that duty.
type move struct {
	role    tickets.Role
	act     tickets.Act
	minutes int // since the move before
}

// start is before every act: right after the report arrived.
const start tickets.Act = ""

const (
	operator   = tickets.Operador
	supervisor = tickets.Supervisor
	uit        = tickets.RoleUIT
	upat       = tickets.RoleUPAT
	acgii      = tickets.RoleACGII
	adt        = tickets.RoleADT
)

// The pieces of road that the procedures share.
var (
	triage = []move{{operator, tickets.ActRegister, 5}, {operator, tickets.ActDecideAvailability, 3}}
	tell   = []move{{operator, tickets.ActKB, 5}, {operator, tickets.ActNotify, 4}}
	review = []move{{supervisor, tickets.ActApprove, 12}, {supervisor, tickets.ActClose, 1}}
	notFD  = []move{{operator, tickets.ActDecideDesign, 1}, {operator, tickets.ActSolve, 9}}
	finish = []move{{uit, tickets.ActManage, 14}, {uit, tickets.ActSolve, 5}, {uit, tickets.ActDeriveSolution, 1}}
	submit = []move{{operator, tickets.ActSubmit, 2}}
)

// roads is what is done on each road, by whom, in order.
var roads = map[road][]move{
	plain: join(triage, notFD, tell, submit, review),
	returned: join(triage, notFD, tell, submit, []move{{supervisor, tickets.ActReturn, 15}},
		triage[1:], notFD, tell, submit, review),
	viaUIT: join(triage, []move{{uit, tickets.ActAnalyse, 6}, {uit, tickets.ActRoute, 2}, {uit, tickets.ActEstimate, 2}},
		finish, tell, review),
	viaUPAT: join(triage, []move{{uit, tickets.ActAnalyse, 6}, {uit, tickets.ActRoute, 2},
		{upat, tickets.ActAnalyse, 9}, {upat, tickets.ActEstimate, 2}, {upat, tickets.ActManage, 25}, {upat, tickets.ActCoordinate, 4}},
		finish, tell, review),
	viaACGII: join(triage, []move{{uit, tickets.ActAnalyse, 5}, {uit, tickets.ActRoute, 1},
		{acgii, tickets.ActAnalyse, 7}, {acgii, tickets.ActClassifyIncident, 3}, {acgii, tickets.ActRespond, 18},
		{acgii, tickets.ActInternalResult, 8}, {acgii, tickets.ActCoordinate, 3}},
		finish, tell, review),
	design: join(triage, notFD[:1], []move{{adt, tickets.ActAnalyse, 11}, {adt, tickets.ActRoute, 3},
		{adt, tickets.ActManage, 28}, {adt, tickets.ActSolve, 5}, {adt, tickets.ActDeriveSolution, 1}},
		tell, review),
	designByUPAT: join(triage, notFD[:1], []move{{adt, tickets.ActAnalyse, 11}, {adt, tickets.ActRoute, 3}, {adt, tickets.ActDerive, 1},
		{upat, tickets.ActAnalyse, 8}, {upat, tickets.ActEstimate, 2}, {upat, tickets.ActManage, 26}, {upat, tickets.ActCoordinate, 3}},
		finish, tell, review),
}

func join(parts ...[]move) []move {
	var all []move
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}
