package tickets

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets/calendar"
)

func TestFormatCode(t *testing.T) {
	if got := FormatCode(2026, 123); !strings.HasPrefix(got, "AIT-2026-000123-") || len(got) != len("AIT-2026-000123-K") {
		t.Error(got)
	}
	if got := FormatCode(2026, 1234567); !strings.HasPrefix(got, "AIT-2026-1234567-") {
		t.Error(got)
	}
	for n := range int64(2000) {
		if c := FormatCode(2026, n); strings.ContainsAny(c[len(c)-1:], "IOLQU") {
			t.Fatal(c)
		}
	}
}

// Every single wrong character, the check character's included, and every swap
// of neighbours is detected.
func TestCheckCharacterDetects(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		code := FormatCode(2000+r.IntN(100), 1+r.Int64N(999_999))
		body := strings.ReplaceAll(code[4:], "-", "") // digits and check character
		for i := range body {
			set := "0123456789"
			if i == len(body)-1 {
				set = codeAlphabet
			}
			for _, c := range set {
				wrong := body[:i] + string(c) + body[i+1:]
				if wrong != body && valid(wrong) {
					t.Fatalf("%s passes for %s", wrong, body)
				}
			}
			if i+1 < len(body) && body[i] != body[i+1] {
				wrong := body[:i] + string(body[i+1]) + string(body[i]) + body[i+2:]
				if valid(wrong) {
					t.Fatalf("%s passes for %s", wrong, body)
				}
			}
		}
	}
}

func valid(body string) bool {
	_, ok := ParseCode("AIT-" + body[:4] + "-" + body[4:len(body)-1] + "-" + body[len(body)-1:])
	return ok
}

func TestParseCode(t *testing.T) {
	code := FormatCode(2026, 101)
	check := code[len(code)-1:]
	for _, s := range []string{
		code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " "),
		" " + code + " ", "AIT 2026 101 " + check, "ait2026 000101" + check, "AIT-2O26-OOOIOI-" + check,
		"2026-000101-" + check, "A.I.T. 2026-000101-" + check, "AIT–2026–000101–" + check, "AIT-2026/000101/" + check, "1AIT"[1:] + "-2026-lOl-" + check,
	} {
		if got, ok := ParseCode(s); !ok || got != code {
			t.Errorf("%q: %q %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "AIT", "AIT-2026-000101", "AIT-2026-000000-1", "hola", code + "x", code + " " + code, "AIT-2026-000101-", "AIT-20266-000101-" + check} {
		if got, ok := ParseCode(s); ok {
			t.Errorf("%q read as %s", s, got)
		}
	}
}

func TestFindCodes(t *testing.T) {
	a, b := FormatCode(2026, 123), FormatCode(2025, 999999)
	text := "Re: [" + a + "] buenas, mi caso es el " + strings.ToLower(strings.ReplaceAll(a, "-", " ")) + ", y el otro " + b + ". Gracias.\nAIT-2026-000124-0 AIT 2026"
	got := FindCodes(text)
	want := []string{a, b}
	if got = slices.DeleteFunc(got, func(s string) bool { return s == FormatCode(2026, 124) }); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, s := range []string{"", "el año 2026 tuve 000123 problemas", "CAIT-2026-000123-3 x", "AIT-2026-000123"} {
		if got := FindCodes(s); len(got) > 0 {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestTheYearIsThatOfLaPaz(t *testing.T) {
	eve := time.Date(2026, 12, 31, 20, 0, 0, 0, calendar.Zone).UTC()
	if eve.Year() != 2027 || CodeYear(eve) != 2026 {
		t.Error(eve.Year(), CodeYear(eve))
	}
}

func FuzzFindCodes(f *testing.F) {
	f.Add("mi caso AIT-2026-000123-3")
	f.Add("ait 2O26 l23 3")
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range FindCodes(s) {
			if got, ok := ParseCode(c); !ok || got != c {
				t.Errorf("%q found and read as %q", c, got)
			}
		}
	})
}
