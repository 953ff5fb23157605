package console

import (
	"strings"
	"testing"

	"ventanilla/tickets"
)

func TestDoubts(t *testing.T) {
	c := &tickets.Ticket{Code: "AIT-2026-000412-K"}
	known := "maria@ejemplo.bo\n+59171234567\nMi carnet es 4455667 y también me puede llamar al 7654-3210. Mi otro caso es AIT-2026-000007-J."
	for text, want := range map[string]string{
		"Buenos días, María: ya puede ingresar. Su caso AIT-2026-000412-K queda resuelto.":    "",
		"Le escribimos a maria@ejemplo.bo y a su número 7123 4567, o al +591 7654 3210.":      "",
		"Revise su caso AIT-2026-000007-J; para otras consultas escriba a soporte@aaa.gob.bo": "",
		"Su CI 4455667 figura bien registrado.":                                               "",
		"La línea gratuita es 800-10-1234 y el trámite 2026-11-25 cuesta Bs 70000000.":        "person 70000000",
		"Llame al 71239999":                                        "person 71239999",
		"Escriba a juan.perez@ejemplo.com":                         "person juan.perez@ejemplo.com",
		"El titular con carnet de identidad N.º 9988776 ya existe": "person carnet de identidad N.º 9988776",
		"Es como en AIT-2026-000099-Z":                             "code AIT-2026-000099-Z",
		"{saludo}, le falta {dato}":                                "slot {saludo}; slot {dato}",
		"Su contraseña es Abc12345":                                "secret contraseña es Abc12345",
		"Su clave temporal: 9911":                                  "secret clave temporal: 9911",
		"Cambie su contraseña: es fácil":                           "",
		"La UPAT estima 3 h; va en 9.2/3.B.2":                      "office UPAT; office 9.2/3.B.2",
		"Reinicie 10.0.12.7 o srv-pagos.intranet":                  "office 10.0.12.7; office srv-pagos.intranet",
		"ojo: no le digan nada al usuario":                         "office no le digan nada al usuario",
		strings.Repeat("UIT 9.2/3 a@b.cc ", 10000):                 "person a@b.cc; office UIT; office 9.2/3",
	} {
		var got []string
		for _, d := range doubts(text, c, known) {
			got = append(got, d.Kind+" "+d.Found)
		}
		if g := strings.Join(got, "; "); g != want {
			t.Errorf("%.60q: %q, want %q", text, g, want)
		}
	}
}
