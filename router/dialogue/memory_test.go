package dialogue

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMemory lets several read the same messages, more than are kept: what is
// recalled is what is read, whenever it was said.
func TestMemory(t *testing.T) {
	var k memory
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	message := func(i int) Message {
		return Message{Text: fmt.Sprint("no puedo entrar a mi cuenta, es la vez ", i%(3*memorySize)), At: at.Add(time.Duration(i) * time.Second), Desk: i%7 == 0}
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := g; i < 4*memorySize; i += 3 {
				m := message(i)
				if got, want := k.recall(&m), read(&m); !reflect.DeepEqual(got, want) {
					t.Errorf("%q: recalled %+v, read %+v", m.Text, got, want)
				}
			}
		})
	}
	wg.Wait()
	if n := len(k.young) + len(k.old); n > 2*memorySize || n == 0 {
		t.Errorf("%d readings are kept, want at most %d", n, 2*memorySize)
	}
	long := Message{Text: strings.Repeat("muy largo ", memoryBytes)}
	n := len(k.young)
	if k.recall(&long); len(k.young) != n {
		t.Error("a long text is kept")
	}
}

// TestMemoryIsNotChanged lets messages be sorted beside a case again and again:
// what is recalled of the case stays as it was.
func TestMemoryIsNotChanged(t *testing.T) {
	for _, d := range readTalks(t, "first.txt") {
		d.play()
	}
	readings.mu.Lock()
	defer readings.mu.Unlock()
	if len(readings.young) == 0 {
		t.Fatal("nothing is kept")
	}
	for m, r := range readings.young {
		if want := read(&m); !reflect.DeepEqual(r, want) {
			t.Errorf("%q: kept as %+v, read %+v", m.Text, r, want)
		}
	}
}
