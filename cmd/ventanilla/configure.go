package main

import (
	"context"
	"fmt"
	"os"

	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/config"
)

// load reads the configuration of a call. Only the default file may be absent.
func load(c *call) (config.Config, error) {
	return config.Load(c.config, c.config == "ventanilla.toml", os.Getenv)
}

func configInit(_ context.Context, c *call) error {
	if err := config.Init(c.config); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Se escribió %s. Edítelo y revíselo con «ventanilla config check».\n", c.config)
	return nil
}

func configCheck(ctx context.Context, c *call) error {
	cfg, err := load(c)
	if err != nil {
		return fmt.Errorf("hay que corregir:\n%w", err)
	}
	if ps := cfg.Reach(ctx); len(ps) > 0 {
		return fmt.Errorf("la configuración se entiende, pero:\n%w", ps)
	}
	fmt.Fprintf(c.out, "Todo en orden: base de datos %s, consola en %s, %d buzones, %d entradas directas, %d registros de llamadas.\n",
		desk.SafeURL(cfg.Database.URL), cfg.Console.Listen, len(cfg.Email.Mailboxes), len(cfg.Email.Listeners), len(cfg.Phone.CDRs)+len(cfg.Phone.Webhooks))
	return nil
}
