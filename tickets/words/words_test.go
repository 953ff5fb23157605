package words

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"CONTRASEÑA Olvidé": "contraseña olvide",
		"contrasen\u0303a":  "contraseña", // decomposed, as some phones send it
		"Pingüino Über":     "pinguino uber",
		"olvide\u0301":      "olvide",
		"roto \xff byte":    "roto   byte",
		"":                  "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	got := Tokens("No me llega el código (AIT-2026-000123-K), ¡ayuda!  +591 71234567")
	want := strings.Fields("no me llega el codigo ait 2026 000123 k ayuda 591 71234567")
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := Tokens(strings.Repeat("x", 500)); len(got) != 1 || len(got[0]) != MaxToken {
		t.Errorf("a long run is not cut: %v", got)
	}
}

func TestStemJoinsForms(t *testing.T) {
	for _, family := range []string{
		"contraseña contraseñas CONTRASEÑA",
		"conexión conexion conexiones",
		"autenticación autenticacion autenticaciones",
		"notificación NOTIFICACIONES",
		"servidor servidores",
		"tecnología tecnologias",
		"trámite tramites",
	} {
		forms := strings.Fields(family)
		for _, form := range forms[1:] {
			if Stem(form) != Stem(forms[0]) {
				t.Errorf("%s → %s but %s → %s", forms[0], Stem(forms[0]), form, Stem(form))
			}
		}
	}
	if Stem("año") == Stem("ano") {
		t.Error("ñ must stay apart from n")
	}
	if Stem("000123") != "000123" || Stem("k8s1") != "k8s1" {
		t.Error("numbers must stay whole")
	}
}

func TestIndexAndQueryMeet(t *testing.T) {
	for _, c := range []struct{ text, typed string }{
		{"No hay señal en la oficina", "senal "},
		{"No hay señal en la oficina", "señal"},
		{"no hay senal", "SEÑAL "},
		{"Olvidé mi contraseña", "contraseñas "},
		{"Olvide mi contrasena", "contraseñas "},
		{"Problema de conexión", "conexiones "},
		{"Problema de conexión", "con"}, // a stop word, but perhaps unfinished
	} {
		indexed := map[string]bool{}
		for stem := range strings.FieldsSeq(Index(c.text)) {
			indexed[stem] = true
		}
		for _, term := range Query(c.typed) {
			if !meets(indexed, term) {
				t.Errorf("%q does not find %q: %v against %v", c.typed, c.text, term, indexed)
			}
		}
	}
	if got := Query("de la"); len(got) == 0 {
		t.Error("a query of stop words alone must still ask for something")
	}
	if strings.Contains(" "+Index("el sistema de la agencia")+" ", " de ") {
		t.Error("stop words are indexed")
	}
}

func meets(indexed map[string]bool, term Term) bool {
	for _, stem := range term.Stems {
		if indexed[stem] {
			return true
		}
	}
	for stem := range indexed {
		if term.Prefix != "" && strings.HasPrefix(stem, term.Prefix) {
			return true
		}
	}
	return false
}

func FuzzIndex(f *testing.F) {
	f.Add("Señora, no llega el código 71234567")
	f.Fuzz(func(t *testing.T, text string) {
		for stem := range strings.FieldsSeq(Index(text)) {
			if len([]rune(stem)) > MaxToken {
				t.Errorf("token of %d runes", len([]rune(stem)))
			}
		}
		Query(text)
	})
}

func BenchmarkIndex(b *testing.B) {
	text := strings.Repeat("Buenos días, desde ayer no puedo ingresar a Ciudadanía Digital: el código de verificación no llega a mi correo. ", 27)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Index(text)
	}
}
