package dialogue

import (
	"sync"
	"time"
)

// In a talk that goes on, each new message is held against all that was said
// before. What was read of that is kept for a while.
const (
	memorySize  = 1500 // readings of one generation; each is a few kilobytes
	memoryBytes = 1000 // a longer text is read each time
)

// memory keeps the readings of the last messages: two generations, of which
// the older is forgotten when the newer is full. It is safe for concurrent use;
// nobody may change what is in it.
type memory struct {
	mu         sync.Mutex
	young, old map[Message]*reading
}

var readings memory

// recall gives what read gives of a message that was said before; it must not
// be changed.
func (k *memory) recall(m *Message) *reading {
	if len(m.Text) > memoryBytes {
		return read(m)
	}
	key := *m
	key.At = time.Time{} // nothing is read of it
	if r := k.find(key); r != nil {
		return r
	}
	r := read(m)
	k.keep(key, r)
	return r
}

func (k *memory) find(key Message) *reading {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r := k.young[key]; r != nil {
		return r
	}
	r := k.old[key]
	if r != nil {
		k.put(key, r)
	}
	return r
}

func (k *memory) keep(key Message, r *reading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.put(key, r)
}

func (k *memory) put(key Message, r *reading) {
	if len(k.young) >= memorySize {
		k.old, k.young = k.young, nil
	}
	if k.young == nil {
		k.young = make(map[Message]*reading)
	}
	k.young[key] = r
}
