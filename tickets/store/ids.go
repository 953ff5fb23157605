package store

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"sync"
	"time"
)

// idMaker makes ids that grow with time, so that new rows land at the end of
// an index: 45 bits of milliseconds and 35 random bits, counted up within one
// millisecond, as 16 characters of base32 in lower case (digits before letters,
// so that they sort as they grow).
type idMaker struct {
	now func() time.Time
	mu  sync.Mutex
	ms  uint64
	low uint64
}

var base32Sorted = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

const lowBits = 35

func (m *idMaker) next() string {
	ms := uint64(m.now().UnixMilli())
	m.mu.Lock()
	if ms > m.ms {
		var r [8]byte
		rand.Read(r[:])
		m.ms, m.low = ms, binary.BigEndian.Uint64(r[:])>>(64-lowBits+1) // the top bit stays free to count into
	} else {
		m.low++
	}
	ms, low := m.ms, m.low
	m.mu.Unlock()
	var b [10]byte
	binary.BigEndian.PutUint16(b[:2], uint16(ms>>(64-lowBits)))
	binary.BigEndian.PutUint64(b[2:], ms<<lowBits|low&(1<<lowBits-1))
	return base32Sorted.EncodeToString(b[:])
}

// FirstID is smaller than every id made from an instant on.
func FirstID(since time.Time) string {
	ms := uint64(max(since.UnixMilli(), 0))
	var b [10]byte
	binary.BigEndian.PutUint16(b[:2], uint16(ms>>(64-lowBits)))
	binary.BigEndian.PutUint64(b[2:], ms<<lowBits)
	return base32Sorted.EncodeToString(b[:])
}

// NewID gives a new id, unique across nodes and growing with time.
func (s *Store) NewID() string { return s.ids.next() }

// NewID is Store.NewID within a transaction.
func (tx *Tx) NewID() string { return tx.s.ids.next() }
