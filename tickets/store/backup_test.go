package store_test

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// decide decides 9.1/3 for a case, which leaves a lesson.
func decide(t *testing.T, s *store.Store, id string) {
	t.Helper()
	by := tickets.Actor{ID: "eva", Name: "Eva", Roles: []tickets.Role{tickets.Operador}}
	for _, act := range []struct {
		name tickets.Act
		rec  tickets.Record
	}{
		{tickets.ActRegister, tickets.Record{"problem": "sin acceso"}},
		{tickets.ActDecideAvailability, tickets.Record{"availability": "yes", "prior_uit": "no", "evidence": "ninguno"}},
	} {
		if err := s.Update(context.Background(), id, func(c *tickets.Ticket) error { return c.Do(act.name, by, act.rec, monday) }); err != nil {
			t.Fatalf("%s: %v", act.name, err)
		}
	}
}

// fillDesk puts something into every table.
func fillDesk(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	big := raw(100)
	big.Body = []byte(strings.Repeat("ñandú\x00\xff", 80_000))
	accept(t, s, "soporte", raw(1), raw(2), raw(2), big)
	if err := s.Accept(ctx, "soporte", 0, channels.Batch{Marks: map[string]string{"INBOX": "1/100"}}); err != nil {
		t.Fatal(err)
	}
	var cases []*tickets.Ticket
	for i := range 12 {
		cases = append(cases, newCase(t, s, fmt.Sprintf("p%d@example.bo", i%5), fmt.Sprintf("caso %d «é» 😀 \\u0000", i), "No hay señal\n\tni <correo>"))
	}
	decide(t, s, newCase(t, s, "p1@example.bo", "sin acceso", "nadie puede entrar").ID)
	o := outageOf(t, s, cases[:3]...)
	write(t, s, func(tx *store.Tx) error {
		return tx.NewBatch(&store.Batch{Outage: o.ID, Act: tickets.ActAttach, By: worker}, attach(o, cases[1].ID))
	})
	out, err := s.ClaimOutgoing(ctx, "", 3, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for i, state := range []channels.State{channels.Sent, channels.Reached, channels.Failed} {
		if err := s.Delivered(ctx, channels.Delivery{ReplyID: out[i].ID, State: state, Detail: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.SaveModel(store.Model{Verdict: "accepted", Data: []byte{0, 0xff, 1}})
		return errors.Join(err, tx.UseModel(0, "eva", "chosen"))
	})
	write(t, s, func(tx *store.Tx) error {
		u := store.Staff{Login: "eva", Name: "Eva", Hash: "$argon2id$", Roles: []tickets.Role{tickets.Operador}, Active: true}
		a := store.Article{Title: "Contraseña", Body: "Restablecer", Visibility: store.Public, State: store.Published}
		return errors.Join(tx.AddStaff(&u), tx.SetSpoken(u.ID, []string{"qu"}), tx.SaveArticle(&a), tx.SetSetting("hours", []string{"08:30"}, u.ID), tx.Audit(store.Audited{Act: "login", By: u.ID}),
			tx.SaveCall(store.Call{ID: "c1", Started: monday, State: store.CallMissed}), tx.AddAttempt(store.Attempt{Reply: out[0].ID, At: monday, Outcome: "busy"}, monday),
			tx.ProposeFactor(u.ID, "AAAA"), tx.UseFactor(u.ID, 1), tx.SetRecovery(u.ID, []string{"hash"}), tx.ProposeRule(&store.RuleAct{Rule: "G1", Act: "RA/1", ProposedBy: u.ID}),
			tx.AddOpinion(store.Opinion{Ticket: out[0].Ticket, Score: 4}), tx.SaveFact(store.Fact{Ticket: out[0].Ticket, Day: 20261123}), tx.AddAlert(store.Alert{Staff: u.ID, Kind: "message", Mark: "1"}),
			tx.AddSession(store.Session{Token: "secret", Staff: u.ID, Expires: monday.Add(1e6 * time.Hour)}),
			tx.KeepUnsent(u.ID, store.Unsent{Name: "a", Form: "1", Fields: map[string]string{"text": "a medio escribir"}}),
			tx.Gather(store.Assembly{Medium: channels.WhatsApp, Channel: "wa", Address: "+59170000000", Due: monday, Latest: monday}, 1),
			tx.SayHello(store.Courtesy{Medium: channels.WhatsApp, Channel: "wa", To: channels.Address{Value: "+59170000000"}, Text: "Buen día"}),
			tx.Suggest(store.Suggestion{Ticket: out[0].Ticket, Kind: store.SuggestSplit, Reason: "two"}),
			tx.JoinPeople(store.Join{Person: cases[0].Person, Other: cases[1].Person, Proof: "cédula", Detail: "hoja 7", By: u.ID}),
			tx.SaveView(&store.SavedView{Name: "Pagos", Address: "sistema=ppte", Owner: u.ID}))
	})
}

// contents gives the files of a backup by their name.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string]string{}
	for _, f := range z.File {
		if f.Name == "manifest.json" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(data)
	}
	return files
}

// TestBackupAcrossEngines backs each database up while cases flow in, restores
// into one of each kind and compares row by row.
func TestBackupAcrossEngines(t *testing.T) {
	ctx := context.Background()
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, url, nil)
		fillDesk(t, s)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					newCase(t, s, fmt.Sprintf("later%d@example.bo", i), "Después", "mientras se hace la copia")
				}
			}
		})
		time.Sleep(20 * time.Millisecond)
		path := filepath.Join(t.TempDir(), "copia.zip")
		m, err := s.Backup(ctx, path)
		close(stop)
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		for table, n := range m.Rows {
			if n == 0 {
				t.Errorf("table %s is empty: the test proves nothing of it", table)
			}
		}
		if m.Rows["ticket"] != m.Rows["ticket_body"] || m.Rows["ticket"] < 12 {
			t.Errorf("%d cases with %d bodies", m.Rows["ticket"], m.Rows["ticket_body"])
		}
		want := contents(t, path)
		storetest.EachURL(t, func(t *testing.T, url string) {
			other := storetest.Open(t, url, nil)
			if _, err := other.Restore(ctx, path); err != nil {
				t.Fatal(err)
			}
			again := filepath.Join(t.TempDir(), "otra.zip")
			if _, err := other.Backup(ctx, again); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, contents(t, again)); d != "" {
				t.Errorf("the restored database differs: %.3000s", d)
			}
			recount(t, other)
			for typed, n := range map[string]int{"senal": 12, "caso": 12, "AIT-2026-000003": 1} {
				if rows, err := other.Search(ctx, store.SearchFilter{Text: typed}); err != nil || len(rows) != n {
					t.Errorf("search %q after restoring: %d, %v", typed, len(rows), err)
				}
			}
			if list, err := other.Articles(ctx, store.ArticleFilter{Text: "contrasenas "}); err != nil || len(list) != 1 {
				t.Errorf("articles: %d, %v", len(list), err)
			}
			newCase(t, other, "new@example.bo", "Después", "sigue el número") // sequences and numbers go on
			accept(t, other, "soporte", raw(500))
			if _, err := other.Restore(ctx, path); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("restored over a desk in use: %v", err)
			}
		})
	})
}

