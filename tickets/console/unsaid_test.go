package console

import "testing"

func TestUnsaid(t *testing.T) {
	for name, c := range map[string]struct {
		text, said, rest string
		whole            bool
	}{
		"nothing folded":       {"hola\nno puedo entrar\n", "hola\nno puedo entrar", "", false},
		"quote below":          {"gracias\n\nEl lunes escribió:\n> hola", "gracias", "El lunes escribió:\n> hola", false},
		"quote above":          {"> hola\n> gracias\n\ngracias", "gracias", "> hola\n> gracias", false},
		"quote in between":     {"buenas\n> hola\n> qué tal\nsigue igual\n-- \nAna", "buenas\nsigue igual", "> hola\n> qué tal\n--\nAna", false},
		"spaces at line ends":  {"gracias \n\n> hola", "gracias", "> hola", false},
		"something was hidden": {"mi clave es 1234\n> hola", "mi clave es ••••", "mi clave es 1234\n> hola", true},
		"nothing said":         {"> hola", "", "> hola", true},
	} {
		if rest, whole := unsaid(c.text, c.said); rest != c.rest || whole != c.whole {
			t.Errorf("%s: %q, whole %v", name, rest, whole)
		}
	}
}
