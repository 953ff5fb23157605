package router

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// What one sender may do in an hour; what is above waits for a person.
const (
	casesAnHour    = 20
	messagesAnHour = 60 // mails into existing cases
)

// decision is what a person decided on a held report.
type decision struct {
	by     tickets.Actor
	ticket string // join this case; empty: open a new one
}

// fate decides what becomes of a report and does it.
func (r *Router) fate(tx *store.Tx, rd *reading, d *decision) (store.Fate, error) {
	if err := r.identify(tx, rd); err != nil {
		return store.Fate{}, err
	}
	f, err := r.decide(tx, rd, d)
	f.Sender, f.Address, f.Subject, f.Secrets = sender(rd.report), rd.report.From.Value, rd.report.Subject, rd.hidden
	if d != nil {
		f.By = d.by.ID
	}
	return f, err
}

func (r *Router) decide(tx *store.Tx, rd *reading, d *decision) (store.Fate, error) {
	switch kind := rd.report.Kind; {
	case d != nil:
		return r.spoken(tx, rd, d)
	case kind == channels.CallEvent:
		return r.call(tx, rd)
	case kind == channels.Loop || r.own[rd.report.From.Value]:
		return store.Fate{Verdict: store.FateLoop}, nil
	case rd.scan.virus != "":
		return r.withheld(tx, rd, CauseVirus+":"+rd.scan.virus)
	case rd.scan.down:
		return r.withheld(tx, rd, CauseScannerDown)
	case rd.scan.unscanned != "":
		return r.withheld(tx, rd, CauseUnscanned+":"+rd.scan.unscanned)
	case kind == channels.Bounce:
		return r.bounced(tx, rd)
	case kind == channels.AutoReply || kind == channels.Delivered:
		return r.machine(tx, rd)
	case kind == channels.Aside:
		if f, waits, err := r.change(tx, rd); err != nil || waits {
			return f, err
		}
		return r.aside(tx, rd)
	case kind == channels.Outside:
		return r.outside(tx, rd)
	case kind == channels.List:
		return r.listed(tx, rd)
	case kind == channels.Feedback:
		return store.Fate{Verdict: store.FateIgnored, Cause: CauseFeedback}, nil
	case kind == channels.Spam:
		return store.Fate{Verdict: store.FateHeld, Cause: CauseSpam}, nil
	case kind == channels.None:
		return store.Fate{Verdict: store.FateHeld, Cause: CauseEmpty}, nil
	}
	return r.spoken(tx, rd, nil)
}

// spoken places what a person said: in the case it belongs to, in a new one,
// or with an operator who decides.
func (r *Router) spoken(tx *store.Tx, rd *reading, d *decision) (store.Fate, error) {
	if d != nil && d.ticket == "" {
		return r.openOne(tx, rd)
	}
	var id string
	var like *store.Suggestion
	var err error
	switch {
	case d != nil:
		id = d.ticket
	default:
		if id, err = r.place(tx, rd); err != nil {
			return store.Fate{}, err
		}
		if id == "" && talks(&rd.report) {
			return r.chat(tx, rd)
		}
		if id == "" && rd.report.From.Value != "" {
			if id, like, err = r.likely(tx, rd); err != nil {
				return store.Fate{}, err
			}
		}
	}
	if id != "" {
		return r.goOn(tx, id, rd, d)
	}
	ok, err := r.mayOpen(tx, &rd.report)
	if err != nil {
		return store.Fate{}, err
	}
	if !ok {
		return store.Fate{Verdict: store.FateHeld, Cause: CauseFlood}, nil
	}
	f, err := r.openOne(tx, rd)
	if err == nil && like != nil {
		like.Ticket, like.Message = f.Ticket, f.Message
		err = tx.Suggest(*like)
	}
	return f, err
}

// mayOpen says whether a sender may open another case now, or opens too many.
func (r *Router) mayOpen(tx *store.Tx, rep *channels.Report) (bool, error) {
	ok, err := tx.Allow("cases:"+string(rep.Medium)+":"+rep.From.Value, casesAnHour, time.Hour)
	return ok || rep.From.Value == "", err
}

// goOn adds what a person said to a case, if they have a part in it.
func (r *Router) goOn(tx *store.Tx, id string, rd *reading, d *decision) (store.Fate, error) {
	c, err := rd.sitting.take(tx, id)
	if err != nil {
		return store.Fate{}, err
	}
	t := c.Ticket
	id = t.ID
	if rd.report.Authentic == forged && d == nil {
		return store.Fate{Verdict: store.FateHeld, Cause: CauseForged, Ticket: id}, nil
	}
	known, err := r.participant(tx, t, rd.report.From)
	if err != nil {
		return store.Fate{}, err
	}
	if !known && d == nil {
		return store.Fate{Verdict: store.FateHeld, Cause: CauseStranger, Ticket: id}, nil
	}
	if d == nil && rd.report.Medium == channels.Email { // people write in a chat line by line
		ok, err := tx.Allow("messages:"+rd.report.From.Value, messagesAnHour, time.Hour)
		if err != nil {
			return store.Fate{}, err
		}
		if !ok {
			return store.Fate{Verdict: store.FateHeld, Cause: CauseFlood, Ticket: id}, nil
		}
	}
	return r.join(tx, rd, c, known, d)
}

