package phone

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Names of the exchanges whose call logs are known by their look.
const (
	Asterisk    = "Asterisk (Master.csv)"
	FreePBX     = "FreePBX"
	Issabel     = "Issabel / Elastix"
	Grandstream = "Grandstream UCM"
)

// headings are the names that exchanges and reports give to a column, plain,
// the likeliest first. They come from cdr_csv (Asterisk), the tables of FreePBX
// and Issabel, the exports of Grandstream's UCM, and plain Spanish and English.
var headings = []struct {
	column string
	names  []string
}{
	{"start", []string{"calldate", "start", "starttime", "startdate", "startstamp", "datetime", "fechayhora", "fechahora", "fechadellamada", "fechallamada", "fechadeinicio", "fechainicio", "inicio", "comienzo", "timestamp", "fecha", "date"}},
	{"time", []string{"hora", "horadeinicio", "horainicio", "horadellamada", "horallamada", "time"}},
	{"src", []string{"src", "source", "callernumber", "caller", "from", "origen", "numeroorigen", "numerodeorigen", "numeroquellama", "quienllama", "llamante", "numerollamante", "callingnumber", "calling", "ani", "cnum", "desde", "de", "telefono", "numero"}},
	{"dst", []string{"dst", "destination", "calleenumber", "callee", "callednumber", "called", "to", "destino", "numerodestino", "numerodedestino", "numeromarcado", "marcado", "llamado", "dialednumber", "para", "hacia", "a"}},
	{"disposition", []string{"disposition", "callstatus", "status", "estado", "estadodelallamada", "estadollamada", "resultado", "result", "disposicion", "contestada", "atendida", "answered"}},
	{"answer", []string{"answer", "answertime", "answerstamp", "fechacontestacion", "horacontestacion"}},
	{"duration", []string{"duration", "calltime", "totalduration", "duracion", "duraciontotal", "duracionseg", "duracions", "duracionsegundos", "tiempototal"}},
	{"billsec", []string{"billsec", "talktime", "billablesec", "tiempohablado", "tiempodeconversacion", "tiempoconversacion", "conversacion", "duracionconversacion", "facturado"}},
	{"agent", []string{"agent", "agente", "extension", "ext", "interno", "anexo", "dstchannelext", "destchannelextension", "answeredby", "atendidopor", "contestadopor", "operador"}},
	{"uniqueid", []string{"uniqueid", "callid", "idunico", "idllamada", "iddellamada", "idllamadaunico", "identificador", "uniquecallid", "acctid", "id"}},
	{"direction", []string{"direction", "calldirection", "direccion", "sentido", "tipodellamada", "tipollamada", "calltype", "tipo", "type"}},
	{"name", []string{"callername", "cnam", "nombre", "nombredelllamante", "nombrellamante", "calleridname"}},
	{"clid", []string{"clid", "callerid"}},
	{"dcontext", []string{"dcontext", "context", "contexto"}},
	{"channel", []string{"channel", "srcchannel", "sourcechannel", "canalorigen", "canaldeorigen", "canalfuente", "canal"}},
	{"dstchannel", []string{"dstchannel", "destchannel", "destinationchannel", "canaldestino", "canaldedestino"}},
	{"lastapp", []string{"lastapp", "app", "aplicacion"}},
	{"lastdata", []string{"lastdata"}},
}

// mostColumns is how many columns of a line are looked at; the widest log that
// is known has some forty.
const mostColumns = 100

// Guess looks at the first lines of a call log and says how it is written, and
// at which exchange, "" if that is not known. An empty separator is guessed,
// too. Nothing is sure: a person looks at how the lines are read by it.
func Guess(lines []string, separator string) (l Layout, exchange string) {
	if l.Separator = separator; separator == "" {
		l.Separator = guessSeparator(lines)
	}
	lines = slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return Layout{}.names(s) })
	if len(lines) == 0 {
		return l, ""
	}
	first := l.Cells(lines[0])
	rows := lines
	if columns := byNames(first); len(columns) >= 3 {
		l.Columns, l.Heading, rows = columns, first, lines[1:]
		exchange = exchangeOf(first)
	} else if l.Separator == "," && asterisk(lines) {
		return (&CDR{}).Own().cut(len(first)), Asterisk
	} else {
		l.Columns = byLook(l, lines)
	}
	l.Dates = guessDates(l, rows)
	if at, ok := l.Columns["time"]; ok && (startHasTime(l, rows) || at == l.Columns["start"]) {
		delete(l.Columns, "time")
	}
	return l, exchange
}

