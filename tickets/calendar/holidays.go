package calendar

import "time"

// Fixed is a holiday with a date of its own.
type Fixed struct {
	Month time.Month
	Day   int
	Name  string
	Moves bool // from a Sunday to the Monday after it; never from a Saturday
}

// National are the holidays of DS 2750 of 01-05-2016 that have a date. 2 November does
// not move by itself (2025 needed its own decree); 17 October is no day off.
var National = []Fixed{
	{time.January, 1, "Año Nuevo", true},
	{time.January, 22, "Día del Estado Plurinacional", true},
	{time.May, 1, "Día del Trabajo", true},
	{time.June, 21, "Año Nuevo Andino Amazónico Chaqueño", true},
	{time.August, 6, "Día de la Independencia", true},
	{time.November, 2, "Todos los Difuntos", false},
	{time.December, 25, "Navidad", true},
}

// Movable are the holidays that are counted in days from Easter.
var Movable = []struct {
	Days int
	Name string
}{
	{-48, "Carnaval"},
	{-47, "Carnaval"},
	{-2, "Viernes Santo"},
	{60, "Corpus Christi"},
}

// Known are the decrees of past years that ordered otherwise than the rules.
var Known = []Override{
	{Date: "2025-03-13", Hours: Continuous, Basis: "horario continuo, 13-03-2025"},
	{Date: "2025-08-07", Name: "Bicentenario", Basis: "decreto de feriados de 2025"},
	{Date: "2025-11-03", Name: "Todos los Difuntos", Basis: "decreto de feriados de 2025"},
	{Date: "2026-01-22", Hours: Standard, Basis: "DS 5521"},
	{Date: "2026-01-23", Name: "Día del Estado Plurinacional", Basis: "DS 5521"},
	{Date: "2026-06-05", Name: "Feriado extraordinario", Basis: "DS 5521"},
	{Date: "2026-08-07", Name: "Feriado extraordinario", Basis: "DS 5521"},
}

// ruled names the holiday that the rules make of a day, "" if none.
func (c *Calendar) ruled(day time.Time) string {
	for _, list := range [][]Fixed{National, c.Local} {
		for _, f := range list {
			if f.falls(day) {
				return f.Name
			}
		}
	}
	easter := Easter(day.Year())
	for _, m := range Movable {
		if day.Equal(easter.AddDate(0, 0, m.Days)) {
			return m.Name
		}
	}
	return ""
}

// falls reports whether the holiday is kept on a day: on its date, unless that
// is a Sunday and it moves, or on the Monday after.
func (f Fixed) falls(day time.Time) bool {
	on := func(d time.Time) bool { return d.Month() == f.Month && d.Day() == f.Day }
	switch day.Weekday() {
	case time.Sunday:
		return on(day) && !f.Moves
	case time.Monday:
		return on(day) || f.Moves && on(day.AddDate(0, 0, -1))
	}
	return on(day)
}

// Easter is Easter Sunday of a Gregorian year (Meeus, Jones and Butcher).
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, Zone)
}
