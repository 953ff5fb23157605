package phone

import "time"

// Outcome is what came of one call-back.
type Outcome string

const (
	Told        Outcome = "told"         // the person was told: the notice is given
	NoAnswer    Outcome = "no_answer"    // it rang and nobody answered
	Busy        Outcome = "busy"         // engaged
	WrongNumber Outcome = "wrong_number" // somebody else's number
	Voicemail   Outcome = "voicemail"    // a machine answered; nothing of the case is said to it
	Refused     Outcome = "refused"      // the person did not want to be told by telephone
)

// Attempt is one call-back, as the person who made it recorded it.
type Attempt struct {
	At      time.Time
	Outcome Outcome
}

// Rule G23: three tries on at least two working days.
const (
	enoughTries = 3
	enoughDays  = 2
)

// workdayFunc gives the working day's key of an instant ("2026-11-23", in the
// desk's zone) and whether it is one.
type workdayFunc = func(time.Time) (key string, working bool)

// enough reports whether the desk has done what it owes on the telephone, in
// any order of attempts: the person was told or did not want to be, or three
// tries were made on at least two working days (G23). The person's other known
// channel, if they agreed to it, is for the caller to try.
func enough(attempts []Attempt, workday workdayFunc) bool {
	tries := 0
	days := map[string]bool{}
	for _, a := range attempts {
		switch a.Outcome {
		case Told, Refused:
			return true
		case NoAnswer, Busy, WrongNumber, Voicemail:
			tries++
			if key, working := workday(a.At); working {
				days[key] = true
			}
		}
	}
	return tries >= enoughTries && len(days) >= enoughDays
}

// Pauses before the next try, in working time's neighbourhood: an engaged line
// is free soon, a machine or an empty house later.
var pause = map[Outcome]time.Duration{Busy: 15 * time.Minute, NoAnswer: 2 * time.Hour, Voicemail: 3 * time.Hour}

// maxPerDay is how often a person is rung in one day.
const maxPerDay = 2

// Next proposes when to ring again: open gives the first instant at or after
// its argument at which the desk works. It is never before now. The zero time
// means that there is no use in ringing this number again: the person was
// told, enough was done, or the number is somebody else's.
func Next(attempts []Attempt, now time.Time, workday func(time.Time) (string, bool), open func(time.Time) time.Time) time.Time {
	if len(attempts) == 0 {
		return open(now)
	}
	last := attempts[0]
	for _, a := range attempts {
		if a.Outcome == WrongNumber {
			return time.Time{}
		}
		if a.At.After(last.At) {
			last = a
		}
	}
	if enough(attempts, workday) {
		return time.Time{}
	}
	at := open(later(now, last.At.Add(pause[last.Outcome])))
	if triesOn(at, attempts, workday) >= maxPerDay {
		at = otherHalf(nextDay(at, workday, open), last.At, open)
	}
	return at
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func triesOn(at time.Time, attempts []Attempt, workday workdayFunc) int {
	day, _ := workday(at)
	n := 0
	for _, a := range attempts {
		if key, _ := workday(a.At); key == day {
			n++
		}
	}
	return n
}

// nextDay gives the first working instant of a later working day.
func nextDay(at time.Time, workday workdayFunc, open func(time.Time) time.Time) time.Time {
	day, _ := workday(at)
	for t := at.Add(time.Hour); t.Before(at.AddDate(0, 0, 30)); t = t.Add(time.Hour) {
		next := open(t)
		if key, working := workday(next); working && key != day {
			return next
		}
		t = later(t, next)
	}
	return at
}

// otherHalf moves a morning proposal to the afternoon if the last try was in a
// morning: who is out in the morning may be in later.
func otherHalf(at, last time.Time, open func(time.Time) time.Time) time.Time {
	local := last.In(at.Location())
	if local.Hour() >= 12 || at.Hour() >= 12 {
		return at
	}
	y, m, d := at.Date()
	afternoon := open(time.Date(y, m, d, 14, 30, 0, 0, at.Location()))
	if afternoon.YearDay() != at.YearDay() {
		return at
	}
	return afternoon
}
