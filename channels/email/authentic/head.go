package authentic

import (
	"bytes"
	"net/mail"
	"strings"
)

// Bounds of a header whose signatures are checked. The library joins folded
// lines one by one, so that a field of very many lines costs their square.
const (
	maxHead      = 512 << 10
	maxFieldRows = 1500
)

// head is a mail cut into its header fields, as they are, and its body, with
// lines ended by CRLF.
type head struct {
	fields []field
	body   []byte
	heavy  bool // beyond the bounds: not to be handed to libraries
}

type field struct {
	name string // lower case
	raw  []byte // with name and line ends
}

// value is the field's text on one line.
func (f field) value() string {
	_, v, _ := bytes.Cut(f.raw, []byte(":"))
	return strings.TrimSpace(strings.NewReplacer("\r\n", "", "\n", "").Replace(string(v)))
}

func readHead(raw []byte) head {
	if i := bytes.IndexByte(raw, '\n'); i >= 0 && (i == 0 || raw[i-1] != '\r') {
		raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	}
	var h head
	rows, size := 0, 0
	for {
		line := raw
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			line = raw[:i+1]
		}
		raw = raw[len(line):]
		text := bytes.TrimRight(line, "\r\n")
		if size += len(line); len(text) == 0 || size > maxHead {
			h.heavy = size > maxHead
			break
		}
		if n := len(h.fields); n > 0 && (text[0] == ' ' || text[0] == '\t') {
			h.fields[n-1].raw = h.fields[n-1].raw[:len(h.fields[n-1].raw)+len(line)] // adjacent in raw
			if rows++; rows > maxFieldRows {
				h.heavy = true
				break
			}
			continue
		}
		rows = 0
		name, _, _ := bytes.Cut(text, []byte(":"))
		h.fields = append(h.fields, field{strings.ToLower(string(bytes.TrimSpace(name))), line})
	}
	h.body = raw
	return h
}

func (h head) count(name string) (n int) {
	for _, f := range h.fields {
		if f.name == name {
			n++
		}
	}
	return n
}

// from is the first author's address, "" if it cannot be read.
func (h head) from() string {
	for _, f := range h.fields {
		if f.name == "from" {
			if l, err := mail.ParseAddressList(f.value()); err == nil && len(l) > 0 {
				return l[0].Address
			}
			v := f.value()
			if i, k := strings.LastIndexByte(v, '<'), strings.LastIndexByte(v, '>'); i >= 0 && k > i {
				v = v[i+1 : k]
			}
			return strings.TrimSpace(v)
		}
	}
	return ""
}
