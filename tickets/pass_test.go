package tickets

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPass(t *testing.T) {
	key, now := []byte("a key of the office"), time.Date(2026, 11, 25, 20, 0, 0, 0, time.UTC)
	pass := NewPass(key, "01abc", now.Add(PassFor))
	if id, err := OpenPass(key, pass, now); id != "01abc" || err != nil {
		t.Fatal(id, err)
	}
	if _, err := OpenPass(key, pass, now.Add(PassFor)); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	if _, err := OpenPass(key, pass, now.Add(PassFor+25*time.Hour)); !errors.Is(err, ErrPassOver) {
		t.Errorf("after its last day: %v", err)
	}
	longer := strings.Replace(pass, ".", ".z", 1)
	for what, p := range map[string]string{
		"another case": strings.Replace(pass, "01abc", "01abd", 1), "a later day": longer, "cut off": pass[:len(pass)-1], "nothing": "", "dots": "...", "no proof": "01abc.z",
	} {
		if _, err := OpenPass(key, p, now); !errors.Is(err, ErrNoPass) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := OpenPass([]byte("another key"), pass, now); !errors.Is(err, ErrNoPass) {
		t.Errorf("another office's: %v", err)
	}
}
