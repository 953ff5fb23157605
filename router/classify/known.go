package classify

// knowledge finds the weights of a feature by the hash of its name, so that
// reading a report makes no names that the model does not know. A table with
// open addressing; that two names have one hash happens once in 2^64.
type knowledge struct {
	places []uint64
	of     []*knownFeature
}

type knownFeature struct {
	name    string
	weights [3]float32
}

func knowledgeOf(m *Model) *knowledge {
	size := 64
	for size < 4*len(m.Weights) {
		size *= 2
	}
	k := &knowledge{places: make([]uint64, size), of: make([]*knownFeature, size)}
	for name, w := range m.Weights {
		h := hash([]byte(name))
		i := k.place(h)
		k.places[i], k.of[i] = h, &knownFeature{name, w}
	}
	return k
}

// place is where h is, or where it belongs.
func (k *knowledge) place(h uint64) uint64 {
	mask := uint64(len(k.places) - 1)
	i := (h ^ h>>32) & mask
	for k.places[i] != h && k.of[i] != nil {
		i = (i + 1) & mask
	}
	return i
}

func (k *knowledge) find(h uint64) *knownFeature { return k.of[k.place(h)] }

// hash is FNV-1a: the same on every machine, and names are short.
func hash(name []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range name {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// hashes is a set of hashes with open addressing; 0 is an empty place.
type hashes struct {
	places []uint64
	n      int
}

func newHashes(expected int) hashes {
	size := 64
	for size < 2*expected {
		size *= 2
	}
	return hashes{places: make([]uint64, size)}
}

// add says whether h is new.
func (s *hashes) add(h uint64) bool {
	if h == 0 {
		h = 1
	}
	if 2*s.n >= len(s.places) {
		s.grow()
	}
	mask := uint64(len(s.places) - 1)
	for i := (h ^ h>>32) & mask; ; i = (i + 1) & mask {
		switch s.places[i] {
		case h:
			return false
		case 0:
			s.places[i] = h
			s.n++
			return true
		}
	}
}

func (s *hashes) grow() {
	old := s.places
	*s = hashes{places: make([]uint64, 2*len(old))}
	for _, h := range old {
		if h != 0 {
			s.add(h)
		}
	}
}
