package phone

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"ventanilla/channels"
)

// shapes are call logs as exchanges and their reports write them, in
// testdata/cdr: a missed call of 23 November 2026, 10:15 in La Paz, and an
// answered one of 75 seconds at 10:20, each.
var shapes = []struct {
	file, exchange string
	dates          DateOrder
	agent          string
}{
	{"asterisk", Asterisk, YearFirst, "1001"},
	{"asterisk-sin-id", Asterisk, YearFirst, "1001"},
	{"freepbx", FreePBX, YearFirst, "1001"},
	{"issabel", Issabel, YearFirst, "1001"},
	{"issabel-es", Issabel, YearFirst, "1001"},
	{"grandstream", Grandstream, YearFirst, "1001"},
	{"informe-es", "", DayFirst, "1001"},
	{"report-en", "", MonthFirst, "1001"},
	{"unix", "", Unix, "1001"},
	{"sin-cabecera", "", DayFirst, ""},
}

// shape reads the log of a shape.
func shape(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/cdr/" + file + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestGuess: what is guessed of each shape reads both calls rightly.
func TestGuess(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.file, func(t *testing.T) {
			lines := Lines([]byte(shape(t, s.file)))
			l, exchange := Guess(lines, "")
			if exchange != s.exchange || l.Dates != s.dates || len(l.Missing()) > 0 {
				t.Fatalf("exchange %q, dates %q, layout %+v", exchange, l.Dates, l)
			}
			rows := (&CDR{ID: "central"}).Try(l, lines)
			if len(rows) != 2 {
				t.Fatalf("%d rows of %+v", len(rows), l)
			}
			ids := map[string]bool{}
			for i, row := range rows {
				c := row.Report.Call
				if len(row.Problems) > 0 || c == nil {
					t.Fatalf("line %d of %+v: %v", row.Line, l, row.Problems)
				}
				ids[c.ID] = true
				at := time.Date(2026, 11, 23, 14, 15+5*i, 0, 0, time.UTC)
				if !c.Started.Equal(at) || row.Report.From.Value != "+59171234567" || c.Direction != "in" || c.Answered != (i == 1) || Missed(c) != (i == 0) {
					t.Errorf("line %d by %+v: %+v from %q", row.Line, l, c, row.Report.From.Value)
				}
				if i == 1 && (c.Talk != 75*time.Second || c.Agent != s.agent) {
					t.Errorf("an answered call of %v by %q", c.Talk, c.Agent)
				}
			}
			if len(ids) != 2 || ids[""] {
				t.Errorf("the calls are told apart by %v", ids)
			}
		})
	}
}

// TestLayoutThroughTheLog: a saved layout goes before the configured columns
// for what is written from then on, heading and all, and may be taken back.
func TestLayoutThroughTheLog(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.file, func(t *testing.T) {
			c, h := log(t), newLedger()
			l, _ := Guess(Lines([]byte(shape(t, s.file))), "")
			c.Columns = map[string]int{"src": 90}
			c.Use(l)
			appendTo(t, c.File, shape(t, s.file))
			c.mustCatchUp(t, h)
			if h.count() != 2 {
				t.Fatalf("%d lines are taken, want the two calls: %q", h.count(), h.bodies())
			}
			for _, raw := range h.raws {
				if rep := c.Read("central", raw); rep.Kind != channels.CallEvent || rep.From.Value != "+59171234567" {
					t.Errorf("%s: %q is read as %s from %q", s.file, raw.Body, rep.Kind, rep.From.Value)
				}
			}
			c.Use(Layout{})
			if got := c.layout().Columns["src"]; got != 90 {
				t.Errorf("without a saved layout the caller is in column %d, want the configured 90", got)
			}
		})
	}
}

// TestForeignHeading: a heading that is not UTF-8 is known in the log as in the
// sample, also where the sample ends within a letter of UTF-8.
func TestForeignHeading(t *testing.T) {
	whole := strings.TrimPrefix(shape(t, "informe-es"), "\ufeff")
	foreign, err := charmap.Windows1252.NewEncoder().String(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"Windows-1252": foreign, "UTF-8": whole} {
		l, _ := Guess(Lines([]byte(text+"más\n"+"\xc3")), "")
		if l.Columns["duration"] != 7 {
			t.Errorf("%s: the columns are %v of %q", name, l.Columns, l.Heading)
		}
		c, h := log(t), newLedger()
		c.Use(l)
		appendTo(t, c.File, text)
		c.mustCatchUp(t, h)
		if h.count() != 2 {
			t.Errorf("%s: %d lines are taken, want the two calls: %q", name, h.count(), h.bodies())
		}
	}
}

