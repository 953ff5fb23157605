package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// Plots are drawn on the server as SVG, with classes for the style sheet and a
// table beside them for those who do not see them.

// plotted is one place of a plot: a label and one value for each series.
type plotted struct {
	Label  string
	Values []int
}

// columns draws bars standing side by side, one group per place; the label of
// every nth place is written so that they do not overlap.
func columns(title string, bars []plotted) template.HTML {
	const height, low = 140, 18
	top := 1
	for _, b := range bars {
		for _, v := range b.Values {
			top = max(top, v)
		}
	}
	step := min(48, max(8, 1000/max(len(bars), 1)))
	width := max(len(bars)*step, 220) + 34 + 16 // half of the last label
	var s strings.Builder
	fmt.Fprintf(&s, `<svg class="plot" role="img" aria-label="%s" viewBox="0 0 %d %d" width="%d" height="%d">`, template.HTMLEscapeString(title), width, height+low+8, width, height+low+8)
	for _, part := range []int{0, 1, 2} {
		y := 6 + height - height*part/2
		fmt.Fprintf(&s, `<line x1="30" y1="%d" x2="%d" y2="%d"/><text x="26" y="%d" text-anchor="end">%d</text>`, y, width, y, y+4, top*part/2)
	}
	every := (44 + step - 1) / step
	for i, b := range bars {
		n := max(1, len(b.Values))
		wide := min(float64(step-4)/float64(n), 16)
		left := 34 + float64(i*step) + (float64(step)-float64(n)*wide)/2
		for k, v := range b.Values {
			h := float64(height) * float64(v) / float64(top)
			fmt.Fprintf(&s, `<rect class="s%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s: %d</title></rect>`, k, left+float64(k)*wide, 6+float64(height)-h, max(wide-1, 1), h, template.HTMLEscapeString(b.Label), v)
		}
		if i%every == 0 {
			fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="middle">%s</text>`, 34+i*step+step/2, height+low+4, template.HTMLEscapeString(b.Label))
		}
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String())
}

// rowsPlot draws one lying bar per place, its label above it and its value at its end.
func rowsPlot(title string, bars []plotted) template.HTML {
	top, total := 1, 0
	for _, b := range bars {
		top = max(top, b.Values[0])
		total += b.Values[0]
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg class="plot rows" role="img" aria-label="%s" viewBox="0 0 320 %d" width="320" height="%d">`, template.HTMLEscapeString(title), len(bars)*34+2, len(bars)*34+2)
	for i, b := range bars {
		y := i * 34
		label := b.Label
		if r := []rune(label); len(r) > 44 {
			label = string(r[:43]) + "…"
		}
		share := 0
		if total > 0 {
			share = (b.Values[0]*100 + total/2) / total
		}
		fmt.Fprintf(&s, `<text x="0" y="%d">%s</text><rect class="s0" x="0" y="%d" width="%.1f" height="9"/><text x="%.1f" y="%d">%d · %d %%</text>`,
			y+14, template.HTMLEscapeString(label), y+19, max(1, 230*float64(b.Values[0])/float64(top)), 236*float64(b.Values[0])/float64(top)+4, y+28, b.Values[0], share)
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String())
}

// plot is reports over time as bars of an SVG, 0 to 100 high.
type plot struct {
	Bars         []bar
	Width        int
	Most         int
	Since, Until time.Time
	Every        time.Duration
}

type bar struct{ X, Y, H, N int }

// plotBars is how many bars a plot has at most.
const plotBars = 48

func plotOf(times []time.Time, since, until time.Time) plot {
	if len(times) > 0 && times[0].Before(since) {
		since = times[0]
	}
	every := 5 * time.Minute
	for until.Sub(since) > plotBars*every {
		every *= 2
	}
	n := int(until.Sub(since)/every) + 1
	counts := make([]int, max(n, 24))
	p := plot{Since: since, Until: since.Add(time.Duration(max(n, 24)) * every), Every: every}
	for _, at := range times {
		i := min(max(int(at.Sub(since)/every), 0), len(counts)-1)
		counts[i]++
		p.Most = max(p.Most, counts[i])
	}
	for i, k := range counts {
		h := 0
		if k > 0 {
			h = max(4, 100*k/p.Most)
		}
		p.Bars = append(p.Bars, bar{X: i * 8, Y: 100 - h, H: h, N: k})
	}
	p.Width = len(counts) * 8
	return p
}
