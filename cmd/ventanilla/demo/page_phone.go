package demo

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/phone"
	"ventanilla/tickets/store"
)

// deskPhone is the extension that answers on the citizens' page.
const deskPhone = "101"

// phonePage is the telephone of the citizens.
type phonePage struct {
	Frame  frame
	Me     caller
	People []caller
	Calls  []callView
	Told   []told
}

// callView is a call with what became of it at the desk.
type callView struct {
	ring
	State store.CallState
	Code  string // of the case that it became
}

type caller struct{ Name, Number string }

// told is an answer that the desk gave, or still has to give, by telephone.
type told struct {
	Name, Number, Code, Text string
	Done                     bool
	At                       time.Time
}

// phone shows the telephone.
func (p *page) phone(w http.ResponseWriter, r *http.Request) error {
	v := phonePage{Frame: p.frame("telefono", "Teléfono"), Me: caller{pedro.name, pedro.phone}}
	for _, c := range citizens {
		v.People = append(v.People, caller{c.name, c.phone})
		if c.phone == r.FormValue("yo") {
			v.Me = caller{c.name, c.phone}
		}
	}
	var err error
	if v.Calls, err = p.calls(r.Context()); err != nil {
		return err
	}
	if v.Told, err = p.told(r.Context()); err != nil {
		return err
	}
	return p.show(w, http.StatusOK, "telefono", v)
}

// calls lists the newest calls; the desk may not have read of the last one yet.
func (p *page) calls(ctx context.Context) ([]callView, error) {
	var list []callView
	for _, c := range p.world.exchange.recent(6) {
		v := callView{ring: c}
		known, err := p.store.Call(ctx, c.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if v.State = known.State; known.Ticket != "" {
			row, err := p.store.Row(ctx, known.Ticket)
			if err != nil {
				return nil, err
			}
			v.Code = row.Code
		}
		list = append(list, v)
	}
	return list, nil
}

// told lists what callers were told, and what waits to be told.
func (p *page) told(ctx context.Context) ([]told, error) {
	cases, err := p.store.List(ctx, store.Filter{State: "all", Medium: channels.Phone, Restricted: true, Limit: 30})
	if err != nil {
		return nil, err
	}
	var list []told
	for _, row := range cases.Rows {
		t, err := p.store.Ticket(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		for _, n := range t.Notices {
			if n.Medium != string(channels.Phone) || n.State != "queued" && n.State != "delivered" {
				continue
			}
			list = append(list, told{row.PersonName, phone.Format(row.Address), row.Code, n.Text, n.State == "delivered", n.At})
		}
	}
	return list, nil
}

// ring calls the desk.
func (p *page) ring(w http.ResponseWriter, r *http.Request) error {
	number, name := strings.TrimSpace(r.PostFormValue("numero")), strings.TrimSpace(r.PostFormValue("nombre"))
	if n := (phone.Plan{Area: "2"}).Parse(number); !n.OK() {
		return wrong("Escriba un número boliviano, como 71500001 o 22500012.")
	}
	if _, err := p.world.exchange.ring(r.Context(), number, name); err != nil {
		return err
	}
	return back(w, r, number)
}

func (p *page) answer(w http.ResponseWriter, r *http.Request) error {
	if err := p.world.exchange.answer(r.Context(), r.PostFormValue("llamada"), deskPhone); err != nil {
		return err
	}
	return back(w, r, r.PostFormValue("yo"))
}

func (p *page) hangup(w http.ResponseWriter, r *http.Request) error {
	if err := p.world.exchange.hangup(r.Context(), r.PostFormValue("llamada")); err != nil {
		return err
	}
	return back(w, r, r.PostFormValue("yo"))
}

func back(w http.ResponseWriter, r *http.Request, me string) error {
	http.Redirect(w, r, "/telefono?yo="+url.QueryEscape(me), http.StatusSeeOther)
	return nil
}
