package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"

	"ventanilla/cmd/ventanilla/demo"
)

func demoFlags(f *flag.FlagSet, c *call) {
	c.opts["console"] = f.String("console", "127.0.0.1:8080", "dirección de la mesa; si está ocupada, un puerto libre")
	c.opts["citizens"] = f.String("citizens", "127.0.0.1:8081", "dirección de la página de la ciudadanía; si está ocupada, un puerto libre")
	c.opts["data"] = f.String("data", "data-demo", "carpeta de los datos, que se hace de nuevo cada vez")
	c.bools["exit"] = f.Bool("exit", false, "juega el día, escribe una línea JSON por reporte y termina")
}

// runDemo plays the day. The program's own log goes beside the data, so that
// the terminal tells the story; with --exit only warnings are shown.
func runDemo(ctx context.Context, c *call) error {
	if len(c.args) > 0 {
		return errUsage
	}
	o := demo.Options{
		Exit: *c.bools["exit"], Version: version, Folder: *c.opts["data"],
		Console: *c.opts["console"], Citizens: *c.opts["citizens"], Out: c.out, Err: c.err,
	}
	if o.Exit {
		o.Folder = ""
		o.Log = zerolog.New(zerolog.ConsoleWriter{Out: c.err, NoColor: true}).Level(zerolog.WarnLevel).With().Timestamp().Logger()
		return demo.Run(ctx, o)
	}
	name := filepath.Clean(cmp.Or(o.Folder, "data-demo")) + ".log"
	log, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("no se pudo escribir el registro de la demostración: %w", err)
	}
	defer log.Close()
	o.Log = zerolog.New(io.Writer(log)).Level(zerolog.InfoLevel).With().Timestamp().Logger()
	return demo.Run(ctx, o)
}
