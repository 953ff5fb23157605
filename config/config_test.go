package config

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/channels/phone"
)

func write(t *testing.T, text string) string {
	t.Helper()
	f := filepath.Join(t.TempDir(), "ventanilla.toml")
	if err := os.WriteFile(f, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestSampleChangesNothing(t *testing.T) {
	c, err := Load(write(t, Sample), false, env())
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.complete()
	if fmt.Sprintf("%+v", c) != fmt.Sprintf("%+v", want) {
		t.Errorf("sample gives\n%+v\nwant the defaults\n%+v", c, want)
	}
}

// Every commented key of the sample must exist, or the administrator who
// uncomments it meets an error.
func TestSampleKeysExist(t *testing.T) {
	var out strings.Builder
	for line := range strings.Lines(Sample) {
		bare := strings.TrimPrefix(line, "# ")
		if strings.Contains(bare, " = ") && !strings.Contains(bare, "VENTANILLA") || strings.HasPrefix(bare, "[") {
			line = bare
		}
		out.WriteString(line)
	}
	var c Config
	if ps := decode("sample", []byte(out.String()), &c); len(ps) > 0 {
		t.Fatal(ps)
	}
	if len(c.Email.Mailboxes) != 1 || c.Email.Mailboxes[0].Host == "" || len(c.Phone.Webhooks) != 1 {
		t.Errorf("the uncommented sample was not read: %+v", c)
	}
}

func TestProblemsAreNamed(t *testing.T) {
	cases := []struct{ name, toml, want string }{
		{"unknown key", "[console]\nlisen = \"127.0.0.1:1\"", `línea 2: la clave "console.lisen" no existe; ¿quiso decir "console.listen"?`},
		{"broken toml", "[console\n", "línea 1"},
		{"wrong type", "[email]\nplus_addresses = \"sí\"", "línea 2"},
		{"antivirus address", "[antivirus]\naddress = \"/run/clamd\"", "antivirus.address: \"/run/clamd\" no vale; use unix:"},
		{"antivirus time", "[antivirus]\naddress = \"unix:/x\"\ntimeout = \"5m\"", "antivirus.timeout"},
		{"oauth without block", "[email]\naddress = \"a@b.bo\"\n[[email.mailbox]]\nname = \"x\"\nhost = \"h\"\nuser = \"u\"\noauth = \"m356\"\n[[email.oauth]]\nname = \"m365\"\nprovider = \"google\"\nclient_id = \"c\"", "no hay ningún [[email.oauth]] llamado \"m356\"; hay: m365"},
		{"oauth without tenant", "[[email.oauth]]\nname = \"m\"\nprovider = \"microsoft\"\nclient_id = \"c\"", "falta tenant"},
		{"oauth without permission", "[[email.oauth]]\nname = \"m\"\ntoken_url = \"https://x.ejemplo/t\"\nclient_id = \"c\"", "falta refresh_token, o client_secret"},
		{"oauth over http", "[[email.oauth]]\nname = \"m\"\ntoken_url = \"http://x.ejemplo/t\"\nclient_id = \"c\"", "no es una dirección https"},
		{"oauth date", "[[email.oauth]]\nname = \"m\"\nprovider = \"google\"\nclient_id = \"c\"\nclient_secret_expires = \"31/05/2027\"", "no es una fecha como 2027-05-31"},
		{"logo", "[email.letterhead]\nlogo = \"/no/hay.png\"", "email.letterhead.logo: no se puede leer"},
		{"bad listen", "[console]\nlisten = \"8080\"", "no es una dirección para escuchar"},
		{"open console", "[console]\nlisten = \"0.0.0.0:8080\"", "sin cifrar"},
		{"cert without key", "[console]\ntls_cert = \"/x\"", "van juntos"},
		{"bad level", "[log]\nlevel = \"loud\"", "use trace, debug"},
		{"inline secret", "[email.relay]\npassword = \"hunter2\"", "un secreto no se escribe aquí"},
		{"missing secret file", "[email.relay]\npassword = \"file:/nonexistent\"", "no se pudo leer el archivo del secreto"},
		{"empty secret", "[email.relay]\npassword = \"env:NADA\"", "está vacío"},
		{"plain far away", "[email]\naddress=\"a@b.bo\"\n[email.relay]\nhost = \"smtp.ejemplo.bo\"\nsecurity = \"plain\"", "sin cifrar"},
		{"twice the same name", "[[phone.webhook]]\nname=\"a\"\n[[phone.webhook]]\nname=\"a\"", "ya lo usa otro canal"},
		{"webhook without token", "[[phone.webhook]]\nname=\"a\"", "falta token"},
		{"DKIM without selector", "[email.dkim]\ndomain = \"ejemplo.bo\"", "falta selector"},
		{"DKIM without key", "[email]\naddress=\"a@b.bo\"\n[email.dkim]\nselector = \"s\"", "falta key"},
		{"DKIM key missing", "[email]\naddress=\"a@b.bo\"\n[email.dkim]\nselector = \"s\"\nkey = \"file:/nonexistent\"", "no se pudo leer el archivo del secreto"},
		{"DKIM key that is none", "[email]\naddress=\"a@b.bo\"\n[email.dkim]\nselector = \"s\"\nkey = \"file:/etc/hostname\"", "no es un archivo PEM"},
		{"DKIM for another", "[email]\naddress=\"a@b.bo\"\n[email.dkim]\nselector = \"s\"\ndomain = \"c.bo\"", "c.bo no es el dominio de a@b.bo"},
		{"unknown verify", "[email]\nverify = \"sometimes\"", "use auto, always, never"},
		{"no address", "[email.relay]\nhost=\"127.0.0.1\"", "email.address: falta"},
		{"database", "[database]\nurl=\"mysql://x\"", "debe empezar con"},
		{"exchange", "[[phone.cdr]]\nname=\"a\"\nfile=\"/x\"\nexchange=\"Central Norte\"", "exchange debe tener"},
		{"time zone", "[[phone.cdr]]\nname=\"c\"\nfile=\"/x\"\ntime_zone=\"America/Cochabamba\"", "no existe"},
		{"call log column", "[[phone.cdr]]\nname=\"c\"\nfile=\"/x\"\n[phone.cdr.columns]\ndispositon = 1\ndst = 2\nagent = -1", `phone.cdr c: la columna "dispositon" no existe; ¿quiso decir "disposition"?; hay: start, time, src, dst, disposition`},
		{"poll", "[[email.mailbox]]\npoll = \"a while\"", "línea 2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(write(t, c.toml), false, env())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant it to contain %q", err, c.want)
			}
		})
	}
}

