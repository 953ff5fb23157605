package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// closed opens a case and closes it as solved at a step by a unit.
func closed(t testing.TB, s *store.Store, system, subject, said string, solved tickets.Step, unit tickets.Unit) *tickets.Ticket {
	t.Helper()
	c := newCase(t, s, "ana@example.bo", subject, said)
	shut(t, s, c.ID, func(t *tickets.Ticket) {
		t.System, t.Solution.Unit = system, unit
		t.Trail = append(t.Trail, tickets.Done{Step: solved, Unit: unit})
	})
	return c
}

func shut(t testing.TB, s *store.Store, id string, change func(*tickets.Ticket)) {
	t.Helper()
	err := s.Update(context.Background(), id, func(t *tickets.Ticket) error {
		t.Solution = &tickets.Solution{Text: "Se hizo.", Type: tickets.Resolved}
		t.Step, t.ClosedAt, t.Outcome = tickets.Closed, s.Now(), tickets.Resolved
		change(t)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func alike(t testing.TB, s *store.Store, q store.Like) (ids []string, list []store.Precedent) {
	t.Helper()
	list, err := s.Precedents(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		ids = append(ids, p.Row.ID)
	}
	return ids, list
}

func TestPrecedents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const subject, text = "Pasarela caída", "La pasarela de pagos responde 502 y nadie puede generar el código QR"
		if ids, _ := alike(t, s, store.Like{Subject: subject, Text: text}); len(ids) > 0 {
			t.Errorf("an empty desk has precedents: %v", ids)
		}
		uit := closed(t, s, "ppte", "Pasarela de pagos caída", "La pasarela responde 502 a todos y no genera códigos QR", "9.2/4", tickets.UIT)
		design := closed(t, s, "ppte", "Código QR muy pequeño", "El código QR de la pasarela de pagos no se puede leer, pedimos agrandarlo", "9.3/3.B.7", tickets.UIT)
		other := closed(t, s, "portal", "Pasarela peatonal", "La guía dice que la pasarela genera un trámite con código QR y responde otra cosa", "9.1/5", tickets.AIT)
		far := closed(t, s, "ppte", "Contraseña olvidada", "Olvidé mi contraseña y quiero cambiarla", "9.1/5", tickets.AIT)
		spam := newCase(t, s, "x@example.bo", subject, text)
		shut(t, s, spam.ID, func(t *tickets.Ticket) { t.Outcome = tickets.Spam })
		secret := newCase(t, s, "x@example.bo", subject, text)
		shut(t, s, secret.ID, func(t *tickets.Ticket) { t.Flags = []tickets.Flag{tickets.FlagRestricted} })
		open := newCase(t, s, "x@example.bo", subject, text)

		ids, list := alike(t, s, store.Like{Subject: subject, Text: text, System: "ppte", Class: tickets.Availability, Not: open.ID})
		if len(ids) < 2 || ids[0] != uit.ID || ids[1] != design.ID {
			t.Fatalf("found %v, want %s, %s first", ids, uit.ID, design.ID)
		}
		for _, id := range []string{spam.ID, secret.ID, open.ID, far.ID} {
			if slices.Contains(ids, id) {
				t.Errorf("%s is a precedent", id)
			}
		}
		if list[0].Procedure != "PR02" || list[1].Procedure != "PR03" {
			t.Errorf("solved by %s and %s: a case of 9.3 registered by UIT is no precedent of 9.2 (G2)", list[0].Procedure, list[1].Procedure)
		}
		if list[0].Likeness < store.LikeEnough || list[0].Likeness > 1 {
			t.Errorf("likeness %v", list[0].Likeness)
		}
		if ids, _ = alike(t, s, store.Like{Subject: subject, Text: text, System: "portal"}); len(ids) == 0 || !slices.Contains(ids, other.ID) || !slices.Contains(ids, uit.ID) {
			t.Errorf("where its own system has little, others are shown: %v", ids)
		}
		for _, hostile := range []string{"", "😀", "§ §sppte \" ' ) OR (", strings.Repeat("pasarela ", 100_000), "\x00\xff", "502"} {
			alike(t, s, store.Like{Subject: hostile, Text: hostile, System: hostile[:min(9, len(hostile))]})
		}
		if ids, _ := alike(t, s, store.Like{Subject: subject, Text: text, Not: uit.ID}); slices.Contains(ids, uit.ID) {
			t.Error("a case is its own precedent")
		}
		if err := s.Update(context.Background(), uit.ID, func(t *tickets.Ticket) error {
			t.Step, t.ClosedAt, t.Outcome = "9.1/3", time.Time{}, ""
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if ids, _ = alike(t, s, store.Like{Subject: subject, Text: text, System: "ppte"}); slices.Contains(ids, uit.ID) {
			t.Error("a case that was opened again is a precedent")
		}
		shut(t, s, uit.ID, func(t *tickets.Ticket) { t.Trail = append(t.Trail, tickets.Done{Step: "9.1/5"}) })
		if _, list = alike(t, s, store.Like{Subject: subject, Text: text, System: "ppte"}); list[0].Row.ID != uit.ID || list[0].Procedure != "PR01" {
			t.Errorf("closed again, solved by support: %+v", list[0])
		}
	})
}

// TestPrecedentOfUITIsNotCrowdedOut: whether UIT handled its like is seen also
// where support has solved many that are more like it since (G2).
func TestPrecedentOfUITIsNotCrowdedOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const subject, text = "Pasarela caída", "La pasarela de pagos responde 502 y nadie puede generar el código QR"
		uit := closed(t, s, "ppte", "Pasarela de pagos", "La pasarela responde 502 y no genera códigos QR", "9.2/4", tickets.UIT)
		for range 8 {
			closed(t, s, "ppte", subject, text, "9.1/5", tickets.AIT)
		}
		ids, list := alike(t, s, store.Like{Subject: subject, Text: text, System: "ppte", Limit: 4})
		if len(ids) != 4 || ids[3] != uit.ID || list[3].Procedure != "PR02" {
			t.Errorf("found %v, want %s as the last of four", ids, uit.ID)
		}
		if ids, _ = alike(t, s, store.Like{Subject: subject, Text: text, System: "ppte", Limit: 20}); len(ids) != 9 {
			t.Errorf("%d found, want each once", len(ids))
		}
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			for i := range 6 {
				a := store.Article{Title: fmt.Sprintf("Pasarela caída (%d)", i), Body: text, System: "ppte", Procedure: "PR01", Unit: tickets.AIT, Visibility: store.Desk, State: store.Published, By: "rosa"}
				if i == 0 {
					a.Title, a.Body, a.Procedure = "Pasarela de pagos", "La pasarela responde 502 y no genera códigos QR", "PR02"
				}
				if err := tx.SaveArticle(&a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		articles, err := s.AlikeArticles(context.Background(), store.Like{Subject: subject, Text: text, System: "ppte", Limit: 4}, store.ArticleFilter{State: store.Published, Desk: true})
		if err != nil || len(articles) != 4 || articles[3].Procedure != "PR02" {
			t.Errorf("%d articles, %v; the last is not that of UIT", len(articles), err)
		}
	})
}

// TestPrecedentsAlike: both engines give the same list, before and after a
// backup, and it is made of the cases themselves.
func TestPrecedentsAlike(t *testing.T) {
	var lists [][]string
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url, newClock().Now)
		r := rand.New(rand.NewPCG(7, 7))
		for i := range 60 {
			var said []string
			for range 12 {
				said = append(said, vocabulary[int(float64(len(vocabulary))*r.Float64()*r.Float64())])
			}
			closed(t, s, []string{"ppte", "portal", "ciudadania-digital"}[i%3], fmt.Sprintf("Reporte%d %s", i, said[0]), strings.Join(said, " "), "9.1/5", tickets.AIT)
		}
		var list []string
		ask := func(s *store.Store) (list []string) {
			for i := range 12 {
				_, found := alike(t, s, store.Like{Subject: vocabulary[i], Text: strings.Join(vocabulary[i:i+8], " "), System: []string{"ppte", ""}[i%2]})
				for _, p := range found {
					list = append(list, fmt.Sprintf("%d %s %.6f", i, p.Row.Code, p.Likeness))
				}
			}
			return list
		}
		list = ask(s)
		if len(list) < 20 {
			t.Errorf("only %d found", len(list))
		}
		lists = append(lists, list)
		path := t.TempDir() + "/b.zip"
		if _, err := s.Backup(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		again := storetest.Open(t, storetest.SQLite(t), nil)
		if _, err := again.Restore(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		if restored := ask(again); !slices.Equal(restored, list) {
			t.Errorf("restored: %d %v\nwant %d %v", len(restored), restored[:3], len(list), list[:3])
		}
	})
	if len(lists) == 2 && !slices.Equal(lists[0], lists[1]) {
		t.Errorf("the engines differ:\n%v\n%v", lists[0], lists[1])
	}
}

