package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rs/zerolog"

	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/tickets/store"
)

// backup copies everything into one file, while the desk works or not.
func backup(ctx context.Context, c *call) error {
	return withStore(ctx, c, func(st *store.Store, file string) error {
		if _, err := st.Backup(ctx, file); err != nil {
			return fmt.Errorf("la copia no se completó: %w", err)
		}
		fmt.Fprintf(c.out, "Copia completa en %s. Guárdela fuera de esta máquina: contiene datos de personas.\n", file)
		return nil
	})
}

// restore fills an empty database from a copy.
func restore(ctx context.Context, c *call) error {
	return withStore(ctx, c, func(st *store.Store, file string) error {
		_, err := st.Restore(ctx, file)
		if errors.Is(err, store.ErrNotEmpty) {
			return errors.New("la base de datos no está vacía y no se tocó; nombre en la configuración una nueva")
		}
		if err != nil {
			return fmt.Errorf("no se recuperó la copia: %w", err)
		}
		fmt.Fprintf(c.out, "Se recuperó %s.\n", file)
		return nil
	})
}

func withStore(ctx context.Context, c *call, do func(*store.Store, string) error) error {
	if len(c.args) != 1 {
		return errUsage
	}
	cfg, err := load(c)
	if err != nil {
		return fmt.Errorf("hay que corregir la configuración:\n%w", err)
	}
	st, err := desk.OpenStore(ctx, cfg, desk.Options{Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	return errors.Join(do(st, c.args[0]), st.Close())
}
