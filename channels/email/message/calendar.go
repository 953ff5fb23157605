package message

import (
	"fmt"
	"strings"
	"time"
)

// calendarText says in words what an invitation says (RFC 5545, 5546): what,
// when, where and who calls. "" if there is no event in it.
func calendarText(s string) string {
	method, events := readCalendar(s)
	var out []string
	for _, e := range events {
		lines := []string{calendarTitle(method, e.get("STATUS"))}
		add := func(word, v string) {
			if v = collapse(v); v != "" {
				lines = append(lines, word+": "+shorten(v, 500))
			}
		}
		add("Asunto", e.text("SUMMARY"))
		add("Cuándo", e.when())
		add("Dónde", e.text("LOCATION"))
		add("Organiza", e.organiser())
		if e.get("RRULE") != "" {
			lines = append(lines, "Se repite.")
		}
		if len(lines) > 1 {
			out = append(out, strings.Join(lines, "\n"))
		}
	}
	return strings.Join(out, "\n\n")
}

func calendarTitle(method, status string) string {
	switch {
	case method == "CANCEL" || status == "CANCELLED":
		return "[Evento de calendario anulado]"
	case method == "REPLY":
		return "[Respuesta a una invitación de calendario]"
	case method == "REQUEST":
		return "[Invitación de calendario]"
	}
	return "[Evento de calendario]"
}

// property is one line of a calendar: its parameters, upper case names, and value.
type property struct {
	params map[string]string
	value  string
}

// event holds the first property of each name.
type event map[string]property

func (e event) get(name string) string { return strings.ToUpper(strings.TrimSpace(e[name].value)) }

// text undoes the escapes of RFC 5545 §3.3.11.
func (e event) text(name string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";").Replace(e[name].value)
}

func (e event) organiser() string {
	p := e["ORGANIZER"]
	addr := p.value
	if i := strings.IndexByte(addr, ':'); i >= 0 && strings.EqualFold(addr[:i], "mailto") {
		addr = addr[i+1:]
	}
	name := p.params["CN"]
	switch {
	case name == "" || strings.EqualFold(name, addr):
		return addr
	case Canonical(addr) == "":
		return name
	}
	return name + " <" + addr + ">"
}

const (
	maxEvents        = 10
	maxCalendarLines = 20_000
)

// readCalendar reads the events of a calendar; those within others, as alarms, are none.
func readCalendar(s string) (method string, events []event) {
	var open event
	inner := 0
	lines := 0
	for line := range unfolded(s) {
		if lines++; lines > maxCalendarLines {
			break
		}
		name, p := calendarLine(line)
		v := strings.ToUpper(strings.TrimSpace(p.value))
		switch {
		case name == "METHOD":
			method = v
		case name == "BEGIN" && open == nil && v == "VEVENT":
			open, inner = event{}, 0
		case name == "BEGIN" && open != nil:
			inner++
		case name == "END" && open != nil && inner > 0:
			inner--
		case name == "END" && open != nil:
			if events, open = append(events, open), nil; len(events) == maxEvents {
				return method, events
			}
		case open != nil && inner == 0 && name != "":
			if _, dup := open[name]; !dup {
				open[name] = p
			}
		}
	}
	return method, events
}

// unfolded yields the lines, folded ones joined (RFC 5545 §3.1).
func unfolded(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		var b strings.Builder
		for l := range strings.SplitSeq(s, "\n") {
			l = strings.TrimSuffix(l, "\r")
			if l != "" && (l[0] == ' ' || l[0] == '\t') {
				b.WriteString(l[1:])
				continue
			}
			if b.Len() > 0 && !yield(b.String()) {
				return
			}
			b.Reset()
			b.WriteString(l)
		}
		if b.Len() > 0 {
			yield(b.String())
		}
	}
}

// calendarLine cuts NAME;PARAM=value;…:value.
func calendarLine(l string) (name string, p property) {
	head, value := cutOutside(l, ':')
	name, params := cutOutside(head, ';')
	p.value = value
	for n := 0; params != "" && n < 20; n++ {
		var one string
		one, params = cutOutside(params, ';')
		if k, v, ok := strings.Cut(one, "="); ok {
			if p.params == nil {
				p.params = map[string]string{}
			}
			p.params[strings.ToUpper(strings.TrimSpace(k))] = strings.Trim(v, `"`)
		}
	}
	return strings.ToUpper(strings.TrimSpace(name)), p
}

// laPaz is the zone of the desk, which has kept UTC−4 all year since 1932.
var laPaz = time.FixedZone("BOT", -4*60*60)

// The names that programs give that zone.
var laPazNames = map[string]bool{"": true, "America/La_Paz": true, "SA Western Standard Time": true, "(UTC-04:00) La Paz": true, "(UTC-04:00) Georgetown, La Paz, Manaus, San Juan": true}

var (
	weekdays = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	months   = [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

// when says the time of the event in La Paz, or in its own zone if that is
// another one whose rules are not known here.
func (e event) when() string {
	start, day, ok := e.time("DTSTART")
	if !ok {
		return ""
	}
	out := fmt.Sprintf("%s %d de %s de %d", weekdays[start.Weekday()], start.Day(), months[start.Month()-1], start.Year())
	end, _, ended := e.time("DTEND")
	if day {
		if last := end.AddDate(0, 0, -1); ended && last.After(start) { // the end of a day event is the day after
			out += fmt.Sprintf(" a %s %d de %s de %d", weekdays[last.Weekday()], last.Day(), months[last.Month()-1], last.Year())
		}
		return out + ", todo el día"
	}
	out += ", " + start.Format("15:04")
	if ended && end.After(start) {
		if end.YearDay() != start.YearDay() || end.Year() != start.Year() {
			out += fmt.Sprintf(" a %s %d de %s,", weekdays[end.Weekday()], end.Day(), months[end.Month()-1])
		} else {
			out += " a"
		}
		out += " " + end.Format("15:04")
	}
	if zone := e["DTSTART"].params["TZID"]; !laPazNames[zone] {
		out += " (hora de " + zone + ")"
	}
	return out
}

// time reads a date or a time (RFC 5545 §3.3.4, 3.3.5).
func (e event) time(name string) (t time.Time, day, ok bool) {
	v := strings.TrimSpace(e[name].value)
	if t, err := time.Parse("20060102T150405Z", v); err == nil {
		return t.In(laPaz), false, true
	}
	if t, err := time.Parse("20060102T150405", v); err == nil {
		return t, false, true
	}
	t, err := time.Parse("20060102", v)
	return t, true, err == nil
}
