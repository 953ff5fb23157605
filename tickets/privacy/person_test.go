package privacy_test

import (
	"testing"

	"ventanilla/tickets/privacy"
)

func TestMaskCI(t *testing.T) {
	for text, want := range map[string]string{
		"Mi CI es 4839201 LP":                  "Mi CI es •••••01 LP",
		"carnet 4839201":                       "carnet •••••01",
		"Cédula de identidad N° 1234567-1K LP": "Cédula de identidad N° •••••67 LP",
		"c.i. 4.839.201":                       "c.i. •••••••01",
		"soy 4839201 CBBA":                     "soy •••••01 CBBA",
		"error 500123, llamar al 71234567":     "error 500123, llamar al 71234567",
		"AIT-2026-000123-K y HR-2026-04512":    "AIT-2026-000123-K y HR-2026-04512",
		"sin números":                          "sin números",
		"4839201-1K SC y 5839202":              "•••••01 SC y 5839202",
		"cedula: 483920":                       "cedula: ••••20",
		"precio 12345 OR mejor":                "precio •••45 OR mejor",
	} {
		if got := privacy.MaskCI(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestAnonymise(t *testing.T) {
	got := privacy.Anonymise("Estimada Ana María QUISPE: su contraseña es Luna99x, CI 4839201 LP, escriba a ana.quispe@ejemplo.bo o al 71234567. NIT 1023456028. Ana, gracias. Código AIT-2026-000123-K, error 502.", "Ana Maria Quispe", "GAM de Viacha")
	want := "Estimada [persona]: su contraseña es [contraseña oculta], CI [CI] LP, escriba a [correo] o al [teléfono]. NIT [número]. [persona], gracias. Código AIT-2026-000123-K, error 502."
	if got != want {
		t.Errorf("%s", got)
	}
	if got := privacy.Anonymise("de la mesa", "De la Mesa", ""); got != "de la mesa" {
		t.Error(got)
	}
}
