package console

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
)

// metro is a case's way through the manual as a line with stations, in pixels:
// what metro.html draws as SVG. A case that left 9.1 shows the part of 9.1 that
// it walked, then the whole of the procedure that it is in.
type metro struct {
	W, H     int
	Zones    []zone
	Paths    []track
	Stations []station
	Arc      *arc
}

type zone struct {
	X, Y int
	Text string
}

type track struct {
	D   string
	Lit bool
}

type station struct {
	X, Y  int
	Step  tickets.Step
	Label string // "3.B.1"
	State string // done, now, next, later
	Time  string // when it was done; only where there is room
	Title string // for the pointer and for screen readers
}

// LabelY and TimeY are the base lines of the texts under a station.
func (s station) LabelY() int { return s.Y + 21 }
func (s station) TimeY() int  { return s.Y + 33 }

type arc struct {
	D     string
	X, Y  int
	Count int
}

// Distances of the drawing.
const (
	metroStep = 39
	metroWide = 64 // where there is one line alone
	metroRow  = 33
	metroLeft = 18
	metroTop  = 26
)

// offsets says on which row a branch runs: above, on, or below the main line.
var offsets = map[string]int{
	"9.2 3.A": 0, "9.2 3.B": -1, "9.2 3.C": 1,
	"9.3 3.A": -1, "9.3 3.B": 1,
}

// pass is the activities done in the present walk, in order: what was done
// before a return and is due again does not count (rules G8, G9).
func pass(t *tickets.Ticket) []tickets.Done {
	var walk []tickets.Done
	cut := func(s tickets.Step) {
		if i := slices.IndexFunc(walk, func(d tickets.Done) bool { return d.Step == s }); i >= 0 {
			walk = walk[:i]
		}
	}
	for _, d := range t.Trail {
		cut(d.Step)
		walk = append(walk, d)
	}
	cut(t.Step)
	return walk
}

// drawing collects a metro while it is laid out.
type drawing struct {
	metro
	at   map[tickets.Step][2]int
	done map[tickets.Step]time.Time
	now  tickets.Step
	next map[tickets.Step]bool
	mid  int
	step int // between stations
	top  int
	show func(tickets.Activity, string) string
}

// drawMetro lays out the line of a case. next are the activities to which a
// legal move leads; title gives the words of a station.
func drawMetro(t *tickets.Ticket, next []tickets.Step, title func(tickets.Activity, string) string, day func(time.Time) string) *metro {
	manual := tickets.ManualOf(t.Manual)
	walk := pass(t)
	d := &drawing{step: metroStep, top: metroTop, at: map[tickets.Step][2]int{}, done: map[tickets.Step]time.Time{}, next: map[tickets.Step]bool{}, now: t.Step, show: title}
	for _, w := range walk {
		d.done[w.Step] = w.At
	}
	for _, s := range next {
		d.next[s] = true
	}
	in := t.Step.Procedure()
	if in == "" && len(walk) > 0 {
		in = walk[len(walk)-1].Step.Procedure()
	}
	proc, ok := manual.Procedure(in)
	if !ok {
		return nil
	}
	if len(proc.Branches()) > 0 {
		d.mid = 1
	} else {
		d.step = metroWide
	}
	if t.Returns > 0 {
		d.top += 12
	}
	col := 0
	if first, ok := manual.Procedure("9.1"); ok && in != "9.1" {
		col = d.prefix(first)
	}
	d.zone(proc.Numeral, col)
	col = d.lay(proc, col)
	d.W = metroLeft*2 + (col-1)*d.step
	d.H = d.top + (d.mid*2)*metroRow + 30
	if d.mid == 0 {
		for i := range d.Stations {
			if at := d.done[d.Stations[i].Step]; !at.IsZero() {
				d.Stations[i].Time = day(at)
			}
		}
		d.H += 12
	}
	d.back(t.Returns, in)
	return &d.metro
}

func (d *drawing) zone(numeral string, col int) {
	d.Zones = append(d.Zones, zone{metroLeft + col*d.step - 8, d.top - 14, numeral})
}

// prefix draws the activities of 9.1 that the case walked before it was derived.
func (d *drawing) prefix(p tickets.Procedure) int {
	col := 0
	d.zone(p.Numeral, 0)
	var last tickets.Step
	for _, a := range p.Activities {
		if d.done[a.Step].IsZero() {
			continue
		}
		d.put(a, col, d.mid)
		d.join(last, a.Step)
		last = a.Step
		col++
	}
	return col
}

