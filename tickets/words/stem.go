package words

import (
	"hash/maphash"
	"strings"
	"sync"

	"github.com/kljensen/snowball/spanish"
)

// Stem gives the Snowball stem of one word. The word is folded first, so the
// accented and the bare spelling have the same stem: "Contraseñas" and
// "contraseña" give "contraseñ", "autenticación" and "autenticaciones"
// "autentic". Words with digits stay whole.
func Stem(word string) string {
	word = Fold(word)
	if len(word) <= 2 || len(word) > MaxToken || strings.ContainsAny(word, "0123456789") {
		return word
	}
	shard := &stems[maphash.String(seed, word)%uint64(len(stems))]
	shard.Lock()
	stem, ok := shard.known[word]
	shard.Unlock()
	if ok {
		return stem
	}
	stem = Fold(spanish.Stem(accented(word), true))
	shard.Lock()
	if shard.known == nil || len(shard.known) >= shardSize {
		shard.known = make(map[string]string, shardSize)
	}
	shard.known[strings.Clone(word)] = stem
	shard.Unlock()
	return stem
}

// Stemming a word takes microseconds and a case has hundreds of them, most of
// them heard before: 64 shards of 1,024 words hold a desk's vocabulary in some
// 6 MB, and a stranger who invents words only empties them.
const shardSize = 1024

var (
	seed  = maphash.MakeSeed()
	stems [64]struct {
		sync.Mutex
		known map[string]string
	}
)

// accented puts back the accents that Snowball's Spanish suffixes carry and
// that folding took away; without them "conexion" and "conexiones" part ways.
func accented(word string) string {
	switch {
	case strings.HasSuffix(word, "cion"), strings.HasSuffix(word, "sion"), strings.HasSuffix(word, "xion"):
		return strings.TrimSuffix(word, "on") + "ón"
	case strings.HasSuffix(word, "logia"):
		return strings.TrimSuffix(word, "ia") + "ía"
	case strings.HasSuffix(word, "logias"):
		return strings.TrimSuffix(word, "ias") + "ías"
	}
	return word
}
