package console

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// composer is where one writes to the person, or to the office.
type composer struct {
	Kind        string // "" for a reply, "note"
	Tabs        []composerTab
	Action      string
	Version     int64
	Medium, To  string
	Label       string
	Placeholder string
	Button      string
	Text        string
	Draft, Done string
	Kept        bool   // Text was typed before and not sent
	Seen        string // the newest message and event that stand above
	Seal        string
	Wrong       string
	Doubts      []string
	Copies      int
	Files       bool
	Quote       *quoteView // the message that the reply shows above its words
	Phrases     []phrase
}

type composerTab struct {
	Href, Word, Key string
	Current         bool
}

// composer offers a reply and a note as far as this person may.
func (c *Console) composer(r *http.Request, s *Session, t *tickets.Ticket) (*composer, error) {
	w, self := c.say(s), "/casos/"+t.Code
	may := map[tickets.Act]bool{}
	for _, m := range t.Acts(s.Actor, c.now()) {
		may[m.Act] = true
	}
	if !may[tickets.ActReply] && !may[tickets.ActNote] {
		return nil, nil
	}
	v := &composer{Version: t.Version, Medium: t.Contact.Medium, Copies: len(t.Copies), Seen: s.seen}
	note := !may[tickets.ActReply] || r.URL.Query().Get("escribir") == "nota" && may[tickets.ActNote]
	if may[tickets.ActReply] {
		v.Tabs = append(v.Tabs, composerTab{self + "?escribir=respuesta", "compose.reply", "r", !note})
	}
	if may[tickets.ActNote] {
		v.Tabs = append(v.Tabs, composerTab{self + "?escribir=nota", "compose.note", "n", note})
	}
	if note {
		v.Kind, v.Action, v.Label, v.Button, v.Placeholder = "note", self+"/note", w.T("compose.note"), w.T("compose.note.save"), w.T("compose.note.text")
	} else {
		v.Action, v.Label, v.Button = self+"/reply", w.T("compose.reply"), w.T("compose.send."+t.Contact.Medium)
		v.Placeholder = w.T("compose.text." + t.Contact.Medium)
		v.Files = t.Contact.Medium != "phone"
		v.To = w.T("compose.to."+t.Contact.Medium, "address", c.shown(t.Contact.Medium, t.Contact.Value), "name", t.Contact.Name)
		if t.Contact.Value == "" {
			v.To = w.T("compose.to.hidden")
		}
	}
	v.Draft = t.Code + ":" + map[bool]string{true: "nota", false: "respuesta"}[note]
	u := c.unsent(r, s, v.Draft)
	v.Text, v.Done = u.Fields["text"], done(u)
	v.Kept = v.Text != ""
	if note {
		return v, nil
	}
	if text := c.taken(r, s); text != "" && r.URL.Query().Get("acto") == "" {
		v.Text, v.Kept = strings.TrimSpace(v.Text+"\n\n"+text), false
	}
	var err error
	if v.Phrases, err = c.phrases(r, s, t); err != nil {
		return nil, err
	}
	for _, p := range v.Phrases {
		if chosen := r.URL.Query().Get("plantilla"); chosen != "" && strings.Contains(p.Href, "plantilla="+url.QueryEscape(chosen)+"#") {
			v.Text, v.Kept = strings.TrimSpace(v.Text+"\n\n"+p.Text), false
		}
	}
	return v, nil
}

// hold shows why a text was held back, and lets it go when it is sent again as it stands.
func (v *composer) hold(e *stop, w *words) {
	if e == nil {
		return
	}
	v.Doubts, v.Seal = e.lines, e.seal
	v.Button = w.T("stop.anyway")
}

func (f *formView) hold(e *stop, w *words) {
	if e == nil {
		return
	}
	f.Doubts, f.Seal = e.lines, e.seal
	f.Button = w.T("stop.anyway")
}

// upload is a file that someone attaches to a reply.
type upload struct {
	name, mime string
	data       []byte
}

// uploaded reads the files of a form; their type is judged by their bytes.
func uploaded(r *http.Request) ([]upload, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []upload
	for _, h := range r.MultipartForm.File["archivo"] {
		f, err := h.Open()
		if err != nil {
			return nil, fmt.Errorf("reading upload: %w", err)
		}
		data, err := io.ReadAll(f)
		f.Close() // only read from
		if err != nil {
			return nil, fmt.Errorf("reading upload: %w", err)
		}
		if len(data) > 0 {
			out = append(out, upload{safeName(h.Filename), http.DetectContentType(data), data})
		}
	}
	return out, nil
}

// keep stores files and gives them as a record names them.
func keep(tx *store.Tx, files []upload) (string, error) {
	var refs []string
	for _, f := range files {
		hash, err := tx.PutBlob(f.data)
		if err != nil {
			return "", err
		}
		refs = append(refs, tickets.FileRef{Hash: hash, Type: f.mime, Name: f.name, Size: int64(len(f.data))}.String())
	}
	return strings.Join(refs, ","), nil
}
