package store

import (
	"slices"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
)

// Row is a case as lists show it: no bodies, nothing that must be looked up.
type Row struct {
	ID, Code   string
	Version    int64
	Step       tickets.Step
	Unit       tickets.Unit
	Assignee   string
	Operator   string
	Class      tickets.Class // decided; empty before 9.1/4
	Suggested  tickets.Class
	Confidence float64
	Sure       bool
	System     string
	Channel    string
	Medium     channels.Medium
	Address    string // canonical contact address
	Person     string
	PersonName string
	Subject    string
	Snippet    string // beginning of the newest message
	Priority   string
	Language   string
	Opened     time.Time
	Updated    time.Time
	LastIn     time.Time
	LastOut    time.Time
	Messages   int
	Unread     bool // the person said something, or a reply failed, and nobody has looked or acted since
	Waiting    bool
	WaitNext   time.Time
	Flags      []tickets.Flag
	Restricted bool
	Seers      []string // who may see it though it is restricted
	Returns    int
	Outage     string // code of the principal case while this one waits for it (G4)
	Notice     string // state of the newest notice of the solution
	Closed     time.Time
}

const rowColumns = `t.id, t.code, t.version, t.step, t.unit, t.assignee, t.operator, t.class, t.suggested, t.confidence, t.sure, t.system, t.channel, t.medium,
	t.address, t.person, t.person_name, t.subject, t.snippet, t.priority, t.language, t.opened, t.updated, t.last_in, t.last_out, t.messages, t.unread,
	t.waiting, t.wait_next, t.flags, t.restricted, t.seers, t.returns, t.notice, t.closed, t.outage`

func scanRow(scan scanner) (r Row, err error) {
	var flags, seers string
	var sure, unread, waiting, restricted int
	err = scan(&r.ID, &r.Code, &r.Version, &r.Step, &r.Unit, &r.Assignee, &r.Operator, &r.Class, &r.Suggested, &r.Confidence, &sure, &r.System, &r.Channel, &r.Medium,
		&r.Address, &r.Person, &r.PersonName, &r.Subject, &r.Snippet, &r.Priority, &r.Language, when{&r.Opened}, when{&r.Updated}, when{&r.LastIn}, when{&r.LastOut}, &r.Messages, &unread,
		&waiting, when{&r.WaitNext}, &flags, &restricted, &seers, &r.Returns, &r.Notice, when{&r.Closed}, &r.Outage)
	r.Sure, r.Unread, r.Waiting, r.Restricted = sure == 1, unread == 1, waiting == 1, restricted == 1
	for flag := range strings.FieldsSeq(flags) {
		r.Flags = append(r.Flags, tickets.Flag(flag))
	}
	r.Seers = strings.Fields(seers)
	return r, err
}

// rowOf gives the columns that follow from the case itself; what follows from
// its messages is kept by AddMessage.
func rowOf(t *tickets.Ticket) Row {
	r := Row{
		ID: t.ID, Code: t.Code, Version: t.Version, Step: t.Step, Unit: t.Unit, Assignee: t.Assignee, Operator: t.Operator,
		Class: t.Class, Suggested: t.Suggestion.Class, Confidence: t.Suggestion.Confidence, Sure: t.Suggestion.Sure, System: t.System,
		Channel: t.Channel, Medium: channels.Medium(t.Contact.Medium), Address: clean(t.Contact.Value), Person: t.Person, PersonName: short(t.Contact.Name, 200),
		Subject: short(t.Subject, 300), Priority: t.Priority, Language: t.Language, Opened: t.Opened, Flags: t.Flags,
		Restricted: slices.Contains(t.Flags, tickets.FlagRestricted), Returns: t.Returns, Closed: t.ClosedAt,
	}
	if r.Restricted {
		r.Seers = seersOf(t)
	}
	if r.System == "" {
		r.System = t.Suggestion.System
	}
	if t.Aside() {
		r.Outage = t.Outage()
	}
	if t.Waiting != nil {
		r.Waiting, r.WaitNext = true, t.Waiting.Next
	}
	if n := len(t.Notices); n > 0 {
		r.Notice = t.Notices[n-1].State
	}
	if t.Step == tickets.Closed && r.Closed.IsZero() {
		r.Closed = t.Opened
	}
	if t.Step != tickets.Closed {
		r.Closed = time.Time{} // reopened
	}
	return r
}

// seersOf lists who may see a restricted case by name and, while nobody has it,
// the role that is responsible for what is due ("role:uit"); tickets.SeenBy is the rule.
func seersOf(t *tickets.Ticket) []string {
	seers := slices.Concat(t.Hands, t.Named, []string{t.Assignee, t.Operator})
	if due, ok := t.Activity(); ok && t.Assignee == "" && due.Role != "" {
		seers = append(seers, "role:"+string(due.Role))
	}
	slices.Sort(seers)
	return slices.DeleteFunc(slices.Compact(seers), func(id string) bool { return id == "" })
}

// text separated by spaces, one at each end too, so that LIKE '% word %' finds a word.
func spaced(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return " " + strings.Join(list, " ") + " "
}

func (r *Row) flagText() string {
	var b strings.Builder
	for _, f := range r.Flags {
		b.WriteString(" " + string(f))
	}
	return strings.TrimSpace(b.String())
}

// counterNames are the counters a case is counted in; see Store.Counts.
func (r *Row) counterNames() []string {
	if !r.Closed.IsZero() {
		return []string{"queue:closed"}
	}
	if r.Outage != "" && !r.Unread { // outside the daily queue
		return []string{"queue:outage"}
	}
	names := []string{
		"queue:open", "queue:unit:" + string(r.Unit), "queue:step:" + string(r.Step), "queue:class:" + string(r.Class),
		"queue:medium:" + string(r.Medium), "queue:channel:" + r.Channel, "queue:system:" + r.System,
	}
	if r.Assignee == "" {
		names = append(names, "queue:unassigned:"+string(r.Unit))
	} else {
		names = append(names, "queue:assignee:"+r.Assignee)
	}
	if r.Operator != "" {
		names = append(names, "queue:operator:"+r.Operator)
	}
	if r.Waiting {
		names = append(names, "queue:waiting")
	}
	if r.Unread {
		names = append(names, "queue:unread", "queue:unread:"+string(r.Unit))
	}
	for _, flag := range r.Flags {
		names = append(names, "queue:flag:"+string(flag))
	}
	return names
}

// recount moves a case from the counters of its old row (nil: it is new) to
// those of its new one.
func (tx *Tx) recount(before, after *Row) {
	if before != nil {
		for _, name := range before.counterNames() {
			tx.count(name, -1)
		}
	}
	for _, name := range after.counterNames() {
		tx.count(name, 1)
	}
}
