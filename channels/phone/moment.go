package phone

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DateOrder is how an exchange writes a date.
type DateOrder string

// The orders. A date that begins with its year in four figures is read in any of
// them but Unix, and one that ends with it is read in YearFirst, too.
const (
	YearFirst  DateOrder = "ymd"  // 2026-11-23 10:15:00
	DayFirst   DateOrder = "dmy"  // 23/11/2026 10:15
	MonthFirst DateOrder = "mdy"  // 11/23/2026 10:15 AM
	Unix       DateOrder = "unix" // seconds or milliseconds since 1970
)

// DateOrders are all of them.
var DateOrders = []DateOrder{YearFirst, DayFirst, MonthFirst, Unix}

// moment reads a date with a time of day; the zero time if it is none. Without
// an order the day is taken to stand before the month, as in Bolivia.
func moment(s string, order DateOrder, zone *time.Location) time.Time {
	s = strings.TrimSpace(s)
	if order == Unix {
		return epoch(s)
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t
	}
	day, clock, ok := strings.Cut(strings.Replace(s, "T", " ", 1), " ")
	if !ok {
		return time.Time{}
	}
	y, m, d, ok := calendarDay(day, order)
	if !ok {
		return time.Time{}
	}
	h, min, sec, ok := timeOfDay(clock)
	if !ok {
		return time.Time{}
	}
	whole, part := math.Modf(sec)
	t := time.Date(y, time.Month(m), d, h, min, int(whole), int(math.Round(part*1e6))*1000, zone)
	if t.Year() != y || t.Month() != time.Month(m) || t.Day() != d {
		return time.Time{} // a 31st of a month that has none
	}
	return t
}

// epoch reads seconds since 1970, with a fraction, or milliseconds.
func epoch(s string) time.Time {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n > 4e8 && n < 1e14) {
		return time.Time{}
	}
	if n > 1e11 {
		n /= 1000
	}
	whole, part := math.Modf(n)
	return time.Unix(int64(whole), int64(part*1e6)*1000)
}

// calendarDay reads "2026-11-23", "23/11/2026", "23.11.26".
func calendarDay(s string, order DateOrder) (y, m, d int, ok bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(parts) != 3 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	switch {
	case n[0] > 31, order == YearFirst && n[2] <= 31:
		y, m, d = n[0], n[1], n[2]
	case order == MonthFirst:
		m, d, y = n[0], n[1], n[2]
	default:
		d, m, y = n[0], n[1], n[2]
	}
	if y < 100 {
		y += 2000
	}
	return y, m, d, y > 1980 && y < 2200 && m >= 1 && m <= 12 && d >= 1
}

// timeOfDay reads "10:15", "10:15:00.25", "3:04 PM", "3:04 p.m.", "3:04 p. m.".
func timeOfDay(s string) (h, m int, sec float64, ok bool) {
	s = strings.ToLower(strings.NewReplacer("a.m", "am", "p.m", "pm", ".\u00a0", "", ". ", "", " ", "", "\u00a0", "").Replace(strings.TrimSpace(s)))
	s = strings.TrimSuffix(s, ".")
	late, early := strings.HasSuffix(s, "pm"), strings.HasSuffix(s, "am")
	if late || early {
		s = s[:len(s)-2]
	}
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, 0, 0, false
	}
	h, err1 := strconv.Atoi(parts[0])
	m, err2 := strconv.Atoi(parts[1])
	var err3 error
	if len(parts) == 3 {
		sec, err3 = strconv.ParseFloat(parts[2], 64)
	}
	switch {
	case late && h < 12:
		h += 12
	case early && h == 12:
		h = 0
	}
	return h, m, sec, err1 == nil && err2 == nil && err3 == nil && h >= 0 && h < 24 && m >= 0 && m < 60 && sec >= 0 && sec < 61
}

var unitOfSpan = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*(h|m|s|)[a-z]*\.?\s*`)

// spanOf reads how long something took: "75", "75.2", "1:15", "00:01:15",
// "75s (1m 15s)", "1 min 15 s".
func spanOf(s string) (time.Duration, bool) {
	s, _, _ = strings.Cut(strings.ToLower(s), "(")
	s = strings.TrimSpace(s)
	seconds := 0.0
	if strings.Contains(s, ":") {
		for p := range strings.SplitSeq(s, ":") {
			n, err := strconv.ParseFloat(p, 64)
			if err != nil || !(n >= 0) {
				return 0, false
			}
			seconds = seconds*60 + n
		}
		return inSeconds(seconds)
	}
	found := s != ""
	for s != "" {
		m := unitOfSpan.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return 0, false
		}
		seconds += n * map[string]float64{"h": 3600, "m": 60, "s": 1, "": 1}[m[2]]
		s = s[len(m[0]):]
	}
	if !found {
		return 0, false
	}
	return inSeconds(seconds)
}

// inSeconds takes what a call may last: less than four months.
func inSeconds(n float64) (time.Duration, bool) {
	if !(n < 1e7) {
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}
