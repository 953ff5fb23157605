package console

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// stop holds back what was about to be said to a person: something arrived
// while it was written, or it should be read once more. It says why; the form
// comes back with everything typed, and goes out when it is sent again.
type stop struct {
	status int
	title  string
	lines  []string
	seal   string // names the text that was read again
}

// Seal names the text that was read again, for the form that sends it.
func (e *stop) Seal() string { return e.seal }

func (e *stop) Error() string { return "held back: " + e.title }

// spoken is the field of an act's record that is said to the person.
var spoken = map[tickets.Act]string{tickets.ActReply: "text", tickets.ActAsk: "question", tickets.ActNotify: "text"}

// seal names a text: who saw the doubts about another one has not seen these.
func seal(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:8])
}

// seen is how far a form's page went: the number of its newest message and of
// its newest event.
func seen(r *http.Request) (said, did int, ok bool) {
	a, b, _ := strings.Cut(r.PostFormValue("visto"), ".")
	said, err := strconv.Atoi(a)
	did, err2 := strconv.Atoi(b)
	return said, did, err == nil && err2 == nil
}

// held tells whether what is about to be said must wait for a second look.
func (c *Console) held(r *http.Request, s *Session, t *tickets.Ticket, act tickets.Act, rec tickets.Record) error {
	text := rec[spoken[act]]
	if text == "" {
		return nil
	}
	messages, err := c.st.Thread(r.Context(), t.ID)
	if err != nil {
		return err
	}
	w := c.say(s)
	if said, did, ok := seen(r); ok {
		e := &stop{status: http.StatusConflict, title: w.T("stop.news")}
		for _, m := range messages {
			if m.Seq > said && m.Author != s.Actor.ID && m.Author != string(tickets.System) && !m.Quiet && m.Direction != store.Sys {
				who := cmp.Or(m.AuthorName, c.nameOf(r.Context(), m.Author), t.Contact.Name)
				e.lines = append(e.lines, w.T("stop.said", "name", who, "at", c.clock.short(w, m.At), "text", short(m.Said, 200)))
			}
		}
		events, err := c.st.History(r.Context(), t.ID, s.Actor)
		if err != nil {
			return err
		}
		for _, ev := range events {
			if ev.Seq > did && ev.Act == tickets.ActNote && ev.By != s.Actor.ID && ev.Record != nil {
				e.lines = append(e.lines, w.T("stop.said", "name", ev.Name, "at", c.clock.short(w, ev.At), "text", short(ev.Record["text"], 200)))
			}
		}
		if len(e.lines) > 0 {
			return e
		}
	}
	if r.PostFormValue("revisado") == seal(text) {
		return nil
	}
	var known strings.Builder
	known.WriteString(t.Contact.Value + "\n" + rec["to"])
	for _, m := range messages {
		if m.Direction == store.In {
			known.WriteString("\n" + m.Address + "\n" + m.Subject + "\n" + cmp.Or(m.Text, m.Said))
		}
	}
	for _, c := range t.Copies {
		known.WriteString("\n" + c.Value)
	}
	for _, l := range t.Links {
		known.WriteString("\n" + l.Code)
	}
	if e := c.doubted(w, text, t, known.String()); e != nil {
		return e
	}
	return nil
}

// doubted holds back a text that looks internal or tells somebody's data that
// are not known to who will read it; nil if it is fit to go out.
func (c *Console) doubted(w *words, text string, t *tickets.Ticket, known string) *stop {
	e := &stop{status: http.StatusUnprocessableEntity, title: w.T("stop.doubt"), seal: seal(text)}
	for _, d := range doubts(text, t, known) {
		e.lines = append(e.lines, w.T("doubt."+d.Kind, "found", d.Found))
	}
	if len(e.lines) == 0 {
		return nil
	}
	return e
}
