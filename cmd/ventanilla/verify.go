package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/rs/zerolog"

	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// errBroken ends the command with exit code 1 after everything was said.
var errBroken = errors.New("hay registros que no se pueden dar por íntegros")

func verifyFlags(f *flag.FlagSet, c *call) { withConfig(f, c) }

// verify checks hash chains: of every case, of those named, of a printed
// expediente by its code and the hash on its foot, or of an exported file, which
// needs no database.
func verify(ctx context.Context, c *call) error {
	var codes []string
	broken := false
	for _, arg := range c.args {
		if _, _, ok := printed(arg); ok {
			codes = append(codes, arg)
			continue
		}
		if _, ok := tickets.ParseCode(arg); ok {
			codes = append(codes, arg)
			continue
		}
		data, err := os.ReadFile(arg)
		if err != nil {
			return fmt.Errorf("%q no es un código de caso ni un archivo que se pueda leer: %w", arg, err)
		}
		d, err := tickets.ReadDossier(data)
		if err != nil {
			fmt.Fprintf(c.out, "%s: NO ÍNTEGRO: %v\n", arg, err)
			broken = true
			continue
		}
		fmt.Fprintf(c.out, "%s: íntegro. Caso %s, %d registros, último %s\n", arg, d.Code, len(d.Events), d.LastEvent)
	}
	if len(c.args) > 0 && len(codes) == 0 {
		return failIf(broken)
	}
	cfg, err := load(c)
	if err != nil {
		return fmt.Errorf("hay que corregir la configuración:\n%w", err)
	}
	st, err := desk.OpenStore(ctx, cfg, desk.Options{Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	if len(codes) == 0 {
		err = verifyAll(ctx, c, st)
	} else {
		err = verifyCodes(ctx, c, st, codes, broken)
	}
	return errors.Join(err, st.Close())
}

func failIf(broken bool) error {
	if broken {
		return errBroken
	}
	return nil
}

// printed splits "AIT-2026-000123-K:0f3a…", as it stands on a printed expediente.
func printed(arg string) (code, hash string, ok bool) {
	code, hash, ok = strings.Cut(arg, ":")
	if !ok || len(hash) < 8 {
		return "", "", false
	}
	code, ok = tickets.ParseCode(code)
	return code, strings.ToLower(hash), ok
}

func verifyAll(ctx context.Context, c *call, st *store.Store) error {
	n, events, bad := 0, 0, 0
	seal := sha256.New()
	err := st.Chains(ctx, func(ch store.Chain) error {
		n, events = n+1, events+len(ch.Events)
		fmt.Fprintf(seal, "%s %s\n", ch.Code, ch.LastEvent)
		if err := ch.Check(); err != nil {
			bad++
			fmt.Fprintf(c.out, "%s: NO ÍNTEGRO: %v\n", ch.Code, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d casos, %d registros; %d casos no íntegros.\nSello de todo: %s\n", n, events, bad, hex.EncodeToString(seal.Sum(nil)))
	fmt.Fprintln(c.out, "Guarde el sello fuera de esta máquina: mientras no se añada nada, la misma base da el mismo.")
	return failIf(bad > 0)
}

func verifyCodes(ctx context.Context, c *call, st *store.Store, codes []string, broken bool) error {
	for _, arg := range codes {
		code, hash, paper := printed(arg)
		if !paper {
			code, _ = tickets.ParseCode(arg)
		}
		ch, err := st.ChainOf(ctx, code)
		if errors.Is(err, store.ErrNotFound) {
			fmt.Fprintf(c.out, "%s: no existe en esta base de datos\n", code)
			broken = true
			continue
		}
		if err != nil {
			return err
		}
		if err := ch.Check(); err != nil {
			fmt.Fprintf(c.out, "%s: NO ÍNTEGRO: %v\n", code, err)
			broken = true
			continue
		}
		fmt.Fprintf(c.out, "%s: íntegro. %d registros, último %s\n", code, len(ch.Events), ch.LastEvent)
		if paper {
			broken = !samePrint(c, ch, hash) || broken
		}
	}
	return failIf(broken)
}

// samePrint tells where in a chain a printed expediente ended.
func samePrint(c *call, ch store.Chain, hash string) bool {
	for _, e := range ch.Events {
		if strings.HasPrefix(string(e.Hash), hash) {
			fmt.Fprintf(c.out, "  El impreso corresponde al registro %d de %d.\n", e.Seq, len(ch.Events))
			return true
		}
	}
	fmt.Fprintf(c.out, "  NINGÚN registro de este caso tiene el código %s: el impreso no salió de esta base o fue alterado.\n", hash)
	return false
}
