package router

import (
	"strings"
	"testing"
	"time"
)

func TestEveryLetterReadsWell(t *testing.T) {
	l, err := newLetters()
	if err != nil {
		t.Fatal(err)
	}
	full := letter{Name: "María Ejemplo", Code: "AIT-2026-000123-K", Office: "AGETIC", Text: "¿Desde cuándo?", NextOpen: "lunes 23 de noviembre a las 8:30", Privacy: true, Link: "https://ventanilla.ejemplo.bo/c/x"}
	for _, data := range []letter{full, {Code: "AIT-2026-000123-K", Office: "AGETIC"}} {
		for _, name := range []string{"ack", "message", "reminder", "too_large", "chat_ack", "chat_message"} {
			s, err := l.write(name, data)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Count(s, data.Code) != 1 {
				t.Errorf("%s names the code %d times:\n%s", name, strings.Count(s, data.Code), s)
			}
			if want := data.Link != "" && name != "reminder" && name != "too_large"; strings.Contains(s, "/c/x") != want {
				t.Errorf("%s carries the link: %v, want %v:\n%s", name, !want, want, s)
			}
			if strings.Contains(s, "\n\n\n") || strings.Contains(s, "<no value>") || strings.Contains(s, "UIT") {
				t.Errorf("%s reads badly:\n%s", name, s)
			}
		}
	}
}

// TestNobodyIsGreetedTwice: words that begin with a greeting get no other.
func TestNobodyIsGreetedTwice(t *testing.T) {
	l, err := newLetters()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Buenas tardes, Ana Ejemplo:\n\nYa funciona.": "Buenas tardes, Ana Ejemplo:\n\nYa funciona.",
		"¡Hola! Ya funciona.":                         "¡Hola! Ya funciona.",
		"Buenos dias:\n\nYa funciona.":                "Buenos dias:\n\nYa funciona.",
		"Ya funciona, buenas noches.":                 "Buen día, Ana Ejemplo:\n\nYa funciona, buenas noches.",
	} {
		got, err := l.write("message", letter{Name: "Ana Ejemplo", Code: "X", Office: "AGETIC", Text: text})
		if err != nil || !strings.HasPrefix(got, want+"\n\n") {
			t.Errorf("%v: %q does not begin with %q", err, got, want)
		}
	}
}

func TestLongDateIsLaPaz(t *testing.T) {
	zone := time.FixedZone("BOT", -4*3600)
	if got := longDate(time.Date(2026, 11, 24, 0, 5, 0, 0, time.UTC), zone); got != "lunes 23 de noviembre a las 20:05" {
		t.Error(got)
	}
}
