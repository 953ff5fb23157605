package router

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/router/classify"
	"ventanilla/router/dialogue"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// guessAgain guesses class and system of a chat's case anew from everything its
// person said, while nobody of the desk has registered it (9.1/2): what came
// first may have been the lesser part. A new message that by itself says what the
// case is sure of already changes nothing; what was corrected or taken back
// counts as it reads now.
func (r *Router) guessAgain(tx *store.Tx, t *tickets.Ticket, rd *reading) error {
	if t.Step != "9.1/2" || t.Contact.Medium == string(channels.Email) {
		return nil
	}
	if now, alone := t.Suggestion, rd.guess; rd.report.Change == nil && now.Sure && string(now.Class) == alone.Class && (alone.System == "" || alone.System == now.System) {
		return nil
	}
	said, err := tx.Heard(t.ID, heardFirst, heardFirst)
	if err != nil {
		return fmt.Errorf("reading a case to guess anew: %w", err)
	}
	var all []string
	for i := range said {
		if m := recalled(&said[i]); !m.Desk && m.Text != "" {
			all = append(all, m.Text)
		}
	}
	t.Reguess(suggestion(r.guess(classify.Input{Medium: t.Contact.Medium, Text: strings.Join(all, "\n")})))
	return nil
}

// rewritten is a message that its person corrected or took back.
type rewritten struct{ said, read string } // as it came, and as it read until now

// rewrite notes in a case that a report corrects one of its messages or takes it
// back; message is the report's own.
func rewrite(tx *store.Tx, ticket, message string, rep *channels.Report) (was rewritten, err error) {
	if rep.Change == nil || len(rep.Answers) == 0 {
		return was, nil
	}
	_, old, err := tx.FindRef(rep.Medium, rep.Answers...)
	if errors.Is(err, store.ErrNotFound) {
		return was, nil // said before the desk was there: the correction stands alone
	}
	if err != nil {
		return was, fmt.Errorf("finding what was corrected: %w", err)
	}
	text := rep.Change.Text
	if rep.Change.Deleted {
		text = ""
	}
	if was.said, was.read, err = tx.Rewrite(ticket, old, message, text, changedAt(rep)); err != nil {
		return was, fmt.Errorf("noting a correction: %w", err)
	}
	return was, nil
}

// changedAt is when a message was corrected or taken back, by the far side's clock
// where it tells: corrections can overtake each other on their way.
func changedAt(rep *channels.Report) time.Time {
	if rep.SentAt.IsZero() {
		return rep.ReceivedAt
	}
	return rep.SentAt
}

// retitle gives a case whose subject are the first words of a message that reads
// otherwise now, or no more, the first words of what it says. A subject that a
// person of the desk wrote stays.
func retitle(tx *store.Tx, t *tickets.Ticket, was rewritten) error {
	m := dialogue.Message{Text: was.read}
	if strip(&m); m.Text == "" || t.Contact.Medium == string(channels.Email) || t.Subject != firstWords("", m.Text) {
		return nil
	}
	said, err := tx.Heard(t.ID, heardFirst, heardFirst)
	if err != nil {
		return fmt.Errorf("reading a case to give it a subject: %w", err)
	}
	var all []dialogue.Message
	for i := range said {
		if m := recalled(&said[i]); !m.Desk && !m.Gone && m.Text != "" {
			all = append(all, m)
		}
	}
	subject := ""
	if i := slices.IndexFunc(all, dialogue.Telling); i >= 0 {
		subject = all[i].Text
	} else if len(all) > 0 {
		subject = all[0].Text
	}
	t.Subject = firstWords("", subject)
	return nil
}

// unsay lets the search forget what a report takes back.
func unsay(tx *store.Tx, t *tickets.Ticket, rep *channels.Report, was rewritten) error {
	if rep.Change == nil || !rep.Change.Deleted || was.said == "" {
		return nil
	}
	return tx.Unsay(t.ID, t.Subject, was.said, was.read)
}
