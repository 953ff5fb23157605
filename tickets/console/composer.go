package console

import (
	"fmt"
	"io"
	"net/http"
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
	Draft       string
	Copies      int
	Files       bool
}

type composerTab struct {
	Href, Word, Key string
	Current         bool
}

// composer offers a reply and a note as far as this person may.
func (c *Console) composer(r *http.Request, s *Session, t *tickets.Ticket) *composer {
	w, self := c.say(s), "/casos/"+t.Code
	may := map[tickets.Act]bool{}
	for _, m := range t.Acts(s.Actor, c.now()) {
		may[m.Act] = true
	}
	if !may[tickets.ActReply] && !may[tickets.ActNote] {
		return nil
	}
	v := &composer{Version: t.Version, Medium: t.Contact.Medium, Copies: len(t.Copies)}
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
	return v
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