// join adds what a person said to a case.
func (r *Router) join(tx *store.Tx, rd *reading, c *store.Case, known bool, d *decision) (store.Fate, error) {
	id, m := c.Ticket.ID, message(rd, direction(rd))
	m.Author, m.Quiet = c.Ticket.Person, rd.report.Kind == channels.Aside
	err := c.Say(m)
	var was rewritten
	if err == nil {
		was, err = rewrite(tx, id, m.ID, &rd.report)
	}
	if err == nil {
		err = c.Act(func(t *tickets.Ticket) error {
			if !known {
				t.Joined(contact(rd.report.From), d.by, tx.Now())
			}
			t.CitizenWrote(tx.Now())
			if err := retitle(tx, t, was); err != nil {
				return err
			}
			if err := unsay(tx, t, &rd.report, was); err != nil {
				return err
			}
			if err := r.guessAgain(tx, t, rd); err != nil || d != nil {
				return err
			}
			return r.sayTooLarge(tx, rd, t)
		})
	}
	if err == nil {
		err = rd.sitting.put(c, m)
	}
	if err != nil {
		return store.Fate{}, fmt.Errorf("adding to case %s: %w", c.Ticket.Code, err)
	}
	return store.Fate{Verdict: store.FateMessage, Ticket: id, Message: m.ID}, nil
}

// opening is what a case is opened of: one report or the parts of a burst.
type opening struct {
	parts   []*reading
	guess   classify.Result
	subject string
}

// openOne opens a case of one report.
func (r *Router) openOne(tx *store.Tx, rd *reading) (store.Fate, error) {
	fates, err := r.open(tx, opening{parts: []*reading{rd}, guess: rd.guess, subject: firstWords(rd.report.Subject, rd.report.Said)})
	if err != nil {
		return store.Fate{}, err
	}
	if rd.two {
		err = tx.Suggest(store.Suggestion{Ticket: fates[0].Ticket, Kind: store.SuggestSplit, Message: fates[0].Message, Reason: "two"})
	}
	return fates[0], err
}

// open makes a new case of what a person said and acknowledges it. It gives the
// fate of every part.
func (r *Router) open(tx *store.Tx, o opening) ([]store.Fate, error) {
	rd := o.parts[0]
	if i := slices.IndexFunc(o.parts, func(p *reading) bool { return p.report.Kind == channels.Human }); i > 0 {
		rd = o.parts[i]
	}
	from := contact(rd.report.From)
	person, err := tx.PersonOf(from)
	if err != nil {
		return nil, fmt.Errorf("finding the person: %w", err)
	}
	year := tickets.CodeYear(rd.report.ReceivedAt)
	n, err := tx.NextNumber(year)
	if err != nil {
		return nil, fmt.Errorf("numbering the case: %w", err)
	}
	t := tickets.Open(tickets.NewCase{
		ID: tx.NewID(), Code: tickets.FormatCode(year, n), Channel: rd.Channel, Contact: from, Copies: r.copies(&rd.report),
		Person: person, Subject: o.subject, Opened: rd.report.ReceivedAt, Created: tx.Now(),
		System: o.guess.System, Suggestion: suggestion(o.guess), Language: rd.language,
	})
	known := r.outages.fitting(t)
	if err := r.acknowledge(tx, rd, t, known); err != nil {
		return nil, err
	}
	fates := make([]store.Fate, len(o.parts))
	for i, part := range o.parts {
		m := message(part, direction(part))
		m.Author = person
		if i == 0 {
			err = tx.NewTicket(t, m)
		} else {
			err = tx.AddMessage(t.ID, m)
		}
		var was rewritten
		if err == nil {
			was, err = rewrite(tx, t.ID, m.ID, &part.report)
		}
		if err == nil {
			err = unsay(tx, t, &part.report, was)
		}
		if err != nil {
			return nil, err
		}
		fates[i] = store.Fate{Verdict: store.FateMessage, Ticket: t.ID, Message: m.ID}
	}
	fates[0].Verdict = store.FateCase
	if known != nil {
		if err := tx.ProposeReport(known.ID, t.ID); err != nil {
			return nil, fmt.Errorf("proposing the case for an outage: %w", err)
		}
	}
	return fates, r.suggestPersons(tx, t, rd.stated)
}

// direction is In for what a person said; a deletion is a note beside it.
func direction(rd *reading) store.Direction {
	if rd.report.Kind == channels.Aside {
		return store.Sys
	}
	return store.In
}