func TestDirectionWords(t *testing.T) {
	for word, want := range map[string]string{"Entrante": "in", "in": "in", "Outbound": "out", "out": "out", "Interna": "within", "Internal": "within", "Internacional": "unknown", "Local": "unknown", "Celular": "unknown", "": "unknown"} {
		got, ok := directionOf(word)
		if got == "" {
			got = "within"
		}
		if !ok {
			got = "unknown"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", word, got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	l := Layout{Separator: ";", Dates: DayFirst, Columns: map[string]int{"start": 0, "src": 1, "disposition": 2, "duration": 3}}
	for _, tc := range []struct{ line, want string }{
		{"23/11/2026 10:15:00;71234567;contestada;20", ""},
		{"31/02/2026 10:15:00;71234567;contestada;20", "start"},
		{"23/11/2026;71234567;contestada;20", "start"}, // a day is not yet a moment
		{"23/11/2026 10:15;71234567;contestada", "short"},
		{"23/11/2026 10:15;;contestada;20", "src"},
		{"23/11/2026 10:15;71234567;quién sabe;mucho", "disposition duration"},
		{`23/11/2026 10:15;71234567;contestada;"20`, "quotes"},
		{"23/11/2026 10:15;71234567;contestada;20\x00", "nul"},
		{"23/11/2026 10:15;Pe\xf1a 71234567;contestada;20", "charset"},
	} {
		rows := (&CDR{}).Try(l, []string{tc.line})
		var got []string
		for _, p := range rows[0].Problems {
			got = append(got, p.Code)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%q: %v, want %s", tc.line, rows[0].Problems, tc.want)
		}
	}
}

func TestMoments(t *testing.T) {
	at := time.Date(2026, 3, 4, 15, 5, 0, 0, time.UTC)
	for _, tc := range []struct {
		text  string
		order DateOrder
		want  time.Time
	}{
		{"2026-03-04 15:05:00", "", at},
		{"2026-03-04T15:05:00", MonthFirst, at},
		{"2026-03-04T11:05:00-04:00", DayFirst, at},
		{"04/03/2026 15:05", DayFirst, at},
		{"04-03-26 3:05 PM", DayFirst, at},
		{"4.3.2026 3:05 p. m.", DayFirst, at},
		{"04/03/2026 3:05:00 p.m.", DayFirst, at},
		{"04/03/2026 15:05:00.00", DayFirst, at},
		{"26-03-04 15:05", YearFirst, at},
		{"04-03-2026 15:05", YearFirst, at},
		{"03/04/2026 03:05:00 PM", MonthFirst, at},
		{"1772636700", Unix, at},
		{"1772636700000", Unix, at},
		{"2026/03/04 12:05 AM", YearFirst, at.Add(-15 * time.Hour)},
		{"04/13/2026 10:00", DayFirst, time.Time{}},
		{"2026-03-04 25:00", YearFirst, time.Time{}},
		{"2026-03-04 NaN:00:NaN", YearFirst, time.Time{}},
		{"NaN", Unix, time.Time{}},
		{"04/03/2026", DayFirst, time.Time{}},
	} {
		if got := moment(tc.text, tc.order, time.UTC); !got.Equal(tc.want) {
			t.Errorf("%q as %q is %v, want %v", tc.text, tc.order, got, tc.want)
		}
	}
	for text, want := range map[string]time.Duration{"75": 75 * time.Second, "1:15": 75 * time.Second, "00:01:15": 75 * time.Second, "75s (1m 15s)": 75 * time.Second, "1 min 15 seg": 75 * time.Second, "1h": time.Hour, "0": 0, "-1": -1, "": -1, "NaN": -1, "1:NaN": -1, "mucho": -1, "99999999": -1} {
		got, ok := spanOf(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func FuzzGuess(f *testing.F) {
	for _, s := range shapes {
		f.Add([]byte(shape(f, s.file)))
	}
	f.Fuzz(func(t *testing.T, sample []byte) {
		lines := Lines(sample)
		l, _ := Guess(lines, "")
		for _, row := range (&CDR{}).Try(l, lines) {
			if row.Report.Kind == channels.None && len(row.Problems) == 0 {
				t.Fatalf("%q is not read and nothing is wrong with it", row.Text)
			}
		}
	})
}
