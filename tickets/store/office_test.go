package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

func write(t testing.TB, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestStaff(t *testing.T) {
	clk := newClock()
	storetest.EachURL(t, func(t *testing.T, url string) {
		s, ctx := storetest.Open(t, url, clk.Now), context.Background()
		eva := store.Staff{Login: "eva", Name: "Eva Condori", Hash: "h", Roles: []tickets.Role{tickets.Operador}, Unit: tickets.AIT, Active: true, Language: "es"}
		write(t, s, func(tx *store.Tx) error { return tx.AddStaff(&eva) })
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.AddStaff(&store.Staff{Login: "eva"}) }); !errors.Is(err, store.ErrExists) {
			t.Errorf("two of one login: %v", err)
		}
		got, err := s.StaffByLogin(ctx, "eva")
		if d := cmp.Diff(eva, got); d != "" || err != nil {
			t.Error(d, err)
		}
		write(t, s, func(tx *store.Tx) error {
			got.Suplencia, got.SuplenciaFrom, got.SuplenciaTo = "MEMO-7", monday, monday.Add(time.Hour)
			return tx.SaveStaff(got)
		})
		got, _ = s.StaffByID(ctx, eva.ID)
		if got.Actor(monday).Suplencia != "MEMO-7" || got.Actor(monday.Add(time.Hour)).Suplencia != "" {
			t.Error("the stand-in act holds at the wrong time")
		}
		write(t, s, func(tx *store.Tx) error {
			tx.Login(eva.ID, false)
			tx.Login(eva.ID, false)
			return tx.AddSession(store.Session{Token: "hash", Staff: eva.ID, Expires: clk.Now().Add(time.Hour)})
		})
		if _, u, err := s.Session(ctx, "hash"); err != nil || u.ID != eva.ID || u.Failed != 2 {
			t.Errorf("%+v, %v", u, err)
		}
		if u, err := s.StaffByID(ctx, eva.ID); err != nil || !u.Entered.IsZero() {
			t.Errorf("wrong passwords count as a sign-in at %v, %v", u.Entered, err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.Login(eva.ID, true) })
		if u, err := s.StaffByID(ctx, eva.ID); err != nil || !u.Entered.Equal(clk.Now()) || u.Failed != 0 {
			t.Errorf("signed in at %v with %d failures, want %v: %v", u.Entered, u.Failed, clk.Now(), err)
		}
		if err := s.TouchSession(ctx, "hash", clk.Now().Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		clk.add(90 * time.Minute)
		if list, err := s.Sessions(ctx, eva.ID); err != nil || len(list) != 1 {
			t.Errorf("%d sessions, %v", len(list), err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.SetPassword(eva.ID, "new") })
		if _, _, err := s.Session(ctx, "hash"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a session outlived its password: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.AddOnce("admin", "token", clk.Now().Add(time.Hour)) })
		if ok, err := s.OnceValid(ctx, "admin", "token"); !ok || err != nil {
			t.Error("a fresh token is not valid", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.UseOnce("admin", "token") })
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.UseOnce("admin", "token") }); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("used twice: %v", err)
		}
	})
}

func TestSettingsAuditCatalogue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		type hours struct{ From, To string }
		for _, from := range []string{"08:30", "08:00"} {
			write(t, s, func(tx *store.Tx) error { return tx.SetSetting("hours", hours{from, "18:30"}, "eva") })
		}
		var h hours
		if ok, err := s.Setting(ctx, "hours", &h); !ok || err != nil || h.From != "08:00" {
			t.Errorf("%+v, %v, %v", h, ok, err)
		}
		if list, err := s.SettingHistory(ctx, "hours"); err != nil || len(list) != 2 || list[0].Version != 2 || list[1].By != "eva" {
			t.Errorf("%+v, %v", list, err)
		}
		write(t, s, func(tx *store.Tx) error {
			return tx.Audit(store.Audited{By: "eva", Act: "raw.open", Target: "7", Details: map[string]string{"why": "reclamo"}})
		})
		if list, err := s.AuditLog(ctx, store.AuditFilter{Target: "7"}); err != nil || len(list) != 1 || list[0].Details["why"] != "reclamo" || list[0].At.IsZero() {
			t.Errorf("%+v, %v", list, err)
		}
		systems, err := s.Systems(ctx)
		if err != nil || len(systems) < 20 {
			t.Fatalf("%d systems, %v", len(systems), err)
		}
		for _, c := range systems {
			want := c.Owner == ""
			if c.Holds(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) != want {
				t.Errorf("%s holds in March 2026: %v", c.ID, !want)
			}
			if c.ID == "firma-digital" && c.Holds(time.Date(2026, 2, 26, 12, 0, 0, 0, time.UTC)) {
				t.Error("digital signature was the ADSIB's until 27 February 2026")
			}
		}
		write(t, s, func(tx *store.Tx) error { systems[0].Name = "CD"; return tx.SaveSystem(systems[0]) })
		if again, _ := s.Systems(ctx); again[0].Name != "CD" || len(again) != len(systems) {
			t.Errorf("%+v", again[0])
		}
	})
}

