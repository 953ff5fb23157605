package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"ventanilla/tickets/store"
)

// Views of the queue that people keep under a name: their own, and the shared ones.

// savedTab is a kept view above the list.
type savedTab struct {
	Href, Name, Owner string
	Current           bool
}

// savedTabs are the kept views as tabs; drop is the current one, if it is this person's own.
func (c *Console) savedTabs(r *http.Request, s *Session, here string) (tabs []savedTab, drop string, err error) {
	list, err := c.st.Views(r.Context(), s.Actor.ID)
	if err != nil {
		return nil, "", err
	}
	for _, v := range list {
		t := savedTab{Href: "/bandeja?" + v.Address, Name: v.Name, Owner: c.nameOf(r.Context(), v.Owner), Current: v.Address == here && here != ""}
		if t.Current && v.Owner == s.Actor.ID {
			drop = v.ID
		}
		tabs = append(tabs, t)
	}
	return tabs, drop, nil
}

// viewSave keeps a view: POST /bandeja/vistas.
func (c *Console) viewSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	q, err := url.ParseQuery(r.PostFormValue("direccion"))
	name := strings.TrimSpace(r.PostFormValue("nombre"))
	if err != nil || name == "" {
		return &badRequest{"view.noname"}
	}
	f := readFilter(q)
	f.After = ""
	v := store.SavedView{Name: name, Address: f.values().Encode(), Owner: s.Actor.ID, Shared: r.PostFormValue("compartida") == "yes"}
	if err := c.st.Write(r.Context(), func(tx *store.Tx) error { return tx.SaveView(&v) }); err != nil {
		return err
	}
	c.redirect(w, r, "/bandeja?"+v.Address)
	return nil
}

// viewDrop forgets one's own view: POST /bandeja/vistas/{id}/quitar.
func (c *Console) viewDrop(w http.ResponseWriter, r *http.Request, s *Session) error {
	err := c.st.Write(r.Context(), func(tx *store.Tx) error { return tx.DropView(r.PathValue("id"), s.Actor.ID) })
	if errors.Is(err, store.ErrStale) {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/bandeja")
	return nil
}
