package tickets

import "time"

// gone stands where a text was destroyed, so that a record which had to say
// something still does.
const gone = "—"

// Forget destroys what people wrote in a case, when the time for which the
// office keeps it is over. What was done, when, by whom and under which rules
// stays, and so do who asked and the number of a formal letter: the reports and
// the chain of the history remain what they were. The records of the events are
// the store's to destroy.
func (t *Ticket) Forget(at time.Time) {
	t.Purged = at
	t.Copies, t.Suggestion.Reasons, t.Waiting, t.Fresh = nil, nil, nil, nil
	forget(&t.Subject, &t.Problem)
	if t.Identity != nil {
		forget(&t.Identity.Detail, &t.Identity.Intermediary)
	}
	if t.Decision != nil {
		forget(&t.Decision.Reason)
		for i := range t.Decision.Evidence {
			forget(&t.Decision.Evidence[i])
		}
	}
	if t.Solution != nil {
		forget(&t.Solution.Text, &t.Solution.Detail)
	}
	if t.Knowledge != nil {
		forget(&t.Knowledge.Reason)
	}
	for i := range t.Waits {
		forget(&t.Waits[i].Question)
	}
	for i := range t.Estimates {
		forget(&t.Estimates[i].Reason)
	}
	for i := range t.Notices {
		forget(&t.Notices[i].Text, &t.Notices[i].Detail)
	}
	for i := range t.Attempts {
		forget(&t.Attempts[i].Note)
	}
	for i := range t.Observations {
		forget(&t.Observations[i].Text)
	}
}

func forget(texts ...*string) {
	for _, text := range texts {
		if *text != "" {
			*text = gone
		}
	}
}