func TestDamagedBackup(t *testing.T) {
	ctx := context.Background()
	s := storetest.Open(t, storetest.SQLite(t), nil)
	fillDesk(t, s)
	dir := t.TempDir()
	path := filepath.Join(dir, "copia.zip")
	if _, err := s.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(dir, "rota.zip")
	rewrite(t, path, damaged, func(name, data string) string {
		if name == "ticket.jsonl" {
			return strings.Replace(data, "caso 3", "caso 4", 1)
		}
		return data
	})
	other := storetest.Open(t, storetest.SQLite(t), nil)
	if _, err := other.Restore(ctx, damaged); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a changed row was taken: %v", err)
	}
	if page, err := other.List(ctx, store.Filter{}); err != nil || len(page.Rows) != 0 {
		t.Errorf("something was stored all the same: %v, %v", page, err)
	}
	if systems, _ := other.Systems(ctx); len(systems) == 0 {
		t.Error("the refused restore emptied the catalogue")
	}
	data, _ := os.ReadFile(path)
	os.WriteFile(damaged, data[:len(data)/2], 0o600)
	if _, err := other.Restore(ctx, damaged); err == nil {
		t.Error("half a file was taken")
	}
	if _, err := other.Restore(ctx, path); err != nil {
		t.Errorf("the sound backup is refused after the damaged ones: %v", err)
	}
	if strings.Contains(fmt.Sprint(contents(t, path)), "secret") {
		t.Error("a session is in the backup")
	}
	if _, err := s.Backup(ctx, filepath.Join(dir, "none", "copia.zip")); err == nil {
		t.Error("a backup into no folder")
	}
}

func rewrite(t *testing.T, from, to string, change func(name, data string) string) {
	t.Helper()
	in, err := zip.OpenReader(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := zip.NewWriter(f)
	for _, file := range in.File {
		r, _ := file.Open()
		data, _ := io.ReadAll(r)
		w, _ := out.Create(file.Name)
		io.WriteString(w, change(file.Name, string(data)))
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestNothingForgotten: a table that is neither backed up nor left out on
// purpose would be lost with the disk.
func TestNothingForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if list := store.Forgotten(t, s); len(list) > 0 {
			t.Errorf("not in the backup: %v", list)
		}
	})
}
