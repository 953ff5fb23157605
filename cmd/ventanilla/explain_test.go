package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func explaining(t *testing.T, flags map[string]bool, files ...string) string {
	t.Helper()
	out := &bytes.Buffer{}
	bools := map[string]*bool{}
	for _, n := range []string{"json", "text", "html"} {
		b := flags[n]
		bools[n] = &b
	}
	if err := explain(context.Background(), &call{out: out, args: files, config: filepath.Join(t.TempDir(), "none.toml"), bools: bools}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestExplainLines: one line per file, in the order given, also for files that
// cannot be read.
func TestExplainLines(t *testing.T) {
	mails, err := filepath.Glob("../../channels/email/message/testdata/mails/*.eml")
	if err != nil || len(mails) < 100 {
		t.Fatal(len(mails), err)
	}
	files := append([]string{"/no/existe.eml", t.TempDir()}, mails...)
	lines := strings.Split(strings.TrimSuffix(explaining(t, map[string]bool{"json": true}, files...), "\n"), "\n")
	if len(lines) != len(files) {
		t.Fatalf("%d lines for %d files", len(lines), len(files))
	}
	for i, l := range lines {
		var e explained
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatal(err)
		}
		if e.File != files[i] || e.OK != (i > 1) || (e.Error == "") != e.OK {
			t.Errorf("line %d: %s ok %v %q", i, e.File, e.OK, e.Error)
		}
		for _, field := range []string{`"in_reply_to":[`, `"references":[`, `"attachments":[`, `"bounce":[`, `"reasons":[`, `"kind":"`, `"no_autoresponse":`, `"seconds":`} {
			if !strings.Contains(l, field) {
				t.Errorf("%s: no %s", e.File, field)
			}
		}
	}
}

// TestExplainBodies: a bare text or HTML body is a mail without a header.
func TestExplainBodies(t *testing.T) {
	for _, c := range []struct{ flag, body, reply string }{
		{"text", "Ya funciona.\n\nEl mar, 3 nov 2026 a las 10:12, Ana (<ana@correo.bo>) escribió:\n\n> viejo\n", "Ya funciona."},
		{"text", "From: esto no es un encabezado\n\nsino texto", "From: esto no es un encabezado\n\nsino texto"},
		{"html", "<p>Ya <b>funciona</b>.</p><blockquote type=cite>viejo</blockquote>", "Ya funciona."},
	} {
		name := filepath.Join(t.TempDir(), "cuerpo")
		if err := os.WriteFile(name, []byte(c.body), 0o600); err != nil {
			t.Fatal(err)
		}
		var e explained
		if err := json.Unmarshal([]byte(explaining(t, map[string]bool{"json": true, c.flag: true}, name)), &e); err != nil {
			t.Fatal(err)
		}
		if e.Reply != c.reply || e.Kind != "human" {
			t.Errorf("%s: %s, %q", c.flag, e.Kind, e.Reply)
		}
	}
}

// TestExplainWords: people are told what and why, in their language.
func TestExplainWords(t *testing.T) {
	const mails = "../../channels/email/message/testdata/mails/"
	for name, want := range map[string][]string{
		"gmail-respuesta":  {"una persona", "un mensaje en su caso", "Se plegó"},
		"ausencia-es":      {"una respuesta automática", "auto-submitted", "nunca se contesta a una máquina"},
		"rebote-dsn":       {"un informe de entrega para máquinas", "ana@correo.bo (5.1.1, definitivo)", "(G7)"},
		"rebote-demora":    {"el servidor sigue intentando", "demora"},
		"rebote-exim":      {"x-failed-recipients", "G7"},
		"frontera-ausente": {"Las partes del correo no se pueden separar"},
		"no-existe":        {"no se pudo leer: no existe"},
	} {
		out := explaining(t, nil, mails+name+".eml")
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: no %q in\n%s", name, w, out)
			}
		}
	}
}