func TestKnowledge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		a := store.Article{Title: "Restablecer la contraseña", Body: "Ingrese a su buzón", System: "ciudadania", Class: tickets.Support, Visibility: store.Public, State: store.Published, By: "eva"}
		b := store.Article{Title: "Reinicio del servidor", Body: "contraseña del servidor", Visibility: store.OwnUnit, Unit: tickets.UIT, State: store.Published, By: "iris"}
		write(t, s, func(tx *store.Tx) error { return errors.Join(tx.SaveArticle(&a), tx.SaveArticle(&b)) })
		old := a
		a.Body = "Use la opción Olvidé mi clave"
		write(t, s, func(tx *store.Tx) error { return tx.SaveArticle(&a) })
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.SaveArticle(&old) }); !errors.Is(err, store.ErrStale) {
			t.Errorf("an old version overwrote a new one: %v", err)
		}
		for _, c := range []struct {
			filter store.ArticleFilter
			want   int
		}{
			{store.ArticleFilter{Text: "contrasenas "}, 1},
			{store.ArticleFilter{Text: "contraseñas ", Units: []tickets.Unit{tickets.UIT}}, 2},
			{store.ArticleFilter{Text: "clave"}, 1},
			{store.ArticleFilter{Text: "buzón"}, 0}, // of the old version
			{store.ArticleFilter{}, 1},
			{store.ArticleFilter{System: "firma"}, 0},
			{store.ArticleFilter{Desk: true, Units: []tickets.Unit{tickets.UIT}, State: store.Published}, 2},
		} {
			if list, err := s.Articles(ctx, c.filter); err != nil || len(list) != c.want {
				t.Errorf("%+v: %d, %v", c.filter, len(list), err)
			}
		}
		history, err := s.ArticleHistory(ctx, a.ID)
		if err != nil || len(history) != 2 || history[1].Body != old.Body || history[0].Version != 2 {
			t.Errorf("%+v, %v", history, err)
		}
	})
}

