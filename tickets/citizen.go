package tickets

import (
	"strings"
	"time"
)

// Reminders is how many times the gateway reminds a citizen of a question (G5).
const Reminders = 2

// ReminderAfter is the working time between a question, its reminders and the
// end of the wait: two working days of eight hours. See ReminderDue.
const ReminderAfter = 16 * time.Hour

// ReminderDue is when the reminder after a question or reminder of an instant is due.
func ReminderDue(at time.Time) time.Time { return Office.Add(at, ReminderAfter) }

// mayReach: there is an address to write to; a hidden number cannot be called.
func mayReach(t *Ticket, _ Actor, _ time.Time) error {
	if t.Contact.Value == "" {
		return refuse(RefusedEmpty)
	}
	return nil
}

func ask(d *deed) error {
	d.question(d.t.Contact, d.rec["question"])
	return nil
}

// question puts a question to the citizen; the case waits and its clock stands (G5).
func (d *deed) question(to Contact, text string) {
	id := d.send(PurposeQuestion, to, text)
	d.t.Waiting = &Wait{Since: d.at, Question: text, Next: ReminderDue(d.at), ReplyID: id}
	d.rec["reply"] = id
}

func mayResume(t *Ticket, _ Actor, _ time.Time) error {
	if t.Waiting == nil {
		return refuse(RefusedStep, "act", string(ActResume), "step", string(t.Step))
	}
	return nil
}

// resume goes on with what the operator learned by another road.
func resume(d *deed) error {
	d.t.stopWaiting(d.at)
	return nil
}

func (t *Ticket) stopWaiting(at time.Time) {
	if t.Waiting == nil {
		return
	}
	w := *t.Waiting
	w.Until = at
	t.Waits = append(t.Waits, w)
	t.Waiting = nil
}

// mayGiveUp: both reminders went out and their time is over (G5).
func mayGiveUp(t *Ticket, by Actor, at time.Time) error {
	if err := mayResume(t, by, at); err != nil {
		return err
	}
	if t.Waiting.Reminders < Reminders || at.Before(t.Waiting.Next) {
		return refuse(RefusedReminders)
	}
	return nil
}

// giveUp goes on towards 9.1/5 with the solution type "sin respuesta".
func giveUp(d *deed) error {
	d.t.stopWaiting(d.at)
	d.t.Ending = NoAnswer
	return nil
}

func outOfScope(d *deed) error {
	d.t.Ending = Orientation
	d.t.raise(FlagOutOfScope)
	return nil
}

// spam is the supervisor's word; the case still walks to its close.
func spam(d *deed) error {
	d.t.stopWaiting(d.at)
	d.t.Ending = Spam
	return nil
}

// reply says something to the citizen that is not the solution.
func reply(d *deed) error {
	d.rec["reply"] = d.send(PurposeReply, d.t.Contact, d.rec["text"])
	return nil
}

func setFacts(d *deed) error {
	if len(d.rec) == 0 || len(d.rec) == 1 && d.rec["suplencia"] != "" {
		return missing("system")
	}
	t := d.t
	set(&t.Subject, d.rec["subject"])
	set(&t.System, d.rec["system"])
	set(&t.Entity, d.rec["entity"])
	set(&t.Language, d.rec["language"])
	set(&t.Priority, d.rec["priority"])
	return nil
}

func people(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}
