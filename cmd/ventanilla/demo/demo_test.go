package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ventanilla/tickets"
	"ventanilla/tickets/store/storetest"
)

// steps expands "9.1/1–3" style shorthand: a clause and its numerals.
func steps(parts ...string) []tickets.Step {
	var list []tickets.Step
	for _, p := range parts {
		clause, numerals, _ := strings.Cut(p, "/")
		for n := range strings.SplitSeq(numerals, " ") {
			list = append(list, tickets.Step(clause+"/"+n))
		}
	}
	return list
}

// trails are the roads as the manual numbers them.
var trails = map[road][]tickets.Step{
	plain:        steps("9.1/1 2 3 4 5 6 7 8 9 10"),
	returned:     steps("9.1/1 2 3 4 5 6 7 8 9", "9.1/3 4 5 6 7 8 9 10"),
	viaUIT:       steps("9.1/1 2 3", "9.2/1 2 3 3.A.1 3.A.2 4 5 6 7 8 9"),
	viaUPAT:      steps("9.1/1 2 3", "9.2/1 2 3 3.B.1 3.B.2 3.B.3 3.B.4 3.A.2 4 5 6 7 8 9"),
	viaACGII:     steps("9.1/1 2 3", "9.2/1 2 3 3.C.1 3.C.2 3.C.3 3.C.4 3.C.5 3.A.2 4 5 6 7 8 9"),
	ofOutage:     steps("9.1/1 2 3", "9.2/1 7 8 9"),
	design:       steps("9.1/1 2 3 4", "9.3/1 2 3 3.A.1 3.A.2 3.A.3 4 5 6 7"),
	designByUPAT: steps("9.1/1 2 3 4", "9.3/1 2 3 3.B.1 3.B.2 3.B.3 3.B.4 3.B.5 3.B.6 3.B.7 3.B.8 4 5 6 7"),
}

var classOf = map[string]tickets.Class{"9.1": tickets.Support, "9.2": tickets.Availability, "9.3": tickets.FunctionalDesign}

// expected is the line of a story.
func expected(s story) line {
	l := line{Channel: "email", Steps: trails[s.road], Returned: s.road == returned, Delivered: true, Closed: true}
	if s.way == byPhone || s.way == missed {
		l.Channel = "phone"
	}
	if s.way == byWhatsApp {
		l.Channel = "whatsapp"
	}
	l.ReplyChannel = l.Channel
	l.Procedure = l.Steps[len(l.Steps)-1].Procedure()
	l.Class = classOf[l.Procedure]
	return l
}

func TestDayOnSQLite(t *testing.T)     { playDay(t, "") }
func TestDayOnPostgreSQL(t *testing.T) { playDay(t, storetest.Postgres(t)) }

func playDay(t *testing.T, database string) {
	var out, progress bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	began := time.Now()
	err := Run(ctx, Options{Exit: true, Database: database, Out: &out, Err: &progress})
	if err != nil {
		t.Fatalf("%v\n%s", err, progress.String())
	}
	t.Logf("the day took %v", time.Since(began).Round(time.Millisecond))
	script := day()
	lines := json.NewDecoder(&out)
	lines.DisallowUnknownFields()
	for _, s := range script {
		var got line
		if err := lines.Decode(&got); err != nil {
			t.Fatalf("%s: %v", s.subject, err)
		}
		want := expected(s)
		want.Code = got.Code
		// A bounce opens 9.1/7 again (G7), or finds the case still there if it was
		// faster than the relay's word that it took the letter.
		got.Steps = slices.Compact(got.Steps)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.subject, d)
		}
		if _, ok := tickets.ParseCode(got.Code); !ok {
			t.Errorf("%s: %q is no case code", s.subject, got.Code)
		}
	}
	if lines.More() {
		t.Errorf("more lines than the %d stories of the script", len(script))
	}
}

// The day must show each of the seven roads on each channel.
func TestScriptCoversRoadsAndChannels(t *testing.T) {
	seen := map[string]bool{}
	ways := map[way]bool{}
	for _, s := range day() {
		seen[string(s.road)+" by "+expected(s).Channel] = true
		ways[s.way] = true
	}
	for r := range roads {
		for _, channel := range []string{"email", "phone", "whatsapp"} {
			if !seen[string(r)+" by "+channel] {
				t.Errorf("the day has no %s by %s", r, channel)
			}
		}
	}
	for _, w := range []way{bySMTP, byIMAP, byBoth, byPhone, missed, byWhatsApp} {
		if !ways[w] {
			t.Errorf("nobody arrives by %s", w)
		}
	}
}

func TestOpening(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, laPaz)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for now, want := range map[string]string{
		"2026-11-24 10:00": "2026-11-23 08:30", // Tuesday morning: Monday
		"2026-11-24 18:30": "2026-11-24 08:30", // the day is over
		"2026-11-24 23:59": "2026-11-24 08:30",
		"2026-11-22 12:00": "2026-11-20 08:30", // Sunday: Friday
		"2026-01-24 09:00": "2026-01-22 08:30", // Saturday after a moved holiday: Thursday
		"2026-01-01 12:00": "2025-12-31 08:30",
	} {
		if got := opening(at(now)); !got.Equal(at(want)) {
			t.Errorf("at %s the play opens at %s, want %s", now, got.In(laPaz).Format("2006-01-02 15:04"), want)
		}
	}
}

func TestRefusesOtherAddresses(t *testing.T) {
	for _, o := range []Options{
		{Console: "0.0.0.0:8080", Citizens: "127.0.0.1:0"},
		{Console: "127.0.0.1:0", Citizens: "[::]:8081"},
		{Console: "ventanilla.ejemplo:80", Citizens: "127.0.0.1:0"},
		{Console: "127.0.0.1:0", Citizens: "8081"},
	} {
		o.Folder = t.TempDir() + "/data"
		err := Run(context.Background(), o)
		if err == nil || !strings.Contains(err.Error(), "solo atiende en esta misma máquina") {
			t.Errorf("console %s, citizens %s: %v", o.Console, o.Citizens, err)
		}
	}
}

// A mail is with the citizen when their server took it; a chat only when their
// phone says so.
func TestDelivered(t *testing.T) {
	for _, c := range []struct {
		medium, state string
		want          bool
	}{
		{"email", "sent", true}, {"email", "queued", false}, {"email", "failed", false},
		{"whatsapp", "sent", false}, {"whatsapp", "delivered", true}, {"whatsapp", "read", true}, {"whatsapp", "failed", false},
		{"phone", "queued", false}, {"phone", "delivered", true},
	} {
		medium, got := delivered(&tickets.Ticket{Notices: []tickets.Notice{{Medium: c.medium, State: c.state}}})
		if medium != c.medium || got != c.want {
			t.Errorf("%s %s: %s, %v", c.medium, c.state, medium, got)
		}
	}
}

func TestUnfinishedDayFails(t *testing.T) {
	good := line{Channel: "phone", ReplyChannel: "phone", Delivered: true, Closed: true}
	if err := finished(good); err != nil {
		t.Error(err)
	}
	for what, spoil := range map[string]func(*line){
		"open":                func(l *line) { l.Closed = false },
		"told by another way": func(l *line) { l.ReplyChannel = "email" },
		"not told":            func(l *line) { l.Delivered = false },
		"nobody answered it":  func(l *line) { l.ReplyChannel = "" },
	} {
		l := good
		spoil(&l)
		if finished(l) == nil {
			t.Errorf("a case that is %s passes for finished", what)
		}
	}
}
