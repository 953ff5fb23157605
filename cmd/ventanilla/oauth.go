package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"ventanilla/channels/email/oauth"
	"ventanilla/config"
)

// signIn gets the refresh token of an [[email.oauth]] block: a person signs in
// in a browser, anywhere, and brings back the address at which it ended.
func signIn(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return errUsage
	}
	cfg, err := load(c)
	o, ok := cfg.GrantNamed(c.args[0])
	if err := withoutToken(err, c.args[0]); err != nil && (ok || len(cfg.Email.OAuth) == 0) {
		return fmt.Errorf("hay que corregir:\n%w", err)
	}
	if !ok {
		return fmt.Errorf("no hay ningún [[email.oauth]] llamado %q en %s", c.args[0], c.config)
	}
	file := o.RefreshToken.File()
	if file == "" {
		return errors.New(`refresh_token debe nombrar el archivo que se va a escribir, como "file:/etc/ventanilla/refresco"`)
	}
	if o.AuthURL == "" {
		return errors.New("falta auth_url, la dirección en la que la persona entra (con provider no hace falta)")
	}
	s := oauth.Begin(oauth.Options{TokenURL: o.TokenURL, ClientID: o.ClientID, ClientSecret: o.ClientSecret.Value(), Scopes: o.Scopes}, o.AuthURL)
	fmt.Fprintf(c.out, "Abra esta dirección en cualquier navegador y entre con la cuenta del buzón:\n\n%s\n\nAl terminar, el navegador irá a una página que no abre (empieza con %s): es lo esperado.\nCopie aquí su dirección completa y pulse Intro:\n", s.Address(), oauth.Redirect)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<10)
	if !lines.Scan() {
		return errors.New("no se escribió ninguna dirección")
	}
	token, err := s.Finish(ctx, lines.Text())
	switch {
	case errors.Is(err, oauth.ErrNoCode):
		return errors.New("esa dirección no contiene el código: copie todo lo que dice la barra del navegador")
	case errors.Is(err, oauth.ErrOtherSignIn):
		return errors.New("esa dirección es de otro intento: empiece de nuevo")
	case errors.Is(err, oauth.ErrNoRefresh):
		return errors.New("el servidor no dio un token de refresco: agregue offline_access a scopes")
	case err != nil:
		return err
	}
	if err := writeSecret(file, token); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Listo: el token quedó en %s, legible solo por su dueño. Reinicie Ventanilla.\n", file)
	return nil
}

// withoutToken forgives the one thing that cannot be right yet: the file with
// the refresh token.
func withoutToken(err error, name string) error {
	var ps config.Problems
	if !errors.As(err, &ps) {
		return err
	}
	ps = slices.DeleteFunc(slices.Clone(ps), func(p config.Problem) bool { return p.Where == "email.oauth "+name+" refresh_token" })
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// writeSecret replaces a file whole, for its owner's eyes only.
func writeSecret(file, text string) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".token-*") // 0600
	if err != nil {
		return fmt.Errorf("no se pudo escribir el token: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("no se pudo escribir el token: %w", err)
	}
	return nil
}
