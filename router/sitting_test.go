package router_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/router"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// stream is a desk whose clock stands still while it works.
type stream struct {
	*testing.T
	st   *store.Store
	r    *router.Router
	step func(context.Context) error
	now  time.Time
	rand *rand.Rand
	n    int
	said map[string][]string // ids of what a number said
	did  map[tickets.Act]int
}

func newStream(t *testing.T, url string, seed uint64, together bool) *stream {
	s := &stream{T: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), rand: rand.New(rand.NewPCG(seed, 1)), said: map[string][]string{}, did: map[tickets.Act]int{}}
	clock := func() time.Time { return s.now }
	s.st = storetest.Open(t, url, clock)
	r, err := router.New(t.Context(), router.Options{Store: s.st, Channels: []channels.Channel{chatLines{}}, Log: zerolog.Nop(),
		Now: clock, Hours: calendar.LaPaz(), Office: "AGETIC", Domain: "mesa.ejemplo.bo", Quiet: time.Minute, Longest: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if s.step = r.Step; together {
		s.step = r.StepTogether
	}
	s.r = r
	return s
}

// sayings are what people write; %c is a case's code, %e one of their own messages.
var sayings = []string{"no puedo entrar a mi cuenta de ciudadanía digital", "sigue igual", "buenas tardes", "gracias", "?", "sale un error 500 en la pantalla",
	"otra consulta: mi factura electrónica no llega", "y la firma digital del portal de trámites no funciona", "mi clave es", "Perro1234", "es del caso %c", "edit:%e:ya no sale el error",
	"delete:%e", "lo mismo que ayer", "soy del municipio de Viacha y no carga el sistema de planillas", "ya está, ahora sí puedo"}

// line is one more message of somebody, seldom of a number whose hidden id shows.
func (s *stream) line(codes []string) channels.Raw {
	s.n++
	id, who := fmt.Sprint("m", s.n), s.rand.IntN(6)
	number, env := fmt.Sprintf("+5917100000%d", who), map[string]string{}
	switch s.rand.IntN(12) {
	case 0:
		number = fmt.Sprintf("lid:%d", who)
	case 1, 2, 3:
		env = map[string]string{"number": number, "hidden": fmt.Sprintf("lid:%d", who)}
	}
	text := sayings[s.rand.IntN(len(sayings))]
	if strings.Contains(text, "%e") {
		if len(s.said[number]) == 0 {
			text = "hola"
		} else {
			text = strings.ReplaceAll(text, "%e", s.said[number][s.rand.IntN(len(s.said[number]))])
		}
	}
	if strings.Contains(text, "%c") && len(codes) > 0 {
		text = strings.ReplaceAll(text, "%c", codes[s.rand.IntN(len(codes))])
	}
	s.said[number] = append(s.said[number], id)
	if s.rand.IntN(20) == 0 {
		env["too_large"] = "1"
	}
	return channels.Raw{Medium: channels.WhatsApp, ExternalID: id, Dedupe: id, Body: []byte(number + "|" + text), Received: s.now, Envelope: env}
}

// round is what comes at once, what the desk makes of it, and what the operator
// does then with some case.
func (s *stream) round() {
	s.Helper()
	page, err := s.st.List(s.Context(), store.Filter{State: "all", Restricted: true, Limit: 500})
	if err != nil {
		s.Fatal(err)
	}
	rows := page.Rows
	slices.SortFunc(rows, func(a, b store.Row) int { return strings.Compare(a.Code, b.Code) })
	var codes []string
	for _, r := range rows {
		codes = append(codes, r.Code)
	}
	var b channels.Batch
	for range 1 + s.rand.IntN(60) {
		b.Raws = append(b.Raws, s.line(codes))
	}
	if err := s.st.Accept(s.Context(), "wa", 0, b); err != nil {
		s.Fatal(err)
	}
	s.work()
	s.now = s.now.Add(time.Duration(1+s.rand.IntN(40)) * 10 * time.Second)
	s.work()
	if len(rows) == 0 {
		return
	}
	for range 6 {
		s.act(rows, codes)
	}
}

// act is one of the acts of an operator on some case, if the case allows it.
func (s *stream) act(rows []store.Row, codes []string) {
	s.Helper()
	other := s.rand.IntN(len(rows))
	reason, case_ := tickets.Record{"reason": "no es de aquí"}, tickets.Record{"case": codes[other], "case_id": rows[other].ID}
	deeds := []struct {
		act tickets.Act
		rec tickets.Record
	}{
		{tickets.ActTake, tickets.Record{}}, {tickets.ActTake, tickets.Record{}}, {tickets.ActReply, tickets.Record{"text": "¿ya pudo entrar?"}},
		{tickets.ActReply, tickets.Record{"text": "ya funciona"}}, {tickets.ActAsk, tickets.Record{"question": "¿qué error sale?"}},
		{tickets.ActOutOfScope, reason}, {tickets.ActSpam, reason}, {tickets.ActMerge, case_}, {tickets.ActUnmerge, reason}, {tickets.ActDuplicate, case_},
		{tickets.ActSplit, tickets.Record{"subject": "lo otro", "problem": "la factura no llega"}}, {tickets.ActSetFacts, tickets.Record{"subject": "acceso"}},
		{tickets.ActFlag, tickets.Record{"flag": string(tickets.FlagRestricted), "reason": "datos de salud"}},
		{tickets.ActReopen, tickets.Record{"reason": "sigue igual", "to": "triage"}},
	}
	deed, id := deeds[s.rand.IntN(len(deeds))], rows[s.rand.IntN(len(rows))].ID
	by := tickets.Actor{ID: "eva", Name: "Eva", Roles: []tickets.Role{tickets.Operador, tickets.Supervisor}}
	err := s.st.Update(s.Context(), id, func(t *tickets.Ticket) error { return t.Do(deed.act, by, deed.rec, s.now) })
	var refused *tickets.Refusal
	if err == nil {
		s.did[deed.act]++
	} else if !errors.As(err, &refused) {
		s.Fatal(deed.act, err)
	}
}

func (s *stream) work() {
	s.Helper()
	if err := s.step(s.Context()); err != nil {
		s.Fatal(err)
	}
}

var (
	madeID = regexp.MustCompile(`\b[0-9a-z]{16}\b`)
	hash   = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
)

// records is everything in a database, table by table, with ids by the order in
// which they were made instead of their digits, and without hashes of them.
func records(t *testing.T, url string) map[string][]string {
	t.Helper()
	driver, name, tables := "sqlite3", strings.TrimPrefix(url, "sqlite:"), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fts%' AND name NOT LIKE 'sqlite%'"
	if !strings.HasPrefix(url, "sqlite:") {
		driver, name, tables = "pgx", url, "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string][]string{}
	seen := map[string]bool{}
	for _, table := range lines(t, db, tables) {
		if slices.Contains([]string{"migration", "setting", "setting_history"}, table) { // when it began, and its own key
			continue
		}
		for _, row := range lines(t, db, "SELECT * FROM "+table) {
			row = hash.ReplaceAllString(row, "#")
			all[table] = append(all[table], row)
			for _, id := range madeID.FindAllString(row, -1) {
				seen[id] = strings.Trim(id, "0123456789") != "" // else it is a time
			}
		}
	}
	var ids []string
	for id, made := range seen {
		if made {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for table, rows := range all {
		for i, row := range rows {
			rows[i] = madeID.ReplaceAllStringFunc(row, func(id string) string {
				if seen[id] {
					return fmt.Sprint("id", slices.Index(ids, id))
				}
				return id
			})
		}
		slices.Sort(rows)
		all[table] = rows
	}
	return all
}

// lines gives each row of a query as text.
func lines(t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for i, v := range values {
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			if i > 0 {
				fmt.Fprintf(&b, " %s=", columns[i])
			}
			fmt.Fprint(&b, v)
		}
		list = append(list, b.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestABatchEndsAsOneByOne plays one stream of talks twice, settled line by line
// and a batch at a time: every record is the same.
func TestABatchEndsAsOneByOne(t *testing.T) {
	play := func(t *testing.T, url string, seed uint64, together bool) map[string][]string {
		s := newStream(t, url, seed, together)
		for range 14 {
			s.round()
		}
		if s.did[tickets.ActReply] == 0 || s.did[tickets.ActOutOfScope]+s.did[tickets.ActSpam] == 0 || s.did[tickets.ActMerge] == 0 {
			t.Errorf("seed %d: an operator who only does %v says little", seed, s.did)
		}
		return records(t, url)
	}
	compare := func(t *testing.T, seed uint64, one, other string) {
		want, got := play(t, one, seed, false), play(t, other, seed, true)
		if len(want["message"]) < 50 || len(want["ticket"]) < 4 {
			t.Errorf("seed %d: %d messages in %d cases say little", seed, len(want["message"]), len(want["ticket"]))
		}
		for table := range want {
			if !slices.Equal(want[table], got[table]) {
				for i, row := range want[table] {
					if i >= len(got[table]) || got[table][i] != row {
						t.Fatalf("seed %d: %s has %d and %d rows\none by one: %s\ntogether:   %s", seed, table, len(want[table]), len(got[table]), row, at(got[table], i))
					}
				}
				t.Fatalf("seed %d: %s has %d and %d rows", seed, table, len(want[table]), len(got[table]))
			}
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		for seed := range uint64(4) {
			compare(t, seed, storetest.SQLite(t), storetest.SQLite(t))
		}
	})
	t.Run("postgres", func(t *testing.T) { compare(t, 7, storetest.Postgres(t), storetest.Postgres(t)) })
}

// TestWhatIsInHandIsWhatIsStored holds what a batch knows of a talk, after each
// of its lines, against what the database says.
func TestWhatIsInHandIsWhatIsStored(t *testing.T) {
	s := newStream(t, storetest.SQLite(t), 11, true)
	looks := 0
	s.step = func(ctx context.Context) error {
		return s.r.StepLooking(ctx, func(inHand, stored string) {
			if looks++; inHand != stored && !t.Failed() {
				t.Errorf("after %d looks\nin hand: %s\nstored:  %s", looks, inHand, stored)
			}
		})
	}
	for range 14 {
		s.round()
	}
	if looks < 100 {
		t.Errorf("only %d looks", looks)
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}
