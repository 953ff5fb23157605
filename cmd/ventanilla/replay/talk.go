package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/cmd/ventanilla/jsonl"
	"ventanilla/router/dialogue"
)

// talk is a dialogue as it was recorded.
type talk struct {
	ID     jsonl.ID
	medium channels.Medium
	said   []said
}

// said is one message of it.
type said struct {
	n    json.RawMessage
	at   time.Time
	desk bool
	kind string
	text string
}

// start is the day of a dialogue that tells only the hours: a Monday.
var start = time.Date(2026, 11, 23, 0, 0, 0, 0, time.FixedZone("BOT", -4*60*60))

var media = map[string]channels.Medium{
	"": channels.WhatsApp, "whatsapp": channels.WhatsApp, "wsp": channels.WhatsApp, "chat": channels.WhatsApp, "email": channels.Email,
	"correo": channels.Email, "mail": channels.Email, "phone": channels.Phone, "telefono": channels.Phone, "teléfono": channels.Phone,
}

// speakers tells whether the desk speaks; where nobody is named it is the person.
var speakers = map[string]bool{"": false, "user": false, "usuario": false, "citizen": false, "desk": true, "mesa": true, "agent": true, "operador": true, "operator": true}

// kinds are the kinds of messages, and what the chat shows in the place of what
// has no words.
var kinds = map[string]string{"text": "", "deleted": "", "edited": "", "audio": "[Nota de voz]", "voice": "[Nota de voz]", "image": "[Foto]", "photo": "[Foto]",
	"video": "[Video]", "sticker": "[Sticker]", "document": "[Documento]", "contact": "[Contacto]", "location": "[Ubicación]"}

// recorded is a line as it was written. Other fields are left aside.
type recorded struct {
	ID       jsonl.ID `json:"id"`
	Channel  string   `json:"channel"`
	Messages []struct {
		N    json.RawMessage `json:"n"`
		At   json.RawMessage `json:"at"`
		From string          `json:"from"`
		Type string          `json:"type"`
		Text *string         `json:"text"`
	} `json:"messages"`
}

