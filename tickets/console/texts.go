package console

import (
	"net/http"
	"slices"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The texts that are written often, with their versions. Who writes one does not
// approve it: a draft waits for another supervisor or the head of the office.

type textsData struct {
	Frame
	Texts []textView
	May   bool
}

type textView struct {
	store.Template
	Name, Who string
	MayDecide bool
	MayRetire bool
}

type textData struct {
	Frame
	Text     store.Template
	Versions []textView
	New, May bool
	Action   string
	Channels []string
	Tongues  []string
	Letter   bool // how it looks as a mail can be shown
}

var (
	textWriters   = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.Administrador}
	textApprovers = []tickets.Role{tickets.Supervisor, tickets.Jefatura}
	textReaders   = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.Jefatura, tickets.Auditor, tickets.Administrador}
)

func (c *Console) textsPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	list, err := c.st.Templates(r.Context())
	if err != nil {
		return err
	}
	data := textsData{Frame: c.frame(r, s, c.say(s).T("texts.title"), "/administracion"), May: (route{who: textWriters}).allows(s.Actor)}
	for _, t := range list {
		data.Texts = append(data.Texts, textView{t, t.Name, c.nameOf(r.Context(), t.By), false, false})
	}
	return c.show(w, r, http.StatusOK, s.Language, "texts", "content", data)
}

func (c *Console) textPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showText(w, r, s, http.StatusOK, nil, nil)
}

func (c *Console) showText(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash, typed *store.Template) error {
	words, id := c.say(s), r.PathValue("id")
	data := textData{New: id == "nueva", Letter: c.opt.Letter != nil, Action: "/administracion/plantillas/" + id, Channels: []string{"", "email", "whatsapp", "phone"}, Tongues: tickets.Languages, May: (route{who: textWriters}).allows(s.Actor)}
	title := words.T("texts.new")
	data.Text.Language = "es"
	if !data.New {
		versions, err := c.st.TemplateVersions(r.Context(), id)
		if err != nil {
			return err
		}
		if len(versions) == 0 {
			return store.ErrNotFound
		}
		data.Text, title = versions[0], versions[0].Name
		for i, v := range versions {
			decide := i == 0 && v.State == store.TemplateDraft && v.By != s.Actor.ID && (route{who: textApprovers}).allows(s.Actor)
			retire := i == 0 && v.State == store.TemplateApproved && (route{who: textApprovers}).allows(s.Actor)
			data.Versions = append(data.Versions, textView{v, v.Name, c.nameOf(r.Context(), v.By), decide, retire})
		}
	}
	if typed != nil {
		data.Text = *typed
	}
	data.Frame = c.frame(r, s, title, "/administracion")
	if f != nil {
		data.Flash = f
	}
	return c.show(w, r, status, words.lang, "text", "content", data)
}

// textSave stores a new version as a draft, or settles the newest draft.
func (c *Console) textSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, id, do := c.say(s), r.PathValue("id"), r.PostFormValue("do")
	t := store.Template{Name: strings.TrimSpace(r.PostFormValue("name")), Body: strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n")), Channel: r.PostFormValue("channel"), Language: r.PostFormValue("language"), State: store.TemplateDraft}
	var newest store.Template
	if id != "nueva" {
		versions, err := c.st.TemplateVersions(r.Context(), id)
		if err != nil {
			return err
		}
		if len(versions) == 0 {
			return store.ErrNotFound
		}
		newest = versions[0]
		t.ID = id
	}
	switch do {
	case "approve", "retire":
		if !(route{who: textApprovers}).allows(s.Actor) {
			return errForbidden
		}
		if r.PostFormValue("version") != itoa(newest.Version) {
			return store.ErrStale
		}
		if do == "approve" && (newest.State != store.TemplateDraft || newest.By == s.Actor.ID) {
			return c.showText(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("texts.foureyes")}, nil)
		}
		t = newest
		t.State = map[string]store.TemplateState{"approve": store.TemplateApproved, "retire": store.TemplateRetired}[do]
	default:
		if !(route{who: textWriters}).allows(s.Actor) {
			return errForbidden
		}
		if t.Name == "" || t.Body == "" || !slices.Contains(tickets.Languages, t.Language) || !slices.Contains([]string{"", "email", "whatsapp", "phone"}, t.Channel) {
			return c.showText(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("texts.wrong")}, &t)
		}
	}
	t.By = s.Actor.ID
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SaveTemplate(&t); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "text." + string(t.State), Target: t.ID, Details: map[string]string{"name": t.Name, "version": itoa(t.Version)}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/administracion/plantillas/"+t.ID+"?hecho=saved")
	return nil
}
