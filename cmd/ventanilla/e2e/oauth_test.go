package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"ventanilla/channels/email/mailtest"
	"ventanilla/channels/email/oauth"
)

// TestSignInOnce: the program shows an address, the browser ends at another, and
// what the person brings back becomes a refresh token that works, in a file
// that only its owner reads.
func TestSignInOnce(t *testing.T) {
	a := mailtest.Authorise(t, "mesa")
	dir := t.TempDir()
	file := filepath.Join(dir, "refresco")
	write(t, dir+"/cliente", mailtest.ClientSecret)
	write(t, dir+"/ventanilla.toml", fmt.Sprintf("[[email.oauth]]\nname = \"prueba\"\ntoken_url = %q\nauth_url = %q\nclient_id = %q\nclient_secret = \"file:%s/cliente\"\nrefresh_token = \"file:%s\"\n", a.TokenURL, a.AuthURL, mailtest.ClientID, dir, file))
	if code, _, stderr := command(t, dir, "oauth", "otro"); code != 1 || !strings.Contains(stderr, `"otro"`) {
		t.Errorf("an unknown block: %d %s", code, stderr)
	}
	signIn := func(change func(string) string) (string, error) {
		cmd := exec.Command(program(t), "oauth", "prueba")
		cmd.Dir = dir
		var said strings.Builder
		cmd.Stderr = &said
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if line := lines.Text(); strings.HasPrefix(line, a.AuthURL) {
				res, err := browser.Get(line)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				fmt.Fprintln(in, change(res.Header.Get("Location")))
			}
		}
		err = cmd.Wait() // only then everything was said
		return said.String(), err
	}
	same := func(s string) string { return s }
	for want, change := range map[string]func(string) string{
		"no contiene el código": func(string) string { return "http://localhost/" },
		"otro intento":          func(s string) string { return strings.Replace(s, "state=", "state=x", 1) },
	} {
		if said, err := signIn(change); err == nil || !strings.Contains(said, want) {
			t.Errorf("want %q: %s, %v", want, said, err)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("a failed sign-in left a token")
	}
	if said, err := signIn(same); err != nil {
		t.Fatal(said, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the token's file: %v, %v", info, err)
	}
	token, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g, err := oauth.New(oauth.Options{Name: "prueba", TokenURL: a.TokenURL, ClientID: mailtest.ClientID, ClientSecret: mailtest.ClientSecret, RefreshToken: strings.TrimSpace(string(token)), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Token(t.Context()); err != nil {
		t.Errorf("the token does not work: %v", err)
	}
	if code, out, stderr := command(t, dir, "config", "check"); code != 0 || !strings.Contains(out, "Todo en orden") {
		t.Errorf("config check afterwards: %d %s %s", code, out, stderr)
	}
}
