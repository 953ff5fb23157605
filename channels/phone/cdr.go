package phone

import (
	"bytes"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"
	"golang.org/x/text/encoding/charmap"

	"ventanilla/channels"
)

// CDR is the call log of an Asterisk exchange (Master.csv), followed as it
// grows. It implements channels.Channel and channels.Reader. Each line is one
// Raw, readable or not; the mark is stored in the same commit as the lines it
// has passed.
//
// Lines of one call share the exchange's unique id when a queue rang several
// people: a line is therefore told from another by id and content, and the
// router joins them by Call.ID (Merge), so that a colleague's unanswered ring
// does not make an answered call a missed one.
type CDR struct {
	ID string // the channel's name
	// Exchange names the exchange where there are several: each numbers its calls
	// for itself. The log and the webhook of one exchange have the same name.
	Exchange string
	File     string // path of the log; rotated copies beside it share its name as a prefix
	// Columns gives the position, from 0, of named columns where they are not
	// Asterisk's: the package's Columns; the others keep their place. -1 means
	// absent. A layout given to Use goes before it.
	Columns map[string]int
	Zone    *time.Location // of the times in the log; nil is America/La_Paz
	// Inbound, Outbound and InboundTo are patterns (path.Match) that settle a
	// call's direction: contexts of incoming and outgoing calls, and dialled
	// numbers that only calls from outside reach. Empty Inbound means DefaultInbound.
	Inbound, Outbound, InboundTo []string
	Plan                         Plan
	// Since, if not zero, keeps older calls out of the desk: an exchange put in
	// use years ago would flood the call-back queue. Lines without a readable
	// time are always taken.
	Since time.Time
	Poll  time.Duration // 0 is one second
	Log   zerolog.Logger
	Now   func() time.Time // nil is time.Now

	saved atomic.Pointer[Layout] // what Use gave; it goes before Columns
}

var (
	_ channels.Channel = (*CDR)(nil)
	_ channels.Reader  = (*CDR)(nil)
)

// DefaultInbound are the contexts into which common exchanges put calls from outside.
var DefaultInbound = []string{"from-trunk*", "from-pstn*", "from-did*", "from-external*", "ext-did*", "ext-queues*", "ivr-*", "incoming*", "inbound*", "entrante*"}

// DefaultColumns is the order of cdr_csv (Asterisk's cdr_csv.c); uniqueid and
// userfield are there if loguniqueid and loguserfield are on.
var DefaultColumns = map[string]int{
	"accountcode": 0, "src": 1, "dst": 2, "dcontext": 3, "clid": 4, "channel": 5, "dstchannel": 6, "lastapp": 7, "lastdata": 8,
	"start": 9, "answer": 10, "end": 11, "duration": 12, "billsec": 13, "disposition": 14, "amaflags": 15, "uniqueid": 16, "userfield": 17,
}

// Name implements channels.Channel.
func (c *CDR) Name() string { return c.ID }

// Medium implements channels.Channel.
func (c *CDR) Medium() channels.Medium { return channels.Phone }

func (c *CDR) zone() *time.Location {
	if c.Zone != nil {
		return c.Zone
	}
	return zone()
}

func (c *CDR) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// record is one line, by column.
type record struct {
	c       *CDR
	layout  Layout
	fields  []string
	defects []string
}

func (r *record) at(column string) string {
	i, ok := r.layout.Columns[column]
	if !ok || i < 0 || i >= len(r.fields) {
		return ""
	}
	return strings.TrimSpace(r.fields[i])
}

// time reads a column as a moment. The start may have its time of day in a
// column of its own.
func (r *record) time(column string) time.Time {
	s := r.at(column)
	if clock := r.at("time"); column == "start" && clock != "" {
		s += " " + clock
	}
	return moment(s, r.layout.Dates, r.c.zone())
}

func (r *record) seconds(column string) time.Duration {
	d, _ := spanOf(r.at(column)) // what cannot be read is told by problems
	return d
}

// parseBy splits a line. It never fails: what is odd about it is in defects.
func (c *CDR) parseBy(l Layout, line []byte) *record {
	r := &record{c: c, layout: l}
	s, foreign := lineText(line)
	if foreign {
		r.defects = append(r.defects, defectCharset)
	}
	if strings.ContainsRune(s, 0) {
		s = strings.ReplaceAll(s, "\x00", "")
		r.defects = append(r.defects, defectNUL)
	}
	var open bool
	r.fields, open = l.split(s)
	if open {
		r.defects = append(r.defects, defectQuotes)
	}
	return r
}