// read reads one line. The talk's id is set where it could be read. Messages
// come in the order of the list: one that tells an earlier time than the one
// before it came right after it.
func read(raw []byte) (t talk, err error) {
	var in recorded
	err = jsonl.Read(raw, &in)
	t.ID = in.ID
	if err != nil {
		return t, err
	}
	var ok bool
	if t.medium, ok = media[strings.ToLower(in.Channel)]; !ok {
		return t, fmt.Errorf("el canal (channel) es %q: escriba whatsapp, email o phone", in.Channel)
	}
	if len(in.Messages) == 0 {
		return t, errors.New("el diálogo no tiene mensajes: póngalos en la lista messages")
	}
	last, numbers := start, map[string]bool{}
	for i, m := range in.Messages {
		s := said{n: m.N, kind: strings.ToLower(m.Type)}
		if s.kind == "" {
			s.kind = "text"
		}
		if len(s.n) == 0 || string(s.n) == "null" {
			s.n = json.RawMessage(strconv.Itoa(i + 1))
		}
		if numbers[string(s.n)] {
			return t, fmt.Errorf("el número (n) %s está en dos mensajes: dé a cada uno el suyo", s.n)
		}
		numbers[string(s.n)] = true
		if _, ok := kinds[s.kind]; !ok {
			return t, fmt.Errorf("mensaje %s: el tipo (type) es %q; escriba uno de %s", s.n, m.Type, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
		}
		if s.desk, ok = speakers[strings.ToLower(m.From)]; !ok {
			return t, fmt.Errorf("mensaje %s: quien habla (from) es %q; escriba user o desk", s.n, m.From)
		}
		if s.at, err = instant(m.At, last, i == 0); err != nil {
			return t, fmt.Errorf("mensaje %s: %w", s.n, err)
		}
		if i > 0 && s.at.Before(last) {
			s.at = last
		}
		switch {
		case m.Text != nil:
			s.text = *m.Text
		case s.kind == "text" || s.kind == "edited":
			return t, fmt.Errorf("mensaje %s: falta lo que dice (text)", s.n)
		}
		last = s.at
		t.said = append(t.said, s)
	}
	return t, nil
}

var hour = regexp.MustCompile(`^(?:(?i:d[ií]a|day|d)?\s*\+?(\d{1,3})[\s,T+d]+)?(\d{1,2}):(\d{2})(?::(\d{2}))?$`)

// instant reads when something was said: RFC 3339 or its like without a zone
// (La Paz), "HH:MM" (the next one after the message before it), "2 HH:MM" (the
// second day), or seconds since the beginning. Nothing is half a minute later.
func instant(raw json.RawMessage, last time.Time, first bool) (time.Time, error) {
	text := strings.TrimSpace(strings.Trim(string(raw), `"`))
	if text == "" || text == "null" {
		return last.Add(30 * time.Second), nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "02/01/2006 15:04", "02/01/2006 15:04:05"} {
		if t, err := time.ParseInLocation(form, text, start.Location()); err == nil {
			return t, nil
		}
	}
	if sec, err := strconv.ParseFloat(text, 64); err == nil {
		switch {
		case sec < 0 || sec > 1e14:
		case sec > 1e11:
			return time.UnixMilli(int64(sec)), nil
		case sec > 1e8:
			return time.Unix(int64(sec), 0), nil
		default:
			return start.Add(time.Duration(sec * float64(time.Second))), nil
		}
	}
	if d, err := time.ParseDuration(strings.TrimPrefix(text, "+")); err == nil {
		return start.Add(d), nil
	}
	if m := hour.FindStringSubmatch(text); m != nil {
		h, _ := strconv.Atoi(m[2])   // digits only
		min, _ := strconv.Atoi(m[3]) // likewise
		sec, _ := strconv.Atoi("0" + m[4])
		if h < 24 && min < 60 && sec < 60 {
			of := last
			if m[1] != "" {
				n, _ := strconv.Atoi(m[1])
				of = start.AddDate(0, 0, max(0, n-1))
			}
			y, mon, day := of.In(start.Location()).Date()
			t := time.Date(y, mon, day, h, min, sec, 0, start.Location())
			if m[1] == "" && !first && t.Before(last.Truncate(time.Minute)) {
				t = t.AddDate(0, 0, 1)
			}
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("la hora (at) es %q; escriba 2026-11-24T09:00:00-04:00, 09:00 o los segundos desde el comienzo", text)
}

// wire is a message as the channel of the replay delivers it.
type wire struct {
	ID      string    `json:"id"`
	From    string    `json:"from"`
	Said    string    `json:"said"`
	At      time.Time `json:"at"`
	Answers string    `json:"answers,omitempty"` // the message that it changes
	Deleted bool      `json:"deleted,omitempty"`
	Edited  bool      `json:"edited,omitempty"`
}

func (p *play) id(i int) string { return fmt.Sprintf("%d-%d", p.person, i) }

func (p *play) index(id string) (int, bool) {
	person, i, _ := strings.Cut(id, "-")
	n, err := strconv.Atoi(i)
	return n, err == nil && person == strconv.Itoa(p.person)
}

// wire gives message i as the far side sends it. What was deleted was there
// first; what was edited changes the message that it is most like, if any.
func (p *play) wire(i int) []wire {
	m := &p.said[i]
	from := fmt.Sprintf("+5916%07d", p.person)
	if p.medium == channels.Email {
		from = fmt.Sprintf("persona%d@replay.ejemplo", p.person)
	}
	w := wire{ID: p.id(i), From: from, Said: strings.TrimSpace(kinds[m.kind] + " " + m.text), At: m.at}
	switch m.kind {
	case "deleted":
		if strings.Contains(strings.ToLower(m.text), "elimin") || strings.Contains(strings.ToLower(m.text), "borr") {
			w.Said = "" // the chat's own word for it
		}
		return []wire{w, {ID: w.ID + "-x", From: from, At: m.at, Answers: w.ID, Deleted: true}}
	case "edited":
		if k := p.alike(i); k >= 0 {
			w.Answers, w.Edited = p.id(k), true
		}
	}
	return []wire{w}
}

// alike is the earlier message of the person that a correction changes: the
// nearest of the last ones that shares most of its words, -1 if there is none.
func (p *play) alike(i int) int {
	words := func(s string) map[string]bool {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(strings.ToLower(s)) {
			set[w] = true
		}
		return set
	}
	now := words(p.said[i].text)
	for k, seen := i-1, 0; k >= 0 && seen < 3; k-- {
		if p.said[k].desk || p.said[k].kind == "deleted" {
			continue
		}
		seen++
		shared := 0
		for w := range words(p.said[k].text) {
			if now[w] {
				shared++
			}
		}
		if shared > 0 && 2*shared >= min(len(now), len(words(p.said[k].text))) {
			return k
		}
	}
	return -1
}

// line is the channel of the replay for one medium.
type line struct{ medium channels.Medium }

func (l line) Name() string            { return string(l.medium) }
func (l line) Medium() channels.Medium { return l.medium }

// Run has nothing to wait for: what is said is handed to the store.
func (l line) Run(ctx context.Context, _ channels.Host) error {
	<-ctx.Done()
	return ctx.Err()
}

// Read reads a wire.
func (l line) Read(channel string, r channels.Raw) channels.Report {
	rep := channels.Report{Channel: channel, Medium: l.medium, Kind: channels.Human, ReceivedAt: r.Received}
	var w wire
	if err := json.Unmarshal(r.Body, &w); err != nil {
		rep.Kind, rep.Defects = channels.None, []string{err.Error()}
		return rep
	}
	rep.ExternalID, rep.From = w.ID, channels.Address{Medium: l.medium, Value: w.From}
	rep.Said, rep.Text, rep.SentAt = w.Said, w.Said, w.At
	if w.Answers != "" {
		rep.Answers = []string{w.Answers}
	}
	switch {
	case w.Deleted:
		rep.Kind, rep.Change, rep.Said = channels.Aside, &channels.Change{Deleted: true}, "Borró un mensaje anterior"
	case w.Edited:
		rep.Change = &channels.Change{Text: w.Said}
	}
	return rep
}

// answered says in which case a word of the desk most likely was: the recording
// does not tell.
func (p *play) answered(ctx context.Context, i int) (string, error) {
	var ids []string
	var cases []dialogue.Case
	at := map[string]int{}
	for k := range i {
		id := p.place[k]
		if id == "" {
			continue
		}
		if _, ok := at[id]; !ok {
			at[id] = len(cases)
			ids, cases = append(ids, id), append(cases, dialogue.Case{})
		}
		c := &cases[at[id]]
		c.Said = append(c.Said, dialogue.Message{Text: p.said[k].text, At: p.said[k].at, Desk: p.said[k].desk})
	}
	n := dialogue.Answers(cases, dialogue.Message{Text: p.said[i].text, At: p.said[i].at, Desk: true})
	if n < 0 {
		return "", nil
	}
	return ids[n], nil
}