// lay draws a whole procedure: its main line, and its branches between the
// activity that chooses (numeral 3) and the one where they meet.
func (d *drawing) lay(p tickets.Procedure, col int) int {
	var last tickets.Step
	if n := len(d.Stations); n > 0 {
		last = d.Stations[n-1].Step
	}
	for _, a := range p.Line("") {
		d.put(a, col, d.mid)
		if last == "" || !d.forked(p, last) {
			d.join(last, a.Step)
		}
		col++
		if a.Numeral() == "3" && len(p.Branches()) > 0 {
			col = d.fork(p, a.Step, col)
		}
		last = a.Step
	}
	for _, b := range p.Branches() {
		line := p.Line(b)
		d.join(line[len(line)-1].Step, meeting(p, b))
	}
	return col
}

func (d *drawing) forked(p tickets.Procedure, s tickets.Step) bool {
	return s.Procedure() == p.Numeral && s.Numeral() == "3" && len(p.Branches()) > 0
}

// fork draws the branches and returns the column after the longest.
func (d *drawing) fork(p tickets.Procedure, from tickets.Step, col int) int {
	longest := 0
	for _, b := range p.Branches() {
		longest = max(longest, len(p.Line(b)))
	}
	end := col + longest
	if p.Numeral == "9.2" {
		end++ // the branches of 9.2 meet in 3.A.2, which stands after the longest
	}
	for _, b := range p.Branches() {
		last := from
		for i, a := range p.Line(b) {
			c := col + i
			if p.Numeral == "9.2" && a.Numeral() == "3.A.2" {
				c = end - 1
			}
			d.put(a, c, d.mid+offsets[p.Numeral+" "+b])
			d.join(last, a.Step)
			last = a.Step
		}
	}
	return end
}

// meeting is where a branch leads: 9.2's B and C to 3.A.2, all others to 4.
func meeting(p tickets.Procedure, branch string) tickets.Step {
	if p.Numeral == "9.2" && branch != "3.A" {
		return "9.2/3.A.2"
	}
	return tickets.Step(p.Numeral + "/4")
}

func (d *drawing) put(a tickets.Activity, col, row int) {
	x, y := metroLeft+col*d.step, d.top+row*metroRow
	d.at[a.Step] = [2]int{x, y}
	state := "later"
	switch {
	case a.Step == d.now:
		state = "now"
	case !d.done[a.Step].IsZero():
		state = "done"
	case d.next[a.Step]:
		state = "next"
	}
	d.Stations = append(d.Stations, station{X: x, Y: y, Step: a.Step, Label: a.Numeral(), State: state, Title: d.show(a, state)})
}

// join draws the track between two stations, bending where the row changes.
func (d *drawing) join(a, b tickets.Step) {
	p, okA := d.at[a]
	q, okB := d.at[b]
	if !okA || !okB {
		return
	}
	path := fmt.Sprintf("M%d %dH%d", p[0], p[1], q[0])
	switch {
	case p[1] != q[1] && strings.HasSuffix(string(a), "/3"):
		path = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", p[0], p[1], p[0]+18, p[1], q[0]-24, q[1], q[0], q[1])
	case p[1] != q[1]:
		path = fmt.Sprintf("M%d %dH%dC%d %d %d %d %d %d", p[0], p[1], q[0]-d.step+4, q[0]-16, p[1], q[0]-20, q[1], q[0], q[1])
	}
	lit := !d.done[a].IsZero() && (!d.done[b].IsZero() || b == d.now)
	t := track{path, lit}
	if lit {
		d.Paths = append(d.Paths, t)
	} else {
		d.Paths = append([]track{t}, d.Paths...) // lit tracks lie on top
	}
}

// back draws the supervisor's return as an arc with its count (9.1/9, G9).
func (d *drawing) back(returns int, in string) {
	from, ok := d.at[reviews[in]]
	to, ok2 := d.at["9.1/3"]
	if returns == 0 || !ok || !ok2 {
		return
	}
	top := d.top - 34
	d.Arc = &arc{D: fmt.Sprintf("M%d %dC%d %d %d %d %d %d", from[0], from[1]-9, from[0]-10, top, to[0]+10, top, to[0], to[1]-9), X: (from[0] + to[0]) / 2, Y: d.top - 22, Count: returns}
}

// reviews is the supervisor's review of each procedure.
var reviews = map[string]tickets.Step{"9.1": "9.1/9", "9.2": "9.2/8", "9.3": "9.3/6"}