// lineText is a line of a log without its end and a byte order mark. What is not
// UTF-8 is read as Windows-1252, which foreign tells.
func lineText(line []byte) (s string, foreign bool) {
	line = bytes.TrimPrefix(bytes.TrimRight(line, "\r\n"), []byte("\ufeff"))
	if utf8.Valid(line) {
		return string(line), false
	}
	var b strings.Builder
	for _, c := range line {
		b.WriteRune(charmap.Windows1252.DecodeByte(c))
	}
	return b.String(), true
}

// splitCSV reads RFC 4180 fields from one line, more patiently than
// encoding/csv: a stray quote is a letter. open means that a quote was not closed.
func splitCSV(s string, sep byte) (fields []string, open bool) {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '"' && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case quoted && s[i] == '"':
			quoted = false
		case quoted:
			b.WriteByte(s[i])
		case s[i] == '"' && b.Len() == 0:
			quoted = true
		case s[i] == sep:
			fields = append(fields, b.String())
			b.Reset()
		default:
			b.WriteByte(s[i])
		}
	}
	return append(fields, b.String()), quoted
}

// readable reports whether the line is a call: it has a start or a known
// disposition, and somebody at either end.
func (r *record) readable() bool {
	return (!r.time("start").IsZero() || disposition(r.at("disposition")) != "") && (r.at("src") != "" || r.at("dst") != "" || r.at("clid") != "")
}

// Read implements channels.Reader.
func (c *CDR) Read(channel string, raw channels.Raw) channels.Report {
	return c.readBy(c.layout(), channel, raw)
}

// readBy reads one line by a layout.
func (c *CDR) readBy(l Layout, channel string, raw channels.Raw) channels.Report {
	rep := channels.Report{Channel: channel, Medium: channels.Phone, Kind: channels.CallEvent, ReceivedAt: raw.Received, NoReply: true}
	r := c.parseBy(l, raw.Body)
	rep.Defects = r.defects
	if !r.readable() {
		rep.Kind = channels.None
		rep.Subject = "Línea ilegible del registro de llamadas"
		rep.Text = clip(strings.ToValidUTF8(strings.ReplaceAll(string(raw.Body), "\x00", " "), "�"), 500)
		rep.Defects = append(rep.Defects, defectColumns+":"+strconv.Itoa(len(r.fields)))
		return rep
	}
	call := r.call()
	from, name := c.caller(r)
	to := c.Plan.Parse(call.To)
	rep.Call = call
	rep.ExternalID = call.ID
	rep.SentAt = call.Started
	rep.From = channels.Address{Medium: channels.Phone, Value: from.E164, Name: name}
	rep.To = []channels.Address{{Medium: channels.Phone, Value: to.E164}}
	if call.Started.IsZero() {
		rep.Defects = append(rep.Defects, defectStart)
	}
	waited := time.Duration(0)
	if l.has("duration") && l.has("billsec") {
		waited = r.seconds("duration") - r.seconds("billsec")
	}
	rep.Subject, rep.Text = describe(call, from, to, name, waited)
	return rep
}

// call reads the facts of a line.
func (r *record) call() *channels.Call {
	d := disposition(r.at("disposition"))
	c := &channels.Call{
		ID: callID(r.c.Exchange, r.id()), From: r.at("src"), To: r.at("dst"), Started: r.time("start"), Talk: r.talk(d), Event: LoggedCDR, Cause: strings.ToLower(d),
	}
	c.Answered = d == "ANSWERED" || d == "" && (!r.time("answer").IsZero() || c.Talk > 0)
	if c.From == "" {
		c.From = r.at("clid")
	}
	c.Direction = r.direction()
	if strings.EqualFold(r.at("lastapp"), "Queue") {
		c.Queue, _, _ = strings.Cut(r.at("lastdata"), ",")
	} else if m, _ := path.Match("ext-queues*", r.at("dcontext")); m {
		c.Queue = c.To
	}
	if c.Answered && c.Direction != "out" && r.machine() {
		// The exchange picked up, no person did.
		c.Answered, c.Talk, c.Cause = false, 0, "no answer"
		if strings.Contains(strings.ToLower(r.at("lastapp")), "voicemail") {
			c.Cause = "voicemail"
		}
	}
	if c.Answered {
		side := "dstchannel"
		if c.Direction == "out" {
			side = "channel"
		}
		c.Agent = peer(r.at(side))
		if agent := r.at("agent"); agent != "" {
			c.Agent = clip(agent, 60)
		}
	}
	return c
}

