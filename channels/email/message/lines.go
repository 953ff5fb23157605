package message

import (
	"bytes"
	"strings"
)

// lineAt returns the line at pos without its end, and where the next begins.
func lineAt(b []byte, pos int) (line []byte, next int) {
	i := bytes.IndexByte(b[pos:], '\n')
	if i < 0 {
		line, next = b[pos:], len(b)
	} else {
		line, next = b[pos:pos+i], pos+i+1
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, next
}

func cutLine(b []byte) (line, rest []byte) {
	line, next := lineAt(b, 0)
	return line, b[next:]
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

func trimPrefix(b []byte, s string) []byte {
	if hasPrefix(b, s) {
		return b[len(s):]
	}
	return b
}

func blank(line []byte) bool { return len(bytes.Trim(line, " \t\r")) == 0 }

// bareCR tells whether lines end in CR alone: CRs and no LF in the first 64 KiB.
func bareCR(b []byte) bool {
	if len(b) > 64<<10 {
		b = b[:64<<10]
	}
	return bytes.IndexByte(b, '\n') < 0 && bytes.Count(b, []byte{'\r'}) > 1
}

func crToLF(b []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}

// binary tells whether more than a twentieth of the first 4 KiB are controls.
func binary(b []byte) bool {
	b = b[:min(len(b), 4<<10)]
	n := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\x1b' {
			n++
		}
	}
	return n*20 > len(b)
}

// collapse makes one line of s: runs of white space and controls become one space.
func collapse(s string) string {
	s = overrides.Replace(s)
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' ') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
}

// overrides force a reading order upon letters that have their own: a name or
// subject that shows other words than it holds. Marks that languages written
// from the right need are others, and stay.
var overrides = strings.NewReplacer("\u202d", "", "\u202e", "")

// joinText puts a blank line between two texts.
func joinText(a, b string) string {
	a, b = strings.TrimRight(a, "\n"), strings.Trim(b, "\n")
	if a == "" {
		return b
	}
	if b == "" {
		return a
	}
	return a + "\n\n" + b
}
