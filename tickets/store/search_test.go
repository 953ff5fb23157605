package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

func TestSearch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		ids := map[string]string{}
		for name, text := range map[string]string{
			"ñ":        "Desde ayer no hay SEÑAL en el municipio de Viacha",
			"n":        "no hay senal y se corta la conexion",
			"password": "Olvidé mis contraseñas de Ciudadanía Digital",
			"year":     "La gestión del año pasado",
			"quotes":   `DROP "TABLE" AND OR NOT (x) * : ^ 'comilla' año`,
		} {
			ids[newCase(t, s, fmt.Sprintf("p%d@example.bo", len(ids)), "Reporte", text).ID] = name
		}
		newCase(t, s, "+59171234567", "Llamada", "llamó por teléfono")
		for _, c := range []struct {
			typed string
			want  []string
		}{
			{"señal", []string{"ñ", "n"}},
			{"senal", []string{"ñ", "n"}},
			{"SEÑALES ", []string{"ñ", "n"}},
			{"contraseña", []string{"password"}},
			{"contrasenas ", []string{"password"}},
			{"contras", []string{"password"}},
			{"conexión señal", []string{"n"}},
			{"viach", []string{"ñ"}},
			{"ano ", []string{"year", "quotes"}}, // without an ñ at hand
			{"gestión del año", []string{"year"}},
			{`"table" and x*`, []string{"quotes"}},
			{"no existe", nil},
			{"'\"()*:&|!", nil},
			{"", nil},
		} {
			rows, err := s.Search(ctx, store.SearchFilter{Text: c.typed})
			if err != nil {
				t.Errorf("%q: %v", c.typed, err)
				continue
			}
			got := map[string]bool{}
			for _, r := range rows {
				got[ids[r.ID]] = true
			}
			for _, name := range c.want {
				if !got[name] {
					t.Errorf("%q does not find %q", c.typed, name)
				}
			}
			if len(rows) != len(c.want) {
				t.Errorf("%q finds %v, want %v", c.typed, got, c.want)
			}
		}
		for _, typed := range []string{"71234567", "+591 7123 4567", "7123-4567", "59171234567"} {
			if rows, err := s.Search(ctx, store.SearchFilter{Text: typed}); err != nil || len(rows) != 1 || rows[0].Address != "+59171234567" {
				t.Errorf("number %q: %d rows, %v", typed, len(rows), err)
			}
			if people, err := s.SearchPeople(ctx, typed, 5); typed == "71234567" && (err != nil || len(people) != 1) {
				t.Errorf("people of %q: %d, %v", typed, len(people), err)
			}
		}
	})
}

func TestSearchRanksAndFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		long := "buzón "
		for range 300 {
			long += "otra cosa distinta "
		}
		newCase(t, s, "a@example.bo", "Consulta", long)
		best := newCase(t, s, "b@example.bo", "Buzón de notificaciones", "no abre el buzón")
		rows, err := s.Search(ctx, store.SearchFilter{Text: "buzon"})
		if err != nil || len(rows) != 2 || rows[0].ID != best.ID {
			t.Errorf("%d rows, %v", len(rows), err)
		}
		if err := s.Update(ctx, best.ID, func(t *tickets.Ticket) error { t.Subject = "Casilla electrónica"; return nil }); err != nil {
			t.Fatal(err)
		}
		if rows, _ := s.Search(ctx, store.SearchFilter{Text: "casillas electronicas "}); len(rows) != 1 {
			t.Errorf("a corrected subject is not found: %d", len(rows))
		}
		if rows, _ := s.Search(ctx, store.SearchFilter{Text: "buzon", State: "closed"}); len(rows) != 0 {
			t.Errorf("%d closed", len(rows))
		}
		if rows, _ := s.Search(ctx, store.SearchFilter{Text: best.Code[:len(best.Code)-2]}); len(rows) != 1 || rows[0].ID != best.ID {
			t.Errorf("a code without its check character: %d", len(rows))
		}
	})
}

func TestPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var ana, twin string
		write := func(fn func(tx *store.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		of := func(kind, value string) (id string) {
			t.Helper()
			write(func(tx *store.Tx) (err error) {
				id, err = tx.PersonOf(tickets.Contact{Medium: kind, Value: value, Name: "Ana Mamani"})
				return err
			})
			return id
		}
		ana, twin = of("email", "ana@example.bo"), of("whatsapp", "+59171234567")
		if ana == twin || of("email", "ana@example.bo") != ana {
			t.Fatal("addresses and people do not match")
		}
		if of("phone", "") == of("phone", "") {
			t.Error("two hidden numbers are one person")
		}
		write(func(tx *store.Tx) error { return tx.MergePerson(twin, ana) })
		if of("whatsapp", "+59171234567") != ana {
			t.Error("the merge has no effect")
		}
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.MergePerson(ana, twin) }); err == nil {
			t.Error("a circle of merges was allowed")
		}
		if p, err := s.Person(ctx, twin); err != nil || p.ID != ana {
			t.Errorf("%+v, %v", p, err)
		}
		if list, err := s.Addresses(ctx, ana); err != nil || len(list) != 2 {
			t.Errorf("%+v, %v", list, err)
		}
		write(func(tx *store.Tx) error { return tx.MergePerson(twin, "") })
		if of("whatsapp", "+59171234567") != twin {
			t.Error("the merge cannot be undone")
		}
		write(func(tx *store.Tx) error {
			return tx.LinkAddress(ana, tickets.Contact{Medium: "whatsapp", Value: "+59171234567"}, "mostró su carnet", "omar")
		})
		if of("whatsapp", "+59171234567") != ana {
			t.Error("the new link has no effect")
		}
		list, _ := s.Addresses(ctx, ana)
		write(func(tx *store.Tx) error { return tx.UnlinkAddress(list[1].LinkID, "omar") })
		if of("whatsapp", "+59171234567") != twin {
			t.Error("the link cannot be undone")
		}
		write(func(tx *store.Tx) error {
			return tx.SavePerson(store.Person{ID: ana, Name: "Ana Mamani Choque", Entity: "GAM Viacha"})
		})
		if people, err := s.SearchPeople(ctx, "viacha", 5); err != nil || len(people) != 1 || people[0].Entity == "" {
			t.Errorf("%+v, %v", people, err)
		}
	})
}

// TestPlans: the pages that everybody opens all day read an index, on both
// engines, and never the bodies.
func TestPlans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		err := s.Write(ctx, func(tx *store.Tx) error {
			for i := range 400 {
				if _, err := open(tx, fmt.Sprintf("p%d@example.bo", i), "Señal", "no hay señal"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		accept(t, s, "soporte", channels.Raw{Medium: channels.Email, ExternalID: "1/1", Dedupe: "x"})
		few := map[string]string{"list unread 0": "ticket_unread", "list unread, next page 0": "ticket_unread", "list free 0": "ticket_free", "list undelivered 0": "ticket_flagged", "list afterwards 0": "ticket_afterwards",
			"list medium 0": "ticket_open_medium", "list closed, medium 0": "ticket_closed_medium", "list closed, class 0": "ticket_closed_class", "list closed, system 0": "ticket_closed_system"}
		for name, plan := range store.Plans(t, s) {
			if !plan.Indexed {
				t.Errorf("%s: no index\n%s", name, plan.Text)
			}
			if !strings.Contains(plan.Text, few[name]) {
				t.Errorf("%s: reads more than the few rows of %s\n%s", name, few[name], plan.Text)
			}
		}
	})
}

// TestWhatWasUnsaidInVainIsFound: a retraction that is undone with its savepoint
// leaves the words of its transaction as they were.
func TestWhatWasUnsaidInVainIsFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		undone := errors.New("undone")
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			c, err := open(tx, "+59170000001", "Consulta", "zanahoria morada")
			if err != nil {
				return err
			}
			for range 2 {
				if err := tx.AddMessage(c.ID, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.WhatsApp, Said: "zanahoria morada"}); err != nil {
					return err
				}
			}
			if _, err = open(tx, "+59170000002", "Consulta", "berenjena"); err != nil {
				return err
			}
			if err := tx.Try(func() error { return errors.Join(tx.Unsay(c.ID, "", "zanahoria morada"), undone) }); err.Error() != undone.Error() {
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"zanahoria", "berenjena"} {
			if rows, err := s.Search(t.Context(), store.SearchFilter{Text: word}); err != nil || len(rows) != 1 {
				t.Errorf("%s: %d found, %v", word, len(rows), err)
			}
		}
	})
}

// TestALongMessageIsUnsaid: as long as a chat lets people write, of words that
// are all different. What remains is found as before, the acknowledgement not.
func TestALongMessageIsUnsaid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var long strings.Builder
		for i := range 9000 {
			fmt.Fprintf(&long, "zan%dq ", i)
		}
		c := newCase(t, s, "+59170000001", "Consulta", long.String())
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Unsay(c.ID, "Consulta", long.String()) }); err != nil {
			t.Fatal(err)
		}
		for word, want := range map[string]int{"zan8999q": 1, "captura": 1, "recibimos": 0} { // nothing was rewritten
			if rows, err := s.Search(t.Context(), store.SearchFilter{Text: word}); err != nil || len(rows) != want {
				t.Errorf("%s: %d found, %v", word, len(rows), err)
			}
		}
	})
}

// TestUnsayingNothingIndexesNothing: a case is not put into the search once more
// for each picture or sign that is taken back.
func TestUnsayingNothingIndexesNothing(t *testing.T) {
	url := storetest.SQLite(t)
	s := storetest.Open(t, url, nil)
	c := newCase(t, s, "+59170000001", "Consulta", "zanahoria morada")
	db, err := sql.Open("sqlite3", strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	count := func() (n int) {
		t.Helper()
		if err := db.QueryRow("SELECT count(*) FROM doc WHERE ref = ?", c.ID).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Unsay(c.ID, c.Subject, "👍", "👍") }); err != nil {
		t.Fatal(err)
	}
	if after := count(); before == 0 || after != before {
		t.Errorf("%d entries of the search, then %d", before, after)
	}
}
