package learn

import (
	"math"
	"slices"

	"ventanilla/router/classify"
)

// Options of training. The zero value of a field takes the default in
// brackets, which cross-validation chose.
type Options struct {
	L2         float64             // strength of the penalty on weights [0.1]
	Iterations int                 // of gradient descent [250]
	Situations int                 // a feature must occur in so many [2]
	Keep       func(n string) bool // which features count [all]
}

func (o Options) orDefaults() Options {
	if o.L2 == 0 {
		o.L2 = 0.1
	}
	if o.Iterations == 0 {
		o.Iterations = 250
	}
	if o.Situations == 0 {
		o.Situations = 2
	}
	if o.Keep == nil {
		o.Keep = func(string) bool { return true }
	}
	return o
}

// matrix holds the examples as sparse rows.
type matrix struct {
	names []string
	rows  [][]cell
	class []int
}

type cell struct {
	column int
	value  float64
}

// tabulate gives columns to the features that occur in enough situations.
func tabulate(examples []*Example, o Options) *matrix {
	seen := map[string]map[string]bool{}
	for _, e := range examples {
		for _, f := range e.Features() {
			if !o.Keep(f.Name) {
				continue
			}
			if seen[f.Name] == nil {
				seen[f.Name] = map[string]bool{}
			}
			seen[f.Name][e.Situation] = true
		}
	}
	m := &matrix{}
	for name, situations := range seen {
		if len(situations) >= o.Situations {
			m.names = append(m.names, name)
		}
	}
	slices.Sort(m.names)
	column := make(map[string]int, len(m.names))
	for i, name := range m.names {
		column[name] = i
	}
	for _, e := range examples {
		norm := classify.Norm(e.Features())
		var row []cell
		for _, f := range e.Features() {
			if c, ok := column[f.Name]; ok {
				row = append(row, cell{c, f.Value * norm})
			}
		}
		m.rows = append(m.rows, row)
		m.class = append(m.class, e.Class())
	}
	return m
}

// Logistic trains a multinomial logistic regression by full-batch gradient
// descent with Adam's steps. Nothing is drawn by lot.
func Logistic(examples []*Example, o Options) *classify.Model {
	o = o.orDefaults()
	m := tabulate(examples, o)
	return m.model(descend(3*len(m.names)+3, o.Iterations, func(w, g []float64) { m.gradient(w, g, o.L2) }))
}

// descend looks for the n weights at which a loss is least, from zero on, by
// its gradient.
func descend(n, iterations int, gradient func(w, g []float64)) []float64 {
	w, g, m1, m2 := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for it := 1; it <= iterations; it++ {
		gradient(w, g)
		rate := 0.08 * (1 - 0.9*float64(it)/float64(iterations))
		c1, c2 := 1-math.Pow(0.9, float64(it)), 1-math.Pow(0.99, float64(it))
		for i := range w {
			m1[i] = 0.9*m1[i] + 0.1*g[i]
			m2[i] = 0.99*m2[i] + 0.01*g[i]*g[i]
			w[i] -= rate * (m1[i] / c1) / (math.Sqrt(m2[i]/c2) + 1e-8)
		}
	}
	return w
}

// score of a row under the weights; the last three are the biases.
func (m *matrix) score(w []float64, row []cell) [3]float64 {
	bias := 3 * len(m.names)
	s := [3]float64{w[bias], w[bias+1], w[bias+2]}
	for _, c := range row {
		for k := range s {
			s[k] += w[3*c.column+k] * c.value
		}
	}
	return s
}

// penalty begins a gradient with that of l2/2·|w|²/rows, which leaves the biases
// alone; it gives the weight of a row.
func (m *matrix) penalty(w, g []float64, l2 float64) (scale float64) {
	scale = 1 / float64(len(m.rows))
	for i := range g {
		g[i] = l2 * w[i] * scale
	}
	clear(g[3*len(m.names):][:3])
	return scale
}

// gradient of the mean log loss plus l2/2·|w|²/rows; the last three weights are the biases.
func (m *matrix) gradient(w, g []float64, l2 float64) {
	scale, bias := m.penalty(w, g, l2), 3*len(m.names)
	for r, row := range m.rows {
		p := classify.Softmax(m.score(w, row), 1)
		p[m.class[r]]--
		for k := range p {
			p[k] *= scale
			g[bias+k] += p[k]
		}
		for _, c := range row {
			for k := range p {
				g[3*c.column+k] += p[k] * c.value
			}
		}
	}
}

func (m *matrix) model(w []float64) *classify.Model {
	out := &classify.Model{Temperature: 1, Threshold: 0.8, Weights: map[string][3]float32{}}
	for i, name := range m.names {
		out.Weights[name] = [3]float32{float32(w[3*i]), float32(w[3*i+1]), float32(w[3*i+2])}
	}
	copy(out.Bias[:], w[3*len(m.names):])
	return out
}

// Bayes trains the multinomial naive Bayes classifier, the baseline that a
// better method has to beat. It, too, is linear.
func Bayes(examples []*Example, o Options) *classify.Model {
	o = o.orDefaults()
	m := tabulate(examples, o)
	counts := make([][3]float64, len(m.names))
	var total [3]float64
	for r, row := range m.rows {
		for _, c := range row {
			counts[c.column][m.class[r]]++
			total[m.class[r]]++
		}
	}
	out := &classify.Model{Temperature: 1, Threshold: 0.8, Weights: map[string][3]float32{}}
	for i, name := range m.names {
		var v [3]float32
		for k := range v {
			v[k] = float32(math.Log((counts[i][k] + 0.5) / (total[k] + 0.5*float64(len(m.names)))))
		}
		out.Weights[name] = v
	}
	return out
}
