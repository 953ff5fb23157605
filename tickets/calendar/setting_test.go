package calendar

import (
	"testing"
	"time"
)

func TestSetting(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, Zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	c, err := Setting{Week: []string{"", "08:00-16:00", "08:00-16:00", "08:00-16:00", "08:00-16:00", "08:00-12:00 13:00-16:00", ""},
		Days: []Day{{Date: "2027-02-08", Hours: "08:00-10:00", Basis: "DS 1"}, {Date: "2027-02-10", Name: "Paro", Basis: "Comunicado 2"}}}.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{
		"2027-02-05 12:30": false, "2027-02-05 13:00": true, // a Friday with a break
		"2027-02-08 09:00": true, "2027-02-08 11:00": false, // Carnival, worked by decree
		"2027-02-09 09:00": false, "2027-02-10 09:00": false, "2027-02-11 15:59": true, "2027-02-06 09:00": false,
	} {
		if got := c.Open(day(at)); got != want {
			t.Errorf("%s: open is %v", at, got)
		}
	}
	for _, s := range []Setting{{Week: []string{"08:00-16:00"}}, {Days: []Day{{Date: "8 de febrero"}}}, {Days: []Day{{Date: "2027-02-08", Hours: "10:00-09:00"}}}, {Days: []Day{{Date: "2027-02-08", Hours: "08:00-12:00 11:00-13:00"}}}} {
		if _, err := s.Calendar(); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
	l := NewLive(LaPaz())
	l.Set(c)
	if l.Workday(day("2027-02-10 09:00")) || !l.Add(day("2027-02-11 15:00"), 2*time.Hour).Equal(day("2027-02-12 09:00")) {
		t.Error("what was set is not in force")
	}
}
