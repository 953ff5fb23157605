package config

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
)

// Sample is a commented configuration file that changes nothing.
//
//go:embed sample.toml
var Sample string

// Init writes Sample to file and refuses to overwrite one that exists.
func Init(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s ya existe y no se toca; bórrelo o elija otro nombre con --config", file)
	}
	if err != nil {
		return fmt.Errorf("no se pudo crear %s: %w", file, err)
	}
	if _, err = f.WriteString(Sample); err != nil {
		return errors.Join(fmt.Errorf("no se pudo escribir %s: %w", file, err), f.Close())
	}
	return f.Close()
}
