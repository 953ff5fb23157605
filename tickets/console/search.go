package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// Searching over cases, people and articles, and the page of one person.

type searchData struct {
	Frame
	Text     string
	Rows     []rowView
	People   []store.Person
	Articles []articleView
	Asked    bool
}

func (c *Console) searchPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	words, ctx := c.say(s), r.Context()
	data := searchData{Frame: c.frame(r, s, words.T("search.title"), "/buscar"), Text: strings.TrimSpace(r.URL.Query().Get("q"))}
	if data.Text == "" {
		return c.show(w, r, http.StatusOK, s.Language, "search", "content", data)
	}
	data.Asked = true
	if code, ok := tickets.ParseCode(data.Text); ok {
		if t, err := c.st.TicketByCode(ctx, code); err == nil && t.SeenBy(s.Actor) {
			http.Redirect(w, r, "/casos/"+code, http.StatusSeeOther)
			return nil
		}
	}
	rows, err := c.st.Search(ctx, store.SearchFilter{Text: data.Text, Limit: 40, Filter: store.Filter{Restricted: seesAll(s.Actor), Viewer: viewer(s.Actor)}})
	if err != nil {
		return err
	}
	for _, row := range rows {
		data.Rows = append(data.Rows, c.row(r, words, row, nil, ""))
	}
	if data.People, err = c.st.SearchPeople(ctx, data.Text, 12); err != nil {
		return err
	}
	f := readable(s.Actor)
	f.Text, f.Limit = data.Text, 12
	articles, err := c.st.Articles(ctx, f)
	if err != nil {
		return err
	}
	for _, a := range articles {
		data.Articles = append(data.Articles, c.articleView(ctx, a))
	}
	return c.show(w, r, http.StatusOK, s.Language, "search", "content", data)
}

type personData struct {
	Frame
	Person    store.Person
	Addresses []store.Address
	Rows      []rowView
	MayEdit   bool
}

func (c *Console) personPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	ctx, words := r.Context(), c.say(s)
	p, err := c.st.Person(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	data := personData{Frame: c.frame(r, s, cmp.Or(p.Name, words.T("person.unknown")), "/buscar"), Person: p, MayEdit: route{who: deskRole}.allows(s.Actor)}
	same, err := c.st.Same(ctx, p.ID)
	if err != nil {
		return err
	}
	if data.Addresses, err = c.addressesOf(ctx, same); err != nil {
		return err
	}
	for i := range data.Addresses {
		a := &data.Addresses[i]
		a.Value, a.By = cmp.Or(c.shown(a.Kind, a.Value), a.Value), c.nameOf(ctx, a.By)
	}
	page, err := c.st.List(ctx, store.Filter{State: "all", Persons: same, Limit: 50, Restricted: seesAll(s.Actor), Viewer: viewer(s.Actor)})
	if err != nil {
		return err
	}
	for _, row := range page.Rows {
		data.Rows = append(data.Rows, c.row(r, words, row, nil, ""))
	}
	return c.show(w, r, http.StatusOK, s.Language, "person", "content", data)
}

// personSave corrects what is known of a person, or says by which proof an
// address is theirs, or takes such a link back.
func (c *Console) personSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	p, err := c.st.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		switch v("accion") {
		case "enlazar":
			contact := tickets.Contact{Medium: v("medium"), Value: strings.ToLower(v("value"))}
			if contact.Medium != "email" {
				e164, _, ok := c.number(v("value"))
				if !ok {
					return &badRequest{"call.nonumber"}
				}
				contact.Value = e164
			}
			if contact.Value == "" || v("proof") == "" || !slices.Contains([]string{"email", "whatsapp", "phone"}, contact.Medium) {
				return &badRequest{"person.proof.missing"}
			}
			if err := tx.LinkAddress(p.ID, contact, v("proof"), s.Actor.ID); err != nil {
				return err
			}
		case "desenlazar":
			link, err := strconv.ParseInt(v("link"), 10, 64)
			if err != nil {
				return &badRequest{"error.form"}
			}
			if err := tx.UnlinkAddress(link, s.Actor.ID); err != nil {
				return err
			}
		default:
			p.Name, p.Entity, p.Note = v("name"), v("entity"), v("note")
			if err := tx.SavePerson(p); err != nil {
				return err
			}
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "person." + cmp.Or(v("accion"), "guardar"), Target: p.ID, Details: map[string]string{"proof": v("proof")}, Peer: c.peer(r)})
	})
	if err != nil {
		return c.again(w, r, s, (*Console).personPage, err)
	}
	c.redirect(w, r, "/personas/"+p.ID+"?hecho=person")
	return nil
}