func TestCallsAndCallBacks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(
				tx.SaveCall(store.Call{ID: "1", Number: "+59171234567", Direction: "in", Started: monday, State: store.CallOpen, Agent: "101"}),
				tx.SaveCall(store.Call{ID: "1", State: store.CallRinging, Name: "Ana"}), // late
				tx.SaveCall(store.Call{ID: "1", Answered: true, Talk: 90 * time.Second, State: store.CallMissed}),
				tx.SaveCall(store.Call{ID: "2", Number: "+59171234567", Started: monday.Add(time.Hour), State: store.CallMissed}),
			)
		})
		c, err := s.Call(ctx, "1")
		if err != nil || c.State != store.CallOpen || c.Name != "Ana" || c.Talk != 90*time.Second || !c.Answered || c.Agent != "101" || !c.Started.Equal(monday) {
			t.Errorf("%+v, %v", c, err)
		}
		if list, err := s.Calls(ctx, 10, store.CallMissed); err != nil || len(list) != 1 || list[0].ID != "2" {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := s.CallsOf(ctx, "+59171234567", 10); err != nil || len(list) != 2 {
			t.Errorf("%+v, %v", list, err)
		}
		var id string
		write(t, s, func(tx *store.Tx) error {
			contact := tickets.Contact{Medium: "phone", Value: "+59171234567", Name: "Ana"}
			c := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: "AIT-2026-000001-X", Channel: "fono", Contact: contact, Subject: "Señal", Problem: "no tiene señal", Opened: tx.Now()})
			c.Acknowledge("Registramos su llamada.", tx.Now())
			id = c.ID
			return tx.NewTicket(c, nil)
		})
		if list, err := s.ClaimOutgoing(ctx, "", 5, time.Minute); err != nil || len(list) != 0 {
			t.Errorf("a telephone task was given to a machine: %+v, %v", list, err)
		}
		tasks, err := s.CallBacks(ctx, 10)
		if err != nil || len(tasks) != 1 || tasks[0].Ticket != id || tasks[0].To.Value != "+59171234567" {
			t.Fatalf("%+v, %v", tasks, err)
		}
		write(t, s, func(tx *store.Tx) error {
			if err := tx.AddAttempt(store.Attempt{Reply: tasks[0].ID, By: "eva", At: monday, Outcome: "no_answer"}, tx.Now().Add(time.Hour)); err != nil {
				return err
			}
			if err := tx.AddAttempt(store.Attempt{Reply: tasks[0].ID, By: "eva", At: monday.Add(time.Hour), Outcome: "told", Note: "agradeció"}, time.Time{}); err != nil {
				return err
			}
			_, news, err := tx.Moved(tasks[0].ID, channels.Reached, monday.Add(time.Hour), "")
			if !news {
				t.Error("told is no news")
			}
			return err
		})
		if list, err := s.Attempts(ctx, tasks[0].ID); err != nil || len(list) != 2 || list[1].Outcome != "told" {
			t.Errorf("%+v, %v", list, err)
		}
		if list, _ := s.CallBacks(ctx, 10); len(list) != 0 {
			t.Errorf("still to be called: %+v", list)
		}
		if rows, err := s.Search(ctx, store.SearchFilter{Text: "señal"}); err != nil || len(rows) != 1 {
			t.Errorf("a case without messages from outside: %d found, %v", len(rows), err)
		}
	})
}

// TestSecondFactor: a code and a recovery code count once, a factor in force is
// not replaced, and whoever ends a session names its owner.
func TestSecondFactor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		eva := store.Staff{Login: "eva", Name: "Eva Condori", Active: true}
		write(t, s, func(tx *store.Tx) error { return tx.AddStaff(&eva) })
		if _, err := s.Factor(ctx, eva.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no factor: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.ProposeFactor(eva.ID, "AAAA") })
		write(t, s, func(tx *store.Tx) error { return tx.ProposeFactor(eva.ID, "BBBB") })
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.UseFactor(eva.ID, 7), tx.SetRecovery(eva.ID, []string{"h1", "h2"}))
		})
		for what, use := range map[string]func(tx *store.Tx) error{
			"a code again":          func(tx *store.Tx) error { return tx.UseFactor(eva.ID, 7) },
			"an older code":         func(tx *store.Tx) error { return tx.UseFactor(eva.ID, 6) },
			"a strange recovery":    func(tx *store.Tx) error { return tx.UseRecovery(eva.ID, "h3") },
			"someone else's factor": func(tx *store.Tx) error { return tx.UseFactor("ana", 9) },
		} {
			if err := s.Write(ctx, use); !errors.Is(err, store.ErrStale) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.ProposeFactor(eva.ID, "CCCC") }); !errors.Is(err, store.ErrExists) {
			t.Errorf("a factor in force was replaced: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.UseRecovery(eva.ID, "h1") })
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.UseRecovery(eva.ID, "h1") }); !errors.Is(err, store.ErrStale) {
			t.Errorf("a recovery code twice: %v", err)
		}
		if f, err := s.Factor(ctx, eva.ID); err != nil || f.Secret != "BBBB" || f.Confirmed.IsZero() || f.Left != 1 {
			t.Errorf("%+v, %v", f, err)
		}
		write(t, s, func(tx *store.Tx) error {
			return tx.AddSession(store.Session{Token: "half", Staff: eva.ID, Expires: tx.Now().Add(time.Hour), Half: store.WantsCode})
		})
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.EndOne("ana", "half") }); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("ended by someone else: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.CompleteSession("half", tx.Now().Add(9*time.Hour)) })
		if n, _, err := s.Session(ctx, "half"); err != nil || n.Half != store.Whole || n.Expires.Sub(s.Now()) < 8*time.Hour {
			t.Errorf("%+v, %v", n, err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.DropFactor(eva.ID) })
		if _, err := s.Factor(ctx, eva.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("dropped: %v", err)
		}
	})
}
