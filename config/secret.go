package config

import (
	"fmt"
	"os"
	"strings"
)

// Secret is a password or token. The file never holds it: it names a file
// ("file:/run/secrets/imap") or a variable ("env:IMAP_PASSWORD") that does. It
// prints as "***" wherever it is printed.
type Secret struct {
	from  string
	value string
}

// UnmarshalText keeps where the secret comes from.
func (s *Secret) UnmarshalText(b []byte) error {
	from := string(b)
	if from != "" && !strings.HasPrefix(from, "file:") && !strings.HasPrefix(from, "env:") {
		return fmt.Errorf(`un secreto no se escribe aquí: use "file:/ruta" o "env:VARIABLE"`)
	}
	s.from = from
	return nil
}

// Value is the secret itself, for the one place that uses it.
func (s Secret) Value() string { return s.value }

// Set reports whether a secret was named.
func (s Secret) Set() bool { return s.from != "" }

// File is the file that holds the secret, "" if it is not in one.
func (s Secret) File() string {
	if kind, name, _ := strings.Cut(s.from, ":"); kind == "file" {
		return name
	}
	return ""
}

// SecretOf makes a secret of a value already in memory (the demo's, a test's).
func SecretOf(value string) Secret { return Secret{from: "env:", value: value} }

func (s Secret) String() string   { return "***" }
func (s Secret) GoString() string { return "***" }

// MarshalText keeps the value out of anything encoded.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.from), nil }

// resolve reads the secret from where it is.
func (s *Secret) resolve(getenv func(string) string) error {
	kind, name, _ := strings.Cut(s.from, ":")
	switch kind {
	case "file":
		b, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("no se pudo leer el archivo del secreto %s: %w", name, err)
		}
		s.value = strings.TrimRight(string(b), "\r\n")
	case "env":
		s.value = getenv(name)
	}
	if s.from != "" && s.value == "" {
		return fmt.Errorf("el secreto %s está vacío", s.from)
	}
	return nil
}