// Cells are the columns of a line, as far as they are looked at.
func (l Layout) Cells(line string) []string {
	cells, _ := l.split(line)
	cells = cells[:min(len(cells), mostColumns)]
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// cut leaves out the columns that a log of n columns has not.
func (l Layout) cut(n int) Layout {
	for name, at := range l.Columns {
		if at >= n {
			delete(l.Columns, name)
		}
	}
	l.Dates = YearFirst
	return l
}

// guessSeparator takes what parts the lines into most columns, in all alike.
func guessSeparator(lines []string) string {
	best, most := ",", 1
	for _, sep := range Separators {
		least := 0
		for i, line := range lines {
			if rest, ok := strings.CutPrefix(strings.ToLower(line), "sep="); ok && rest == sep {
				return sep
			}
			fields, _ := splitCSV(line, sep[0])
			if n := len(fields); i == 0 || n < least {
				least = n
			}
		}
		if least > most {
			best, most = sep, least
		}
	}
	return best
}

// byNames finds the columns by a heading. Each stands for one thing.
func byNames(heading []string) map[string]int {
	columns, taken := map[string]int{}, map[int]bool{}
	said := make([]string, len(heading))
	for i, s := range heading {
		said[i] = plain(s)
	}
	for _, h := range headings {
		for _, name := range h.names {
			at := slices.Index(said, name)
			if at >= 0 && !taken[at] {
				columns[h.column], taken[at] = at, true
				break
			}
		}
	}
	return columns
}

// exchangeOf tells whose heading it is by names that only one has.
func exchangeOf(heading []string) string {
	has := func(names ...string) bool {
		for _, n := range names {
			if !slices.ContainsFunc(heading, func(s string) bool { return plain(s) == n }) {
				return false
			}
		}
		return true
	}
	switch {
	case has("acctid"), has("talktime", "calltime"), has("callernumber", "calleenumber"):
		return Grandstream
	case has("calldate", "recordingfile"), has("calldate", "linkedid"):
		return FreePBX
	case has("ringgroup"), has("grupodetimbrado"), has("srcchannel", "dstchannel"):
		return Issabel
	}
	return ""
}

// asterisk says whether lines without a heading are those of cdr_csv.
func asterisk(lines []string) bool {
	c := &CDR{}
	for _, line := range lines {
		r := c.parseBy(c.Own(), []byte(line))
		if len(r.fields) < 16 || len(r.fields) > 18 || r.time("start").IsZero() || disposition(r.at("disposition")) == "" {
			return false
		}
	}
	return true
}

var looksUnique = regexp.MustCompile(`^[0-9]{9,10}\.[0-9]+$`)

// byLook finds columns without a heading by what stands in all lines.
func byLook(l Layout, lines []string) map[string]int {
	columns := map[string]int{}
	has := func(name string) bool { _, ok := columns[name]; return ok }
	for at := range l.Cells(lines[0]) {
		cells := column(l, lines, at)
		all := func(ok func(string) bool) bool {
			return !slices.ContainsFunc(cells, func(s string) bool { return !ok(s) })
		}
		take := func(names ...string) {
			for _, name := range names {
				if !has(name) {
					columns[name] = at
					return
				}
			}
		}
		switch {
		case all(func(s string) bool { return dated(s) != "" }):
			take("start", "answer")
		case all(func(s string) bool { return disposition(s) != "" }):
			take("disposition")
		case all(looksUnique.MatchString):
			take("uniqueid")
		case all(func(s string) bool { return Plan{}.Parse(s).Kind != Unknown && s != "" && len(s) > 2 && !has("dst") }):
			take("src", "dst")
		case all(func(s string) bool { _, ok := spanOf(s); return ok }) && has("dst"):
			take("duration", "billsec")
		}
	}
	return columns
}

// column gives one column of some lines.
func column(l Layout, lines []string, at int) (cells []string) {
	for _, line := range lines {
		fields, _ := l.split(line)
		cell := ""
		if at < len(fields) {
			cell = strings.TrimSpace(fields[at])
		}
		cells = append(cells, cell)
	}
	return cells
}

// dated gives an order in which a cell is a moment, "" if it is none.
func dated(s string) DateOrder {
	for _, o := range DateOrders {
		if o == Unix && looksUnique.MatchString(s) {
			continue // an exchange's number of the call, more likely
		}
		if !moment(s, o, time.UTC).IsZero() {
			return o
		}
	}
	return ""
}

// guessDates takes the order in which most lines have a readable start; the
// day before the month if the lines do not tell.
func guessDates(l Layout, lines []string) DateOrder {
	at, ok := l.Columns["start"]
	if !ok || len(lines) == 0 {
		return YearFirst
	}
	cells := column(l, lines, at)
	if clock, ok := l.Columns["time"]; ok && !startHasTime(l, lines) {
		for i, s := range column(l, lines, clock) {
			cells[i] += " " + s
		}
	}
	if year := len(cells[0]) - len(strings.TrimLeft(cells[0], "0123456789")); year == 4 {
		return YearFirst
	}
	best, most := DayFirst, 0
	for _, o := range []DateOrder{DayFirst, MonthFirst, Unix} {
		n := 0
		for _, s := range cells {
			if !moment(s, o, time.UTC).IsZero() {
				n++
			}
		}
		if n > most {
			best, most = o, n
		}
	}
	return best
}

// startHasTime says whether the column of the start holds the time of day, too.
func startHasTime(l Layout, lines []string) bool {
	at, ok := l.Columns["start"]
	return ok && slices.ContainsFunc(column(l, lines, at), func(s string) bool { return dated(s) != "" })
}
