package words

import "testing"

func TestGreetings(t *testing.T) {
	for text, want := range map[string]string{
		"Bs días": "buenos días", "bs dia joven": "buenos dia joven", "hola, BS. TARDES": "hola, buenas TARDES", "bs\nnoches": "buenas noches",
		"el código es 445566 bs tardes": "el código es 445566 buenas tardes", "me sale error 500, bs días": "me sale error 500, bs días",
		"Bs 50": "Bs 50", "50 bs": "50 bs", "Bs. 1.200,50": "Bs. 1.200,50", "pagué 50 bs días atrás": "pagué 50 bs días atrás", "obs tardes": "obs tardes", "bs diarios": "bs diarios", "": "",
	} {
		if got := Greetings(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