// TestColumnNames: the names that the file may give to the columns of a call log
// are those that the reader of the log knows.
func TestColumnNames(t *testing.T) {
	want := slices.Concat(phone.Columns, slices.Collect(maps.Keys(phone.DefaultColumns)))
	slices.Sort(want)
	if got := slices.Sorted(slices.Values(CDRColumns)); !slices.Equal(got, slices.Compact(want)) {
		t.Errorf("the file may name %v, the log has %v", got, want)
	}
}

func TestDKIMKeys(t *testing.T) {
	for _, c := range []struct{ name, key, want string }{
		{"Ed25519", pemOf(t, ed25519Key(t)), ""},
		{"RSA", pemOf(t, rsaKey(t, 2048)), ""},
		{"RSA, PKCS #1", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey(t, 2048))})), ""},
		{"RSA, short", pemOf(t, rsaKey(t, 1024)), "1024 bits"},
		{"a certificate", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})), "no una clave privada"},
		{"with a password", string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")})), "protegida con una contraseña"},
		{"broken", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})), "dañada"},
	} {
		file := filepath.Join(t.TempDir(), "k.pem")
		if err := os.WriteFile(file, []byte(c.key), 0o600); err != nil {
			t.Fatal(err)
		}
		conf, err := Load(write(t, "[email]\naddress=\"a@mesa.b.bo\"\n[email.dkim]\nselector=\"s\"\ndomain=\"b.bo\"\nkey=\"file:"+file+"\""), false, env())
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want it to contain %q", c.name, err, c.want)
			}
		} else if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if _, err := conf.Email.DKIM.Signer(); err != nil || conf.DKIMDomain() != "b.bo" {
			t.Errorf("%s: %v, domain %s", c.name, err, conf.DKIMDomain())
		}
	}
}

func pemOf(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func ed25519Key(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestEnvironmentOverrides(t *testing.T) {
	f := write(t, "[email]\naddress = \"a@b.bo\"\n[[email.mailbox]]\nname = \"soporte\"\nhost = \"x\"\nuser = \"u\"\n")
	c, err := Load(f, false, env(
		"VENTANILLA_CONSOLE_LISTEN", "127.0.0.1:9",
		"VENTANILLA_EMAIL_MAILBOX_SOPORTE_HOST", "imap.ejemplo.bo",
		"VENTANILLA_EMAIL_MAILBOX_SOPORTE_POLL", "5s",
		"VENTANILLA_EMAIL_MAILBOX_SOPORTE_PASSWORD", "secreto-uno",
	))
	if err != nil {
		t.Fatal(err)
	}
	m := c.Email.Mailboxes[0]
	if c.Console.Listen != "127.0.0.1:9" || m.Host != "imap.ejemplo.bo" || m.Poll != Duration(5*time.Second) || m.Password.Value() != "secreto-uno" {
		t.Errorf("not overridden: %+v", c)
	}
	if printed := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(printed, "secreto-uno") {
		t.Error("a secret was printed")
	}
	if _, err := Load(f, false, env("VENTANILLA_EMAIL_MAILBOX_SOPORTE_PORT", "many", "VENTANILLA_EMAIL_MAILBOX_SOPORTE_PASSWORD", "x")); err == nil || !strings.Contains(err.Error(), "no es un número entero") {
		t.Errorf("bad number in the environment: %v", err)
	}
}

func TestReach(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	c := Default()
	c.Email.Mailboxes = []Mailbox{{Name: "soporte", Host: "127.0.0.1", Port: port}}
	if ps := c.Reach(context.Background()); len(ps) != 0 {
		t.Fatalf("a listening server was reported: %v", ps)
	}
	l.Close()
	if ps := c.Reach(context.Background()); len(ps) != 1 || !strings.Contains(ps[0].What, "no responde") {
		t.Fatalf("a closed port was not reported: %v", ps)
	}
}

func TestInitNeverOverwrites(t *testing.T) {
	f := filepath.Join(t.TempDir(), "v.toml")
	if err := Init(f); err != nil {
		t.Fatal(err)
	}
	if err := Init(f); err == nil || !strings.Contains(err.Error(), "ya existe") {
		t.Fatalf("second init: %v", err)
	}
}
