package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"ventanilla/config"
	"ventanilla/tickets/store"
)

// OpenStore opens the configured database and, for SQLite, makes its folder.
// What an administrator can mend is told in their words.
func OpenStore(ctx context.Context, cfg config.Config, o Options) (*store.Store, error) {
	file, lite := strings.CutPrefix(cfg.Database.URL, "sqlite:")
	if lite {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, fmt.Errorf("no se pudo crear la carpeta de datos: %w", err)
		}
	}
	address, err := cfg.DatabaseURL()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, store.Options{URL: address, Log: o.Log, Now: o.Now})
	switch {
	case err == nil:
		return st, nil
	case errors.Is(err, store.ErrFull):
		return nil, fmt.Errorf("el disco de la base de datos está lleno, libere espacio: %w", err)
	case lite && (errors.Is(err, fs.ErrPermission) || errors.Is(err, store.ErrReadOnly)):
		return nil, fmt.Errorf("no se puede escribir en %s: dé permiso de escritura sobre el archivo y su carpeta al usuario que ejecuta Ventanilla: %w", file, err)
	case !lite:
		return nil, fmt.Errorf("no se pudo abrir la base de datos %s; revise que el servidor esté en marcha y que la dirección y la clave sean correctas: %w", SafeURL(address), err)
	}
	return nil, fmt.Errorf("no se pudo abrir la base de datos %s: %w", file, err)
}

// SafeURL is a database's address without its password.
func SafeURL(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		u.User = url.User(u.User.Username())
		return u.String()
	}
	return strings.TrimSpace(address)
}
