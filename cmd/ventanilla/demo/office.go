package demo

import (
	"context"
	"fmt"

	"ventanilla/tickets"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
)

// hire makes the staff's accounts and gives the people as the rules know them,
// by login. One hash serves all: they share Password, which is on the page.
func hire(ctx context.Context, st *store.Store) (map[string]tickets.Actor, error) {
	hash := console.HashPassword(Password)
	people := map[string]tickets.Actor{}
	err := st.Write(ctx, func(tx *store.Tx) error {
		for _, c := range staff {
			u := store.Staff{Login: c.login, Name: c.name, Hash: hash, Roles: c.roles, Unit: c.unit, Active: true, Language: "es"}
			if err := tx.AddStaff(&u); err != nil {
				return fmt.Errorf("adding %s: %w", c.login, err)
			}
			people[c.login] = u.Actor(tx.Now())
		}
		return nil
	})
	return people, err
}

// stock fills the knowledge base with what the office knew before the day; it
// gives the articles' ids by key.
func stock(ctx context.Context, st *store.Store, by string) (map[string]string, error) {
	ids := map[string]string{}
	for _, a := range library {
		id, err := saveArticle(ctx, st, a, "", by)
		if err != nil {
			return nil, err
		}
		ids[a.key] = id
	}
	return ids, nil
}

// codes are the procedures as the knowledge base names them.
var codes = map[string]string{"9.1": "PR01", "9.2": "PR02", "9.3": "PR03"}

func saveArticle(ctx context.Context, st *store.Store, a article, ticket, by string) (string, error) {
	record := store.Article{
		Title: a.title, Body: a.body, System: a.system, Class: a.class, Unit: a.unit, Procedure: codes[a.procedure],
		Visibility: a.visibility, State: store.Published, Ticket: ticket, By: by,
	}
	err := st.Write(ctx, func(tx *store.Tx) error {
		record.ID, record.Version = "", 0
		return tx.SaveArticle(&record)
	})
	if err != nil {
		return "", fmt.Errorf("saving the article %q: %w", a.title, err)
	}
	return record.ID, nil
}
