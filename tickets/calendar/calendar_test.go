package calendar

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, Zone)
	if err != nil {
		panic(err)
	}
	return t
}

// The lists are those of the decrees and of the rules, written by hand.
func TestHolidaysOfTheYears(t *testing.T) {
	years := map[int]string{
		2025: "01-01 01-22 03-03 03-04 04-18 05-01 06-19 06-21 07-16 08-06 08-07 11-02 11-03 12-25",
		2026: "01-01 01-23 02-16 02-17 04-03 05-01 06-04 06-05 06-22 07-16 08-06 08-07 11-02 12-25",
		2027: "01-01 01-22 02-08 02-09 03-26 05-01 05-27 06-21 07-16 08-06 11-02 12-25",
	}
	c := LaPaz()
	for year, want := range years {
		var got []string
		for d := at("2000-01-01 12:00").AddDate(year-2000, 0, 0); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if c.Holiday(d) != "" {
				got = append(got, d.Format("01-02"))
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%d\n got %s\nwant %s", year, s, want)
		}
	}
}

func TestSundayMovesToMondayAndSaturdayDoesNot(t *testing.T) {
	c := LaPaz()
	for day, want := range map[string]bool{
		"2022-05-01": false, "2022-05-02": true, // Sunday, moved
		"2022-12-25": false, "2022-12-26": true,
		"2023-01-01": false, "2023-01-02": true,
		"2023-01-22": false, "2023-01-23": true,
		"2023-07-16": false, "2023-07-17": true, // the department's too
		"2027-05-01": true, "2027-05-03": false, // Saturday, stays
		"2031-11-02": true, "2031-11-03": false, // 2 November needs a decree
		"2026-10-17": false,
	} {
		if got := c.Holiday(at(day+" 10:00")) != ""; got != want {
			t.Errorf("%s: holiday %v, want %v", day, got, want)
		}
	}
}

