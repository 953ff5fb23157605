package console

import "testing"

func TestDefectWords(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ lang, defect, want string }{
		{"es", "empty", "El correo no tiene texto"},
		{"en", "empty", "The mail has no text"},
		{"es", "too-large:62914560", "El correo es demasiado grande: solo se leyó su encabezado (62,9 MB)"},
		{"es", "charset:x-foo-99", "Algunas letras pueden verse mal: el correo no dice bien cómo está escrito (x-foo-99)"},
		{"es", "charset:1251", "Algunas letras pueden verse mal: el correo no dice bien cómo está escrito (1251)"},
		{"es", "call-columns:3", "No se puede leer como llamada; número de columnas (3)"},
		{"es", "the-moon-is-full", "the-moon-is-full"},
		{"es", "el archivo no se pudo traer: 404", "el archivo no se pudo traer: 404"},
	} {
		if got := defectWords(all[tc.lang], tc.defect); got != tc.want {
			t.Errorf("%s in %s: %q, want %q", tc.defect, tc.lang, got, tc.want)
		}
	}
}
