package console

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// entry is one thing in the thread: a message, an internal note, or a line
// about what was done.
type entry struct {
	Kind          string // in, out, note, sys
	ID            string
	Seq           int
	Icon          string
	Author, Where string
	At            time.Time
	Subject, Text string
	Quote, HTML   string
	Whole         bool       // Quote is the whole message
	Cited         *citedView // what it quotes, on a chat; Quote is empty then
	Files         []fileView
	State         *stateView
	Again         *resendView // sends it by another way
	What          *whatView   // what it is, if no plain text
	Chat          bool        // Text is of WhatsApp, with its marks
	Cite          string      // address at which a reply quotes it; empty if none can
	Steps, Title  string
	Warn          string   // what to beware of
	Proved        bool     // the sender's domain vouches for it
	Defects       []string // what was wrong with the message as it came
	late          bool     // stands in for a message that may still come
	stock         bool     // its reader may have put words into it
}

type fileView struct {
	Name, Href, Picture, Sound string
	Page                       bool // Picture is the first page of a document
	Size                       int64
}

type stateView struct{ Name, Icon, Word, Detail, Retry string }

type linkView struct{ Href, Word string }

// thread joins what was said and what was done, in order of time.
func (c *Console) thread(r *http.Request, s *Session, t *tickets.Ticket, messages []store.Message, events []tickets.Event) []entry {
	var out []entry
	w, subject, chat, said := c.say(s), "", pieces{}, newSpeakers()
	seesCalls := route{who: callSeers}.allows(s.Actor)
	for _, m := range messages {
		e := c.message(r, w, t, m)
		if seesCalls && e.State != nil && m.Medium == "phone" && e.State.Name == "queued" {
			e.State.Retry = "/devoluciones"
		}
		if e.Chat {
			said.cite(m, &e)
			said.heard(m, e.Author)
		}
		said.target(m, &e)
		if chat.join(w, out, m, &e) {
			continue
		}
		if plainSubject(m.Subject) == plainSubject(subject) || plainSubject(m.Subject) == plainSubject(t.Subject) {
			e.Subject = ""
		}
		subject = cmp.Or(m.Subject, subject)
		out = append(out, e)
	}
	for _, ev := range events {
		if e, ok := c.deedLine(w, ev); ok {
			out = append(out, e)
		}
	}
	for i := range out {
		out[i].shown()
		out[i].spoken(w)
	}
	out = slices.DeleteFunc(out, func(e entry) bool { return e.Kind == "" })
	slices.SortStableFunc(out, func(a, b entry) int { return a.At.Compare(b.At) })
	return out
}

func plainSubject(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for {
		cut := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "re:"), "rv:"), "fwd:"), "fw:"))
		if cut == s {
			return s
		}
		s = cut
	}
}