// callID is an exchange's number of a call as the desk knows the call by it.
func callID(exchange, number string) string {
	if exchange == "" {
		return number
	}
	return exchange + ":" + number
}

// id is the exchange's number of the call. Where it writes none, lines that
// begin at the same moment with the same caller are one call.
func (r *record) id() string {
	if id := r.at("uniqueid"); id != "" {
		return id
	}
	return "line-" + digest([]byte(strings.Join([]string{r.at("start"), r.at("time"), r.at("src"), r.at("clid")}, "\x00")))
}

// talk is how long people spoke. An exchange that writes one length only
// means, of an answered call, that one.
func (r *record) talk(disposition string) time.Duration {
	if r.layout.has("billsec") {
		return r.seconds("billsec")
	}
	if disposition == "ANSWERED" || disposition == "" && !r.time("answer").IsZero() {
		return r.seconds("duration")
	}
	return 0
}

// machine reports whether an answered call only ever spoke with the exchange:
// a voice mailbox, or a menu or queue that put nobody through.
func (r *record) machine() bool {
	app := strings.ToLower(r.at("lastapp"))
	switch {
	case strings.Contains(app, "voicemail"):
		return true
	case r.at("dstchannel") != "":
		return false
	}
	switch app {
	case "queue", "background", "playback", "waitexten", "read", "ivr", "wait", "musiconhold", "answer":
		return true
	}
	return false
}

// direction settles where a call came from: by the exchange's own word, then by
// configured patterns, by the look of both numbers otherwise.
func (r *record) direction() string {
	inbound := r.c.Inbound
	if len(inbound) == 0 {
		inbound = DefaultInbound
	}
	context, dst := r.at("dcontext"), r.at("dst")
	if way, ok := directionOf(r.at("direction")); ok {
		return way
	}
	switch {
	case matches(r.c.Outbound, context):
		return "out"
	case matches(inbound, context), matches(r.c.InboundTo, dst):
		return "in"
	}
	from, _ := r.c.caller(r)
	to := r.c.Plan.Parse(dst)
	inner := peer(r.at("channel"))
	switch {
	case from.Kind == Extension && to.OK():
		return "out"
	case from.Kind == Extension && to.Kind == Extension:
		return ""
	case from.OK() && to.OK() && len(inner) <= 6 && inner != "" && strings.Trim(inner, "0123456789") == "":
		return "out" // an inner line that shows the office's number
	case from.OK() || from.Kind == Hidden:
		return "in"
	}
	return ""
}

func matches(patterns []string, s string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(strings.ToLower(p), strings.ToLower(s)); ok && err == nil && s != "" {
			return true
		}
	}
	return false
}

// caller reads src, and what clid adds to it: `"Ana Quispe" <71234567>`.
func (c *CDR) caller(r *record) (n Number, name string) {
	clid := r.at("clid")
	n = c.Plan.Parse(r.at("src"))
	if !n.OK() {
		if other := c.Plan.Parse(clid); other.OK() {
			n = other
		}
	}
	name, _, _ = strings.Cut(clid, "<")
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if other := r.at("name"); other != "" {
		name = other
	}
	if strings.Trim(name, "+0123456789 ") == "" || hidden(strings.ToLower(name)) {
		name = ""
	}
	return n, name
}

// peer takes the line out of a channel's name: "PJSIP/1001-0000002a" and
// "Local/1001@from-queue-00;2" are line 1001.
func peer(channel string) string {
	_, s, ok := strings.Cut(channel, "/")
	if !ok {
		return ""
	}
	if user, _, ok := strings.Cut(s, "@"); ok {
		return user
	}
	if i := strings.LastIndexByte(s, '-'); i > 0 {
		s = s[:i]
	}
	return s
}