func TestAlikeArticles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var ids []string
		for _, a := range []store.Article{
			{Title: "Pasarela de pagos: error 502", Body: "Reiniciar el nodo de la pasarela cuando responde 502.", System: "ppte", Procedure: "PR02", Unit: tickets.UIT, Visibility: store.Desk, State: store.Published},
			{Title: "Contraseña olvidada", Body: "Guiar a la recuperación por correo.", System: "cd", Procedure: "PR01", Visibility: store.Public, State: store.Published},
			{Title: "Nodo interno de la pasarela", Body: "Pasarela de pagos: error 502, claves del nodo", System: "ppte", Unit: tickets.UIT, Visibility: store.OwnUnit, State: store.Published},
		} {
			write(t, s, func(tx *store.Tx) error { return tx.SaveArticle(&a) })
			ids = append(ids, a.ID)
		}
		list, err := s.AlikeArticles(ctx, store.Like{Subject: "Error 502", Text: "la pasarela de pagos da error 502 desde ayer", System: "ppte"}, store.ArticleFilter{Desk: true, State: store.Published})
		if err != nil || len(list) != 1 || list[0].ID != ids[0] || list[0].Likeness < store.LikeEnough {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := s.AlikeArticles(ctx, store.Like{Subject: "geoportal", Text: "capa de municipios"}, store.ArticleFilter{Desk: true}); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// TestCourtesyIsNoPrecedent: on a young desk two reports of other matters that
// share how people greet and ask are not alike enough to say that UIT handled
// it; one of the same matter is.
func TestCourtesyIsNoPrecedent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		uit := closed(t, s, "portal", "gob.bo no abre, error 503", "Buen día, desde la mañana la página no abre en nuestra oficina, dice error 503. Quiero saber qué hacer, gracias por su atención.", "9.2/4", tickets.UIT)
		other := store.Like{Text: "Buenas tardes, quiero hacer el trámite de mi negocio y me dice que mi cuenta no está habilitada. Estoy desde la mañana, gracias por su atención."}
		if _, list := alike(t, s, other); len(list) > 0 && list[0].Likeness >= store.LikeEnough {
			t.Errorf("courtesy makes a precedent: %v", list[0].Likeness)
		}
		same := store.Like{Text: "la pagina gob.bo no abre, sale 503 service unavailable"}
		if ids, list := alike(t, s, same); len(ids) != 1 || ids[0] != uit.ID || list[0].Likeness < store.LikeEnough {
			t.Errorf("the same matter is no precedent: %+v", list)
		}
	})
}
