package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/config"
)

// runDesk runs the desk until it is told to stop.
func runDesk(ctx context.Context, c *call) error {
	desk.CollectLater()
	cfg, err := load(c)
	if err != nil {
		return fmt.Errorf("hay que corregir la configuración:\n%w", err)
	}
	log, err := logger(cfg.Log, c.err)
	if err != nil {
		return err
	}
	d, err := desk.Open(ctx, cfg, desk.Options{Version: version, Log: log})
	if err != nil {
		return err
	}
	if err := announce(ctx, c.out, d); err != nil {
		return errors.Join(err, d.Close())
	}
	return errors.Join(d.Run(ctx), d.Close())
}

// announce says where the console is and, at the first start, how the
// administrator is created.
func announce(ctx context.Context, out io.Writer, d *desk.Desk) error {
	link, err := d.SetupLink(ctx)
	if err != nil {
		return fmt.Errorf("creating the set-up link: %w", err)
	}
	if link != "" {
		fmt.Fprintf(out, "Primer inicio. Cree la cuenta de administración con este enlace, que sirve una sola vez y vence en 24 horas:\n\n    %s\n\n", link)
	}
	fmt.Fprintf(out, "La consola está en %s\n", d.ConsoleURL())
	return nil
}

// logger writes JSON lines, or readable ones on a terminal.
func logger(c config.Log, w io.Writer) (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(c.Level)
	if err != nil {
		return zerolog.Nop(), fmt.Errorf("log.level: %w", err)
	}
	if c.Format == "console" || c.Format == "auto" && terminal(w) {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.TimeOnly}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
