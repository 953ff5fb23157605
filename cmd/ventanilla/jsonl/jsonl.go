// Package jsonl reads the files of JSON lines that the commands classify and
// replay are given, and says in plain words what is wrong with a line.
package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Line is one line of a file, by its number in it (the first is 1).
type Line struct {
	Number int
	Text   []byte
}

// Wrong is what is said of a line that cannot be used.
func (l Line) Wrong(err error) string { return fmt.Sprintf("línea %d: %v", l.Number, err) }

// mark is the byte order mark with which Windows begins a text file.
var mark = []byte("\xef\xbb\xbf")

// Trim takes the white space around a line away, and from the first one the
// mark of Windows.
func Trim(number int, line []byte) []byte {
	if number == 1 {
		line = bytes.TrimPrefix(line, mark)
	}
	return bytes.TrimSpace(line)
}

// ID is what names a line; it goes back as it came, a number as a number.
type ID struct{ raw json.RawMessage }

// UnmarshalJSON takes a text or a number.
func (id *ID) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '{', '[', 't', 'f':
		return &json.UnmarshalTypeError{Value: value(b[0]), Type: reflect.TypeFor[ID]()}
	case 'n':
		id.raw = nil
	default:
		id.raw = bytes.Clone(b)
	}
	return nil
}

// MarshalJSON gives the id as it came; an empty text where there was none.
func (id ID) MarshalJSON() ([]byte, error) {
	if len(id.raw) == 0 {
		return []byte(`""`), nil
	}
	return id.raw, nil
}

// String is the id as people write it.
func (id ID) String() string { return strings.Trim(string(id.raw), `"`) }

// Read reads a line that has to be one object. What can be read of a line that
// is wrong is in v all the same.
func Read(line []byte, v any) error {
	if len(line) == 0 || line[0] != '{' {
		return errors.New("la línea tiene que ser un objeto JSON: escríbalo entero en una línea, de { a }")
	}
	if err := json.Unmarshal(line, v); err != nil {
		return explained(line, err)
	}
	return nil
}

// cut is what encoding/json says of a line that ends too early.
const cut = "unexpected end of JSON input"

// explained says what is wrong with a line and what to do.
func explained(line []byte, err error) error {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("el campo %s no puede ser %s: %s", wrong.Field, spanish(wrong.Value), wanted(wrong))
	}
	wrong := (*json.SyntaxError)(nil)
	switch {
	case !errors.As(err, &wrong):
		return fmt.Errorf("la línea no es JSON: %w", err)
	case wrong.Error() == cut:
		return errors.New("la línea está cortada: falta cerrar una comilla, un corchete o una llave")
	}
	return fmt.Errorf("la línea no es JSON: revise el carácter %d, cerca de %q", wrong.Offset, near(line, int(wrong.Offset)))
}

// near is what stands around a place of a line.
func near(line []byte, at int) string {
	const around = 12
	return strings.ToValidUTF8(string(line[max(0, at-around):min(len(line), at+around)]), "")
}

func value(first byte) string {
	return map[byte]string{'{': "object", '[': "array", 't': "bool", 'f': "bool"}[first]
}

// spanish names a kind of value as encoding/json does ("number 5" too).
func spanish(kind string) string {
	kind, _, _ = strings.Cut(kind, " ")
	names := map[string]string{"object": "un objeto", "array": "una lista", "bool": "verdadero o falso", "number": "un número", "string": "un texto"}
	if name, ok := names[kind]; ok {
		return name
	}
	return kind
}

func wanted(wrong *json.UnmarshalTypeError) string {
	switch {
	case wrong.Type == reflect.TypeFor[ID]():
		return "escriba un texto o un número"
	case wrong.Type.Kind() == reflect.Slice:
		return "escriba una lista entre [ ]"
	case wrong.Type.Kind() == reflect.Struct:
		return "escriba un objeto entre { }"
	}
	return "escriba un texto entre comillas"
}
