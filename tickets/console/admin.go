package console

import (
	"net/http"
	"slices"

	"ventanilla/tickets"
)

// The administration's front page: what of the office is data that it keeps
// itself. Each room is a screen of its own, and shown to those who may enter it.

type room struct {
	Href, Word string // Word is a catalogue key under "room.", with "<key>.about" beside it
}

var rooms = []room{
	{"/usuarios", "users"},
	{"/administracion/calendario", "calendar"},
	{"/administracion/metas", "targets"},
	{"/administracion/criterios", "rules"},
	{"/administracion/sistemas", "systems"},
	{"/administracion/plantillas", "texts"},
	{"/administracion/pruebas", "proofs"},
	{"/administracion/llamadas", "columns"},
	{"/notas", "formal"},
	{"/reservados", "restricted"},
	{"/administracion/avisos", "alerts"},
	{"/administracion/acceso", "access"},
	{"/auditoria", "audit"},
}

// keepsOffice are those who look into the administration: its keeper, and those
// who answer for the office or examine it.
var keepsOffice = []tickets.Role{tickets.Administrador, tickets.Supervisor, tickets.Jefatura, tickets.Auditor}

type adminData struct {
	Frame
	Rooms []room
}

func (c *Console) adminPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	data := adminData{Frame: c.frame(r, s, words.T("admin.title"), "/administracion")}
	for _, room := range rooms {
		i := slices.IndexFunc(c.routes(), func(rt route) bool { return rt.pattern == "GET "+room.Href })
		if i >= 0 && c.routes()[i].allows(s.Actor) {
			data.Rooms = append(data.Rooms, room)
		}
	}
	return c.show(w, r, http.StatusOK, words.lang, "admin", "content", data)
}
