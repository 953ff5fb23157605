package e2e

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestVerify runs the program's own command on a database that is whole, on one
// whose old texts were destroyed, and on one that somebody altered by hand.
func TestVerify(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "ventanilla.toml"), fmt.Sprintf("[database]\nurl = %q\n", url))
		verify := func(want int, says string, args ...string) string {
			t.Helper()
			code, out, stderr := command(t, dir, append([]string{"verify"}, args...)...)
			if code != want || !strings.Contains(out, says) {
				t.Errorf("verify %v: code %d, want %d with %q\n%s%s", args, code, want, says, out, stderr)
			}
			return out
		}
		past := storetest.Open(t, url, func() time.Time { return time.Now().AddDate(-2, 0, 0) })
		var cases []*tickets.Ticket
		for n := range 4 {
			cases = append(cases, walked(t, past, n))
		}
		first, hash := cases[0], ""
		if ch, err := past.ChainOf(t.Context(), first.Code); err != nil {
			t.Fatal(err)
		} else {
			hash = string(ch.Events[0].Hash)[:16]
		}
		file := filepath.Join(dir, "expediente.json")
		export(t, past, first, file)

		before := verify(0, "4 casos, 12 registros; 0 casos no íntegros")
		verify(0, "íntegro. 3 registros", first.Code)
		verify(0, "corresponde al registro 1 de 3", first.Code+":"+hash)
		verify(1, "NINGÚN registro", first.Code+":0123456789abcdef")
		verify(0, "íntegro. Caso "+first.Code, file)
		verify(1, "no existe en esta base", tickets.FormatCode(2026, 999_999))

		purge(t, url, 4)
		if after := verify(0, "4 casos, 12 registros; 0 casos no íntegros"); after != before {
			t.Errorf("destroying texts changed the seal:\n%s%s", before, after)
		}
		if secret := peek(t, url, "SELECT count(*) FROM event WHERE body LIKE '%nota secreta%'"); secret != 0 {
			t.Errorf("%d records still have their text", secret)
		}
		verify(0, "corresponde al registro 1 de 3", first.Code+":"+hash)

		tamper(t, url, "UPDATE event SET body = replace(body, 'Eva', 'Ana') WHERE ticket = '"+cases[1].ID+"' AND seq = 2")
		tamper(t, url, "DELETE FROM event WHERE ticket = '"+cases[2].ID+"' AND seq = 3")
		out := verify(1, "2 casos no íntegros")
		for i, c := range cases {
			if bad := strings.Contains(out, c.Code+": NO ÍNTEGRO"); bad != (i == 1 || i == 2) {
				t.Errorf("case %d is said to be broken: %v\n%s", i, bad, out)
			}
		}
		verify(1, "NO ÍNTEGRO", cases[2].Code)
		verify(0, "íntegro", cases[3].Code)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, file, strings.Replace(string(data), "nota secreta", "nota inocente", 1))
		verify(1, "NO ÍNTEGRO", file)
	})
}

// walked opens a case, writes a note in it and closes it.
func walked(t *testing.T, s *store.Store, n int) *tickets.Ticket {
	t.Helper()
	var c *tickets.Ticket
	eva := tickets.Actor{ID: "eva", Name: "Eva", Roles: []tickets.Role{tickets.Operador, tickets.Supervisor}}
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		number, err := tx.NextNumber(2026)
		if err != nil {
			return err
		}
		contact := tickets.Contact{Medium: "email", Value: fmt.Sprintf("p%d@example.bo", n)}
		person, err := tx.PersonOf(contact)
		if err != nil {
			return err
		}
		c = tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(2026, number), Channel: "soporte", Contact: contact, Person: person, Subject: "Señal", Opened: tx.Now()})
		return tx.NewTicket(c, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Said: "no hay señal"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"nota secreta", "otra nota secreta"} {
		if err := s.Update(t.Context(), c.ID, func(t *tickets.Ticket) error {
			return t.Do(tickets.ActNote, eva, tickets.Record{"text": text}, s.Now())
		}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// export writes a case's expediente as the console hands it out.
func export(t *testing.T, s *store.Store, c *tickets.Ticket, file string) {
	t.Helper()
	ch, err := s.ChainOf(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.Ticket(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(tickets.NewDossier(now, ch.Events, tickets.Actor{Name: "Alba"}, s.Now()))
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, string(data))
}

// purge closes every case as its supervisor did long ago, and destroys the texts.
func purge(t *testing.T, url string, want int) {
	t.Helper()
	tamper(t, url, "UPDATE ticket SET closed = updated")
	s := storetest.Open(t, url, nil)
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting(store.CaseMonthsSetting, 12, "ada") }); err != nil {
		t.Fatal(err)
	}
	if n, err := s.PurgeCases(t.Context(), 100); err != nil || n != want {
		t.Fatalf("%d emptied, want %d: %v", n, want, err)
	}
}

// database opens a database behind the program's back.
func database(t *testing.T, url string) *sql.DB {
	t.Helper()
	driver, address := "pgx", url
	if file, lite := strings.CutPrefix(url, "sqlite:"); lite {
		driver, address = "sqlite3", "file:"+file+"?_busy_timeout=5000"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func tamper(t *testing.T, url, text string) {
	t.Helper()
	if _, err := database(t, url).Exec(text); err != nil {
		t.Fatal(err)
	}
}

func peek(t *testing.T, url, text string) (n int) {
	t.Helper()
	if err := database(t, url).QueryRow(text).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