func (c *Console) message(r *http.Request, w *words, t *tickets.Ticket, m store.Message) entry {
	e := entry{ID: m.ID, Seq: m.Seq, At: m.At, Subject: m.Subject, Text: m.Said, Icon: string(m.Medium)}
	switch m.Direction {
	case store.In:
		e.Kind, e.Author = "in", cmp.Or(m.AuthorName, t.Contact.Name, w.T("person.unknown"))
		e.Where = c.shown(string(m.Medium), m.Address)
		e.Proved = m.Authentic == "pass"
	case store.Out:
		e.Kind, e.Author = "out", cmp.Or(m.AuthorName, c.nameOf(r.Context(), m.Author), w.T("frame.brand"))
		e.Where = w.T("msg.to", "address", cmp.Or(c.shown(string(m.Medium), m.Address), w.T("person.hidden")))
		e.State = deliveryState(w, m)
		if m.Kind == "outside" {
			e.Author = w.T("msg.outside")
		}
	case store.Note:
		e.Kind, e.Icon, e.Author, e.Where = "note", "lock", cmp.Or(m.AuthorName, c.nameOf(r.Context(), m.Author)), w.T("msg.internal")
	default:
		e.Kind, e.Icon, e.Author, e.Where = "note", "info", w.T("msg.machine"), w.Or("kind."+string(m.Kind), string(m.Kind))
	}
	if m.Text != m.Said && strings.TrimSpace(m.Text) != "" {
		e.Quote, e.Whole = unsaid(m.Text, m.Said)
	}
	if strings.TrimSpace(e.Text) == "" {
		e.Text, e.Quote = e.Quote, ""
	}
	described(m, &e)
	base := "/casos/" + t.Code
	for _, f := range m.Files {
		v := fileView{Name: cmp.Or(f.Name, w.T("msg.noname")), Size: f.Size, Href: fmt.Sprintf("%s/archivos/%s/%d", base, url.PathEscape(m.ID), f.N)}
		if shownInline(f.Type) && f.Size < maxPicture {
			v.Picture = fmt.Sprintf("%s/imagenes/%s/%d", base, url.PathEscape(m.ID), f.N)
		}
		if _, ok := soundType(f.Type); ok && f.Size < maxSound {
			v.Sound = fmt.Sprintf("%s/sonidos/%s/%d", base, url.PathEscape(m.ID), f.N)
		}
		if f.Type == "application/pdf" && f.Size < maxPDF && pdftoppm != "" {
			v.Picture, v.Page = fmt.Sprintf("%s/paginas/%s/%d", base, url.PathEscape(m.ID), f.N), true
		}
		e.Files = append(e.Files, v)
	}
	changed(w, m, &e)
	e.Chat = m.Medium == "whatsapp" && (m.Direction == store.In || m.Direction == store.Out)
	e.late = slices.Contains(m.Defects, defectLate)
	for _, d := range m.Defects {
		if d == defectForged {
			e.Warn = defectWords(w, d)
		} else {
			e.Defects = append(e.Defects, defectWords(w, d))
		}
	}
	deed(m, &e)
	e.stock = m.Medium == "whatsapp" && (m.Direction == store.In || m.Direction == store.Sys || m.Kind == "outside")
	if m.HTML != "" {
		e.HTML = fmt.Sprintf("%s/correo/%s", base, url.PathEscape(m.ID))
	}
	return e
}

// defectForged is what the router calls a message whose sender's domain
// disowns it.
const defectForged = "authentication-failed"

// defectWords says what is wrong with a message. Readers name a defect by a
// code, some with a detail ("charset:x-foo-99"); what is no code of the
// catalogue is shown as it is.
func defectWords(w *words, defect string) string {
	code, detail, _ := strings.Cut(defect, ":")
	key := "defect." + code
	if !w.Has(key) {
		return defect
	}
	if n, err := strconv.ParseInt(detail, 10, 64); err == nil && code == "too-large" {
		detail = w.size(n)
	}
	if detail == "" {
		return w.T(key)
	}
	return w.T(key) + " (" + detail + ")"
}

// DefectWords says in Spanish what had to be repaired in a message, for those
// who read it outside the console.
func DefectWords(defect string) string {
	all, err := loadWords()
	if err != nil {
		return defect
	}
	return defectWords(all["es"], defect)
}

// deliveryState is how far a reply came, in words and with its tick.
func deliveryState(w *words, m store.Message) *stateView {
	state := string(m.State)
	if state == "" {
		return nil
	}
	icons := map[string]string{"queued": "clock", "sent": "sent", "delivered": "delivered", "read": "delivered", "failed": "failed", "cancelled": "failed"}
	word := w.T("state." + state)
	if m.Medium == "phone" {
		word = w.Or("state.phone."+state, word)
	}
	v := &stateView{Name: state, Icon: icons[state], Word: word}
	if state == "failed" || state == "queued" {
		v.Detail = waitingFor(w, m.Error)
	}
	return v
}

// quietActs leave no line of their own in the thread: the message says it.
var quietActs = []tickets.Act{tickets.ActAcknowledge, tickets.ActCitizenWrote, tickets.ActReply, tickets.ActDelivery}

