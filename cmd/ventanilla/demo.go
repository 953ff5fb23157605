package main

import (
	"context"
	"flag"

	"ventanilla/cmd/ventanilla/demo"
)

func demoFlags(f *flag.FlagSet, c *call) {
	c.opts["console"] = f.String("console", "127.0.0.1:8080", "dirección de la mesa; si está ocupada, un puerto libre")
	c.opts["citizens"] = f.String("citizens", "127.0.0.1:8081", "dirección de la página de la ciudadanía; si está ocupada, un puerto libre")
	c.opts["data"] = f.String("data", "data-demo", "carpeta de los datos, que se hace de nuevo cada vez")
	c.bools["exit"] = f.Bool("exit", false, "juega el día, escribe una línea JSON por reporte y termina")
}

// runDemo plays the day; the flags and the folder are its only settings.
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
	}
	return demo.Run(ctx, o)
}
