package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Prefix of every environment variable that overrides a key:
// VENTANILLA_CONSOLE_LISTEN overrides console.listen, and
// VENTANILLA_EMAIL_MAILBOX_SOPORTE_HOST the host of the mailbox named "soporte".
const Prefix = "VENTANILLA"

// Problem is one thing wrong with the configuration, in words for the person
// who wrote it.
type Problem struct {
	Where string // key or file and line
	What  string
}

func (p Problem) String() string {
	if p.Where == "" {
		return p.What
	}
	return p.Where + ": " + p.What
}

// Problems is an error made of everything found wrong at once.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Load reads file (which may be absent when optional) and the environment,
// fills defaults, reads the secrets and checks every value. The error, if any,
// is Problems.
func Load(file string, optional bool, getenv func(string) string) (Config, error) {
	c := Default()
	b, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist) && optional:
	case err != nil:
		return c, Problems{{file, "no se pudo leer el archivo de configuración: " + err.Error()}}
	default:
		if ps := decode(file, b, &c); len(ps) > 0 {
			return c, ps
		}
	}
	ps := override(reflect.ValueOf(&c).Elem(), Prefix, getenv)
	c.complete()
	ps = append(ps, c.secrets(getenv)...)
	ps = append(ps, c.Check()...)
	if len(ps) > 0 {
		return c, ps
	}
	return c, nil
}

func decode(file string, b []byte, c *Config) Problems {
	d := toml.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	err := d.Decode(c)
	var strict *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &strict):
		var ps Problems
		for _, e := range strict.Errors {
			row, _ := e.Position()
			ps = append(ps, Problem{at(file, row), unknownKey(strings.Join(e.Key(), "."))})
		}
		return ps
	case errors.As(err, &bad):
		row, _ := bad.Position()
		return Problems{{at(file, row), "valor o forma que no se entiende: " + strings.TrimPrefix(bad.Error(), "toml: ")}}
	default:
		return Problems{{file, err.Error()}}
	}
}

func at(file string, row int) string { return fmt.Sprintf("%s, línea %d", file, row) }

func unknownKey(key string) string {
	s := fmt.Sprintf("la clave %q no existe", key)
	if near := nearest(key, keys()); near != "" {
		s += fmt.Sprintf("; ¿quiso decir %q?", near)
	}
	return s
}

// override sets scalar fields from the environment, by the path of their keys.
func override(v reflect.Value, prefix string, getenv func(string) string) Problems {
	var ps Problems
	for i := range v.NumField() {
		f, name := v.Field(i), prefix+"_"+strings.ToUpper(v.Type().Field(i).Tag.Get("toml"))
		switch f.Interface().(type) {
		case Secret:
			if getenv(name) != "" {
				f.Set(reflect.ValueOf(Secret{from: "env:" + name}))
			}
			continue
		}
		switch {
		case f.Kind() == reflect.Struct:
			ps = append(ps, override(f, name, getenv)...)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			for j := range f.Len() {
				e := f.Index(j)
				own := strings.ToUpper(strings.ReplaceAll(e.FieldByName("Name").String(), "-", "_"))
				ps = append(ps, override(e, name+"_"+own, getenv)...)
			}
		case getenv(name) != "":
			if err := set(f, getenv(name)); err != nil {
				ps = append(ps, Problem{name, err.Error()})
			}
		}
	}
	return ps
}

// set gives a scalar field a value written as text.
func set(f reflect.Value, s string) error {
	if u, ok := f.Addr().Interface().(interface{ UnmarshalText([]byte) error }); ok {
		return u.UnmarshalText([]byte(s))
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(s)
	case reflect.Int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("%q no es un número entero", s)
		}
		f.SetInt(int64(n))
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return fmt.Errorf("%q no es true ni false", s)
		}
		f.SetBool(b)
	default:
		return fmt.Errorf("esta clave no se puede dar por el entorno")
	}
	return nil
}

// secrets reads every secret that was named.
func (c *Config) secrets(getenv func(string) string) Problems {
	var ps Problems
	read := func(where string, s *Secret) {
		if err := s.resolve(getenv); err != nil {
			ps = append(ps, Problem{where, err.Error()})
		}
	}
	read("database.password", &c.Database.Secret)
	read("email.relay.password", &c.Email.Relay.Password)
	read("email.dkim.key", &c.Email.DKIM.Key)
	for i := range c.Email.OAuth {
		o := &c.Email.OAuth[i]
		read("email.oauth "+o.Name+" client_secret", &o.ClientSecret)
		read("email.oauth "+o.Name+" refresh_token", &o.RefreshToken)
	}
	for i := range c.Email.Mailboxes {
		read("email.mailbox "+c.Email.Mailboxes[i].Name, &c.Email.Mailboxes[i].Password)
	}
	for i := range c.Phone.Webhooks {
		read("phone.webhook "+c.Phone.Webhooks[i].Name, &c.Phone.Webhooks[i].Token)
	}
	return ps
}
