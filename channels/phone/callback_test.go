package phone

import (
	"testing"
	"time"
)

// Monday to Friday, 08:30 to 16:30, as in horario continuo.
var lapaz = time.FixedZone("-04", -4*3600)

func workday(t time.Time) (string, bool) {
	t = t.In(lapaz)
	return t.Format(time.DateOnly), t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

func open(t time.Time) time.Time {
	t = t.In(lapaz)
	for {
		y, m, d := t.Date()
		from, to := time.Date(y, m, d, 8, 30, 0, 0, lapaz), time.Date(y, m, d, 16, 30, 0, 0, lapaz)
		if _, working := workday(t); working && t.Before(to) {
			return later(t, from)
		}
		t = time.Date(y, m, d+1, 0, 0, 0, 0, lapaz)
	}
}

// on gives an instant of the week of Monday 23 November 2026.
func on(day time.Weekday, hour, minute int) time.Time {
	return time.Date(2026, 11, 22+int(day), hour, minute, 0, 0, lapaz)
}

func TestEnough(t *testing.T) {
	try := func(o Outcome, at ...time.Time) (out []Attempt) {
		for _, a := range at {
			out = append(out, Attempt{At: a, Outcome: o})
		}
		return out
	}
	for _, c := range []struct {
		name string
		a    []Attempt
		want bool
	}{
		{"none", nil, false},
		{"told", try(Told, on(1, 9, 0)), true},
		{"refused", try(Refused, on(1, 9, 0)), true},
		{"three on one day", try(NoAnswer, on(1, 9, 0), on(1, 11, 0), on(1, 15, 0)), false},
		{"two on two days", try(NoAnswer, on(1, 9, 0), on(2, 9, 0)), false},
		{"three on two days", try(Busy, on(1, 9, 0), on(1, 15, 0), on(2, 9, 0)), true},
		{"a Saturday is no working day", try(Voicemail, on(5, 9, 0), on(5, 15, 0), on(6, 9, 0)), false},
		{"23:30 UTC-4 is still that day", try(NoAnswer, on(1, 9, 0), on(1, 15, 0), on(1, 23, 30).UTC()), false},
		{"unknown outcomes do not count", try("thought of it", on(1, 9, 0), on(2, 9, 0), on(3, 9, 0)), false},
	} {
		if got := enough(c.a, workday); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		name string
		a    []Attempt
		now  time.Time
		want time.Time
	}{
		{"first", nil, on(1, 7, 0), on(1, 8, 30)},
		{"busy", []Attempt{{At: on(1, 9, 0), Outcome: Busy}}, on(1, 9, 1), on(1, 9, 15)},
		{"no answer", []Attempt{{At: on(1, 9, 0), Outcome: NoAnswer}}, on(1, 9, 1), on(1, 11, 0)},
		{"no answer late in the day", []Attempt{{At: on(1, 15, 30), Outcome: NoAnswer}}, on(1, 15, 31), on(2, 8, 30)},
		{"never before now", []Attempt{{At: on(1, 9, 0), Outcome: Busy}}, on(3, 12, 0), on(3, 12, 0)},
		{"two a day, then the other half of the next", []Attempt{{At: on(1, 9, 0), Outcome: NoAnswer}, {At: on(1, 11, 0), Outcome: NoAnswer}}, on(1, 11, 1), on(2, 14, 30)},
		{"over the weekend", []Attempt{{At: on(5, 14, 0), Outcome: Busy}, {At: on(5, 15, 0), Outcome: Busy}}, on(5, 15, 1), on(8, 8, 30)},
		{"wrong number", []Attempt{{At: on(1, 9, 0), Outcome: WrongNumber}}, on(1, 9, 1), time.Time{}},
		{"told", []Attempt{{At: on(1, 9, 0), Outcome: Told}}, on(1, 9, 1), time.Time{}},
		{"enough", []Attempt{{At: on(1, 9, 0), Outcome: Busy}, {At: on(1, 15, 0), Outcome: Busy}, {At: on(2, 15, 0), Outcome: Busy}}, on(2, 15, 1), time.Time{}},
	} {
		if got := Next(c.a, c.now, workday, open); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got.In(lapaz), c.want)
		}
	}
}
