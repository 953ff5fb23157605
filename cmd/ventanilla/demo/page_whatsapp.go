package demo

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ventanilla/channels/phone"
)

// chatPage is the WhatsApp of the citizens.
type chatPage struct {
	Frame  frame
	Me     caller
	People []caller
	Office string // the number written to
	Chat   []bubble
}

// whatsapp shows one citizen's chat with the office. Who looks at a chat has
// read it: that is what the desk is told, as by any phone.
func (p *page) whatsapp(w http.ResponseWriter, r *http.Request) error {
	v := chatPage{Frame: p.frame("whatsapp", "WhatsApp"), Me: caller{maria.name, mobile(maria.phone)}, Office: phone.Format(deskNumber)}
	for _, c := range citizens {
		if n := mobile(c.phone); n != "" {
			v.People = append(v.People, caller{c.name, n})
		}
	}
	for _, c := range p.world.chats.people() {
		if !slices.ContainsFunc(v.People, func(known caller) bool { return known.Number == c.Number }) {
			v.People = append(v.People, c)
		}
	}
	me := mobile(r.FormValue("yo"))
	if i := slices.IndexFunc(v.People, func(c caller) bool { return c.Number == me }); i >= 0 {
		v.Me = v.People[i]
	}
	if own := p.world.chats.find(v.Me.Number); own != nil {
		own.ReadAll()
	}
	v.Chat = p.world.chats.chat(v.Me.Number)
	return p.show(w, http.StatusOK, "whatsapp", v)
}

// sendChat lets the citizen write to the office.
func (p *page) sendChat(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile+1<<20)
	if err := r.ParseMultipartForm(maxFile); err != nil {
		return wrong("El formulario no se entendió, o el archivo pasa de 5 MB.")
	}
	number := mobile(r.PostFormValue("numero"))
	if number == "" || number == deskNumber {
		return wrong("Escriba un celular boliviano ficticio, como 71500001.")
	}
	file, err := sentFile(r)
	if err != nil {
		return err
	}
	if file != nil { // a phone knows a picture by what it holds
		file.Type = http.DetectContentType(file.Data)
	}
	text := strings.TrimSpace(r.PostFormValue("texto"))
	if text == "" && file == nil {
		return wrong("Escriba un mensaje o elija un archivo.")
	}
	if err := p.world.chats.say(number, strings.TrimSpace(r.PostFormValue("nombre")), text, file); err != nil {
		return err
	}
	http.Redirect(w, r, "/whatsapp?yo="+url.QueryEscape(number), http.StatusSeeOther)
	return nil
}