func TestEaster(t *testing.T) {
	for _, want := range []string{"1961-04-02", "2000-04-23", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2285-03-22"} {
		if got := Easter(at(want + " 00:00").Year()).Format(time.DateOnly); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestOpen(t *testing.T) {
	c := LaPaz()
	for s, want := range map[string]bool{
		"2026-03-03 08:29": false, "2026-03-03 08:30": true, "2026-03-03 12:29": true, "2026-03-03 12:30": false,
		"2026-03-03 14:30": true, "2026-03-03 18:29": true, "2026-03-03 18:30": false,
		"2026-03-07 10:00": false, "2026-03-08 10:00": false,
		"2026-01-22 10:00": true, "2026-01-23 10:00": false, // DS 5521
		"2025-03-13 13:00": true, "2025-03-13 17:00": false, // horario continuo
	} {
		if got := c.Open(at(s)); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

// At 20:00 in La Paz it is already the next day in UTC: on the eve of a holiday
// and of a weekend nothing may slip by a day.
func TestTheEveningIsTheNextDayInUTC(t *testing.T) {
	c := LaPaz()
	eve := at("2026-08-05 20:00").UTC()
	if eve.Day() != 6 {
		t.Fatal("not the trap")
	}
	if h := c.Holiday(eve); h != "" {
		t.Errorf("the evening of 5 August is %q", h)
	}
	if h := c.Holiday(at("2026-08-06 20:00").UTC()); h == "" {
		t.Error("the evening of 6 August is no holiday")
	}
	if got, want := c.NextOpen(eve), at("2026-08-10 08:30"); !got.Equal(want) {
		t.Errorf("next open %v, want %v", got, want)
	}
	if !c.Workday(at("2026-03-06 20:00").UTC()) { // Friday evening, Saturday in UTC
		t.Error("a Friday evening is a working day's")
	}
}

func TestBetweenAndAdd(t *testing.T) {
	c := LaPaz()
	for _, x := range []struct {
		a, b string
		want time.Duration
	}{
		{"2026-03-03 10:00", "2026-03-03 11:30", 90 * time.Minute},
		{"2026-03-03 12:00", "2026-03-03 15:00", time.Hour},      // over lunch
		{"2026-03-06 18:00", "2026-03-09 09:00", time.Hour},      // over a weekend
		{"2026-02-13 18:00", "2026-02-18 09:00", time.Hour},      // over Carnival
		{"2026-03-02 08:30", "2026-03-06 18:30", 40 * time.Hour}, // a week
		{"2026-03-07 08:00", "2026-03-08 23:00", 0},              // a weekend
		{"2025-03-13 08:30", "2025-03-14 09:30", 9 * time.Hour},  // continuous day
	} {
		if got := c.Between(at(x.a), at(x.b)); got != x.want {
			t.Errorf("%s to %s: %v, want %v", x.a, x.b, got, x.want)
		}
		if got := c.Between(at(x.b), at(x.a)); got != -x.want {
			t.Errorf("%s back to %s: %v", x.b, x.a, got)
		}
		if x.want > 0 {
			if got := c.Add(at(x.a), x.want); !got.Equal(at(x.b)) {
				t.Errorf("%s plus %v: %v, want %s", x.a, x.want, got, x.b)
			}
		}
	}
}

func TestAddEndsASpanRatherThanStartsTheNext(t *testing.T) {
	c := LaPaz()
	if got := c.Add(at("2026-03-03 08:30"), 4*time.Hour); !got.Equal(at("2026-03-03 12:30")) {
		t.Error(got)
	}
	if got := c.Add(at("2026-03-07 10:00"), 8*time.Hour); !got.Equal(at("2026-03-09 18:30")) {
		t.Error(got)
	}
	if at0 := at("2026-03-07 10:00"); !c.Add(at0, 0).Equal(at0) {
		t.Error("nothing added")
	}
}

func TestAddAndBetweenAgree(t *testing.T) {
	c := LaPaz()
	r := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		a := at("2024-01-01 00:00").Add(time.Duration(r.IntN(3*365*24*60)) * time.Minute)
		d := time.Duration(1+r.IntN(60*200)) * time.Minute
		b := c.Add(a, d)
		if got := c.Between(a, b); got != d {
			t.Fatalf("%v plus %v is %v, between %v", a, d, b, got)
		}
		n := c.NextOpen(a)
		if !c.Open(n) || c.Between(a, n) != 0 {
			t.Fatalf("next open of %v: %v", a, n)
		}
	}
}

func TestYearsFarOff(t *testing.T) {
	c := LaPaz()
	for _, s := range []string{"1935-06-03 10:00", "2150-03-03 10:00", "2999-12-25 10:00"} {
		n := c.NextOpen(at(s))
		if n.IsZero() || n.Sub(at(s)) > 7*24*time.Hour {
			t.Errorf("%s: next open %v", s, n)
		}
	}
	if c.Between(at("2026-01-01 00:00"), at("2126-01-01 00:00")) < 190_000*time.Hour {
		t.Error("a century is too short")
	}
}

func TestACalendarThatNeverOpens(t *testing.T) {
	var c Calendar
	if !c.NextOpen(at("2026-03-03 10:00")).IsZero() || !c.Add(at("2026-03-03 10:00"), time.Hour).IsZero() {
		t.Error("found working time where there is none")
	}
}

func TestOverridesOfTheOffice(t *testing.T) {
	c := LaPaz(
		Override{Date: "2026-03-03", Hours: []Span{{8 * 60, 16 * 60}}, Basis: "comunicado 1/2026"},
		Override{Date: "2026-01-23", Hours: Standard, Basis: "a later decree"},
		Override{Date: "2026-03-04", Name: "Paro de transporte", Basis: "comunicado 2/2026"},
	)
	if !c.Open(at("2026-03-03 08:10")) || c.Open(at("2026-03-03 17:00")) || !c.Open(at("2026-01-23 10:00")) {
		t.Error("the office's hours do not hold")
	}
	if c.Open(at("2026-03-04 10:00")) || c.Holiday(at("2026-03-04 10:00")) != "Paro de transporte" {
		t.Error("the office's day off does not hold")
	}
}

func TestParseSpan(t *testing.T) {
	if s, err := ParseSpan("08:30-12:30"); err != nil || s != Standard[0] {
		t.Error(s, err)
	}
	for _, bad := range []string{"", "8:30-12:30", "12:30-08:30", "08:30-08:30", "08:60-12:30", "08:30-25:00", "08:30 - 12:30", "08:30-12:30x", "-8:30-12:30"} {
		if s, err := ParseSpan(bad); err == nil {
			t.Errorf("%q read as %v", bad, s)
		}
	}
}
