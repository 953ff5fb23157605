package console

import (
	"fmt"
	"strings"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// accuracy is the share of each class that was recognised, week by week: what
// learning.html draws as SVG, in pixels.
type accuracy struct {
	W, H  int
	Grid  []accuracyLine // horizontal lines with their per cents
	Weeks []accuracyLine // labels under the axis
	Lines []accuracySeries
}

type accuracyLine struct {
	At   int
	Text string
}

type accuracySeries struct {
	Class  tickets.Class
	D      string // path through the weeks that have lessons
	Points []accuracyPoint
}

type accuracyPoint struct {
	X, Y  int
	Week  string
	N     int // decided in the week
	Share int // per cent recognised
}

// Distances of the drawing.
const (
	accuracyW, accuracyH       = 640, 220
	accuracyLeft, accuracyTop  = 44, 14
	accuracyRight, accuracyEnd = 12, 30
)

// accuracyOf draws sums; nil if there are none. A week without lessons of a class
// has no point.
func accuracyOf(sums []store.Tally, day func(time.Time) string) *accuracy {
	if len(sums) == 0 {
		return nil
	}
	const week = 7 * 24 * time.Hour
	first := sums[0].Week
	n := int(sums[len(sums)-1].Week.Sub(first)/week) + 1
	x := func(i int) int { return accuracyLeft + (accuracyW-accuracyLeft-accuracyRight)*(2*i+1)/(2*n) }
	y := func(share int) int { return accuracyTop + (accuracyH-accuracyTop-accuracyEnd)*(100-share)/100 }
	p := &accuracy{W: accuracyW, H: accuracyH}
	for _, share := range []int{0, 25, 50, 75, 100} {
		p.Grid = append(p.Grid, accuracyLine{y(share), fmt.Sprint(share, " %")})
	}
	for i := 0; i < n; i += (n + 7) / 8 {
		p.Weeks = append(p.Weeks, accuracyLine{x(i), day(first.Add(time.Duration(i) * week))})
	}
	for _, class := range ticketClasses {
		line := accuracySeries{Class: class}
		right, all := make([]int, n), make([]int, n)
		for _, t := range sums {
			i := int(t.Week.Sub(first) / week)
			if t.Class != class {
				continue
			}
			all[i] += t.N
			if t.Suggested == class {
				right[i] += t.N
			}
		}
		var d strings.Builder
		for i := range n {
			if all[i] == 0 {
				continue
			}
			pt := accuracyPoint{X: x(i), Week: day(first.Add(time.Duration(i) * week)), N: all[i], Share: percent(right[i], all[i])}
			pt.Y = y(pt.Share)
			line.Points = append(line.Points, pt)
			fmt.Fprintf(&d, "%c%d %d", "ML"[min(len(line.Points)-1, 1)], pt.X, pt.Y)
		}
		if line.D = d.String(); line.D != "" {
			p.Lines = append(p.Lines, line)
		}
	}
	return p
}
