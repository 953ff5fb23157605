package privacy_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ventanilla/tickets/privacy"
)

// secrets: what stands in ‹ › must be hidden and everything else must stay.
var secrets = []string{
	"Mi contraseña es ‹Perrito123›",
	"mi contrasena es ‹perrito123› y no entra",
	"MI CONTRASEÑA ES: ‹PERRITO123›.",
	"mi contraseña es ‹perrito›",
	"Contraseña: ‹perrito›",
	"contraseña:‹Abc.123!›, gracias",
	"Contraseña = ‹qwerty›",
	"Usuario: 4839201\nContraseña: ‹illimani›\nGracias",
	"Usuario: 4839201\nContraseña:\n‹Illimani#6438›\nGracias",
	"usuario jperez clave ‹jp.2024x›",
	"usuario y contraseña: jperez / ‹Perrito123›",
	"Usuario/contraseña: jperez/‹Perrito123›",
	"usuario y clave: jperez ‹perrito›",
	"mis credenciales son jperez y ‹Perrito123›",
	"mi clave es ‹4455›",
	"mi klave es ‹amorcito22›",
	"la clave que tengo es ‹Sol_naciente1›",
	"la clave que tengo es ‹Sol_naciente1›",
	"mi contra es ‹sandia8›",
	"mi contra seña es ‹sandia8›",
	"mi contraceña es ‹sandia8› ayuda",
	"mi contraseñ es ‹sandia8›",
	"password: ‹hunter2›",
	"pasword ‹Hunter2!›",
	"my password is ‹hunter2›",
	"pass: ‹abc123›",
	"pwd=‹abc123›",
	"la nueva contraseña ‹Illimani2024› no funciona",
	"mi contraseña actual ‹Illimani2024› no funciona",
	"contraseña temporal: ‹Xk92-pQ›",
	"puse mi contraseña \"‹mi perro feliz›\" y no",
	"mi clave es “‹luna llena›” y no entra",
	"*Contraseña:* ‹luna123›",
	"_clave_: ‹luna123›",
	"mi contraseña es… ‹luna123›",
	"contraseña (‹luna123›)",
	"la contraseña de mi correo es ‹luna123›",
	"la clave del sistema es ‹luna123›",
	"mi contraseña, es ‹luna123›",
	"contraseña -> ‹luna123›",
	"Contraseña: ‹digital›",
	"mi PIN es ‹1234›",
	"pin ‹1234›",
	"PIN: ‹12345678›",
	"el pin de mi token es ‹9876› y esta bloqueado",
	"el pin de la firma digital es ‹0000›",
	"PUK ‹12345678›",
	"el código que me llegó es ‹482913›",
	"el codigo q me llego es ‹482913›",
	"me llegó el código ‹482913› pero no lo acepta",
	"me llego este codigo: ‹4829›",
	"código de verificación: ‹482913›",
	"codigo de verificacion ‹482 913›",
	"Su código de verificación de Ciudadanía Digital es ‹482913›. No lo comparta.",
	"‹482913› es tu código de verificación",
	"G-‹482913› is your verification code",
	"‹482-913› es tu código de WhatsApp",
	"me mandaron un sms con el ‹482913› y dice codigo invalido",
	"mi otp es ‹482913›",
	"el código es ‹482913›",
	"me llegó el código de seguridad ‹55821›",
	"Mi contraseña es ‹Perrito123›. Ya probé ‹Perrito123› tres veces.",
	"Llamó por teléfono la señora, dice que su contraseña es ‹Perrito123› y no puede entrar",
	"indica que su clave es ‹maria1985›",
	"contraseña_‹Perrito123›",
	"> Mi contraseña es ‹Perrito123›\n> no entra",
	"contraseña: ‹niño2020ñ›",
	"‌contraseña: ‹Perrito123›", "me llegó el código de verificación ‹445566› bs tardes",
}

// plain texts must stay as they are.
var plain = []string{
	"", "?", "😀", "Hola", "482913", "no me llega el código", "Olvidé mi contraseña", "olvide mi contraseña, mi celular es 71234567", "olvidé mi contraseña 71234567",
	"mi contraseña es incorrecta", "la contraseña es muy corta", "dice contraseña incorrecta", "mi contraseña no funciona", "la contraseña es obligatoria",
	"Contraseña: no la recuerdo", "contraseña: olvidada", "¿Cómo cambio mi contraseña?", "cambié mi contraseña el 12/03/2026", "cambié la contraseña hace 15 minutos",
	"La clave del problema es el servidor", "palabra clave: examen", "Palabras clave: firma digital, token", "punto clave: la red", "la clave catastral 0234-88",
	"el pin del mapa no aparece en la calle 1234", "el pin de ubicación está a 1500 metros", "mi PIN está bloqueado", "pin bloqueado, quedan 0 intentos", "olvidé el PIN de mi token",
	"código de error 500", "Error 502 desde las 1430", "codigo 404", "código de error: 500123", "código CPT 123456", "código de trámite 123456", "codigo postal 591000",
	"el código QR no se lee", "código del caso AIT-2026-000123-K", "mi código es AIT-2026-000123-K", "Mi carnet es 4839201 LP", "no me llega el código, mi carnet es 483920",
	"no me llega el código de verificación desde 2024", "no me llega el codigo a mi celular 71234567", "No me llegó el código y mi CI es 483920", "el código no me llega hace 4000 minutos",
	"pagué 1500 Bs y me llegó el código de pago 445566", "me llegó la factura 4455", "Hoja de ruta 4512/2026", "HR-2026-04512", "CITE GAMEA/DTI/0123/2026",
	"la contraseña debe tener 8 caracteres", "contraseña de 8 digitos", "Problema de contraseña: el usuario no puede ingresar", "Recuperación de contraseña",
	"el formulario pide contraseña: usuario no la tiene", "mi contraseña es la misma de siempre", "la contraseña es rechazada", "contraseña: ********", "contraseña: ••••••",
	"[contraseña oculta]", "mi contraseña es [contraseña oculta] y no entra", "el código que me llegó es [código oculto]", "pin [PIN oculto]",
	"usuario y contraseña incorrectos", "usuario y contraseña: incorrectos", "En contra de la norma 1234", "token no reconocido, versión 2.0.1", "el token expiró a las 14:30", "El token da error 401",
	"passaporte 123456", "pasé 3 veces", "compás 1234", "el código llega a las 14:30", "código fuente en la rama 4512", "ITEM 123456 código de activo 0012345",
	"contraseña https://gob.bo/recuperar123", "La contraseña la cambié en ciudadania digital 2.0", "contraseña\n\nPerrito123 es mi perro",
}