// machine notes what a machine said where it belongs, quietly: it reopens
// nothing, wakes nobody and is never answered (RFC 3834 §2). It needs an id of
// ours or a sender with a part in the case: whoever only guesses a code cannot
// write into a case by calling itself a machine.
func (r *Router) machine(tx *store.Tx, rd *reading) (store.Fate, error) {
	id, err := r.place(tx, rd)
	if err != nil || id == "" {
		return store.Fate{Verdict: store.FateIgnored, Cause: CauseMachine}, err
	}
	if rd.report.Authentic == forged {
		return store.Fate{Verdict: store.FateIgnored, Cause: CauseMachineForged}, nil
	}
	if !r.answersUs(&rd.report) {
		t, err := tx.Ticket(id)
		if err != nil {
			return store.Fate{}, err
		}
		if known, err := r.participant(tx, t, rd.report.From); err != nil || !known {
			return store.Fate{Verdict: store.FateIgnored, Cause: CauseMachineStranger}, err
		}
	}
	m := message(rd, store.Sys)
	m.Quiet = true
	if err := tx.AddMessage(id, m); err != nil {
		return store.Fate{}, err
	}
	return store.Fate{Verdict: store.FateAuto, Ticket: id, Message: m.ID}, nil
}

// listed puts mass mail aside. What a list passed on, answers in a case or
// comes from somebody the desk knows may be a person's report: it waits for
// one to decide. Nobody is answered.
func (r *Router) listed(tx *store.Tx, rd *reading) (store.Fate, error) {
	id, err := r.place(tx, rd)
	if err != nil {
		return store.Fate{}, err
	}
	person := rd.report.Listed || id != ""
	if !person && rd.report.From.Value != "" {
		_, err := tx.FindPerson(contact(rd.report.From))
		if person = err == nil; err != nil && !errors.Is(err, store.ErrNotFound) {
			return store.Fate{}, err
		}
	}
	if !person {
		return store.Fate{Verdict: store.FateIgnored, Cause: CauseList}, nil
	}
	return store.Fate{Verdict: store.FateHeld, Cause: CauseDistributed, Ticket: id}, nil
}

// participant says whether an address has a part in a case: its person, by
// whichever of their addresses, or someone in copy.
func (r *Router) participant(tx *store.Tx, t *tickets.Ticket, from channels.Address) (bool, error) {
	c := contact(from)
	same := func(o tickets.Contact) bool {
		return c.Value != "" && o.Value == c.Value && sameNumber(channels.Medium(o.Medium), channels.Medium(c.Medium))
	}
	if same(t.Contact) || slices.ContainsFunc(t.Copies, same) {
		return true, nil
	}
	person, err := tx.FindPerson(c)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil || person == t.Person {
		return err == nil, err
	}
	return tx.SamePerson(person, t.Person)
}

// copies are the others who got the report, without ourselves.
func (r *Router) copies(rep *channels.Report) []tickets.Contact {
	var out []tickets.Contact
	for _, a := range slices.Concat(rep.To, rep.Cc) {
		c := contact(a)
		if c.Value == "" || r.ours(c.Value) || c.Value == rep.From.Value || slices.ContainsFunc(out, func(o tickets.Contact) bool { return o.Value == c.Value }) {
			continue
		}
		if out = append(out, c); len(out) == maxCopies {
			break
		}
	}
	return out
}

// maxCopies bounds how many others a case remembers.
const maxCopies = 20

// ours says whether an address is the desk's, a plus address of it included.
func (r *Router) ours(address string) bool {
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return r.own[address] || r.own[local+"@"+domain]
}

func contact(a channels.Address) tickets.Contact {
	return tickets.Contact{Medium: string(a.Medium), Value: a.Value, Name: a.Name}
}

func suggestion(g classify.Result) tickets.Suggestion {
	return tickets.Suggestion{Class: tickets.Class(g.Class), Confidence: g.Confidence, Sure: g.Sure, Reasons: g.Reasons, System: g.System}
}

// firstWords is a report's own subject, or the first words of what was said.
func firstWords(subject, said string) string {
	if s := strings.TrimSpace(subject); s != "" {
		return s
	}
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	if words := strings.Fields(line); len(words) > 10 {
		return strings.Join(words[:10], " ") + "…"
	} else if len(words) > 0 {
		return strings.Join(words, " ")
	}
	return "(sin asunto)"
}

func sender(rep channels.Report) string {
	switch {
	case rep.From.Name == "":
		return rep.From.Value
	case rep.From.Value == "":
		return rep.From.Name
	}
	return rep.From.Name + " <" + rep.From.Value + ">"
}

// message is a report as a line of a case's thread.
func message(rd *reading, dir store.Direction) *store.Message {
	rep := &rd.report
	said := rep.Said
	if said == "" {
		said = rep.Text
	}
	m := &store.Message{
		Direction: dir, Kind: rep.Kind, Medium: rep.Medium, Channel: rd.Channel, ExternalID: rep.ExternalID, Whole: rep.Whole,
		AuthorName: rep.From.Name, Address: rep.From.Value, Subject: rep.Subject, Said: said, Text: rep.Text,
		HTMLData: rep.HTML, Ledger: rd.ID, Defects: rep.Defects, Authentic: rep.Authentic, SentAt: rep.SentAt, ReceivedAt: rep.ReceivedAt, Terms: rd.terms,
	}
	for _, f := range rep.Files {
		m.Files = append(m.Files, store.File{Name: f.Name, Type: f.Type, ContentID: f.ContentID, Inline: f.Inline, Size: int64(len(f.Data)), Data: f.Data})
	}
	return m
}
