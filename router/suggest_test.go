package router_test

import (
	"fmt"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// TestWhoGivesAKnownNumberMayBeThatPerson: a mail that gives the number of
// somebody known by WhatsApp is offered as theirs, with its reason, if the name
// agrees; a stranger's name, or no number, offers nobody.
func TestWhoGivesAKnownNumberMayBeThatPerson(t *testing.T) {
	each(t, func(h *house) {
		var yamil string
		err := h.st.Write(h.t.Context(), func(tx *store.Tx) (err error) {
			yamil, err = tx.PersonOf(tickets.Contact{Medium: "whatsapp", Value: "+59174500024", Name: "Yamil Supuesto"})
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
		for i, c := range []struct {
			name, text string
			want       bool
		}{
			{"Yamil Supuesto Choque", "Sigo sin recibir el código. Mi número es 745 00024.", true},
			{"Yamil Supuesto Choque", "Sigo sin recibir el código.", false},
			{"Yamil Supuesto Choque", "Sigo sin recibir el código. Mi número es 74500025.", false},
			{"Rosa de Ejemplo", "El señor del 74500024 me dijo que escriba: no recibo el código.", false},
		} {
			e := h.mail(fmt.Sprintf("From: %s <persona%d@ciudadano.ejemplo.bo>\nTo: %s\nSubject: No llega el código\nMessage-ID: <%d@ciudadano.ejemplo.bo>\nContent-Type: text/plain; charset=utf-8\n\n%s\n", c.name, i, ours, i, c.text))
			list, err := h.st.Suggestions(h.t.Context(), e.Ticket)
			if err != nil {
				h.t.Fatal(err)
			}
			got := len(list) == 1 && list[0].Kind == store.SuggestPerson && list[0].Other == yamil && list[0].Reason == "stated"
			if got != c.want || !c.want && len(list) > 0 {
				h.t.Errorf("%s, %q: %+v", c.name, c.text, list)
			}
		}
	})
}
