package console

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestChatWordsInTheReadersLanguage: what the reader of a chat wrote in the place
// of what is no text is shown in the language of whoever reads it, also cut short
// as a subject and quoted; what a person wrote is left alone.
func TestChatWordsInTheReadersLanguage(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	es, en := all["es"], all["en"]
	for stored, want := range map[string]string{
		"[Ubicación]\nPlaza Murillo":                            "[Location]\nPlaza Murillo",
		"[Ubicación] Plaza Murillo":                             "[Location] Plaza Murillo",
		"[Contacto] Ana\n+591 71234567":                         "[Contact] Ana\n+591 71234567",
		"[Encuesta] ¿Abre?":                                     "[Poll] ¿Abre?",
		"[Foto, 12 kB]\nesto me sale":                           "[Photo, 12 kB]\nesto me sale",
		"[Foto para ver una sola vez, 2 kB]":                    "[Photo to be seen once, 2 kB]",
		"[Nota de voz de 7 s, 9 kB]":                            "[Voice note of 7 s, 9 kB]",
		"[Documento: a, b].pdf, 1.5 MB] tenga":                  "[Document: a, b].pdf, 1.5 MB] tenga",
		"[Archivo recibido] foto.png":                           "[File received] foto.png",
		"Reaccionó con 👍":                                       "Reacted with 👍",
		"Borró un mensaje anterior":                             "Deleted an earlier message",
		"Borró un mensaje anterior y otro más":                  "Borró un mensaje anterior y otro más",
		"[Video para ver una sola vez: WhatsApp no lo entrega…": "[Video to be seen once: WhatsApp does not give it…",
		"[Ubicación sin cerrar":                                 "[Ubicación sin cerrar",
		"no puedo entrar…":                                      "no puedo entrar…",
		"":                                                      "",
	} {
		if got := en.chat(stored); got != want {
			t.Errorf("%q is shown as %q, want %q", stored, got, want)
		}
		if got := es.chat(stored); got != stored {
			t.Errorf("in Spanish %q is shown as %q", stored, got)
		}
	}
	if got := en.about("email", "[Foto, 12 kB]"); got != "[Foto, 12 kB]" {
		t.Errorf("a mail's brackets are read as a chat's: %q", got)
	}
	if en.about("email", noSubject) != "No subject" || es.about("email", noSubject) != noSubject {
		t.Error("a case without a subject is not said in the reader's language")
	}
	for _, c := range []struct {
		e    entry
		want string
	}{
		{entry{stock: true, Text: "[Contacto] Ana\n+591 7\n[Contacto] Eva"}, "[Contact] Ana\n+591 7\n[Contact] Eva"},
		{entry{stock: true, Text: "Votó en una encuesta"}, "Votó en una encuesta"},
		{entry{Text: "[Contacto] por correo"}, "[Contacto] por correo"},
		{entry{stock: true, Defects: []string{"x"}, Text: "El archivo ya no se puede obtener de WhatsApp: hay que pedirlo de nuevo."}, "WhatsApp can no longer give the file: ask for it again."},
	} {
		e := c.e
		if e.spoken(en); e.Text != c.want {
			t.Errorf("%q is shown as %q, want %q", c.e.Text, e.Text, c.want)
		}
	}
}

// TestEveryWordOfAChatIsThere: every phrase that channels/whatsapp writes into a
// message is one of the catalogue's.
func TestEveryWordOfAChatIsThere(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	known := stockPhrases(all["es"])
	literal := regexp.MustCompile(`(?:said: |Said(?:, rep\.\w+)* = |Human, |return |rep\.Said, |\{|\(|label: )"((?:\[|\()?[A-ZÁÉÍÓÚ][^"\\]+[^"]*)"( \+)?`)
	found := 0
	for _, name := range []string{"content.go", "media.go", "offers.go", "once.go", "read.go"} {
		source, err := os.ReadFile(filepath.Join("../../channels/whatsapp", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(source), -1) {
			words := strings.TrimSuffix(strings.TrimSuffix(m[1], " "), `\n`)
			if !strings.HasPrefix(words, "[") && !strings.HasPrefix(words, "(") && !strings.Contains(words, " ") {
				continue
			}
			found++
			ok := false
			for _, p := range known {
				ok = ok || p.is.MatchString(words) || m[2] != "" && strings.HasPrefix(p.text, words) || strings.HasPrefix(p.text, "["+strings.ReplaceAll(words, "%d", "{n}"))
			}
			if !ok {
				t.Errorf("%s writes %q, which no catalogue has", name, words)
			}
		}
	}
	if found < 20 {
		t.Errorf("%d phrases were found in channels/whatsapp, want 20 at least", found)
	}
}
