package learn

import (
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"

	"ventanilla/router/classify"
)

// The methods below are what Train was compared with; none of them is shipped.

// Scorer gives a report's features a score per class: a classify.Model or a Net.
type Scorer interface {
	Score([]classify.Feature) [3]float64
}

// SVM trains three linear support vector machines, one class against the
// other two, with the squared hinge loss, by the descent that Logistic uses.
func SVM(examples []*Example, o Options) *classify.Model {
	o = o.orDefaults()
	m := tabulate(examples, o)
	return m.model(descend(3*len(m.names)+3, o.Iterations, func(w, g []float64) { m.hinge(w, g, o.L2) }))
}

// hinge is the gradient of the mean squared hinge loss plus l2/2·|w|²/rows.
func (m *matrix) hinge(w, g []float64, l2 float64) {
	scale, bias := m.penalty(w, g, l2), 3*len(m.names)
	for r, row := range m.rows {
		s := m.score(w, row)
		for k := range s {
			sign := -1.0
			if k == m.class[r] {
				sign = 1
			}
			short := 1 - sign*s[k]
			if short <= 0 {
				continue
			}
			d := -2 * sign * short * scale
			g[bias+k] += d
			for _, c := range row {
				g[3*c.column+k] += d * c.value
			}
		}
	}
}

// ComplementBayes trains the complement naive Bayes classifier: a class is
// described by what the other two are not.
func ComplementBayes(examples []*Example, o Options) *classify.Model {
	bayes := Bayes(examples, o)
	for name, v := range bayes.Weights {
		p := [3]float64{math.Exp(float64(v[0])), math.Exp(float64(v[1])), math.Exp(float64(v[2]))}
		sum := p[0] + p[1] + p[2]
		for k := range v {
			v[k] = float32(-math.Log((sum - p[k]) / 2))
		}
		bayes.Weights[name] = v
	}
	return bayes
}

// Net is a network with one hidden layer over hashed features.
type Net struct {
	in     [][netHidden]float64
	hidden [netHidden]float64 // biases
	out    [netHidden][3]float64
	bias   [3]float64
}

const (
	netInputs = 1 << 14
	netHidden = 24
	netEpochs = 12
)

func netCell(name string) int {
	h := fnv.New32a()
	io.WriteString(h, name)
	return int(h.Sum32() % netInputs)
}

// NewNet trains a Net by stochastic descent with Adagrad's steps; its chance
// numbers are always the same.
func NewNet(examples []*Example) *Net {
	draw := rand.New(rand.NewPCG(1, 2))
	n := &Net{in: make([][netHidden]float64, netInputs)}
	for i := range n.in {
		for h := range netHidden {
			n.in[i][h] = draw.NormFloat64() * 0.05
		}
	}
	for h := range netHidden {
		for k := range 3 {
			n.out[h][k] = draw.NormFloat64() * 0.2
		}
	}
	past := &Net{in: make([][netHidden]float64, netInputs)}
	for range netEpochs {
		for _, i := range draw.Perm(len(examples)) {
			n.learn(past, examples[i])
		}
	}
	return n
}

// Score runs the net.
func (n *Net) Score(fs []classify.Feature) [3]float64 {
	_, s := n.run(fs)
	return s
}

func (n *Net) run(fs []classify.Feature) (act [netHidden]float64, s [3]float64) {
	act = n.hidden
	norm := classify.Norm(fs)
	for _, f := range fs {
		row := &n.in[netCell(f.Name)]
		for h := range act {
			act[h] += row[h] * f.Value * norm
		}
	}
	s = n.bias
	for h := range act {
		act[h] = max(act[h], 0)
		for k := range s {
			s[k] += act[h] * n.out[h][k]
		}
	}
	return act, s
}

// learn makes one step on one example; past sums the squares of earlier gradients.
func (n *Net) learn(past *Net, e *Example) {
	const rate, decay = 0.05, 1e-4
	fs := e.Features()
	act, s := n.run(fs)
	p := classify.Softmax(s, 1)
	p[e.Class()]--
	step := func(w, sum *float64, g float64) {
		g += decay * *w
		*sum += g * g
		*w -= rate * g / math.Sqrt(*sum+1e-6)
	}
	var back [netHidden]float64
	for h := range act {
		for k := range p {
			back[h] += p[k] * n.out[h][k]
			step(&n.out[h][k], &past.out[h][k], p[k]*act[h])
		}
		if act[h] == 0 {
			back[h] = 0
		}
		step(&n.hidden[h], &past.hidden[h], back[h])
	}
	for k := range p {
		step(&n.bias[k], &past.bias[k], p[k])
	}
	norm := classify.Norm(fs)
	for _, f := range fs {
		c := netCell(f.Name)
		for h := range back {
			if back[h] != 0 {
				step(&n.in[c][h], &past.in[c][h], back[h]*f.Value*norm)
			}
		}
	}
}