// deedLine is the line about an act, with the words of its record.
func (c *Console) deedLine(w *words, ev tickets.Event) (entry, bool) {
	if slices.Contains(quietActs, ev.Act) {
		return entry{}, false
	}
	if ev.Act == tickets.ActNote && ev.Record != nil {
		return entry{Kind: "note", Icon: "lock", ID: fmt.Sprint("e", ev.Seq), At: ev.At, Author: ev.Name, Where: w.T("msg.internal"), Text: ev.Record["text"]}, true
	}
	e := entry{Kind: "sys", Seq: ev.Seq, At: ev.At, Steps: joinSteps(ev.Steps), Title: w.Or("did."+string(ev.Act), w.T("act."+string(ev.Act))), Author: ev.Name}
	if ev.Role == tickets.System {
		e.Author = ""
	}
	if ev.ToUnit != ev.FromUnit && ev.ToUnit != "" {
		e.Title += " → " + string(ev.ToUnit)
	}
	if ev.Act == tickets.ActResend && ev.Record != nil {
		e.Title = w.T("did.resend.to", "address", cmp.Or(c.shown(ev.Record["medium"], ev.Record["to"]), w.T("person.hidden")))
	}
	for _, k := range []string{"problem", "solution", "observation", "question", "hours", "record", "actions", "reason", "note", "result"} {
		if v := ev.Record[k]; v != "" {
			e.Text = short(c.value(w, k, v), 220)
			break
		}
	}
	if ev.Sealed != "" && ev.Record == nil {
		e.Text = w.T("history.sealed", "unit", ev.Sealed)
	}
	return e, true
}

func joinSteps(steps []tickets.Step) string {
	var out []string
	for _, s := range steps {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}

// value is a record's value in words: choices by the catalogue, hours with their unit.
func (c *Console) value(w *words, field, v string) string {
	switch field {
	case "hours":
		d, ok := tickets.WorkTime(v)
		if ok && strings.ContainsFunc(v, unicode.IsLetter) { // in the unit's words
			return v + " (" + w.work(d) + ")"
		}
		return w.T("value.hours", "n", v)
	case "class":
		return w.Or("class."+v, v)
	case "state":
		return w.Or("state."+v, v)
	case "availability", "prior_uit", "design", "choose_uit", "copies":
		return w.Or("choice."+v, v)
	}
	return w.Or("choice."+field+"."+v, v)
}

func short(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n])) + "…"
	}
	return s
}

// historyLine is one event, with everything that the chain proves.
type historyLine struct {
	Seq            int
	At             time.Time
	Who, Role, Act string
	Steps, Move    string
	Rules          []string
	Sealed         tickets.Unit
	Record         []recordLine
	Hash, Short    string
}

type recordLine struct{ Label, Value string }

func (c *Console) history(r *http.Request, w *words, events []tickets.Event) []historyLine {
	var out []historyLine
	for _, ev := range events {
		h := historyLine{Seq: ev.Seq, At: ev.At, Who: ev.Name, Role: w.Or("role."+string(ev.Role), string(ev.Role)), Act: w.Or("did."+string(ev.Act), w.Or("act."+string(ev.Act), string(ev.Act))),
			Steps: joinSteps(ev.Steps), Rules: ev.Rules, Hash: string(ev.Hash), Short: string(ev.Hash[:min(10, len(ev.Hash))])}
		if ev.From != ev.To {
			h.Move = string(ev.From) + " → " + w.Or("step.short."+string(ev.To), string(ev.To))
		}
		if ev.Sealed != "" && ev.Record == nil {
			h.Sealed = ev.Sealed
		}
		for _, k := range sortedKeys(ev.Record) {
			if k == "case_id" || ev.Act == tickets.ActOpen && k == "case" {
				continue // the program's own, beside the code that people know
			}
			v := c.value(w, k, ev.Record[k])
			if k == "system" {
				v = c.systemName(r.Context(), v)
			}
			if k == peopleField {
				v = c.namesOf(r.Context(), v)
			}
			h.Record = append(h.Record, recordLine{w.Or("field."+string(ev.Act)+"."+k, w.Or("field.any."+k, k)), v})
		}
		out = append(out, h)
	}
	return out
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
