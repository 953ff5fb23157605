package demo

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxFile is how large a file the newcomer may send along.
const maxFile = 5 << 20

// thread is a conversation as a mail program shows it.
type thread struct {
	Subject string
	Letters []*letter
	Last    *letter // the newest one received, which a reply answers; nil if none
	Newest  time.Time
}

// mailPage is what the citizens' mail program shows.
type mailPage struct {
	Frame    frame
	Me       citizenView
	People   []citizenView
	Threads  []thread
	Received int
	Support  string
	Inbox    string
}

// citizenView is a person to be.
type citizenView struct {
	Name, Address string
	Letters       int
}

// mail shows one citizen's mail program.
func (p *page) mail(w http.ResponseWriter, r *http.Request) error {
	m := mailPage{Frame: p.frame("correo", "Correo"), Support: support, Inbox: inbox}
	m.Me = p.me(r.FormValue("yo"))
	for _, c := range citizens {
		m.People = append(m.People, citizenView{c.name, c.mail, len(p.world.post.box(c.mail))})
	}
	for _, box := range p.world.post.owners() {
		if !slices.ContainsFunc(m.People, func(c citizenView) bool { return c.Address == box }) {
			m.People = append(m.People, p.me(box))
		}
	}
	m.Threads = threads(p.world.post.box(m.Me.Address))
	for _, t := range m.Threads {
		for _, l := range t.Letters {
			if !l.Sent {
				m.Received++
			}
		}
	}
	return p.show(w, http.StatusOK, "correo", m)
}

// me is the citizen with an address: one of the cast, one who has written, or
// the first of the cast.
func (p *page) me(address string) citizenView {
	address = strings.ToLower(strings.TrimSpace(address))
	if address == "" {
		address = maria.mail
	}
	box := p.world.post.box(address)
	for _, c := range citizens {
		if c.mail == address {
			return citizenView{c.name, c.mail, len(box)}
		}
	}
	for _, l := range box {
		if l.Sent {
			return citizenView{cmp.Or(l.From.Name, address), address, len(box)}
		}
	}
	return citizenView{address, address, len(box)}
}

// threads groups letters by the first one of their conversation, the newest
// conversation first.
func threads(box []*letter) []thread {
	root := map[string]string{} // id → id of the conversation
	at := map[string]int{}
	var list []thread
	for _, l := range box {
		key := l.ID
		for _, id := range append([]string{l.InReplyTo}, l.References...) {
			if known, ok := root[id]; ok && id != "" {
				key = known
				break
			}
		}
		root[l.ID] = key
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, thread{Subject: cmp.Or(l.Subject, "(sin asunto)")})
		}
		t := &list[i]
		t.Letters = append(t.Letters, l)
		t.Newest = l.At
		if !l.Sent {
			t.Last = l
		}
	}
	slices.SortStableFunc(list, func(a, b thread) int { return b.Newest.Compare(a.Newest) })
	return list
}

// sendMail lets the citizen write to the desk.
func (p *page) sendMail(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile+1<<20)
	if err := r.ParseMultipartForm(maxFile); err != nil {
		return wrong("El formulario no se entendió, o el archivo pasa de 5 MB.")
	}
	from, err := writer(r.PostFormValue("nombre"), r.PostFormValue("correo"))
	if err != nil {
		return err
	}
	l := &letter{From: *from, Subject: r.PostFormValue("asunto"), Text: r.PostFormValue("texto"), At: p.clock.Now()}
	if strings.TrimSpace(l.Text) == "" && strings.TrimSpace(l.Subject) == "" {
		return wrong("Escriba un asunto o un texto.")
	}
	l.To.Address = support
	switch r.PostFormValue("para") {
	case inbox:
		l.To.Address = inbox
	case "ambas":
		l.Also = []mail.Address{{Address: inbox}}
	}
	if l.File, err = sentFile(r); err != nil {
		return err
	}
	if err := p.world.send(r.Context(), l); err != nil {
		return err
	}
	http.Redirect(w, r, "/correo?yo="+url.QueryEscape(from.Address), http.StatusSeeOther)
	return nil
}

// writer checks who writes: fictional people only.
func writer(name, address string) (*mail.Address, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(address))
	if err != nil || !strings.HasSuffix(strings.ToLower(a.Address), ".ejemplo") {
		return nil, wrong("El correo debe ser ficticio y terminar en .ejemplo, como ana@ciudadana.ejemplo.")
	}
	if strings.HasSuffix(strings.ToLower(a.Address), "@"+domain) {
		return nil, wrong("Esa dirección es de la mesa: escriba con la de un ciudadano.")
	}
	a.Name, a.Address = strings.TrimSpace(name), strings.ToLower(a.Address)
	return a, nil
}

func sentFile(r *http.Request) (*attachment, error) {
	f, h, err := r.FormFile("archivo")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	if err != nil {
		return nil, wrong("No se pudo leer el archivo.")
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(data) > maxFile {
		return nil, wrong("El archivo pasa de 5 MB.")
	}
	if h.Filename == "" {
		return nil, nil
	}
	return &attachment{Name: h.Filename, Type: cmp.Or(h.Header.Get("Content-Type"), "application/octet-stream"), Data: data}, nil
}

// replyMail answers a letter of the desk where it asks to be answered.
func (p *page) replyMail(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return wrong("El formulario no se entendió.")
	}
	me := p.me(r.PostFormValue("yo"))
	id, text := r.PostFormValue("a"), r.PostFormValue("texto")
	box := p.world.post.box(me.Address)
	i := slices.IndexFunc(box, func(l *letter) bool { return !l.Sent && l.ID == id })
	if i < 0 {
		return wrong("Ese mensaje ya no está en el buzón.")
	}
	if strings.TrimSpace(text) == "" {
		return wrong("Escriba su respuesta.")
	}
	l := box[i].answer(text, p.clock.Now())
	l.From = mail.Address{Name: me.Name, Address: me.Address}
	if err := p.world.send(r.Context(), l); err != nil {
		return err
	}
	http.Redirect(w, r, "/correo?yo="+url.QueryEscape(me.Address), http.StatusSeeOther)
	return nil
}
