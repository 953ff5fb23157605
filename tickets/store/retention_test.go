package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"regexp"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestClosedCasesLoseTheirTexts when their time is over: no table says any more
// what was said in them, the search does not find them by it, the chain still
// verifies, and an identical file of another case is whole.
func TestClosedCasesLoseTheirTexts(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		c := newClock()
		s := storetest.Open(t, url, c.Now)
		ctx := context.Background()
		old := secretive(t, s, "wayra")
		twin := newCase(t, s, "rosa@example.bo", "Señal", "mismo archivo") // open; its file has the same bytes
		c.add(300 * 24 * time.Hour)
		young := closed(t, s, "portal", "Otra", "cóndor en vuelo", "9.1/5", tickets.AIT)
		c.add(100 * 24 * time.Hour)
		purge := func(want int) {
			t.Helper()
			if n, err := s.PurgeCases(ctx, 100); err != nil || n != want {
				t.Errorf("%d destroyed, want %d: %v", n, want, err)
			}
		}
		purge(0) // off until the office says otherwise
		if n, err := s.CountOverdue(ctx, 12); err != nil || n != 1 {
			t.Errorf("%d would be destroyed, want 1: %v", n, err)
		}
		if !said(t, s, "wayra") {
			t.Fatal("the test looks in the wrong places")
		}
		write(t, s, func(tx *store.Tx) error { return tx.SetSetting(store.CaseMonthsSetting, 12, "ada") })
		purge(1)
		purge(0)
		if said(t, s, "wayra") {
			t.Error("something still says it")
		}
		for text, want := range map[string]int{"wayra": 0, "condor": 1, old.Code: 1} {
			if list, err := s.Search(ctx, store.SearchFilter{Text: text}); err != nil || len(list) != want {
				t.Errorf("%s: %d found, want %d: %v", text, len(list), want, err)
			}
		}
		for _, code := range []string{old.Code, twin.Code, young.Code} {
			if ch, err := s.ChainOf(ctx, code); err != nil || ch.Check() != nil || len(ch.Events) == 0 {
				t.Errorf("%s: %v, %v", code, err, ch.Check())
			}
		}
		thread, err := s.Thread(ctx, twin.ID)
		if err != nil || len(thread) == 0 || len(thread[0].Files) != 1 {
			t.Fatal(len(thread), err)
		}
		if data, err := s.Blob(ctx, thread[0].Files[0].Hash); err != nil || string(data) != "pngSeñal" {
			t.Errorf("the same file of another case: %q, %v", data, err)
		}
		got, err := s.Ticket(ctx, old.ID)
		if err != nil || got.Purged.IsZero() || got.Step != tickets.Closed || got.Solution.Type != tickets.Resolved || got.Contact.Value != "ana@example.bo" {
			t.Errorf("what was done does not stay: %+v, %v", got, err)
		}
		if log, err := s.AuditLog(ctx, store.AuditFilter{Act: "case.purge"}); err != nil || len(log) != 1 || log[0].Target != old.Code || log[0].Details["months"] != "12" {
			t.Errorf("%+v, %v", log, err)
		}
		if list, err := s.Lessons(ctx, 10); err != nil || len(list) != 0 {
			t.Errorf("it still teaches: %+v, %v", list, err)
		}
		// What comes after the close is kept no longer than the rest.
		c.add(time.Hour)
		write(t, s, func(tx *store.Tx) error {
			return tx.AddMessage(old.ID, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Said: "wayra, estoy de vacaciones", Quiet: true})
		})
		purge(1)
		purge(0)
		if said(t, s, "wayra") {
			t.Error("an answer of a machine stayed")
		}
	})
}

// secretive makes a closed case that has a word in every place where people write.
func secretive(t *testing.T, s *store.Store, word string) *tickets.Ticket {
	t.Helper()
	ctx := context.Background()
	mail := raw(1)
	mail.Body = append(mail.Body, word...)
	accept(t, s, "soporte", mail)
	pending, err := s.ClaimPending(ctx, 1, time.Minute)
	if err != nil || len(pending) != 1 {
		t.Fatal(len(pending), err)
	}
	c := newCase(t, s, "ana@example.bo", "Señal", word+" no hay señal")
	write(t, s, func(tx *store.Tx) error {
		return tx.Settle(pending[0], store.Fate{Verdict: store.FateCase, Ticket: c.ID, Subject: word})
	})
	write(t, s, func(tx *store.Tx) error {
		return tx.AddMessage(c.ID, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Subject: word, Said: word, Text: word + " y cita", HTMLData: "<p>" + word, Defects: []string{word},
			Files: []store.File{{Name: word + ".txt", Type: "text/plain", Data: bytes.Repeat([]byte(word), 100_000)}}})
	})
	do := func(act tickets.Act, rec tickets.Record) {
		t.Helper()
		eva := tickets.Actor{ID: "eva", Name: "Eva", Roles: []tickets.Role{tickets.Operador}}
		if err := s.Update(ctx, c.ID, func(t *tickets.Ticket) error { return t.Do(act, eva, rec, s.Now()) }); err != nil {
			t.Fatal(act, err)
		}
	}
	do(tickets.ActNote, tickets.Record{"text": word})
	write(t, s, func(tx *store.Tx) error { return tx.AddOpinion(store.Opinion{Ticket: c.ID, Score: 4, Comment: word}) })
	if err := s.KeepUnsent(ctx, "eva", store.Unsent{Name: c.Code + ":note", Form: "f", Fields: map[string]string{"text": word}}); err != nil {
		t.Fatal(err)
	}
	store.Tamper(t, s, "INSERT INTO lesson (ticket, at, actor, class, suggested, confidence, sure) VALUES ('"+c.ID+"', 1, 'eva', 'support', 'support', 900, 1)")
	shut(t, s, c.ID, func(t *tickets.Ticket) {
		t.Problem, t.Solution.Text = word, word
		t.Trail = append(t.Trail, tickets.Done{Step: "9.1/5", Unit: tickets.AIT})
	})
	return c
}

// said reports whether any row of a backup, or any bytes stored, have a word.
func said(t *testing.T, s *store.Store, word string) bool {
	t.Helper()
	var buf bytes.Buffer
	if _, err := s.BackupTo(context.Background(), &buf); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		hit := bytes.Contains(text, []byte(word))
		for _, packed := range regexp.MustCompile(`[A-Za-z0-9+/]{16,}=*`).FindAll(text, -1) {
			plain, err := base64.StdEncoding.DecodeString(string(packed))
			hit = hit || err == nil && bytes.Contains(plain, []byte(word))
		}
		if hit {
			t.Logf("%s has the word", f.Name)
		}
		found = found || hit
	}
	return found
}
