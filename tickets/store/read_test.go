package store

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestShort(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 5, ""}, {"abc", 5, "abc"}, {"abcde", 5, "abcde"}, {"abcdef", 5, "abcd…"}, {" a\n\t b ", 5, "a b"},
		{"abcd  ", 5, "abcd"}, {"abcde   ", 5, "abcde"}, {"abcd e", 5, "abcd…"}, {"abc defg", 5, "abc…"}, {"ñññññ", 5, "ñññññ"}, {"ññññññ", 5, "ññññ…"},
		{"a\x00b\xffc", 5, "ab\uFFFDc"}, {"ab c d e", 5, "ab c…"},
		{"a\u202eb\u2066c\u200f", 5, "abc"}, {"\u202e \u202e", 5, ""},
	} {
		if got := short(c.in, c.n); got != c.want {
			t.Errorf("short(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzShort(f *testing.F) {
	f.Add("hola  mundo\x00", 5)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = 2 + (n & 0x3f)
		got := short(s, n)
		if utf8.RuneCountInString(got) > n || !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\n") || got != strings.TrimSpace(got) {
			t.Errorf("short(%q, %d) = %q", s, n, got)
		}
		if again := short(got, n); again != got {
			t.Errorf("short(%q) = %q", got, again)
		}
		if e := encode(map[string]string{"a": s}); strings.Contains(strings.ReplaceAll(e, `\\`, ""), `\u0000`) {
			t.Errorf("NUL in %q", e)
		}
	})
}
