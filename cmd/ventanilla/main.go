// Command ventanilla is the whole desk in one program: it receives reports on
// every configured channel, keeps the cases, serves the console and sends the
// answers. This folder only puts the rooms together; the rules are elsewhere.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	_ "time/tzdata" // Bolivia's zone on machines without zone files
)

// version is set when the program is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command is one word after "ventanilla".
type command struct {
	name, args, about string
	run               func(ctx context.Context, c *call) error
	flags             func(f *flag.FlagSet, c *call)
}

// call is one invocation: where it prints and what was asked.
type call struct {
	out, err io.Writer
	args     []string
	config   string
	opts     map[string]*string // further options, by name
	bools    map[string]*bool
}

func commands() []command {
	return []command{
		{name: "run", about: "pone en marcha la mesa con la configuración dada", run: runDesk, flags: withConfig},
		{name: "demo", about: "juega un día de trabajo en esta máquina y queda abierta para probar", run: runDemo, flags: demoFlags},
		{name: "config init", about: "escribe un archivo de configuración comentado", run: configInit, flags: withConfig},
		{name: "config check", about: "revisa la configuración y dice qué corregir", run: configCheck, flags: withConfig},
		{name: "oauth", args: "NOMBRE", about: "obtiene el permiso para entrar a un buzón de Microsoft 365 o Google", run: signIn, flags: withConfig},
		{name: "backup", args: "ARCHIVO", about: "copia de seguridad de todo, también con la mesa en marcha", run: backup, flags: withConfig},
		{name: "restore", args: "ARCHIVO", about: "recupera una copia en una base de datos vacía", run: restore, flags: withConfig},
		{name: "explain", args: "ARCHIVO…", about: "dice en qué se convertiría cada correo (.eml, - para la entrada)", run: explain, flags: explainFlags},
		{name: "classify", args: "[ARCHIVO…]", about: "sugiere la clase de reportes dados en líneas JSON", run: classifyLines},
		{name: "replay", args: "[ARCHIVO…]", about: "juega diálogos dados en líneas JSON y dice qué casos saldrían", run: replayLines},
		{name: "verify", args: "[CÓDIGO|CÓDIGO:HASH|ARCHIVO…]", about: "comprueba que nadie alteró la historia de los casos", run: verify, flags: verifyFlags},
		{name: "version", about: "dice la versión", run: printVersion},
	}
}

// errUsage marks a mistake in the command line itself.
var errUsage = errors.New("uso incorrecto")

// run does one command and returns its exit code: 0 done, 1 failed, 2 not understood.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		usage(stdout)
		return 0
	}
	if args[0] == "--version" {
		args[0] = "version"
	}
	cmd, rest, ok := find(args)
	if !ok {
		fmt.Fprintf(stderr, "ventanilla: no existe la orden %q. Vea «ventanilla --help».\n", strings.Join(args, " "))
		return 2
	}
	c := &call{out: stdout, err: stderr, opts: map[string]*string{}, bools: map[string]*bool{}}
	flags := flag.NewFlagSet("ventanilla "+cmd.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if cmd.flags != nil {
		cmd.flags(flags, c)
	}
	switch err := flags.Parse(rest); {
	case errors.Is(err, flag.ErrHelp):
		help(stdout, cmd, flags)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "ventanilla %s: %v. Vea «ventanilla %s --help».\n", cmd.name, err, cmd.name)
		return 2
	}
	c.args = flags.Args()
	err := cmd.run(ctx, c)
	switch {
	case errors.Is(err, errUsage):
		help(stderr, cmd, flags)
		return 2
	case err != nil:
		fmt.Fprintf(stderr, "ventanilla %s: %v\n", cmd.name, err)
		return 1
	}
	return 0
}

// find matches the longest command name at the start of args.
func find(args []string) (command, []string, bool) {
	for _, cmd := range commands() {
		words := strings.Fields(cmd.name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == cmd.name {
			return cmd, args[len(words):], true
		}
	}
	return command{}, nil, false
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Ventanilla: la mesa que recibe reportes por correo, WhatsApp y teléfono,\nlos lleva por los procedimientos del manual y responde por el mismo canal.\n\nUso: ventanilla ORDEN [opciones]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-16s %s\n", strings.TrimSpace(c.name+" "+c.args), c.about)
	}
	fmt.Fprint(w, "\nCada orden explica sus opciones con --help.\n")
}

func help(w io.Writer, c command, f *flag.FlagSet) {
	fmt.Fprintf(w, "ventanilla %s: %s.\n\nUso: ventanilla %s [opciones] %s\n", c.name, c.about, c.name, c.args)
	n := 0
	f.VisitAll(func(fl *flag.Flag) {
		if n++; n == 1 {
			fmt.Fprintln(w, "\nOpciones:")
		}
		fmt.Fprintf(w, "  --%s\n        %s", fl.Name, fl.Usage)
		if fl.DefValue != "" && fl.DefValue != "false" {
			fmt.Fprintf(w, " (si falta: %s)", fl.DefValue)
		}
		fmt.Fprintln(w)
	})
}

func withConfig(f *flag.FlagSet, c *call) {
	f.StringVar(&c.config, "config", "ventanilla.toml", "archivo de configuración")
}

func printVersion(_ context.Context, c *call) error {
	fmt.Fprintf(c.out, "ventanilla %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
