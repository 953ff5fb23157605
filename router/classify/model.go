package classify

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Model is a multinomial logistic regression: one weight per feature and
// class. It is a text file so that a change of the model can be read, and its
// weights are rounded so that training gives the same file on every machine.
type Model struct {
	Bias        [3]float64
	Temperature float64 // scores are divided by it before they become probabilities
	Threshold   float64 // from this probability on the class is called sure
	Weights     map[string][3]float32
}

const modelHeader = "ventanilla classify model 2"

// scale is the rounding of weights: two decimals.
const scale = 100

// ErrModel is returned for a file that is no model of this version.
var ErrModel = errors.New("not a classifier model of this version")

// ReadModel reads what WriteTo wrote.
func ReadModel(r io.Reader) (*Model, error) {
	s := bufio.NewScanner(r)
	if !s.Scan() || s.Text() != modelHeader {
		return nil, ErrModel
	}
	m := &Model{Weights: map[string][3]float32{}}
	for n := 2; s.Scan(); n++ {
		name, rest, _ := strings.Cut(s.Text(), "\t")
		cols := strings.Split(rest, "\t")
		var v [3]float64
		for i := range min(len(cols), len(v)) {
			f, err := strconv.ParseFloat(cols[i], 64)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			v[i] = f / scale
		}
		switch name {
		case "=bias":
			m.Bias = v
		case "=temperature":
			m.Temperature = v[0]
		case "=threshold":
			m.Threshold = v[0]
		default:
			m.Weights[name] = [3]float32{float32(v[0]), float32(v[1]), float32(v[2])}
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("reading a model: %w", err)
	}
	if m.Temperature <= 0 || len(m.Weights) == 0 {
		return nil, ErrModel
	}
	return m, nil
}

// Write writes the model, features in order, weights that round to nothing left out.
func (m *Model) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, modelHeader)
	line := func(name string, v ...float64) {
		fmt.Fprint(b, name)
		for _, f := range v {
			fmt.Fprintf(b, "\t%d", int(math.Round(f*scale)))
		}
		fmt.Fprintln(b)
	}
	line("=bias", m.Bias[:]...)
	line("=temperature", m.Temperature)
	line("=threshold", m.Threshold)
	names := make([]string, 0, len(m.Weights))
	for name := range m.Weights {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		v := m.Weights[name]
		f := []float64{float64(v[0]), float64(v[1]), float64(v[2])}
		if slices.ContainsFunc(f, func(x float64) bool { return math.Round(x*scale) != 0 }) {
			line(name, f...)
		}
	}
	return b.Flush()
}

// Score gives the scores of the classes. The values are brought to the same length for every report, so that a long
// letter is no surer than a short message.
func (m *Model) Score(fs []Feature) (s [3]float64) {
	s = m.Bias
	norm := Norm(fs)
	for _, f := range fs {
		w, ok := m.Weights[f.Name]
		if !ok {
			continue
		}
		for k := range s {
			s[k] += float64(w[k]) * f.Value * norm
		}
	}
	return s
}

// scoreKnown is Score of a bag that was gathered with the model's knowledge.
func (m *Model) scoreKnown(b *bag) (s [3]float64) {
	s = m.Bias
	norm := normOf(b.squares)
	for _, f := range b.list {
		if f.weights == nil {
			continue
		}
		for k := range s {
			s[k] += float64(f.weights[k]) * f.Value * norm
		}
	}
	return s
}

// Norm is what the values of a report's features are multiplied by.
func Norm(fs []Feature) float64 {
	sum := 0.0
	for _, f := range fs {
		sum += f.Value * f.Value
	}
	return normOf(sum)
}

func normOf(sum float64) float64 {
	if sum == 0 {
		return 0
	}
	return math.Min(1, 4/math.Sqrt(sum))
}

// Softmax makes scores into probabilities; a temperature above 1 makes them less sure.
func Softmax(s [3]float64, temperature float64) (p [3]float64) {
	top := max(s[0], s[1], s[2])
	sum := 0.0
	for k := range s {
		p[k] = math.Exp((s[k] - top) / temperature)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// Probabilities gives the calibrated probability of each class.
func (m *Model) Probabilities(fs []Feature) [3]float64 {
	return Softmax(m.Score(fs), m.Temperature)
}
