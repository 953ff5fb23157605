package words

import "testing"

func TestNear(t *testing.T) {
	for _, x := range []struct {
		a, b string
		near bool
	}{
		{"clave", "clave", true}, {"clave", "clabe", true}, {"clave", "clve", true}, {"clave", "clavee", true}, {"clave", "calve", true}, {"", "", true}, {"", "a", true},
		{"clave", "cable", false}, {"clave", "lcave", true}, {"clave", "clav", true}, {"clave", "cla", false}, {"ab", "ba", true}, {"abc", "cba", false},
	} {
		if Near(x.a, x.b) != x.near || Near(x.b, x.a) != x.near {
			t.Errorf("%q and %q: want %v", x.a, x.b, x.near)
		}
	}
}