func TestRedact(t *testing.T) {
	for _, want := range secrets {
		var hidden []string
		var text strings.Builder
		rest := want
		for {
			before, after, found := strings.Cut(rest, "‹")
			text.WriteString(before)
			if !found {
				break
			}
			secret, after, _ := strings.Cut(after, "›")
			hidden = append(hidden, secret)
			text.WriteString(secret)
			rest = after
		}
		got, n := privacy.Redact(text.String())
		frame := got
		for _, mark := range []string{privacy.PasswordMark, privacy.PINMark, privacy.CodeMark} {
			frame = strings.ReplaceAll(frame, mark, "‹›")
		}
		shape := want
		for _, h := range hidden {
			shape = strings.ReplaceAll(shape, "‹"+h+"›", "‹›")
		}
		if frame != shape || n != len(hidden) {
			t.Errorf("%q\n gives %q (%d)", text.String(), got, n)
		}
		if again, m := privacy.Redact(got); again != got || m != 0 {
			t.Errorf("%q is redacted again: %q", got, again)
		}
	}
}

func TestRedactLeavesTheRest(t *testing.T) {
	for _, text := range plain {
		if got, n := privacy.Redact(text); got != text || n != 0 {
			t.Errorf("%q\n gives %q", text, got)
		}
	}
}

func TestRedactAcrossParts(t *testing.T) {
	var s privacy.Secrets
	s.Redact("mi contraseña es Perrito123")
	if got := s.Redact("Re: Perrito123 no funciona"); strings.Contains(got, "Perrito") {
		t.Errorf("subject: %q", got)
	}
	for doc, hidden := range map[string]string{
		"<p>Mi contrase&ntilde;a es <b>Perrito</b>123&nbsp;y no entra</p>":                    "Perrito",
		"<div>Contraseña:</div><div>Illimani#6438</div>":                                      "Illimani",
		"<table><tr><td>PIN</td><td>9876</td></tr></table>":                                   "9876",
		`<a href="mailto:x?body=Perrito123" title="Perrito123">hola</a><style>.a{}</style>`:   "Perrito123",
		"<p>el c&oacute;digo que me lleg&oacute; es <span style=\"x\">482913</span></p><br>x": "482913",
	} {
		got := s.RedactHTML(doc)
		if strings.Contains(got, hidden) {
			t.Errorf("%q\n gives %q", doc, got)
		}
	}
	for _, doc := range []string{"<p>El pin del mapa 1234</p>", "<p>a &lt; b &amp;amp; contraseña incorrecta</p>", "<!-- x --><P>no"} {
		if got := s.RedactHTML(doc); got != doc {
			t.Errorf("%q\n gives %q", doc, got)
		}
	}
	if got := s.RedactAfter("Hola\nel codigo que me llego es", "482913"); got != privacy.CodeMark {
		t.Errorf("bubble: %q", got)
	}
	if got := s.RedactAfter("mi contraseña es:", "gatito"); got != privacy.PasswordMark {
		t.Errorf("bubble: %q", got)
	}
	for _, before := range []string{"", "mi carnet es", "Hola"} {
		var s privacy.Secrets
		if got := s.RedactAfter(before, "482913"); got != "482913" {
			t.Errorf("%q: %q", before, got)
		}
	}
}

func TestRedactFileName(t *testing.T) {
	for name, want := range map[string]string{
		"contraseña_Perrito123.jpg":   "contraseña_" + privacy.PasswordMark + ".jpg",
		"mi clave es luna99.docx":     "mi clave es " + privacy.PasswordMark + ".docx",
		"PIN-1234.png":                "PIN-" + privacy.PINMark + ".png",
		"contraseña incorrecta.png":   "contraseña incorrecta.png",
		"captura 2026-11-25 1430.png": "captura 2026-11-25 1430.png",
	} {
		var s privacy.Secrets
		if got := s.RedactName(name); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
}

func TestRedactHuge(t *testing.T) {
	text := strings.Repeat("no me llega el código de verificación a mi celular, la contraseña es incorrecta ", 12_000)
	if got, n := privacy.Redact(text); n != 0 || got != text {
		t.Errorf("%d found in a megabyte of none", n)
	}
}

func FuzzRedact(f *testing.F) {
	for _, s := range append(secrets, plain...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, _ := privacy.Redact(text)
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("%q gives invalid text %q", text, got)
		}
		var s privacy.Secrets
		s.RedactHTML(text)
		s.RedactAfter(text, text)
	})
}

func BenchmarkRedact(b *testing.B) {
	text := strings.Repeat("Buenos días, les escribo porque no puedo ingresar al sistema con mi usuario y la contraseña que tengo. ", 25)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		privacy.Redact(text)
	}
}
