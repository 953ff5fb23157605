package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	return len(saidOf(t, s, word)) > 0
}

// saidOf gives those of some words that any row of a backup, or any bytes
// stored, have.
func saidOf(t *testing.T, s *store.Store, words ...string) (found []string) {
	t.Helper()
	var buf bytes.Buffer
	if _, err := s.BackupTo(context.Background(), &buf); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		for _, packed := range regexp.MustCompile(`[A-Za-z0-9+/]{16,}=*`).FindAll(text, -1) {
			if plain, err := base64.StdEncoding.DecodeString(string(packed)); err == nil {
				text = append(append(text, '\n'), plain...)
			}
		}
		for _, word := range words {
			if bytes.Contains(text, []byte(word)) {
				t.Logf("%s has %s", f.Name, word)
				found = append(found, word)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// TestWhatWasDoneAroundACaseIsDestroyed with it: a reply that went out and what
// its server answered, a file that went with it, what was noted of calls, and
// what was written for many cases at once; in each place a word of its own.
// What the same bulk act wrote for a case that is kept stays, and so does what
// still has to be done.
func TestWhatWasDoneAroundACaseIsDestroyed(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		c := newClock()
		s := storetest.Open(t, url, c.Now)
		ctx := context.Background()
		old := newCase(t, s, "ana@example.bo", "Trámite", "no abre")
		kept := newCase(t, s, "rosa@example.bo", "Otro", "tampoco")
		lost := around(t, s, old, kept)
		stay := []string{"bulkkept", "bulkdue"}
		all := slices.Sorted(slices.Values(slices.Concat(lost, stay)))
		if d := cmp.Diff(all, saidOf(t, s, all...)); d != "" {
			t.Fatalf("the test looks in the wrong places: %s", d)
		}
		shut(t, s, old.ID, func(*tickets.Ticket) {})
		c.add(400 * 24 * time.Hour)
		write(t, s, func(tx *store.Tx) error { return tx.SetSetting(store.CaseMonthsSetting, 12, "ada") })
		if n, err := s.PurgeCases(ctx, 100); err != nil || n != 1 {
			t.Fatalf("%d destroyed: %v", n, err)
		}
		if d := cmp.Diff(slices.Sorted(slices.Values(stay)), saidOf(t, s, all...)); d != "" {
			t.Error(d)
		}
		out, err := s.Outbox(ctx, store.OutboxFilter{Ticket: old.ID})
		if err != nil || len(out) < 2 {
			t.Fatal(len(out), err)
		}
		for _, o := range out { // that something went out, when and to whom is no text
			if o.Text+o.Subject+o.Detail+o.Error != "" || len(o.Files) != 0 || len(o.Cc) != 0 || o.State == "" || o.Created.IsZero() || o.To.Value == "" {
				t.Errorf("%+v", o)
			}
		}
	})
}

// around plants words in what is done around a case; it gives those that go when
// the case's texts go.
func around(t *testing.T, s *store.Store, old, kept *tickets.Ticket) []string {
	t.Helper()
	ctx := context.Background()
	eva := tickets.Actor{ID: "eva", Name: "Eva", Roles: []tickets.Role{tickets.Operador}}
	write(t, s, func(tx *store.Tx) error {
		data := []byte("replyfile de la guía que se envía")
		hash, err := tx.PutBlob(data)
		if err != nil {
			return err
		}
		files := tickets.FileRef{Hash: hash, Type: "text/plain", Name: "replyname.txt", Size: int64(len(data))}.String()
		return tx.Update(old.ID, func(t *tickets.Ticket) error {
			return t.Do(tickets.ActReply, eva, tickets.Record{"text": "replytext va por correo", "files": files}, s.Now())
		})
	})
	claimed, err := s.ClaimOutgoing(ctx, "", 10, time.Minute)
	if err != nil || len(claimed) == 0 {
		t.Fatal(len(claimed), err)
	}
	sent := false
	for _, o := range claimed {
		if o.Ticket == old.ID && strings.Contains(o.Text, "replytext") {
			sent = true
			write(t, s, func(tx *store.Tx) error { return tx.Sent(o, "250 replydetail") })
			write(t, s, func(tx *store.Tx) error {
				return tx.AddAttempt(store.Attempt{Reply: o.ID, By: "eva", At: s.Now(), Outcome: "no_answer", Note: "callnote con su hija"}, time.Time{})
			})
		}
	}
	if !sent {
		t.Fatal("the reply does not go out")
	}
	o := store.Outage{System: "cd", State: store.OutageConfirmed, Parent: kept.ID, Code: kept.Code, Found: s.Now(), Since: s.Now()}
	note := func(ticket, word string) store.BatchItem {
		return store.BatchItem{Ticket: ticket, Acts: []store.Deed{{Act: tickets.ActNote, Record: tickets.Record{"text": word}}}}
	}
	write(t, s, func(tx *store.Tx) error {
		if err := tx.SaveOutage(&o); err != nil {
			return err
		}
		return tx.NewBatch(&store.Batch{Outage: o.ID, Act: tickets.ActNote, By: eva}, []store.BatchItem{note(old.ID, "bulkdone"), note(old.ID, "bulkrefused"), note(kept.ID, "bulkkept"), note(old.ID, "bulkdue")})
	})
	took, err := s.WorkBatches(ctx, 3, func(tx *store.Tx, i *store.BatchItem) error {
		if i.N == 1 {
			return &tickets.Refusal{Code: tickets.RefusedFailed}
		}
		return tx.Update(i.Ticket, func(t *tickets.Ticket) error { return t.Do(i.Acts[0].Act, i.Batch.By, i.Acts[0].Record, s.Now()) })
	})
	if err != nil || took != 3 {
		t.Fatal(took, err)
	}
	return []string{"replytext", "replyname", "replyfile", "replydetail", "callnote", "bulkdone", "bulkrefused"}
}
