package router

import (
	"cmp"

	"ventanilla/channels"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/words"
)

// redact hides the secrets that a person sent, before anything is shown,
// indexed, classified or stored as what was said, and gives how many there
// were. It is the one place of stage 2 where this is done: what is read from a
// raw form passes here on every road. The raw form stays as delivered, sealed.
func redact(rep *channels.Report) int {
	var s privacy.Secrets
	parts := []*string{&rep.Text, &rep.Said, &rep.Subject, &rep.From.Name}
	if rep.Change != nil {
		parts = append(parts, &rep.Change.Text)
	}
	clean := func() {
		for _, part := range parts {
			*part = s.Redact(*part)
		}
		rep.HTML = s.RedactHTML(rep.HTML)
		for i := range rep.Files {
			rep.Files[i].Name = s.RedactName(rep.Files[i].Name)
		}
	}
	clean()
	if s.Found > 0 {
		clean() // what a later part announced may stand in an earlier one
	}
	return s.Found
}

// redactAfter hides what the message before it announced: in a chat people
// write "mi clave es" and, in the next bubble, the password alone.
func (rd *reading) redactAfter(before string) {
	var s privacy.Secrets
	rep := &rd.report
	said := cmp.Or(rep.Said, rep.Text)
	hidden := s.RedactAfter(before, said)
	if hidden == said {
		return
	}
	rep.Said, rep.Text = hidden, s.RedactAfter(before, rep.Text)
	rd.terms = words.Index(hidden)
	rd.hidden++
}
