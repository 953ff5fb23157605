package whatsapp

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// What an operator writes reaches the chat in WhatsApp's own markup, and signs
// that are no markup stay the signs they are.
func TestFormat(t *testing.T) {
	for in, want := range map[string]string{
		"*Importante*: lleve su cédula":                "*Importante*: lleve su cédula",
		"**Importante** y __esto__":                    "*Importante* y *esto*",
		"***mucho***":                                  "*_mucho_*",
		"_Caso AIT-2026-000001-K_":                     "_Caso AIT-2026-000001-K_",
		"~~no~~ sí, **no _muy_ claro**":                "~no~ sí, *no _muy_ claro*",
		"**a *b* c**":                                  "*a b c*",
		"# Pasos\n* uno\n• dos\n1) tres":               "*Pasos*\n- uno\n- dos\n1. tres",
		"## **Pasos** ##":                              "*Pasos*",
		"Vea [la guía](https://agetic.example/a_b_c).": "Vea la guía: https://agetic.example/a_b_c.",
		"<https://agetic.example/x>":                   "https://agetic.example/x",
		"[https://a.example/](https://a.example/)":     "https://a.example/",
		"[x](javascript:alert(1))":                     "[x](javascript:alert(1))",
		"son 5*3 y 2 * 4, archivo mi_foto_1.jpg":       "son 5*3 y 2 * 4, archivo mi_foto_1.jpg",
		"*sin cerrar":                                  "*sin cerrar",
		"**sin cerrar":                                 "**sin cerrar",
		"*una\nlínea*":                                 "*una\nlínea*",
		"* hola *":                                     "- hola *",
		"`a*b*c` y `suelto":                            "`a*b*c` y `suelto",
		"```\n*esto* queda\n":                          "```\n*esto* queda\n```",
		"> cita *fuerte*\r\nfin  ":                     "> cita *fuerte*\nfin",
		"*https://agetic.example/_x_*":                 "*https://agetic.example/_x_*",
		"¿*Ya*? (_sí_)":                                "¿*Ya*? (_sí_)",
	} {
		got := format(in)
		if got != want {
			t.Errorf("%q becomes\n%q, not\n%q", in, got, want)
		}
		if again := format(got); again != got {
			t.Errorf("%q is formatted again to %q", got, again)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, text := range []string{"corto", strings.Repeat("ñ", longest), strings.Repeat("una línea\n", longest/5), strings.Repeat("palabra ", longest/3)} {
		parts := split(text)
		whole := 0
		for _, p := range parts {
			if len(p) > longest || !utf8.ValidString(p) {
				t.Errorf("a part of %d bytes, valid %v", len(p), utf8.ValidString(p))
			}
			whole += len(strings.Join(strings.Fields(p), ""))
		}
		if whole != len(strings.Join(strings.Fields(text), "")) {
			t.Errorf("%d bytes became %d", len(text), whole)
		}
	}
}

func FuzzFormat(f *testing.F) {
	for _, s := range []string{"*a* _b_ ~c~ `d`", "**a __b__**", "```\nx", "[a](https://b)", "# *x*", "* *a*", "*_~*_~", "1) [x](mailto:a@b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := format(s)
		if utf8.ValidString(s) && !utf8.ValidString(once) {
			t.Errorf("%q becomes %q", s, once)
		}
		signs := func(s string) int { return strings.Count(s, "\n") }
		if signs(once) > signs(s)+1+strings.Count(s, "\r") {
			t.Errorf("%q grew lines: %q", s, once)
		}
	})
}
