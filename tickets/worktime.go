package tickets

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A working day has eight hours and a working week five days, whatever the
// calendar says of single ones: an estimate is in these words, not in dates.
var spans = map[string]time.Duration{
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minuto": time.Minute, "minutos": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hora": time.Hour, "horas": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": 8 * time.Hour, "dia": 8 * time.Hour, "dias": 8 * time.Hour, "jornada": 8 * time.Hour, "jornadas": 8 * time.Hour, "day": 8 * time.Hour, "days": 8 * time.Hour,
	"semana": 40 * time.Hour, "semanas": 40 * time.Hour, "week": 40 * time.Hour, "weeks": 40 * time.Hour,
}

var (
	numbers = map[string]float64{"un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "medio": 0.5, "media": 0.5}
	fillers = []string{"y", "de", "habil", "habiles", "laboral", "laborales", "laborable", "laborables", "trabajo", "aprox", "aproximadamente", "unas", "unos"}
	spoken  = regexp.MustCompile(`\d+(?:[.,]\d+)?|[a-z]+|\S`)
	bare    = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u")
)

// WorkTime reads working time as people write it: "1,5" (hours), "4 h 30",
// "90 min", "2 días", "día y medio", "una semana". It is false for what is no time,
// or more than 10,000 hours.
func WorkTime(v string) (time.Duration, bool) {
	var sum, last time.Duration
	n, pending := 0.0, false
	for _, word := range spoken.FindAllString(bare.Replace(strings.ToLower(v)), -1) {
		unit, isUnit := spans[word]
		number, isNumber := numbers[word]
		if f, err := strconv.ParseFloat(strings.Replace(word, ",", ".", 1), 64); err == nil {
			number, isNumber = f, true
		}
		half := word == "medio" || word == "media"
		switch {
		case isUnit && pending:
			sum += time.Duration(n * float64(unit))
			last, pending = unit, false
		case isUnit && last == 0: // "día y medio"
			sum, last = unit, unit
		case isNumber && half && last > 0: // "hora y media"
			sum += last / 2
		case isNumber && !pending:
			n, pending = number, true
		case slices.Contains(fillers, word):
		default:
			return 0, false
		}
	}
	switch {
	case pending && last == 0: // a number alone is hours
		sum = time.Duration(n * float64(time.Hour))
	case pending && last == time.Hour: // "4 h 30"
		sum += time.Duration(n * float64(time.Minute))
	case pending:
		return 0, false
	}
	sum = sum.Round(time.Minute)
	return sum, sum > 0 && sum <= 10000*time.Hour
}
